//! Loading many residents and encounters at once, for the demo and for measurements: the same rows as the forms write,
//! without their checks. Marks are not written; rebuild the cells afterwards.

mod answers;
pub use answers::{SeedConsent, SeedRefusal};

use crate::model::{
    CloseReason, EncounterKind, LegalBasis, ListKind, Mode, MoveKind, Outcome, Presence, Purpose, Recognition,
    ResidentState, Rhythm, SafetyItem, Source, Topic, Vacancy, VisitEvery,
};
use crate::service::register::blind;
use crate::service::schedule::schedule;
use crate::store::resident::Contact;
use crate::store::{official as lists, row};
use std::collections::HashMap;
use zw_access::{Vault, sealed};
use zw_core::code::Code as _;
use zw_core::person_id::{IdKind, Sex};
use zw_core::{
    Day, DivisionId, EncounterId, HouseholdId, OfficialListId, ResidentId, Result, Rng, Stamp, UnitId, Uuid, WorkerId,
};
use zw_db::{Tx, Val, val};

/// A resident to load.
#[derive(Clone)]
pub struct SeedResident {
    /// County.
    pub county: DivisionId,
    /// Resident.
    pub id: ResidentId,
    /// Station.
    pub unit: UnitId,
    /// Household; the first resident of a household heads it.
    pub household: HouseholdId,
    /// Name.
    pub name: String,
    /// ID number (GB 11643); `None` stands for 未带证件.
    pub id_no: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth: Day,
    /// Phone.
    pub phone: Option<String>,
    /// Address below the village.
    pub address: Option<String>,
    /// Township.
    pub township: DivisionId,
    /// Village.
    pub village: DivisionId,
    /// Category codes and who recognised them.
    pub categories: Vec<(&'static str, Recognition)>,
    /// Legal basis.
    pub legal_basis: LegalBasis,
    /// Risk grade 1 to 6; the rhythm follows from it.
    pub risk: i64,
    /// Responsible worker.
    pub worker: Option<WorkerId>,
    /// Day of filing.
    pub filed_on: Day,
    /// Closed on a day, why.
    pub closed: Option<(Day, CloseReason)>,
}

/// An encounter to load.
#[derive(Clone)]
pub struct SeedEncounter {
    /// County.
    pub county: DivisionId,
    /// Encounter.
    pub id: EncounterId,
    /// Station.
    pub unit: UnitId,
    /// Township.
    pub township: DivisionId,
    /// Village, where the persons live.
    pub village: Option<DivisionId>,
    /// Household.
    pub household: Option<HouseholdId>,
    /// Kind.
    pub kind: EncounterKind,
    /// Day.
    pub day: Day,
    /// Minute of the day.
    pub start: Option<i64>,
    /// Minutes.
    pub minutes: Option<i64>,
    /// How.
    pub mode: Mode,
    /// What about (consultations).
    pub topic: Option<Topic>,
    /// Residents sought, and whether met; `None` is somebody unnamed.
    pub persons: Vec<(Option<ResidentId>, bool)>,
    /// One or two workers.
    pub workers: Vec<WorkerId>,
    /// Looked at.
    pub safety: Vec<SafetyItem>,
    /// What was done.
    pub action: Option<String>,
    /// Next day agreed.
    pub next_on: Option<Day>,
    /// When it was entered.
    pub recorded_at: Stamp,
}

/// An official list to load.
#[derive(Clone)]
pub struct SeedList {
    /// County.
    pub county: DivisionId,
    /// List.
    pub id: OfficialListId,
    /// Category code.
    pub category: &'static str,
    /// As of.
    pub list_date: Day,
    /// Who gave it.
    pub authority: Recognition,
    /// Document number.
    pub document: Option<String>,
    /// Persons as stated.
    pub stated: Option<i64>,
    /// Persons; none of a list of numbers.
    pub rows: Vec<SeedListed>,
    /// Persons by township.
    pub numbers: Vec<(DivisionId, i64)>,
    /// When it was imported.
    pub at: Stamp,
}

/// A person of an official list.
#[derive(Clone)]
pub struct SeedListed {
    /// Row.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// ID number (GB 11643).
    pub id_no: String,
    /// Township.
    pub township: DivisionId,
    /// Village.
    pub village: DivisionId,
}

/// What a load needs from the process.
pub struct Loader<'a> {
    /// Keys.
    pub vault: &'a Vault,
    /// Randomness.
    pub rng: &'a Rng,
    /// Rhythm of visits.
    pub rhythm: &'a Rhythm,
    /// Who the rows say wrote them.
    pub by: &'a str,
}

/// Rows of a load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Residents.
    pub residents: usize,
    /// Encounters.
    pub encounters: usize,
}

const STEP: usize = 2_000;

