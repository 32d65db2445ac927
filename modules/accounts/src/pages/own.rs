//! One's own account: overview, password, sessions.

use super::{COOKIE_S, agent, with_cookie};
use crate::service::own;
use crate::views;
use axum::extract::Path;
use axum::http::HeaderMap;
use zw_core::SessionId;
use zw_web::{FormTrouble, Page, PageResult, Posted, saved};

/// GET /account
pub async fn overview(page: Page) -> PageResult {
    let account = own::account(&page.ctx).await?;
    let body = views::own::overview(page.lang, &account, &own::grants(&page.ctx).await?);
    Ok(page.html(&page.lang.t("accounts-own-title"), body))
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
        Ok(token) => Ok(with_cookie(&page, saved("/account", "accounts-password-changed"), &token, COOKIE_S)?),
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
    Ok(saved("/account/sessions", "accounts-session-ended"))
}
