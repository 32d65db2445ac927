//! Consent as data (domain.md 5.14 and 13, security.md PRIV-2 to PRIV-4, decision 0044): the one place that says whether a
//! consent stands, who may give it, and what it may be a basis of.
//!
//! **The last word counts.** Every consent, refusal and withdrawal is a word about its matters on its day. What stands on a
//! day is the last word said until then, never an older one that nobody took back. What was recorded before the first answer
//! is judged by the first answer: the first visit comes before the paper.

use super::consent_codes::MOST;
use super::{
    Category, ConsentAnswer, ConsentForm, ConsentScope, ConsentState, FieldGroup, GuardianGround, LegalBasis, Notice,
    category, code_of, day_of, listed,
};
use serde::{Deserialize, Serialize};
use zw_core::code::Code;
use zw_core::codelist::national::RELATION;
use zw_core::{ConsentId, Day, DivisionId, FieldErrors, ResidentId, Stamp, names};

/// Age from which a person consents alone (PIPL 31).
pub const CONSENTS_AT: i64 = 14;
/// Age from which nobody is anybody's guardian without a ground (民法典 17).
pub const GROWN_UP_AT: i64 = 18;
/// The code of GB/T 4761 for the person.
pub const SELF: &str = "0";
/// Relations that a child's guardian can have to it: parents, grandparents, siblings, others (民法典 27).
const GUARDIANS_OF_A_CHILD: [&str; 4] = ["5", "6", "7", "8"];

zw_db::record! {
    /// A consent or a refusal as stored.
    #[derive(Clone, Debug)]
    pub struct Consent {
        /// County part of the key.
        pub county_id: DivisionId,
        /// Row.
        pub id: ConsentId,
        /// Whose record it was recorded under.
        pub resident_id: ResidentId,
        /// Matters, with commas between.
        pub scopes: String,
        /// Answer.
        pub answer: ConsentAnswer,
        /// How; unknown of what was recorded before consents were rows.
        pub form: Option<ConsentForm>,
        /// Who signed, sealed.
        pub signer: Option<Vec<u8>>,
        /// Relation of the signer to the person, GB/T 4761.
        pub relation: Option<String>,
        /// Why a guardian signs for a grown-up.
        pub ground: Option<GuardianGround>,
        /// Who witnessed, sealed.
        pub witness: Option<Vec<u8>>,
        /// What for.
        pub purpose: String,
        /// Who receives the data.
        pub recipients: String,
        /// Groups of fields, with commas between.
        pub field_groups: String,
        /// Version of the notice shown.
        pub notice_version: String,
        /// Day of the answer.
        pub signed_on: Day,
        /// Last day.
        pub until_on: Option<Day>,
        /// Day of the withdrawal.
        pub withdrawn_on: Option<Day>,
        /// When it was recorded.
        pub withdrawn_at: Option<Stamp>,
        /// Why.
        pub withdraw_reason: Option<String>,
        /// Where the paper is.
        pub evidence: String,
        /// Version.
        pub version: i64,
        /// When the answer was recorded.
        pub recorded_at: Stamp,
        /// By whom.
        pub recorded_by: String,
    }
}

fn codes_of<T: Code>(text: &str) -> Vec<T> {
    text.split(',').filter_map(T::from_code).collect()
}

/// Codes as they are stored.
pub(crate) fn codes_text<T: Code>(codes: &[T]) -> String {
    codes.iter().map(|c| c.code()).collect::<Vec<_>>().join(",")
}

impl Consent {
    /// What it is about.
    pub fn scopes(&self) -> Vec<ConsentScope> {
        codes_of(&self.scopes)
    }
    /// Which fields it is about.
    pub fn field_groups(&self) -> Vec<FieldGroup> {
        codes_of(&self.field_groups)
    }
}

/// What stands of a matter on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A consent, which may have a last day.
    Given(Option<Day>),
    /// Nobody was asked.
    Unasked,
    /// Refused on a day.
    Refused(Day),
    /// Withdrawn on a day.
    Withdrawn(Day),
    /// Ran out after a day.
    Expired(Day),
    /// Given by somebody under 14 who cannot give it alone.
    NotGuardian,
}

impl Standing {
    /// Whether it is a consent that stands.
    pub fn is_given(self) -> bool {
        matches!(self, Self::Given(_))
    }
}

/// The last word about a matter: the answer, and whether it is its withdrawal.
fn last_word(list: &[Consent], scope: ConsentScope, day: Day) -> Option<(&Consent, bool)> {
    let about = || list.iter().filter(|c| c.scopes().contains(&scope));
    let said = about().flat_map(|c| {
        let withdrawal = c.withdrawn_on.zip(c.withdrawn_at).map(|(on, at)| (on, at, c, true));
        std::iter::once((c.signed_on, c.recorded_at, c, false)).chain(withdrawal)
    });
    let last = said.filter(|w| w.0 <= day).max_by_key(|w| (w.0, w.1, w.3));
    let first = || about().min_by_key(|c| (c.signed_on, c.recorded_at)).map(|c| (c, false));
    last.map(|w| (w.2, w.3)).or_else(first)
}

