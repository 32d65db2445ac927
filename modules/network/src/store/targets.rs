//! Targets.

use crate::model::plan::Target;
use zw_core::{DivisionId, Result, TargetId};
use zw_db::{Conn, Tx, sql, val};

/// Targets of some divisions, by measure and day.
pub(crate) async fn of(c: &mut Conn, divisions: &[DivisionId]) -> Result<Vec<Target>> {
    if divisions.is_empty() {
        return Ok(vec![]);
    }
    // A nation has more divisions than a statement should list; the table itself is small.
    let some = divisions.len() <= 400;
    let q = sql("SELECT * FROM target t WHERE 1=1")
        .when(some, |q| q.lit(" AND t.division_id IN ").list(divisions.iter().copied()));
    let rows: Vec<Target> = c.all(q.lit(" ORDER BY t.division_id,t.measure,t.due_on,t.id")).await?;
    if some {
        return Ok(rows);
    }
    let wanted: std::collections::HashSet<_> = divisions.iter().collect();
    Ok(rows.into_iter().filter(|t| wanted.contains(&t.division_id)).collect())
}

pub(crate) async fn get(c: &mut Conn, id: TargetId) -> Result<Option<Target>> {
    c.one(sql("SELECT * FROM target t WHERE t.id=").bind(id)).await
}

/// The target of that division, measure and day, if there is one.
pub(crate) async fn same(c: &mut Conn, t: &Target) -> Result<Option<Target>> {
    c.one(
        sql("SELECT * FROM target t WHERE t.division_id=")
            .bind(t.division_id)
            .lit(" AND t.measure=")
            .bind(&t.measure)
            .lit(" AND t.due_on=")
            .bind(t.due_on),
    )
    .await
}

/// Sets a target; the one of the same division, measure and day is replaced.
pub(crate) async fn set(tx: &mut Tx, t: &Target) -> Result<()> {
    let columns = vec![
        ("id", val(t.id)),
        ("division_id", val(t.division_id)),
        ("measure", val(&t.measure)),
        ("due_on", val(t.due_on)),
        ("value", val(t.value)),
        ("phase", val(t.phase)),
        ("set_by", val(&t.set_by)),
        ("set_level", val(&t.set_level)),
        ("created_at", val(t.created_at)),
    ];
    let q = super::insert("target", columns).lit(
        " ON CONFLICT(division_id,measure,due_on) DO UPDATE SET value=excluded.value,phase=excluded.phase,set_by=excluded.set_by,set_level=excluded.set_level",
    );
    tx.run(q).await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx, id: TargetId) -> Result<u64> {
    tx.run(sql("DELETE FROM target WHERE id=").bind(id)).await
}
