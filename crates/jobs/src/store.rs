//! SQL of the queue.

use crate::model::Row;
use zw_core::{AccountId, JobId, Result, Stamp};
use zw_db::{Conn, Sql, Tx, sql};

const COLUMNS: &str =
    "SELECT id,kind,arg,account_id,ordered_by,state,run_at,tries,step,created_at,ended_at,result,refusal FROM job";

/// Takes the next due job until `locked_until`: one that waits, or one whose holder died. The condition stands twice,
/// because on a server two processes may pick the same row and the second must find it taken.
pub(crate) async fn claim(tx: &mut Tx, now: Stamp, locked_until: Stamp) -> Result<Option<Row>> {
    tx.one(
        sql("UPDATE job SET state='running',tries=tries+1,step=0,locked_until=")
            .bind(locked_until)
            .lit(" WHERE id=(SELECT id FROM job WHERE state='waiting' AND run_at<=")
            .bind(now)
            .lit(" OR state='running' AND locked_until<")
            .bind(now)
            .lit(" ORDER BY run_at,id LIMIT 1) AND (state='waiting' AND run_at<=")
            .bind(now)
            .lit(" OR state='running' AND locked_until<")
            .bind(now)
            .lit(") RETURNING id,kind,arg,account_id,ordered_by,state,run_at,tries,step,created_at,ended_at,result,refusal"),
    )
    .await
}

/// Whether anything is due: asked on a reading connection, so that an idle scheduler never takes the writer.
pub(crate) async fn any_due(c: &mut Conn, now: Stamp) -> Result<bool> {
    let found: Option<(JobId,)> = c
        .one(
            sql("SELECT id FROM job WHERE state='waiting' AND run_at<=")
                .bind(now)
                .lit(" OR state='running' AND locked_until<")
                .bind(now)
                .lit(" LIMIT 1"),
        )
        .await?;
    Ok(found.is_some())
}

/// Only of whoever holds the job by this try.
fn held(q: Sql, id: JobId, tries: i64) -> Sql {
    q.lit(" WHERE id=").bind(id).lit(" AND state='running' AND tries=").bind(tries)
}

/// Holds a job on; 0 if another process has it.
pub(crate) async fn renew(tx: &mut Tx, id: JobId, tries: i64, locked_until: Stamp) -> Result<u64> {
    tx.run(held(sql("UPDATE job SET locked_until=").bind(locked_until), id, tries)).await
}

/// Writes down how many steps are behind a job, and holds it on; 0 if another process has it.
pub(crate) async fn step(tx: &mut Tx, id: JobId, tries: i64, step: i64, locked_until: Stamp) -> Result<u64> {
    let q = sql("UPDATE job SET step=").bind(step).lit(",locked_until=").bind(locked_until);
    tx.run(held(q, id, tries)).await
}

/// Done, with what it made.
pub(crate) async fn done(tx: &mut Tx, id: JobId, tries: i64, result: &str, now: Stamp) -> Result<u64> {
    let q = sql("UPDATE job SET state='done',error=NULL,locked_until=NULL,result=").bind(result);
    tx.run(held(q.lit(",ended_at=").bind(now), id, tries)).await
}

/// Refused for good.
pub(crate) async fn refused(tx: &mut Tx, id: JobId, tries: i64, refusal: &str, now: Stamp) -> Result<u64> {
    let q = sql("UPDATE job SET state='refused',error=NULL,locked_until=NULL,refusal=").bind(refusal);
    tx.run(held(q.lit(",ended_at=").bind(now), id, tries)).await
}

/// Back to waiting until `run_at`.
pub(crate) async fn again(tx: &mut Tx, id: JobId, tries: i64, run_at: Stamp, error: &str) -> Result<u64> {
    let q = sql("UPDATE job SET state='waiting',locked_until=NULL,run_at=").bind(run_at);
    tx.run(held(q.lit(",error=").bind(error), id, tries)).await
}

/// Given up.
pub(crate) async fn failed(tx: &mut Tx, id: JobId, tries: i64, error: &str, now: Stamp) -> Result<u64> {
    let q = sql("UPDATE job SET state='failed',locked_until=NULL,error=").bind(error);
    tx.run(held(q.lit(",ended_at=").bind(now), id, tries)).await
}

/// A job of whoever ordered it.
pub(crate) async fn own(c: &mut Conn, id: JobId, account: AccountId) -> Result<Option<Row>> {
    c.one(sql(COLUMNS).lit(" WHERE id=").bind(id).lit(" AND account_id=").bind(account)).await
}

/// Jobs of a kind that are not over, oldest first.
pub(crate) async fn open(c: &mut Conn, kind: &str) -> Result<Vec<Row>> {
    let q = sql(COLUMNS).lit(" WHERE kind=").bind(kind);
    c.all(q.lit(" AND state IN ('waiting','running') ORDER BY created_at,id")).await
}

/// Jobs of a kind that an account ordered and that came to nothing since a time, newest first.
pub(crate) async fn unlucky(c: &mut Conn, kind: &str, account: AccountId, since: Stamp) -> Result<Vec<Row>> {
    let q = sql(COLUMNS).lit(" WHERE kind=").bind(kind).lit(" AND state IN ('refused','failed') AND account_id=");
    c.all(q.bind(account).lit(" AND ended_at>=").bind(since).lit(" ORDER BY ended_at DESC,id LIMIT 20")).await
}

/// Jobs in a state.
pub(crate) async fn count(c: &mut Conn, state: &str) -> Result<i64> {
    c.scalar(sql("SELECT COUNT(*) FROM job WHERE state=").bind(state)).await
}

/// Jobs that were given up, and those nobody has taken since `before` although they are due: id, kind, state, last error.
pub(crate) async fn stuck(c: &mut Conn, before: Stamp) -> Result<Vec<(JobId, String, String, Option<String>)>> {
    c.all(
        sql("SELECT id,kind,state,error FROM job WHERE state='failed' OR state='waiting' AND run_at<")
            .bind(before)
            .lit(" OR state='running' AND locked_until<")
            .bind(before)
            .lit(" ORDER BY created_at,id LIMIT 20"),
    )
    .await
}

/// What was over before `before` is of no use to anybody.
pub(crate) async fn sweep(tx: &mut Tx, before: Stamp) -> Result<u64> {
    tx.run(sql("DELETE FROM job WHERE state IN ('done','refused','failed') AND ended_at<").bind(before)).await
}
