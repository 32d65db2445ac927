//! What pages and API answer with: already masked for the reader.

use crate::model::{
    CloseReason, ConsentAnswer, ConsentForm, ConsentScope, ConsentState, EncounterKind, FieldGroup, GuardianGround,
    IdMissing, LegalBasis, MergeReason, Mode, Outcome, Presence, Purpose, Recognition, RefusalEnd, RefusedWhat,
    ResidentState, Source, Topic, VisitEvery, Why,
};
use schemars::JsonSchema;
use serde::Serialize;
use zw_core::{
    ConsentId, Day, DivisionId, EncounterId, HouseholdId, OfficialListId, RefusalId, ResidentId, UnitId, WorkerId,
};

/// A category: an official status, or what the station's worker found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CategoryOut {
    /// Code of the list 对象类别.
    pub code: String,
    /// Who recognised it.
    pub basis: Recognition,
    /// Since when.
    pub from: Day,
    /// The day it ended; none: it stands.
    pub to: Option<Day>,
    /// The official list that says so; none for what was typed at the station.
    pub list: Option<OfficialListId>,
    /// Day of that list.
    pub list_date: Option<Day>,
    /// Number of its document.
    pub document: Option<String>,
}

/// A resident in a list. Categories (P3) stand on the record only, whose reading is written down.
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
    /// Nobody answers for them: no worker is named, or who is named is no longer posted at the station.
    pub waiting: bool,
}

/// A record that was merged into another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MergedOut {
    /// The merged record.
    pub id: ResidentId,
    /// Its name, masked where the reader sees no names.
    pub name: String,
    /// Its day of filing.
    pub filed_on: Day,
    /// Day of the merge.
    pub merged_on: Day,
    /// Why.
    pub reason: MergeReason,
}

/// Somebody on file who may be the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Candidate {
    /// Whether it must be answered.
    pub must: bool,
    /// The person, where the reader sees names.
    pub person: Option<PersonCard>,
    /// Elsewhere in the county: the station that has somebody like this on file, and nothing more.
    pub station: Option<String>,
    /// What speaks for it, as far as the reader sees those fields.
    pub why: Vec<Why>,
}

/// Who resembles somebody about to be registered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Duplicates {
    /// Whether it must be answered before anything is registered.
    pub must: bool,
    /// Goes back as `seen` with the answer; empty when nobody resembles.
    pub seen: String,
    /// The likeliest first, at most five of the own station and five stations.
    pub items: Vec<Candidate>,
}

/// A consent or a refusal of somebody on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsentOut {
    /// Row.
    pub id: ConsentId,
    /// Recorded under a record that was merged into this one.
    pub merged: bool,
    /// What it is about.
    pub scopes: Vec<ConsentScope>,
    /// Answer.
    pub answer: ConsentAnswer,
    /// Where it stands today.
    pub state: ConsentState,
    /// How it was given; none where that is not known.
    pub form: Option<ConsentForm>,
    /// Who signed, maybe masked; none where it is not known or not for this reader.
    pub signer: Option<String>,
    /// Relation of the signer, GB/T 4761.
    pub relation: Option<String>,
    /// Why a guardian signed for a grown-up; only with detail.
    pub ground: Option<GuardianGround>,
    /// Witness, maybe masked.
    pub witness: Option<String>,
    /// What for.
    pub purpose: String,
    /// Who receives the data.
    pub recipients: String,
    /// Groups of fields.
    pub field_groups: Vec<FieldGroup>,
    /// Version of the notice shown.
    pub notice_version: String,
    /// Day.
    pub signed_on: Day,
    /// Last day.
    pub until: Option<Day>,
    /// Day of the withdrawal.
    pub withdrawn_on: Option<Day>,
    /// Why; only with detail.
    pub withdraw_reason: Option<String>,
    /// Where the paper is.
    pub evidence: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// Version, to be sent back with a withdrawal.
    pub version: i64,
}

