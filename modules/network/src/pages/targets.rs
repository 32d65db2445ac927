//! Targets.

use crate::measures::NetworkSource;
use crate::model::plan::{PlanPoint, TARGET_MEASURES, Target, TargetInput, planned_on, status};
use crate::policy;
use crate::service::targets as service;
use crate::views::targets as views;
use axum::extract::{Path, Query};
use axum::response::Response;
use std::collections::BTreeMap;
use zw_core::{DivisionId, Error, Result, TargetId};
use zw_indicators::{Source as _, Span};
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
    let targets = service::list(ctx, area).await?;
    // One plan per division and measure, the area's own first, then as the map has them.
    let mut plans: BTreeMap<(bool, String, &'static str), Vec<Target>> = BTreeMap::new();
    let measure = |key: &str| TARGET_MEASURES.iter().find(|m| **m == key).copied();
    for t in targets {
        if let (Some(m), Some(d)) = (measure(&t.measure), view.get(t.division_id)) {
            plans.entry((t.division_id != area, d.code12.clone(), m)).or_default().push(t);
        }
    }
    let mut c = ctx.read().await?;
    let tree = ctx.tree();
    let mut lines = vec![];
    // The figures of all divisions at once, by county.
    let counties = view.counties_under(area).to_vec();
    let found = NetworkSource.by_county(&mut c, &tree, &TARGET_MEASURES, &counties, Span::on(ctx.today())).await?;
    for ((_, _, m), list) in plans {
        let Some(division) = list.first().map(|t| t.division_id) else { continue };
        let actual: i64 = view.counties_under(division).iter().filter_map(|c| found.get(&(m, *c))).sum();
        let points: Vec<PlanPoint> = list.iter().map(Target::point).collect();
        lines.push(views::Line {
            division,
            name: view.get(division).map(|d| d.name.clone()).unwrap_or_default(),
            measure: m.to_owned(),
            actual,
            planned: planned_on(&points, ctx.today()),
            status: status(Some(actual), &points, ctx.today()),
            targets: list,
        });
    }
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
    let data = views::Data { area, lines, places, today: ctx.today() };
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
    match service::delete(&page.ctx, id).await {
        Ok(()) => Ok(see_other("/targets")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(&page, None, &posted, &trouble).await?)
        }
    }
}
