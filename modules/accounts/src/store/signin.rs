//! Sign-in: the account by its login, refused tries, one-time codes, passwords.

use crate::model::{Account, AccountState};
use zw_core::{AccountId, DivisionId, Result, Stamp, UnitId, Uuid};
use zw_db::{Conn, Sql, sql};

/// Columns of an account, in the order of nothing: they are read by name.
pub(super) fn account_columns() -> Sql {
    sql(
        "SELECT a.id,a.login,a.display,a.duty,a.password_hash,a.password_at,a.state,a.worker_id,a.must_change,a.held_at,a.held_by,a.held_for,a.last_login_at,a.last_login_ip,a.prev_login_at,a.prev_login_ip,a.version,a.created_at FROM account AS a",
    )
}

/// The account with a login.
pub async fn by_login(c: &mut Conn, login: &str) -> Result<Option<Account>> {
    c.one(account_columns().lit(" WHERE a.login=").bind(login)).await
}

/// The account with an id, for the person it belongs to.
pub async fn own(c: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    c.one(account_columns().lit(" WHERE a.id=").bind(id)).await
}

/// Names of the units that one's own grants name.
pub async fn own_unit_names(c: &mut Conn, ids: &[UnitId]) -> Result<Vec<(UnitId, String)>> {
    c.all(sql("SELECT u.id,u.name FROM unit AS u WHERE u.id IN ").list(ids.iter().copied())).await
}

