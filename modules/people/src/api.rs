//! JSON: parse, service, Out.

use crate::model::{EndPosting, ListQuery, NewWorker};
use crate::service;
use axum::extract::{Path, Query};
use axum::response::IntoResponse;
use zw_core::{PostingId, WorkerId};
use zw_web::{ApiCtx, Idem, Json, PageResult};

pub(crate) async fn list(ApiCtx(ctx): ApiCtx, Query(q): Query<ListQuery>) -> PageResult {
    Ok(Json(service::list(&ctx, &q).await?).into_response())
}

pub(crate) async fn one(ApiCtx(ctx): ApiCtx, Path(id): Path<WorkerId>) -> PageResult {
    Ok(Json(service::one(&ctx, id).await?).into_response())
}

pub(crate) async fn create(ApiCtx(ctx): ApiCtx, headers: axum::http::HeaderMap, Json(input): Json<NewWorker>) -> PageResult {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let idem = Idem::new(key, &input);
    Ok(Json(service::create(&ctx, input, &idem).await?).into_response())
}

pub(crate) async fn end(ApiCtx(ctx): ApiCtx, Path(id): Path<PostingId>, Json(input): Json<EndPosting>) -> PageResult {
    Ok(Json(service::end(&ctx, id, input).await?).into_response())
}
