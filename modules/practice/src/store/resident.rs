//! The register: residents, households, categories, the ledger, identity.

use super::{binds, scoped};
use crate::model::{Resident, ResidentDraft, ResidentState, VisitEvery};
use zw_access::Permit;
use zw_core::{Day, DivisionId, HouseholdId, PageReq, ResidentId, Result, Stamp, UnitId, Uuid, WorkerId, names};
use zw_db::{Conn, Sql, Tx, sql};

pub(super) const SELECT: &str = "SELECT r.county_id,r.id,r.unit_id,r.household_id,r.name,r.id_type,r.id_no,r.id_missing_reason,r.sex,r.birth_day,r.phone,r.address,r.township_id,r.village_id,r.presence,r.legal_basis,r.risk,r.visit_every,r.worker_id,r.vacancy,r.source,r.filed_on,r.state,r.close_reason,r.closed_on,r.last_on,r.next_on,r.version FROM resident r WHERE ";

/// Appends the scope, and leaves children out where the permit shows no names: a masked reader has their number in the
/// figures and nothing else (domain.md 2.1). `today` decides who is a child.
pub(crate) fn visible(q: Sql, p: &Permit<Resident>, today: Day) -> Sql {
    let q = scoped(q, p);
    if p.shows_all_names() {
        return q;
    }
    // The day fourteen years ago as a number: the same comparison of month and day as `Day::years_until`.
    let q = q.lit(" AND (r.birth_day<=").bind(today.yyyymmdd() - 140_000).lit(" OR (1=1");
    p.within_names(q).lit("))")
}

/// One resident whom the permit shows.
pub(crate) async fn get(
    c: &mut Conn,
    p: &Permit<Resident>,
    today: Day,
    county: DivisionId,
    id: ResidentId,
) -> Result<Option<Resident>> {
    c.one(visible(sql(SELECT).lit("r.county_id=").bind(county).lit(" AND r.id=").bind(id), p, today)).await
}

/// Residents by id whom the permit shows, in no order.
pub(crate) async fn by_ids(
    c: &mut Conn,
    p: &Permit<Resident>,
    today: Day,
    ids: &[ResidentId],
) -> Result<Vec<Resident>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    c.all(visible(sql(SELECT).lit("r.id IN ").list(ids.iter().copied()), p, today)).await
}

/// Those of some households, each with its county, who are not closed, the eldest first.
pub(crate) async fn members(
    c: &mut Conn,
    p: &Permit<Resident>,
    today: Day,
    households: &[(DivisionId, HouseholdId)],
) -> Result<Vec<Resident>> {
    if households.is_empty() {
        return Ok(vec![]);
    }
    // The id alone tells the household; the county is for the index.
    let q = sql(SELECT)
        .lit("r.county_id IN ")
        .list(households.iter().map(|h| h.0))
        .lit(" AND r.household_id IN ")
        .list(households.iter().map(|h| h.1))
        .lit(" AND r.state<>'closed'");
    c.all(visible(q, p, today).lit(" ORDER BY r.birth_day,r.id")).await
}

/// One word of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Of a name, and the villages it may name.
    Name(names::Wanted, Vec<DivisionId>),
    /// Only a village: for readers who do not see names.
    Village(Vec<DivisionId>),
}

/// What a list of residents is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Find {
    /// Decides who is a child.
    pub today: Day,
    /// All of these.
    pub words: Vec<Word>,
    /// Only those responsible.
    pub worker: Option<WorkerId>,
    /// Only those of this station.
    pub unit: Option<UnitId>,
    /// Due on or before this day, and in state active.
    pub due: Option<Day>,
    /// Only those nobody answers for today.
    pub waiting: bool,
    /// Closed ones too.
    pub closed: bool,
}

impl Find {
    /// Everybody on the register.
    pub(crate) fn on(today: Day) -> Self {
        Self { today, words: vec![], worker: None, unit: None, due: None, waiting: false, closed: false }
    }
}

