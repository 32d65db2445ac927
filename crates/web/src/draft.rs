//! Drafts: autosaved every few seconds, encrypted like the record they will become.

use crate::page::{Json, Page};
use crate::posted::Posted;
use crate::route::{Access, Routes};
use crate::{PageResult, store};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use zw_access::{Action, Ctx};
use zw_core::{AccountId, Error, Result};
use zw_ui::{Notice, Tone};

const SAVE: Action = Action("draft.save");
const MAX: usize = 256 * 1024;
/// Most drafts of one account; the oldest make room.
const MOST: i64 = 200;
/// Longest key.
pub(crate) const MAX_KEY: usize = 100;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/drafts/{key}", Access::SignedIn, get).post("/drafts/{key}", Access::SignedIn, put)
}

fn aad(account: AccountId, key: &str) -> String {
    format!("draft|body|{account}|{key}")
}

async fn put(page: Page, Path(key): Path<String>, posted: Posted) -> PageResult<impl IntoResponse> {
    save(&page.ctx, &key, posted.values()).await?;
    Ok((StatusCode::OK, Json(serde_json::json!({"saved_at": page.ctx.now().hour_minute_cn()}))))
}

async fn get(page: Page, Path(key): Path<String>) -> PageResult<impl IntoResponse> {
    Ok(Json(load(&page.ctx, &key).await?))
}

async fn save(ctx: &Ctx, key: &str, values: &[(String, String)]) -> Result<()> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    if ctx.actor.has_role(zw_access::Role::Kiosk, ctx.today()) {
        // A wall screen is a reader and has no forms.
        return Err(Error::Forbidden);
    }
    let plain = serde_json::to_vec(values).map_err(Error::internal)?;
    if plain.len() > MAX || key.len() > MAX_KEY {
        return Err(Error::rule("body-too-large"));
    }
    let sealed = ctx.app.vault.seal(&ctx.app.rng, &aad(account, key), &plain)?;
    let mut tx = ctx.write().await?;
    store::draft_put(&mut tx, account, key, sealed, ctx.now()).await?;
    store::drafts_keep(&mut tx, account, MOST).await?;
    tx.commit(ctx.event(SAVE).record(None, "draft")).await
}

/// The draft of a form: its values, or nothing.
async fn load(ctx: &Ctx, key: &str) -> Result<Option<Vec<(String, String)>>> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    if !ctx.actor.grants.iter().any(|g| g.active_on(ctx.today())) {
        // What was begun in an office is not taken along when the last office has ended.
        return Err(Error::Forbidden);
    }
    let mut c = ctx.read().await?;
    match store::draft_get(&mut c, account, key).await? {
        None => Ok(None),
        Some((body, _)) => {
            let plain = ctx.app.vault.open(&aad(account, key), &body)?;
            Ok(Some(serde_json::from_slice(&plain).map_err(Error::internal)?))
        }
    }
}

impl Page {
    /// The draft of a form if there is one, said on top, else its first values. What it gives carries the draft's key:
    /// the form drawn from it saves there, and the act that succeeds drops it.
    pub async fn draft_or(self, key: &str, first: Posted) -> Result<(Self, Posted)> {
        match load(&self.ctx, key).await? {
            None => Ok((self, first.under(key))),
            Some(kept) => {
                let text = self.lang.t("web-restored");
                let page = self.with_notice(Notice { tone: Tone::Info, text, next: None });
                Ok((page, Posted::prefilled(kept).under(key)))
            }
        }
    }
    /// The forms the actor has begun and not sent, newest first (at most 50): draft key and when it was saved.
    pub async fn drafts(ctx: &Ctx, conn: &mut zw_db::Conn) -> Result<Vec<(String, zw_core::Stamp)>> {
        match ctx.actor.account() {
            Some(account) => store::draft_keys(conn, account).await,
            None => Ok(vec![]),
        }
    }
    /// Forgets the draft of a form, in the transaction that saved the record.
    pub async fn drop_draft(ctx: &Ctx, tx: &mut zw_db::Tx, key: &str) -> Result<()> {
        match ctx.actor.account() {
            Some(account) => store::draft_delete(tx, account, key).await,
            None => Ok(()),
        }
    }
}
