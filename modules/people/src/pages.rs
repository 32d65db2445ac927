//! Pages: parse, call a service, redirect or show again.

mod correct;

use crate::model::certificate::CertificateInput;
use crate::model::posting::{EndInput, PostingInput};
use crate::model::worker::{WorkerFilter, WorkerInput, WorkerQuery};
use crate::policy;
use crate::service;
use crate::views::{self, FileData, ListData, Part};
use axum::extract::{Path, Query};
use axum::response::Response;
use zw_access::Ctx;
use zw_access::reveal::RevealInput;
use zw_core::{PageReq, PostingId, Result, WorkerId, names};
use zw_ui::{Head, Lang, Markup, button_link};
use zw_web::{Access, FormTrouble, Listed, Page, PageResult, Posted, Routes, Sought, redirect, see_other};

pub(crate) fn routes() -> Routes {
    let read = Access::Action(policy::WORKER_READ);
    let write = Access::Action(policy::WORKER_WRITE);
    let post = Access::Action(policy::POSTING_WRITE);
    Routes::new()
        .get("/workers", read, list)
        .post("/workers", write, create)
        .post("/workers/export", Access::Fresh(policy::WORKER_READ), export)
        .get("/workers/find", read, found)
        .post("/workers/find", read, find)
        .get("/workers/new", write, new)
        .get("/workers/{id}", read, file)
        .post("/workers/{id}", write, save)
        .get("/workers/{id}/edit", write, edit)
        .post("/workers/{id}/certificates", write, certify)
        .post("/workers/{id}/reveal", Access::Action(policy::WORKER_REVEAL), reveal)
        .post("/workers/{id}/postings", post, posting)
        .post("/workers/{id}/postings/{posting}/end", post, end)
        .and(correct::routes())
}

async fn list(page: Page, Query(f): Query<WorkerFilter>) -> PageResult {
    listed(page, f.into()).await
}

/// POST /workers/find: a name is asked for in the body, never in an address.
async fn find(page: Page, posted: Posted) -> PageResult {
    posted.input::<WorkerQuery>()?;
    page.keep_search(&posted).await
}

/// GET /workers/find: what was found, as long as the search is kept.
async fn found(page: Page, Query(sought): Query<Sought>) -> PageResult {
    match page.kept_search(&sought).await? {
        Some(asked) => listed(page, asked.input::<WorkerQuery>()?).await,
        None => Ok(redirect("/workers")),
    }
}

async fn listed(page: Page, q: WorkerQuery) -> PageResult {
    let q = WorkerQuery { state: q.state.filter(|s| !s.is_empty()), unit: q.unit.filter(|u| !u.is_empty()), ..q };
    let rows = service::list(&page.ctx, &q).await?;
    let may_create = page.ctx.can(policy::WORKER_WRITE);
    let export = Some(page.export_form("/workers/export", &q));
    let head = Head {
        title: page.lang.t("people-nav-workers"),
        lead: Some(page.lang.t("people-lead")),
        actions: may_create.then(|| button_link(&page.lang.t("people-new"), "/workers/new", true)),
        ..Head::default()
    };
    Ok(page
        .html_with(&head, views::list(page.lang, &page.csrf, &ListData { query: q, page: rows, may_create, export })))
}

async fn export(page: Page, posted: Posted) -> PageResult {
    let query: WorkerQuery = posted.input()?;
    let rows = service::listed(&page.ctx, &query, PageReq::export()).await?;
    let title = page.lang.t("people-nav-workers");
    let what = Listed { list: "workers", title, total: rows.total, ..Listed::default() };
    let data = ListData { query, page: rows, may_create: false, export: None };
    page.xlsx(what, &views::workers(page.lang, &data)).await
}

/// The workers a search over everything finds; nothing for who may not see workers.
pub async fn search_section(ctx: &Ctx, lang: Lang, text: &str) -> Result<Option<Markup>> {
    let found = service::suggest(ctx, text, 8).await?;
    Ok((!found.items.is_empty()).then(|| views::hits(lang, &found)))
}

async fn new(page: Page) -> PageResult {
    let posted = Posted::prefilled([("id_type", "resident_id"), ("employ", "agency")]);
    let body = views::worker_form(page.lang, &page.csrf, &page.idem_key(), None, &posted, &FormTrouble::default());
    Ok(page.html(&page.lang.t("people-new"), body))
}

