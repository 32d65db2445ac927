//! SQL of the settings.

use crate::model::Change;
use zw_core::Result;
use zw_db::{Conn, Tx, sql};

/// Value and version of a key.
pub(crate) async fn get(c: &mut Conn, key: &str) -> Result<Option<(String, i64)>> {
    c.one(sql("SELECT value,version FROM setting WHERE key=").bind(key)).await
}

/// Sets a value that stands at `seen` (0: was never set); false if somebody was faster.
pub(crate) async fn put(tx: &mut Tx, key: &str, value: &str, seen: i64) -> Result<bool> {
    let at = tx.at();
    let q = sql("INSERT INTO setting(key,value,version,updated_at) VALUES(")
        .bind(key)
        .lit(",")
        .bind(value)
        .lit(",1,")
        .bind(at)
        .lit(") ON CONFLICT(key) DO UPDATE SET value=excluded.value,version=setting.version+1,updated_at=excluded.updated_at WHERE setting.version=")
        .bind(seen);
    Ok(tx.run(q).await? == 1)
}

/// Keeps a change.
pub(crate) async fn note(tx: &mut Tx, c: &Change) -> Result<()> {
    let q = sql("INSERT INTO setting_change(key,version,at,set_by,old,new) VALUES(")
        .bind(&c.key)
        .lit(",")
        .bind(c.version)
        .lit(",")
        .bind(c.at)
        .lit(",")
        .bind(&c.set_by)
        .lit(",")
        .bind(c.old.clone())
        .lit(",")
        .bind(&c.new)
        .lit(")");
    tx.run(q).await.map(|_| ())
}

/// The changes of a key, the latest first.
pub(crate) async fn changes(c: &mut Conn, key: &str) -> Result<Vec<Change>> {
    c.all(sql("SELECT * FROM setting_change WHERE key=").bind(key).lit(" ORDER BY version DESC LIMIT 100")).await
}
