//! Refusals of a file. Alias: `f`.

use super::{binds, scoped};
use crate::model::{Refusal, RefusalDraft, RefusalEnd};
use zw_access::Permit;
use zw_core::{Day, DivisionId, PageReq, RefusalId, Result, Stamp, UnitId, Uuid};
use zw_db::{Conn, Tx, Val, sql, val};

const SELECT: &str = "SELECT f.county_id,f.id,f.unit_id,f.township_id,f.village_id,f.what,f.refused_on,f.worker_id,f.ended_on,f.end_reason,f.version FROM filing_refusal f WHERE ";

/// A page of refusals and their number, the newest first; `ended`: also those that stand no more.
pub(crate) async fn find(c: &mut Conn, p: &Permit<Refusal>, ended: bool, page: PageReq) -> Result<(Vec<Refusal>, i64)> {
    let only = |q: zw_db::Sql| scoped(q, p).when(!ended, |q| q.lit(" AND f.ended_on IS NULL"));
    let total = c.scalar(only(sql("SELECT COUNT(*) FROM filing_refusal f WHERE 1=1"))).await?;
    let q = only(sql(SELECT).lit("1=1")).lit(" ORDER BY f.refused_on DESC,f.id DESC LIMIT ").bind(page.limit());
    Ok((c.all(q.lit(" OFFSET ").bind(page.offset())).await?, total))
}

/// One that the permit shows.
pub(crate) async fn get(
    c: &mut Conn,
    p: &Permit<Refusal>,
    county: DivisionId,
    id: RefusalId,
) -> Result<Option<Refusal>> {
    c.one(scoped(sql(SELECT).lit("f.county_id=").bind(county).lit(" AND f.id=").bind(id), p)).await
}

/// Categories of some refusals.
pub(crate) async fn categories(c: &mut Conn, list: &[Refusal]) -> Result<Vec<(RefusalId, String)>> {
    if list.is_empty() {
        return Ok(vec![]);
    }
    let q = sql("SELECT refusal_id,category FROM filing_refusal_category WHERE county_id IN ");
    let q = q.list(list.iter().map(|r| r.county_id)).lit(" AND refusal_id IN ").list(list.iter().map(|r| r.id));
    c.all(q.lit(" ORDER BY refusal_id,category")).await
}

/// A refusal as it is written.
pub(crate) struct New {
    pub county: DivisionId,
    pub id: RefusalId,
    pub unit: UnitId,
    pub township: DivisionId,
    pub draft: RefusalDraft,
    pub ended: Option<(Day, RefusalEnd)>,
    /// Ids for the rows of its categories.
    pub rows: Vec<Uuid>,
    pub at: Stamp,
    pub by: String,
}

/// Writes refusals.
pub(crate) async fn add(c: &mut Conn, all: impl IntoIterator<Item = New>) -> Result<()> {
    let (mut rows, mut categories): (Vec<Vec<Val>>, Vec<Vec<Val>>) = (vec![], vec![]);
    for n in all {
        let (on, reason) = n.ended.unzip();
        categories.extend(
            n.draft.categories.iter().zip(n.rows).map(|(k, id)| vec![val(n.county), val(id), val(n.id), val(*k)]),
        );
        rows.push(vec![
            val(n.county),
            val(n.id),
            val(n.unit),
            val(n.township),
            val(n.draft.village),
            val(n.draft.what),
            val(n.draft.on),
            val(n.draft.worker),
            val(on),
            val(reason),
            val(n.at),
            val(&n.by),
            val(n.at),
            val(&n.by),
        ]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    const COLUMNS: &[&str] = &[
        "county_id",
        "id",
        "unit_id",
        "township_id",
        "village_id",
        "what",
        "refused_on",
        "worker_id",
        "ended_on",
        "end_reason",
        "recorded_at",
        "recorded_by",
        "updated_at",
        "updated_by",
    ];
    c.bulk("filing_refusal", COLUMNS, &rows, "").await?;
    c.bulk("filing_refusal_category", &["county_id", "id", "refusal_id", "category"], &categories, "").await?;
    Ok(())
}

/// Ends a refusal; 0 rows when somebody was faster.
pub(crate) async fn end(
    tx: &mut Tx,
    p: &Permit<Refusal>,
    was: &Refusal,
    (on, reason): (Day, RefusalEnd),
    by: &str,
) -> Result<u64> {
    let at = tx.at();
    let q = binds!(
        sql("UPDATE filing_refusal AS f SET version=f.version+1,ended_on="),
        "" => on,
        ",end_reason=" => reason,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE f.county_id=" => was.county_id,
        " AND f.id=" => was.id,
        " AND f.version=" => was.version,
    );
    tx.run(p.within(q)).await
}

/// When and by whom it was changed last.
pub(crate) async fn changed(c: &mut Conn, county: DivisionId, id: RefusalId) -> Result<Option<(Stamp, String, i64)>> {
    let q = sql("SELECT updated_at,updated_by,version FROM filing_refusal WHERE county_id=").bind(county);
    c.one(q.lit(" AND id=").bind(id)).await
}

/// Which of these are refusals of a county: id, name of the station, day.
pub(crate) async fn told(c: &mut Conn, county: DivisionId, ids: &[Uuid]) -> Result<Vec<(Uuid, String, Day)>> {
    let q = sql(
        "SELECT f.id,u.name,f.refused_on FROM filing_refusal AS f JOIN unit AS u ON u.id=f.unit_id WHERE f.county_id=",
    );
    c.all(q.bind(county).lit(" AND f.id IN ").list(ids.iter().copied())).await
}
