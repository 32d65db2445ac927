//! Grants, and the units they may name.

use crate::model::{Account, GrantRow, KioskToken, SessionRow};
use zw_access::Permit;
use zw_core::{AccountId, Day, DivisionId, Error, GrantId, Result, SessionId, Stamp, UnitId, Uuid};
use zw_db::{Conn, Sql, sql};

/// Adds a grant.
pub async fn insert_grant(c: &mut Conn, g: &GrantRow) -> Result<()> {
    c.run(
        sql("INSERT INTO account_grant(id,account_id,duty,role,area_id,county_id,unit_id,from_day,to_day,created_at,created_by,mac) VALUES(")
            .bind(g.id)
            .lit(",")
            .bind(g.account_id)
            .lit(",")
            .bind(&g.duty)
            .lit(",")
            .bind(&g.role)
            .lit(",")
            .bind(g.area_id)
            .lit(",")
            .bind(g.county_id)
            .lit(",")
            .bind(g.unit_id)
            .lit(",")
            .bind(g.from_day)
            .lit(",")
            .bind(g.to_day)
            .lit(",")
            .bind(g.created_at)
            .lit(",")
            .bind(&g.created_by)
            .lit(",")
            .bind(&g.mac)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Until when (exclusive) the worker of a grant `g` of an account `a` is posted to its unit, as a number: 0 for never so
/// far, and no end for what hangs on no posting. The roles of a station hang on one where the account belongs to a worker.
pub(super) fn posted_until(q: Sql, today: Day) -> Sql {
    q.lit("CASE WHEN g.unit_id IS NULL OR a.worker_id IS NULL OR g.role NOT IN('worker','station_head') THEN 99991231 ELSE COALESCE((SELECT MAX(COALESCE(p.to_day,99991231)) FROM posting AS p WHERE p.worker_id=a.worker_id AND p.unit_id=g.unit_id AND p.from_day<=")
        .bind(today)
        .lit(" AND (p.to_day IS NULL OR p.to_day>p.from_day)),0) END")
}

/// Appends that a grant is given today and hangs on a posting that is over, or never was.
pub(super) fn off_post(q: Sql, today: Day) -> Sql {
    let q = q.lit(" AND g.ended_at IS NULL AND g.from_day<=").bind(today).lit(" AND (g.to_day IS NULL OR g.to_day>=");
    posted_until(q.bind(today).lit(") AND "), today).lit("<=").bind(today)
}

/// Until when the grants of an account that were not taken back stand on a posting.
pub async fn posts(c: &mut Conn, account: AccountId, today: Day) -> Result<Vec<(GrantId, i64)>> {
    let q = posted_until(sql("SELECT g.id,"), today);
    c.all(q.lit(" AS posted_until FROM account_grant AS g JOIN account AS a ON a.id=g.account_id WHERE g.ended_at IS NULL AND g.account_id=").bind(account)).await
}

zw_db::record! {
    /// A grant whose posting is over, for who takes it back.
    #[derive(Clone, Debug)]
    pub struct OffPost {
        /// Grant.
        pub id: GrantId,
        /// Whose.
        pub account_id: AccountId,
        /// Login.
        pub login: String,
        /// Name shown.
        pub display: String,
        /// Role code.
        pub role: String,
        /// Unit.
        pub unit_name: String,
        /// Until when its worker was posted there, 0 for never.
        pub posted_until: i64,
    }
}

/// The first grants of active accounts whose posting is over, the longest ago first.
pub async fn off_posts(c: &mut Conn, p: &Permit<GrantRow>, today: Day, most: i64) -> Result<Vec<OffPost>> {
    let q = posted_until(sql("SELECT g.id,g.account_id,a.login,a.display,g.role,u.name AS unit_name,"), today)
        .lit(" AS posted_until FROM account_grant AS g JOIN account AS a ON a.id=g.account_id JOIN unit AS u ON u.id=g.unit_id WHERE a.state='active'");
    c.all(p.within(off_post(q, today)).lit(" ORDER BY posted_until,a.login,g.id LIMIT ").bind(most)).await
}

fn grant_columns() -> Sql {
    sql(
        "SELECT g.id,g.account_id,g.duty,g.role,g.area_id,g.county_id,g.unit_id,g.from_day,g.to_day,g.ended_at,g.created_at,g.created_by,g.mac FROM account_grant AS g",
    )
}

/// Grants of an account, newest first, ended ones too.
pub async fn grants(c: &mut Conn, p: &Permit<GrantRow>, account: AccountId) -> Result<Vec<GrantRow>> {
    c.all(
        p.within(grant_columns().lit(" WHERE g.account_id=").bind(account))
            .lit(" ORDER BY g.created_at DESC,g.id DESC LIMIT 200"),
    )
    .await
}

/// The grants of the account that stand on a day of a new one. Of two given at the same moment the second waits for the first.
pub async fn grants_meeting(c: &mut Conn, p: &Permit<GrantRow>, new: &GrantRow) -> Result<Vec<GrantRow>> {
    c.run(sql("UPDATE account SET version=version WHERE id=").bind(new.account_id)).await?;
    let q = grant_columns().lit(" WHERE g.ended_at IS NULL AND g.account_id=").bind(new.account_id);
    let mut all: Vec<GrantRow> = c.all(p.within(q).lit(" ORDER BY g.from_day,g.id")).await?;
    all.retain(|g| g.to_day.is_none_or(|to| to >= new.from_day) && new.to_day.is_none_or(|to| to >= g.from_day));
    Ok(all)
}

/// One grant.
pub async fn grant(c: &mut Conn, p: &Permit<GrantRow>, id: GrantId) -> Result<GrantRow> {
    c.one(p.within(grant_columns().lit(" WHERE g.id=").bind(id))).await?.ok_or(Error::NotFound)
}

/// Takes a grant back: 0 rows if somebody did before.
pub async fn end_grant(c: &mut Conn, p: &Permit<GrantRow>, g: &GrantRow) -> Result<u64> {
    let q = sql("UPDATE account_grant AS g SET ended_at=")
        .bind(g.ended_at)
        .lit(",mac=")
        .bind(&g.mac)
        .lit(" WHERE g.ended_at IS NULL AND g.id=")
        .bind(g.id);
    c.run(p.within(q)).await
}

/// The account a grant or session belongs to, under the permit for them.
pub async fn account_for<R: zw_access::Resource>(c: &mut Conn, p: &Permit<R>, id: AccountId) -> Result<Account> {
    c.one(p.within(super::signin::account_columns().lit(" WHERE a.id=").bind(id))).await?.ok_or(Error::NotFound)
}

/// A unit as the picker shows it.
pub type UnitPick = (UnitId, String, DivisionId);

/// Units whose name holds a text.
pub async fn find_units(c: &mut Conn, p: &Permit<GrantRow>, text: &str) -> Result<Vec<UnitPick>> {
    let q = sql("SELECT u.id,u.name,u.county_id FROM unit AS u WHERE LOWER(u.name) LIKE ")
        .bind(super::account::like(text))
        .lit(" ESCAPE '!'");
    c.all(p.within(q).lit(" ORDER BY u.name,u.id LIMIT 20")).await
}

/// One unit with its tier.
pub async fn unit(c: &mut Conn, p: &Permit<GrantRow>, id: UnitId) -> Result<Option<(String, DivisionId, String)>> {
    c.one(p.within(sql("SELECT u.name,u.county_id,u.tier FROM unit AS u WHERE u.id=").bind(id))).await
}

/// Names of units.
pub async fn unit_names(c: &mut Conn, p: &Permit<GrantRow>, ids: &[UnitId]) -> Result<Vec<(UnitId, String)>> {
    c.all(p.within(sql("SELECT u.id,u.name FROM unit AS u WHERE u.id IN ").list(ids.iter().copied()))).await
}

/// The sessions of an account, for the security administrator.
pub async fn sessions_of(c: &mut Conn, p: &Permit<SessionRow>, account: AccountId) -> Result<Vec<SessionRow>> {
    let q = sql("SELECT s.id,s.account_id,s.created_at,s.last_seen_at,s.ip,s.user_agent FROM session AS s WHERE s.ended_at IS NULL AND s.account_id=")
        .bind(account);
    c.all(p.within(q).lit(" ORDER BY s.last_seen_at DESC,s.id DESC LIMIT 50")).await
}

/// Ends a session of anybody.
pub async fn end_any_session(c: &mut Conn, p: &Permit<SessionRow>, id: SessionId, now: Stamp) -> Result<u64> {
    c.run(
        p.within(
            sql("UPDATE session AS s SET ended_at=").bind(now).lit(" WHERE s.ended_at IS NULL AND s.id=").bind(id),
        ),
    )
    .await
}

/// The account of a session.
pub async fn account_of_session(c: &mut Conn, p: &Permit<SessionRow>, id: SessionId) -> Result<AccountId> {
    let found: Option<(AccountId,)> =
        c.one(p.within(sql("SELECT s.account_id FROM session AS s WHERE s.id=").bind(id))).await?;
    found.map(|(a,)| a).ok_or(Error::NotFound)
}

fn kiosk_columns() -> Sql {
    sql("SELECT k.id,k.name,k.area_id,k.created_at,k.created_by,k.expires_at,k.revoked_at,k.mac FROM kiosk_token AS k")
}

/// Wall-screen tokens, newest first.
pub async fn kiosks(c: &mut Conn, p: &Permit<KioskToken>) -> Result<Vec<KioskToken>> {
    c.all(p.within(kiosk_columns().lit(" WHERE 1=1")).lit(" ORDER BY k.created_at DESC,k.id DESC LIMIT 200")).await
}

/// One wall-screen token.
pub async fn kiosk(c: &mut Conn, p: &Permit<KioskToken>, id: Uuid) -> Result<KioskToken> {
    c.one(p.within(kiosk_columns().lit(" WHERE k.id=").bind(id))).await?.ok_or(Error::NotFound)
}

/// Adds a wall-screen token.
pub async fn insert_kiosk(c: &mut Conn, k: &KioskToken, token_hash: &[u8]) -> Result<()> {
    c.run(
        sql("INSERT INTO kiosk_token(id,token_hash,name,area_id,created_at,created_by,expires_at,mac) VALUES(")
            .bind(k.id)
            .lit(",")
            .bind(token_hash)
            .lit(",")
            .bind(&k.name)
            .lit(",")
            .bind(k.area_id)
            .lit(",")
            .bind(k.created_at)
            .lit(",")
            .bind(&k.created_by)
            .lit(",")
            .bind(k.expires_at)
            .lit(",")
            .bind(&k.mac)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Revokes a wall-screen token.
pub async fn revoke_kiosk(c: &mut Conn, p: &Permit<KioskToken>, k: &KioskToken) -> Result<u64> {
    let q = sql("UPDATE kiosk_token AS k SET revoked_at=")
        .bind(k.revoked_at)
        .lit(",mac=")
        .bind(&k.mac)
        .lit(" WHERE k.revoked_at IS NULL AND k.id=")
        .bind(k.id);
    c.run(p.within(q)).await
}

/// Grants that stand on a day or later, by the division and the county they name.
pub async fn standing_grants(c: &mut Conn, day: Day) -> Result<Vec<(Option<DivisionId>, Option<DivisionId>, i64)>> {
    c.all(
        sql("SELECT g.area_id,g.county_id,COUNT(*) FROM account_grant g WHERE g.ended_at IS NULL AND (g.to_day IS NULL OR g.to_day>=")
            .bind(day)
            .lit(") GROUP BY g.area_id,g.county_id"),
    )
    .await
}
