//! Pages: forms in, redirect or the form again.

use crate::model::{EndPosting, ListQuery, NewCertificate, NewPosting};
use crate::policy::EDIT;
use crate::{service, views};
use axum::extract::{Path, Query};
use zw_core::{PostingId, WorkerId};
use zw_ui::shell::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, saved};

pub(crate) async fn list(page: Page, Query(q): Query<ListQuery>) -> PageResult {
    let found = service::list(&page.ctx, &q).await?;
    let actions = page.ctx.can(EDIT).then(|| zw_ui::button_link(&page.lang.t("people-new"), "/workers/new", true));
    let head = Head { title: page.lang.t("people-title"), lead: Some(page.lang.t("people-lead")), actions, ..Head::default() };
    Ok(page.html_with(&head, views::list(page.lang, &q, &found)))
}

pub(crate) async fn new(page: Page) -> PageResult {
    let units = service::units(&page.ctx).await?;
    let posted = page.draft("worker-new").await?.unwrap_or_default();
    let body = views::new_form(page.lang, &page.csrf, &page.idem_key(), &units, &posted, &FormTrouble::default());
    Ok(page.html(&page.lang.t("people-new"), body))
}

pub(crate) async fn create(page: Page, posted: Posted) -> PageResult {
    let done = match posted.input() {
        Ok(input) => service::create(&page.ctx, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(made) => Ok(saved(&format!("/workers/{}", made.id), "people-saved")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let units = service::units(&page.ctx).await?;
            let body = views::new_form(page.lang, &page.csrf, &page.idem_key(), &units, &posted, &trouble);
            Ok(page.unprocessable(&page.lang.t("people-new"), body))
        }
    }
}

async fn show(page: Page, id: WorkerId, posted: &Posted, trouble: Option<FormTrouble>) -> PageResult {
    let w = service::one(&page.ctx, id).await?;
    let units = if page.ctx.can(EDIT) { service::units(&page.ctx).await? } else { vec![] };
    let failed = trouble.is_some();
    let body = views::one(
        page.lang,
        &page.csrf,
        &page.idem_key(),
        &w,
        page.ctx.can(EDIT).then_some(units.as_slice()),
        posted,
        &trouble.unwrap_or_default(),
    );
    Ok(if failed { page.unprocessable(&w.name, body) } else { page.html(&w.name, body) })
}

pub(crate) async fn one(page: Page, Path(id): Path<WorkerId>) -> PageResult {
    show(page, id, &Posted::default(), None).await
}

pub(crate) async fn post_to(page: Page, Path(id): Path<WorkerId>, posted: Posted) -> PageResult {
    let done = match posted.input::<NewPosting>() {
        Ok(input) => service::post_to(&page.ctx, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(saved(&format!("/workers/{id}"), "people-saved")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            show(page, id, &posted, Some(trouble)).await
        }
    }
}

pub(crate) async fn certify(page: Page, Path(id): Path<WorkerId>, posted: Posted) -> PageResult {
    let done = match posted.input::<NewCertificate>() {
        Ok(input) => service::certify(&page.ctx, id, input).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(saved(&format!("/workers/{id}"), "people-saved")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            show(page, id, &posted, Some(trouble)).await
        }
    }
}

pub(crate) async fn end(page: Page, Path(id): Path<PostingId>, posted: Posted) -> PageResult {
    let worker = posted.value("worker").parse::<WorkerId>();
    let rest = Posted::prefilled(posted.values().iter().filter(|(k, _)| k != "worker").cloned());
    let done = match rest.input::<EndPosting>() {
        Ok(input) => service::end(&page.ctx, id, input).await,
        Err(e) => Err(e),
    };
    match (done, worker) {
        (Ok(made), _) => Ok(saved(&format!("/workers/{}", made.id), "people-saved")),
        (Err(e), Ok(w)) => {
            let trouble = page.at_form(e)?;
            show(page, w, &posted, Some(trouble)).await
        }
        (Err(e), Err(_)) => Err(e.into()),
    }
}
