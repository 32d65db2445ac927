//! A search for a person: asked by POST, answered at an address that says nothing of it (decision 0025). What was asked lies
//! sealed in the database for an hour and is opened for the session that asked, so that Back and reload show it again.

use crate::page::{Page, redirect};
use crate::posted::Posted;
use crate::{PageResult, store};
use serde::Deserialize;
use zw_access::Action;
use zw_access::sealed::SEARCH_BODY;
use zw_core::{AccountId, Error, Result, Stamp};
use zw_db::Tx;

const KEEP: Action = Action("search.keep");
/// Milliseconds a search can be opened again.
pub(crate) const KEPT_MS: i64 = 60 * 60_000;
/// Most searches of one account; the oldest make room.
const MOST: i64 = 50;

/// Leaves what one session looked for to the session that a password given again puts in its place: it is the same person
/// in the same browser, whose way back would otherwise lead to nothing.
///
/// # Errors
/// The database does not answer.
pub async fn carry_searches(tx: &mut Tx, account: AccountId, from: &[u8], to: &[u8]) -> Result<()> {
    store::searches_carry(tx, account, from, to).await.map(drop)
}

/// Which search an address means.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sought {
    s: String,
}

impl Page {
    /// Keeps what the form asks and leads to where it is answered: the same path, by GET. A form that asks nothing leads
    /// there without a search.
    pub async fn keep_search(&self, posted: &Posted) -> PageResult {
        let ctx = &self.ctx;
        if posted.values().iter().all(|(_, v)| v.trim().is_empty()) {
            return Ok(redirect(&self.path));
        }
        let (Some(account), Some(session)) = (ctx.actor.account(), &ctx.session_hash) else {
            return Err(Error::Unauthenticated.into());
        };
        let key = ctx.uuid().to_string();
        let plain = serde_json::to_vec(posted.values()).map_err(Error::internal)?;
        let sealed = ctx.app.vault.seal(&ctx.app.rng, &SEARCH_BODY.at(account, &key), &plain)?;
        let mut tx = ctx.write().await?;
        store::search_put(&mut tx, account, &key, session, sealed, ctx.now()).await?;
        store::searches_keep(&mut tx, account, MOST).await?;
        tx.commit(ctx.event(KEEP).record(None, "search")).await?;
        Ok(redirect(&format!("{}?s={key}", self.path)))
    }

    /// What was asked, while it is kept and the session that asked it goes on.
    pub async fn kept_search(&self, sought: &Sought) -> Result<Option<Posted>> {
        let ctx = &self.ctx;
        let (Some(account), Some(session)) = (ctx.actor.account(), &ctx.session_hash) else { return Ok(None) };
        if sought.s.is_empty() || sought.s.len() > 40 {
            return Ok(None);
        }
        let since = Stamp::from_ms(ctx.now().ms() - KEPT_MS);
        let mut c = ctx.read().await?;
        let found = store::search_get(&mut c, account, &sought.s, session, since).await?;
        let Some(body) = found else { return Ok(None) };
        let plain = ctx.app.vault.open(&SEARCH_BODY.at(account, &sought.s), &body)?;
        let values: Vec<(String, String)> = serde_json::from_slice(&plain).map_err(Error::internal)?;
        Ok(Some(Posted::prefilled(values)))
    }
}
