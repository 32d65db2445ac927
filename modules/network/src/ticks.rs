//! A running process learns of an import made by another one: the map in memory is swapped when its number changes
//! (architecture.md 5.4). Stations that nobody came back to are suspended.

use crate::service::gaps::suspend_due;
use crate::store::divisions::{load_tree, tree_version};
use std::sync::Arc;
use std::time::Duration;
use zw_access::App;
use zw_core::Result;
use zw_jobs::Tick;

/// This module's ticks for the scheduler.
pub fn ticks() -> Vec<Tick> {
    vec![
        Tick {
            name: "divisions",
            every: Duration::from_secs(1),
            run: |app| Box::pin(async move { follow(&app).await.map(|_| ()) }),
        },
        // A day has passed at some hour for every process; ten minutes after midnight is soon enough.
        Tick {
            name: "staff-gaps",
            every: Duration::from_secs(600),
            run: |app| Box::pin(async move { suspend_due(&app).await.map(|_| ()) }),
        },
    ]
}

/// Loads the map again if the database has another one; tells whether it did.
pub async fn follow(app: &Arc<App>) -> Result<bool> {
    let mut c = app.db.read().await?;
    if tree_version(&mut c).await? == app.tree().import() {
        return Ok(false);
    }
    app.set_tree(load_tree(&mut c).await?);
    Ok(true)
}
