//! The site: modules joined, frame configuration, the router.

use crate::counts::Counts;
use crate::denial::Denials;
use crate::openapi::{Operation, document};
use crate::page::{Json, Page};
use crate::posted::Posted;
use crate::route::{Access, ApiDoc, Routes};
use crate::{DraftDef, NameDef};
use crate::{PageResult, draft, live, session};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use zw_access::{Action, App, Rule, SettingDef, SettingList};
use zw_core::Error;
use zw_ui::Lang;
use zw_ui::shell::Area;

/// An entry of the navigation, shown to whoever has one of the actions.
#[derive(Clone, Debug)]
pub struct NavDef {
    /// Area.
    pub area: Area,
    /// Target.
    pub href: &'static str,
    /// Fluent key of the label.
    pub label: &'static str,
    /// Actions that make it visible; none: visible to everyone signed in.
    pub actions: &'static [Action],
}

/// What a module brings to the site.
#[derive(Default)]
pub struct Module {
    /// Name.
    pub name: &'static str,
    /// Pages and API.
    pub routes: Routes,
    /// Its rules.
    pub policy: &'static [Rule],
    /// Its settings.
    pub settings: Vec<SettingDef>,
    /// Its words.
    pub ftl: &'static [(Lang, &'static str)],
    /// Its navigation.
    pub nav: Vec<NavDef>,
    /// Its forms that are kept as drafts.
    pub drafts: &'static [DraftDef],
    /// How its rows are called in the audit log.
    pub named: Option<NameDef>,
}

/// How the site is reached.
#[derive(Clone, Debug)]
pub struct WebConfig {
    /// Scheme, host and port as browsers see it.
    pub public_url: String,
    /// Proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl WebConfig {
    /// Whether the outside speaks https.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
    /// Name of the session cookie.
    pub fn cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-zw" } else { "zw_session" }
    }
    /// Name of any other cookie of ours: under https the browser then takes it from nobody but this very host.
    pub fn cookie(&self, name: &str) -> String {
        if self.secure() { format!("__Host-{name}") } else { name.to_owned() }
    }
    /// Name of the cookie by which a bound device is known: it outlives sessions and opens none.
    pub fn device_cookie(&self) -> String {
        self.cookie("zw_device")
    }
    /// A Set-Cookie value for a bound device, which no other site's link brings along; `max_age` 0 deletes it.
    pub fn set_device_cookie(&self, value: &str, max_age: i64) -> String {
        self.set_cookie(&self.device_cookie(), value, true, max_age).replace("SameSite=Lax", "SameSite=Strict")
    }
    /// A Set-Cookie value; `max_age` 0 deletes it.
    pub fn set_cookie(&self, name: &str, value: &str, http_only: bool, max_age: i64) -> String {
        format!(
            "{name}={value}; Path=/; SameSite=Lax; Max-Age={max_age}{}{}",
            if http_only { "; HttpOnly" } else { "" },
            if self.secure() { "; Secure" } else { "" }
        )
    }
}

