//! Postings. The reading functions without a permit serve rules of other modules, which hold permits of their own.

use crate::model::posting::{Post, Posting};
use zw_access::{Permit, Pii};
use zw_core::{Day, Error, PostingId, Result, UnitId, WorkerId};
use zw_db::{Conn, Sql, Tx, sql, val};

/// Somebody on post at a unit.
#[derive(Clone, Debug)]
pub struct OnPost {
    /// Who.
    pub worker: WorkerId,
    /// Name: masking is the caller's.
    pub name: Pii<String>,
    /// Post.
    pub post: Post,
}

fn on(q: Sql, day: Day) -> Sql {
    q.lit(" AND p.from_day<=").bind(day).lit(" AND (p.to_day IS NULL OR p.to_day>").bind(day).lit(")")
}

/// Who is on post at a unit on a day, by name: choices for "two workers may share a visit".
pub async fn on_post(c: &mut Conn, unit: UnitId, day: Day) -> Result<Vec<OnPost>> {
    let q = sql("SELECT p.worker_id,w.name,p.post FROM posting p JOIN worker w ON w.id=p.worker_id WHERE p.unit_id=")
        .bind(unit);
    let rows: Vec<(WorkerId, Pii<String>, Post)> = c.all(on(q, day).lit(" ORDER BY w.name,w.id")).await?;
    Ok(rows.into_iter().map(|(worker, name, post)| OnPost { worker, name, post }).collect())
}

/// Whether a worker is on post at a unit on a day: a record's date must lie within a posting.
pub async fn posted_on(c: &mut Conn, worker: WorkerId, unit: UnitId, day: Day) -> Result<bool> {
    let q = sql("SELECT COUNT(*) FROM posting p WHERE p.worker_id=").bind(worker).lit(" AND p.unit_id=").bind(unit);
    let n: i64 = c.scalar(on(q, day)).await?;
    Ok(n > 0)
}

/// Units a worker is posted to on a day, the largest share first.
pub async fn units_of(c: &mut Conn, worker: WorkerId, day: Day) -> Result<Vec<UnitId>> {
    let q = sql("SELECT p.unit_id FROM posting p WHERE p.worker_id=").bind(worker);
    let rows: Vec<(UnitId,)> = c.all(on(q, day).lit(" ORDER BY p.fte_permille DESC,p.from_day,p.id")).await?;
    Ok(rows.into_iter().map(|(u,)| u).collect())
}

/// Main posting of a day of each of some workers: worker, unit, unit's name, post; the largest share first.
pub(crate) async fn main_of(c: &mut Conn, ids: &[WorkerId], day: Day) -> Result<Vec<(WorkerId, UnitId, String, Post)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let q = sql(
        "SELECT p.worker_id,p.unit_id,u.name,p.post FROM posting p JOIN unit u ON u.id=p.unit_id WHERE p.worker_id IN ",
    )
    .list(ids.iter().copied());
    c.all(on(q, day).lit(" ORDER BY p.worker_id,p.fte_permille DESC,p.from_day,p.id")).await
}

/// All postings of a worker, newest first.
pub(crate) async fn of_worker(c: &mut Conn, worker: WorkerId) -> Result<Vec<Posting>> {
    c.all(sql("SELECT p.* FROM posting p WHERE p.worker_id=").bind(worker).lit(" ORDER BY p.from_day DESC,p.id")).await
}

/// One posting in the permit.
pub(crate) async fn get(c: &mut Conn, permit: &Permit<Posting>, id: PostingId) -> Result<Posting> {
    c.one(permit.within(sql("SELECT p.* FROM posting p WHERE p.id=").bind(id))).await?.ok_or(Error::NotFound)
}

pub(crate) async fn insert(tx: &mut Tx, p: &Posting) -> Result<()> {
    tx.bulk("posting", super::seed::POSTING, &[super::seed::posting_row(p)], "").await?;
    Ok(())
}

/// Saves a posting, ended or corrected, if nobody changed it since.
pub(crate) async fn save(tx: &mut Tx, p: &Posting) -> Result<()> {
    let done = tx
        .run(
            sql("UPDATE posting SET post=")
                .bind(p.post)
                .lit(",from_day=")
                .bind(p.from_day)
                .lit(",fte_permille=")
                .bind(p.fte_permille)
                .lit(",to_day=")
                .bind(p.to_day)
                .lit(",leave_reason=")
                .bind(p.leave_reason.clone())
                .lit(",version=")
                .bind(p.version)
                .lit(",updated_at=")
                .bind(p.updated_at)
                .lit(",updated_by=")
                .bind(&p.updated_by)
                .lit(" WHERE id=")
                .bind(p.id)
                .lit(" AND version=")
                .bind(p.version - 1),
        )
        .await?;
    if done == 0 { Err(Error::Conflict { current: vec![("to_day".into(), String::new())] }) } else { Ok(()) }
}

/// A posting's row for the bulk loader.
pub(crate) fn row(p: &Posting) -> Vec<zw_db::Val> {
    vec![
        val(p.id),
        val(p.worker_id),
        val(p.unit_id),
        val(p.county_id),
        val(p.post),
        val(p.from_day),
        val(p.to_day),
        val(p.fte_permille),
        val(p.leave_reason.clone()),
        val(p.version),
        val(p.updated_at),
        val(p.updated_at),
        val(&p.updated_by),
    ]
}
