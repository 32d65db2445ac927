//! A running process learns of a setting that another one changed.

use crate::service;
use std::time::Duration;
use zw_jobs::Tick;

/// This module's ticks for the scheduler.
pub fn ticks() -> Vec<Tick> {
    vec![Tick {
        name: "settings",
        every: Duration::from_secs(1),
        run: |app| Box::pin(async move { service::follow(&app).await.map(|_| ()) }),
    }]
}
