//! The system administrator's desk: accounts of those who do business. Operators' accounts are shown and cannot be
//! touched here (see `console`).

use crate::model::{Account, AccountState, Duty, HeldFor, login_ok, normal_login};
use crate::policy;
use crate::service::hold::Held;
use crate::service::{self, codes, hold};
use crate::store::{self, AccountFilter, Only};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::{AccountId, Error, FieldErrors, PageReq, Paged, Result, WorkerId};
use zw_db::Tx;
use zw_web::Idem;

/// An account in a list or answer; nothing of what it is used for.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct AccountOut {
    /// Id.
    pub id: AccountId,
    /// Login.
    pub login: String,
    /// Name shown.
    pub display: String,
    /// What it is for.
    pub duty: Duty,
    /// May it be used.
    pub state: AccountState,
    /// Whether its first code was used.
    pub activated: bool,
    /// The worker it belongs to.
    pub worker: Option<WorkerId>,
    /// Last sign-in, Beijing time.
    pub last_login: Option<String>,
    /// When it was made, Beijing time.
    pub created: String,
    /// Its grants wait for the security administrator's confirmation; absent if they do not.
    pub held: Option<Held>,
    /// For changes that two may make.
    pub version: i64,
}

impl From<Account> for AccountOut {
    fn from(a: Account) -> Self {
        Self {
            held: Held::of(&a),
            id: a.id,
            login: a.login,
            display: a.display,
            duty: a.duty,
            state: a.state,
            activated: a.password_hash.is_some(),
            worker: a.worker_id,
            last_login: a.last_login_at.map(|t| t.minute_cn()),
            created: a.created_at.minute_cn(),
            version: a.version,
        }
    }
}

/// Which accounts are asked for in an address: everything but a name.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountList {
    /// `active`, `disabled`, `waiting` (its first code was never used), for who sees grants also `held` (they wait
    /// to be confirmed), `off-post` (the posting of one is over), `bare` (none) and `ending` (one ends within 30 days); or
    /// empty.
    pub state: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page.
    pub size: Option<i64>,
}

impl From<AccountList> for AccountQuery {
    fn from(f: AccountList) -> Self {
        Self { q: String::new(), state: f.state, page: f.page, size: f.size }
    }
}

/// Which accounts are searched for; in the body of a request, never in its address.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AccountQuery {
    /// Part of login or name.
    pub q: String,
    /// `active`, `disabled`, `waiting` (its first code was never used), for who sees grants also `held` (they wait
    /// to be confirmed), `off-post` (the posting of one is over), `bare` (none) and `ending` (one ends within 30 days); or
    /// empty.
    pub state: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page.
    pub size: Option<i64>,
}

/// A page of accounts.
pub async fn list(ctx: &Ctx, q: &AccountQuery) -> Result<Paged<AccountOut>> {
    listed(ctx, q, PageReq::new(q.page, q.size)).await
}

/// The same with another page than the query's, for exports.
pub async fn listed(ctx: &Ctx, q: &AccountQuery, page: PageReq) -> Result<Paged<AccountOut>> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_READ)?;
    let only = match q.state.as_str() {
        "" => None,
        word => Some(only(ctx, word).ok_or_else(|| Error::field("state", "unknown-code"))?),
    };
    let filter = AccountFilter { text: q.q.clone(), only };
    let mut c = ctx.read().await?;
    let (rows, total) = store::accounts(&mut c, &permit, &filter, page).await?;
    Ok(Paged::of(page, rows, total).map(AccountOut::from))
}

/// Days ahead in which an ending grant is told.
const SOON: i64 = 30;

/// Words of the filter for who sees the grants of accounts.
pub const OF_GRANTS: [&str; 4] = ["held", "off-post", "bare", "ending"];

