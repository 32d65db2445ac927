//! Pages that say what went wrong.

use super::{Shell, kiosk_page, page};
use crate::i18n::Lang;
use maud::{Markup, html};

// i18n-keys: ui-error-400 ui-error-401 ui-error-403 ui-error-404 ui-error-405 ui-error-409 ui-error-413 ui-error-422
// i18n-keys: ui-error-429 ui-error-500 ui-error-503 ui-error-step-up ui-error-confirm-refused
/// Title of an error page by HTTP status.
fn error_title(lang: Lang, status: u16) -> String {
    lang.t_or(&format!("ui-error-{status}"), &lang.t("ui-error-500"))
}

/// Error page without a session: what happened in plain words, the stable code and the request id to quote, and the
/// next step. `code` is shown as it is (e.g. `not_found`).
pub fn error_page(lang: Lang, status: u16, code: &str, message: &str, request_id: &str) -> Markup {
    error_page_in(&Shell { lang, ..Shell::default() }, status, code, message, request_id, None)
}

/// The same on a wall screen: dark and bare, with no way to anywhere.
pub fn kiosk_error(shell: &Shell, status: u16, code: &str, message: &str, request_id: &str) -> Markup {
    let title = error_title(shell.lang, status);
    let body = html! {
        div class="zw-live-ended" {
            p class="zw-lead" { strong { (title) } }
            p { (message) }
            (fine(shell.lang, status, code, request_id))
        }
    };
    kiosk_page(shell, &title, body)
}

/// What to quote when one asks about the error.
fn fine(lang: Lang, status: u16, code: &str, request_id: &str) -> Markup {
    html! {
        dl class="zw-fine" {
            dt { (lang.t("ui-error-code")) } dd { code { (code) } " (" (status) ")" }
            @if !request_id.is_empty() { dt { (lang.t("ui-request-id")) } dd { code { (request_id) } } }
        }
    }
}

/// [`error_page`] inside the reader's own frame: navigation and banner stay. `rest` is what the reader must not lose.
pub fn error_page_in(
    shell: &Shell,
    status: u16,
    code: &str,
    message: &str,
    request_id: &str,
    rest: Option<Markup>,
) -> Markup {
    let lang = shell.lang;
    // Some refusals have a heading of their own: a password that is asked for again is no error to report.
    let own = format!("ui-error-{code}");
    let own = lang.has(&own).then(|| lang.t(&own));
    let body = html! {
        div class="zw-error" {
            p class="zw-error-message" { (message) }
            @if let Some(rest) = rest { (rest) } @else { p {
                @if status == 401 { a class="btn btn-primary" href="/login" { (lang.t("ui-login")) } }
                @else { a class="btn btn-primary" href="/" { (lang.t("ui-home")) } }
            } }
            @if own.is_none() { (fine(lang, status, code, request_id)) }
        }
    };
    page(shell, &own.unwrap_or_else(|| error_title(lang, status)), body)
}
