//! Units.

use crate::model::unit::gap::{CaretakerInput, GapInput};
use crate::model::unit::{CoverInput, StateInput, Tier, UnitInput, UnitQuery};
use crate::policy;
use crate::service::{gaps, units as service};
use crate::store;
use crate::views::gaps::May;
use crate::views::units as views;
use axum::extract::{Path, Query};
use axum::response::Response;
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, PageReq, Result, UnitId};
use zw_ui::form::Choice;
use zw_ui::{Head, button_link};
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, see_other};

/// The counties of the reader's unit scope, by code, for the filter.
fn counties(ctx: &Ctx) -> Result<Vec<(DivisionId, String)>> {
    let permit = ctx.permit::<crate::model::unit::Unit>(policy::UNIT_READ)?;
    let view = ctx.tree().as_of(ctx.today());
    let all: Vec<DivisionId> = match permit.counties() {
        Some(list) => list,
        None => view.roots().iter().flat_map(|r| view.counties_under(*r).to_vec()).collect(),
    };
    let mut named: Vec<_> = all.iter().filter_map(|c| view.get(*c)).map(|d| (d.code12.clone(), d.id)).collect();
    named.sort();
    Ok(named.into_iter().map(|(_, id)| (id, view.path_name(id))).collect())
}

/// Since when the stations of a list without staff have none.
async fn gaps_of(ctx: &Ctx, q: &UnitQuery) -> Result<HashMap<UnitId, Day>> {
    if q.asks_gap() { service::without_staff(ctx).await } else { Ok(HashMap::new()) }
}

pub(crate) async fn list(page: Page, Query(q): Query<UnitQuery>) -> PageResult {
    let q = UnitQuery { tier: q.tier.filter(|t| !t.is_empty()), state: q.state.filter(|t| !t.is_empty()), ..q };
    let rows = service::list(&page.ctx, &q).await?;
    let gaps = gaps_of(&page.ctx, &q).await?;
    let may_create = page.ctx.can(policy::UNIT_CREATE);
    let export = Some(page.export_form("/units/export", &q));
    let (counties, today) = (counties(&page.ctx)?, page.ctx.today());
    let data = views::ListData { query: q, page: rows, counties, may_create, gaps, today, export };
    let head = Head {
        title: page.lang.t("network-nav-units"),
        actions: may_create.then(|| button_link(&page.lang.t("network-unit-new"), "/units/new", true)),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::list(page.lang, &data)))
}

pub(crate) async fn export(page: Page, posted: Posted) -> PageResult {
    let query: UnitQuery = posted.input()?;
    let rows = service::listed(&page.ctx, &query, PageReq::export()).await?;
    let title = page.lang.t("network-nav-units");
    let what = Listed { list: "units", title, total: rows.total, ..Listed::default() };
    let gaps = gaps_of(&page.ctx, &query).await?;
    let (counties, today) = (counties(&page.ctx)?, page.ctx.today());
    let data = views::ListData { query, page: rows, counties, may_create: false, gaps, today, export: None };
    page.xlsx(what, &views::units(page.lang, &data)).await
}

/// The divisions of a county that a form offers, by code.
fn places(ctx: &Ctx, county: DivisionId, tier: Tier) -> Vec<Choice> {
    let view = ctx.tree().as_of(ctx.today());
    let ids: Vec<DivisionId> = match tier {
        Tier::Centre => vec![county],
        Tier::Station => view.townships_under(county).to_vec(),
        Tier::Room => view.villages_under(county).to_vec(),
    };
    ids.into_iter()
        .filter_map(|id| view.get(id))
        .map(|d| {
            let choice = Choice::new(d.id.to_string(), d.name.clone());
            match d.parent.filter(|_| tier == Tier::Room).and_then(|p| view.get(p)) {
                Some(town) => choice.under(town.name.clone()),
                None => choice,
            }
        })
        .collect()
}

async fn data(page: &Page, id: UnitId) -> Result<views::FileData> {
    let ctx = &page.ctx;
    let file = service::get(ctx, id).await?;
    let county = file.unit.county_id;
    let permit = |action| ctx.permit::<crate::model::unit::Unit>(action).ok();
    let may_edit = permit(policy::UNIT_EDIT).is_some_and(|p| p.covers_unit(county, id));
    let may_decide = permit(policy::UNIT_DECIDE).is_some_and(|p| p.covers_unit(county, id));
    let may_cover = !file.unit.state.is_final() && permit(policy::UNIT_CREATE).is_some_and(|p| p.covers_county(county));
    let mut others = vec![];
    if file.steps.contains(&crate::model::unit::UnitState::Merged) {
        let mut c = ctx.read().await?;
        others = store::units::names(&mut c, county)
            .await?
            .into_iter()
            .filter(|(other, tier, _, state)| *other != id && *tier == file.unit.tier && !state.is_final())
            .map(|(other, _, name, _)| Choice::new(other.to_string(), name))
            .collect();
    }
    let mut may_gap = May::default();
    if file.gap.is_some() {
        may_gap.note = permit(policy::UNIT_GAP).is_some_and(|p| p.covers_unit(county, id));
        if permit(policy::UNIT_DECIDE).is_some_and(|p| p.covers_unit(county, id)) {
            may_gap.caretakers = Some(gaps::choices(&mut ctx.read().await?, county, id).await?);
        }
    }
    let sheet = file.unit.town_id.filter(|_| file.unit.tier == Tier::Station && ctx.can(policy::SHEET_READ));
    let offered = if file.unit.tier == Tier::Room { Tier::Room } else { Tier::Station };
    let view = ctx.tree().as_of(ctx.today());
    let is_decided = |c: &Choice| {
        let division = c.value.parse().ok().and_then(|d| view.get(d));
        division.is_some_and(|d| file.unit.decides(d))
    };
    let mut places = if may_cover { places(ctx, county, offered) } else { vec![] };
    places.retain(|c| may_decide || !is_decided(c));
    Ok(views::FileData {
        may_edit,
        may_cover,
        may_decide,
        decided: places.iter().any(is_decided),
        people: ctx.can(zw_access::Action("worker.read")).then(|| format!("/workers?unit={id}")),
        sheet: sheet.map(|t| format!("/build-out/{county}/{t}")),
        places,
        others,
        may_gap,
        today: ctx.today(),
        file,
    })
}

