//! One's own account: password, sessions (SESS-3, SESS-4, AUTH-12).

use crate::model::{Account, SessionLimits, SessionRow, client_net, last_posted};
use crate::{password, policy, service, store};
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::{Error, GrantId, Result, SessionId, UnitId};

/// One's own account.
pub async fn account(ctx: &Ctx) -> Result<Account> {
    let id = service::me(ctx)?;
    let mut c = ctx.read().await?;
    store::own(&mut c, id).await?.ok_or(Error::NotFound)
}

/// What the password form sends.
#[derive(Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChangePassword {
    /// The password so far.
    pub current: String,
    /// New password.
    pub password: String,
    /// New password again.
    pub repeat: String,
}

/// Changes one's own password. All sessions end; the token of a new one is returned. Wrong current passwords count
/// like refused sign-ins, so that a session left open is no way to guess.
pub async fn change_password(ctx: &Ctx, input: &ChangePassword, user_agent: &str) -> Result<String> {
    let a = account(ctx).await?;
    let as_sign_in =
        service::signin::SignIn { login: a.login.clone(), password: input.current.clone(), next: String::new() };
    service::codes::new_password(ctx, &a, &input.password, &input.repeat).await?;
    if input.current == input.password {
        return Err(Error::field("password", "password-same"));
    }
    service::signin::prove(ctx, &as_sign_in).await.map_err(|e| match e {
        Error::Rule { code: "sign-in-refused", .. } => Error::field("current", "password-wrong"),
        e => e,
    })?;
    let phc = password::hash(&ctx.app.rng, &input.password).await?;

    let mut tx = ctx.write().await?;
    if store::set_password(&mut tx, a.id, &phc, ctx.now(), &a.login).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    store::void_codes(&mut tx, a.id, ctx.now()).await?;
    service::end_sessions(&mut tx, a.id, ctx.now()).await?;
    let net = client_net(ctx.ip.as_deref());
    let (token, acting) = service::signin::open_session(ctx, &mut tx, &a, &net, user_agent).await?;
    tx.commit(acting.event(policy::PASSWORD).record(None, a.id).fields(&["password_hash"])).await?;
    Ok(token)
}

/// A session in a list.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct SessionOut {
    /// Id, to end it.
    pub id: SessionId,
    /// Sign-in, Beijing time.
    pub since: String,
    /// Last written down as seen (every five minutes), Beijing time.
    pub seen: String,
    /// Address.
    pub ip: Option<String>,
    /// Browser.
    pub browser: String,
    /// Whether it is the one asking.
    pub this: bool,
}

/// Sessions that are alive now.
pub(crate) fn alive(ctx: &Ctx, a: &Account, rows: Vec<SessionRow>, this: Option<SessionId>) -> Vec<SessionOut> {
    let limits: SessionLimits = ctx.app.settings().get();
    rows.into_iter()
        .filter(|s| limits.alive(a.duty, s.created_at, s.last_seen_at, ctx.now()))
        .map(|s| SessionOut {
            id: s.id,
            since: s.created_at.minute_cn(),
            seen: s.last_seen_at.minute_cn(),
            ip: s.ip,
            browser: s.user_agent,
            this: Some(s.id) == this,
        })
        .collect()
}

/// One's own sessions.
pub async fn sessions(ctx: &Ctx) -> Result<Vec<SessionOut>> {
    let a = account(ctx).await?;
    let mut c = ctx.read().await?;
    let this = match &ctx.session_hash {
        Some(h) => store::session_id(&mut c, h).await?,
        None => None,
    };
    let rows = store::open_sessions(&mut c, a.id).await?;
    Ok(alive(ctx, &a, rows, this))
}

/// Ends one of one's own sessions.
pub async fn end_session(ctx: &Ctx, id: SessionId) -> Result<()> {
    let me = service::me(ctx)?;
    let mut tx = ctx.write().await?;
    if store::end_session(&mut tx, me, id, ctx.now()).await? == 0 {
        return Err(Error::NotFound);
    }
    zw_web::ended(&mut tx, me);
    tx.commit(ctx.event(policy::END_OWN).record(None, id)).await
}

/// One of one's own grants, as the account page shows it.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct OwnGrant {
    /// Role code.
    pub role: zw_access::Role,
    /// Where: unit or area with its parents, as the security administrator sees it; empty for grants of none.
    pub place: String,
    /// First day.
    pub from: zw_core::Day,
    /// Last day.
    pub to: Option<zw_core::Day>,
    /// Whether it counts today.
    pub active: bool,
    /// Whether its first day is still to come.
    pub upcoming: bool,
    /// Whether it hangs on a posting that is over, or never was: it counts for nothing.
    pub off_post: bool,
    /// The last day of that posting.
    pub posted_to: Option<zw_core::Day>,
}

/// One's own grants: the answer to "what may I do here".
pub async fn grants(ctx: &Ctx) -> Result<Vec<OwnGrant>> {
    let today = ctx.today();
    let ids: Vec<UnitId> = ctx.actor.grants.iter().filter_map(|g| g.unit).collect();
    let mut c = ctx.read().await?;
    let names: HashMap<UnitId, String> = store::own_unit_names(&mut c, &ids).await?.into_iter().collect();
    // Read only where there is something to tell.
    let posts: HashMap<GrantId, i64> = match ctx.actor.account().filter(|_| ctx.actor.grants.iter().any(|g| g.off_post))
    {
        Some(me) => store::posts(&mut c, me, today).await?.into_iter().collect(),
        None => HashMap::new(),
    };
    Ok(ctx
        .actor
        .grants
        .iter()
        .map(|g| OwnGrant {
            role: g.role,
            place: super::grants::place_words(ctx, g.area.or(g.county), g.unit.and_then(|u| names.get(&u))),
            from: g.from,
            to: g.to,
            active: g.active_on(today),
            upcoming: g.from > today,
            off_post: g.off_post,
            posted_to: posts.get(&g.id).filter(|_| g.off_post).and_then(|u| last_posted(*u, today)),
        })
        .collect())
}
