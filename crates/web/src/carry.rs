//! What was typed survives. The body of a posted form is kept beside the request, so that whatever goes wrong (the
//! database stopped, the session ended, the right withdrawn, the page too old) is answered by a page that still holds
//! every value and can send it again under the same idempotency key. It needs no database, no script and no module.

use crate::body;
use crate::error::Fail;
use crate::page::safe_next;
use crate::session::RequestCtx;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use zw_core::{Error, Result};
use zw_ui::form::{CONFIRM_FIELD, CSRF_FIELD, DRAFT_FIELD, IDEMPOTENCY_FIELD, PAGE_FIELD, SENT_FIELD, buttons, hidden};
use zw_ui::{Field, Kind, Markup, field, html, submit};

/// Cookie that tells the draft script which of its submits was accepted: nothing else may make it forget a text.
pub(crate) const ACCEPTED: &str = "zw_accepted";
/// Seconds it lives: longer than any answer takes to arrive.
pub(crate) const ACCEPTED_S: i64 = 300;
/// Forms made of passwords and codes (which no page repeats), and what the frame and the draft script send by themselves.
const NOT_KEPT: [&str; 6] = ["/login", "/activate", "/account/", "/drafts/", "/preferences", "/logout"];

/// Reads the body of a form and gives it back with a copy. Other requests pass untouched.
pub(crate) async fn keep(parts: &Parts, body: Body) -> Result<(Body, Option<Bytes>)> {
    let text = |n: header::HeaderName| parts.headers.get(n).and_then(|v| v.to_str().ok());
    let path = parts.uri.path();
    let form = parts.method == Method::POST
        && !path.starts_with("/api/")
        && !NOT_KEPT.iter().any(|p| path.starts_with(p))
        && text(header::CONTENT_TYPE).is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
    let length = text(header::CONTENT_LENGTH).and_then(|v| v.parse::<usize>().ok());
    if !form || length.is_some_and(|n| n > body::BODY_LIMIT) {
        return Ok((body, None));
    }
    let bytes = body::small_body(Request::new(body)).await?;
    Ok((Body::from(bytes.clone()), Some(bytes)))
}

/// A kept form: the fields of its own and those of the frame.
pub(crate) struct Typed {
    values: Vec<(String, String)>,
    csrf: String,
    idem: Option<String>,
    draft: Option<String>,
    page: Option<String>,
    sent: Option<String>,
    password: Option<String>,
}

