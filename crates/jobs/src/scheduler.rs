//! The scheduler: short tasks called again and again while the program serves.

use crate::BoxFut;
use crate::queue::{Bookkeeping, Queue};
use std::sync::Arc;
use std::time::Duration;
use zw_access::App;
use zw_core::Result;
use zw_indicators::{Measures, cells};

/// Marked places recounted in one transaction: the other writers wait so long.
const BATCH: i64 = 32;

/// A task that is called every so often. It must be short, repeatable, and harmless when another process runs it too.
#[derive(Clone, Copy)]
pub struct Tick {
    /// Name, in the log.
    pub name: &'static str,
    /// Pause between two calls.
    pub every: Duration,
    /// The task.
    pub run: fn(Arc<App>) -> BoxFut<'static, ()>,
}

/// Calls the ticks for ever; the binary spawns `run` once per process.
#[derive(Clone, Default)]
pub struct Scheduler(Vec<Tick>);

impl Scheduler {
    /// Joins the program's own ticks with the modules'.
    pub fn new(ticks: impl IntoIterator<Item = Tick>) -> Self {
        Self(ticks.into_iter().collect())
    }
    /// Calls every tick at its own pace, each in its own task, so that a slow one delays no other. A failure is
    /// logged and the tick goes on.
    pub async fn run(self, app: Arc<App>) {
        let mut set = tokio::task::JoinSet::new();
        for tick in self.0 {
            let app = app.clone();
            set.spawn(async move {
                let mut interval = tokio::time::interval(tick.every);
                interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
                loop {
                    interval.tick().await;
                    if let Err(e) = (tick.run)(app.clone()).await {
                        tracing::error!(tick = tick.name, "{e}");
                    }
                }
            });
        }
        while set.join_next().await.is_some() {}
    }
    /// Calls every tick once (tests).
    pub async fn once(&self, app: &Arc<App>) -> Result<()> {
        for tick in &self.0 {
            (tick.run)(app.clone()).await?;
        }
        Ok(())
    }
}

/// Signs the heads of the audit chains, if they have moved.
pub async fn checkpoint(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.write(now).await?;
    zw_access::audit::checkpoint(&mut tx, &app.vault, now).await?;
    tx.commit(Bookkeeping).await
}

/// The program's own ticks: cells are recounted within 300 ms of a change, jobs begin as fast, the audit chain is
/// signed every minute, old jobs are swept every hour.
pub fn standard_ticks() -> Vec<Tick> {
    vec![
        Tick {
            name: "cells",
            every: Duration::from_millis(300),
            run: |app| {
                Box::pin(async move {
                    let measures = app.ext::<Measures>()?;
                    // At most some rounds at a time, with room for other writers between them.
                    for _ in 0..20 {
                        if cells::recount(&app, &measures, BATCH).await? < usize::try_from(BATCH).unwrap_or(0) {
                            break;
                        }
                        tokio::task::yield_now().await;
                    }
                    Ok(())
                })
            },
        },
        Tick {
            // Whoever ordered a job waits for it; a program without any kind of job does not ask at all.
            name: "jobs",
            every: Duration::from_millis(300),
            run: |app| {
                Box::pin(async move {
                    let queue = app.ext::<Queue>()?;
                    queue.run_due(&app, 20).await.map(|_| ())
                })
            },
        },
        Tick {
            name: "audit-checkpoint",
            every: Duration::from_secs(60),
            run: |app| Box::pin(async move { checkpoint(&app).await }),
        },
        Tick {
            name: "sweep",
            every: Duration::from_secs(3600),
            run: |app| Box::pin(async move { Queue::sweep(&app, 30).await.map(|_| ()) }),
        },
    ]
}