/// The day of the last word about any of some matters.
pub fn last_day(list: &[Consent], scopes: &[ConsentScope]) -> Option<Day> {
    let about = list.iter().filter(|c| c.scopes().iter().any(|s| scopes.contains(s)));
    about.map(|c| c.withdrawn_on.unwrap_or(c.signed_on).max(c.signed_on)).max()
}

/// Whether a consent is one that counts for who was born on `birth`: under 14 the guardian's alone. How those were given that
/// were recorded before is not known; their record says whose they are.
fn counts(c: &Consent, birth: Day) -> bool {
    c.form.is_none_or(|f| f == ConsentForm::Guardian) || birth.years_until(c.signed_on) >= CONSENTS_AT
}

/// What stands of a matter on a day, by all that was ever answered.
pub fn standing(list: &[Consent], scope: ConsentScope, birth: Day, day: Day) -> Standing {
    match last_word(list, scope, day) {
        None => Standing::Unasked,
        Some((c, true)) => Standing::Withdrawn(c.withdrawn_on.unwrap_or(c.signed_on)),
        Some((c, false)) => match (c.answer, c.until_on.filter(|u| *u < day)) {
            (ConsentAnswer::Refused, _) => Standing::Refused(c.signed_on),
            (ConsentAnswer::Given, Some(until)) => Standing::Expired(until),
            (ConsentAnswer::Given, None) if !counts(c, birth) => Standing::NotGuardian,
            (ConsentAnswer::Given, None) => Standing::Given(c.until_on),
        },
    }
}

/// What a record lacks on a day for a matter, if its basis is a consent; nothing where another basis bears it.
pub fn lacks(basis: LegalBasis, list: &[Consent], scope: ConsentScope, birth: Day, day: Day) -> Option<Standing> {
    let s = standing(list, scope, birth, day);
    (basis.is_consent() && !s.is_given()).then_some(s)
}

/// Where one answer stands among all of them.
pub fn state(c: &Consent, list: &[Consent], birth: Day, day: Day) -> ConsentState {
    if c.answer == ConsentAnswer::Refused {
        return ConsentState::Refused;
    }
    if c.withdrawn_on.is_some_and(|w| w <= day) {
        return ConsentState::Withdrawn;
    }
    if c.until_on.is_some_and(|u| u < day) {
        return ConsentState::Expired;
    }
    match c.scopes().into_iter().any(|s| last_word(list, s, day).is_some_and(|(last, _)| last.id == c.id)) {
        false => ConsentState::Replaced,
        true if counts(c, birth) => ConsentState::Standing,
        true => ConsentState::NotGuardian,
    }
}

/// What a legal basis of the law bears without any consent: a withdrawal leaves it lawful (PIPL 13, 34).
pub fn borne(basis: LegalBasis, scope: ConsentScope) -> bool {
    !basis.is_consent() && matches!(scope, ConsentScope::Filing | ConsentScope::Sensitive)
}

/// What the end of a consent does: what stops, and what goes on because the law bears it.
pub fn effect(basis: LegalBasis, scopes: &[ConsentScope]) -> (Vec<ConsentScope>, Vec<ConsentScope>) {
    scopes.iter().partition(|s| !borne(basis, **s))
}

/// The matters that a record needs a consent to: to be filed, and to what is of class P3, which has its own (PIPL 28, 29).
/// Everything about a child under 14 is of that class.
pub fn needed(basis: LegalBasis, categories: &[&str], child: bool) -> Vec<ConsentScope> {
    if !basis.is_consent() {
        return vec![];
    }
    let sensitive = child
        || basis == LegalBasis::SeparateConsent
        || categories.iter().filter_map(|c| category(c)).any(Category::is_sensitive);
    let mut out = vec![ConsentScope::Filing];
    out.extend(sensitive.then_some(ConsentScope::Sensitive));
    out
}

/// What a registration's consent is about, by the basis that was chosen.
pub fn scopes_of(basis: LegalBasis) -> Vec<ConsentScope> {
    match basis {
        LegalBasis::SeparateConsent | LegalBasis::GuardianConsent => {
            vec![ConsentScope::Filing, ConsentScope::Sensitive]
        }
        _ => vec![ConsentScope::Filing],
    }
}

