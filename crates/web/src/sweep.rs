//! What nobody needs any more: old drafts, old idempotency keys, searches nobody can come back to.

use crate::search::KEPT_MS;
use crate::store;
use std::sync::Arc;
use zw_access::{Action, App, Ctx};
use zw_core::{Result, Stamp};

/// Days a draft is kept after its last change: personal data that never became a record.
const DRAFT_DAYS: i64 = 30;
/// Days a repeat of a form is recognised: the API promises 72 hours, and a page may lie open over a long weekend.
const KEY_DAYS: i64 = 7;

const SWEEP: Action = Action("form.sweep");

/// Deletes them and tells how many (drafts, keys). Harmless to call again, or in two processes at once.
pub async fn sweep(app: &Arc<App>) -> Result<(u64, u64)> {
    let ctx = Ctx::system(app.clone(), "form-sweep", &["form.sweep"]);
    let before = |days: i64| Stamp::from_ms(ctx.now().ms() - days * 86_400_000);
    let mut tx = ctx.write().await?;
    let drafts = store::drafts_sweep(&mut tx, before(DRAFT_DAYS)).await?;
    let keys = store::idem_sweep(&mut tx, before(KEY_DAYS)).await?;
    let searches = store::searches_sweep(&mut tx, Stamp::from_ms(ctx.now().ms() - KEPT_MS)).await?;
    if drafts + keys + searches > 0 {
        let gone = format!("{drafts} drafts, {keys} keys, {searches} searches");
        tx.commit(ctx.event(SWEEP).record(None, gone)).await?;
    }
    Ok((drafts, keys))
}
