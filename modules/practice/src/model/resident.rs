//! A resident on file (服务对象, domain.md 5.11 to 5.14) and the rules of registering one.

use super::first_consent::first_consent;
use super::register_codes::{
    CloseReason, IdMissing, LegalBasis, Presence, Recognition, ResidentState, Source, Vacancy,
};
use super::{Consent, ConsentDraft, Notice};
use super::{Distinct, Rhythm, VisitEvery, category, code_of, day_of, fits_age, listed, number_of};
use serde::{Deserialize, Serialize};
use zw_access::{Pii, Resource, Spot};
use zw_core::code::Code;
use zw_core::person_id::{self, IdKind, Sex, phone};
use zw_core::{Day, DivisionId, FieldErrors, HouseholdId, ResidentId, UnitId, WorkerId, names};

zw_db::record! {
    /// A resident as stored; personal data open only through a mask.
    #[derive(Clone, Debug)]
    pub struct Resident {
        /// County of the day of filing, for ever.
        pub county_id: DivisionId,
        /// Row.
        pub id: ResidentId,
        /// Station.
        pub unit_id: UnitId,
        /// Household.
        pub household_id: HouseholdId,
        /// Name.
        pub name: Pii<String>,
        /// Kind of document.
        pub id_type: String,
        /// Document number, sealed.
        pub id_no: Option<Vec<u8>>,
        /// Why there is none.
        pub id_missing_reason: Option<IdMissing>,
        /// Sex, GB/T 2261.1.
        pub sex: String,
        /// Birth date.
        pub birth_day: Day,
        /// Phone, sealed.
        pub phone: Option<Vec<u8>>,
        /// Address, sealed.
        pub address: Option<Vec<u8>>,
        /// Township of the village.
        pub township_id: DivisionId,
        /// Village where the person lives.
        pub village_id: DivisionId,
        /// Registered here or not.
        pub presence: Presence,
        /// Legal basis.
        pub legal_basis: LegalBasis,
        /// Risk grade 1 (highest) to 6.
        pub risk: i64,
        /// Rhythm of visits.
        pub visit_every: VisitEvery,
        /// Responsible worker.
        pub worker_id: Option<WorkerId>,
        /// Why there is none.
        pub vacancy: Option<Vacancy>,
        /// Where the person came from.
        pub source: Source,
        /// Day of filing.
        pub filed_on: Day,
        /// State.
        pub state: ResidentState,
        /// Why closed.
        pub close_reason: Option<CloseReason>,
        /// When closed.
        pub closed_on: Option<Day>,
        /// Day last met.
        pub last_on: Option<Day>,
        /// Day the next visit is due.
        pub next_on: Day,
        /// Version.
        pub version: i64,
    }
}

impl Resource for Resident {
    const NAME: &'static str = "resident";
    const COUNTY: &'static str = "r.county_id";
    const TOWN: Option<&'static str> = Some("r.township_id");
    const UNIT: Option<&'static str> = Some("r.unit_id");
    const OWNER: Option<&'static str> = Some("r.worker_id");
}

impl Resident {
    /// Where the row lies, for the permit.
    pub fn spot(&self) -> Spot {
        Spot { county: self.county_id, town: Some(self.township_id), unit: Some(self.unit_id), owner: self.worker_id }
    }
    /// Whether the person was on the register on a day.
    pub fn on_file(&self, day: Day) -> bool {
        self.filed_on <= day && self.closed_on.is_none_or(|c| day <= c)
    }
    /// Whether the person is under 14 on a day: everything about them is of class P3 (security.md PRIV-3).
    pub fn is_child(&self, day: Day) -> bool {
        self.birth_day.years_until(day) < 14
    }
}

