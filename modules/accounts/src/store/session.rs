//! Sessions: what runs on every request, and what ends them.

use super::grant::posted_until;
use crate::model::{AccountState, Duty, GrantRow, KioskToken, SessionRow};
use zw_core::{AccountId, Day, DivisionId, GrantId, Result, SessionId, Stamp, UnitId, WorkerId};
use zw_db::{Conn, Sql, sql};

zw_db::record! {
    /// A session with its account and one of its grants: a row for each grant, one without if there is none.
    pub struct Seen {
        /// Session.
        pub id: SessionId,
        /// Account.
        pub account_id: AccountId,
        /// Sign-in.
        pub created_at: Stamp,
        /// Last written down as seen.
        pub last_seen_at: Stamp,
        /// Login.
        pub login: String,
        /// Name shown.
        pub display: String,
        /// Duty.
        pub duty: Duty,
        /// Worker.
        pub worker_id: Option<WorkerId>,
        /// Must set a new password first.
        pub must_change: bool,
        /// Grant.
        pub grant_id: Option<GrantId>,
        /// Duty on the grant.
        pub grant_duty: Option<String>,
        /// Role code.
        pub role: Option<String>,
        /// Area.
        pub area_id: Option<DivisionId>,
        /// County.
        pub county_id: Option<DivisionId>,
        /// Unit.
        pub unit_id: Option<UnitId>,
        /// Its name.
        pub unit_name: Option<String>,
        /// First day.
        pub from_day: Option<Day>,
        /// Last day.
        pub to_day: Option<Day>,
        /// When it was given.
        pub granted_at: Option<Stamp>,
        /// By whom.
        pub granted_by: Option<String>,
        /// MAC.
        pub mac: Option<Vec<u8>>,
        /// Until when it stands on a posting, see [`posted_until`].
        pub posted_until: i64,
        /// The account's grants wait for the security administrator.
        pub held_at: Option<Stamp>,
    }
}

impl Seen {
    /// The grant of this row, if it has one.
    pub fn grant_row(&self) -> Option<GrantRow> {
        Some(GrantRow {
            id: self.grant_id?,
            account_id: self.account_id,
            duty: self.grant_duty.clone()?,
            role: self.role.clone()?,
            area_id: self.area_id,
            county_id: self.county_id,
            unit_id: self.unit_id,
            from_day: self.from_day?,
            to_day: self.to_day,
            ended_at: None,
            created_at: self.granted_at?,
            created_by: self.granted_by.clone()?,
            mac: self.mac.clone()?,
        })
    }
}

/// What is read of an account `a` and its grants `g`, after the columns of the session.
const HELD: &str = "a.login,a.display,a.duty,a.worker_id,a.must_change,a.held_at,g.id AS grant_id,g.duty AS grant_duty,g.role,g.area_id,g.county_id,g.unit_id,u.name AS unit_name,g.from_day,g.to_day,g.created_at AS granted_at,g.created_by AS granted_by,g.mac,";
/// The grants of account `a` and the names of their units, which come from the network module's table, for the badge only.
const GRANTS: &str = " LEFT JOIN account_grant AS g ON g.account_id=a.id AND g.ended_at IS NULL LEFT JOIN unit AS u ON u.id=g.unit_id WHERE ";

/// An account that may sign in, with its grants, as it is read for a session.
pub async fn standing(c: &mut Conn, account: AccountId, today: Day) -> Result<Vec<Seen>> {
    let q = sql("SELECT a.id,a.id AS account_id,a.created_at,a.created_at AS last_seen_at,").lit(HELD);
    let q = posted_until(q, today).lit(" AS posted_until FROM account AS a").lit(GRANTS).lit("a.id=").bind(account);
    c.all(q.lit(" AND a.state=").bind(AccountState::Active).lit(" ORDER BY g.created_at,g.id")).await
}

/// Session, account and grants in one statement: it runs on every request. Postings come from the people module's table
/// (decision 0042).
pub async fn seen(c: &mut Conn, token_hash: &[u8], today: Day) -> Result<Vec<Seen>> {
    let q = sql("SELECT s.id,s.account_id,s.created_at,s.last_seen_at,").lit(HELD);
    let q = posted_until(q, today)
        .lit(" AS posted_until FROM session AS s JOIN account AS a ON a.id=s.account_id")
        .lit(GRANTS)
        .lit("s.token_hash=")
        .bind(token_hash);
    let q = q.lit(" AND s.ended_at IS NULL AND a.state=").bind(AccountState::Active);
    c.all(q.lit(" ORDER BY g.created_at,g.id")).await
}

/// Writes a session down as seen, unless another process just did.
pub async fn touch(c: &mut Conn, id: SessionId, now: Stamp, before: Stamp) -> Result<u64> {
    c.run(
        sql("UPDATE session SET last_seen_at=")
            .bind(now)
            .lit(" WHERE id=")
            .bind(id)
            .lit(" AND ended_at IS NULL AND last_seen_at<=")
            .bind(before),
    )
    .await
}

