//! JSON: parse, service, answer. A write may carry the header `Idempotency-Key`.

use crate::board::model::Board;
use crate::board::service::{self as board, BoardQuery};
use crate::figure::out::FigurePage;
use crate::figure::series::{self, SeriesOut, SeriesQuery};
use crate::figure::service::{self as figure, FigureQuery};
use crate::pass_on::PassOn;
use crate::pass_on::service::{self as passing, PassOnInput, PassOnReview};
use crate::report::chain::{self, ExemptInput, ReviewInput};
use crate::report::out::{DraftOut, ReportListOut, ReportOut, ReportPage};
use crate::report::owed::{Today, report_today_section};
use crate::report::read::{self, ListQuery};
use crate::report::service::{self, ReportInput, ReportQuery};
use crate::said::Said as _;
use axum::extract::Path;
use zw_core::{DivisionId, PageReq, Paged, ReportId};
use zw_web::{ApiCtx, Json, Page, PageResult, Query, Sent};

pub(crate) async fn list(ApiCtx(ctx): ApiCtx, Query(q): Query<ListQuery>) -> PageResult<Json<Paged<ReportListOut>>> {
    Ok(Json(read::list(&ctx, &q, PageReq::new(q.page, q.size)).await?))
}

pub(crate) async fn owed(ApiCtx(ctx): ApiCtx) -> PageResult<Json<Today>> {
    Ok(Json(report_today_section(&ctx).await?))
}

pub(crate) async fn draft(page: Page, Query(q): Query<ReportQuery>) -> PageResult<Json<DraftOut>> {
    Ok(Json(service::draft(&page.ctx, &q).await?.said(page.lang)))
}

pub(crate) async fn get(page: Page, Path((county, id)): Path<(DivisionId, ReportId)>) -> PageResult<Json<ReportPage>> {
    Ok(Json(read::get(&page.ctx, county, id).await?.said(page.lang)))
}

pub(crate) async fn save(page: Page, Sent(input, idem): Sent<ReportInput>) -> PageResult<Json<ReportOut>> {
    Ok(Json(service::save(&page.ctx, &input, &idem).await?.said(page.lang)))
}

pub(crate) async fn submit(page: Page, Sent(input, idem): Sent<ReportInput>) -> PageResult<Json<ReportOut>> {
    Ok(Json(service::submit(&page.ctx, &input, &idem).await?.said(page.lang)))
}

pub(crate) async fn amend(page: Page, Sent(input, idem): Sent<ReportInput>) -> PageResult<Json<ReportOut>> {
    Ok(Json(service::amend(&page.ctx, &input, &idem).await?.said(page.lang)))
}

pub(crate) async fn approve(
    page: Page,
    Path((county, id)): Path<(DivisionId, ReportId)>,
    Sent(input, idem): Sent<ReviewInput>,
) -> PageResult<Json<ReportOut>> {
    Ok(Json(chain::approve(&page.ctx, county, id, &input, &idem).await?.said(page.lang)))
}

pub(crate) async fn send_back(
    page: Page,
    Path((county, id)): Path<(DivisionId, ReportId)>,
    Sent(input, idem): Sent<ReviewInput>,
) -> PageResult<Json<ReportOut>> {
    Ok(Json(chain::send_back(&page.ctx, county, id, &input, &idem).await?.said(page.lang)))
}

pub(crate) async fn exempt(page: Page, Sent(input, idem): Sent<ExemptInput>) -> PageResult<Json<ReportOut>> {
    Ok(Json(chain::exempt(&page.ctx, &input, &idem).await?.said(page.lang)))
}

pub(crate) async fn pass_on(ApiCtx(ctx): ApiCtx, Sent(input, idem): Sent<PassOnInput>) -> PageResult<Json<PassOn>> {
    Ok(Json(passing::pass_on(&ctx, &input, &idem).await?))
}

pub(crate) async fn review_pass_on(
    ApiCtx(ctx): ApiCtx,
    Sent(input, idem): Sent<PassOnReview>,
) -> PageResult<Json<PassOn>> {
    Ok(Json(passing::review_pass_on(&ctx, &input, &idem).await?))
}

pub(crate) async fn board(page: Page, Query(q): Query<BoardQuery>) -> PageResult<Json<Board>> {
    Ok(Json(board::board(&page.ctx, &q).await?.said(page.lang)))
}

/// [`FigureQuery`] with nothing beside it; on the page its parameters stand among those of the pickers.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FigureAsked {
    area: Option<String>,
    from: Option<String>,
    to: Option<String>,
    page: Option<i64>,
    of_denominator: Option<String>,
}

pub(crate) async fn figure(
    page: Page,
    Path(key): Path<String>,
    Query(a): Query<FigureAsked>,
) -> PageResult<Json<FigurePage>> {
    let q = FigureQuery { area: a.area, from: a.from, to: a.to, page: a.page, of_denominator: a.of_denominator };
    Ok(Json(figure::figure(&page.ctx, &key, &q).await?.said(page.lang)))
}

pub(crate) async fn series(
    page: Page,
    Path(key): Path<String>,
    Query(q): Query<SeriesQuery>,
) -> PageResult<Json<SeriesOut>> {
    Ok(Json(series::series(&page.ctx, &key, &q).await?.said(page.lang)))
}