/// By name only where the permit shows names: a hit elsewhere would tell the name behind the mask.
fn filter(mut q: Sql, p: &Permit<Resident>, f: &Find) -> Sql {
    for w in &f.words {
        q = match w {
            Word::Name(wanted, villages) => {
                let named =
                    q.lit(" AND (((r.name_folded LIKE ").bind(wanted.folded_like()).lit(" OR r.name_keys LIKE ");
                p.within_names(named.bind(wanted.pinyin_like()).lit(")"))
                    .lit(") OR r.village_id IN ")
                    .list(villages.iter().copied())
                    .lit(")")
            }
            Word::Village(villages) => q.lit(" AND r.village_id IN ").list(villages.iter().copied()),
        };
    }
    if let Some(w) = f.worker {
        q = q.lit(" AND r.worker_id=").bind(w);
    }
    if let Some(u) = f.unit {
        q = q.lit(" AND r.unit_id=").bind(u);
    }
    if let Some(day) = f.due {
        q = q.lit(" AND r.state='active' AND r.next_on<=").bind(day);
    }
    if f.waiting {
        q = super::waiting::waits(q, f.today);
    }
    q.when(!f.closed && f.due.is_none(), |q| q.lit(" AND r.state<>'closed'"))
}

/// The first few residents, uncounted: those due first.
pub(crate) async fn first(c: &mut Conn, p: &Permit<Resident>, f: &Find, n: i64) -> Result<Vec<Resident>> {
    let q = filter(visible(sql(SELECT).lit("1=1"), p, f.today), p, f).lit(" ORDER BY r.next_on,r.id LIMIT ").bind(n);
    c.all(q).await
}

