//! Merged records: the rows that tie two of them together, and the values that go from one to the other.

use super::binds;
use crate::model::{LegalBasis, MergeReason, Presence, Resident, ResidentState, Vacancy};
use zw_access::Permit;
use zw_core::{Day, DivisionId, ResidentId, Result, Stamp, Uuid, WorkerId, names};
use zw_db::{Conn, Tx, sql};

zw_db::record! {
    /// A merge that stands.
    #[derive(Clone, Debug)]
    pub(crate) struct Merge {
        pub id: Uuid,
        pub loser_id: ResidentId,
        pub survivor_id: ResidentId,
        pub reason: MergeReason,
        pub kept: Vec<u8>,
        pub merged_on: Day,
    }
}

const SELECT: &str =
    "SELECT id,loser_id,survivor_id,reason,kept,merged_on FROM resident_merge WHERE undone_on IS NULL AND county_id=";

/// The merge of a record into another.
pub(crate) async fn of(c: &mut Conn, county: DivisionId, loser: ResidentId) -> Result<Option<Merge>> {
    c.one(sql(SELECT).bind(county).lit(" AND loser_id=").bind(loser)).await
}

/// What was merged into a record, the oldest first.
pub(crate) async fn into(c: &mut Conn, county: DivisionId, survivor: ResidentId) -> Result<Vec<Merge>> {
    c.all(sql(SELECT).bind(county).lit(" AND survivor_id=").bind(survivor).lit(" ORDER BY merged_on,id")).await
}

/// (merged, stays) of every merge that some records are in, on either side.
pub(crate) async fn links(
    c: &mut Conn,
    county: DivisionId,
    ids: &[ResidentId],
) -> Result<Vec<(ResidentId, ResidentId)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let q = sql("SELECT loser_id,survivor_id FROM resident_merge WHERE undone_on IS NULL AND county_id=")
        .bind(county)
        .lit(" AND (loser_id IN ")
        .list(ids.iter().copied())
        .lit(" OR survivor_id IN ")
        .list(ids.iter().copied());
    c.all(q.lit(") ORDER BY id")).await
}

/// A merge as it is written.
pub(crate) struct New {
    pub county: DivisionId,
    pub id: Uuid,
    pub loser: ResidentId,
    pub survivor: ResidentId,
    pub reason: MergeReason,
    pub kept: Vec<u8>,
    pub on: Day,
    pub at: Stamp,
    pub by: String,
}

/// Writes a merge.
pub(crate) async fn add(tx: &mut Tx, m: New) -> Result<()> {
    let q = binds!(
        sql("INSERT INTO resident_merge(county_id,id,loser_id,survivor_id,reason,kept,merged_on,merged_at,merged_by) VALUES("),
        "" => m.county,
        "," => m.id,
        "," => m.loser,
        "," => m.survivor,
        "," => m.reason,
        "," => m.kept,
        "," => m.on,
        "," => m.at,
        "," => m.by,
    );
    tx.run(q.lit(")")).await?;
    Ok(())
}

/// Ends a merge; 0 rows when somebody was faster.
pub(crate) async fn undo(tx: &mut Tx, county: DivisionId, id: Uuid, on: Day, by: &str) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE resident_merge SET undone_on="),
        "" => on,
        ",undone_at=" => at,
        ",undone_by=" => by,
        " WHERE county_id=" => county,
        " AND id=" => id,
    );
    tx.run(q.lit(" AND undone_on IS NULL")).await
}

/// Opens a record again that a merge closed; 0 rows when somebody was faster.
pub(crate) async fn reopen(
    tx: &mut Tx,
    p: &Permit<Resident>,
    was: &Resident,
    state: ResidentState,
    by: &str,
) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE resident AS r SET version=r.version+1,close_reason=NULL,closed_on=NULL"),
        ",state=" => state,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE r.county_id=" => was.county_id,
        " AND r.id=" => was.id,
        " AND r.version=" => was.version,
    );
    tx.run(p.within(q)).await
}

/// A sealed value, or that there is none.
pub(crate) type Sealed = Option<Vec<u8>>;

