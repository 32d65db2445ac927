//! Pages as pure functions from data to markup; each file has `sample()`.

pub mod admin;
pub mod area;
pub mod audit;
pub mod grant;
pub mod kiosk;
pub mod own;
pub mod signin;
pub mod today;

use zw_ui::{Lang, Markup, Notice, Tone, html};
use zw_web::FormTrouble;

/// What stands above a form that did not go through: the sentence and the list of fields.
pub(crate) fn trouble(lang: Lang, t: &FormTrouble) -> Markup {
    html! {
        @if let Some(note) = &t.note { (refusal(note)) }
        @if !t.fields.0.is_empty() { (zw_ui::error_summary(lang, &t.all(lang))) }
    }
}

/// A refusal in words.
pub(crate) fn refusal(text: &str) -> Markup {
    zw_ui::shell::notice(&Notice { tone: Tone::Danger, text: text.to_owned(), next: None })
}
