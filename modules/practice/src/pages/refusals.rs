//! Pages of refusals of a file.

use super::{Keyed, form_view};
use crate::model::{EndInput, RefusalInput};
use crate::policy;
use crate::service::form;
use crate::service::refusal::{self, FindRefusals};
use crate::views;
use axum::extract::{Path, Query};
use zw_core::RefusalId;
use zw_ui::Head;
use zw_ui::parts::button_link;
use zw_web::{FormTrouble, Page, PageResult, Posted, saved};

async fn listed(page: Page, ask: &FindRefusals, typed: Option<(Posted, FormTrouble)>) -> PageResult {
    let found = refusal::find(&page.ctx, ask).await?;
    let new =
        page.ctx.can(policy::REFUSE).then(|| button_link(&page.lang.t("practice-refusal-new"), "/refusals/new", true));
    let head = Head {
        title: page.lang.t("practice-refusals"),
        lead: Some(page.lang.t("practice-refusals-lead")),
        crumbs: vec![(page.lang.t("practice-people"), "/people".into())],
        actions: new,
        ..Head::default()
    };
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let key = page.idem_key();
    let body = views::refusals::list(&form_view(&page, &key, &posted, &trouble), ask, &found);
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// GET /refusals.
pub(crate) async fn list(page: Page, Query(ask): Query<FindRefusals>) -> PageResult {
    listed(page, &ask, None).await
}

async fn record_page(page: Page, typed: Option<(Posted, FormTrouble)>) -> PageResult {
    let choices = form::refuse(&page.ctx).await?;
    let again = typed.is_some();
    let first = || Posted::prefilled([("on", page.ctx.today().to_string()), ("what", "file".to_owned())]);
    let (posted, trouble) = typed.unwrap_or_else(|| (first(), FormTrouble::default()));
    let key = page.idem_key();
    let body = views::refusals::record(&form_view(&page, &key, &posted, &trouble), &choices);
    let title = page.lang.t("practice-refusal-new");
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /refusals/new.
pub(crate) async fn new(page: Page) -> PageResult {
    record_page(page, None).await
}

/// POST /refusals/new.
pub(crate) async fn record(page: Page, posted: Posted) -> PageResult {
    let done = match posted.input::<RefusalInput>() {
        Ok(input) => refusal::record(&page.ctx, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(saved("/refusals", "practice-saved-refusal")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            record_page(page, Some((posted, trouble))).await
        }
    }
}

/// POST /refusals/{county}/{id}/end.
pub(crate) async fn end(page: Page, Path((county, id)): Keyed<RefusalId>, posted: Posted) -> PageResult {
    let done = match posted.input::<EndInput>() {
        Ok(input) => refusal::end(&page.ctx, county, id, input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(saved("/refusals", "practice-saved-refusal-end")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            listed(page, &FindRefusals::default(), Some((posted.with("row", &id.to_string()), trouble))).await
        }
    }
}