/// A registration or its correction as typed; all values are checked together.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ResidentInput {
    /// Station (unit id); may stay empty for who works at one station.
    pub unit: String,
    /// Name.
    pub name: String,
    /// Kind of document; empty means resident_id.
    pub id_type: String,
    /// Document number; on a correction empty keeps the one on file.
    pub id_no: String,
    /// Why there is no number.
    pub id_missing_reason: String,
    /// Sex (1, 2); taken from the number when empty.
    pub sex: String,
    /// Birth date; taken from the number when empty.
    pub birth: String,
    /// Village (division id).
    pub village: String,
    /// Category codes.
    pub categories: Vec<String>,
    /// Who recognised the categories that are new.
    pub category_basis: String,
    /// Legal basis.
    pub legal_basis: String,
    /// Day of the consent; on a correction only of a new one.
    pub consent_on: String,
    /// Last day of the consent.
    pub consent_until: String,
    /// Guardian who consented; empty means the person.
    pub consent_by: String,
    /// The guardian's relation to the person, GB/T 4761 (1 to 8).
    pub consent_relation: String,
    /// Why a guardian consents for a grown-up: court, appointed, agreed.
    pub consent_ground: String,
    /// written or oral; empty means written.
    pub consent_form: String,
    /// Witness of an oral consent.
    pub consent_witness: String,
    /// Presence code; empty means 0.
    pub presence: String,
    /// Source; empty means outreach.
    pub source: String,
    /// Risk grade; empty means 4.
    pub risk: String,
    /// Rhythm; empty means the one of the risk grade.
    pub visit_every: String,
    /// Responsible worker; empty means who registers.
    pub worker: String,
    /// Phone; on a correction empty keeps the one on file.
    pub phone: String,
    /// Address below the village; on a correction empty keeps the one on file.
    pub address: String,
    /// Household to join (household id); empty makes a new one.
    pub household: String,
    /// Day of filing; empty means today.
    pub filed_on: String,
    /// `1` confirms a number that is in doubt, or that says another birth date or sex than the person's.
    pub confirm_id: String,
    /// Why whoever was shown as resembling (`seen`) is another person: namesake, sibling, family, checked.
    pub another: String,
    /// What was shown, as the answer named it; `ask` wants to be told of weaker resemblances too.
    pub seen: String,
    /// `active` or `paused`; corrections only.
    pub state: String,
    /// Version that was read; corrections only.
    pub version: i64,
}

/// What the rules need to know besides the input.
pub struct ResidentFacts<'a> {
    /// Today.
    pub today: Day,
    /// Villages the station serves.
    pub villages: &'a [DivisionId],
    /// First day on which the station covered anything; no file is older than its station.
    pub since: Option<Day>,
    /// Workers posted at the station.
    pub posted: &'a [WorkerId],
    /// Who registers, if a worker.
    pub me: Option<WorkerId>,
    /// Rhythm setting.
    pub rhythm: &'a Rhythm,
    /// On a correction: whether a number is on file, and the record.
    pub on_file: Option<&'a Resident>,
    /// The number on file, opened for the comparison with birth date and sex.
    pub number_on_file: Option<String>,
    /// On a correction: what was ever answered.
    pub consents: &'a [Consent],
    /// The notice in force.
    pub notice: &'a Notice,
    /// On a correction: whether an official list says a category of them, which is not typed here.
    pub listed: bool,
}

/// A checked registration. No `Debug`: it holds personal data in clear.
pub struct ResidentDraft {
    /// Name, normalised.
    pub name: String,
    /// Kind of document.
    pub id_type: IdKind,
    /// Number typed, normalised; `None` keeps what is on file.
    pub id_no: Option<String>,
    /// Why there is none.
    pub id_missing: Option<IdMissing>,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth: Day,
    /// Village.
    pub village: DivisionId,
    /// Categories.
    pub categories: Vec<&'static str>,
    /// Who recognised the new ones.
    pub recognition: Recognition,
    /// Legal basis.
    pub legal_basis: LegalBasis,
    /// A consent that is recorded along.
    pub consent: Option<ConsentDraft>,
    /// Presence.
    pub presence: Presence,
    /// Source.
    pub source: Source,
    /// Risk grade.
    pub risk: i64,
    /// Rhythm.
    pub visit_every: VisitEvery,
    /// Responsible worker.
    pub worker: Option<WorkerId>,
    /// Phone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Household to join.
    pub household: Option<HouseholdId>,
    /// Day of filing.
    pub filed_on: Day,
    /// Why whoever resembles is another person.
    pub another: Option<Distinct>,
    /// State.
    pub state: ResidentState,
}

