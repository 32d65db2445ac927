//! What pages and API answer with: already masked for the reader.

use crate::model::{
    CloseReason, EncounterKind, IdMissing, LegalBasis, Mode, Outcome, Presence, Purpose, Recognition, ResidentState,
    Source, Topic, VisitEvery,
};
use schemars::JsonSchema;
use serde::Serialize;
use zw_core::{Day, DivisionId, EncounterId, HouseholdId, ResidentId, UnitId, WorkerId};

/// A category in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CategoryOut {
    /// Code of the list 对象类别.
    pub code: String,
    /// Who recognised it.
    pub basis: Recognition,
}

/// A resident in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonCard {
    /// County part of the key.
    pub county: DivisionId,
    /// Resident.
    pub id: ResidentId,
    /// Name, masked where the reader sees no names.
    pub name: String,
    /// Village.
    pub village: String,
    /// Category codes; empty where the reader sees no names.
    pub categories: Vec<String>,
    /// State.
    pub state: ResidentState,
    /// Risk grade.
    pub risk: i64,
    /// Day last met.
    pub last_on: Option<Day>,
    /// Day the next visit is due.
    pub next_on: Day,
    /// Due before today.
    pub overdue: bool,
}

/// A resident's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ResidentOut {
    /// County part of the key.
    pub county: DivisionId,
    /// Resident.
    pub id: ResidentId,
    /// Station.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Household.
    pub household: HouseholdId,
    /// Name, maybe masked.
    pub name: String,
    /// Sex, where names are shown.
    pub sex: Option<String>,
    /// Birth date, where names are shown.
    pub birth: Option<Day>,
    /// Completed years, where names are shown.
    pub age: Option<i64>,
    /// Kind of document.
    pub id_type: String,
    /// Document number, masked.
    pub id_no: Option<String>,
    /// Why there is none.
    pub id_missing: Option<IdMissing>,
    /// Phone, masked.
    pub phone: Option<String>,
    /// Whether an address is on file (shown only by a reveal).
    pub has_address: bool,
    /// Village.
    pub village: DivisionId,
    /// Its name.
    pub village_name: String,
    /// Township's name.
    pub township_name: String,
    /// Categories; empty where names are not shown.
    pub categories: Vec<CategoryOut>,
    /// Presence.
    pub presence: Presence,
    /// Legal basis.
    pub legal_basis: LegalBasis,
    /// Consent.
    pub consent_on: Option<Day>,
    /// Its end.
    pub consent_until: Option<Day>,
    /// Risk grade.
    pub risk: i64,
    /// Rhythm of visits.
    pub visit_every: VisitEvery,
    /// Responsible worker.
    pub worker: Option<WorkerId>,
    /// Name of the worker.
    pub worker_name: Option<String>,
    /// Source.
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
    /// Due before today.
    pub overdue: bool,
    /// Version, to be sent back with a correction.
    pub version: i64,
}

/// A person of an encounter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EncounterPerson {
    /// Resident, if on file.
    pub resident: Option<ResidentId>,
    /// Name, maybe masked; empty for somebody unnamed.
    pub name: String,
    /// Met, or sought in vain.
    pub met: bool,
}

/// A worker of an encounter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EncounterWorker {
    /// Worker.
    pub id: WorkerId,
    /// Name.
    pub name: String,
}

/// An encounter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EncounterOut {
    /// County part of the key.
    pub county: DivisionId,
    /// Encounter.
    pub id: EncounterId,
    /// Station.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Kind.
    pub kind: EncounterKind,
    /// Day.
    pub day: Day,
    /// Time it began, HH:MM.
    pub start: Option<String>,
    /// Minutes.
    pub minutes: Option<i64>,
    /// How.
    pub mode: Mode,
    /// Why.
    pub purpose: Option<Purpose>,
    /// What about.
    pub topic: Option<Topic>,
    /// Village of the residents.
    pub village_name: Option<String>,
    /// Persons.
    pub persons: Vec<EncounterPerson>,
    /// Persons met.
    pub met: i64,
    /// Workers.
    pub workers: Vec<EncounterWorker>,
    /// What was looked at.
    pub safety: Vec<String>,
    /// What was done; `***` where names are not shown.
    pub action: Option<String>,
    /// Body and mind: only on the encounter's own page, which is audited.
    pub state_note: Option<String>,
    /// Outcome.
    pub result: Outcome,
    /// Next visit.
    pub next_on: Option<Day>,
    /// When it was entered, Asia/Shanghai.
    pub recorded_at: String,
    /// Entered more than three days after it happened (shown, not punished).
    pub late_entry: bool,
    /// Declared void.
    pub voided: bool,
    /// Why.
    pub void_reason: Option<String>,
    /// Version, to be sent back with a correction.
    pub version: i64,
}