/// The part of the accounts that a word of the filter means; none for an unknown word, and for one about grants where the
/// reader may not see them.
pub(crate) fn only(ctx: &Ctx, word: &str) -> Option<Only> {
    let today = ctx.today();
    match word {
        "waiting" => Some(Only::Waiting),
        w if OF_GRANTS.contains(&w) && !ctx.can(policy::GRANT_READ) => None,
        "held" => Some(Only::Held),
        "off-post" => Some(Only::OffPost(today)),
        "bare" => Some(Only::Bare(today)),
        "ending" => Some(Only::Ending(today, today.add_days(SOON))),
        w => AccountState::from_code(w).map(Only::State),
    }
}

/// How many accounts a word of the filter finds: what stands on the first page is what its link shows.
pub(crate) async fn how_many(ctx: &Ctx, word: &str) -> Result<i64> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_READ)?;
    let filter = AccountFilter { text: String::new(), only: Some(only(ctx, word).ok_or(Error::Forbidden)?) };
    store::count_accounts(&mut ctx.read().await?, &permit, &filter).await
}

/// One account.
pub async fn get(ctx: &Ctx, id: AccountId) -> Result<AccountOut> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_READ)?;
    let mut c = ctx.read().await?;
    store::account(&mut c, &permit, id).await.map(AccountOut::from)
}

/// A new account.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewAccount {
    /// Login.
    pub login: String,
    /// Name shown.
    pub display: String,
    /// Number or id of the worker it belongs to, if it belongs to one.
    pub worker: String,
}

/// An account with the code that was just issued for it.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct Issued {
    /// The account.
    pub account: AccountOut,
    /// The clear one-time code; absent in the answer to a repeated request: it is shown once.
    pub code: Option<String>,
    /// Until when the code opens, Beijing time.
    pub until: String,
}

/// Makes an account and its first one-time code.
pub async fn create(ctx: &Ctx, input: NewAccount, idem: &Idem) -> Result<Issued> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_CREATE)?;
    let login = normal_login(&input.login);
    let display = input.display.trim().to_owned();
    let mut errors = FieldErrors::default();
    if login.is_empty() {
        errors.add("login", "required");
    } else if !login_ok(&login) {
        errors.add("login", "login-form");
    }
    match display.chars().count() {
        0 => errors.add("display", "required"),
        n if n > 50 || display.chars().any(char::is_control) => errors.add("display", "format"),
        _ => {}
    }

    let mut tx = ctx.write().await?;
    if let Some(before) = idem.seen(ctx, &mut tx).await? {
        let id = before.parse().map_err(Error::internal)?;
        let account = store::account(&mut tx, &permit, id).await?;
        return Ok(issued(ctx, account, None));
    }
    let typed = input.worker.trim();
    let worker = if typed.is_empty() { None } else { worker_of(&mut tx, typed).await? };
    if worker.is_none() && !typed.is_empty() {
        errors.add("worker", "worker-unknown");
    }
    errors.check()?;
    let id = AccountId(ctx.uuid());
    let by = &ctx.actor.name;
    store::insert_account(&mut tx, id, &login, &display, Duty::Business, worker, ctx.now(), by).await?;
    let code = codes::issue(ctx, &mut tx, id, codes::DESK_MINUTES).await?;
    let account = store::account(&mut tx, &permit, id).await?;
    idem.save(ctx, &mut tx, &id.to_string()).await?;
    tx.commit(permit.change(None, id).fields(&["login", "display", "worker_id", "code"]).digest_of(&input)).await?;
    Ok(issued(ctx, account, Some(code)))
}

fn issued(ctx: &Ctx, account: Account, code: Option<String>) -> Issued {
    Issued { account: account.into(), code, until: ctx.now().plus_minutes(codes::DESK_MINUTES).minute_cn() }
}

