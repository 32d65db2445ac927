//! The division browser and the import.

use crate::model::division::{CountInput, DivisionQuery};
use crate::policy;
use crate::service::divisions as service;
use crate::views::divisions as views;
use axum::extract::{Path, Query};
use axum::response::Response;
use zw_core::tree::DivisionKind;
use zw_core::{Day, DivisionId, Error, Result};
use zw_ui::{Head, button_link, html};
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

async fn show(page: &Page, q: &DivisionQuery, posted: &Posted, trouble: &FormTrouble) -> Result<Response> {
    let file = service::browse(&page.ctx, q).await?;
    let lang = page.lang;
    let title = file.division.as_ref().map_or_else(|| lang.t("network-divisions"), |d| d.name.clone());
    // What is decided is decided from today, so the map of another day offers no form.
    let may_count = file.on == page.ctx.today()
        && file
            .division
            .as_ref()
            .is_some_and(|d| d.kind >= DivisionKind::County && service::may_count(&page.ctx, d.id));
    let key = page.idem_key();
    let form = may_count.then_some(views::CountForm { csrf: &page.csrf, key: &key, posted, trouble });
    let body = html! { (crate::views::trouble(lang, trouble)) (views::browse(lang, &file, form.as_ref())) };
    if !trouble.is_empty() {
        return Ok(page.unprocessable(&title, body));
    }
    let import = page.ctx.can(policy::DIVISION_IMPORT);
    let head = Head {
        title,
        crumbs: views::crumbs(lang, &file),
        actions: import.then(|| button_link(&lang.t("network-import"), "/divisions/import", false)),
        ..Head::default()
    };
    Ok(page.html_with(&head, body))
}

pub(crate) async fn browse(page: Page, Query(mut q): Query<DivisionQuery>) -> PageResult {
    // Whoever comes without a wish begins at home; the whole tree is one crumb away, with its day.
    if q.area.is_none() && q.as_of.is_none() {
        q.area = crate::service::targets::own_area(&page.ctx).map(|d| d.0);
    }
    Ok(show(&page, &q, &Posted::default(), &FormTrouble::default()).await?)
}

pub(crate) async fn count(page: Page, Path(id): Path<DivisionId>, posted: Posted) -> PageResult {
    let done = match posted.input::<CountInput>() {
        Ok(input) => service::count(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/divisions?area={id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(&page, &DivisionQuery { area: Some(id.0), as_of: None }, &posted, &trouble).await?)
        }
    }
}

pub(crate) async fn import_form(page: Page) -> PageResult {
    let body = views::import_form(page.lang, &page.csrf, &Posted::default(), &FormTrouble::default());
    Ok(page.html(&page.lang.t("network-import"), body))
}

/// The file and the day of the form.
fn input(posted: &Posted) -> Result<(&[u8], Option<Day>)> {
    let file = posted.files.iter().find(|f| f.field == "file" && !f.bytes.is_empty());
    let file = file.ok_or_else(|| Error::field("file", "required"))?;
    let text = posted.value("valid_from").trim();
    let day = if text.is_empty() {
        None
    } else {
        Some(Day::parse(text).ok_or_else(|| Error::field("valid_from", "date-format"))?)
    };
    Ok((&file.bytes, day))
}

pub(crate) async fn import(page: Page, posted: Posted) -> PageResult {
    let title = page.lang.t("network-import");
    let done = match input(&posted) {
        Ok((bytes, valid_from)) => {
            let correct = !posted.value("correct").is_empty();
            let how = service::Import { valid_from, correct, ..service::Import::default() };
            service::import_with(&page.ctx, bytes, how).await
        }
        Err(e) => Err(e),
    };
    match done {
        Ok(r) if r.imported => Ok(page.html(&title, views::import_result(page.lang, &r))),
        Ok(r) => Ok(page.unprocessable(&title, views::import_result(page.lang, &r))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(page.unprocessable(&title, views::import_form(page.lang, &page.csrf, &posted, &trouble)))
        }
    }
}
