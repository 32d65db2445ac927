//! JSON under /api/v1: how far a job is.

use crate::model::JobOut;
use crate::queue::Queue;
use axum::extract::Path;
use axum::http::Method;
use zw_core::Error;
use zw_web::{Access, ApiDoc, Json, Page, PageResult, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().api(
        Method::GET,
        "/api/v1/jobs/{id}",
        Access::SignedIn,
        ApiDoc::json::<JobOut>("A job that the caller ordered: how far it is, what it made, why it was refused"),
        get,
    )
}

async fn get(page: Page, Path(text): Path<String>) -> PageResult<Json<JobOut>> {
    let id = text.parse().map_err(|_| Error::NotFound)?;
    Ok(Json(page.ctx.app.ext::<Queue>()?.get(&page.ctx, page.lang, id).await?))
}
