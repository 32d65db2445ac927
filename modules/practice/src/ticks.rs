//! Residents who were registered before names were folded and telephones indexed become findable; files of official lists that
//! nobody confirmed are forgotten.

use crate::service::blind_phone;
use crate::store::{duplicate, official, resident};
use std::sync::Arc;
use std::time::Duration;
use zw_access::{Action, App, Ctx, sealed};
use zw_core::{Result, names};
use zw_jobs::Tick;

const FOLD: Action = Action("resident.fold");
const SWEEP: Action = Action("official_list.sweep");
/// Rows of one transaction.
const BATCH: i64 = 500;

/// This module's ticks for the scheduler.
pub fn ticks() -> Vec<Tick> {
    vec![
        Tick {
            name: "resident-names",
            every: Duration::from_secs(60),
            run: |app| {
                Box::pin(async move {
                    fold(&app).await?;
                    index_phones(&app).await.map(|_| ())
                })
            },
        },
        Tick {
            name: "official-drafts",
            every: Duration::from_secs(3600),
            run: |app| Box::pin(async move { forget_drafts(&app).await.map(|_| ()) }),
        },
    ]
}

/// Forgets files of official lists that nobody confirmed within a day, and tells how many.
pub async fn forget_drafts(app: &Arc<App>) -> Result<u64> {
    let ctx = Ctx::system(app.clone(), "official-drafts", &["official_list.sweep"]);
    let before = ctx.now().plus_ms(-crate::service::official::WAITS_MS);
    if official::old_drafts(&mut ctx.read().await?, before).await? == 0 {
        return Ok(0);
    }
    let mut tx = ctx.write().await?;
    let n = official::sweep(&mut tx, before).await?;
    tx.commit(ctx.event(SWEEP).record(None, format!("{n} drafts"))).await?;
    Ok(n)
}

/// Makes the keys that are missing and tells how many; a look at an empty index when there are none.
pub async fn fold(app: &Arc<App>) -> Result<usize> {
    let ctx = Ctx::system(app.clone(), "resident-names", &["resident.fold"]);
    let mut done = 0;
    loop {
        let list = resident::unfolded(&mut ctx.read().await?, BATCH).await?;
        if list.is_empty() {
            return Ok(done);
        }
        let mut tx = ctx.write().await?;
        for (county, id, name) in &list {
            resident::set_keys(&mut tx, *county, *id, names::keys(name.for_rules())).await?;
        }
        tx.commit(ctx.event(FOLD).record(None, format!("{} names", list.len()))).await?;
        done += list.len();
    }
}

/// Makes the blind indexes of telephones that are missing and tells how many. A value that does not open gets an empty one,
/// which no number has: it is found by nobody, and looked at once.
pub async fn index_phones(app: &Arc<App>) -> Result<usize> {
    let ctx = Ctx::system(app.clone(), "resident-names", &["resident.fold"]);
    let mut done = 0;
    loop {
        let list = duplicate::unhashed(&mut ctx.read().await?, BATCH).await?;
        if list.is_empty() {
            return Ok(done);
        }
        let mut tx = ctx.write().await?;
        for (county, id, phone) in &list {
            let opened = app.vault.open_text(&sealed::RESIDENT_PHONE.at(county, id), phone);
            let hash = opened.map_or_else(|_| vec![], |p| blind_phone(&app.vault, &p));
            duplicate::set_hash(&mut tx, *county, *id, phone, &hash).await?;
        }
        tx.commit(ctx.event(FOLD).record(None, format!("{} phones", list.len()))).await?;
        done += list.len();
    }
}
