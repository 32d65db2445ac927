//! Pages of consents: recording an answer, withdrawing a consent, the form on paper.

use super::{Keyed, form_view, reader, watermark};
use crate::model::{ConsentInput, WithdrawInput};
use crate::out::ResidentOut;
use crate::policy;
use crate::service::{consent, resident};
use crate::views;
use axum::extract::Path;
use zw_core::{ConsentId, DivisionId, Error, ResidentId, names};
use zw_ui::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

fn head(page: &Page, key: &str, r: &ResidentOut) -> Head {
    Head {
        title: page.lang.t(key),
        crumbs: vec![(names::mask_name(&r.name), format!("/people/{}/{}", r.county, r.id))],
        ..Head::default()
    }
}

async fn record_page(
    page: Page,
    (county, id): (DivisionId, ResidentId),
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult {
    let found = resident::open(&page.ctx, county, id).await?;
    let (r, today, again) = (&found.resident, page.ctx.today(), typed.is_some());
    let (posted, trouble) = typed.unwrap_or_else(|| (views::consent::first(r, today), FormTrouble::default()));
    let key = page.idem_key();
    let body = views::consent::record(&form_view(&page, &key, &posted, &trouble), r, &consent::notice(&page.ctx));
    let head = head(&page, "practice-consent-new", r);
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// GET /people/{county}/{id}/consents/new.
pub(crate) async fn new(page: Page, Path(key): Keyed<ResidentId>) -> PageResult {
    record_page(page, key, None).await
}

/// POST /people/{county}/{id}/consents/new.
pub(crate) async fn record(page: Page, Path((county, id)): Keyed<ResidentId>, posted: Posted) -> PageResult {
    let done = match posted.input::<ConsentInput>() {
        Ok(input) => consent::record(&page.ctx, county, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/people/{county}/{id}?saved=consent"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            record_page(page, (county, id), Some((posted, trouble))).await
        }
    }
}

async fn ask_page(
    page: Page,
    (county, id): (DivisionId, ConsentId),
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult {
    let w = consent::withdrawal(&page.ctx, county, id).await?;
    let again = typed.is_some();
    let first = || Posted::prefilled([("on", page.ctx.today().to_string())]);
    let (posted, trouble) = typed.unwrap_or_else(|| (first(), FormTrouble::default()));
    let key = page.idem_key();
    let body = views::consent::withdraw(&form_view(&page, &key, &posted, &trouble), &w);
    let head = head(&page, "practice-consent-withdraw", &w.resident);
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// GET /consents/{county}/{id}/withdraw.
pub(crate) async fn ask(page: Page, Path(key): Keyed<ConsentId>) -> PageResult {
    ask_page(page, key, None).await
}

/// POST /consents/{county}/{id}/withdraw.
pub(crate) async fn withdraw(page: Page, Path((county, id)): Keyed<ConsentId>, posted: Posted) -> PageResult {
    let done = match posted.input::<WithdrawInput>() {
        Ok(input) => consent::withdraw(&page.ctx, county, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(key) => Ok(see_other(&format!("/people/{}/{}?saved=withdrawn", key.county, key.id))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            ask_page(page, (county, id), Some((posted, trouble))).await
        }
    }
}

/// GET /people/{county}/{id}/consents/form: the notice and consent form, to be signed on paper.
pub(crate) async fn paper(page: Page, Path((county, id)): Keyed<ResidentId>) -> PageResult {
    if !page.ctx.can(policy::CONSENT_FORM) {
        return Err(Error::Forbidden.into());
    }
    consent::printed(&page.ctx, county, id).await?;
    let r = resident::open(&page.ctx, county, id).await?.resident;
    let who = reader(&page);
    let version = consent::notice_version(&page.ctx);
    let body = views::consent::paper(page.lang, &r, &consent::notice(&page.ctx), &version, &watermark(&page, &who));
    let head = head(&page, "practice-consent-paper", &r);
    Ok(page.html_with(&head, body))
}
