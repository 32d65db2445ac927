//! SQL of the binary itself: settings of the demo, what `doctor` and `backup` look at.

use zw_core::{Result, Stamp};
use zw_db::{Conn, Tx, sql};

/// Heads of the audit chains: (chain, last number, hash).
pub async fn audit_heads(c: &mut Conn) -> Result<Vec<(i64, i64, Vec<u8>)>> {
    c.all(sql("SELECT chain_id,seq,hash FROM audit_head ORDER BY chain_id")).await
}

/// The key id of the newest audit row, when no row at all was written with this key: then the key is another
/// installation's. One row whose id somebody changed proves nothing, and is for `audit verify` to find.
pub async fn foreign_key(c: &mut Conn, kid: &str) -> Result<Option<String>> {
    let ours: Option<(i64,)> = c.one(sql("SELECT seq FROM audit_event WHERE kid=").bind(kid).lit(" LIMIT 1")).await?;
    if ours.is_some() {
        return Ok(None);
    }
    let newest: Option<(String,)> = c.one(sql("SELECT kid FROM audit_event ORDER BY ts_us DESC LIMIT 1")).await?;
    Ok(newest.map(|(kid,)| kid))
}

/// When anything was last done here: audit rows, and what changes without one (sessions seen, drafts).
pub async fn last_act(c: &mut Conn) -> Result<Stamp> {
    let q = "SELECT MAX(at) FROM (SELECT MAX(ts_us)/1000 AS at FROM audit_event UNION ALL SELECT MAX(last_seen_at) FROM session UNION ALL SELECT MAX(updated_at) FROM draft) AS acts";
    let at: Option<i64> = c.scalar(sql(q)).await?;
    Ok(Stamp::from_ms(at.unwrap_or(0)))
}

/// Whether a database carries the table of settings (an embedded file that was migrated).
pub async fn has_settings(c: &mut Conn) -> Result<bool> {
    let n: i64 = c.scalar(sql("SELECT COUNT(*) FROM sqlite_master WHERE name='setting'")).await?;
    Ok(n == 1)
}

/// Sets a setting that was never set.
pub async fn put_setting(tx: &mut Tx, key: &str, json: &str) -> Result<()> {
    let at = tx.at();
    tx.run(
        sql("INSERT INTO setting(key,value,version,updated_at) VALUES(")
            .bind(key)
            .lit(",")
            .bind(json)
            .lit(",1,")
            .bind(at)
            .lit(")"),
    )
    .await?;
    Ok(())
}
