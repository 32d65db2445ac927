//! One-time codes: the only way to a first or forgotten password. Nobody but the person ever knows the password
//! (AUTH-1, AUTH-8).

use crate::model::{Account, normal_code, one_time_code};
use crate::{password, policy, service, store, strength};
use zw_access::Ctx;
use zw_core::{AccountId, Error, FieldErrors, Result};
use zw_db::Tx;

/// Minutes a code from the console opens.
pub const CONSOLE_MINUTES: i64 = 15;
/// Minutes a code from the system administrator opens: it has to reach a person in a village.
pub const DESK_MINUTES: i64 = 72 * 60;

/// Issues a code in a transaction; older ones of the account stop working. The clear code is returned once and
/// stored nowhere.
pub(crate) async fn issue(ctx: &Ctx, tx: &mut Tx, account: AccountId, minutes: i64) -> Result<String> {
    let code = one_time_code(ctx.app.rng.bytes());
    let hash = hash_of(ctx, &code);
    store::void_codes(tx, account, ctx.now()).await?;
    let until = ctx.now().plus_minutes(minutes);
    store::insert_code(tx, ctx.uuid(), account, &hash, ctx.now(), &ctx.actor.name, until).await?;
    Ok(code)
}

fn hash_of(ctx: &Ctx, typed: &str) -> Vec<u8> {
    ctx.app.vault.token_hash(&format!("code:{}", normal_code(typed)))
}

/// What the page for codes sends.
#[derive(Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Activate {
    /// The code.
    pub code: String,
    /// New password.
    pub password: String,
    /// New password again.
    pub repeat: String,
}

/// Sets a password with a code: the code is used up, all sessions of the account end, earlier failures are
/// forgotten. `NotFound` for a code that is wrong, used or too old: the three are not told apart.
pub async fn activate(ctx: &Ctx, input: &Activate) -> Result<Account> {
    let hash = hash_of(ctx, &input.code);
    let mut c = ctx.read().await?;
    let found = store::account_of_code(&mut c, &hash, ctx.now()).await?;
    drop(c);
    let Some(account) = found else { return refused(ctx).await };
    new_password(ctx, &account, &input.password, &input.repeat).await?;
    let phc = password::hash(&ctx.app.rng, &input.password).await?;

    let mut tx = ctx.write().await?;
    let fresh = store::use_code(&mut tx, &hash, ctx.now()).await? == 1
        && store::set_password(&mut tx, account.id, &phc, ctx.now(), &account.login).await? == 1;
    if !fresh {
        drop(tx);
        return refused(ctx).await;
    }
    store::void_codes(&mut tx, account.id, ctx.now()).await?;
    service::end_sessions(&mut tx, account.id, ctx.now()).await?;
    store::clear_failures(&mut tx, &ctx.app.vault.blind("login", &account.login), None).await?;
    let acting = service::acting_as(ctx, &account);
    tx.commit(acting.event(policy::ACTIVATE).record(None, account.id).fields(&["password_hash"])).await?;
    Ok(account)
}

/// Somebody tries codes: written down, never with what was typed.
async fn refused<T>(ctx: &Ctx) -> Result<T> {
    zw_web::denied(ctx, policy::ACTIVATE, "code", "unknown").await?;
    Err(Error::NotFound)
}

/// All problems of a new password at once; `password` and `repeat` are the names of the form's fields.
pub(crate) async fn new_password(ctx: &Ctx, a: &Account, password: &str, repeat: &str) -> Result<()> {
    let view = ctx.tree().as_of(ctx.today());
    let mut words = vec![a.login.clone(), a.display.clone()];
    for (unit, area) in store::places(&mut ctx.read().await?, a.id).await? {
        words.extend(unit);
        words.extend(area.and_then(|d| view.get(d).map(|v| v.name.clone())));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut errors = FieldErrors::default();
    strength::check(password, &words, "password", &mut errors);
    if password != repeat {
        errors.add("repeat", "password-repeat");
    }
    errors.check()
}