impl Loader<'_> {
    fn seal(
        &self,
        column: sealed::Column,
        county: DivisionId,
        row: &impl std::fmt::Display,
        text: Option<&str>,
    ) -> Result<Option<Vec<u8>>> {
        text.map(|t| self.vault.seal(self.rng, &column.at(county, row), t.as_bytes())).transpose()
    }

    /// Writes residents with households, categories, ledger and identities, then encounters with persons and workers.
    /// The visiting schedule of each resident comes from the encounters of this load.
    pub async fn load(&self, tx: &mut Tx, residents: &[SeedResident], encounters: &[SeedEncounter]) -> Result<Loaded> {
        let mut contacts: HashMap<ResidentId, Vec<(Day, Stamp, Contact)>> = HashMap::new();
        for e in encounters {
            for (id, met) in e.persons.iter().filter_map(|(id, met)| id.map(|id| (id, *met))) {
                let contact = Contact { day: e.day, next_on: e.next_on, met };
                contacts.entry(id).or_default().push((e.day, e.recorded_at, contact));
            }
        }
        let mut keys: HashMap<&str, zw_core::names::Keys> = HashMap::new();
        let mut houses: HashMap<HouseholdId, ()> = HashMap::new();
        for batch in residents.chunks(STEP) {
            self.residents(tx, batch, &mut contacts, &mut keys, &mut houses).await?;
        }
        for batch in encounters.chunks(STEP) {
            self.encounters(tx, batch).await?;
        }
        Ok(Loaded { residents: residents.len(), encounters: encounters.len() })
    }

    /// Writes an official list in the place of the one before it, and matches it with who is on file.
    pub async fn official_list(&self, tx: &mut Tx, l: &SeedList) -> Result<()> {
        let n = |v: usize| i64::try_from(v).unwrap_or(i64::MAX);
        let numbers: i64 = l.numbers.iter().map(|x| x.1).sum();
        let kind = if l.rows.is_empty() { ListKind::Numbers } else { ListKind::Rows };
        let new = lists::New {
            county: l.county,
            id: l.id,
            category: l.category,
            list_date: l.list_date,
            authority: l.authority,
            document: l.document.clone(),
            stated: l.stated,
            kind,
            rows: n(l.rows.len() + l.numbers.len()),
            persons: if kind == ListKind::Rows { n(l.rows.len()) } else { numbers },
            at: l.at,
            by: self.by.to_owned(),
        };
        lists::put(tx, new).await?;
        let numbers = l.numbers.iter().map(|(township, persons)| lists::NumberNew {
            county: l.county,
            id: self.rng.uuid(l.at),
            list: l.id,
            township: *township,
            village: None,
            persons: *persons,
        });
        row::insert(tx, numbers).await?;
        self.official_rows(tx, (l.county, l.id), &l.rows).await
    }

    /// Writes rows of an official list that is there, and matches it.
    pub async fn official_rows(
        &self,
        tx: &mut Tx,
        (county, list): (DivisionId, OfficialListId),
        rows: &[SeedListed],
    ) -> Result<()> {
        let at = tx.at();
        let mut new = vec![];
        for r in rows {
            new.push(lists::RowNew {
                county,
                id: r.id,
                list,
                hash: blind(self.vault, IdKind::ResidentId, &r.id_no),
                township: r.township,
                village: Some(r.village),
                name: self.seal(sealed::OFFICIAL_ROW_NAME, county, &r.id, Some(&r.name))?,
                from: None,
            });
        }
        row::insert(tx, new).await?;
        crate::service::official_match::list(tx, county, list, &|| self.rng.uuid(at)).await.map(drop)
    }

    async fn residents<'n>(
        &self,
        tx: &mut Tx,
        batch: &'n [SeedResident],
        contacts: &mut HashMap<ResidentId, Vec<(Day, Stamp, Contact)>>,
        keys: &mut HashMap<&'n str, zw_core::names::Keys>,
        houses: &mut HashMap<HouseholdId, ()>,
    ) -> Result<()> {
        let mut households = vec![];
        let mut rows = vec![];
        let mut categories = vec![];
        let mut moves = vec![];
        let mut rhythms = vec![];
        let mut identities: Vec<Vec<Val>> = vec![];
        for r in batch {
            let at = Stamp::from_cn(r.filed_on, 17, 0);
            if houses.insert(r.household, ()).is_none() {
                households.push(row::HouseholdRow {
                    county: r.county,
                    id: r.household,
                    unit: r.unit,
                    head: Some(r.id),
                    village: r.village,
                    address: self.seal(sealed::HOUSEHOLD_ADDRESS, r.county, &r.household, r.address.as_deref())?,
                    at,
                });
            }
            let mut past = contacts.remove(&r.id).unwrap_or_default();
            past.sort_by_key(|(day, at, _)| std::cmp::Reverse((*day, *at)));
            let past: Vec<Contact> = past.into_iter().map(|p| p.2).collect();
            let every: VisitEvery = self.rhythm.of_risk(r.risk);
            let (last_on, next_on) = schedule(self.rhythm, r.filed_on, every, &past);
            if let Some(n) = &r.id_no {
                let hash = blind(self.vault, IdKind::ResidentId, n);
                identities.push(vec![val("resident_id"), val(hash), val("resident"), val(r.county), val(r.id)]);
            }
            for (code, basis) in &r.categories {
                categories.push(row::CategoryRow {
                    county: r.county,
                    id: self.rng.uuid(at),
                    resident: r.id,
                    category: (*code).to_owned(),
                    basis: *basis,
                    from: r.filed_on,
                    to: None,
                    list: None,
                    document: None,
                });
            }
            let line = |day: Day, kind: MoveKind, delta: i64| row::MoveRow {
                county: r.county,
                id: self.rng.uuid(at),
                resident: r.id,
                unit: r.unit,
                township: r.township,
                day,
                kind,
                delta,
                at,
            };
            moves.push(line(r.filed_on, MoveKind::Filed, 1));
            if let Some((day, why)) = r.closed {
                let kind = match why {
                    CloseReason::Merged => MoveKind::Merged,
                    CloseReason::Error => MoveKind::Correction,
                    CloseReason::Death | CloseReason::MovedAway | CloseReason::NotNeeded => MoveKind::Closed,
                };
                moves.push(line(day, kind, -1));
            }
            let resident = row::ResidentRow {
                county: r.county,
                id: r.id,
                unit: r.unit,
                household: r.household,
                name: r.name.clone(),
                keys: keys.entry(&r.name).or_insert_with(|| zw_core::names::keys(&r.name)).clone(),
                id_type: IdKind::ResidentId,
                id_no: self.seal(sealed::RESIDENT_ID_NO, r.county, &r.id, r.id_no.as_deref())?,
                id_missing: r.id_no.is_none().then_some(crate::model::IdMissing::NotAtHand),
                sex: r.sex,
                birth: r.birth,
                phone: self.seal(sealed::RESIDENT_PHONE, r.county, &r.id, r.phone.as_deref())?,
                phone_hash: r.phone.as_deref().map(|p| crate::service::blind_phone(self.vault, p)),
                address: self.seal(sealed::RESIDENT_ADDRESS, r.county, &r.id, r.address.as_deref())?,
                township: r.township,
                village: r.village,
                presence: Presence::Here,
                legal_basis: r.legal_basis,
                notice_version: "1".to_owned(),
                risk: r.risk,
                visit_every: every,
                worker: r.worker,
                vacancy: r.worker.is_none().then_some(Vacancy::Unassigned),
                source: Source::Outreach,
                filed_on: r.filed_on,
                state: if r.closed.is_some() { ResidentState::Closed } else { ResidentState::Active },
                close_reason: r.closed.map(|c| c.1),
                closed_on: r.closed.map(|c| c.0),
                last_on,
                next_on,
                at,
                by: self.by.to_owned(),
            };
            // The first stretch has the id of its resident: no other row of its table is a resident's first.
            rhythms.push(row::RhythmRow::first(r.id.0, &resident));
            rows.push(resident);
        }
        row::insert(tx, households).await?;
        row::insert(tx, rows).await?;
        row::insert(tx, rhythms).await?;
        row::insert(tx, categories).await?;
        row::insert(tx, moves).await?;
        tx.bulk("identity_index", &["kind", "hash", "ref_table", "county_id", "ref_id"], &identities, "").await?;
        Ok(())
    }

    async fn encounters(&self, tx: &mut Tx, batch: &[SeedEncounter]) -> Result<()> {
        let mut rows = vec![];
        let mut persons = vec![];
        let mut workers = vec![];
        for e in batch {
            let Some(first) = e.workers.first().copied() else { continue };
            let met = e.persons.iter().filter(|p| p.1).count();
            rows.push(row::EncounterRow {
                county: e.county,
                id: e.id,
                unit: e.unit,
                township: Some(e.township),
                village: e.village,
                kind: e.kind,
                day: e.day,
                start: e.start,
                household: e.household,
                mode: e.mode,
                purpose: (e.kind == EncounterKind::Visit).then_some(Purpose::Routine),
                topic: e.topic,
                minutes: e.minutes,
                safety: e.safety.iter().map(|s| s.code()).collect::<Vec<_>>().join(","),
                action: self.seal(sealed::ENCOUNTER_ACTION, e.county, &e.id, e.action.as_deref())?,
                state_note: None,
                result: if met == 0 { Outcome::FollowUp } else { Outcome::Done },
                next_on: e.next_on,
                met: i64::try_from(met).unwrap_or(0),
                worker: first,
                at: e.recorded_at,
                by: self.by.to_owned(),
            });
            persons.extend(e.persons.iter().map(|(resident, met)| row::PersonRow {
                county: e.county,
                id: self.rng.uuid(e.recorded_at),
                encounter: e.id,
                resident: *resident,
                name: None,
                met: *met,
            }));
            workers.extend(e.workers.iter().map(|w| row::WorkerRow {
                county: e.county,
                id: self.rng.uuid(e.recorded_at),
                encounter: e.id,
                worker: *w,
            }));
        }
        row::insert(tx, rows).await?;
        row::insert(tx, persons).await?;
        row::insert(tx, workers).await
    }
}
