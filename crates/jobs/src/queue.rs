//! The queue: which handlers there are, and running what is due.

use crate::BoxFut;
use crate::store::{self, Claimed};
use std::collections::BTreeMap;
use std::sync::Arc;
use zw_access::{App, Ctx};
use zw_core::{Error, Result, Stamp};
use zw_db::{Change, Conn};

/// A job is held so long before another process may take it for dead, in minutes.
const LEASE_MIN: i64 = 10;
/// Pauses after the first, second, … failed try, in seconds; the last one repeats.
const PAUSES_S: [i64; 5] = [2, 15, 120, 600, 3600];

/// Claiming and finishing a job is no act of a person; the handler's own changes are audited.
pub(crate) struct Bookkeeping;

impl Change for Bookkeeping {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

/// One kind of job.
#[derive(Clone)]
pub struct JobDef {
    /// Kind, as enqueued: `module.verb`.
    pub kind: &'static str,
    /// Name of the system actor it runs as, in the audit log.
    pub actor: &'static str,
    /// Actions that actor may use; nothing else.
    pub actions: &'static [&'static str],
    /// Tries before it is given up.
    pub max_tries: i64,
    /// The handler: context and argument.
    pub run: fn(Ctx, String) -> BoxFut<'static, ()>,
}

/// All kinds of jobs; shared through `App::ext`.
#[derive(Clone, Default)]
pub struct Queue(BTreeMap<&'static str, JobDef>);

impl Queue {
    /// Joins the modules' jobs.
    pub fn join(defs: impl IntoIterator<Item = JobDef>) -> Self {
        Self(defs.into_iter().map(|d| (d.kind, d)).collect())
    }

    /// Runs what is due now, at most `limit` jobs; returns how many were run. Without any kind of job the database is not
    /// asked.
    pub async fn run_due(&self, app: &Arc<App>, limit: usize) -> Result<usize> {
        let mut n = 0;
        while n < limit && !self.0.is_empty() {
            let now = app.clock.now();
            let mut look = app.db.read().await?;
            if !store::any_due(&mut look, now).await? {
                break;
            }
            drop(look);
            let mut tx = app.db.write(now).await?;
            let claimed = store::claim(&mut tx, now, now.plus_minutes(LEASE_MIN)).await?;
            tx.commit(Bookkeeping).await?;
            let Some(job) = claimed else { break };
            self.run_one(app, &job).await?;
            n += 1;
        }
        Ok(n)
    }

    async fn run_one(&self, app: &Arc<App>, job: &Claimed) -> Result<()> {
        let outcome = match self.0.get(job.kind.as_str()) {
            // Tries are counted when a job is claimed: one that takes its process down each time ends here.
            Some(def) if job.tries > def.max_tries => {
                Err(Error::Internal("its process ended in the middle of every try".into()))
            }
            Some(def) => (def.run)(Ctx::system(app.clone(), def.actor, def.actions), job.arg.clone()).await,
            None => Err(Error::Internal(format!("no handler for jobs of kind {}", job.kind))),
        };
        let now = app.clock.now();
        let mut tx = app.db.write(now).await?;
        match outcome {
            Ok(()) => store::done(&mut tx, job.id, job.tries).await?,
            Err(e) => {
                let max = self.0.get(job.kind.as_str()).map_or(1, |d| d.max_tries);
                let again = (job.tries < max).then(|| pause(now, job.tries));
                tracing::error!(job = %job.id, kind = %job.kind, tries = job.tries, again = again.is_some(), "{e}");
                store::failed(&mut tx, job.id, job.tries, again, &e.to_string()).await?
            }
        };
        tx.commit(Bookkeeping).await
    }

    /// Runs due jobs and recounts marked cells until neither is left (tests, command line). Jobs that wait for a
    /// later time stay.
    pub async fn drain(&self, app: &Arc<App>) -> Result<usize> {
        let measures = app.ext::<zw_indicators::Measures>()?;
        let mut n = 0;
        loop {
            let round = self.run_due(app, 100).await? + zw_indicators::cells::drain(app, &measures).await?;
            if round == 0 {
                return Ok(n);
            }
            n += round;
        }
    }

    /// Jobs waiting, running and given up.
    pub async fn counts(conn: &mut Conn) -> Result<(i64, i64, i64)> {
        Ok((
            store::count(conn, "waiting").await?,
            store::count(conn, "running").await?,
            store::count(conn, "failed").await?,
        ))
    }

    /// Removes jobs done more than `days` days ago.
    pub async fn sweep(app: &App, days: i64) -> Result<u64> {
        let now = app.clock.now();
        let mut tx = app.db.write(now).await?;
        let n = store::sweep(&mut tx, now.plus_minutes(-days * 24 * 60)).await?;
        tx.commit(Bookkeeping).await?;
        Ok(n)
    }
}

fn pause(now: Stamp, tries: i64) -> Stamp {
    let i = usize::try_from(tries - 1).unwrap_or(0).min(PAUSES_S.len() - 1);
    now.plus_ms(PAUSES_S[i] * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_then_stay() {
        let now = Stamp::from_ms(0);
        let s: Vec<i64> = (1..=7).map(|t| pause(now, t).ms() / 1000).collect();
        assert_eq!(s, [2, 15, 120, 600, 3600, 3600, 3600]);
    }
}
