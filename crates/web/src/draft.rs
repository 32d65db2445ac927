//! Drafts: autosaved every few seconds, encrypted like the record they will become.

use crate::page::{Json, Page};
use crate::posted::Posted;
use crate::route::{Access, Routes};
use crate::{PageResult, store};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use zw_access::sealed::DRAFT_BODY;
use zw_access::{Action, Ctx};
use zw_core::{AccountId, Error, Result, Stamp};
use zw_db::Tx;
use zw_ui::form::PAGE_FIELD;
use zw_ui::{Notice, Tone};

const SAVE: Action = Action("draft.save");
const DELETE: Action = Action("draft.delete");
/// Largest draft: a text of 100,000 Chinese characters comes back whole.
const MAX: usize = 512 * 1024;
/// Most drafts of one account; the oldest make room.
const MOST: i64 = 200;
/// Longest key.
pub(crate) const MAX_KEY: usize = 100;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/drafts/{key}", Access::SignedIn, get).post("/drafts/{key}", Access::SignedIn, put).post(
        "/drafts/{key}/delete",
        Access::SignedIn,
        delete,
    )
}

async fn put(page: Page, Path(key): Path<String>, posted: Posted) -> PageResult<impl IntoResponse> {
    let mut values = posted.values().to_vec();
    // Where to go on, sealed with the rest: an address may have been a search.
    if is_page(posted.page()) {
        values.push((PAGE_FIELD.to_owned(), posted.page().to_owned()));
    }
    save(&page.ctx, &key, &values).await?;
    Ok((StatusCode::OK, Json(serde_json::json!({"saved_at": page.ctx.now().hour_minute_cn()}))))
}

/// POST /drafts/{key}/delete: the reader wants it no more. Back to the page that said so.
async fn delete(page: Page, Path(key): Path<String>, posted: Posted) -> PageResult {
    let ctx = &page.ctx;
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    let mut tx = ctx.write().await?;
    store::draft_delete(&mut tx, account, &key).await?;
    tx.commit(ctx.event(DELETE).record(None, "draft")).await?;
    let back = if is_page(posted.page()) { posted.page() } else { "/" };
    Ok(crate::saved(back, "web-draft-deleted"))
}

fn is_page(text: &str) -> bool {
    text.len() > 1 && text.len() <= 2000 && crate::safe_next(text) == text
}

async fn get(page: Page, Path(key): Path<String>) -> PageResult<impl IntoResponse> {
    Ok(Json(load(&page.ctx, &key).await?.map(|(values, _)| values)))
}

async fn save(ctx: &Ctx, key: &str, values: &[(String, String)]) -> Result<()> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    if ctx.actor.has_role(zw_access::Role::Kiosk, ctx.today()) {
        // A wall screen is a reader and has no forms.
        return Err(Error::Forbidden);
    }
    let mut tx = ctx.write().await?;
    keep(ctx, &mut tx, account, key, values).await?;
    tx.commit(ctx.event(SAVE).record(None, "draft")).await
}

async fn keep(ctx: &Ctx, tx: &mut Tx, account: AccountId, key: &str, values: &[(String, String)]) -> Result<()> {
    let plain = serde_json::to_vec(values).map_err(Error::internal)?;
    if plain.len() > MAX || key.len() > MAX_KEY {
        return Err(Error::rule("body-too-large"));
    }
    let sealed = ctx.app.vault.seal(&ctx.app.rng, &DRAFT_BODY.at(account, key), &plain)?;
    store::draft_put(tx, account, key, sealed, ctx.now()).await?;
    store::drafts_keep(tx, account, MOST).await.map(|_| ())
}

/// The values of a draft, and the page it was typed on.
type Kept = (Vec<(String, String)>, Option<String>);

