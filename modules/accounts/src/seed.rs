//! Fast loading of accounts with their grants: the demo, benchmarks, the take-over of an old system. The caller
//! commits in its own transaction with its own audit event.

use crate::model::{AccountState, Duty, GrantRow};
use zw_access::{Ctx, Role};
use zw_core::code::Code as _;
use zw_core::{AccountId, Day, DivisionId, GrantId, Result, SessionId, UnitId, WorkerId};
use zw_db::{Tx, val};

pub use crate::password::hash_now;

/// A grant to load.
#[derive(Clone, Debug)]
pub struct SeedGrant {
    /// Role.
    pub role: Role,
    /// Area: province, city, county or township.
    pub area: Option<DivisionId>,
    /// County of the township or unit.
    pub county: Option<DivisionId>,
    /// Unit.
    pub unit: Option<UnitId>,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Option<Day>,
}

/// An account to load.
#[derive(Clone, Debug)]
pub struct SeedAccount {
    /// Id.
    pub id: AccountId,
    /// Login, lower case.
    pub login: String,
    /// Name shown.
    pub display: String,
    /// PHC string, from [`hash_now`]; many accounts may share one, hashing is slow on purpose.
    pub password_hash: Option<String>,
    /// The worker it belongs to.
    pub worker: Option<WorkerId>,
    /// Holds no grant until the password was changed.
    pub must_change: bool,
    /// Grants. Operators' roles stand alone.
    pub grants: Vec<SeedGrant>,
}

/// Loads accounts and grants; the number of accounts.
pub async fn accounts(ctx: &Ctx, tx: &mut Tx, list: &[SeedAccount]) -> Result<u64> {
    let (now, by) = (ctx.now(), ctx.actor.name.as_str());
    let duty =
        |a: &SeedAccount| a.grants.iter().map(|g| Duty::of(g.role)).find(|d| d.is_operator()).unwrap_or(Duty::Business);
    let rows: Vec<_> = list
        .iter()
        .map(|a| {
            vec![
                val(a.id),
                val(&a.login),
                val(&a.display),
                val(duty(a)),
                val(a.password_hash.as_deref()),
                val(a.password_hash.as_ref().map(|_| now)),
                val(AccountState::Active),
                val(a.worker),
                val(a.must_change),
                val(now),
                val(now),
                val(by),
            ]
        })
        .collect();
    const ACCOUNT: &[&str] = &[
        "id",
        "login",
        "display",
        "duty",
        "password_hash",
        "password_at",
        "state",
        "worker_id",
        "must_change",
        "created_at",
        "updated_at",
        "updated_by",
    ];
    let n = tx.bulk("account", ACCOUNT, &rows, "").await?;
    let mut grants = vec![];
    for a in list {
        for g in &a.grants {
            let mut row = GrantRow {
                id: GrantId(ctx.uuid()),
                account_id: a.id,
                duty: duty(a).code().into(),
                role: g.role.code().into(),
                area_id: g.area,
                county_id: g.county,
                unit_id: g.unit,
                from_day: g.from,
                to_day: g.to,
                ended_at: None,
                created_at: now,
                created_by: by.to_owned(),
                mac: vec![],
            };
            row.mac = row.seal(&ctx.app.vault);
            grants.push(vec![
                val(row.id),
                val(row.account_id),
                val(&row.duty),
                val(&row.role),
                val(row.area_id),
                val(row.county_id),
                val(row.unit_id),
                val(row.from_day),
                val(row.to_day),
                val(row.created_at),
                val(&row.created_by),
                val(&row.mac),
            ]);
        }
    }
    const GRANT: &[&str] = &[
        "id",
        "account_id",
        "duty",
        "role",
        "area_id",
        "county_id",
        "unit_id",
        "from_day",
        "to_day",
        "created_at",
        "created_by",
        "mac",
    ];
    tx.bulk("account_grant", GRANT, &grants, "").await?;
    Ok(n)
}

/// Sets the password of a demo's account and ends its sessions and codes; false if the account is disabled.
pub async fn new_password(ctx: &Ctx, tx: &mut Tx, account: AccountId, hash: &str) -> Result<bool> {
    let now = ctx.now();
    let set = crate::store::set_password(tx, account, hash, now, &ctx.actor.name).await?;
    crate::service::end_sessions(tx, account, now).await?;
    crate::store::void_codes(tx, account, now).await?;
    Ok(set == 1)
}

/// Opens a session for an account without a password, for benchmarks: the caller knows the token.
pub async fn session(ctx: &Ctx, tx: &mut Tx, account: AccountId, token: &str) -> Result<()> {
    let hash = ctx.app.vault.token_hash(token);
    crate::store::insert_session(tx, SessionId(ctx.uuid()), account, &hash, ctx.now(), None, "-", "seed").await
}
