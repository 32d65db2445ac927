//! The first page of each role, composed of what the modules have to say today, and the search box.

use axum::extract::Query;
use axum::http::Method;
use maud::{Markup, html};
use zw_core::names::Wanted;
use zw_core::{Paged, Result};
use zw_ui::form::search_form;
use zw_ui::shell::Area;
use zw_ui::{Lang, card};
use zw_web::{Access, ApiCtx, ApiDoc, Json, Module, NavDef, Page, PageResult, Posted, Routes, Sought};

/// Home and search.
pub fn module() -> Module {
    Module {
        name: "home",
        routes: Routes::new()
            .get("/", Access::SignedIn, today)
            .get("/search", Access::SignedIn, searched)
            .post("/search", Access::SignedIn, search)
            .api(
                Method::POST,
                "/api/v1/search",
                Access::SignedIn,
                ApiDoc::json::<SearchOut>("Units, workers and residents by name or pinyin, within the reader's scope")
                    .body::<SearchInput>(),
                search_api,
            ),
        nav: vec![NavDef { area: Area::Today, href: "/", label: "home-today", actions: &[] }],
        ftl: &[(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))],
        ..Module::default()
    }
}

async fn today(page: Page) -> PageResult {
    let (ctx, lang) = (&page.ctx, page.lang);
    let field = zw_field::today_section(ctx, lang).await?;
    // The way to field work stands among the acts of service, after them; alone for whoever has none.
    let service = zw_practice::today_section(ctx, lang, field.as_ref()).await?;
    let sections = [
        zw_reporting::today_section(ctx, lang).await?,
        zw_publishing::today_section(ctx, lang).await?,
        service.or(field),
        zw_network::today_section(ctx, lang).await?,
        zw_accounts::today_section(ctx, lang, &page.csrf).await?,
    ];
    let drafts = drafts(&page).await?;
    let body = html! {
        div class="zw-stack" {
            @if sections.iter().all(Option::is_none) && drafts.is_none() {
                (zw_ui::empty(&lang.t("home-nothing"), &lang.t("home-nothing-how"), None))
            }
            @for s in sections.iter().flatten() { (s) }
            @if let Some(d) = &drafts { (d) }
        }
    };
    Ok(page.html(&lang.t("home-today"), body))
}

/// Everything the reader began and did not send: what it is, when it was saved, the way on, and a way to be rid of it.
async fn drafts(page: &Page) -> Result<Option<Markup>> {
    let (ctx, lang) = (&page.ctx, page.lang);
    let list = zw_web::drafts(ctx).await?;
    if list.is_empty() {
        return Ok(None);
    }
    let keys: Vec<&str> = list.iter().map(|d| d.key.as_str()).collect();
    let persons = zw_practice::draft_persons(ctx, &keys).await?;
    Ok(Some(card(
        &lang.t("home-drafts"),
        html! {
            ul class="zw-list zw-drafts" { @for d in &list {
                @let person = persons.iter().find(|p| p.key == d.key);
                @let label = person.map_or_else(|| lang.t(d.label), |p| format!("{} · {}", lang.t(d.label), p.name));
                @let href = person.map(|p| p.href.as_str()).or(d.href.as_deref());
                li {
                    span {
                        @if let Some(href) = href { a class="zw-tap" href=(href) { (label) } } @else { (label) }
                        " " span class="zw-muted" { (lang.tf("home-draft-saved", &[("at", d.saved_at.minute_cn().as_str().into())])) }
                    }
                    (zw_ui::post_button(&format!("/drafts/{}/delete", d.key), &page.csrf, &lang.t("home-draft-delete"), Some(&lang.t("home-draft-sure"))))
                }
            } }
        },
    )))
}

/// What a search over everything is asked. In the body, because names do not belong in addresses.
#[derive(Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct SearchInput {
    /// Name, pinyin or village; several words must all fit; 50 characters count.
    q: String,
}

