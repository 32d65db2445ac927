//! JSON under /api/v1: parse, call the service, answer. A repeat carries the header `Idempotency-Key`.

use crate::model::circular::{
    CheckInput, CircularFile, CircularOut, CorrectInput, DraftInput, EditInput, ReturnInput, SendInput, VoidInput,
};
use crate::model::snapshot::{FlashInput, FreezeInput, SnapshotFile, SnapshotOut};
use crate::model::town::{TownOut, TownQuery};
use crate::model::wall::{WallOut, WallQuery};
use crate::policy;
use crate::service::files::{self, Format};
use crate::service::{circulars, orders, snapshots, wall};
use axum::extract::Path;
use axum::http::{HeaderName, Method, header};
use serde::Deserialize;
use zw_core::code::Code as _;
use zw_core::{CircularId, Error, JobId, PageReq, Paged, Result, SnapshotId};
use zw_jobs::{JobOut, Queue};
use zw_web::{Access, ApiCtx, ApiDoc, Fail, Json, Page, PageResult, Query, Routes, Sent, download};

type Answer<T> = Result<Json<T>, Fail>;

fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Page of a list.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    /// Page from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

pub(crate) fn routes() -> Routes {
    let wall_read = Access::Action(policy::WALL_READ);
    let snapshot = Access::Action(policy::SNAPSHOT_READ);
    let read = Access::Action(policy::CIRCULAR_READ);
    let edit = Access::Action(policy::CIRCULAR_EDIT);
    Routes::new()
        .api(
            Method::GET,
            "/api/v1/wall",
            wall_read,
            ApiDoc::json::<WallOut>("The wall chart").query::<WallQuery>(),
            show_wall,
        )
        .api(
            Method::GET,
            "/api/v1/wall/town",
            wall_read,
            ApiDoc::json::<TownOut>("A township of the wall chart").query::<TownQuery>(),
            show_town,
        )
        .api(
            Method::GET,
            "/api/v1/snapshots",
            snapshot,
            ApiDoc::json::<Paged<SnapshotOut>>("Snapshots, newest first").query::<ListQuery>(),
            snapshot_list,
        )
        .api(
            Method::POST,
            "/api/v1/snapshots",
            Access::Action(policy::SNAPSHOT_FLASH),
            ApiDoc::accepted::<JobOut>("Order a flash snapshot: the job that takes it, at Location").sent::<FlashInput>(),
            flash,
        )
        .api(
            Method::POST,
            "/api/v1/snapshots/freeze",
            Access::Action(policy::SNAPSHOT_FREEZE),
            ApiDoc::accepted::<JobOut>("Order the freeze of a month: the job that does it, at Location").sent::<FreezeInput>(),
            freeze,
        )
        .api(
            Method::GET,
            "/api/v1/snapshots/{id}",
            snapshot,
            ApiDoc::json::<SnapshotFile>("A snapshot, proved by its hash, with what was entered since"),
            snapshot_get,
        )
        .api(
            Method::GET,
            "/api/v1/circulars",
            read,
            ApiDoc::json::<Paged<CircularOut>>("Circulars, newest first").query::<ListQuery>(),
            list,
        )
        .api(
            Method::POST,
            "/api/v1/circulars",
            edit,
            ApiDoc::created::<CircularFile>("Draft a circular from a snapshot").sent::<DraftInput>(),
            draft,
        )
        .api(Method::GET, "/api/v1/circulars/{id}", read, ApiDoc::json::<CircularFile>("A circular"), get)
        .api(
            Method::PUT,
            "/api/v1/circulars/{id}",
            edit,
            ApiDoc::json::<CircularFile>(
                "Change, add and remove paragraphs around the figures; title, addressees, names of annexes. Whoever changes anything is one of its writers (joins_writers) and cannot check it",
            )
            .sent::<EditInput>(),
            change,
        )
        .api(
            Method::POST,
            "/api/v1/circulars/{id}/check",
            Access::Action(policy::CIRCULAR_CHECK),
            ApiDoc::json::<CircularFile>("Check a draft as the second person").sent::<CheckInput>(),
            check,
        )
        .api(
            Method::POST,
            "/api/v1/circulars/{id}/return",
            Access::Action(policy::CIRCULAR_RETURN),
            ApiDoc::json::<CircularFile>("Return a draft, or a checked circular, to its writers with remarks")
                .sent::<ReturnInput>(),
            send_back,
        )
        .api(
            Method::POST,
            "/api/v1/circulars/{id}/send",
            Access::Action(policy::CIRCULAR_SEND),
            ApiDoc::json::<CircularFile>("Record number and date of a sent circular").sent::<SendInput>(),
            send,
        )
        .api(
            Method::POST,
            "/api/v1/circulars/{id}/correct",
            Access::Action(policy::CIRCULAR_CORRECT),
            ApiDoc::json::<CircularFile>("Correct number or date in the record of a sent circular")
                .sent::<CorrectInput>(),
            correct,
        )
        .api(
            Method::POST,
            "/api/v1/circulars/{id}/void",
            edit,
            ApiDoc::json::<CircularFile>("Void a circular that was not sent").sent::<VoidInput>(),
            void,
        )
        .api(
            Method::GET,
            "/api/v1/circulars/{id}/files/{format}",
            read,
            ApiDoc::file("The circular as docx, pdf or xlsx", "application/octet-stream"),
            file,
        )
}