/// Adds a session.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub async fn insert_session(
    c: &mut Conn,
    id: SessionId,
    account: AccountId,
    token_hash: &[u8],
    now: Stamp,
    ip: Option<&str>,
    net: &str,
    agent: &str,
) -> Result<()> {
    c.run(
        sql("INSERT INTO session(id,token_hash,account_id,created_at,last_seen_at,ip,net,user_agent) VALUES(")
            .bind(id)
            .lit(",")
            .bind(token_hash)
            .lit(",")
            .bind(account)
            .lit(",")
            .bind(now)
            .lit(",")
            .bind(now)
            .lit(",")
            .bind(ip)
            .lit(",")
            .bind(net)
            .lit(",")
            .bind(agent)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Ends the session of a token.
pub async fn end_by_token(c: &mut Conn, token_hash: &[u8], now: Stamp) -> Result<u64> {
    c.run(sql("UPDATE session SET ended_at=").bind(now).lit(" WHERE ended_at IS NULL AND token_hash=").bind(token_hash))
        .await
}

/// Writes down which session a password given again put in the place of another.
pub async fn replace(c: &mut Conn, old: &[u8], by: &[u8]) -> Result<()> {
    c.run(sql("UPDATE session SET replaced_by=").bind(by).lit(" WHERE token_hash=").bind(old)).await.map(drop)
}

/// The living session in the place of a dead one: the hash of its token.
pub async fn replacement(c: &mut Conn, old: &[u8]) -> Result<Option<Vec<u8>>> {
    let q = sql(
        "SELECT n.token_hash FROM session AS o JOIN session AS n ON n.token_hash=o.replaced_by WHERE o.ended_at IS NOT NULL AND n.ended_at IS NULL AND o.token_hash=",
    );
    Ok(c.one::<(Vec<u8>,)>(q.bind(old)).await?.map(|(hash,)| hash))
}

/// Ends one session of an account.
pub async fn end_session(c: &mut Conn, account: AccountId, id: SessionId, now: Stamp) -> Result<u64> {
    c.run(
        sql("UPDATE session SET ended_at=")
            .bind(now)
            .lit(" WHERE ended_at IS NULL AND account_id=")
            .bind(account)
            .lit(" AND id=")
            .bind(id),
    )
    .await
}

/// Ends all sessions of an account.
pub async fn end_sessions(c: &mut Conn, account: AccountId, now: Stamp) -> Result<u64> {
    end_but(c, sql("UPDATE session SET ended_at=").bind(now), account, 0).await
}

/// Ends all but the `keep` seen last because the account signs in once more, which the reader of each is told.
pub async fn push_out(c: &mut Conn, account: AccountId, keep: i64, now: Stamp) -> Result<u64> {
    let q = sql("UPDATE session SET pushed_out=").bind(true).lit(",ended_at=").bind(now);
    end_but(c, q, account, keep).await
}

/// Whether a session ended because its account signed in elsewhere.
pub async fn was_pushed_out(c: &mut Conn, token_hash: &[u8]) -> Result<bool> {
    let found: Option<(bool,)> =
        c.one(sql("SELECT pushed_out FROM session WHERE token_hash=").bind(token_hash)).await?;
    Ok(found.is_some_and(|f| f.0))
}

async fn end_but(c: &mut Conn, q: Sql, account: AccountId, keep: i64) -> Result<u64> {
    c.run(
        q.lit(" WHERE ended_at IS NULL AND account_id=")
            .bind(account)
            .lit(" AND id NOT IN (SELECT id FROM session WHERE ended_at IS NULL AND account_id=")
            .bind(account)
            .lit(" ORDER BY last_seen_at DESC,id DESC LIMIT ")
            .bind(keep)
            .lit(")"),
    )
    .await
}

/// Forgets sessions of an account that are older than `before`: nothing can be done with them any more.
pub async fn forget_sessions(c: &mut Conn, account: AccountId, before: Stamp) -> Result<u64> {
    c.run(sql("DELETE FROM session WHERE account_id=").bind(account).lit(" AND created_at<").bind(before)).await
}

/// Sessions of an account that nobody ended, newest first; the caller leaves out those that ran out.
pub async fn open_sessions(c: &mut Conn, account: AccountId) -> Result<Vec<SessionRow>> {
    c.all(
        sql("SELECT s.id,s.account_id,s.created_at,s.last_seen_at,s.ip,s.user_agent FROM session AS s WHERE s.ended_at IS NULL AND s.account_id=")
            .bind(account)
            .lit(" ORDER BY s.last_seen_at DESC,s.id DESC LIMIT 50"),
    )
    .await
}

/// Id of the session of a token.
pub async fn session_id(c: &mut Conn, token_hash: &[u8]) -> Result<Option<SessionId>> {
    let found: Option<(SessionId,)> = c.one(sql("SELECT id FROM session WHERE token_hash=").bind(token_hash)).await?;
    Ok(found.map(|(id,)| id))
}

/// The wall-screen token with this hash, if it was not revoked.
pub async fn kiosk_of(c: &mut Conn, token_hash: &[u8]) -> Result<Option<KioskToken>> {
    c.one(
        sql("SELECT k.id,k.name,k.area_id,k.created_at,k.created_by,k.expires_at,k.revoked_at,k.mac FROM kiosk_token AS k WHERE k.revoked_at IS NULL AND k.token_hash=")
            .bind(token_hash),
    )
    .await
}