/// A page of residents and their number: those due first.
pub(crate) async fn find(c: &mut Conn, p: &Permit<Resident>, f: &Find, page: PageReq) -> Result<(Vec<Resident>, i64)> {
    let total = c.scalar(filter(visible(sql("SELECT COUNT(*) FROM resident r WHERE 1=1"), p, f.today), p, f)).await?;
    let q = filter(visible(sql(SELECT).lit("1=1"), p, f.today), p, f)
        .lit(" ORDER BY r.next_on,r.id LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    Ok((c.all(q).await?, total))
}

/// A household of the unit.
pub(crate) async fn household_village(
    c: &mut Conn,
    county: DivisionId,
    unit: UnitId,
    id: HouseholdId,
) -> Result<Option<DivisionId>> {
    let found: Option<(DivisionId,)> = c
        .one(
            sql("SELECT village_id FROM household WHERE county_id=")
                .bind(county)
                .lit(" AND unit_id=")
                .bind(unit)
                .lit(" AND id=")
                .bind(id),
        )
        .await?;
    Ok(found.map(|f| f.0))
}

/// Enters a number in the index of identities; `false` if it is there already.
pub(crate) async fn claim_identity(tx: &mut Tx, hash: &[u8], county: DivisionId, id: ResidentId) -> Result<bool> {
    let q = binds!(
        sql("INSERT INTO identity_index(kind,hash,ref_table,county_id,ref_id) VALUES('resident_id'"),
        "," => hash,
        ",'resident'," => county,
        "," => id,
    );
    Ok(tx.run(q.lit(") ON CONFLICT(kind,hash) DO NOTHING")).await? == 1)
}

/// Takes a number out of the index, when a correction or the closing of a mistaken record frees it.
pub(crate) async fn free_identity(tx: &mut Tx, county: DivisionId, id: ResidentId) -> Result<()> {
    tx.run(
        sql("DELETE FROM identity_index WHERE kind='resident_id' AND ref_table='resident' AND county_id=")
            .bind(county)
            .lit(" AND ref_id=")
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Who holds a number: county, resident, station's name.
pub(crate) async fn holder(
    c: &mut Conn,
    hash: &[u8],
) -> Result<Option<(DivisionId, ResidentId, Option<UnitId>, Option<String>)>> {
    c.one(
        sql("SELECT i.county_id,i.ref_id,r.unit_id,u.name FROM identity_index i LEFT JOIN resident r ON r.county_id=i.county_id AND r.id=i.ref_id LEFT JOIN unit u ON u.id=r.unit_id WHERE i.kind='resident_id' AND i.hash=")
            .bind(hash),
    )
    .await
}

/// Ends the stretch of a resident's rhythm on a day, exclusive; one that only began that day never stood.
pub(crate) async fn end_rhythm(tx: &mut Tx, county: DivisionId, id: ResidentId, on: Day) -> Result<()> {
    let q = sql("DELETE FROM resident_rhythm WHERE county_id=").bind(county).lit(" AND resident_id=").bind(id);
    tx.run(q.lit(" AND from_day>=").bind(on)).await?;
    let q = sql("UPDATE resident_rhythm SET to_day=").bind(on).lit(" WHERE county_id=").bind(county);
    tx.run(q.lit(" AND resident_id=").bind(id).lit(" AND to_day IS NULL")).await?;
    Ok(())
}

/// Fields of a correction that are sealed or derived outside the draft.
pub(crate) struct Sealed {
    /// Number; `None` keeps it.
    pub id_no: Option<Vec<u8>>,
    /// Phone; `None` keeps it.
    pub phone: Option<Vec<u8>>,
    /// Its blind index.
    pub phone_hash: Option<Vec<u8>>,
    /// Address; `None` keeps it.
    pub address: Option<Vec<u8>>,
    /// Township of the village.
    pub township: DivisionId,
}

/// Writes a correction; 0 rows when somebody was faster.
pub(crate) async fn update(
    tx: &mut Tx,
    p: &Permit<Resident>,
    was: &Resident,
    d: &ResidentDraft,
    s: Sealed,
    by: &str,
) -> Result<u64> {
    use zw_core::code::Code;
    let at = tx.at();
    let keys = names::keys(&d.name);
    let q = binds!(
        sql("UPDATE resident AS r SET version=r.version+1"),
        ",name=" => &d.name,
        ",name_keys=" => keys.pinyin,
        ",name_folded=" => keys.folded,
        ",id_type=" => d.id_type.code(),
        ",id_missing_reason=" => d.id_missing,
        ",sex=" => d.sex.code(),
        ",birth_day=" => d.birth,
        ",township_id=" => s.township,
        ",village_id=" => d.village,
        ",presence=" => d.presence,
        ",legal_basis=" => d.legal_basis,
        ",risk=" => d.risk,
        ",visit_every=" => d.visit_every,
        ",worker_id=" => d.worker,
        ",vacancy=" => d.worker.is_none().then_some(crate::model::Vacancy::Unassigned),
        ",source=" => d.source,
        ",filed_on=" => d.filed_on,
        ",state=" => d.state,
        ",id_no=COALESCE(" => s.id_no,
        ",r.id_no),phone=COALESCE(" => s.phone,
        ",r.phone),phone_hash=COALESCE(" => s.phone_hash,
        ",r.phone_hash),address=COALESCE(" => s.address,
        ",r.address),updated_at=" => at,
        ",updated_by=" => by,
        " WHERE r.county_id=" => was.county_id,
        " AND r.id=" => was.id,
        " AND r.version=" => was.version,
    );
    tx.run(p.within(q)).await
}

/// Closes a record; 0 rows when somebody was faster.
pub(crate) async fn close(
    tx: &mut Tx,
    p: &Permit<Resident>,
    was: &Resident,
    reason: crate::model::CloseReason,
    on: Day,
    by: &str,
) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE resident AS r SET version=r.version+1"),
        ",state=" => ResidentState::Closed,
        ",close_reason=" => reason,
        ",closed_on=" => on,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE r.county_id=" => was.county_id,
        " AND r.id=" => was.id,
        " AND r.version=" => was.version,
    );
    tx.run(p.within(q)).await
}

/// Moves the ledger's first line of a record, and the categories that began with it, when its day of filing or its township
/// was corrected.
pub(crate) async fn move_filing(
    tx: &mut Tx,
    county: DivisionId,
    id: ResidentId,
    (was, day): (Day, Day),
    township: DivisionId,
) -> Result<()> {
    let q = sql("UPDATE resident_category SET from_day=").bind(day).lit(" WHERE county_id=").bind(county);
    let q = q.lit(" AND resident_id=").bind(id).lit(" AND from_day=").bind(was);
    // An official status began when its authority says.
    tx.run(q.lit(" AND list_id IS NULL AND (to_day IS NULL OR to_day>").bind(day).lit(")")).await?;
    tx.run(
        sql("UPDATE resident_move SET day=")
            .bind(day)
            .lit(" WHERE county_id=")
            .bind(county)
            .lit(" AND resident_id=")
            .bind(id)
            .lit(" AND kind='filed'"),
    )
    .await?;
    tx.run(
        sql("UPDATE resident_move SET township_id=")
            .bind(township)
            .lit(" WHERE county_id=")
            .bind(county)
            .lit(" AND resident_id=")
            .bind(id),
    )
    .await?;
    Ok(())
}

/// A contact in the past of a resident, for the visiting schedule.
pub(crate) struct Contact {
    /// Day.
    pub day: Day,
    /// Next day agreed.
    pub next_on: Option<Day>,
    /// Met.
    pub met: bool,
}

/// Takes the rows of some residents until the commit, so that two encounters of one person recorded at the same moment
/// renew the schedule one after the other and the later one sees the earlier.
pub(crate) async fn hold(tx: &mut Tx, county: DivisionId, ids: &[ResidentId]) -> Result<()> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    // Few at a time, in order: two that take several of the same persons wait for one another, never both.
    for some in ids.chunks(8) {
        let q = sql("UPDATE resident SET next_on=next_on WHERE county_id=").bind(county).lit(" AND id IN ");
        tx.run(q.list(some.iter().copied())).await?;
    }
    Ok(())
}

