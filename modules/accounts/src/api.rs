//! JSON: parse, call the service, answer.

use crate::policy;
use crate::service::accounts::{self, AccountList, AccountOut, AccountQuery, Issued, NewAccount, SetState, SetWorker};
use crate::service::audit::{self, AuditOut, AuditQuery, AuditStatus};
use crate::service::grants::{self, GrantOut, NewGrant};
use crate::service::hold::{self, Confirm};
use crate::service::kiosk::{self, KioskOut, NewKiosk};
use crate::service::own::{self, OwnGrant, SessionOut};
use axum::extract::Path;
use axum::http::Method;
use zw_core::{AccountId, GrantId, Paged, SessionId, Uuid};
use zw_web::{Access, ApiCtx, ApiDoc, Items, Json, Made, Page, PageResult, Query, Routes, Sent};

/// A body without fields: `{}`.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Who asks, and the token that changing requests must send back as `X-CSRF-Token`.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct Me {
    account: AccountId,
    login: String,
    display: String,
    grants: Vec<OwnGrant>,
    csrf: String,
}

/// A wall screen that was made.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct KioskMade {
    /// Path of the screen with its token; absent in the answer to a repeated request: it is shown once.
    path: Option<String>,
}

/// What a verification of the audit log found.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct AuditVerified {
    /// 0 sound, 1 altered, 2 gap, truncated or rolled back.
    result: i32,
    /// Events read.
    events: i64,
    /// Chains read.
    chains: i64,
    /// Signed checkpoints read.
    checkpoints: i64,
    /// First problem of each kind, in words.
    problems: Vec<String>,
}

async fn me(page: Page) -> PageResult<Json<Me>> {
    let a = own::account(&page.ctx).await?;
    Ok(Json(Me {
        account: a.id,
        login: a.login,
        display: a.display,
        grants: own::grants(&page.ctx).await?,
        csrf: page.csrf.clone(),
    }))
}

async fn my_sessions(ApiCtx(ctx): ApiCtx) -> PageResult<Json<Items<SessionOut>>> {
    Ok(Json(Items { items: own::sessions(&ctx).await? }))
}

async fn end_my_session(ApiCtx(ctx): ApiCtx, Path(id): Path<SessionId>, _: Json<Nothing>) -> PageResult<()> {
    Ok(own::end_session(&ctx, id).await?)
}

async fn list(ApiCtx(ctx): ApiCtx, Query(f): Query<AccountList>) -> PageResult<Json<Paged<AccountOut>>> {
    Ok(Json(accounts::list(&ctx, &f.into()).await?))
}

async fn search(ApiCtx(ctx): ApiCtx, Json(q): Json<AccountQuery>) -> PageResult<Json<Paged<AccountOut>>> {
    Ok(Json(accounts::list(&ctx, &q).await?))
}

async fn get(ApiCtx(ctx): ApiCtx, Path(id): Path<AccountId>) -> PageResult<Json<AccountOut>> {
    Ok(Json(accounts::get(&ctx, id).await?))
}

async fn create(ApiCtx(ctx): ApiCtx, Sent(body, idem): Sent<NewAccount>) -> PageResult<Json<Issued>> {
    Ok(Json(accounts::create(&ctx, body, &idem).await?))
}

async fn issue_code(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<AccountId>,
    Sent(_, idem): Sent<Nothing>,
) -> PageResult<Json<Issued>> {
    Ok(Json(accounts::issue_code(&ctx, id, &idem).await?))
}

async fn set_state(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<AccountId>,
    Json(body): Json<SetState>,
) -> PageResult<Json<AccountOut>> {
    Ok(Json(accounts::set_state(&ctx, id, body).await?))
}

async fn set_worker(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<AccountId>,
    Json(body): Json<SetWorker>,
) -> PageResult<Json<AccountOut>> {
    Ok(Json(accounts::set_worker(&ctx, id, body).await?))
}

async fn confirm(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<AccountId>,
    Json(body): Json<Confirm>,
) -> PageResult<Json<AccountOut>> {
    Ok(Json(hold::confirm(&ctx, id, &body).await?))
}

