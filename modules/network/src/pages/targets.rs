//! Targets.

use crate::model::plan::{TargetBack, TargetFilter, TargetInput};
use crate::policy;
use crate::service::targets as service;
use crate::views::targets as views;
use axum::extract::{Path, Query};
use axum::response::Response;
use zw_core::tree::View;
use zw_core::{DivisionId, Error, Result, TargetId};
use zw_ui::Head;
use zw_ui::form::Choice;
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

/// An area and what lies in it down to the counties, as a form offers them.
fn places(view: &View, area: DivisionId) -> Vec<Choice> {
    let mut ids = vec![area];
    ids.extend(view.children(area).iter().filter(|d| !view.counties_under(**d).is_empty()));
    ids.extend(view.counties_under(area));
    ids.dedup();
    let named = ids.iter().filter_map(|d| view.get(*d));
    let mut out: Vec<Choice> = named.map(|d| Choice::new(d.id.to_string(), view.path_name(d.id))).collect();
    out.dedup();
    out
}

async fn show(page: &Page, filter: TargetFilter, posted: &Posted, trouble: &FormTrouble) -> Result<Response> {
    let ctx = &page.ctx;
    let view = ctx.tree().as_of(ctx.today());
    let own = service::own_area(ctx);
    let area = filter.area.map(DivisionId).or(own).ok_or(Error::NotFound)?;
    let name = view.get(area).map(|d| d.name.clone()).ok_or(Error::NotFound)?;
    let mut lines = service::lines(ctx, area).await?;
    lines.retain(|l| filter.shows(l));
    let within = places(&view, area);
    // The way back up: everything in the reader's own area, whatever is shown now.
    let mut areas = own.map(|own| places(&view, own)).unwrap_or_default();
    if areas.iter().all(|a| a.value != area.to_string()) {
        areas = within.clone();
    }
    let places = if ctx.can(policy::TARGET_SET) { within } else { vec![] };
    let (today, above_county) = (ctx.today(), ctx.above_county());
    let all = lines.iter().flat_map(|l| &l.targets);
    let mine = all.filter(|t| service::may_change(ctx, t)).map(|t| t.id).collect();
    let changes = service::changes(ctx, area).await?;
    let changes = changes.into_iter().map(|c| (view.path_name(c.division_id), c)).collect();
    let opens = service::opens(ctx, area);
    let data = views::Data { area, filter, areas, lines, places, mine, today, above_county, opens, changes };
    let body = views::page(page.lang, &page.csrf, &page.idem_key(), &data, posted, trouble);
    let title = page.lang.t("network-nav-targets");
    if !trouble.is_empty() {
        return Ok(page.unprocessable(&title, body));
    }
    Ok(page.html_with(&Head { title, lead: Some(name), ..Head::default() }, body))
}

pub(crate) async fn page(page: Page, Query(q): Query<TargetFilter>) -> PageResult {
    Ok(show(&page, q, &Posted::default(), &FormTrouble::default()).await?)
}

pub(crate) async fn set(page: Page, Query(q): Query<TargetFilter>, posted: Posted) -> PageResult {
    let done = match posted.input::<TargetInput>() {
        Ok(input) => service::set(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(see_other(&q.area.map_or_else(|| "/targets".to_owned(), |a| format!("/targets?area={a}")))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(&page, q, &posted, &trouble).await?)
        }
    }
}

async fn show_back(page: &Page, id: TargetId, posted: &Posted, trouble: &FormTrouble) -> Result<Response> {
    let t = service::get(&page.ctx, id).await?;
    let body = views::back_page(page.lang, &page.csrf, &page.idem_key(), &t, posted, trouble);
    let title = page.lang.t("network-target-back");
    if !trouble.is_empty() {
        return Ok(page.unprocessable(&title, body));
    }
    let lead = Some(views::name(page.lang, t.phase, &t.measure, t.point()));
    Ok(page.html_with(&Head { title, lead, ..Head::default() }, body))
}

pub(crate) async fn back(page: Page, Path(id): Path<TargetId>) -> PageResult {
    Ok(show_back(&page, id, &Posted::default(), &FormTrouble::default()).await?)
}

pub(crate) async fn delete(page: Page, Path(id): Path<TargetId>, posted: Posted) -> PageResult {
    let done = match posted.input::<TargetBack>() {
        Ok(input) => service::delete(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(see_other("/targets")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show_back(&page, id, &posted, &trouble).await?)
        }
    }
}