/// The draft of a form, or nothing.
async fn load(ctx: &Ctx, key: &str) -> Result<Option<Kept>> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    if !ctx.actor.grants.iter().any(|g| g.active_on(ctx.today())) {
        // What was begun in an office is not taken along when the last office has ended.
        return Err(Error::Forbidden);
    }
    let mut c = ctx.read().await?;
    match store::draft_get(&mut c, account, key).await? {
        None => Ok(None),
        Some((body, _)) => {
            let mut values = opened(ctx, account, key, &body)?;
            let page = values.iter().find(|(n, v)| n == PAGE_FIELD && is_page(v)).map(|(_, v)| v.clone());
            values.retain(|(n, _)| n != PAGE_FIELD);
            Ok(Some((values, page)))
        }
    }
}

fn opened(ctx: &Ctx, account: AccountId, key: &str, body: &[u8]) -> Result<Vec<(String, String)>> {
    let plain = ctx.app.vault.open(&DRAFT_BODY.at(account, key), body)?;
    serde_json::from_slice(&plain).map_err(Error::internal)
}

/// A kind of form that is kept as a draft, for the list of what was begun.
#[derive(Clone, Copy, Debug)]
pub struct DraftDef {
    /// How its keys begin; the longest that fits decides.
    pub prefix: &'static str,
    /// Fluent key of what it is.
    pub label: &'static str,
    /// Where it stands, if that is one address for all of them; empty where the draft has to say it.
    pub href: &'static str,
}

/// A form that was begun and not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftOut {
    /// Key.
    pub key: String,
    /// Fluent key of what it is.
    pub label: &'static str,
    /// When it was saved last.
    pub saved_at: Stamp,
    /// Where to go on.
    pub href: Option<String>,
}

/// The reader's own drafts, newest first, at most 50; none once the last office has ended.
pub async fn drafts(ctx: &Ctx) -> Result<Vec<DraftOut>> {
    let Some(account) = ctx.actor.account() else { return Ok(vec![]) };
    if !ctx.actor.grants.iter().any(|g| g.active_on(ctx.today())) {
        return Ok(vec![]);
    }
    let site = ctx.app.ext::<crate::Site>()?;
    let mut c = ctx.read().await?;
    let mut out = vec![];
    for (key, body, saved_at) in store::drafts_of(&mut c, account).await? {
        let def = site.drafts.iter().filter(|d| key.starts_with(d.prefix)).max_by_key(|d| d.prefix.len());
        // One that cannot be opened any more (another key) is still listed, so that it can be deleted.
        let values = opened(ctx, account, &key, &body).unwrap_or_default();
        let page = values.into_iter().find(|(n, v)| n == PAGE_FIELD && is_page(v)).map(|(_, v)| v);
        let fixed = def.map(|d| d.href).filter(|h| !h.is_empty()).map(str::to_owned);
        out.push(DraftOut { label: def.map_or("web-draft-other", |d| d.label), href: page.or(fixed), key, saved_at });
    }
    Ok(out)
}

impl Page {
    /// The draft of a form if there is one, said on top, else its first values. What it gives carries the draft's key:
    /// the form drawn from it saves there, and the act that succeeds drops it.
    pub async fn draft_or(self, key: &str, first: Posted) -> Result<(Self, Posted)> {
        match load(&self.ctx, key).await? {
            None => Ok((self, first.under(key))),
            Some((kept, at)) => {
                let text = self.lang.t("web-restored");
                let page = self.with_restored(Notice { tone: Tone::Info, text, next: None }, key, at);
                Ok((page, Posted::prefilled(kept).under(key)))
            }
        }
    }
    /// Keeps values as the reader's draft of a form, so that the form opens with them.
    pub async fn keep_draft(ctx: &Ctx, tx: &mut Tx, key: &str, values: &[(String, String)]) -> Result<()> {
        keep(ctx, tx, ctx.actor.account().ok_or(Error::Unauthenticated)?, key, values).await
    }
    /// Forgets the draft of a form, in the transaction that saved the record.
    pub async fn drop_draft(ctx: &Ctx, tx: &mut Tx, key: &str) -> Result<()> {
        match ctx.actor.account() {
            Some(account) => store::draft_delete(tx, account, key).await,
            None => Ok(()),
        }
    }
}
