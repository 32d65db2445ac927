//! Signing in and out (AUTH-6, AUTH-7, SESS-1, SESS-4).

use crate::model::{Account, AccountState, client_net, normal_login, short_agent};
use crate::throttle::{self, Failures};
use crate::{password, policy, service, store, strength};
use std::sync::LazyLock;
use tokio::sync::Mutex;
use zw_access::{Ctx, hex};
use zw_core::{AccountId, Error, Result, SessionId};

/// Tries of one login are handled one after the other, so that many at once cannot slip past the count.
static TURNS: LazyLock<Vec<Mutex<()>>> = LazyLock::new(|| (0..256).map(|_| Mutex::new(())).collect());

/// What a sign-in sends.
#[derive(Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
    /// Path to go on to.
    pub next: String,
}

/// A new session.
pub struct SignedIn {
    /// Token for the cookie; only its hash is stored.
    pub token: String,
    /// Whose.
    pub account: AccountId,
    /// A new password must be set first.
    pub must_change: bool,
}

/// Signs in. A session that came with the request ends.
pub async fn sign_in(ctx: &Ctx, input: &SignIn, user_agent: &str) -> Result<SignedIn> {
    let account = prove(ctx, input).await?;
    start(ctx, &account, &input.password, user_agent).await
}

/// The account whose login and password these are. One answer for an unknown login, a wrong password, a locked and
/// a disabled account: same words, same work.
pub(crate) async fn prove(ctx: &Ctx, input: &SignIn) -> Result<Account> {
    let app = &ctx.app;
    let login = normal_login(&input.login);
    let login_hash = app.vault.blind("login", &login);
    let ip = ctx.ip.as_deref().unwrap_or("-");
    let net = client_net(ctx.ip.as_deref());
    let _turn = TURNS[usize::from(login_hash[0])].lock().await;

    let now = ctx.now();
    let (account, failures) = look(ctx, &login, &login_hash, ip, &net).await?;
    let refused = throttle::refused_until(&failures, now).is_some();
    match judge(account, refused, &input.password).await? {
        Ok(account) => Ok(account),
        Err((account, why)) => {
            // The pair hash is cut to six bytes: enough to count different pairs, useless for testing guesses.
            let pair = app.vault.mac("stuffing", &[login.as_bytes(), input.password.as_bytes()])[..6].to_vec();
            let mut tx = ctx.write().await?;
            let forget = now.plus_minutes(-24 * 60);
            store::note_failure(&mut tx, ctx.uuid(), &login_hash, &net, ip, now, &pair, refused, forget).await?;
            // Never what was typed: people type passwords into the login field (AUD-4).
            let record = account.map_or_else(|| format!("unknown:{}", hex(&login_hash[..8])), |a| a.id.to_string());
            tx.commit(ctx.event(policy::LOGIN).denied().record(None, record).purpose(why)).await?;
            Err(Error::rule("sign-in-refused"))
        }
    }
}

/// The account of a login, if there is one, and what failed before. An address that tries many pairs is stopped
/// here, whatever the login.
async fn look(ctx: &Ctx, login: &str, hash: &[u8], ip: &str, net: &str) -> Result<(Option<Account>, Failures)> {
    let now = ctx.now();
    let mut c = ctx.read().await?;
    let stuffing = now.plus_minutes(-throttle::STUFFING_MINUTES);
    if store::pairs_of_address(&mut c, ip, stuffing).await? >= throttle::STUFFING_PAIRS {
        drop(c);
        let record = format!("address:{ip}");
        zw_web::denied(ctx, policy::LOGIN, &record, "stuffing").await?;
        return Err(Error::TooMany { retry_after_s: throttle::STUFFING_MINUTES * 60 });
    }
    let account = store::by_login(&mut c, login).await?;
    let window = throttle::LOCK_MINUTES;
    let most = i64::try_from(throttle::LOCK_AFTER).unwrap_or(5);
    let failures = Failures {
        same_net: store::failures(&mut c, hash, Some(net), now.plus_minutes(-2 * window), most).await?,
        anywhere: store::failures(&mut c, hash, None, now.plus_minutes(-window), 20).await?,
        known_net: match &account {
            Some(a) => store::net_is_known(&mut c, a.id, net, now.plus_minutes(-30 * 24 * 60)).await?,
            None => false,
        },
    };
    Ok((account, failures))
}

/// Does the same work whatever the answer: one hash.
async fn judge(
    account: Option<Account>,
    refused: bool,
    typed: &str,
) -> Result<Result<Account, (Option<Account>, &'static str)>> {
    let long = typed.chars().count() > strength::LONGEST;
    let usable = account.as_ref().filter(|a| !refused && !long && a.state == AccountState::Active);
    let fits = match usable.and_then(|a| a.password_hash.as_deref()) {
        Some(phc) => password::verify(phc, typed).await?,
        None => {
            password::burn(if long { "" } else { typed }).await?;
            false
        }
    };
    Ok(match account {
        Some(a) if fits => Ok(a),
        None => Err((None, "unknown")),
        Some(a) => {
            let why = if refused {
                "locked"
            } else if a.state == AccountState::Disabled {
                "disabled"
            } else {
                "wrong"
            };
            Err((Some(a), why))
        }
    })
}