async fn list_grants(ApiCtx(ctx): ApiCtx, Path(id): Path<AccountId>) -> PageResult<Json<Items<GrantOut>>> {
    Ok(Json(Items { items: grants::list(&ctx, id).await? }))
}

async fn create_grant(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<AccountId>,
    Sent(body, idem): Sent<NewGrant>,
) -> PageResult<Json<Made<GrantId>>> {
    Ok(Json(Made { id: grants::create(&ctx, id, body, &idem).await? }))
}

async fn end_grant(ApiCtx(ctx): ApiCtx, Path(id): Path<GrantId>, _: Json<Nothing>) -> PageResult<()> {
    grants::end(&ctx, id).await?;
    Ok(())
}

async fn sessions_of(ApiCtx(ctx): ApiCtx, Path(id): Path<AccountId>) -> PageResult<Json<Items<SessionOut>>> {
    Ok(Json(Items { items: grants::sessions(&ctx, id).await? }))
}

async fn end_any_session(ApiCtx(ctx): ApiCtx, Path(id): Path<SessionId>, _: Json<Nothing>) -> PageResult<()> {
    grants::end_session(&ctx, id).await?;
    Ok(())
}

async fn kiosks(ApiCtx(ctx): ApiCtx) -> PageResult<Json<Items<KioskOut>>> {
    Ok(Json(Items { items: kiosk::list(&ctx).await? }))
}

async fn create_kiosk(ApiCtx(ctx): ApiCtx, Sent(body, idem): Sent<NewKiosk>) -> PageResult<Json<KioskMade>> {
    let token = kiosk::create(&ctx, body, &idem).await?;
    Ok(Json(KioskMade { path: token.map(|t| format!("/kiosk/{t}")) }))
}

async fn revoke_kiosk(ApiCtx(ctx): ApiCtx, Path(id): Path<Uuid>, _: Json<Nothing>) -> PageResult<()> {
    Ok(kiosk::revoke(&ctx, id).await?)
}

async fn verify(ApiCtx(ctx): ApiCtx, _: Json<Nothing>) -> PageResult<Json<AuditVerified>> {
    let r = audit::verify(&ctx).await?;
    Ok(Json(AuditVerified {
        result: r.exit_code(),
        events: r.events,
        chains: r.chains,
        checkpoints: r.checkpoints,
        problems: r.problems.into_iter().map(|(_, words)| words).collect(),
    }))
}

async fn events(ApiCtx(ctx): ApiCtx, Query(q): Query<AuditQuery>) -> PageResult<Json<Paged<AuditOut>>> {
    Ok(Json(audit::list(&ctx, &q).await?))
}

async fn status(ApiCtx(ctx): ApiCtx) -> PageResult<Json<AuditStatus>> {
    Ok(Json(audit::status(&ctx).await?))
}

