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

/// Sets a target; the one of the same division, measure and day is replaced if one of `levels` set it, in the same
/// statement, so that nobody's is overwritten who came between. Its id, or none if it stands.
pub(crate) async fn set(tx: &mut Tx, t: &Target, levels: &[&'static str]) -> Result<Option<TargetId>> {
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
    let q = super::insert("target", columns)
        .lit(
            " ON CONFLICT(division_id,measure,due_on) DO UPDATE SET value=excluded.value,phase=excluded.phase,set_by=excluded.set_by,set_level=excluded.set_level WHERE target.set_level IN ",
        )
        .list(levels.iter().copied())
        .lit(" RETURNING id");
    let found: Option<(TargetId,)> = tx.one(q).await?;
    Ok(found.map(|(id,)| id))
}

/// Deletes a target that one of `levels` set; whether it did.
pub(crate) async fn delete(tx: &mut Tx, id: TargetId, levels: &[&'static str]) -> Result<bool> {
    let q = sql("DELETE FROM target WHERE id=").bind(id).lit(" AND set_level IN ").list(levels.iter().copied());
    Ok(tx.run(q).await? == 1)
}

/// Keeps a change.
pub(crate) async fn note(tx: &mut Tx, id: Uuid, c: &TargetChange) -> Result<()> {
    let columns = vec![
        ("id", val(id)),
        ("division_id", val(c.division_id)),
        ("measure", val(&c.measure)),
        ("due_on", val(c.due_on)),
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
        "SELECT division_id,measure,due_on,phase,old_value,new_value,why,changed_by,at FROM target_change WHERE division_id IN ",
    );
    c.all(q.list(divisions.iter().copied()).lit(" ORDER BY at DESC,id DESC LIMIT ").bind(most)).await
}
