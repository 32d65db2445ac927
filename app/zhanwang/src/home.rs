//! The first page of each role, composed of what the modules have to say today, and the search box.

use axum::extract::Query;
use maud::html;
use zw_ui::Lang;
use zw_ui::shell::Area;
use zw_web::{Access, Module, NavDef, Page, PageResult, Routes};

/// Home and search.
pub fn module() -> Module {
    Module {
        name: "home",
        routes: Routes::new().get("/", Access::SignedIn, today).get("/search", Access::SignedIn, search),
        nav: vec![NavDef { area: Area::Today, href: "/", label: "home-today", actions: &[] }],
        ftl: &[(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))],
        ..Module::default()
    }
}

async fn today(page: Page) -> PageResult {
    let (ctx, lang) = (&page.ctx, page.lang);
    let sections = [
        zw_reporting::today_section(ctx, lang).await?,
        zw_publishing::today_section(ctx, lang).await?,
        zw_practice::today_section(ctx, lang).await?,
        zw_network::today_section(ctx, lang).await?,
        zw_accounts::today_section(ctx, lang).await?,
    ];
    let body = html! {
        div class="zw-stack" {
            @if sections.iter().all(Option::is_none) {
                (zw_ui::empty(&lang.t("home-nothing"), &lang.t("home-nothing-how"), None))
            }
            @for s in sections.iter().flatten() { (s) }
        }
    };
    Ok(page.html(&lang.t("home-today"), body))
}

#[derive(serde::Deserialize)]
struct Query_ {
    #[serde(default)]
    q: String,
}

async fn search(page: Page, Query(q): Query<Query_>) -> PageResult {
    let (ctx, lang) = (&page.ctx, page.lang);
    let text: String = q.q.trim().chars().take(50).collect();
    let found = if text.is_empty() {
        vec![]
    } else {
        vec![zw_practice::search_section(ctx, lang, &text).await?, zw_network::search_section(ctx, lang, &text).await?]
    };
    let body = html! {
        form action="/search" method="get" class="zw-search-page" {
            label for="q" { (lang.t("home-search-label")) }
            input class="form-control" id="q" name="q" type="search" value=(text) autofocus;
            button class="btn btn-primary" type="submit" { (lang.t("home-search-go")) }
        }
        @for s in found.iter().flatten() { (s) }
        @if !text.is_empty() && found.iter().all(Option::is_none) {
            (zw_ui::empty(&lang.t("home-search-none"), &lang.t("home-search-none-how"), None))
        }
    };
    Ok(page.html(&lang.t("home-search"), body))
}
