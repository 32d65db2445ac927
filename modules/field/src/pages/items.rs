//! What came from devices, and settling it.

use crate::service::item::{self, FindItems, SettleInput};
use crate::views::items as view;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;
use zw_core::{DivisionId, Error, Uuid};
use zw_web::{FormTrouble, FormView, Page, PageResult, Posted, redirect, saved};

type Keyed = Path<(DivisionId, Uuid)>;

/// GET /field/items.
pub(crate) async fn list(page: Page, Query(ask): Query<FindItems>) -> PageResult {
    let found = item::list(&page.ctx, page.lang, &ask).await?;
    let body = view::list(page.lang, &ask, &found);
    Ok(page.html(&page.lang.t("field-items"), body))
}

async fn one(page: Page, county: DivisionId, id: Uuid, typed: Option<(Posted, FormTrouble)>) -> PageResult<Response> {
    let i = item::open(&page.ctx, page.lang, county, id).await?;
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let key = page.idem_key();
    let f = FormView { lang: page.lang, csrf: &page.csrf, key: &key, posted: &posted, trouble: &trouble };
    let head = zw_ui::Head {
        title: page.lang.t("field-item"),
        crumbs: vec![(page.lang.t("field-items"), "/field/items".into())],
        ..zw_ui::Head::default()
    };
    let body = view::item(&f, &i);
    Ok(if again { page.unprocessable_with(&head, body) } else { page.html_with(&head, body) })
}

/// GET /field/items/{county}/{id}.
pub(crate) async fn show(page: Page, Path((county, id)): Keyed) -> PageResult {
    one(page, county, id, None).await
}

/// POST /field/items/{county}/{id}/settle.
pub(crate) async fn settle(page: Page, Path((county, id)): Keyed, posted: Posted) -> PageResult {
    let done = match posted.input::<SettleInput>() {
        Ok(input) => item::settle(&page.ctx, county, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(saved("/field/items?open=1", "field-settled-now")),
        Err(e @ Error::NotFound) => Err(e.into()),
        Err(e) => {
            let trouble = page.at_form(e)?;
            one(page, county, id, Some((posted, trouble))).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CorrectPosted {
    version: i64,
}

/// POST /field/items/{county}/{id}/correct: what was typed stands in the ordinary form.
pub(crate) async fn correct(page: Page, Path((county, id)): Keyed, posted: Posted) -> PageResult {
    let done = match posted.input::<CorrectPosted>() {
        Ok(input) => item::correct(&page.ctx, county, id, input.version, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(href) => Ok(redirect(&href)),
        Err(e @ Error::NotFound) => Err(e.into()),
        Err(e) => {
            let trouble = page.at_form(e)?;
            one(page, county, id, Some((posted, trouble))).await
        }
    }
}
