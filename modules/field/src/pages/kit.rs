//! The page that stays on the device, and the script that keeps it there.

use super::{Here, Reached};
use crate::views;
use axum::http::header;
use axum::response::IntoResponse as _;
use zw_ui::assets;
use zw_ui::shell::device_page;
use zw_web::{Page, PageResult};

/// GET /field/kit: the same bytes for everybody; a lost device is told so here as well.
pub(crate) async fn kit(page: Page, here: Here) -> PageResult {
    if let Reached::Gone(answer) = here.reach(&page.ctx).await? {
        return Ok(answer);
    }
    let title = page.lang.t("field-title");
    Ok(device_page(page.shell(), &title, "field.js", views::kit::kit(page.lang)).into_response())
}

/// GET /field/worker.js: the files it keeps stand on top, so that a new program has a new script.
pub(crate) async fn worker() -> PageResult {
    let files = ["app.css", "field.js", "icon.svg"].map(assets::url);
    let list = serde_json::to_string(&files).map_err(zw_core::Error::internal)?;
    let script = assets::find(assets::url("fieldworker.js")).map(|a| a.bytes).unwrap_or_default();
    let text = format!("self.FIELD_FILES={list};\n{}", String::from_utf8_lossy(script));
    Ok(([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], text).into_response())
}
