//! A setting that comes with data: the demo's. It leaves the same trace as one that a person sets.

use crate::model::Change;
use crate::store;
use serde_json::Value;
use zw_core::{Error, Result};
use zw_db::Tx;

/// Sets a value that was never set, and notes by whom. The caller audits.
///
/// # Errors
/// A conflict if the setting has a value already.
pub async fn set(tx: &mut Tx, key: &str, value: &Value, by: &str) -> Result<()> {
    let new = value.to_string();
    if !store::put(tx, key, &new, 0).await? {
        return Err(Error::Conflict { current: vec![] });
    }
    let change = Change { key: key.to_owned(), version: 1, at: tx.at(), set_by: by.to_owned(), old: None, new };
    store::note(tx, &change).await
}