/// Values that a merge writes or gives back, sealed where they are sealed; `None` leaves a field alone.
#[derive(Default)]
pub(crate) struct Fields {
    pub name: Option<String>,
    /// Kind, number, why there is none.
    pub document: Option<(String, Option<Vec<u8>>, Option<String>)>,
    pub sex: Option<String>,
    pub birth: Option<Day>,
    /// Phone and its blind index.
    pub phone: Option<(Sealed, Sealed)>,
    pub address: Option<Sealed>,
    pub presence: Option<Presence>,
    pub legal: Option<LegalBasis>,
    pub worker: Option<Option<WorkerId>>,
}

/// Writes values into a record; 0 rows when somebody was faster.
pub(crate) async fn set(tx: &mut Tx, p: &Permit<Resident>, was: &Resident, f: Fields, by: &str) -> Result<u64> {
    let at = tx.at();
    let mut q = sql("UPDATE resident AS r SET version=r.version+1");
    if let Some(name) = f.name {
        let keys = names::keys(&name);
        q = binds!(q, ",name=" => name, ",name_keys=" => keys.pinyin, ",name_folded=" => keys.folded);
    }
    if let Some((kind, number, missing)) = f.document {
        q = binds!(q, ",id_type=" => kind, ",id_no=" => number, ",id_missing_reason=" => missing);
    }
    if let Some(sex) = f.sex {
        q = binds!(q, ",sex=" => sex);
    }
    if let Some(birth) = f.birth {
        q = binds!(q, ",birth_day=" => birth);
    }
    if let Some((phone, hash)) = f.phone {
        q = binds!(q, ",phone=" => phone, ",phone_hash=" => hash);
    }
    if let Some(address) = f.address {
        q = binds!(q, ",address=" => address);
    }
    if let Some(presence) = f.presence {
        q = binds!(q, ",presence=" => presence);
    }
    if let Some(basis) = f.legal {
        q = binds!(q, ",legal_basis=" => basis);
    }
    if let Some(worker) = f.worker {
        let vacancy = worker.is_none().then_some(Vacancy::Unassigned);
        q = binds!(q, ",worker_id=" => worker, ",vacancy=" => vacancy);
    }
    let q = binds!(
        q,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE r.county_id=" => was.county_id,
        " AND r.id=" => was.id,
        " AND r.version=" => was.version,
    );
    tx.run(p.within(q)).await
}

/// Takes categories off again that a merge brought.
pub(crate) async fn drop_categories(tx: &mut Tx, county: DivisionId, ids: &[Uuid]) -> Result<()> {
    if !ids.is_empty() {
        let q = sql("DELETE FROM resident_category WHERE county_id=").bind(county).lit(" AND id IN ");
        tx.run(q.list(ids.iter().copied())).await?;
    }
    Ok(())
}

/// Lets the numbers of a record lead to another one.
pub(crate) async fn lead_numbers(tx: &mut Tx, county: DivisionId, from: ResidentId, to: ResidentId) -> Result<()> {
    let q = binds!(
        sql("UPDATE identity_index SET ref_id="),
        "" => to,
        " WHERE kind='resident_id' AND ref_table='resident' AND county_id=" => county,
        " AND ref_id=" => from,
    );
    tx.run(q).await?;
    Ok(())
}

/// Lets one number lead to a record of the county: from one of these two, or anew. `false` when it is somebody else's.
pub(crate) async fn lead_number(
    tx: &mut Tx,
    hash: &[u8],
    county: DivisionId,
    to: ResidentId,
    from: ResidentId,
) -> Result<bool> {
    let q = binds!(
        sql("UPDATE identity_index SET ref_id="),
        "" => to,
        " WHERE kind='resident_id' AND ref_table='resident' AND hash=" => hash,
        " AND county_id=" => county,
    );
    if tx.run(q.lit(" AND ref_id IN ").list([from, to])).await? == 1 {
        return Ok(true);
    }
    super::resident::claim_identity(tx, hash, county, to).await
}