/// What the schedules of some residents rest on: (resident, filed on, rhythm), then their contacts, newest first, those
/// under records merged into theirs among them.
pub(crate) async fn schedule_facts(
    c: &mut Conn,
    county: DivisionId,
    ids: &[ResidentId],
) -> Result<(Vec<(ResidentId, Day, VisitEvery)>, Vec<(ResidentId, Contact)>)> {
    let who = c
        .all(
            sql("SELECT r.id,r.filed_on,r.visit_every FROM resident r WHERE r.county_id=")
                .bind(county)
                .lit(" AND r.id IN ")
                .list(ids.iter().copied())
                .lit(" ORDER BY r.id"),
        )
        .await?;
    let links = super::merge::links(c, county, ids).await?;
    let merged = links.iter().filter(|(_, stays)| ids.contains(stays)).map(|(goes, _)| *goes);
    let rows: Vec<(ResidentId, Day, Option<Day>, bool)> = c
        .all(
            sql("SELECT p.resident_id,e.day,e.next_on,p.met FROM encounter_person p JOIN encounter e ON e.county_id=p.county_id AND e.id=p.encounter_id WHERE p.county_id=")
                .bind(county)
                .lit(" AND p.resident_id IN ")
                .list(ids.iter().copied().chain(merged))
                .lit(" AND e.voided_at IS NULL ORDER BY e.day DESC,e.recorded_at DESC,e.id DESC"),
        )
        .await?;
    let contacts = rows.into_iter().flat_map(|(id, day, next_on, met)| {
        let with = links.iter().find(|(goes, stays)| *goes == id && ids.contains(stays)).map(|(_, stays)| *stays);
        let own = ids.contains(&id).then_some(id);
        [own, with].into_iter().flatten().map(move |id| (id, Contact { day, next_on, met }))
    });
    Ok((who, contacts.collect()))
}

/// Writes a schedule; the version stays, the schedule is derived.
pub(crate) async fn set_schedule(
    tx: &mut Tx,
    county: DivisionId,
    id: ResidentId,
    last: Option<Day>,
    next: Day,
) -> Result<()> {
    tx.run(
        sql("UPDATE resident SET last_on=")
            .bind(last)
            .lit(",next_on=")
            .bind(next)
            .lit(" WHERE county_id=")
            .bind(county)
            .lit(" AND id=")
            .bind(id),
    )
    .await?;
    Ok(())
}

/// When and by whom a record was changed last: for the sentence of a conflict.
pub(crate) async fn changed(c: &mut Conn, county: DivisionId, id: Uuid) -> Result<Option<(Stamp, String, i64)>> {
    c.one(
        sql("SELECT updated_at,updated_by,version FROM resident WHERE county_id=")
            .bind(county)
            .lit(" AND id=")
            .bind(id),
    )
    .await
}

/// Residents whose folded names are not made yet, at most so many: (county, id, name).
pub(crate) async fn unfolded(c: &mut Conn, most: i64) -> Result<Vec<(DivisionId, ResidentId, zw_access::Pii<String>)>> {
    c.all(
        sql("SELECT county_id,id,name FROM resident WHERE name_folded IS NULL ORDER BY county_id,id LIMIT ").bind(most),
    )
    .await
}

/// Writes the keys for finding; the version stays, they are derived.
pub(crate) async fn set_keys(tx: &mut Tx, county: DivisionId, id: ResidentId, keys: names::Keys) -> Result<()> {
    let q = binds!(
        sql("UPDATE resident SET name_folded="),
        "" => keys.folded,
        ",name_keys=" => keys.pinyin,
        " WHERE county_id=" => county,
        " AND id=" => id,
    );
    tx.run(q).await?;
    Ok(())
}