async fn show(page: &Page, id: UnitId, posted: &Posted, trouble: &FormTrouble) -> Result<Response> {
    let data = data(page, id).await?;
    let lang = page.lang;
    let body = views::file(lang, &page.csrf, &page.idem_key(), &data, posted, trouble);
    let u = &data.file.unit;
    if !trouble.is_empty() {
        return Ok(page.unprocessable(&u.name, body));
    }
    let head = Head {
        title: u.name.clone(),
        lead: Some(u.division.clone()),
        crumbs: vec![(lang.t("network-nav-units"), "/units".into())],
        ..Head::default()
    };
    Ok(page.html_with(&head, body))
}

pub(crate) async fn file(page: Page, Path(id): Path<UnitId>) -> PageResult {
    Ok(show(&page, id, &Posted::default(), &FormTrouble::default()).await?)
}

#[derive(serde::Deserialize)]
pub(crate) struct NewQuery {
    #[serde(default)]
    tier: String,
    #[serde(default)]
    division: String,
}

async fn create_form(page: &Page, posted: &Posted, trouble: &FormTrouble) -> Result<zw_ui::Markup> {
    let permit = page.ctx.permit::<crate::model::unit::Unit>(policy::UNIT_CREATE)?;
    let tier = Tier::from_code(posted.value("tier")).unwrap_or(Tier::Station);
    let choices: Vec<Choice> =
        permit.counties().unwrap_or_default().into_iter().flat_map(|c| places(&page.ctx, c, tier)).collect();
    Ok(views::unit_form(page.lang, &page.csrf, &page.idem_key(), None, &choices, posted, trouble))
}

pub(crate) async fn new(page: Page, Query(q): Query<NewQuery>) -> PageResult {
    let tier = Tier::from_code(&q.tier).unwrap_or(Tier::Station);
    let first = Posted::prefilled([("division", q.division.as_str()), ("mode", "purchase")]);
    let (page, posted) = page.draft_or(&format!("unit-new-{}", tier.code()), first).await?;
    // A link that names the place decides over an older draft.
    let posted = if q.division.is_empty() { posted } else { posted.with("division", &q.division) };
    let posted = posted.with("tier", tier.code());
    let body = create_form(&page, &posted, &FormTrouble::default()).await?;
    Ok(page.html(&page.lang.t("network-unit-new"), body))
}

pub(crate) async fn create(page: Page, posted: Posted) -> PageResult {
    let done = match posted.input::<UnitInput>() {
        Ok(input) => service::create(&page.ctx, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(id) => Ok(see_other(&format!("/units/{id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let body = create_form(&page, &posted, &trouble).await?;
            Ok(page.unprocessable(&page.lang.t("network-unit-new"), body))
        }
    }
}

pub(crate) async fn edit(page: Page, Path(id): Path<UnitId>) -> PageResult {
    let unit = service::for_edit(&page.ctx, id).await?;
    let (page, posted) = page.draft_or(&format!("unit-{id}"), Posted::prefilled(unit.typed())).await?;
    let key = page.idem_key();
    let body = views::unit_form(page.lang, &page.csrf, &key, Some(id), &[], &posted, &FormTrouble::default());
    Ok(page.html(&page.lang.t("network-edit"), body))
}

pub(crate) async fn save(page: Page, Path(id): Path<UnitId>, posted: Posted) -> PageResult {
    let done = match posted.input::<UnitInput>() {
        Ok(input) => service::edit(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/units/{id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let key = page.idem_key();
            let body = views::unit_form(page.lang, &page.csrf, &key, Some(id), &[], &posted, &trouble);
            Ok(page.unprocessable(&page.lang.t("network-edit"), body))
        }
    }
}

pub(crate) async fn move_to(page: Page, Path(id): Path<UnitId>, posted: Posted) -> PageResult {
    let done = match posted.input::<StateInput>() {
        Ok(input) => service::move_to(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, &posted, done).await
}

pub(crate) async fn cover(page: Page, Path(id): Path<UnitId>, posted: Posted) -> PageResult {
    let done = match posted.input::<CoverInput>() {
        Ok(input) => service::cover(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, &posted, done).await
}

pub(crate) async fn note_gap(page: Page, Path(id): Path<UnitId>, posted: Posted) -> PageResult {
    let done = match posted.input::<GapInput>() {
        Ok(input) => gaps::note(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, &posted, done).await
}

pub(crate) async fn take_care(page: Page, Path(id): Path<UnitId>, posted: Posted) -> PageResult {
    let done = match posted.input::<CaretakerInput>() {
        Ok(input) => gaps::take_care(&page.ctx, id, &input, &posted.idem).await,
        Err(e) => Err(e),
    };
    after(&page, id, &posted, done).await
}

/// Back to the unit, or its page again with what went wrong.
async fn after(page: &Page, id: UnitId, posted: &Posted, done: Result<()>) -> PageResult {
    match done {
        Ok(()) => Ok(see_other(&format!("/units/{id}"))),
        Err(e) => {
            let trouble = page.at_form(e)?;
            Ok(show(page, id, posted, &trouble).await?)
        }
    }
}
