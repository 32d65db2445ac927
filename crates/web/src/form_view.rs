//! A form being drawn.

use crate::{FormTrouble, Posted};
use maud::{Markup, html};
use zw_ui::form::{Field, error_summary};
use zw_ui::{Lang, field};

/// A form being drawn: what was typed, what is wrong with it, and the tokens.
#[derive(Clone, Copy)]
pub struct FormView<'a> {
    /// Language.
    pub lang: Lang,
    /// Form token.
    pub csrf: &'a str,
    /// Idempotency key.
    pub key: &'a str,
    /// Values as typed, or first values.
    pub posted: &'a Posted,
    /// What is wrong.
    pub trouble: &'a FormTrouble,
}

impl FormView<'_> {
    /// Words for a key.
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }
    /// A field with its value as typed and its error.
    pub fn put(&self, f: Field) -> Markup {
        let error = self.trouble.of(self.lang, &f.name);
        field(self.lang, &f.error(error.as_deref()))
    }
    /// The value of a field as typed.
    pub fn v(&self, name: &str) -> &str {
        self.posted.value(name)
    }
    /// All values of check boxes, as a checks field wants them.
    pub fn list(&self, name: &str) -> String {
        self.posted.all(name).join(",")
    }
    /// Whether one of the fields has an error: then its fold stands open.
    pub fn any_wrong(&self, names: &[&str]) -> bool {
        names.iter().any(|n| self.trouble.fields.of(n).is_some())
    }
    /// What is wrong, on top of the form.
    pub fn summary(&self) -> Markup {
        html! {
            @if let Some(note) = &self.trouble.note {
                div class="zw-notice n-warning" role="alert" { span class="zw-mark" aria-hidden="true" { "!" } div { (note) } }
            }
            (error_summary(self.lang, &self.trouble.all(self.lang)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_what_was_typed_and_what_is_wrong_with_it() {
        zw_ui::I18n::install(&[
            (Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")),
            (Lang::En, include_str!("../i18n/en.ftl")),
        ]);
        let posted = Posted::prefilled([("name", "林"), ("need", "a"), ("need", "b")]);
        let mut trouble = FormTrouble { note: Some("先看清楚".into()), ..FormTrouble::default() };
        trouble.fields.add("name", "required");
        let f = FormView { lang: Lang::ZhCn, csrf: "t", key: "k", posted: &posted, trouble: &trouble };
        let html = f.put(Field::text("name", "姓名", f.v("name"))).into_string();
        assert!(html.contains("value=\"林\"") && html.contains("此项必填"), "{html}");
        assert!(f.any_wrong(&["other", "name"]) && !f.any_wrong(&["other"]));
        assert_eq!(f.list("need"), "a,b");
        let told = f.summary().into_string();
        assert!(told.contains("先看清楚") && told.contains("#"), "{told}");
    }
}
