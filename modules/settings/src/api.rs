//! JSON: parse, call the service, answer.

use crate::model::{SettingFile, SettingInput, SettingOut};
use crate::{policy, service};
use axum::extract::Path;
use axum::http::Method;
use zw_web::{Access, ApiCtx, ApiDoc, Items, Json, PageResult, Routes, Sent};

async fn list(ApiCtx(ctx): ApiCtx) -> PageResult<Json<Items<SettingOut>>> {
    Ok(Json(Items { items: service::list(&ctx).await? }))
}

async fn get(ApiCtx(ctx): ApiCtx, Path(key): Path<String>) -> PageResult<Json<SettingFile>> {
    Ok(Json(service::get(&ctx, &key).await?))
}

async fn put(ApiCtx(ctx): ApiCtx, Sent(body, idem): Sent<SettingInput>) -> PageResult<Json<SettingFile>> {
    Ok(Json(service::set(&ctx, &body, &idem).await?))
}

/// Routes under /api/v1.
pub(crate) fn routes() -> Routes {
    let (read, write) = (Access::Action(policy::READ), Access::Action(policy::WRITE));
    Routes::new()
        .api(Method::GET, "/api/v1/settings", read, ApiDoc::json::<Items<SettingOut>>("All settings"), list)
        .api(
            Method::PUT,
            "/api/v1/settings",
            write,
            ApiDoc::json::<SettingFile>("Set a value").sent::<SettingInput>(),
            put,
        )
        .api(Method::GET, "/api/v1/settings/{key}", read, ApiDoc::json::<SettingFile>("A setting and its changes"), get)
}