/// The joined site, shared through `App::ext`.
pub struct Site {
    /// Configuration.
    pub config: WebConfig,
    /// Navigation of all modules.
    pub nav: Vec<NavDef>,
    pub(crate) denials: Denials,
    pub(crate) in_flight: Counts<IpAddr>,
    operations: Vec<Operation>,
    /// Every route: (method, path, access), for the sweep tests and the golden list.
    pub registry: Vec<(Method, &'static str, Access)>,
    /// Settings of all modules.
    pub settings: SettingList,
    /// Forms of all modules that are kept as drafts.
    pub drafts: Vec<DraftDef>,
    pub(crate) named: Vec<NameDef>,
}

impl Site {
    /// Joins the modules: the site (for `App::ext`) and the routes (for `router`). Installs their words.
    pub fn join(config: WebConfig, modules: Vec<Module>) -> (Self, Routes) {
        let mut sources: Vec<(Lang, &'static str)> =
            vec![(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];
        let mut routes = own_routes();
        let mut nav = vec![];
        let mut drafts = vec![];
        let mut named = vec![];
        let mut settings = SettingList::default();
        for m in modules {
            sources.extend_from_slice(m.ftl);
            routes = routes.and(m.routes);
            nav.extend(m.nav);
            drafts.extend_from_slice(m.drafts);
            named.extend(m.named);
            settings.add(m.name, &m.settings);
        }
        for problem in zw_ui::I18n::install(&sources) {
            tracing::error!("words: {problem}");
        }
        nav.sort_by_key(|n| n.area as usize);
        let operations = routes.0.iter().filter_map(Operation::of).collect();
        let registry = routes.0.iter().map(|r| (r.method.clone(), r.path, r.access)).collect();
        let site = Self {
            config,
            nav,
            denials: Denials::default(),
            in_flight: Counts::default(),
            operations,
            registry,
            settings,
            drafts,
            named,
        };
        (site, routes)
    }
    /// The OpenAPI document.
    pub fn openapi(&self, demo: bool) -> serde_json::Value {
        document(&self.operations, demo, self.config.cookie_name())
    }
}

fn own_routes() -> Routes {
    Routes::new()
        .get("/assets/{name}", Access::Public("static files carry no data"), asset)
        .get("/healthz", Access::Public("liveness: one word"), health)
        .post("/preferences", Access::Public("language and size of the frame, before sign-in too"), preferences)
        .api(Method::GET, "/api/v1/openapi.json", Access::SignedIn, ApiDoc::any("This document"), openapi)
        .and(draft::routes())
        .and(live::routes())
}

async fn asset(Path(name): Path<String>) -> PageResult {
    let a = zw_ui::assets::find(&name)
        .or_else(|| zw_ui::assets::find(&format!("/assets/{name}")))
        .ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, a.mime), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], a.bytes)
        .into_response())
}

async fn health(page: Page) -> PageResult {
    page.ctx.app.db.ping().await?;
    Ok((StatusCode::OK, "ok").into_response())
}

async fn openapi(page: Page) -> PageResult {
    let site = page.ctx.app.ext::<Site>()?;
    Ok(Json(site.openapi(page.ctx.app.demo)).into_response())
}

async fn preferences(page: Page, posted: Posted) -> PageResult {
    let site = page.ctx.app.ext::<Site>()?;
    let mut response = crate::redirect(crate::safe_next(posted.value("back")));
    let year = 31_536_000;
    for (field, cookie, ok) in [
        ("lang", "zw_lang", Lang::from_code(posted.value("lang")).is_some()),
        ("theme", "zw_theme", matches!(posted.value("theme"), "light" | "dark" | "auto" | "system")),
        ("large", "zw_large", matches!(posted.value("large"), "0" | "1")),
    ] {
        let name = site.config.cookie(cookie);
        if ok && let Ok(v) = HeaderValue::from_str(&site.config.set_cookie(&name, posted.value(field), true, year)) {
            response.headers_mut().append(header::SET_COOKIE, v);
        }
    }
    Ok(response)
}

/// The router over the joined routes.
pub fn router(app: Arc<App>, routes: Routes) -> Router {
    let mut by_path: BTreeMap<&'static str, axum::routing::MethodRouter<Arc<App>>> = BTreeMap::new();
    for r in routes.0 {
        let old = by_path.remove(r.path).unwrap_or_default();
        by_path.insert(r.path, old.merge(r.handler));
    }
    let mut router = Router::new();
    for (path, handler) in by_path {
        router = router.route(path, handler);
    }
    router
        .layer(CatchPanicLayer::custom(|_| crate::Fail(Error::Internal("panic".into())).into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)))
        .layer(axum::middleware::from_fn_with_state(app.clone(), session::layer))
        // What is left: a defect of the edge itself. Nothing more can be said, but it is said with our headers.
        .layer(CatchPanicLayer::custom(|_| crate::edge::last_resort()))
        .with_state(app)
}

/// A file to save.
pub fn download(name: &str, mime: &'static str, bytes: Vec<u8>) -> Response {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let utf8: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-_.".contains(&b) { (b as char).to_string() } else { format!("%{b:02X}") }
        })
        .collect();
    let disposition = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{utf8}");
    ([(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}