/// What it finds: the first of each kind, as the page shows them.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct SearchOut {
    /// Units.
    units: Paged<zw_network::UnitOut>,
    /// Workers.
    workers: Paged<zw_people::model::worker::WorkerOut>,
    /// Residents, masked where the reader sees no names.
    residents: Vec<zw_practice::out::PersonCard>,
}

fn asked(text: &str) -> String {
    text.trim().chars().take(50).collect()
}

async fn search_api(ApiCtx(ctx): ApiCtx, Json(input): Json<SearchInput>) -> PageResult<Json<SearchOut>> {
    let text = asked(&input.q);
    Ok(Json(SearchOut {
        units: zw_network::service::units::suggest(&ctx, &text, 8).await?,
        workers: zw_people::service::suggest(&ctx, &text, 8).await?,
        residents: zw_practice::service::resident::suggest(&ctx, &text, 5).await?,
    }))
}

/// GET /search: what is asked is no part of the address, where a name would stay.
async fn searched(page: Page, Query(sought): Query<Sought>) -> PageResult {
    let kept = page.kept_search(&sought).await?.unwrap_or_default();
    found(page, &asked(kept.value("q"))).await
}

async fn search(page: Page, posted: Posted) -> PageResult {
    page.keep_search(&posted).await
}

/// Pages where weekly and monthly reports stand, with what is added to the address of one kind; officials look for the
/// kind, not for the name of the page.
const OF_REPORTS: [(&str, &str); 3] = [("/reports", ""), ("/board", "?kind="), ("/reports/list", "?kind=")];

/// Pages of the navigation whose name holds the text, or whose pinyin begins with it, those of reports by their kinds
/// too, and board and wall of the areas so named; only what the reader may open.
fn pages(page: &Page, text: &str) -> Option<Markup> {
    let (wanted, lang) = (Wanted::of(text)?, page.lang);
    let shell = page.shell();
    let nav = &shell.nav;
    let label = |href: &str| nav.iter().find(|n| n.href == href).map(|n| n.label.as_str());
    let mut list: Vec<(String, String)> =
        nav.iter().filter(|n| wanted.fits(&n.label)).map(|n| (n.href.clone(), n.label.clone())).collect();
    for kind in ["week", "month"] {
        let word = lang.t(&format!("reporting-kind-{kind}"));
        if wanted.fits(&word) {
            list.extend(OF_REPORTS.iter().filter_map(|(href, add)| {
                let address = if add.is_empty() { (*href).to_owned() } else { format!("{href}{add}{kind}") };
                Some((address, format!("{word} · {}", label(href)?)))
            }));
        }
    }
    for (id, name) in zw_reporting::boards_named(&page.ctx, text) {
        for href in ["/board", "/wall"] {
            list.extend(label(href).map(|l| (format!("{href}?area={id}"), format!("{name} · {l}"))));
        }
    }
    (!list.is_empty()).then(|| {
        card(
            &lang.t("home-search-pages"),
            html! { ul class="zw-list" { @for (href, label) in &list { li { a class="zw-tap" href=(href) { (label) } } } } },
        )
    })
}

async fn found(page: Page, text: &str) -> PageResult {
    let (ctx, lang) = (&page.ctx, page.lang);
    let found = if text.is_empty() {
        vec![]
    } else {
        vec![
            pages(&page, text),
            zw_publishing::search_section(ctx, lang, text).await?,
            zw_practice::search_section(ctx, lang, &page.csrf, text).await?,
            zw_people::search_section(ctx, lang, text).await?,
            zw_network::search_section(ctx, lang, text).await?,
        ]
    };
    let body = html! {
        (search_form("/search", &page.csrf, "zw-search-page", html! {
            label for="q" { (lang.t("home-search-label")) }
            input class="form-control" id="q" name="q" type="search" value=(text) autofocus;
            button class="btn btn-primary" type="submit" { (lang.t("home-search-go")) }
        }))
        @for s in found.iter().flatten() { (s) }
        @if !text.is_empty() && found.iter().all(Option::is_none) {
            (zw_ui::empty(&lang.t("home-search-none"), &lang.t("home-search-none-how"), None))
        }
    };
    Ok(page.html(&lang.t("home-search"), body))
}
