//! Publishing: snapshots, circulars, the wall chart.
//!
//! Tables: `snapshot`, `snapshot_county`, `circular`, `circular_correction`, `circular_return`, `circular_file`. Rules: a snapshot is immutable and proved by its hash at every
//! reading; one freeze per area and month; flows come from the frozen cells of approved reports, stocks from the
//! registers as of the date, a unit without an approved report is named. A circular's figures are placeholders that
//! render from its snapshot; a second person checks it; number and seal stay with the office, and the
//! files of what was sent are kept. The wall shows aggregates only, above the county the confirmed ones. Settings: `publishing.circular`, `wall.base_map`.

mod annex;
mod api;
pub mod model;
mod pages;
pub mod paper;
pub mod policy;
pub mod service;
pub mod store;
pub mod views;

pub use service::files::write_month;
pub use service::orders::jobs;

use model::settings::{BaseMap, CircularSettings};
use std::sync::Arc;
use zw_access::SettingDef;
use zw_core::names::Wanted;
use zw_documents::Typesetter;
use zw_ui::Lang;
use zw_ui::shell::Area;
use zw_web::{Access, DraftDef, Module, NavDef, Routes};

/// The typesetter, shared through `App::ext`: the compiler stays a leaf that only the binary links.
pub struct Typeset(pub Arc<dyn Typesetter>);

/// Actions of the command line (`zhanwang circular`).
pub const CLI_ACTIONS: &[&str] = &["circular.read", "snapshot.read"];

/// Words of the module.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// What publishing puts on the first page: the area's progress above the county, the papers that wait for their writers, the
/// last circular for those who only read them.
pub async fn today_section(ctx: &zw_access::Ctx, lang: Lang) -> zw_core::Result<Option<maud::Markup>> {
    let (progress, papers) = (service::today::progress(ctx).await?, service::today::papers(ctx).await?);
    let sent = service::today::last_sent(ctx).await?;
    if progress.is_none() && papers.is_none() && sent.is_none() {
        return Ok(None);
    }
    let o = views::wall::Options {
        shown: model::wall::View::Tiles,
        map: false,
        links: true,
        units: false,
        sheets: false,
        figures: ctx.can(zw_reporting::policy::FIGURE),
    };
    Ok(Some(maud::html! {
        @if let Some(c) = &sent { (views::today::sent(lang, c)) }
        @if let Some(p) = &papers { (views::today::papers(lang, p, ctx.today())) }
        @if let Some(w) = &progress { (views::today::progress(lang, w, &o)) }
    }))
}

/// The circulars a search over everything finds, at most five; nothing for who reads none.
pub async fn search_section(ctx: &zw_access::Ctx, lang: Lang, text: &str) -> zw_core::Result<Option<maud::Markup>> {
    let words = Wanted::all(text);
    if words.is_empty() || !ctx.can(policy::CIRCULAR_READ) {
        return Ok(None);
    }
    let found = service::circulars::search(ctx, &words, 5).await?;
    Ok((!found.is_empty()).then(|| {
        zw_ui::card(
            &lang.t("publishing-circulars"),
            maud::html! { ul class="zw-list" { @for c in &found {
                li { a class="zw-tap" href={ "/circulars/" (c.id) } { (c.title) } " " (c.doc_no.as_deref().unwrap_or_default()) }
            } } },
        )
    }))
}

/// Pages, API, rules, words and navigation.
pub fn module() -> Module {
    let nav = |area, href, label, actions| NavDef { area, href, label, actions };
    Module {
        name: "publishing",
        routes: routes().and(api::routes()),
        policy: policy::RULES,
        settings: vec![SettingDef::of::<CircularSettings>(), SettingDef::of::<BaseMap>()],
        ftl: &FTL,
        drafts: &[DraftDef { prefix: "circular-", label: "publishing-draft", href: "" }],
        named: Some(service::told::NAMED),
        nav: vec![
            nav(Area::Wall, "/wall", "publishing-nav-wall", &[policy::WALL_READ]),
            nav(Area::Reporting, "/snapshots", "publishing-snapshots", &[policy::SNAPSHOT_READ]),
            nav(Area::Reporting, "/circulars", "publishing-circulars", &[policy::CIRCULAR_READ]),
        ],
    }
}

fn routes() -> Routes {
    use pages::{circulars, snapshots, wall};
    let see = Access::Action(policy::WALL_READ);
    let snapshot = Access::Action(policy::SNAPSHOT_READ);
    let read = Access::Action(policy::CIRCULAR_READ);
    let edit = Access::Action(policy::CIRCULAR_EDIT);
    Routes::new()
        .get("/wall", see, wall::show)
        .screen("/wall/fragment", see, wall::fragment)
        .screen(zw_web::SCREEN_HOME, see, wall::kiosk)
        .get("/wall/print", see, wall::print)
        .get("/wall/town", see, wall::town)
        .get("/snapshots", snapshot, snapshots::list)
        .post("/snapshots/flash", Access::Action(policy::SNAPSHOT_FLASH), snapshots::flash)
        .post("/snapshots/freeze", Access::Action(policy::SNAPSHOT_FREEZE), snapshots::freeze)
        .get("/snapshots/{id}", snapshot, snapshots::show)
        .post("/snapshots/{id}/late/export", snapshot, snapshots::late)
        .get("/circulars", read, circulars::list)
        .post("/circulars", edit, circulars::draft)
        .get("/circulars/{id}", read, circulars::show)
        .get("/circulars/{id}/edit", edit, circulars::edit)
        .post("/circulars/{id}/edit", edit, circulars::save)
        .post("/circulars/{id}/check", Access::Action(policy::CIRCULAR_CHECK), circulars::check)
        .post("/circulars/{id}/return", Access::Action(policy::CIRCULAR_RETURN), circulars::send_back)
        .post("/circulars/{id}/send", Access::Action(policy::CIRCULAR_SEND), circulars::send)
        .post("/circulars/{id}/correct", Access::Action(policy::CIRCULAR_CORRECT), circulars::correct)
        .post("/circulars/{id}/void", edit, circulars::void)
        .get("/circulars/{id}/file/{format}", read, circulars::file)
}
