//! Idempotency: a re-sent form has one effect. The key is saved in the transaction of the effect.

use crate::page::Page;
use crate::store;
use axum::extract::Request;
use axum::http::{Method, Uri};
use zw_access::{Ctx, crypto};
use zw_core::{Error, Result};
use zw_db::Tx;

/// What a request is sent to: the same key and body for another row is another request, never a repeat.
pub(crate) struct Bound {
    method: Method,
    path: String,
}

impl Bound {
    pub(crate) fn of(req: &Request) -> Self {
        Self::new(req.method(), req.uri())
    }
    pub(crate) fn new(method: &Method, uri: &Uri) -> Self {
        Self { method: method.clone(), path: uri.path().to_owned() }
    }
    pub(crate) fn idem(&self, key: Option<String>, body: &[u8]) -> Idem {
        Idem::over(key, &[self.method.as_str().as_bytes(), self.path.as_bytes(), body])
    }
}

/// The key of a form or request and a hash of the method, the path and the body it came with.
#[derive(Clone, Debug, Default)]
pub struct Idem {
    key: Option<String>,
    hash: Vec<u8>,
    draft: String,
}

impl Idem {
    /// No key: repeats are the caller's own business (system actors, tests).
    pub fn none() -> Self {
        Self::default()
    }
    /// A key with what it came with.
    pub fn new(key: Option<String>, body: &impl serde::Serialize) -> Self {
        Self::over(key, &[&serde_json::to_vec(body).unwrap_or_default()])
    }

    fn over(key: Option<String>, parts: &[&[u8]]) -> Self {
        let mut hash = crypto::provider().digest();
        for part in parts {
            hash.update(&part.len().to_be_bytes());
            hash.update(part);
        }
        let key = key.filter(|k| !k.is_empty() && k.len() <= 100);
        Self { key, hash: hash.done().to_vec(), draft: String::new() }
    }

    /// For a form with an autosaved draft: `save` drops it in the same transaction.
    pub(crate) fn dropping(mut self, draft: &str) -> Self {
        draft.clone_into(&mut self.draft);
        self
    }

    /// What this key answered before, if it had its effect already. The same key with another body is refused.
    /// Call first in the write transaction: it takes the key, so that of two parallel posts the second waits for the
    /// first and then gets its answer.
    pub async fn seen(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<String>> {
        let (Some(key), Some(account)) = (&self.key, ctx.actor.account()) else { return Ok(None) };
        if store::idem_take(tx, account, key, &self.hash, ctx.now()).await? {
            return Ok(None);
        }
        match store::idem_get(tx, account, key).await? {
            Some((hash, result)) if hash == self.hash => Ok(Some(result)),
            _ => Err(Error::rule("idempotency-other-body")),
        }
    }

    /// Saves the answer with the effect and drops the draft of the form: it has become the record. Call before the commit.
    pub async fn save(&self, ctx: &Ctx, tx: &mut Tx, result: &str) -> Result<()> {
        if !self.draft.is_empty() {
            Page::drop_draft(ctx, tx, &self.draft).await?;
        }
        let (Some(key), Some(account)) = (&self.key, ctx.actor.account()) else { return Ok(()) };
        store::idem_answer(tx, account, key, result).await
    }
}