/// The last failures of a login, newest first: from one network or from anywhere. Tries that a lock refused are not
/// among them, or a lock would never end.
pub async fn failures(c: &mut Conn, login: &[u8], net: Option<&str>, since: Stamp, most: i64) -> Result<Vec<Stamp>> {
    let rows: Vec<(Stamp,)> = c
        .all(
            sql("SELECT at FROM login_failure WHERE refused=FALSE AND login_hash=")
                .bind(login)
                .lit(" AND at>")
                .bind(since)
                .when(net.is_some(), |q| q.lit(" AND net=").bind(net))
                .lit(" ORDER BY at DESC,id DESC LIMIT ")
                .bind(most),
        )
        .await?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// How many different login and password pairs an address tried in vain.
pub async fn pairs_of_address(c: &mut Conn, ip: &str, since: Stamp) -> Result<i64> {
    c.scalar(sql("SELECT COUNT(DISTINCT pair) FROM login_failure WHERE ip=").bind(ip).lit(" AND at>").bind(since)).await
}

/// Whether an account was used from a network since a day.
pub async fn net_is_known(c: &mut Conn, account: AccountId, net: &str, since: Stamp) -> Result<bool> {
    let n: i64 = c
        .scalar(
            sql("SELECT COUNT(*) FROM session WHERE account_id=")
                .bind(account)
                .lit(" AND net=")
                .bind(net)
                .lit(" AND created_at>")
                .bind(since),
        )
        .await?;
    Ok(n > 0)
}

/// Notes a failure (`refused`: of a locked login, it counts for the address only), and forgets those older than a day.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub async fn note_failure(
    c: &mut Conn,
    id: Uuid,
    login: &[u8],
    net: &str,
    ip: &str,
    at: Stamp,
    pair: &[u8],
    refused: bool,
    forget: Stamp,
) -> Result<()> {
    c.run(sql("DELETE FROM login_failure WHERE at<").bind(forget)).await?;
    c.run(
        sql("INSERT INTO login_failure(id,login_hash,net,ip,at,pair,refused) VALUES(")
            .bind(id)
            .lit(",")
            .bind(login)
            .lit(",")
            .bind(net)
            .lit(",")
            .bind(ip)
            .lit(",")
            .bind(at)
            .lit(",")
            .bind(pair)
            .lit(",")
            .bind(refused)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Forgets the failures of a login: from one network after a sign-in there, all of them after a new password.
pub async fn clear_failures(c: &mut Conn, login: &[u8], net: Option<&str>) -> Result<()> {
    c.run(
        sql("DELETE FROM login_failure WHERE login_hash=")
            .bind(login)
            .when(net.is_some(), |q| q.lit(" AND net=").bind(net)),
    )
    .await?;
    Ok(())
}

/// Writes a sign-in down, if the account still is what the password was checked against. On PostgreSQL this locks
/// the row, so that two sign-ins of one account count their sessions one after the other.
pub async fn note_login(
    c: &mut Conn,
    a: &Account,
    new_hash: Option<&str>,
    now: Stamp,
    ip: Option<&str>,
) -> Result<u64> {
    c.run(
        sql("UPDATE account SET prev_login_at=last_login_at,prev_login_ip=last_login_ip,last_login_at=")
            .bind(now)
            .lit(",last_login_ip=")
            .bind(ip)
            .when(new_hash.is_some(), |q| q.lit(",password_hash=").bind(new_hash))
            .lit(" WHERE id=")
            .bind(a.id)
            .lit(" AND state=")
            .bind(AccountState::Active)
            .lit(" AND password_hash=")
            .bind(a.password_hash.as_deref()),
    )
    .await
}

/// Holds an account whose password was proved, until the transaction ends; 0 rows where it was disabled or given another
/// password meanwhile.
pub async fn hold_proved(c: &mut Conn, a: &Account) -> Result<u64> {
    c.run(
        sql("UPDATE account SET password_hash=password_hash WHERE id=")
            .bind(a.id)
            .lit(" AND state=")
            .bind(AccountState::Active)
            .lit(" AND password_hash=")
            .bind(a.password_hash.as_deref()),
    )
    .await
}

/// Sets a password; 0 rows if the account is disabled.
pub async fn set_password(c: &mut Conn, id: AccountId, hash: &str, now: Stamp, by: &str) -> Result<u64> {
    c.run(
        sql("UPDATE account SET password_hash=")
            .bind(hash)
            .lit(",password_at=")
            .bind(now)
            .lit(",must_change=FALSE,version=version+1,updated_at=")
            .bind(now)
            .lit(",updated_by=")
            .bind(by)
            .lit(" WHERE id=")
            .bind(id)
            .lit(" AND state=")
            .bind(AccountState::Active),
    )
    .await
}

/// Adds a one-time code.
pub async fn insert_code(
    c: &mut Conn,
    id: Uuid,
    account: AccountId,
    hash: &[u8],
    now: Stamp,
    by: &str,
    expires: Stamp,
) -> Result<()> {
    c.run(
        sql("INSERT INTO account_token(id,account_id,token_hash,created_at,created_by,expires_at) VALUES(")
            .bind(id)
            .lit(",")
            .bind(account)
            .lit(",")
            .bind(hash)
            .lit(",")
            .bind(now)
            .lit(",")
            .bind(by)
            .lit(",")
            .bind(expires)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// The account of a code that still opens, if the account may be used.
pub async fn account_of_code(c: &mut Conn, hash: &[u8], now: Stamp) -> Result<Option<Account>> {
    c.one(
        account_columns()
            .lit(" JOIN account_token AS t ON t.account_id=a.id WHERE t.used_at IS NULL AND t.expires_at>")
            .bind(now)
            .lit(" AND t.token_hash=")
            .bind(hash)
            .lit(" AND a.state=")
            .bind(AccountState::Active),
    )
    .await
}

/// Uses a code: 1 for the one who came first.
pub async fn use_code(c: &mut Conn, hash: &[u8], now: Stamp) -> Result<u64> {
    c.run(
        sql("UPDATE account_token SET used_at=")
            .bind(now)
            .lit(" WHERE used_at IS NULL AND expires_at>")
            .bind(now)
            .lit(" AND token_hash=")
            .bind(hash),
    )
    .await
}

/// Makes all codes of an account useless.
pub async fn void_codes(c: &mut Conn, account: AccountId, now: Stamp) -> Result<()> {
    c.run(
        sql("UPDATE account_token SET used_at=").bind(now).lit(" WHERE used_at IS NULL AND account_id=").bind(account),
    )
    .await?;
    Ok(())
}

/// Names of the units and the areas of an account's grants: words that its password must not contain.
pub async fn places(c: &mut Conn, account: AccountId) -> Result<Vec<(Option<String>, Option<DivisionId>)>> {
    c.all(
        sql("SELECT u.name,g.area_id FROM account_grant AS g LEFT JOIN unit AS u ON u.id=g.unit_id WHERE g.ended_at IS NULL AND g.account_id=")
            .bind(account)
            .lit(" ORDER BY g.created_at DESC,g.id DESC LIMIT 20"),
    )
    .await
}
