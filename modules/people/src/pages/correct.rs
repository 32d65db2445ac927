//! Pages that correct a posting or certificate.

use crate::model::correction::{CancelInput, CertificateCorrection, Corrected, PostingCorrection};
use crate::policy;
use crate::service::correct;
use crate::views::{self, CorrectData};
use axum::extract::Path;
use zw_core::code::Code as _;
use zw_core::{CertificateId, PostingId, Result, WorkerId};
use zw_ui::Head;
use zw_web::{Access, FormTrouble, Page, PageResult, Posted, Routes, see_other};

pub(super) fn routes() -> Routes {
    let posting = Access::Action(policy::POSTING_CORRECT);
    let certificate = Access::Action(policy::CERTIFICATE_CORRECT);
    Routes::new()
        .get("/workers/{id}/postings/{posting}/correct", posting, posting_form)
        .post("/workers/{id}/postings/{posting}/correct", posting, correct_posting)
        .post("/workers/{id}/postings/{posting}/cancel", posting, cancel_posting)
        .get("/workers/{id}/certificates/{certificate}/correct", certificate, certificate_form)
        .post("/workers/{id}/certificates/{certificate}/correct", certificate, correct_certificate)
        .post("/workers/{id}/certificates/{certificate}/cancel", certificate, cancel_certificate)
}

/// What did not go through, if this is not the first look, and whether it was the taking back.
type Failed<'a> = Option<(&'a Posted, FormTrouble, bool)>;

fn draw(page: &Page, d: &CorrectData, first: &Posted, failed: Failed<'_>) -> PageResult {
    let title = page.lang.t(match d.what {
        Corrected::Posting => "people-correct-posting",
        Corrected::Certificate => "people-correct-certificate",
    });
    let head = Head { title, crumbs: vec![(page.lang.t("people-back"), d.back.clone())], ..Head::default() };
    let key = page.idem_key();
    Ok(match failed {
        None => {
            let calm = FormTrouble::default();
            page.html_with(&head, views::correct(page.lang, &page.csrf, &key, d, (first, &calm, false)))
        }
        Some((posted, t, cancelling)) => {
            // The form of taking back sends its reason alone; the other one is shown as it stood.
            let shown = if cancelling {
                Posted::prefilled(
                    ["post", "from", "last_day", "fte", "level", "number", "issued_on"]
                        .map(|n| (n, first.value(n).to_owned()))
                        .into_iter()
                        .chain(["version", "cancel_reason"].map(|n| (n, posted.value(n).to_owned()))),
                )
            } else {
                posted.clone()
            };
            page.unprocessable_with(&head, views::correct(page.lang, &page.csrf, &key, d, (&shown, &t, cancelling)))
        }
    })
}

async fn posting_page(page: &Page, id: WorkerId, posting: PostingId, failed: Failed<'_>) -> PageResult {
    let (p, unit) = correct::posting_for_edit(&page.ctx, posting).await?;
    if p.worker_id != id {
        return Err(zw_core::Error::NotFound.into());
    }
    let last = p.to_day.filter(|_| !p.is_cancelled()).map(|d| d.add_days(-1).to_string()).unwrap_or_default();
    let first = Posted::prefilled([
        ("post", p.post.code().to_owned()),
        ("from", p.from_day.to_string()),
        ("last_day", last),
        ("fte", (p.fte_permille / 10).to_string()),
        ("version", p.version.to_string()),
    ]);
    let d = CorrectData {
        what: Corrected::Posting,
        back: format!("/workers/{id}"),
        href: format!("/workers/{id}/postings/{posting}"),
        name: unit,
        ended: p.to_day.is_some(),
    };
    draw(page, &d, &first, failed)
}

async fn certificate_page(page: &Page, id: WorkerId, certificate: CertificateId, failed: Failed<'_>) -> PageResult {
    let k = correct::certificate_for_edit(&page.ctx, certificate).await?;
    if k.worker_id != id {
        return Err(zw_core::Error::NotFound.into());
    }
    let first = Posted::prefilled([
        ("level", k.level.code().to_owned()),
        ("number", k.number.clone()),
        ("issued_on", k.issued_on.to_string()),
        ("version", k.version.to_string()),
    ]);
    let d = CorrectData {
        what: Corrected::Certificate,
        back: format!("/workers/{id}"),
        href: format!("/workers/{id}/certificates/{certificate}"),
        name: k.number,
        ended: false,
    };
    draw(page, &d, &first, failed)
}

async fn posting_form(page: Page, Path((id, posting)): Path<(WorkerId, PostingId)>) -> PageResult {
    posting_page(&page, id, posting, None).await
}

async fn certificate_form(page: Page, Path((id, certificate)): Path<(WorkerId, CertificateId)>) -> PageResult {
    certificate_page(&page, id, certificate, None).await
}

async fn after_posting(
    page: &Page,
    ids: (WorkerId, PostingId),
    posted: &Posted,
    done: Result<WorkerId>,
    cancelling: bool,
) -> PageResult {
    match done {
        Ok(worker) => Ok(see_other(&format!("/workers/{worker}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            posting_page(page, ids.0, ids.1, Some((posted, trouble, cancelling))).await
        }
    }
}

async fn after_certificate(
    page: &Page,
    ids: (WorkerId, CertificateId),
    posted: &Posted,
    done: Result<WorkerId>,
    cancelling: bool,
) -> PageResult {
    match done {
        Ok(worker) => Ok(see_other(&format!("/workers/{worker}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            certificate_page(page, ids.0, ids.1, Some((posted, trouble, cancelling))).await
        }
    }
}

async fn correct_posting(page: Page, Path(ids): Path<(WorkerId, PostingId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<PostingCorrection>() {
        Ok(input) => correct::posting(&page.ctx, ids.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after_posting(&page, ids, &posted, done, false).await
}

async fn cancel_posting(page: Page, Path(ids): Path<(WorkerId, PostingId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<CancelInput>() {
        Ok(input) => correct::cancel_posting(&page.ctx, ids.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after_posting(&page, ids, &posted, done, true).await
}

async fn correct_certificate(page: Page, Path(ids): Path<(WorkerId, CertificateId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<CertificateCorrection>() {
        Ok(input) => correct::certificate(&page.ctx, ids.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after_certificate(&page, ids, &posted, done, false).await
}

async fn cancel_certificate(page: Page, Path(ids): Path<(WorkerId, CertificateId)>, posted: Posted) -> PageResult {
    let done = match posted.input::<CancelInput>() {
        Ok(input) => correct::cancel_certificate(&page.ctx, ids.0, ids.1, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after_certificate(&page, ids, &posted, done, true).await
}
