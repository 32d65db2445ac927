//! Rows as they are inserted, one or a hundred thousand: the register's pages and the demo's loader write the same.

use crate::model::{
    CloseReason, Distinct, EncounterKind, IdMissing, LegalBasis, Mode, MoveKind, Outcome, Presence, Purpose,
    Recognition, ResidentState, Source, Topic, Vacancy, VisitEvery,
};
use zw_core::code::Code;
use zw_core::person_id::{IdKind, Sex};
use zw_core::{
    Day, DivisionId, EncounterId, HouseholdId, OfficialListId, ResidentId, Result, Stamp, UnitId, Uuid, WorkerId, names,
};
use zw_db::{Conn, Val, val};

/// A household.
pub(crate) struct HouseholdRow {
    pub county: DivisionId,
    pub id: HouseholdId,
    pub unit: UnitId,
    pub head: Option<ResidentId>,
    pub village: DivisionId,
    pub address: Option<Vec<u8>>,
    pub at: Stamp,
}

/// A stretch of a resident's rhythm, open to the end.
pub(crate) struct RhythmRow {
    pub county: DivisionId,
    pub id: Uuid,
    pub resident: ResidentId,
    pub from: Day,
    pub every: VisitEvery,
    pub paused: bool,
}

/// A resident.
pub(crate) struct ResidentRow {
    pub county: DivisionId,
    pub id: ResidentId,
    pub unit: UnitId,
    pub household: HouseholdId,
    pub name: String,
    pub keys: names::Keys,
    pub id_type: IdKind,
    pub id_no: Option<Vec<u8>>,
    pub id_missing: Option<IdMissing>,
    pub sex: Sex,
    pub birth: Day,
    pub phone: Option<Vec<u8>>,
    pub phone_hash: Option<Vec<u8>>,
    pub address: Option<Vec<u8>>,
    pub township: DivisionId,
    pub village: DivisionId,
    pub presence: Presence,
    pub legal_basis: LegalBasis,
    pub notice_version: String,
    pub risk: i64,
    pub visit_every: VisitEvery,
    pub worker: Option<WorkerId>,
    pub vacancy: Option<Vacancy>,
    pub source: Source,
    pub filed_on: Day,
    pub state: ResidentState,
    pub close_reason: Option<CloseReason>,
    pub closed_on: Option<Day>,
    pub last_on: Option<Day>,
    pub next_on: Day,
    pub at: Stamp,
    pub by: String,
}

/// A category of a resident.
pub(crate) struct CategoryRow {
    pub county: DivisionId,
    pub id: Uuid,
    pub resident: ResidentId,
    pub category: String,
    pub basis: Recognition,
    pub from: Day,
    pub to: Option<Day>,
    /// The official list that says so; none for what was typed at the station.
    pub list: Option<OfficialListId>,
    /// Its document.
    pub document: Option<String>,
}

/// Two records that resemble each other and are two persons, as somebody decided.
pub(crate) struct DistinctRow {
    pub county: DivisionId,
    pub id: Uuid,
    pub resident: ResidentId,
    pub other: ResidentId,
    pub reason: Distinct,
    pub at: Stamp,
    pub by: String,
}

/// A line of the register's ledger.
pub(crate) struct MoveRow {
    pub county: DivisionId,
    pub id: Uuid,
    pub resident: ResidentId,
    pub unit: UnitId,
    pub township: DivisionId,
    pub day: Day,
    pub kind: MoveKind,
    pub delta: i64,
    pub at: Stamp,
}

/// An encounter.
pub(crate) struct EncounterRow {
    pub county: DivisionId,
    pub id: EncounterId,
    pub unit: UnitId,
    pub township: Option<DivisionId>,
    pub village: Option<DivisionId>,
    pub kind: EncounterKind,
    pub day: Day,
    pub start: Option<i64>,
    pub household: Option<HouseholdId>,
    pub mode: Mode,
    pub purpose: Option<Purpose>,
    pub topic: Option<Topic>,
    pub minutes: Option<i64>,
    pub safety: String,
    pub action: Option<Vec<u8>>,
    pub state_note: Option<Vec<u8>>,
    pub result: Outcome,
    pub next_on: Option<Day>,
    pub met: i64,
    pub worker: WorkerId,
    pub at: Stamp,
    pub by: String,
}

/// A person of an encounter.
pub(crate) struct PersonRow {
    pub county: DivisionId,
    pub id: Uuid,
    pub encounter: EncounterId,
    pub resident: Option<ResidentId>,
    pub name: Option<Vec<u8>>,
    pub met: bool,
}

/// A worker of an encounter.
pub(crate) struct WorkerRow {
    pub county: DivisionId,
    pub id: Uuid,
    pub encounter: EncounterId,
    pub worker: WorkerId,
}

/// A kind of row that can be inserted in bulk.
pub(crate) trait Insert {
    /// Table.
    const TABLE: &'static str;
    /// Columns.
    const COLUMNS: &'static [&'static str];
    /// Values in the order of the columns.
    fn vals(self) -> Vec<Val>;
}

/// Inserts rows.
pub(crate) async fn insert<R: Insert>(c: &mut Conn, rows: impl IntoIterator<Item = R>) -> Result<()> {
    let rows: Vec<Vec<Val>> = rows.into_iter().map(Insert::vals).collect();
    if !rows.is_empty() {
        c.bulk(R::TABLE, R::COLUMNS, &rows, "").await?;
    }
    Ok(())
}

