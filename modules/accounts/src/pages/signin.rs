//! Sign-in, sign-out, one-time codes.

use super::{COOKIE_S, agent, with_cookie};
use crate::service::{codes, signin};
use crate::views;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse as _;
use zw_core::Error;
use zw_web::{Page, PageResult, Posted, Site, cookie, redirect, safe_next, saved};

/// Query of the sign-in page.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct NextQuery {
    next: String,
}

/// GET /login
pub async fn login_form(page: Page, Query(q): Query<NextQuery>) -> PageResult {
    let form = Posted::prefilled([("next", safe_next(&q.next))]);
    let note = match &page.dead_session {
        Some(dead) if signin::pushed_out(&page.ctx, dead).await? => Some(page.lang.t("accounts-login-pushed-out")),
        _ => None,
    };
    let body = views::signin::login(page.lang, &page.csrf, &form, note.as_deref());
    Ok(page.html(&page.lang.t("accounts-login-title"), body))
}

/// POST /login
pub async fn login(page: Page, headers: HeaderMap, posted: Posted) -> PageResult {
    let done = async { signin::sign_in(&page.ctx, &posted.input()?, agent(&headers)).await };
    match done.await {
        Ok(s) => {
            let to = if s.must_change { "/account/password" } else { safe_next(posted.value("next")) };
            Ok(with_cookie(&page, redirect(to), &s.token, COOKIE_S)?)
        }
        Err(e) => {
            let lang = page.lang;
            let note = match page.at_form(e) {
                Ok(t) => t.note.unwrap_or_else(|| lang.t("rule-sign-in-refused")),
                Err(zw_web::Fail(e @ Error::TooMany { .. })) => {
                    let body = views::signin::login(lang, &page.csrf, &posted, Some(&zw_web::words(lang, &e)));
                    let mut r = page.html(&lang.t("accounts-login-title"), body);
                    *r.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                    return Ok(r);
                }
                Err(other) => return Err(other),
            };
            let body = views::signin::login(lang, &page.csrf, &posted, Some(&note));
            Ok(page.unprocessable(&lang.t("accounts-login-title"), body))
        }
    }
}

/// POST /logout. A phone of field work keeps its store, in which records may wait that nobody else has; the script takes
/// the list of residents out of it (assets/src/fieldleave.js).
pub async fn logout(page: Page, headers: HeaderMap, _posted: Posted) -> PageResult {
    signin::sign_out(&page.ctx).await?;
    let mut r = with_cookie(&page, saved("/login", "accounts-signed-out"), "", 0)?;
    let device = cookie(&headers, &page.ctx.app.ext::<Site>()?.config.device_cookie()).is_some();
    let clear = if device { "\"cache\"" } else { "\"cache\", \"storage\"" };
    r.headers_mut().insert("clear-site-data", HeaderValue::from_static(clear));
    Ok(r)
}

/// Query of the page for codes: the console prints an address with the code in it.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct CodeQuery {
    token: String,
}

/// GET /activate
pub async fn code_form(page: Page, Query(q): Query<CodeQuery>) -> PageResult {
    let form = Posted::prefilled([("code", q.token.as_str())]);
    let body = views::signin::activate(page.lang, &page.csrf, &form, &zw_web::FormTrouble::default());
    Ok(page.html(&page.lang.t("accounts-activate-title"), body))
}

/// POST /activate
pub async fn activate(page: Page, posted: Posted) -> PageResult {
    let done = async { codes::activate(&page.ctx, &posted.input()?).await };
    match done.await {
        Ok(_) => Ok(saved("/login", "accounts-activated")),
        Err(Error::NotFound) => {
            let body = views::signin::code_gone(page.lang);
            Ok((StatusCode::GONE, page.html(&page.lang.t("accounts-activate-title"), body)).into_response())
        }
        Err(e) => {
            let trouble = page.at_form(e)?;
            let body = views::signin::activate(page.lang, &page.csrf, &posted, &trouble);
            Ok(page.unprocessable(&page.lang.t("accounts-activate-title"), body))
        }
    }
}
