//! Extractors and answers for pages and API.

use crate::body;
use crate::error::{Fail, PageResult};
use crate::idem::{Bound, Idem};
use crate::posted::Posted;
use crate::session::RequestCtx;
use crate::site::Site;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use std::sync::Arc;
use zw_access::{App, Ctx};
use zw_core::{Error, FieldErrors};
use zw_ui::Lang;
use zw_ui::shell::{Head, NavItem, Notice, Shell, Tone, UserBadge};

/// What a page handler gets: the act's context and everything the frame needs.
#[derive(Clone)]
pub struct Page {
    /// The act.
    pub ctx: Ctx,
    /// Reader's language.
    pub lang: Lang,
    /// Form token.
    pub csrf: String,
    /// Asked by htmx: answer a fragment.
    pub htmx: bool,
    /// Path of the request.
    pub path: String,
    /// Hash of the token that came along and opens nothing (any more).
    pub dead_session: Option<Vec<u8>>,
    shell: Shell,
}

pub(crate) fn shell_of(rc: &RequestCtx) -> Shell {
    let site = rc.ctx.app.ext::<Site>().ok();
    let nav = site
        .as_ref()
        .map(|s| {
            s.nav
                .iter()
                .filter(|n| rc.info.is_some() && (n.actions.is_empty() || n.actions.iter().any(|a| rc.ctx.can(*a))))
                .map(|n| NavItem {
                    area: n.area,
                    href: n.href.to_owned(),
                    label: rc.lang.t(n.label),
                    active: rc.path == n.href || n.href != "/" && rc.path.starts_with(&format!("{}/", n.href)),
                })
                .collect()
        })
        .unwrap_or_default();
    Shell {
        lang: rc.lang,
        theme: rc.theme,
        large: rc.large,
        user: rc.info.as_ref().map(|i| UserBadge {
            name: i.actor.display.clone(),
            role: i
                .role_words
                .split(',')
                .map(|r| rc.lang.t(&format!("role-{r}")))
                .collect::<Vec<_>>()
                .join(rc.lang.comma()),
            unit: i.unit_words.clone(),
        }),
        nav,
        banner: rc
            .ctx
            .app
            .demo
            .then(|| rc.lang.tf("web-demo-banner", &[("now", zw_ui::Arg::from(rc.ctx.now().minute_cn().as_str()))])),
        csrf: rc.csrf.clone(),
        path: rc.path.clone(),
        restored: None,
        notice: rc.flash.as_deref().map(|key| Notice { tone: Tone::Success, text: rc.lang.t(key), next: None }),
    }
}

impl Page {
    pub(crate) fn of(rc: &RequestCtx) -> Self {
        Self {
            ctx: rc.ctx.clone(),
            lang: rc.lang,
            csrf: rc.csrf.clone(),
            htmx: rc.htmx,
            path: rc.path.clone(),
            dead_session: rc.dead.clone(),
            shell: shell_of(rc),
        }
    }
    /// A whole page.
    pub fn html(&self, title: &str, body: Markup) -> Response {
        zw_ui::shell::page(&self.shell, title, body).into_response()
    }
    /// A whole page with lead, breadcrumbs and actions.
    pub fn html_with(&self, head: &Head, body: Markup) -> Response {
        zw_ui::shell::page_with(&self.shell, head, body).into_response()
    }
    /// A full-screen wall page.
    pub fn kiosk(&self, title: &str, body: Markup) -> Response {
        zw_ui::shell::kiosk_page(&self.shell, title, body).into_response()
    }
    /// A page again with its form: 422, nothing typed is lost.
    pub fn unprocessable(&self, title: &str, body: Markup) -> Response {
        let mut r = self.html(title, body);
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        r
    }
    /// The same with lead, breadcrumbs and actions.
    pub fn unprocessable_with(&self, head: &Head, body: Markup) -> Response {
        let mut r = self.html_with(head, body);
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        r
    }
    /// With a notice on top.
    #[must_use]
    pub fn with_notice(mut self, n: Notice) -> Self {
        self.shell.notice = Some(n);
        self
    }
    /// With the notice that a form is filled from the draft `key`, and the way to begin anew on the page it was typed on.
    #[must_use]
    pub(crate) fn with_restored(mut self, n: Notice, key: &str, at: Option<String>) -> Self {
        self.shell.restored = Some((key.to_owned(), at.unwrap_or_else(|| self.path.clone())));
        self.with_notice(n)
    }
    /// The frame, for pages that need it bare.
    pub fn shell(&self) -> &Shell {
        &self.shell
    }
    /// A fresh idempotency key for a form.
    pub fn idem_key(&self) -> String {
        self.ctx.uuid().to_string()
    }
    /// Splits an error: what belongs at the fields of a form to show again (field problems, named rules,
    /// conflicts become notes), or the error itself.
    pub fn at_form(&self, e: Error) -> PageResult<FormTrouble> {
        match e {
            Error::Invalid(fields) => Ok(FormTrouble { fields, note: None, current: vec![] }),
            Error::Rule { .. } => Ok(FormTrouble {
                fields: FieldErrors::default(),
                note: Some(crate::words(self.lang, &e)),
                current: vec![],
            }),
            Error::Conflict { ref current } => Ok(FormTrouble {
                fields: FieldErrors::default(),
                note: Some(crate::words(self.lang, &e)),
                current: current.clone(),
            }),
            other => Err(Fail(other)),
        }
    }
}

