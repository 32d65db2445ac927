//! Workers who were registered before names were folded become findable.

use crate::store::workers;
use std::sync::Arc;
use std::time::Duration;
use zw_access::{Action, App, Ctx};
use zw_core::{Result, names};
use zw_jobs::Tick;

const FOLD: Action = Action("worker.fold");
/// Rows of one transaction.
const BATCH: i64 = 500;

/// This module's ticks for the scheduler.
pub fn ticks() -> Vec<Tick> {
    vec![Tick {
        name: "worker-names",
        every: Duration::from_secs(60),
        run: |app| Box::pin(async move { fold(&app).await.map(|_| ()) }),
    }]
}

/// Makes the keys that are missing and tells how many; a look at an empty index when there are none.
pub async fn fold(app: &Arc<App>) -> Result<usize> {
    let ctx = Ctx::system(app.clone(), "worker-names", &["worker.fold"]);
    let mut done = 0;
    loop {
        let list = workers::unfolded(&mut ctx.read().await?, BATCH).await?;
        if list.is_empty() {
            return Ok(done);
        }
        let mut tx = ctx.write().await?;
        for (id, name) in &list {
            workers::set_keys(&mut tx, *id, names::keys(name.for_rules())).await?;
        }
        tx.commit(ctx.event(FOLD).record(None, format!("{} names", list.len()))).await?;
        done += list.len();
    }
}