/// Routes under /api/v1.
pub(crate) fn routes() -> Routes {
    let (get_, post) = (Method::GET, Method::POST);
    let read = Access::Action(policy::ACCOUNT_READ);
    Routes::new()
        .api(get_.clone(), "/api/v1/me", Access::SignedIn, ApiDoc::json::<Me>("Who asks, own roles, form token"), me)
        .api(
            get_.clone(),
            "/api/v1/me/sessions",
            Access::SignedIn,
            ApiDoc::json::<Items<SessionOut>>("Own sessions"),
            my_sessions,
        )
        .api(
            post.clone(),
            "/api/v1/me/sessions/{id}/end",
            Access::SignedIn,
            ApiDoc::done("End one of one's own sessions").body::<Nothing>(),
            end_my_session,
        )
        .api(
            get_.clone(),
            "/api/v1/accounts",
            read,
            ApiDoc::json::<Paged<AccountOut>>("Accounts").query::<AccountList>(),
            list,
        )
        .api(
            post.clone(),
            "/api/v1/accounts/search",
            read,
            ApiDoc::json::<Paged<AccountOut>>("Accounts by a part of login or name").body::<AccountQuery>(),
            search,
        )
        .api(
            post.clone(),
            "/api/v1/accounts",
            Access::Action(policy::ACCOUNT_CREATE),
            ApiDoc::created::<Issued>("Make an account; the one-time code is answered once").sent::<NewAccount>(),
            create,
        )
        .api(get_.clone(), "/api/v1/accounts/{id}", read, ApiDoc::json::<AccountOut>("One account"), get)
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/code",
            Access::Action(policy::ACCOUNT_CODE),
            ApiDoc::json::<Issued>(
                "Issue a one-time code for a new password; the account's grants wait to be confirmed",
            )
            .sent::<Nothing>(),
            issue_code,
        )
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/state",
            Access::Action(policy::ACCOUNT_STATE),
            ApiDoc::json::<AccountOut>("Disable or enable an account").body::<SetState>(),
            set_state,
        )
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/worker",
            Access::Fresh(policy::ACCOUNT_WORKER),
            ApiDoc::json::<AccountOut>("Say which worker an account belongs to").body::<SetWorker>(),
            set_worker,
        )
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/confirm",
            Access::Fresh(policy::ACCOUNT_CONFIRM),
            ApiDoc::json::<AccountOut>("Confirm the grants of an account that wait since somebody else acted on it")
                .body::<Confirm>(),
            confirm,
        )
        .api(
            get_.clone(),
            "/api/v1/accounts/{id}/grants",
            Access::Action(policy::GRANT_READ),
            ApiDoc::json::<Items<GrantOut>>("Grants of an account"),
            list_grants,
        )
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/grants",
            Access::Fresh(policy::GRANT_CREATE),
            ApiDoc::created::<Made<GrantId>>("Give a role to an account").sent::<NewGrant>(),
            create_grant,
        )
        .api(
            get_.clone(),
            "/api/v1/accounts/{id}/sessions",
            Access::Action(policy::SESSION_READ),
            ApiDoc::json::<Items<SessionOut>>("Sessions of an account that are alive"),
            sessions_of,
        )
        .api(
            post.clone(),
            "/api/v1/sessions/{id}/end",
            Access::Action(policy::SESSION_END),
            ApiDoc::done("End a session of anybody").body::<Nothing>(),
            end_any_session,
        )
        .api(
            get_.clone(),
            "/api/v1/kiosks",
            Access::Action(policy::KIOSK_MANAGE),
            ApiDoc::json::<Items<KioskOut>>("Wall screens"),
            kiosks,
        )
        .api(
            post.clone(),
            "/api/v1/kiosks",
            Access::Fresh(policy::KIOSK_MANAGE),
            ApiDoc::created::<KioskMade>("Make a wall screen's token; it is answered once").sent::<NewKiosk>(),
            create_kiosk,
        )
        .api(
            post.clone(),
            "/api/v1/kiosks/{id}/revoke",
            Access::Action(policy::KIOSK_MANAGE),
            ApiDoc::done("Revoke a wall screen's token").body::<Nothing>(),
            revoke_kiosk,
        )
        .api(
            post.clone(),
            "/api/v1/audit/verify",
            Access::Action(policy::AUDIT_READ),
            ApiDoc::json::<AuditVerified>("Prove the chains of the audit log").body::<Nothing>(),
            verify,
        )
        .api(
            post,
            "/api/v1/grants/{id}/end",
            Access::Fresh(policy::GRANT_END),
            ApiDoc::done("Take a grant back").body::<Nothing>(),
            end_grant,
        )
        .api(
            get_.clone(),
            "/api/v1/audit",
            Access::Action(policy::AUDIT_READ),
            ApiDoc::json::<Paged<AuditOut>>("Audit events, newest first; looking is itself an event")
                .query::<AuditQuery>(),
            events,
        )
        .api(
            get_,
            "/api/v1/audit/status",
            Access::Action(policy::AUDIT_READ),
            ApiDoc::json::<AuditStatus>("Heads of the audit chains and the last checkpoint"),
            status,
        )
}
