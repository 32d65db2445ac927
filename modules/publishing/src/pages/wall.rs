//! Pages of the wall.

use crate::model::settings::BaseMap;
use crate::model::town::TownQuery;
use crate::model::wall::{View, WallOut, WallQuery};
use crate::service::layout;
use crate::service::wall as service;
use crate::views::wall as views;
use axum::extract::Query;
use axum::response::IntoResponse as _;
use maud::Markup;
use zw_access::{Action, Ctx};
use zw_core::code::Code as _;
use zw_core::{Error, Result};
use zw_ui::Head;
use zw_ui::map::GeoMap;
use zw_ui::parts::Paper;
use zw_web::{Page, PageResult};

/// The query of the pages: that of the API, and whether a kiosk asks.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct PageQuery {
    area: Option<String>,
    as_of: Option<String>,
    week: Option<String>,
    view: Option<String>,
    basis: Option<String>,
    size: Option<String>,
    kiosk: Option<String>,
}

impl PageQuery {
    fn wall(&self) -> WallQuery {
        WallQuery {
            area: self.area.clone(),
            as_of: self.as_of.clone(),
            week: self.week.clone(),
            view: self.view.clone(),
            basis: self.basis.clone(),
            size: self.size.clone(),
        }
    }
    fn shown(&self) -> View {
        self.view.as_deref().and_then(View::from_code).unwrap_or(View::Tiles)
    }
}

/// Actions of other modules that decide whether a link is worth showing.
const UNIT_READ: Action = zw_network::policy::UNIT_READ;
const SHEET_READ: Action = zw_network::policy::SHEET_READ;
const FIGURE_READ: Action = zw_reporting::policy::FIGURE;

fn options(ctx: &Ctx, q: &PageQuery, links: bool) -> views::Options {
    let map = service::has_map(ctx);
    let shown = match q.shown() {
        View::Map if !map => View::Tiles,
        v => v,
    };
    let (units, sheets, figures) = (ctx.can(UNIT_READ), ctx.can(SHEET_READ), ctx.can(FIGURE_READ));
    views::Options { shown, map, links, units, sheets, figures }
}

/// Draws with the base map, when the view needs one.
fn with_base(ctx: &Ctx, o: &views::Options, draw: impl FnOnce(Option<&views::Base<'_>>) -> Markup) -> Result<Markup> {
    if o.shown != View::Map {
        return Ok(draw(None));
    }
    let set: BaseMap = ctx.app.settings().get();
    match &set.geojson {
        Some(text) => {
            let map = GeoMap::parse(text).map_err(|e| Error::rule_with("base-map", &[("why", &e.to_string())]))?;
            Ok(draw(Some(&views::Base { map: &map, review_no: set.review_no })))
        }
        None => match layout::shipped() {
            Some(map) => Ok(draw(Some(&views::Base { map, review_no: None }))),
            None => Ok(draw(None)),
        },
    }
}

async fn data(page: &Page, q: &PageQuery) -> Result<WallOut> {
    service::get(&page.ctx, &q.wall()).await
}

pub(crate) async fn show(page: Page, Query(q): Query<PageQuery>) -> PageResult {
    let w = data(&page, &q).await?;
    let o = options(&page.ctx, &q, true);
    let lang = page.lang;
    let body = with_base(&page.ctx, &o, |b| views::body(lang, &w, &o, b))?;
    let head = Head {
        title: lang.tf("publishing-wall-title", &[("name", w.name.as_str().into())]),
        lead: Some(lang.t("publishing-wall-lead")),
        crumbs: views::crumbs(&w, &o),
        actions: Some(views::actions(lang, &w, &o)),
        ..Head::default()
    };
    Ok(page.html_with(&head, body))
}

pub(crate) async fn town(page: Page, Query(q): Query<TownQuery>) -> PageResult {
    let t = service::town(&page.ctx, &q).await?;
    let o = views::TownOptions { figures: page.ctx.can(FIGURE_READ) };
    let head = Head {
        title: page.lang.tf("publishing-wall-title", &[("name", t.name.as_str().into())]),
        crumbs: views::town_crumbs(&t),
        ..Head::default()
    };
    Ok(page.html_with(&head, views::town_body(page.lang, &t, o)))
}

pub(crate) async fn fragment(page: Page, Query(q): Query<PageQuery>) -> PageResult {
    let w = data(&page, &q).await?;
    let lang = page.lang;
    // A screen gets the dark fragment without links, whatever it asks for.
    let kiosk = q.kiosk.is_some() || page.ctx.is_screen();
    let o = options(&page.ctx, &q, !kiosk);
    let body = with_base(&page.ctx, &o, |b| {
        if kiosk { views::kiosk_fragment(lang, &w, &o, b) } else { views::fragment(lang, &w, &o, b) }
    })?;
    Ok(body.into_response())
}

pub(crate) async fn kiosk(page: Page, Query(q): Query<PageQuery>) -> PageResult {
    let w = data(&page, &q).await?;
    let o = options(&page.ctx, &q, false);
    let title = page.lang.tf("publishing-kiosk-title", &[("name", w.name.as_str().into())]);
    let body = with_base(&page.ctx, &o, |b| views::kiosk(page.lang, &w, &o, b))?;
    Ok(page.kiosk(&title, body))
}

pub(crate) async fn print(page: Page, Query(q): Query<PageQuery>) -> PageResult {
    let (paper, size) = match q.size.as_deref().unwrap_or("A3") {
        "A3" => (Paper::A3, "A3"),
        "A0" => (Paper::A0, "A0"),
        _ => return Err(Error::field("size", "unknown-code").into()),
    };
    let w = data(&page, &q).await?;
    let o = views::Options { links: false, ..options(&page.ctx, &q, false) };
    let title = page.lang.tf("publishing-wall-title", &[("name", w.name.as_str().into())]);
    let banner = page.shell().banner.clone();
    let body = with_base(&page.ctx, &o, |b| views::print(page.lang, &w, &o, b, paper, banner.as_deref()))?;
    service::printed_sheet(&page.ctx, &w, size).await?;
    let actions = views::print_actions(page.lang, &w, &o, paper);
    Ok(page.html_with(&Head { title, actions: Some(actions), ..Head::default() }, body))
}