async fn show_wall(ApiCtx(ctx): ApiCtx, Query(q): Query<WallQuery>) -> Answer<WallOut> {
    Ok(Json(wall::get(&ctx, &q).await?))
}

async fn show_town(ApiCtx(ctx): ApiCtx, Query(q): Query<TownQuery>) -> Answer<TownOut> {
    Ok(Json(wall::town(&ctx, &q).await?))
}

async fn snapshot_list(ApiCtx(ctx): ApiCtx, Query(q): Query<ListQuery>) -> Answer<Paged<SnapshotOut>> {
    Ok(Json(snapshots::list(&ctx, PageReq::new(q.page, q.size)).await?))
}

type Ordered = PageResult<([(HeaderName, String); 1], Json<JobOut>)>;

/// The job that was ordered, and where it is looked at.
async fn ordered(page: &Page, id: JobId) -> Ordered {
    let job = page.ctx.app.ext::<Queue>()?.get(&page.ctx, page.lang, id).await?;
    Ok(([(header::LOCATION, format!("/api/v1/jobs/{id}"))], Json(job)))
}

async fn flash(page: Page, Sent(input, idem): Sent<FlashInput>) -> Ordered {
    ordered(&page, orders::flash(&page.ctx, &input, &idem).await?).await
}

async fn freeze(page: Page, Sent(input, idem): Sent<FreezeInput>) -> Ordered {
    ordered(&page, orders::freeze(&page.ctx, &input, &idem).await?).await
}

async fn snapshot_get(ApiCtx(ctx): ApiCtx, Path(text): Path<String>) -> Answer<SnapshotFile> {
    Ok(Json(snapshots::get(&ctx, id::<SnapshotId>(&text)?).await?))
}

async fn list(ApiCtx(ctx): ApiCtx, Query(q): Query<ListQuery>) -> Answer<Paged<CircularOut>> {
    Ok(Json(circulars::list(&ctx, PageReq::new(q.page, q.size)).await?))
}

async fn draft(ApiCtx(ctx): ApiCtx, Sent(input, idem): Sent<DraftInput>) -> Answer<CircularFile> {
    let made = circulars::draft(&ctx, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, made).await?))
}

async fn get(ApiCtx(ctx): ApiCtx, Path(text): Path<String>) -> Answer<CircularFile> {
    Ok(Json(circulars::get(&ctx, id(&text)?).await?))
}

async fn change(
    ApiCtx(ctx): ApiCtx,
    Path(text): Path<String>,
    Sent(input, idem): Sent<EditInput>,
) -> Answer<CircularFile> {
    let id: CircularId = id(&text)?;
    circulars::edit(&ctx, id, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, id).await?))
}

async fn check(
    ApiCtx(ctx): ApiCtx,
    Path(text): Path<String>,
    Sent(input, idem): Sent<CheckInput>,
) -> Answer<CircularFile> {
    let id: CircularId = id(&text)?;
    circulars::check(&ctx, id, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, id).await?))
}

async fn send_back(
    ApiCtx(ctx): ApiCtx,
    Path(text): Path<String>,
    Sent(input, idem): Sent<ReturnInput>,
) -> Answer<CircularFile> {
    let id: CircularId = id(&text)?;
    circulars::send_back(&ctx, id, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, id).await?))
}

async fn send(
    ApiCtx(ctx): ApiCtx,
    Path(text): Path<String>,
    Sent(input, idem): Sent<SendInput>,
) -> Answer<CircularFile> {
    let id: CircularId = id(&text)?;
    circulars::send(&ctx, id, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, id).await?))
}

async fn correct(
    ApiCtx(ctx): ApiCtx,
    Path(text): Path<String>,
    Sent(input, idem): Sent<CorrectInput>,
) -> Answer<CircularFile> {
    let id: CircularId = id(&text)?;
    circulars::correct(&ctx, id, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, id).await?))
}

async fn void(
    ApiCtx(ctx): ApiCtx,
    Path(text): Path<String>,
    Sent(input, idem): Sent<VoidInput>,
) -> Answer<CircularFile> {
    let id: CircularId = id(&text)?;
    circulars::void(&ctx, id, &input, &idem).await?;
    Ok(Json(circulars::get(&ctx, id).await?))
}

async fn file(ApiCtx(ctx): ApiCtx, Path((text, format)): Path<(String, String)>) -> PageResult {
    let format = Format::from_code(&format).ok_or(Error::NotFound)?;
    let f = files::file(&ctx, id(&text)?, format).await?;
    Ok(download(&f.name, f.mime, f.bytes))
}
