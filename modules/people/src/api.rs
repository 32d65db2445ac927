//! JSON: parse, service, Out. The same services and Out types as the pages.

use crate::model::certificate::CertificateInput;
use crate::model::correction::{CancelInput, CertificateCorrection, PostingCorrection};
use crate::model::posting::{EndInput, PostingInput};
use crate::model::worker::{WorkerFile, WorkerFilter, WorkerInput, WorkerOut, WorkerQuery};
use crate::policy;
use crate::service;
use axum::extract::Path;
use axum::http::Method;
use zw_access::reveal::{RevealInput, Revealed};
use zw_core::{CertificateId, Paged, PostingId, WorkerId};
use zw_web::{Access, ApiCtx, ApiDoc, Fail, Json, Made, Query, Routes, Sent};

type Answer<T> = Result<Json<T>, Fail>;

pub(crate) fn routes() -> Routes {
    let read = Access::Action(policy::WORKER_READ);
    let write = Access::Action(policy::WORKER_WRITE);
    let post = Access::Action(policy::POSTING_WRITE);
    Routes::new()
        .api(
            Method::GET,
            "/api/v1/workers",
            read,
            ApiDoc::json::<Paged<WorkerOut>>("Workers, masked").query::<WorkerFilter>(),
            list,
        )
        .api(
            Method::POST,
            "/api/v1/workers/search",
            read,
            ApiDoc::json::<Paged<WorkerOut>>("Workers by the beginning of the name, masked").body::<WorkerQuery>(),
            search,
        )
        .api(
            Method::POST,
            "/api/v1/workers",
            write,
            ApiDoc::created::<Made<WorkerId>>("Register a worker").sent::<WorkerInput>(),
            register,
        )
        .api(
            Method::GET,
            "/api/v1/workers/{id}",
            read,
            ApiDoc::json::<WorkerFile>("A worker with certificates and postings, masked"),
            file,
        )
        .api(
            Method::PUT,
            "/api/v1/workers/{id}",
            write,
            ApiDoc::json::<WorkerFile>("Change what is written about a worker").sent::<WorkerInput>(),
            edit,
        )
        .api(
            Method::POST,
            "/api/v1/workers/{id}/certificates",
            write,
            ApiDoc::json::<WorkerFile>("Note a certificate").sent::<CertificateInput>(),
            certify,
        )
        .api(
            Method::POST,
            "/api/v1/workers/{id}/reveal",
            Access::Action(policy::WORKER_REVEAL),
            ApiDoc::json::<Revealed>("Show one masked field, with a purpose; audited").body::<RevealInput>(),
            reveal,
        )
        .api(
            Method::POST,
            "/api/v1/workers/{id}/postings",
            post,
            ApiDoc::created::<Made<PostingId>>("Post a worker to a unit").sent::<PostingInput>(),
            posting,
        )
        .api(
            Method::POST,
            "/api/v1/postings/{id}/end",
            post,
            ApiDoc::json::<WorkerFile>("End a posting").sent::<EndInput>(),
            end,
        )
        .api(
            Method::PUT,
            "/api/v1/postings/{id}",
            Access::Action(policy::POSTING_CORRECT),
            ApiDoc::json::<WorkerFile>("Correct a posting that was typed wrong").sent::<PostingCorrection>(),
            correct_posting,
        )
        .api(
            Method::POST,
            "/api/v1/postings/{id}/cancel",
            Access::Action(policy::POSTING_CORRECT),
            ApiDoc::json::<WorkerFile>("Take back a posting entered by mistake").sent::<CancelInput>(),
            cancel_posting,
        )
        .api(
            Method::PUT,
            "/api/v1/workers/{id}/certificates/{certificate}",
            Access::Action(policy::CERTIFICATE_CORRECT),
            ApiDoc::json::<WorkerFile>("Correct a certificate that was typed wrong").sent::<CertificateCorrection>(),
            correct_certificate,
        )
        .api(
            Method::POST,
            "/api/v1/workers/{id}/certificates/{certificate}/cancel",
            Access::Action(policy::CERTIFICATE_CORRECT),
            ApiDoc::json::<WorkerFile>("Take back a certificate entered by mistake").sent::<CancelInput>(),
            cancel_certificate,
        )
}

