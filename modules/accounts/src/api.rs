//! JSON: parse, call the service, answer.

use crate::policy;
use crate::service::accounts::{self, AccountOut, AccountQuery, Issued, NewAccount, SetState};
use crate::service::audit::{self, AuditOut, AuditQuery, AuditStatus};
use crate::service::grants::{self, GrantOut, NewGrant};
use crate::service::own::{self, OwnGrant, SessionOut};
use axum::extract::{Path, Query};
use axum::http::Method;
use zw_core::{AccountId, GrantId, Paged, SessionId};
use zw_web::{Access, ApiCtx, ApiDoc, Json, Page, PageResult, Routes, Sent};

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

/// What was made.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct Made {
    id: GrantId,
}

async fn me(page: Page) -> PageResult<Json<Me>> {
    let a = own::account(&page.ctx).await?;
    Ok(Json(Me {
        account: a.id,
        login: a.login,
        display: a.display,
        grants: own::grants(&page.ctx),
        csrf: page.csrf.clone(),
    }))
}

async fn my_sessions(ApiCtx(ctx): ApiCtx) -> PageResult<Json<Vec<SessionOut>>> {
    Ok(Json(own::sessions(&ctx).await?))
}

async fn end_my_session(ApiCtx(ctx): ApiCtx, Path(id): Path<SessionId>, _: Json<Nothing>) -> PageResult<Json<()>> {
    Ok(Json(own::end_session(&ctx, id).await?))
}

async fn list(ApiCtx(ctx): ApiCtx, Query(q): Query<AccountQuery>) -> PageResult<Json<Paged<AccountOut>>> {
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

async fn list_grants(ApiCtx(ctx): ApiCtx, Path(id): Path<AccountId>) -> PageResult<Json<Vec<GrantOut>>> {
    Ok(Json(grants::list(&ctx, id).await?))
}

async fn create_grant(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<AccountId>,
    Sent(body, idem): Sent<NewGrant>,
) -> PageResult<Json<Made>> {
    Ok(Json(Made { id: grants::create(&ctx, id, body, &idem).await? }))
}

async fn end_grant(ApiCtx(ctx): ApiCtx, Path(id): Path<GrantId>, _: Json<Nothing>) -> PageResult<Json<()>> {
    grants::end(&ctx, id).await?;
    Ok(Json(()))
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
            ApiDoc::json::<Vec<SessionOut>>("Own sessions"),
            my_sessions,
        )
        .api(
            post.clone(),
            "/api/v1/me/sessions/{id}/end",
            Access::SignedIn,
            ApiDoc::json::<()>("End one of one's own sessions").body::<Nothing>(),
            end_my_session,
        )
        .api(
            get_.clone(),
            "/api/v1/accounts",
            read,
            ApiDoc::json::<Paged<AccountOut>>("Accounts").query::<AccountQuery>(),
            list,
        )
        .api(
            post.clone(),
            "/api/v1/accounts",
            Access::Action(policy::ACCOUNT_CREATE),
            ApiDoc::json::<Issued>("Make an account; the one-time code is answered once").body::<NewAccount>(),
            create,
        )
        .api(get_.clone(), "/api/v1/accounts/{id}", read, ApiDoc::json::<AccountOut>("One account"), get)
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/code",
            Access::Action(policy::ACCOUNT_CODE),
            ApiDoc::json::<Issued>("Issue a one-time code for a new password").body::<Nothing>(),
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
            get_.clone(),
            "/api/v1/accounts/{id}/grants",
            Access::Action(policy::GRANT_READ),
            ApiDoc::json::<Vec<GrantOut>>("Grants of an account"),
            list_grants,
        )
        .api(
            post.clone(),
            "/api/v1/accounts/{id}/grants",
            Access::Action(policy::GRANT_CREATE),
            ApiDoc::json::<Made>("Give a role to an account").body::<NewGrant>(),
            create_grant,
        )
        .api(
            post,
            "/api/v1/grants/{id}/end",
            Access::Action(policy::GRANT_END),
            ApiDoc::json::<()>("Take a grant back").body::<Nothing>(),
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
