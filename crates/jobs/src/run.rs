//! Running one job: with whose rights, for how long it is held, and what becomes of it.

use crate::model::Row;
use crate::queue::{Bookkeeping, Job, JobDef, LEASE_MS, Progress};
use crate::store;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use zw_access::{Action, Actor, ActorKind, App, Ctx};
use zw_core::{Error, Result, Stamp};
use zw_web::{Auth, Refusal};

/// Pauses after the first, second, … failed try, in seconds; the last one repeats.
const PAUSES_S: [i64; 5] = [2, 15, 120, 600, 3600];
/// A held job is renewed so often.
const BEAT: Duration = Duration::from_secs(20);

/// What the audit log calls a job that was refused to whoever ordered it.
const RUN: Action = Action("job.run");

/// Runs a claimed job and writes down what came of it. Its holder renews it while it works; who lost it to another process
/// stops and writes nothing.
pub(crate) async fn one(def: Option<&JobDef>, app: &Arc<App>, job: &Row) -> Result<()> {
    let Some(def) = def else {
        return ended(app, job, 1, None, Err(Error::Internal(format!("no handler for jobs of kind {}", job.kind))))
            .await;
    };
    // Tries are counted when a job is claimed: one that takes its process down each time ends here.
    if job.tries > def.max_tries {
        let died = Error::Internal("its process ended in the middle of every try".into());
        return ended(app, job, def.max_tries, None, Err(died)).await;
    }
    let ctx = match orderer(app, job).await {
        Ok(ctx) => ctx,
        Err(e) => return ended(app, job, def.max_tries, None, Err(e)).await,
    };
    let progress = Progress::of(app, job.id, job.tries);
    let handled = (def.run)(ctx.clone(), Job { id: job.id, arg: job.arg.clone(), progress });
    // Both go on side by side: the handler may hold the one writer that the renewal waits for.
    let outcome = tokio::select! {
        done = AssertUnwindSafe(handled).catch_unwind() => {
            done.unwrap_or_else(|_| Err(Error::Internal("panic in a job".into())))
        }
        () = lost(app, job) => return Ok(()),
    };
    ended(app, job, def.max_tries, Some(&ctx), outcome).await
}

/// Renews the job until another process has it.
async fn lost(app: &Arc<App>, job: &Row) {
    loop {
        tokio::time::sleep(BEAT).await;
        match renew(app, job).await {
            Ok(true) => {}
            Ok(false) => return,
            // A database that does not answer now may answer in time; the effect is saved once all the same.
            Err(e) => tracing::warn!(job = %job.id, "not renewed: {e}"),
        }
    }
}

/// Whoever ordered it, with the grants they hold now; who may no longer sign in holds none.
async fn orderer(app: &Arc<App>, job: &Row) -> Result<Ctx> {
    let found = app.ext::<Auth>()?.0.actor(app, job.account_id).await?;
    let actor = found.unwrap_or_else(|| Actor {
        kind: ActorKind::Account(job.account_id),
        name: job.ordered_by.clone(),
        ..Actor::anonymous()
    });
    Ok(Ctx::new(app.clone(), actor, job.id.to_string()))
}

async fn renew(app: &Arc<App>, job: &Row) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = app.db.write(now).await?;
    let held = store::renew(&mut tx, job.id, job.tries, now.plus_ms(LEASE_MS)).await? == 1;
    tx.commit(Bookkeeping).await?;
    Ok(held)
}

async fn ended(app: &Arc<App>, job: &Row, max: i64, ctx: Option<&Ctx>, outcome: Result<String>) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.write(now).await?;
    match outcome {
        Ok(made) => {
            store::done(&mut tx, job.id, job.tries, &made, now).await?;
        }
        // What we depend on does not answer, or the program is wrong: not for whoever ordered it to mend.
        Err(e @ (Error::Unavailable(_) | Error::Internal(_) | Error::TooMany { .. })) => {
            let again = job.tries < max;
            tracing::error!(job = %job.id, kind = %job.kind, tries = job.tries, again, "{e}");
            match again {
                true => store::again(&mut tx, job.id, job.tries, pause(now, job.tries), &e.to_string()).await?,
                false => store::failed(&mut tx, job.id, job.tries, &e.to_string(), now).await?,
            };
        }
        Err(e) => {
            let kept = serde_json::to_string(&Refusal::of(&e)).map_err(Error::internal)?;
            let held = store::refused(&mut tx, job.id, job.tries, &kept, now).await? == 1;
            if let (true, Some(ctx), Error::Forbidden | Error::FourEyes(_)) = (held, ctx, &e) {
                return tx.commit(ctx.event(RUN).denied().record(None, job.id)).await;
            }
        }
    }
    tx.commit(Bookkeeping).await
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
