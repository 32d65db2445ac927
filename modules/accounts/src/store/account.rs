//! Accounts as the system administrator sees them.

use super::signin::account_columns;
use crate::model::{Account, AccountState, Duty, HeldFor};
use zw_access::Permit;
use zw_core::{AccountId, Day, Error, PageReq, Result, Stamp, WorkerId};
use zw_db::{Conn, Sql, sql};

/// Which accounts are asked for.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Part of login or name.
    pub text: String,
    /// Only these.
    pub only: Option<Only>,
}

/// A part of all accounts: one word of the filter, and what the first page counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// In this state.
    State(AccountState),
    /// Active, and the first code was never used.
    Waiting,
    /// Active, without a grant that stands on this day or later.
    Bare(Day),
    /// Its grants wait for the security administrator.
    Held,
    /// Active, with a grant that hangs on a posting which is over on this day.
    OffPost(Day),
    /// Active, with a grant whose last day lies between these.
    Ending(Day, Day),
}

/// Text as a LIKE pattern with its signs escaped by `!`.
pub(super) fn like(text: &str) -> String {
    let mut p = String::from("%");
    for c in text.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            p.push('!');
        }
        p.push(c);
    }
    p.push('%');
    p
}

fn filtered(q: Sql, p: &Permit<Account>, f: &AccountFilter) -> Sql {
    let q = p.within(q.lit(" WHERE 1=1"));
    let q = q.when(!f.text.trim().is_empty(), |q| {
        let pattern = like(&f.text);
        q.lit(" AND (a.login LIKE ")
            .bind(pattern.clone())
            .lit(" ESCAPE '!' OR LOWER(a.display) LIKE ")
            .bind(pattern)
            .lit(" ESCAPE '!')")
    });
    match f.only {
        None => q,
        Some(Only::State(s)) => q.lit(" AND a.state=").bind(s),
        Some(Only::Waiting) => q.lit(" AND a.state='active' AND a.password_hash IS NULL"),
        Some(Only::Bare(day)) => q
            .lit(" AND a.state='active' AND NOT EXISTS (SELECT 1 FROM account_grant AS g WHERE g.account_id=a.id AND g.ended_at IS NULL AND (g.to_day IS NULL OR g.to_day>=")
            .bind(day)
            .lit("))"),
        Some(Only::Held) => q.lit(" AND a.held_at IS NOT NULL"),
        Some(Only::OffPost(day)) => {
            let q = q.lit(" AND a.state='active' AND EXISTS (SELECT 1 FROM account_grant AS g WHERE g.account_id=a.id");
            super::grant::off_post(q, day).lit(")")
        }
        Some(Only::Ending(from, to)) => q
            .lit(" AND a.state='active' AND EXISTS (SELECT 1 FROM account_grant AS g WHERE g.account_id=a.id AND g.ended_at IS NULL AND g.to_day>=")
            .bind(from)
            .lit(" AND g.to_day<=")
            .bind(to)
            .lit(")"),
    }
}

/// How many accounts there are.
pub async fn count_accounts(c: &mut Conn, p: &Permit<Account>, f: &AccountFilter) -> Result<i64> {
    c.scalar(filtered(sql("SELECT COUNT(*) FROM account AS a"), p, f)).await
}