async fn correct_posting(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<PostingId>,
    Sent(input, idem): Sent<PostingCorrection>,
) -> Answer<WorkerFile> {
    let worker = service::correct::posting(&ctx, id, &input, &idem).await?;
    Ok(Json(service::get(&ctx, worker).await?))
}

async fn cancel_posting(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<PostingId>,
    Sent(input, idem): Sent<CancelInput>,
) -> Answer<WorkerFile> {
    let worker = service::correct::cancel_posting(&ctx, id, &input, &idem).await?;
    Ok(Json(service::get(&ctx, worker).await?))
}

async fn correct_certificate(
    ApiCtx(ctx): ApiCtx,
    Path((_, certificate)): Path<(WorkerId, CertificateId)>,
    Sent(input, idem): Sent<CertificateCorrection>,
) -> Answer<WorkerFile> {
    let worker = service::correct::certificate(&ctx, certificate, &input, &idem).await?;
    Ok(Json(service::get(&ctx, worker).await?))
}

async fn cancel_certificate(
    ApiCtx(ctx): ApiCtx,
    Path((id, certificate)): Path<(WorkerId, CertificateId)>,
    Sent(input, idem): Sent<CancelInput>,
) -> Answer<WorkerFile> {
    let worker = service::correct::cancel_certificate(&ctx, id, certificate, &input, &idem).await?;
    Ok(Json(service::get(&ctx, worker).await?))
}

async fn search(ApiCtx(ctx): ApiCtx, Json(q): Json<WorkerQuery>) -> Answer<Paged<WorkerOut>> {
    Ok(Json(service::list(&ctx, &q).await?))
}

async fn list(ApiCtx(ctx): ApiCtx, Query(f): Query<WorkerFilter>) -> Answer<Paged<WorkerOut>> {
    let q = WorkerQuery::from(f);
    Ok(Json(service::list(&ctx, &q).await?))
}

async fn register(ApiCtx(ctx): ApiCtx, Sent(input, idem): Sent<WorkerInput>) -> Answer<Made<WorkerId>> {
    Ok(Json(Made { id: service::register(&ctx, &input, &idem).await? }))
}

async fn file(ApiCtx(ctx): ApiCtx, Path(id): Path<WorkerId>) -> Answer<WorkerFile> {
    Ok(Json(service::get(&ctx, id).await?))
}

async fn edit(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<WorkerId>,
    Sent(input, idem): Sent<WorkerInput>,
) -> Answer<WorkerFile> {
    service::edit(&ctx, id, &input, &idem).await?;
    Ok(Json(service::get(&ctx, id).await?))
}

async fn certify(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<WorkerId>,
    Sent(input, idem): Sent<CertificateInput>,
) -> Answer<WorkerFile> {
    service::certify(&ctx, id, &input, &idem).await?;
    Ok(Json(service::get(&ctx, id).await?))
}

async fn reveal(ApiCtx(ctx): ApiCtx, Path(id): Path<WorkerId>, Json(input): Json<RevealInput>) -> Answer<Revealed> {
    Ok(Json(service::reveal(&ctx, id, &input).await?))
}

async fn posting(
    ApiCtx(ctx): ApiCtx,
    Path(id): Path<WorkerId>,
    Sent(input, idem): Sent<PostingInput>,
) -> Answer<Made<PostingId>> {
    Ok(Json(Made { id: service::post(&ctx, id, &input, &idem).await? }))
}

async fn end(ApiCtx(ctx): ApiCtx, Path(id): Path<PostingId>, Sent(input, idem): Sent<EndInput>) -> Answer<WorkerFile> {
    let worker = service::end(&ctx, id, &input, &idem).await?;
    Ok(Json(service::get(&ctx, worker).await?))
}