async fn create(page: Page, posted: Posted) -> PageResult {
    let done = match posted.input::<WorkerInput>() {
        Ok(input) => service::register(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(id) => Ok(see_other(&format!("/workers/{id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let body = views::worker_form(page.lang, &page.csrf, &page.idem_key(), None, &posted, &trouble);
            Ok(page.unprocessable(&page.lang.t("people-new"), body))
        }
    }
}

async fn edit(page: Page, Path(id): Path<WorkerId>) -> PageResult {
    let w = service::for_edit(&page.ctx, id).await?;
    let posted = Posted::prefilled([
        ("employ", w.employ),
        ("is_sw", if w.is_sw { "1" } else { "" }.to_owned()),
        ("version", w.version.to_string()),
    ]);
    let body = views::worker_form(page.lang, &page.csrf, &page.idem_key(), Some(id), &posted, &FormTrouble::default());
    Ok(page.html(&page.lang.t("people-edit"), body))
}

async fn save(page: Page, Path(id): Path<WorkerId>, posted: Posted) -> PageResult {
    let done = match posted.input::<WorkerInput>() {
        Ok(input) => service::edit(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/workers/{id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let body = views::worker_form(page.lang, &page.csrf, &page.idem_key(), Some(id), &posted, &trouble);
            Ok(page.unprocessable(&page.lang.t("people-edit"), body))
        }
    }
}

async fn show(page: &Page, id: WorkerId, part: Part, posted: &Posted, trouble: &FormTrouble) -> Result<Response> {
    let ctx = &page.ctx;
    let file = service::get(ctx, id).await?;
    let may_post = ctx.can(policy::POSTING_WRITE);
    let units = if may_post { service::unit_choices(ctx).await? } else { vec![] };
    let data = FileData {
        may_edit: ctx.can(policy::WORKER_WRITE),
        shows_number: ctx.can(policy::WORKER_WRITE) || ctx.actor.worker == Some(id),
        may_correct: (ctx.can(policy::POSTING_CORRECT), ctx.can(policy::CERTIFICATE_CORRECT)),
        may_post,
        may_reveal: ctx.can(policy::WORKER_REVEAL),
        units,
        file,
        revealed: None,
    };
    let body = views::file(page.lang, &page.csrf, &page.idem_key(), &data, part, posted, trouble);
    let head = head_of(page, &data.file.worker.name);
    Ok(if part == Part::None { page.html_with(&head, body) } else { page.unprocessable_with(&head, body) })
}

fn head_of(page: &Page, name: &str) -> Head {
    Head {
        title: name.to_owned(),
        window: Some(names::mask_name(name)),
        crumbs: vec![(page.lang.t("people-nav-workers"), "/workers".to_owned())],
        ..Head::default()
    }
}

async fn file(page: Page, Path(id): Path<WorkerId>) -> PageResult {
    Ok(show(&page, id, Part::None, &Posted::default(), &FormTrouble::default()).await?)
}

/// Back to the worker, or the page again with what went wrong.
async fn after<T>(page: &Page, id: WorkerId, part: Part, posted: &Posted, done: Result<T>) -> PageResult {
    match done {
        Ok(_) => Ok(see_other(&format!("/workers/{id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(page, id, part, posted, &trouble).await?)
        }
    }
}

async fn certify(page: Page, Path(id): Path<WorkerId>, posted: Posted) -> PageResult {
    let done = match posted.input::<CertificateInput>() {
        Ok(input) => service::certify(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, Part::Certificate, &posted, done).await
}

async fn posting(page: Page, Path(id): Path<WorkerId>, posted: Posted) -> PageResult {
    let done = match posted.input::<PostingInput>() {
        Ok(input) => service::post(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, Part::Posting, &posted, done).await
}

async fn end(page: Page, Path((id, posting)): Path<(WorkerId, PostingId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<EndInput>() {
        Ok(input) => service::end(&page.ctx, posting, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, Part::End(posting), &posted, done).await
}

/// Shown once, on the answer itself; the purpose is in the audit log before it leaves.
async fn reveal(page: Page, Path(id): Path<WorkerId>, posted: Posted) -> PageResult {
    let done = match posted.input::<RevealInput>() {
        Ok(input) => service::reveal(&page.ctx, id, &input).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(open) => {
            let file = service::get(&page.ctx, id).await?;
            let head = head_of(&page, &file.worker.name);
            let data = FileData {
                may_edit: false,
                shows_number: false,
                may_correct: (false, false),
                may_post: false,
                may_reveal: false,
                units: vec![],
                file,
                revealed: Some(open),
            };
            let key = page.idem_key();
            let none = (Posted::default(), FormTrouble::default());
            let body = views::file(page.lang, &page.csrf, &key, &data, Part::None, &none.0, &none.1);
            let crumbs = vec![(page.lang.t("people-back"), format!("/workers/{id}"))];
            let mut answer = page.html_with(&Head { crumbs, ..head }, body);
            let headers = answer.headers_mut();
            headers.insert(axum::http::header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
            Ok(answer)
        }
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(&page, id, Part::Reveal, &posted, &trouble).await?)
        }
    }
}