impl Insert for HouseholdRow {
    const TABLE: &'static str = "household";
    const COLUMNS: &'static [&'static str] =
        &["county_id", "id", "unit_id", "head_id", "village_id", "address", "created_at"];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.unit),
            val(self.head),
            val(self.village),
            val(self.address),
            val(self.at),
        ]
    }
}

impl Insert for ResidentRow {
    const TABLE: &'static str = "resident";
    const COLUMNS: &'static [&'static str] = &[
        "county_id",
        "id",
        "unit_id",
        "household_id",
        "name",
        "name_keys",
        "name_folded",
        "id_type",
        "id_no",
        "id_missing_reason",
        "sex",
        "birth_day",
        "phone",
        "phone_hash",
        "address",
        "township_id",
        "village_id",
        "presence",
        "legal_basis",
        "notice_version",
        "risk",
        "visit_every",
        "worker_id",
        "vacancy",
        "source",
        "filed_on",
        "state",
        "close_reason",
        "closed_on",
        "last_on",
        "next_on",
        "created_at",
        "updated_at",
        "updated_by",
    ];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.unit),
            val(self.household),
            val(self.name),
            val(self.keys.pinyin),
            val(self.keys.folded),
            val(self.id_type.code()),
            val(self.id_no),
            val(self.id_missing),
            val(self.sex.code()),
            val(self.birth),
            val(self.phone),
            val(self.phone_hash),
            val(self.address),
            val(self.township),
            val(self.village),
            val(self.presence),
            val(self.legal_basis),
            val(self.notice_version),
            val(self.risk),
            val(self.visit_every),
            val(self.worker),
            val(self.vacancy),
            val(self.source),
            val(self.filed_on),
            val(self.state),
            val(self.close_reason),
            val(self.closed_on),
            val(self.last_on),
            val(self.next_on),
            val(self.at),
            val(self.at),
            val(self.by),
        ]
    }
}

impl RhythmRow {
    /// The stretch that a record begins with: it stands from before every day, so that a corrected day of filing needs
    /// no other one.
    pub(crate) fn first(id: Uuid, r: &ResidentRow) -> Self {
        Self {
            county: r.county,
            id,
            resident: r.id,
            from: Day::from_stored(19_000_101),
            every: r.visit_every,
            paused: r.state == ResidentState::Paused,
        }
    }
}

impl Insert for RhythmRow {
    const TABLE: &'static str = "resident_rhythm";
    const COLUMNS: &'static [&'static str] = &["county_id", "id", "resident_id", "from_day", "visit_every", "paused"];
    fn vals(self) -> Vec<Val> {
        vec![val(self.county), val(self.id), val(self.resident), val(self.from), val(self.every), val(self.paused)]
    }
}

impl Insert for CategoryRow {
    const TABLE: &'static str = "resident_category";
    const COLUMNS: &'static [&'static str] =
        &["county_id", "id", "resident_id", "category", "basis", "from_day", "to_day", "list_id", "ref"];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.resident),
            val(self.category),
            val(self.basis),
            val(self.from),
            val(self.to),
            val(self.list),
            val(self.document),
        ]
    }
}

impl Insert for DistinctRow {
    const TABLE: &'static str = "resident_distinct";
    const COLUMNS: &'static [&'static str] =
        &["county_id", "id", "resident_id", "other_id", "reason", "decided_at", "decided_by"];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.resident),
            val(self.other),
            val(self.reason),
            val(self.at),
            val(self.by),
        ]
    }
}

impl Insert for MoveRow {
    const TABLE: &'static str = "resident_move";
    const COLUMNS: &'static [&'static str] =
        &["county_id", "id", "resident_id", "unit_id", "township_id", "day", "kind", "delta", "created_at"];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.resident),
            val(self.unit),
            val(self.township),
            val(self.day),
            val(self.kind),
            val(self.delta),
            val(self.at),
        ]
    }
}

impl Insert for EncounterRow {
    const TABLE: &'static str = "encounter";
    const COLUMNS: &'static [&'static str] = &[
        "county_id",
        "id",
        "unit_id",
        "township_id",
        "village_id",
        "kind",
        "day",
        "start_minute",
        "household_id",
        "mode",
        "purpose",
        "topic",
        "minutes",
        "safety",
        "action",
        "state_note",
        "result",
        "next_on",
        "met_n",
        "worker_id",
        "recorded_at",
        "recorded_by",
        "updated_at",
        "updated_by",
    ];
    fn vals(self) -> Vec<Val> {
        vec![
            val(self.county),
            val(self.id),
            val(self.unit),
            val(self.township),
            val(self.village),
            val(self.kind),
            val(self.day),
            val(self.start),
            val(self.household),
            val(self.mode),
            val(self.purpose),
            val(self.topic),
            val(self.minutes),
            val(self.safety),
            val(self.action),
            val(self.state_note),
            val(self.result),
            val(self.next_on),
            val(self.met),
            val(self.worker),
            val(self.at),
            val(&self.by),
            val(self.at),
            val(&self.by),
        ]
    }
}

impl Insert for PersonRow {
    const TABLE: &'static str = "encounter_person";
    const COLUMNS: &'static [&'static str] = &["county_id", "id", "encounter_id", "resident_id", "name", "met"];
    fn vals(self) -> Vec<Val> {
        vec![val(self.county), val(self.id), val(self.encounter), val(self.resident), val(self.name), val(self.met)]
    }
}

impl Insert for WorkerRow {
    const TABLE: &'static str = "encounter_worker";
    const COLUMNS: &'static [&'static str] = &["county_id", "id", "encounter_id", "worker_id"];
    fn vals(self) -> Vec<Val> {
        vec![val(self.county), val(self.id), val(self.encounter), val(self.worker)]
    }
}