/// A page of accounts and how many there are.
pub async fn accounts(
    c: &mut Conn,
    p: &Permit<Account>,
    f: &AccountFilter,
    page: PageReq,
) -> Result<(Vec<Account>, i64)> {
    let total = count_accounts(c, p, f).await?;
    let q = filtered(account_columns(), p, f)
        .lit(" ORDER BY a.login,a.id LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    Ok((c.all(q).await?, total))
}

/// One account.
pub async fn account(c: &mut Conn, p: &Permit<Account>, id: AccountId) -> Result<Account> {
    c.one(p.within(account_columns().lit(" WHERE a.id=").bind(id))).await?.ok_or(Error::NotFound)
}

/// Adds an account without a password.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub async fn insert_account(
    c: &mut Conn,
    id: AccountId,
    login: &str,
    display: &str,
    duty: Duty,
    worker: Option<WorkerId>,
    now: Stamp,
    by: &str,
) -> Result<()> {
    c.run(
        sql("INSERT INTO account(id,login,display,duty,state,worker_id,must_change,created_at,updated_at,updated_by) VALUES(")
            .bind(id)
            .lit(",")
            .bind(login)
            .lit(",")
            .bind(display)
            .lit(",")
            .bind(duty)
            .lit(",")
            .bind(AccountState::Active)
            .lit(",")
            .bind(worker)
            .lit(",FALSE,")
            .bind(now)
            .lit(",")
            .bind(now)
            .lit(",")
            .bind(by)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Sets the state of an account as it was read, or tells that somebody was faster.
pub async fn set_state(
    c: &mut Conn,
    p: &Permit<Account>,
    was: &Account,
    state: AccountState,
    now: Stamp,
    by: &str,
) -> Result<()> {
    let q = sql("UPDATE account AS a SET state=").bind(state);
    match as_read(c, p, q, was, now, by).await? {
        0 => Err(Error::Conflict { current: vec![("state".into(), was.state.to_string())] }),
        _ => Ok(()),
    }
}

/// Ends a change of an account over the version that was read; 0 rows where somebody was faster.
async fn as_read(c: &mut Conn, p: &Permit<Account>, q: Sql, was: &Account, now: Stamp, by: &str) -> Result<u64> {
    let q = q.lit(",version=version+1,updated_at=").bind(now).lit(",updated_by=").bind(by);
    let q = q.lit(" WHERE a.id=").bind(was.id).lit(" AND a.version=").bind(was.version);
    c.run(p.within(q)).await
}

/// Says which worker an account belongs to, as it was read, or tells that somebody was faster.
pub async fn set_worker(
    c: &mut Conn,
    p: &Permit<Account>,
    was: &Account,
    worker: WorkerId,
    now: Stamp,
    by: &str,
) -> Result<()> {
    let q = sql("UPDATE account AS a SET worker_id=").bind(worker);
    match as_read(c, p, q, was, now, by).await? {
        0 => Err(Error::Conflict { current: vec![("version".into(), was.version.to_string())] }),
        _ => Ok(()),
    }
}

/// Makes the grants of an account wait for the security administrator, if any stands today or later: 0 rows if none does.
pub async fn hold(c: &mut Conn, id: AccountId, why: HeldFor, today: Day, now: Stamp, by: &str) -> Result<u64> {
    let q = sql("UPDATE account SET held_at=").bind(now).lit(",held_by=").bind(by).lit(",held_for=").bind(why);
    let q = q.lit(",version=version+1,updated_at=").bind(now).lit(",updated_by=").bind(by).lit(" WHERE id=").bind(id);
    c.run(
        q.lit(" AND EXISTS (SELECT 1 FROM account_grant AS g WHERE g.ended_at IS NULL AND g.account_id=")
            .bind(id)
            .lit(" AND (g.to_day IS NULL OR g.to_day>=")
            .bind(today)
            .lit("))"),
    )
    .await
}

/// Lets the grants of an account count again, as it was read, or tells that something happened since.
pub async fn release(c: &mut Conn, p: &Permit<Account>, was: &Account, now: Stamp, by: &str) -> Result<()> {
    match as_read(c, p, sql("UPDATE account AS a SET held_at=NULL,held_by=NULL,held_for=NULL"), was, now, by).await? {
        0 => Err(Error::Conflict { current: vec![("version".into(), was.version.to_string())] }),
        _ => Ok(()),
    }
}

/// Ids of all workers on file, to find one by its number; nothing of the persons is read.
pub async fn worker_ids(c: &mut Conn) -> Result<Vec<WorkerId>> {
    let all: Vec<(WorkerId,)> = c.all(sql("SELECT w.id FROM worker AS w")).await?;
    Ok(all.into_iter().map(|(id,)| id).collect())
}

/// Whether a worker is on file. The system administrator has no right to people: the answer is yes or no.
pub async fn worker_exists(c: &mut Conn, id: WorkerId) -> Result<bool> {
    let n: i64 = c.scalar(sql("SELECT COUNT(*) FROM worker WHERE id=").bind(id)).await?;
    Ok(n > 0)
}