/// What stands of one matter today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatterOut {
    /// Matter.
    pub scope: ConsentScope,
    /// Where the last answer stands; none where nobody was asked.
    pub state: Option<ConsentState>,
    /// Since when, or until when.
    pub day: Option<Day>,
    /// Whether the law bears it without any consent.
    pub borne: bool,
}

/// All consents and refusals of a resident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsentsOut {
    /// Matter by matter.
    pub matters: Vec<MatterOut>,
    /// The newest first; of a child only with detail.
    pub items: Vec<ConsentOut>,
    /// Whether they are kept back from this reader.
    pub withheld: bool,
    /// The record rests on a consent, and none stands: nothing more may be recorded.
    pub no_basis: bool,
}

/// Somebody was asked for a file and said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RefusalOut {
    /// County part of the key.
    pub county: DivisionId,
    /// Row.
    pub id: RefusalId,
    /// Station's name.
    pub unit_name: String,
    /// Village.
    pub village_name: String,
    /// Category codes.
    pub categories: Vec<String>,
    /// What was refused.
    pub what: RefusedWhat,
    /// Day.
    pub refused_on: Day,
    /// Who asked.
    pub worker_name: Option<String>,
    /// Day from which it stands no more.
    pub ended_on: Option<Day>,
    /// Why.
    pub end_reason: Option<RefusalEnd>,
    /// Whether the reader may end it.
    pub may_end: bool,
    /// Version, to be sent back with its end.
    pub version: i64,
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
    /// Sex, where names are shown; of a child only with detail.
    pub sex: Option<String>,
    /// Birth date, likewise.
    pub birth: Option<Day>,
    /// Completed years, likewise.
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
    /// Categories in force (P3): official ones and the worker's own; empty without detail.
    pub categories: Vec<CategoryOut>,
    /// Official statuses that are over, the latest first; empty without detail.
    pub past_categories: Vec<CategoryOut>,
    /// Whether something is kept back from this reader: not the responsible worker, took part in no encounter, not the
    /// head.
    pub withheld: bool,
    /// Presence.
    pub presence: Presence,
    /// Legal basis.
    pub legal_basis: LegalBasis,
    /// Risk grade.
    pub risk: i64,
    /// Rhythm of visits.
    pub visit_every: VisitEvery,
    /// Responsible worker.
    pub worker: Option<WorkerId>,
    /// Name of the worker.
    pub worker_name: Option<String>,
    /// Who looks after the person while the station has nobody on post; none: somebody is.
    pub care: Option<CareOut>,
    /// Nobody answers for them: no worker is named, or who is named is no longer posted at the station.
    pub waiting: bool,
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

/// 代管: the station has nobody on post, so its people are looked after by another unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CareOut {
    /// The first day without staff.
    pub since: Day,
    /// The unit's name; none: the county has no centre and chose nobody.
    pub unit: Option<String>,
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
    /// Persons; without detail children are left out.
    pub persons: Vec<EncounterPerson>,
    /// Children left out: their number is all this reader sees.
    pub children_hidden: i64,
    /// Persons met.
    pub met: i64,
    /// Workers.
    pub workers: Vec<EncounterWorker>,
    /// Whether more than who, when and met is kept back from this reader: took no part, does not answer for one of the
    /// persons, not the head. Purpose, topic, safety, action, note, outcome and next visit are empty then.
    pub withheld: bool,
    /// What was looked at.
    pub safety: Vec<String>,
    /// What was done: on the person's and the encounter's own page, which are audited.
    pub action: Option<String>,
    /// Body and mind: only on the encounter's own page.
    pub state_note: Option<String>,
    /// Outcome.
    pub result: Option<Outcome>,
    /// Next visit.
    pub next_on: Option<Day>,
    /// When it was entered, Asia/Shanghai.
    pub recorded_at: String,
    /// Name of who entered it, where it is none of the workers: the account's, or what was written down where there is
    /// none; on the encounter's own page.
    pub recorded_by: Option<String>,
    /// Entered more than three days after it happened (shown, not punished).
    pub late_entry: bool,
    /// Declared void.
    pub voided: bool,
    /// Why.
    pub void_reason: Option<String>,
    /// Version, to be sent back with a correction.
    pub version: i64,
}