impl ResidentInput {
    /// Checks everything at once. Sources of the rules: domain.md sections 11 and 12, security.md PRIV-2 and PRIV-3.
    pub fn check(&self, f: &ResidentFacts<'_>) -> Result<ResidentDraft, FieldErrors> {
        let mut e = FieldErrors::default();
        let name = names::check(&self.name).map_err(|p| e.add("name", p.code())).unwrap_or_default();
        let (id_type, id_no, id_missing, said) = self.document(f, &mut e);
        let (birth, sex) = self.birth_and_sex(f, said.as_ref(), &mut e);
        let village = self
            .village
            .trim()
            .parse::<DivisionId>()
            .ok()
            .filter(|v| f.villages.contains(v) || f.on_file.is_some_and(|r| r.village_id == *v));
        if village.is_none() {
            e.add("village", if self.village.trim().is_empty() { "required" } else { "resident-village-outside" });
        }
        let categories = self.checked_categories(f, birth, &mut e);
        let recognition =
            code_of(&mut e, "category_basis", &self.category_basis, false).unwrap_or(Recognition::WorkerFound);
        let basis = code_of::<LegalBasis>(&mut e, "legal_basis", &self.legal_basis, true);
        let consent = basis.and_then(|b| first_consent(self, f, b, birth, &categories, &mut e));
        let filed_on = day_of(&mut e, "filed_on", &self.filed_on, false).unwrap_or(f.today);
        if filed_on > f.today {
            e.add("filed_on", "resident-filed-future");
        } else if birth.is_some_and(|b| b > filed_on) {
            e.add("filed_on", "resident-filed-before-birth");
        } else if let Some(since) =
            f.since.filter(|s| filed_on < *s && f.on_file.is_none_or(|r| r.filed_on != filed_on))
        {
            e.add_with("filed_on", "resident-filed-before-station", &[("since", &since.to_string())]);
        }
        let risk = number_of(&mut e, "risk", &self.risk, 1, 6).unwrap_or(4);
        let visit_every = code_of(&mut e, "visit_every", &self.visit_every, false).unwrap_or(f.rhythm.of_risk(risk));
        let worker = self.worker(f, &mut e);
        let given = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
        let tel = given(&self.phone).and_then(|p| {
            let ok = phone::check(&p);
            if ok.is_none() {
                e.add("phone", "resident-phone");
            }
            ok
        });
        let address = given(&self.address);
        if address.as_ref().is_some_and(|a| a.chars().count() > 120) {
            e.add("address", "resident-address-long");
        }
        let household = given(&self.household).and_then(|h| {
            let id = h.parse().ok();
            if id.is_none() {
                e.add("household", "resident-household-unknown");
            }
            id
        });
        let presence = code_of(&mut e, "presence", &self.presence, false).unwrap_or(Presence::Here);
        let another = code_of(&mut e, "another", &self.another, false);
        let source = code_of(&mut e, "source", &self.source, false).unwrap_or(Source::Outreach);
        let state = match code_of(&mut e, "state", &self.state, false) {
            Some(ResidentState::Closed) => {
                e.add("state", "unknown-code");
                ResidentState::Active
            }
            other => other.unwrap_or(f.on_file.map_or(ResidentState::Active, |r| r.state)),
        };
        let (Some(birth), Some(sex), Some(village), Some(legal_basis)) = (birth, sex, village, basis) else {
            return Err(e);
        };
        if !e.0.is_empty() {
            return Err(e);
        }
        Ok(ResidentDraft {
            name,
            id_type,
            id_no,
            id_missing,
            sex,
            birth,
            village,
            categories,
            recognition,
            legal_basis,
            consent,
            presence,
            source,
            risk,
            visit_every,
            worker,
            phone: tel,
            address,
            household,
            filed_on,
            another,
            state,
        })
    }