/// What to show beside a form that did not go through.
#[derive(Clone, Debug, Default)]
pub struct FormTrouble {
    /// Problems at fields.
    pub fields: FieldErrors,
    /// A sentence above the form.
    pub note: Option<String>,
    /// The row as it stands now, when somebody else changed it first.
    pub current: Vec<(String, String)>,
}

impl FormTrouble {
    /// Words of a field's problem.
    pub fn of(&self, lang: Lang, field: &str) -> Option<String> {
        self.fields.of(field).map(|e| crate::error::field_words(lang, e))
    }
    /// All field problems as (field, words), for the summary on top.
    pub fn all(&self, lang: Lang) -> Vec<(String, String)> {
        self.fields.0.iter().map(|e| (e.field.clone(), crate::error::field_words(lang, e))).collect()
    }
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.fields.0.is_empty() && self.note.is_none()
    }
}

impl FromRequestParts<Arc<App>> for Page {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Fail> {
        parts
            .extensions
            .get::<RequestCtx>()
            .map(Self::of)
            .ok_or_else(|| Fail(Error::Internal("no request context".into())))
    }
}

/// What an API handler gets.
pub struct ApiCtx(pub Ctx);

impl FromRequestParts<Arc<App>> for ApiCtx {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Fail> {
        Page::from_request_parts(parts, app).await.map(|p| Self(p.ctx))
    }
}

/// A JSON body in, a JSON answer out. In the demo the edge adds `data_notice` to every answer, which is an object.
pub struct Json<T>(pub T);

/// What a list answers when it comes in one piece.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "ItemsOf{T}")]
pub struct Items<T> {
    /// The rows.
    pub items: Vec<T>,
}

/// The id of what was made.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "MadeOf{T}")]
pub struct Made<T> {
    /// The id.
    pub id: T,
}

/// The bytes of a posted file, as they are.
pub struct File(pub axum::body::Bytes);

impl FromRequest<Arc<App>> for File {
    type Rejection = Fail;
    async fn from_request(req: Request, _: &Arc<App>) -> Result<Self, Fail> {
        body::file(req).await.map(Self).map_err(Fail)
    }
}

/// A JSON body of a write that may be sent again, with its key from the header `Idempotency-Key`.
pub struct Sent<T>(pub T, pub Idem);

fn key_of(h: &HeaderMap) -> Option<String> {
    h.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned)
}

impl FromRequestParts<Arc<App>> for Idem {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Fail> {
        Ok(Bound::new(&parts.method, &parts.uri).idem(key_of(&parts.headers), &[]))
    }
}

impl<T: serde::de::DeserializeOwned> FromRequest<Arc<App>> for Sent<T> {
    type Rejection = Fail;
    async fn from_request(req: Request, _: &Arc<App>) -> Result<Self, Fail> {
        let bound = Bound::of(&req);
        let key = key_of(req.headers());
        let versioned = req.extensions().get::<crate::route::Versioned>().is_some();
        let bytes = body::small_body(req).await.map_err(Fail)?;
        body::check_json(&bytes).map_err(Fail)?;
        if versioned {
            body::names_version(&bytes).map_err(Fail)?;
        }
        let mut de = serde_json::Deserializer::from_slice(&bytes);
        let input = serde_path_to_error::deserialize(&mut de)
            .map_err(|e| Fail(body::unreadable(&e.path().to_string(), e.inner())))?;
        de.end().map_err(|e| Fail(body::unreadable("", &e)))?;
        Ok(Self(input, bound.idem(key, &bytes)))
    }
}

impl<T: serde::de::DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Fail;
    async fn from_request(req: Request, app: &Arc<App>) -> Result<Self, Fail> {
        Sent::from_request(req, app).await.map(|Sent(input, _)| Self(input))
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(b) => ([(header::CONTENT_TYPE, "application/json")], b).into_response(),
            Err(e) => Fail(Error::internal(e)).into_response(),
        }
    }
}

/// POST -> 303 after something was saved; the next page says so (and the draft script forgets its copy).
pub fn see_other(to: &str) -> Response {
    saved(to, "web-saved")
}

/// POST -> 303 with words of the module's own (a Fluent key) on the next page.
pub fn saved(to: &str, notice: &'static str) -> Response {
    let mut r = redirect(to);
    r.extensions_mut().insert(Flash(notice));
    r
}

/// 303 without words: sign-in, language.
pub fn redirect(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// A path of our own to go on to; anything else is the start page: never a redirect off the site. Browsers drop tabs
/// and line ends from an address and read `\\` as `/`.
pub fn safe_next(next: &str) -> &str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
        && !next.starts_with("/login")
        && !next.starts_with("/logout");
    if own { next } else { "/" }
}

/// The notice of [`saved`] on its way to the edge, which knows how cookies are set here.
#[derive(Clone, Copy)]
pub(crate) struct Flash(pub &'static str);

/// Cookie that carries a notice to the next page.
pub(crate) const FLASH: &str = "zw_notice";

impl FromRequest<Arc<App>> for Posted {
    type Rejection = Fail;
    async fn from_request(req: Request, app: &Arc<App>) -> Result<Self, Fail> {
        Self::read(req, app).await.map_err(Fail)
    }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_own_paths_to_go_on_to() {
        for (next, want) in [
            ("/units?x=1", "/units?x=1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("/login", "/"),
        ] {
            assert_eq!(safe_next(next), want, "{next:?}");
        }
    }
}