/// An answer as typed; all values are checked together.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConsentInput {
    /// What it is about: filing, sensitive, sharing, image, showcase, review.
    pub scopes: Vec<String>,
    /// given or refused; empty means given.
    pub answer: String,
    /// written, oral or guardian; of a refusal it may stay empty.
    pub form: String,
    /// Name of who signed or said it; of a refusal it may stay empty.
    pub signer: String,
    /// Relation of the signer to the person, GB/T 4761 (0 to 8); empty means the person.
    pub relation: String,
    /// Why a guardian signs for a grown-up: court, appointed, agreed.
    pub ground: String,
    /// Name of the witness of an oral consent.
    pub witness: String,
    /// Day of the answer.
    pub signed_on: String,
    /// Last day; empty means none.
    pub until: String,
    /// What for; empty means as the notice says.
    pub purpose: String,
    /// Who receives the data; empty means as the notice says. Needed to share.
    pub recipients: String,
    /// Groups of fields: basic, family, living, service, benefit, health, image; empty means those of the matters.
    pub field_groups: Vec<String>,
    /// Where the paper is.
    pub evidence: String,
}

/// A checked answer. No `Debug`: it holds personal data in clear.
#[derive(Clone)]
pub struct ConsentDraft {
    /// What it is about.
    pub scopes: Vec<ConsentScope>,
    /// Answer.
    pub answer: ConsentAnswer,
    /// How.
    pub form: Option<ConsentForm>,
    /// Who signed.
    pub signer: Option<String>,
    /// Relation.
    pub relation: Option<String>,
    /// Why a guardian signs for a grown-up.
    pub ground: Option<GuardianGround>,
    /// Witness.
    pub witness: Option<String>,
    /// Day.
    pub signed_on: Day,
    /// Last day.
    pub until: Option<Day>,
    /// What for.
    pub purpose: String,
    /// Who receives the data.
    pub recipients: String,
    /// Groups of fields.
    pub field_groups: Vec<FieldGroup>,
    /// Where the paper is.
    pub evidence: String,
}

/// What the rules need to know besides the input.
pub struct ConsentFacts<'a> {
    /// Today.
    pub today: Day,
    /// The person's birth date, where it is known.
    pub birth: Option<Day>,
    /// The notice in force.
    pub notice: &'a Notice,
}

impl ConsentInput {
    /// Checks everything at once.
    pub fn check(&self, f: &ConsentFacts<'_>) -> Result<ConsentDraft, FieldErrors> {
        let mut e = FieldErrors::default();
        let scopes: Vec<ConsentScope> = many(&mut e, "scopes", &self.scopes);
        if scopes.is_empty() && e.of("scopes").is_none() {
            e.add("scopes", "required");
        }
        let answer = code_of(&mut e, "answer", &self.answer, false).unwrap_or(ConsentAnswer::Given);
        let given = answer == ConsentAnswer::Given;
        let signed_on = self.signed_on(f, &mut e);
        let until = day_of(&mut e, "until", &self.until, false);
        if !given && until.is_some() {
            e.add("until", "consent-refused-until");
        } else if until.zip(signed_on).is_some_and(|(u, on)| u < on) {
            e.add("until", "resident-consent-until");
        } else if until.is_some_and(|u| u < f.today) {
            e.add("until", "resident-consent-ended");
        }
        let form = code_of::<ConsentForm>(&mut e, "form", &self.form, given);
        let (relation, ground) = self.who(f, form, signed_on, given, &mut e);
        let signer = name(&mut e, "signer", &self.signer);
        if given && signer.is_none() && e.of("signer").is_none() {
            let guardian = form == Some(ConsentForm::Guardian);
            e.add("signer", if guardian { "resident-guardian-name" } else { "consent-signer" });
        }
        let witness = name(&mut e, "witness", &self.witness);
        if given && form == Some(ConsentForm::Oral) {
            match &witness {
                None if e.of("witness").is_none() => e.add("witness", "consent-witness"),
                Some(w) if Some(w) == signer.as_ref() => e.add("witness", "consent-witness-signer"),
                _ => {}
            }
        }
        let field_groups = self.groups(&scopes, &mut e);
        if given && scopes.contains(&ConsentScope::Sharing) && self.recipients.trim().is_empty() {
            e.add("recipients", "consent-recipients");
        }
        for (field, text) in
            [("purpose", &self.purpose), ("recipients", &self.recipients), ("evidence", &self.evidence)]
        {
            said(&mut e, field, text);
        }
        let or = |typed: &str, notice: &str| {
            if typed.trim().is_empty() { notice.to_owned() } else { typed.trim().to_owned() }
        };
        let Some(signed_on) = signed_on.filter(|_| e.0.is_empty()) else { return Err(e) };
        Ok(ConsentDraft {
            scopes,
            answer,
            form,
            signer,
            relation,
            ground,
            witness,
            signed_on,
            until,
            purpose: or(&self.purpose, &f.notice.purpose),
            recipients: or(&self.recipients, &f.notice.recipients),
            field_groups,
            evidence: self.evidence.trim().to_owned(),
        })
    }

