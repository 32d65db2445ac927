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

const SAVE: Action = Action("draft.save");
const MAX: usize = 256 * 1024;

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
    if plain.len() > MAX || key.len() > 100 {
        return Err(Error::rule("body-too-large"));
    }
    let sealed = ctx.app.vault.seal(&ctx.app.rng, &aad(account, key), &plain)?;
    let mut tx = ctx.write().await?;
    store::draft_put(&mut tx, account, key, sealed, ctx.now()).await?;
    tx.commit(ctx.event(SAVE).record(None, "draft")).await
}

/// The draft of a form: its values, or nothing.
async fn load(ctx: &Ctx, key: &str) -> Result<Option<Vec<(String, String)>>> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
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
    /// The saved draft of a form, if there is one.
    pub async fn draft(&self, key: &str) -> Result<Option<Posted>> {
        Ok(load(&self.ctx, key).await?.map(Posted::prefilled))
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
