//! The last layer: renders errors once, logs defects once, sets the security headers on every answer.

use crate::carry::{self, Typed};
use crate::error::{Fail, code, field_words, named_field_words, status, words};
use crate::page::{FLASH, Flash, shell_of};
use crate::session::RequestCtx;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use zw_core::Error;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer (WEB-1, WEB-2).
const SECURITY: [(&str, &str); 5] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn set_security(h: &mut HeaderMap) {
    for (name, value) in SECURITY {
        h.insert(name, HeaderValue::from_static(value));
    }
}

/// The answer when the edge itself fails.
pub(crate) fn last_resort() -> Response {
    let mut r = (StatusCode::INTERNAL_SERVER_ERROR, [(header::CACHE_CONTROL, "no-store")], "500").into_response();
    set_security(r.headers_mut());
    r
}

/// Finishes a response.
pub(crate) async fn render(rc: &RequestCtx, mut response: Response) -> Response {
    let accepted = carry::accepted(&response);
    if let Some(Fail(e)) = response.extensions_mut().remove::<Fail>() {
        response = fail(rc, &e);
    } else if response.status().is_client_error()
        && response.headers().get(header::CONTENT_TYPE).is_none_or(|t| t.as_bytes().starts_with(b"text/plain"))
    {
        // Answers of the framework itself: unknown path, wrong method, body too large.
        let e = match response.status() {
            StatusCode::NOT_FOUND => Error::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Error::rule("method-not-allowed"),
            StatusCode::PAYLOAD_TOO_LARGE => Error::rule("body-too-large"),
            StatusCode::REQUEST_TIMEOUT => Error::rule("body-too-slow"),
            _ => Error::rule("bad-request"),
        };
        let allow = response.headers_mut().remove(header::ALLOW);
        response = fail(rc, &e);
        if let Some(methods) = allow {
            response.headers_mut().insert(header::ALLOW, methods);
        }
    }
    let site = rc.ctx.app.ext::<crate::Site>().ok();
    let h = response.headers_mut();
    set_security(h);
    if let Ok(id) = HeaderValue::from_str(&rc.ctx.request_id) {
        h.insert("x-request-id", id);
    }
    if site.as_ref().is_some_and(|s| s.config.secure()) {
        h.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if rc.ctx.app.demo {
        // ASCII only in headers; the words stand in every body.
        h.insert("x-zhanwang-data", HeaderValue::from_static("demo; unofficial"));
        let json = h.get(header::CONTENT_TYPE).is_some_and(|t| {
            t.as_bytes().starts_with(b"application/json") || t.as_bytes().starts_with(b"application/problem+json")
        });
        if json {
            response = marked(response).await;
        }
    }
    if let Some(site) = &site
        && accepted
        && let Some(sent) = Typed::of(rc).as_ref().and_then(Typed::sent)
        && let Ok(v) = HeaderValue::from_str(&site.config.set_cookie(
            &site.config.cookie(carry::ACCEPTED),
            sent,
            false,
            carry::ACCEPTED_S,
        ))
    {
        response.headers_mut().append(header::SET_COOKIE, v);
    }
    let left = response.extensions_mut().remove::<Flash>();
    let h = response.headers_mut();
    let shows_notice = h.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    // Said once: on the next page, then gone.
    let notice = match left {
        Some(Flash(key)) => Some((key, 60)),
        None => (rc.flash.is_some() && shows_notice && !rc.htmx).then_some(("", 0)),
    };
    if let (Some((key, age)), Some(site)) = (notice, site)
        && let Ok(v) = HeaderValue::from_str(&site.config.set_cookie(&site.config.cookie(FLASH), key, true, age))
    {
        h.append(header::SET_COOKIE, v);
    }
    if !rc.path.starts_with("/assets/") && !h.contains_key(header::CACHE_CONTROL) {
        h.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// The demo's words in a JSON answer.
async fn marked(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_slice(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    fields.insert("data_notice".into(), json!("演示数据·非官方"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(serde_json::Value::Object(fields).to_string()))
}

fn fail(rc: &RequestCtx, e: &Error) -> Response {
    // A wall screen's address holds its token.
    let path = if rc.path.starts_with("/kiosk/") { "/kiosk/…" } else { rc.path.as_str() };
    if let Error::Unavailable(what) | Error::Internal(what) = e {
        tracing::error!(request_id = %rc.ctx.request_id, path = %path, code = code(e), "{}", what.replace(['\n', '\r'], " "));
    }
    let mut response = if rc.api { problem(rc, e) } else { page(rc, e) };
    if let Error::TooMany { retry_after_s } = e
        && let Ok(v) = HeaderValue::from_str(&retry_after_s.to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, v);
    }
    if matches!(e, Error::Unavailable(_)) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// RFC 9457.
fn problem(rc: &RequestCtx, e: &Error) -> Response {
    let mut body = json!({
        "type": format!("urn:zhanwang:{}", code(e)),
        "title": words(rc.lang, e),
        "status": status(e).as_u16(),
        "code": code(e),
        "request_id": rc.ctx.request_id,
    });
    if let Error::Invalid(list) = e {
        body["errors"] = list
            .0
            .iter()
            .map(|f| json!({"field": f.field, "code": f.code, "message": field_words(rc.lang, f)}))
            .collect();
    }
    if let Error::Conflict { current } = e {
        // A version is a number wherever it is read or written; everything else of the row is told in words.
        let said =
            |k: &str, v: &String| v.parse::<i64>().ok().filter(|_| k == "version").map_or(json!(v), |n| json!(n));
        body["current"] =
            current.iter().map(|(k, v)| (k.clone(), said(k, v))).collect::<serde_json::Map<_, _>>().into();
    }
    (status(e), [(header::CONTENT_TYPE, "application/problem+json")], Body::from(body.to_string())).into_response()
}

fn page(rc: &RequestCtx, e: &Error) -> Response {
    let typed = Typed::of(rc);
    let home = typed.as_ref().map_or(Some(rc.address.as_str()), Typed::page);
    if matches!(e, Error::Unauthenticated)
        && !rc.htmx
        && rc.path != "/login"
        && let Some(home) = home
    {
        // Back to where the reader was: for a form that is the page it stands on, where the script restores the text.
        let next: String = home
            .bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || b"/-_.".contains(&b) {
                    (b as char).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect();
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    let mut text = match e {
        // Only a form that was posted has something that is kept.
        Error::Unauthenticated if typed.is_some() => rc.lang.t("web-error-unauthenticated-kept"),
        _ => words(rc.lang, e),
    };
    if let Error::Invalid(list) = e {
        for f in &list.0 {
            text.push_str(" · ");
            text.push_str(&named_field_words(rc.lang, f));
        }
    }
    let shell = shell_of(rc);
    if rc.ctx.is_screen() {
        let html = zw_ui::shell::kiosk_error(&shell, status(e).as_u16(), code(e), &text, &rc.ctx.request_id);
        return (status(e), html).into_response();
    }
    let html = zw_ui::shell::error_page_in(
        &shell,
        status(e).as_u16(),
        code(e),
        &text,
        &rc.ctx.request_id,
        typed.map(|t| t.again(rc, e)),
    );
    (status(e), html).into_response()
}
