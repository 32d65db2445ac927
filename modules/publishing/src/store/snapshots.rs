//! Snapshots. There are INSERT and SELECT statements here and no others: what was taken stays as it was.

use crate::model::snapshot::{Earlier, SnapshotKind, SnapshotRow};
use zw_access::Permit;
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Result, SnapshotId};
use zw_db::{Conn, Sql, Tx, sql, val};

/// A snapshot without body and rule versions.
const HEAD: &str = "SELECT s.id,s.kind,s.division_id,s.period,s.as_of,s.taken_at,s.taken_by,s.division_version,'' AS rule_versions,'' AS body,s.hash FROM snapshot s";

/// Writes a snapshot with the counties it covers.
pub async fn insert(tx: &mut Tx, s: &SnapshotRow, counties: &[DivisionId]) -> Result<()> {
    tx.run(
        sql("INSERT INTO snapshot(id,kind,division_id,period,as_of,taken_at,taken_by,division_version,rule_versions,body,hash) VALUES(")
            .bind(s.id)
            .lit(",")
            .bind(s.kind)
            .lit(",")
            .bind(s.division_id)
            .lit(",")
            .bind(s.period.clone())
            .lit(",")
            .bind(s.as_of)
            .lit(",")
            .bind(s.taken_at)
            .lit(",")
            .bind(&s.taken_by)
            .lit(",")
            .bind(s.division_version)
            .lit(",")
            .bind(&s.rule_versions)
            .lit(",")
            .bind(&s.body)
            .lit(",")
            .bind(&s.hash)
            .lit(")"),
    )
    .await?;
    let rows: Vec<_> = counties.iter().map(|c| vec![val(s.id), val(*c)]).collect();
    tx.bulk("snapshot_county", &["snapshot_id", "county_id"], &rows, "").await?;
    Ok(())
}

/// Of a reader: snapshots that cover a county of theirs.
fn within<R: zw_access::Resource>(q: Sql, permit: &Permit<R>, column: &'static str) -> Sql {
    let inner = sql("SELECT 1 FROM snapshot_county sc WHERE sc.snapshot_id=").lit(column);
    q.lit(" AND EXISTS(").join(permit.within(inner)).lit(")")
}

/// A snapshot in the permit.
pub(crate) async fn get(c: &mut Conn, permit: &Permit<SnapshotRow>, id: SnapshotId) -> Result<Option<SnapshotRow>> {
    c.one(within(sql("SELECT s.* FROM snapshot s WHERE s.id=").bind(id), permit, "s.id")).await
}

/// A snapshot by id, for a circular that rests on it and was found within a permit.
pub(crate) async fn of_circular(c: &mut Conn, id: SnapshotId) -> Result<Option<SnapshotRow>> {
    c.one(sql("SELECT s.* FROM snapshot s WHERE s.id=").bind(id)).await
}

/// Heads of the snapshots in the permit, newest first; bodies and rule versions come empty.
pub(crate) async fn heads(
    c: &mut Conn,
    permit: &Permit<SnapshotRow>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<SnapshotRow>, i64)> {
    let total = c.scalar(within(sql("SELECT COUNT(*) FROM snapshot s WHERE 1=1"), permit, "s.id")).await?;
    let q = within(sql(HEAD).lit(" WHERE 1=1"), permit, "s.id");
    let q = q.lit(" ORDER BY s.taken_at DESC,s.id LIMIT ").bind(limit).lit(" OFFSET ").bind(offset);
    Ok((c.all(q).await?, total))
}

/// The frozen month of an area.
pub(crate) async fn locked(c: &mut Conn, division: DivisionId, period: &str) -> Result<Option<SnapshotRow>> {
    c.one(
        sql("SELECT s.* FROM snapshot s WHERE s.kind=")
            .bind(SnapshotKind::Locked)
            .lit(" AND s.division_id=")
            .bind(division)
            .lit(" AND s.period=")
            .bind(period),
    )
    .await
}

/// The last frozen month of an area that ended before a day.
pub(crate) async fn last_locked(c: &mut Conn, division: DivisionId, before: Day) -> Result<Option<SnapshotRow>> {
    c.one(
        sql("SELECT s.* FROM snapshot s WHERE s.kind=")
            .bind(SnapshotKind::Locked)
            .lit(" AND s.division_id=")
            .bind(division)
            .lit(" AND s.as_of<")
            .bind(before)
            .lit(" ORDER BY s.as_of DESC,s.id LIMIT 1"),
    )
    .await
}

/// The month of an area that was frozen last; body and rule versions come empty.
pub(crate) async fn last_frozen(c: &mut Conn, division: DivisionId) -> Result<Option<SnapshotRow>> {
    c.one(
        sql(HEAD)
            .lit(" WHERE s.kind=")
            .bind(SnapshotKind::Locked)
            .lit(" AND s.division_id=")
            .bind(division)
            .lit(" ORDER BY s.as_of DESC,s.id LIMIT 1"),
    )
    .await
}

/// What the circular of a snapshot compares with when nobody chose: a month with the last frozen month, so that months
/// are told against months; anything else, and a month without one, with the latest earlier snapshot of the area.
pub(crate) async fn before(
    c: &mut Conn,
    division: DivisionId,
    as_of: Day,
    month: Option<Period>,
) -> Result<Option<SnapshotRow>> {
    let q = sql("SELECT s.* FROM snapshot s WHERE s.division_id=").bind(division).lit(" AND s.as_of<").bind(as_of);
    let q = q
        .lit(" ORDER BY CASE WHEN s.kind=")
        .bind(SnapshotKind::Locked)
        .lit(" AND ")
        .bind(month.is_some())
        .lit(" THEN 0 ELSE 1 END,s.as_of DESC,s.taken_at DESC,s.id LIMIT 1");
    c.one(q).await
}

/// Earlier snapshots of an area to compare with, newest first.
pub(crate) async fn earlier(
    c: &mut Conn,
    permit: &Permit<SnapshotRow>,
    division: DivisionId,
    as_of: Day,
) -> Result<Vec<Earlier>> {
    let q = sql("SELECT s.id,s.kind,s.as_of,s.period,s.taken_at FROM snapshot s WHERE s.division_id=")
        .bind(division)
        .lit(" AND s.as_of<")
        .bind(as_of);
    c.all(within(q, permit, "s.id").lit(" ORDER BY s.as_of DESC,s.taken_at DESC,s.id LIMIT 24")).await
}