impl Typed {
    /// The form a request carried; none for a request that was not kept or did not come from our own pages.
    pub(crate) fn of(rc: &RequestCtx) -> Option<Self> {
        let mut values: Vec<(String, String)> = serde_html_form::from_bytes(rc.typed.as_ref()?).ok()?;
        let mut take = |name: &str| {
            let at = values.iter().position(|(k, _)| k == name)?;
            Some(values.remove(at).1)
        };
        let (csrf, idem) = (take(CSRF_FIELD).unwrap_or_default(), take(IDEMPOTENCY_FIELD));
        let draft = take(DRAFT_FIELD);
        let (page, sent) = (take(PAGE_FIELD), take(SENT_FIELD));
        let password = take(CONFIRM_FIELD);
        Some(Self { values, csrf, idem, draft, page, sent, password })
    }
    /// The form token that came with it.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }
    /// The password that a sensitive act asked for, if it was given. No page repeats it.
    pub(crate) fn password(&self) -> Option<&str> {
        self.password.as_deref().filter(|p| !p.is_empty())
    }
    /// Where the form lives, when the script said so: there the text is restored after signing in.
    pub(crate) fn page(&self) -> Option<&str> {
        self.page.as_deref().filter(|p| p.len() > 1 && p.len() <= 2000 && safe_next(p) == *p)
    }
    /// The script's name of this submit, fit for a cookie.
    pub(crate) fn sent(&self) -> Option<&str> {
        let fit = |s: &&str| s.len() <= 60 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        self.sent.as_deref().filter(|s| !s.is_empty()).filter(fit)
    }
    /// Every value in a form that sends it again where that can succeed, and the texts to read or copy. Dates, codes and numbers travel
    /// unseen: without the form's labels they tell nobody anything, and numbers of persons stay off the screen.
    pub(crate) fn again(&self, rc: &RequestCtx, e: &Error) -> Markup {
        let lang = rc.lang;
        if crate::confirm::asks(e) {
            return self.with_password(rc);
        }
        let signed_out = matches!(e, Error::Unauthenticated);
        let texts: Vec<&str> = self
            .values
            .iter()
            .map(|(_, v)| v.trim())
            .filter(|v| !v.is_ascii() || v.contains(char::is_whitespace))
            .collect();
        // A button that can only be refused again is none: the text is there to copy, and the way back.
        if !crate::error::may_pass_later(e) {
            return html! {
                section class="zw-carried" {
                    @if !texts.is_empty() { h2 { (lang.t("web-carried")) } }
                    @for t in &texts { pre class="zw-carried-text" { (t) } }
                    p { (lang.t(if texts.is_empty() { "web-carried-refused" } else { "web-carried-copy" })) }
                    (buttons(html! {
                        @if let Some(page) = self.page() { a class="btn" href=(page) { (lang.t("web-carried-back")) } }
                        a class="btn" href="/" { (lang.t("ui-home")) }
                    }))
                }
            };
        }
        html! {
            section class="zw-carried" {
                @if !self.values.is_empty() { h2 { (lang.t("web-carried")) } }
                @for t in &texts { pre class="zw-carried-text" { (t) } }
                p { (lang.t(if signed_out { "web-carried-sign-in" } else { "web-carried-lead" })) }
                form action=(rc.address) method="post" data-once="" data-carried="" {
                    (self.unseen(rc))
                    (buttons(html! {
                        @if signed_out {
                            a class="btn" href="/login" target="_blank" rel="noopener" { (lang.t("web-carried-login")) }
                        }
                        (submit(&lang.t("web-carried-again")))
                    }))
                }
            }
        }
    }

    /// Everything that was sent, unseen.
    fn unseen(&self, rc: &RequestCtx) -> Markup {
        let csrf = if rc.csrf.is_empty() { &self.csrf } else { &rc.csrf };
        let frame = [
            (CSRF_FIELD, Some(csrf.as_str())),
            (IDEMPOTENCY_FIELD, self.idem.as_deref()),
            (DRAFT_FIELD, self.draft.as_deref()),
            (PAGE_FIELD, self.page()),
            (SENT_FIELD, self.sent()),
        ];
        html! {
            @for (name, value) in frame { @if let Some(v) = value { (hidden(name, v)) } }
            @for (name, value) in &self.values { (hidden(name, value)) }
        }
    }

    /// The same form with the password: it goes on where it was stopped. A file it leads to leaves this page standing,
    /// so the way back is on it.
    fn with_password(&self, rc: &RequestCtx) -> Markup {
        let lang = rc.lang;
        let password =
            Field::new(CONFIRM_FIELD, lang.t("web-confirm-password"), "", Kind::Password("current-password"));
        html! {
            form action=(rc.address) method="post" class="zw-form" data-once="" data-carried="" {
                (self.unseen(rc))
                (field(lang, &password.required()))
                (buttons(html! {
                    (submit(&lang.t("web-confirm-go-on")))
                    @if let Some(page) = self.page() { a class="btn" href=(page) { (lang.t("web-confirm-back")) } }
                }))
            }
            p class="form-hint" { (lang.t("web-confirm-hint")) }
        }
    }
}

/// Whether an answer to a form means that it had its effect.
pub(crate) fn accepted(response: &Response) -> bool {
    let status = response.status();
    (status.is_success() || status == StatusCode::SEE_OTHER) && response.extensions().get::<Fail>().is_none()
}
