//! Idempotency: a re-sent form has one effect. The key is saved in the transaction of the effect.

use crate::store;
use sha2::{Digest, Sha256};
use zw_access::Ctx;
use zw_core::{Error, Result};
use zw_db::Tx;

/// The key of a form or request and a hash of what it carried.
#[derive(Clone, Debug, Default)]
pub struct Idem {
    key: Option<String>,
    hash: Vec<u8>,
}

impl Idem {
    /// No key: repeats are the caller's own business (system actors, tests).
    pub fn none() -> Self {
        Self::default()
    }
    /// A key with the body it came with.
    pub fn new(key: Option<String>, body: &impl serde::Serialize) -> Self {
        let bytes = serde_json::to_vec(body).unwrap_or_default();
        Self { key: key.filter(|k| !k.is_empty() && k.len() <= 100), hash: Sha256::digest(&bytes).to_vec() }
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

    /// Saves the answer with the effect; call before the commit.
    pub async fn save(&self, ctx: &Ctx, tx: &mut Tx, result: &str) -> Result<()> {
        let (Some(key), Some(account)) = (&self.key, ctx.actor.account()) else { return Ok(()) };
        store::idem_answer(tx, account, key, result).await
    }
}