    /// The document: kind, number typed, reason for none, and what the number says.
    fn document(
        &self,
        f: &ResidentFacts<'_>,
        e: &mut FieldErrors,
    ) -> (IdKind, Option<String>, Option<IdMissing>, Option<person_id::PersonId>) {
        let was = f.on_file.and_then(|r| IdKind::from_code(&r.id_type));
        let kind = code_of::<IdKind>(e, "id_type", &self.id_type, false).or(was).unwrap_or(IdKind::ResidentId);
        let missing = code_of::<IdMissing>(e, "id_missing_reason", &self.id_missing_reason, false);
        let typed = self.id_no.trim();
        if typed.is_empty() {
            let kept = f.number_on_file.as_ref().and_then(|n| person_id::parse(kind, n, f.today).ok());
            let on_file = f.on_file.is_some_and(|r| r.id_no.is_some());
            if missing.is_none() && !on_file {
                e.add("id_no", "resident-id-or-reason");
            } else if on_file && was != Some(kind) {
                // The number on file belongs to the kind on file.
                e.add("id_no", "resident-id-of-new-kind");
            }
            return (kind, None, if on_file { None } else { missing }, kept);
        }
        if missing.is_some() {
            e.add("id_missing_reason", "resident-id-and-reason");
        }
        match person_id::parse(kind, typed, f.today) {
            Ok(id) => {
                if let Some(doubt) = id.warnings.first().filter(|_| !self.confirmed_id()) {
                    e.add("id_no", doubt.code());
                }
                (id.kind, Some(id.number.clone()), None, Some(id))
            }
            Err(p) => {
                e.add("id_no", p.code());
                (kind, None, None, None)
            }
        }
    }

    fn confirmed_id(&self) -> bool {
        self.confirm_id.trim() == "1"
    }

    /// Birth date and sex: typed, or said by the number; a contradiction is a problem of the typed field until it is
    /// confirmed (domain.md section 12).
    fn birth_and_sex(
        &self,
        f: &ResidentFacts<'_>,
        said: Option<&person_id::PersonId>,
        e: &mut FieldErrors,
    ) -> (Option<Day>, Option<Sex>) {
        let no_id_trouble = e.of("id_no").is_none();
        let birth = day_of(e, "birth", &self.birth, false);
        let sex = code_of::<Sex>(e, "sex", &self.sex, false);
        if birth.is_some_and(|b| b > f.today) {
            e.add("birth", "resident-birth-future");
        } else if birth.is_some_and(|b| b.year() < 1900 && said.is_none_or(|s| s.birth != birth)) {
            e.add("birth", "resident-birth-early");
        }
        if let Some(id) = said.filter(|_| !self.confirmed_id()) {
            if person_id::agrees(id, birth, None).is_err() {
                e.add("birth", "id-birth-mismatch");
            }
            if person_id::agrees(id, None, sex).is_err() {
                e.add("sex", "id-sex-mismatch");
            }
        }
        let birth = birth.or_else(|| said.and_then(|s| s.birth));
        let sex = sex.or_else(|| said.and_then(|s| s.sex));
        // With a wrong number the two would be filled from it: one message is enough.
        if birth.is_none() && no_id_trouble && e.of("birth").is_none() {
            e.add("birth", "required");
        }
        if sex.is_none() && no_id_trouble && e.of("sex").is_none() {
            e.add("sex", "required");
        }
        (birth, sex)
    }

    fn checked_categories(&self, f: &ResidentFacts<'_>, birth: Option<Day>, e: &mut FieldErrors) -> Vec<&'static str> {
        let codes = listed(&self.categories);
        if codes.is_empty() && !f.listed {
            e.add("categories", "required");
        }
        let mut out = vec![];
        for code in codes {
            match category(code) {
                None => e.add("categories", "unknown-code"),
                Some(c) if c.withheld == Some("p4") => e.add("categories", "resident-category-restricted"),
                Some(c) if c.withheld.is_some() => e.add("categories", "resident-category-event"),
                Some(c) => {
                    if birth.is_some_and(|b| !fits_age(c, b, f.today)) {
                        e.add("categories", &format!("resident-category-age-{}", c.code));
                    }
                    out.push(c.code);
                }
            }
        }
        out
    }

    fn worker(&self, f: &ResidentFacts<'_>, e: &mut FieldErrors) -> Option<WorkerId> {
        match self.worker.trim() {
            "" => match f.on_file {
                Some(r) => r.worker_id,
                None => f.me.filter(|m| f.posted.contains(m)),
            },
            t => {
                let found = t
                    .parse::<WorkerId>()
                    .ok()
                    .filter(|w| f.posted.contains(w) || f.on_file.is_some_and(|r| r.worker_id == Some(*w)));
                if found.is_none() {
                    e.add("worker", "resident-worker-not-posted");
                }
                found
            }
        }
    }
}

#[cfg(test)]
#[path = "resident_tests.rs"]
mod tests;
