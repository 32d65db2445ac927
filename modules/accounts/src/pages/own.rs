//! One's own account: overview, password, sessions.

use super::{COOKIE_S, agent, with_cookie};
use crate::service::own;
use crate::views;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use zw_core::SessionId;
use zw_ui::{Notice, Tone};
use zw_web::{FormTrouble, Page, PageResult, Posted, see_other};

/// What was just done.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct DoneQuery {
    pub(crate) done: String,
}

/// GET /account
pub async fn overview(page: Page, Query(q): Query<DoneQuery>) -> PageResult {
    let account = own::account(&page.ctx).await?;
    let grants = own::grants(&page.ctx);
    let lang = page.lang;
    let body = views::own::overview(lang, &account, &grants);
    let title = lang.t("accounts-own-title");
    Ok(match q.done.as_str() {
        "password" => {
            let n = Notice { tone: Tone::Success, text: lang.t("accounts-password-changed"), next: None };
            page.with_notice(n).html(&title, body)
        }
        _ => page.html(&title, body),
    })
}

/// GET /account/password
pub async fn password_form(page: Page) -> PageResult {
    let a = own::account(&page.ctx).await?;
    let body = views::own::password(page.lang, &page.csrf, a.must_change, &FormTrouble::default());
    Ok(page.html(&page.lang.t("accounts-password-title"), body))
}

/// POST /account/password
pub async fn password(page: Page, headers: HeaderMap, posted: Posted) -> PageResult {
    let done = async { own::change_password(&page.ctx, &posted.input()?, agent(&headers)).await };
    match done.await {
        Ok(token) => Ok(with_cookie(&page, see_other("/account?done=password"), &token, COOKIE_S)?),
        Err(e) => {
            let trouble = page.at_form(e)?;
            let a = own::account(&page.ctx).await?;
            let body = views::own::password(page.lang, &page.csrf, a.must_change, &trouble);
            Ok(page.unprocessable(&page.lang.t("accounts-password-title"), body))
        }
    }
}

/// GET /account/sessions
pub async fn sessions(page: Page) -> PageResult {
    let list = own::sessions(&page.ctx).await?;
    let body = views::own::sessions(page.lang, &page.csrf, &list);
    Ok(page.html(&page.lang.t("accounts-sessions-title"), body))
}

/// POST /account/sessions/{id}/end
pub async fn end_session(page: Page, Path(id): Path<SessionId>, _posted: Posted) -> PageResult {
    own::end_session(&page.ctx, id).await?;
    Ok(see_other("/account/sessions"))
}
