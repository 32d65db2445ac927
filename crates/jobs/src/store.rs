//! SQL of the queue.

use zw_core::{JobId, Result, Stamp};
use zw_db::{Conn, Tx, sql};

zw_db::record! {
    /// A claimed job.
    #[derive(Clone, Debug)]
    pub(crate) struct Claimed {
        pub id: JobId,
        pub kind: String,
        pub arg: String,
        pub tries: i64,
    }
}

/// Takes the next due job until `locked_until`: one that waits, or one whose holder died. The condition stands twice,
/// because on a server two processes may pick the same row and the second must find it taken.
pub(crate) async fn claim(tx: &mut Tx, now: Stamp, locked_until: Stamp) -> Result<Option<Claimed>> {
    tx.one(
        sql("UPDATE job SET state='running',tries=tries+1,locked_until=")
            .bind(locked_until)
            .lit(" WHERE id=(SELECT id FROM job WHERE state='waiting' AND run_at<=")
            .bind(now)
            .lit(" OR state='running' AND locked_until<")
            .bind(now)
            .lit(" ORDER BY run_at,id LIMIT 1) AND (state='waiting' AND run_at<=")
            .bind(now)
            .lit(" OR state='running' AND locked_until<")
            .bind(now)
            .lit(") RETURNING id,kind,arg,tries"),
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

pub(crate) async fn done(tx: &mut Tx, id: JobId, tries: i64) -> Result<u64> {
    tx.run(
        sql("UPDATE job SET state='done',error=NULL,locked_until=NULL WHERE id=")
            .bind(id)
            .lit(" AND state='running' AND tries=")
            .bind(tries),
    )
    .await
}

/// Back to waiting until `run_at`, or given up when that is none.
pub(crate) async fn failed(tx: &mut Tx, id: JobId, tries: i64, run_at: Option<Stamp>, error: &str) -> Result<u64> {
    let q = match run_at {
        Some(at) => sql("UPDATE job SET state='waiting',locked_until=NULL,run_at=").bind(at),
        None => sql("UPDATE job SET state='failed',locked_until=NULL"),
    };
    tx.run(q.lit(",error=").bind(error).lit(" WHERE id=").bind(id).lit(" AND state='running' AND tries=").bind(tries))
        .await
}

/// Jobs in a state.
pub(crate) async fn count(c: &mut Conn, state: &str) -> Result<i64> {
    c.scalar(sql("SELECT COUNT(*) FROM job WHERE state=").bind(state)).await
}

/// Done jobs older than `before` are of no use to anybody.
pub(crate) async fn sweep(tx: &mut Tx, before: Stamp) -> Result<u64> {
    tx.run(sql("DELETE FROM job WHERE state='done' AND created_at<").bind(before)).await
}
