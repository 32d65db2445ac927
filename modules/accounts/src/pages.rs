//! Pages: parse, call a service, redirect or show again.

pub mod admin;
pub mod audit;
pub mod kiosk;
pub mod own;
pub mod signin;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use zw_core::{Error, Result};
use zw_web::{Page, Site};

/// Seconds the browser keeps the session cookie: as long as a session can live.
pub(crate) const COOKIE_S: i64 = 10 * 3600;

/// Puts the session cookie on an answer; `max_age` 0 takes it away.
pub(crate) fn with_cookie(page: &Page, mut response: Response, token: &str, max_age: i64) -> Result<Response> {
    let site = page.ctx.app.ext::<Site>()?;
    let cookie = site.config.set_cookie(site.config.cookie_name(), token, true, max_age);
    response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&cookie).map_err(Error::internal)?);
    Ok(response)
}

/// The browser's own name.
pub(crate) fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or("")
}
