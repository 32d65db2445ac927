//! SQL of the door: idempotency keys, drafts, searches to come back to, the outbox.

use zw_core::{AccountId, DivisionId, Result, Stamp};
use zw_db::{Conn, Tx, sql};

pub(crate) async fn idem_get(c: &mut Conn, account: AccountId, key: &str) -> Result<Option<(Vec<u8>, String)>> {
    c.one(sql("SELECT request_hash,result FROM idempotency WHERE account_id=").bind(account).lit(" AND key=").bind(key))
        .await
}

/// Takes a key; `false`: it was taken before.
pub(crate) async fn idem_take(tx: &mut Tx, account: AccountId, key: &str, hash: &[u8], at: Stamp) -> Result<bool> {
    let n = tx
        .run(
            sql("INSERT INTO idempotency(account_id,key,request_hash,result,created_at) VALUES(")
                .bind(account)
                .lit(",")
                .bind(key)
                .lit(",")
                .bind(hash)
                .lit(",'',")
                .bind(at)
                .lit(") ON CONFLICT(account_id,key) DO NOTHING"),
        )
        .await?;
    Ok(n == 1)
}

/// Notes what a key answered.
pub(crate) async fn idem_answer(tx: &mut Tx, account: AccountId, key: &str, result: &str) -> Result<()> {
    tx.later(
        sql("UPDATE idempotency SET result=")
            .bind(result)
            .lit(" WHERE account_id=")
            .bind(account)
            .lit(" AND key=")
            .bind(key),
    )
    .await
}

pub(crate) async fn draft_put(tx: &mut Tx, account: AccountId, key: &str, body: Vec<u8>, at: Stamp) -> Result<()> {
    tx.run(
        sql("INSERT INTO draft(account_id,key,body,updated_at) VALUES(")
            .bind(account)
            .lit(",")
            .bind(key)
            .lit(",")
            .bind(body)
            .lit(",")
            .bind(at)
            .lit(") ON CONFLICT(account_id,key) DO UPDATE SET body=excluded.body, updated_at=excluded.updated_at"),
    )
    .await?;
    Ok(())
}

pub(crate) async fn draft_get(c: &mut Conn, account: AccountId, key: &str) -> Result<Option<(Vec<u8>, Stamp)>> {
    c.one(sql("SELECT body,updated_at FROM draft WHERE account_id=").bind(account).lit(" AND key=").bind(key)).await
}

pub(crate) async fn drafts_of(c: &mut Conn, account: AccountId) -> Result<Vec<(String, Vec<u8>, Stamp)>> {
    c.all(
        sql("SELECT key,body,updated_at FROM draft WHERE account_id=")
            .bind(account)
            .lit(" ORDER BY updated_at DESC,key LIMIT 50"),
    )
    .await
}

pub(crate) async fn draft_delete(tx: &mut Tx, account: AccountId, key: &str) -> Result<()> {
    tx.later(sql("DELETE FROM draft WHERE account_id=").bind(account).lit(" AND key=").bind(key)).await
}

/// Drops the oldest drafts of an account beyond so many.
pub(crate) async fn drafts_keep(tx: &mut Tx, account: AccountId, most: i64) -> Result<u64> {
    tx.run(
        sql("DELETE FROM draft WHERE account_id=")
            .bind(account)
            .lit(" AND key NOT IN(SELECT key FROM draft WHERE account_id=")
            .bind(account)
            .lit(" ORDER BY updated_at DESC,key LIMIT ")
            .bind(most)
            .lit(")"),
    )
    .await
}

pub(crate) async fn drafts_sweep(tx: &mut Tx, before: Stamp) -> Result<u64> {
    tx.run(sql("DELETE FROM draft WHERE updated_at<").bind(before)).await
}

pub(crate) async fn search_put(
    tx: &mut Tx,
    account: AccountId,
    key: &str,
    session: &[u8],
    body: Vec<u8>,
    at: Stamp,
) -> Result<()> {
    tx.run(
        sql("INSERT INTO search_kept(account_id,key,session_hash,body,asked_at) VALUES(")
            .bind(account)
            .lit(",")
            .bind(key)
            .lit(",")
            .bind(session)
            .lit(",")
            .bind(body)
            .lit(",")
            .bind(at)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// What was asked, of the session that asked it and not before a moment.
pub(crate) async fn search_get(
    c: &mut Conn,
    account: AccountId,
    key: &str,
    session: &[u8],
    since: Stamp,
) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = c
        .one(
            sql("SELECT body FROM search_kept WHERE account_id=")
                .bind(account)
                .lit(" AND key=")
                .bind(key)
                .lit(" AND session_hash=")
                .bind(session)
                .lit(" AND asked_at>=")
                .bind(since),
        )
        .await?;
    Ok(found.map(|f| f.0))
}

/// Opens what a session asked to another one of the same account.
pub(crate) async fn searches_carry(tx: &mut Tx, account: AccountId, from: &[u8], to: &[u8]) -> Result<u64> {
    tx.run(
        sql("UPDATE search_kept SET session_hash=")
            .bind(to)
            .lit(" WHERE account_id=")
            .bind(account)
            .lit(" AND session_hash=")
            .bind(from),
    )
    .await
}

/// Drops the oldest searches of an account beyond so many.
pub(crate) async fn searches_keep(tx: &mut Tx, account: AccountId, most: i64) -> Result<u64> {
    tx.run(
        sql("DELETE FROM search_kept WHERE account_id=")
            .bind(account)
            .lit(" AND key NOT IN(SELECT key FROM search_kept WHERE account_id=")
            .bind(account)
            .lit(" ORDER BY asked_at DESC,key DESC LIMIT ")
            .bind(most)
            .lit(")"),
    )
    .await
}

pub(crate) async fn searches_sweep(tx: &mut Tx, before: Stamp) -> Result<u64> {
    tx.run(sql("DELETE FROM search_kept WHERE asked_at<").bind(before)).await
}

pub(crate) async fn idem_sweep(tx: &mut Tx, before: Stamp) -> Result<u64> {
    tx.run(sql("DELETE FROM idempotency WHERE created_at<").bind(before)).await
}

pub(crate) async fn outbox(c: &mut Conn) -> Result<Vec<(String, DivisionId, i64)>> {
    c.all(sql("SELECT topic,county_id,seq FROM outbox ORDER BY topic,county_id")).await
}