    fn signed_on(&self, f: &ConsentFacts<'_>, e: &mut FieldErrors) -> Option<Day> {
        let day = day_of(e, "signed_on", &self.signed_on, false);
        match day {
            None if e.of("signed_on").is_none() => e.add("signed_on", "resident-consent-date"),
            Some(d) if d > f.today => e.add("signed_on", "resident-consent-future"),
            Some(d) if f.birth.is_some_and(|b| d < b) => e.add("signed_on", "consent-before-birth"),
            _ => {}
        }
        day
    }

    /// Who may give it: the person from 14 on; the guardian for a minor; for a grown-up a guardian with a ground.
    fn who(
        &self,
        f: &ConsentFacts<'_>,
        form: Option<ConsentForm>,
        signed_on: Option<Day>,
        given: bool,
        e: &mut FieldErrors,
    ) -> (Option<String>, Option<GuardianGround>) {
        let typed = self.relation.trim();
        let known = RELATION.has(typed);
        if !typed.is_empty() && !known {
            e.add("relation", "unknown-code");
        }
        let ground = code_of::<GuardianGround>(e, "ground", &self.ground, false);
        let age = f.birth.zip(signed_on).map(|(b, on)| b.years_until(on));
        if !given {
            return (Some(typed.to_owned()).filter(|r| !r.is_empty()), ground);
        }
        let minor = age.is_some_and(|a| a < GROWN_UP_AT);
        match form {
            Some(ConsentForm::Guardian) => {
                if typed.is_empty() {
                    e.add("relation", "consent-relation");
                } else if known && (typed == SELF || (minor && !GUARDIANS_OF_A_CHILD.contains(&typed))) {
                    e.add("relation", "consent-relation-guardian");
                }
                if age.is_some_and(|a| a >= GROWN_UP_AT) && ground.is_none() && e.of("ground").is_none() {
                    e.add("ground", "consent-ground");
                }
                (Some(typed.to_owned()), ground.filter(|_| !minor))
            }
            Some(ConsentForm::Written | ConsentForm::Oral) => {
                if age.is_some_and(|a| a < CONSENTS_AT) {
                    e.add("form", "consent-guardian-needed");
                } else if known && typed != SELF {
                    e.add("relation", "consent-relation-self");
                }
                (Some(SELF.to_owned()), None)
            }
            None => (None, None),
        }
    }

    fn groups(&self, scopes: &[ConsentScope], e: &mut FieldErrors) -> Vec<FieldGroup> {
        let typed: Vec<FieldGroup> = many(e, "field_groups", &self.field_groups);
        if typed.is_empty() {
            return scopes.iter().flat_map(|s| FieldGroup::of(*s)).copied().collect();
        }
        if let Some(missing) = typed.iter().filter_map(|g| g.needs()).find(|s| !scopes.contains(s)) {
            e.add("field_groups", &format!("consent-group-{missing}"));
        }
        typed
    }
}

fn many<T: Code>(e: &mut FieldErrors, field: &str, typed: &[String]) -> Vec<T> {
    let mut out = vec![];
    for code in listed(typed) {
        match T::from_code(code) {
            Some(c) => out.push(c),
            None if e.of(field).is_none() => e.add(field, "unknown-code"),
            None => {}
        }
    }
    out
}

fn name(e: &mut FieldErrors, field: &str, typed: &str) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    names::check(typed).map_err(|p| e.add(field, p.code())).ok()
}

/// A text in clear: short, and no number of a person in it.
fn said(e: &mut FieldErrors, field: &str, text: &str) {
    if text.trim().chars().count() > MOST {
        e.add_with(field, "too-long", &[("max", &MOST.to_string())]);
    }
    e.holds_no_number(field, text);
}

/// A withdrawal as typed.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WithdrawInput {
    /// Day; empty means today.
    pub on: String,
    /// Why, as the person says it, or how it was said; at most 200 characters.
    pub reason: String,
    /// Version that was read.
    pub version: i64,
}

impl WithdrawInput {
    /// Day and reason, or everything that is wrong with them.
    pub fn check(&self, c: &Consent, today: Day) -> Result<(Day, String), FieldErrors> {
        let mut e = FieldErrors::default();
        let on = day_of(&mut e, "on", &self.on, false).unwrap_or(today);
        if on > today {
            e.add("on", "consent-withdrawn-future");
        } else if on < c.signed_on {
            e.add_with("on", "consent-withdrawn-before", &[("signed", &c.signed_on.to_string())]);
        }
        if self.reason.trim().is_empty() {
            e.add("reason", "required");
        }
        said(&mut e, "reason", &self.reason);
        if e.0.is_empty() { Ok((on, self.reason.trim().to_owned())) } else { Err(e) }
    }
}

#[cfg(test)]
#[path = "consent_tests.rs"]
mod tests;