/// Issues a one-time code for a new password; older codes stop working. The password so far stays until the code is
/// used. The grants of the account wait from here on: who knows the code is not who may do what it may (decision 0042).
pub async fn issue_code(ctx: &Ctx, id: AccountId, idem: &Idem) -> Result<Issued> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_CODE)?;
    let mut tx = ctx.write().await?;
    let account = store::account(&mut tx, &permit, id).await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(issued(ctx, account, None));
    }
    refuse_operator(&account)?;
    if account.state == AccountState::Disabled {
        return Err(Error::rule("account-disabled"));
    }
    let code = codes::issue(ctx, &mut tx, id, codes::DESK_MINUTES).await?;
    hold::hold(ctx, &mut tx, id, HeldFor::Code).await?;
    let account = store::account(&mut tx, &permit, id).await?;
    idem.save(ctx, &mut tx, "issued").await?;
    tx.commit(permit.change(None, id).fields(&["code"])).await?;
    Ok(issued(ctx, account, Some(code)))
}

/// Whether an account may be used.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetState {
    /// `active` or `disabled`.
    pub state: String,
    /// Version that was shown.
    pub version: i64,
}

/// Disables or enables an account; disabling ends its sessions and codes at once (SESS-3).
pub async fn set_state(ctx: &Ctx, id: AccountId, input: SetState) -> Result<AccountOut> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_STATE)?;
    let state = AccountState::from_code(&input.state).ok_or_else(|| Error::field("state", "unknown-code"))?;
    let mut tx = ctx.write().await?;
    let was = store::account(&mut tx, &permit, id).await?;
    refuse_operator(&was)?;
    if was.version != input.version {
        return Err(Error::Conflict { current: vec![("state".into(), was.state.to_string())] });
    }
    store::set_state(&mut tx, &permit, &was, state, ctx.now(), &ctx.actor.name).await?;
    if state == AccountState::Disabled {
        service::end_sessions(&mut tx, id, ctx.now()).await?;
        store::void_codes(&mut tx, id, ctx.now()).await?;
    }
    let now = store::account(&mut tx, &permit, id).await?;
    tx.commit(permit.change(None, id).fields(&["state"]).purpose(state.code())).await?;
    Ok(now.into())
}

/// Which worker an account belongs to.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetWorker {
    /// Number or id of the worker.
    pub worker: String,
    /// Version that was shown.
    pub version: i64,
}

/// The worker whom a typed number means, or an id. Of two with one number neither is taken: then the id tells them apart.
async fn worker_of(tx: &mut Tx, typed: &str) -> Result<Option<WorkerId>> {
    Ok(match typed.parse::<WorkerId>() {
        Ok(id) => store::worker_exists(tx, id).await?.then_some(id),
        Err(_) => {
            let mut meant = store::worker_ids(tx).await?.into_iter().filter(|w| w.is_number(typed));
            meant.next().filter(|_| meant.next().is_none())
        }
    })
}

/// Says which worker an account belongs to, afterwards or anew. Its sessions end: what it may see as its own has changed,
/// and its grants wait for the security administrator.
pub async fn set_worker(ctx: &Ctx, id: AccountId, input: SetWorker) -> Result<AccountOut> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_WORKER)?;
    let typed = input.worker.trim();
    if typed.is_empty() {
        return Err(Error::field("worker", "required"));
    }
    let mut tx = ctx.write().await?;
    let was = store::account(&mut tx, &permit, id).await?;
    refuse_operator(&was)?;
    if was.version != input.version {
        return Err(Error::Conflict { current: vec![("version".into(), was.version.to_string())] });
    }
    let worker = worker_of(&mut tx, typed).await?.ok_or_else(|| Error::field("worker", "worker-unknown"))?;
    store::set_worker(&mut tx, &permit, &was, worker, ctx.now(), &ctx.actor.name).await?;
    if was.worker_id != Some(worker) {
        hold::hold(ctx, &mut tx, id, HeldFor::Worker).await?;
    }
    service::end_sessions(&mut tx, id, ctx.now()).await?;
    let now = store::account(&mut tx, &permit, id).await?;
    tx.commit(permit.change(None, id).fields(&["worker_id"]).digest_of(&input)).await?;
    Ok(now.into())
}

/// No operator raises, stops or takes over another one: that is the console's.
pub(crate) fn refuse_operator(a: &Account) -> Result<()> {
    if a.duty.is_operator() { Err(Error::rule("operator-console")) } else { Ok(()) }
}
