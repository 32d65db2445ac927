//! Targets.

use crate::model::plan::TargetInput;
use crate::policy;
use crate::service::targets as service;
use crate::views::targets as views;
use axum::extract::{Path, Query};
use axum::response::Response;
use zw_core::{DivisionId, Error, Result, TargetId};
use zw_ui::Head;
use zw_ui::form::Choice;
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

#[derive(serde::Deserialize)]
pub(crate) struct AreaQuery {
    #[serde(default)]
    area: Option<i64>,
}

async fn show(page: &Page, area: Option<i64>, posted: &Posted, trouble: &FormTrouble) -> Result<Response> {
    let ctx = &page.ctx;
    let view = ctx.tree().as_of(ctx.today());
    let area = area.map(DivisionId).or_else(|| service::own_area(ctx)).ok_or(Error::NotFound)?;
    let name = view.get(area).map(|d| d.name.clone()).ok_or(Error::NotFound)?;
    let lines = service::lines(ctx, area).await?;
    let may = ctx.can(policy::TARGET_SET);
    let mut places = vec![];
    if may {
        let mut ids = vec![area];
        ids.extend(view.children(area).iter().filter(|d| !view.counties_under(**d).is_empty()));
        ids.extend(view.counties_under(area));
        ids.dedup();
        places = ids
            .iter()
            .filter_map(|d| view.get(*d))
            .map(|d| Choice::new(d.id.to_string(), view.path_name(d.id)))
            .collect();
        places.dedup();
    }
    let data = views::Data { area, lines, places, today: ctx.today(), above_county: ctx.above_county() };
    let body = views::page(page.lang, &page.csrf, &page.idem_key(), &data, posted, trouble);
    let title = page.lang.t("network-nav-targets");
    if !trouble.is_empty() {
        return Ok(page.unprocessable(&title, body));
    }
    Ok(page.html_with(&Head { title, lead: Some(name), ..Head::default() }, body))
}

pub(crate) async fn page(page: Page, Query(q): Query<AreaQuery>) -> PageResult {
    Ok(show(&page, q.area, &Posted::default(), &FormTrouble::default()).await?)
}

pub(crate) async fn set(page: Page, Query(q): Query<AreaQuery>, posted: Posted) -> PageResult {
    let done = match posted.input::<TargetInput>() {
        Ok(input) => service::set(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&q.area.map_or_else(|| "/targets".to_owned(), |a| format!("/targets?area={a}")))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(&page, q.area, &posted, &trouble).await?)
        }
    }
}

pub(crate) async fn delete(page: Page, Path(id): Path<TargetId>, posted: Posted) -> PageResult {
    match service::delete(&page.ctx, id, &posted.idem).await {
        Ok(()) => Ok(see_other("/targets")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(&page, None, &posted, &trouble).await?)
        }
    }
}
