//! Targets.

use crate::model::plan::{Target, TargetChange};
use zw_core::{DivisionId, Result, TargetId, Uuid};
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

/// A new target; where somebody came between, the constraint says so.
pub(crate) async fn add(tx: &mut Tx, t: &Target) -> Result<()> {
    let columns = vec![
        ("id", val(t.id)),
        ("division_id", val(t.division_id)),
        ("measure", val(&t.measure)),
        ("due_on", val(t.due_on)),
        ("value", val(t.value)),
        ("phase", val(t.phase)),
        ("set_by", val(&t.set_by)),
        ("set_level", val(t.set_level)),
        ("created_at", val(t.created_at)),
    ];
    tx.run(super::insert("target", columns)).await.map(|_| ())
}

/// Changes the value and phase of a target as it was read; whether nobody came between.
pub(crate) async fn save(tx: &mut Tx, was: &Target, next: &Target) -> Result<bool> {
    let q = super::update(
        "UPDATE target",
        vec![("value", val(next.value)), ("phase", val(next.phase)), ("set_by", val(&next.set_by))],
    );
    let q = q.lit(" WHERE id=").bind(was.id).lit(" AND value=").bind(was.value).lit(" AND phase=").bind(was.phase);
    Ok(tx.run(q).await? == 1)
}

/// Deletes a target.
pub(crate) async fn delete(tx: &mut Tx, id: TargetId) -> Result<()> {
    tx.run(sql("DELETE FROM target WHERE id=").bind(id)).await.map(|_| ())
}

/// Keeps a change.
pub(crate) async fn note(tx: &mut Tx, id: Uuid, c: &TargetChange) -> Result<()> {
    let columns = vec![
        ("id", val(id)),
        ("division_id", val(c.division_id)),
        ("measure", val(&c.measure)),
        ("due_on", val(c.due_on)),
        ("set_level", val(c.set_level)),
        ("phase", val(c.phase)),
        ("old_value", val(c.old_value)),
        ("new_value", val(c.new_value)),
        ("why", val(&c.why)),
        ("changed_by", val(&c.changed_by)),
        ("at", val(c.at)),
    ];
    tx.run(super::insert("target_change", columns)).await.map(|_| ())
}

/// The latest changes of some divisions' targets, the latest first; at most `most`.
pub(crate) async fn changes(c: &mut Conn, divisions: &[DivisionId], most: i64) -> Result<Vec<TargetChange>> {
    let q = sql(
        "SELECT division_id,measure,due_on,set_level,phase,old_value,new_value,why,changed_by,at FROM target_change WHERE division_id IN ",
    );
    c.all(q.list(divisions.iter().copied()).lit(" ORDER BY at DESC,id DESC LIMIT ").bind(most)).await
}
