//! JSON: parse, call the service, answer.

use crate::model::{SettingFile, SettingInput, SettingOut};
use crate::{policy, service};
use axum::extract::Path;
use axum::http::Method;
use zw_ui::Lang;
use zw_web::{Access, ApiDoc, Items, Json, Page, PageResult, Routes, Sent};

fn said(lang: Lang, s: SettingOut) -> SettingOut {
    SettingOut { meaning: lang.t(&s.meaning), ..s }
}

fn file(lang: Lang, f: SettingFile) -> Json<SettingFile> {
    Json(SettingFile { setting: said(lang, f.setting), ..f })
}

async fn list(page: Page) -> PageResult<Json<Items<SettingOut>>> {
    let found = service::list(&page.ctx).await?;
    Ok(Json(Items { items: found.into_iter().map(|s| said(page.lang, s)).collect() }))
}

async fn get(page: Page, Path(key): Path<String>) -> PageResult<Json<SettingFile>> {
    Ok(file(page.lang, service::get(&page.ctx, &key).await?))
}

async fn put(page: Page, Sent(body, idem): Sent<SettingInput>) -> PageResult<Json<SettingFile>> {
    Ok(file(page.lang, service::set(&page.ctx, &body, &idem).await?))
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
