//! Pages as pure functions of their data.

pub mod home;
pub mod items;
pub mod kit;

use maud::{Markup, html};
use zw_ui::form::{Field, error_summary};
use zw_ui::{Lang, field};
use zw_web::{FormTrouble, Posted};

/// A form being drawn: what was typed, what is wrong with it, and the tokens.
pub struct FormView<'a> {
    /// Language.
    pub lang: Lang,
    /// Form token.
    pub csrf: &'a str,
    /// Idempotency key.
    pub key: &'a str,
    /// Values as typed.
    pub posted: &'a Posted,
    /// What is wrong.
    pub trouble: &'a FormTrouble,
}

impl FormView<'_> {
    fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }
    fn v(&self, name: &str) -> &str {
        self.posted.value(name)
    }
    fn put(&self, f: Field) -> Markup {
        let error = self.trouble.of(self.lang, &f.name);
        field(self.lang, &f.error(error.as_deref()))
    }
    fn summary(&self) -> Markup {
        html! {
            @if let Some(note) = &self.trouble.note {
                div class="zw-notice n-warning" role="alert" { span class="zw-mark" aria-hidden="true" { "!" } div { (note) } }
            }
            (error_summary(self.lang, &self.trouble.all(self.lang)))
        }
    }
}