async fn start(ctx: &Ctx, account: &Account, typed: &str, user_agent: &str) -> Result<SignedIn> {
    let app = &ctx.app;
    let new_hash = match &account.password_hash {
        Some(phc) if password::is_outdated(phc) => Some(password::hash(&app.rng, typed).await?),
        _ => None,
    };
    let mut tx = ctx.write().await?;
    if store::note_login(&mut tx, account, new_hash.as_deref(), ctx.now(), ctx.ip.as_deref()).await? == 0 {
        // Disabled or given another password in this very moment.
        return Err(Error::rule("sign-in-refused"));
    }
    let net = client_net(ctx.ip.as_deref());
    store::clear_failures(&mut tx, &app.vault.blind("login", &account.login), Some(&net)).await?;
    let (token, acting) = open_session(ctx, &mut tx, account, &net, user_agent).await?;
    tx.commit(acting.event(policy::LOGIN).record(None, account.id)).await?;
    Ok(SignedIn { token, account: account.id, must_change: account.must_change })
}

/// Proves the password of who acts once more, and opens a new session in the place of this one: its token. Wrong ones
/// count like refused sign-ins, so that a session left open is no way to guess.
pub async fn confirm(ctx: &Ctx, typed: &str, user_agent: &str) -> Result<String> {
    let mine = service::own::account(ctx).await?;
    let input = SignIn { login: mine.login, password: typed.to_owned(), next: String::new() };
    let account = prove(ctx, &input).await.map_err(|e| match e {
        Error::Rule { code: "sign-in-refused", .. } => Error::rule("confirm-refused"),
        e => e,
    })?;
    let mut tx = ctx.write().await?;
    if store::hold_proved(&mut tx, &account).await? == 0 {
        // Disabled or given another password in this very moment.
        return Err(Error::rule("confirm-refused"));
    }
    // The session that asks must still stand: one that was ended meanwhile is not replaced. Unless this very form ended
    // it and the answer was lost: then the session that nobody got the token of makes room for another.
    let old = ctx.session_hash.as_deref().ok_or(Error::Unauthenticated)?;
    let mut left = old.to_vec();
    if store::end_by_token(&mut tx, old, ctx.now()).await? == 0 {
        let lost = store::replacement(&mut tx, old).await?.ok_or(Error::Unauthenticated)?;
        if store::end_by_token(&mut tx, &lost, ctx.now()).await? == 0 {
            return Err(Error::Unauthenticated);
        }
        left = lost;
    }
    let net = client_net(ctx.ip.as_deref());
    store::clear_failures(&mut tx, &ctx.app.vault.blind("login", &account.login), Some(&net)).await?;
    let (token, acting) = open_session(ctx, &mut tx, &account, &net, user_agent).await?;
    let new = ctx.app.vault.token_hash(&token);
    store::replace(&mut tx, old, &new).await?;
    zw_web::carry_searches(&mut tx, account.id, &left, &new).await?;
    tx.commit(acting.event(policy::CONFIRM).record(None, account.id)).await?;
    Ok(token)
}

/// Opens a session in a transaction: a fresh token, the one that came along ended, the oldest beyond the limit
/// ended. Also the context of the account in its new session.
pub(crate) async fn open_session(
    ctx: &Ctx,
    tx: &mut zw_db::Tx,
    account: &Account,
    net: &str,
    user_agent: &str,
) -> Result<(String, Ctx)> {
    let now = ctx.now();
    if let Some(old) = &ctx.session_hash {
        store::end_by_token(tx, old, now).await?;
    }
    if store::push_out(tx, account.id, account.duty.session_limit() - 1, now).await? > 0 {
        zw_web::ended(tx, account.id);
    }
    store::forget_sessions(tx, account.id, now.plus_minutes(-90 * 24 * 60)).await?;
    let token = hex(&ctx.app.rng.bytes::<32>());
    let hash = ctx.app.vault.token_hash(&token);
    let agent = short_agent(user_agent);
    store::insert_session(tx, SessionId(ctx.uuid()), account.id, &hash, now, ctx.ip.as_deref(), net, &agent).await?;
    let mut acting = service::acting_as(ctx, account);
    acting.session_hash = Some(hash);
    Ok((token, acting))
}

/// Whether the session a request came with ended because its account signed in elsewhere.
pub async fn pushed_out(ctx: &Ctx, token_hash: &[u8]) -> Result<bool> {
    store::was_pushed_out(&mut ctx.read().await?, token_hash).await
}

/// Signs out: the session of this request is over.
pub async fn sign_out(ctx: &Ctx) -> Result<()> {
    let Some(hash) = &ctx.session_hash else { return Ok(()) };
    let mut tx = ctx.write().await?;
    if store::end_by_token(&mut tx, hash, ctx.now()).await? == 0 {
        return Ok(());
    }
    let who = ctx.actor.account();
    who.into_iter().for_each(|a| zw_web::ended(&mut tx, a));
    tx.commit(ctx.event(policy::LOGOUT).record(None, who.map(|a| a.to_string()).unwrap_or_default())).await
}
