//! Pages as pure functions of their data.

pub mod merge;
pub mod people;
pub mod register;
mod resembling;
pub mod round;
pub mod today;
pub mod visit;
pub mod visits;

use crate::model::{Rhythm, VisitEvery};
use maud::{Markup, html};
use zw_core::code::Code;
use zw_core::{Day, Stamp};
use zw_ui::form::{Choice, Field, error_summary};
use zw_ui::timeline::{Conflict, Difference, conflict};
use zw_ui::{Lang, field};
use zw_web::{FormTrouble, Posted};

/// The words of a code: `practice-<list>-<code>`.
pub(crate) fn word(lang: Lang, list: &str, code: &str) -> String {
    lang.t_or(&format!("practice-{list}-{code}"), code)
}

/// All values of a list as choices.
pub(crate) fn choices<T: Code>(lang: Lang, list: &str) -> Vec<Choice> {
    T::ALL.iter().map(|c| Choice::new(c.code(), word(lang, list, c.code()))).collect()
}

/// The words of a rhythm with its days.
pub(crate) fn rhythm_words(lang: Lang, every: VisitEvery) -> String {
    word(lang, "every", every.code())
}

/// What stands in the place of something the reader may not see: it is not empty.
pub(crate) fn not_shown(lang: Lang) -> Markup {
    html! { span class="zw-muted" { (lang.t("practice-not-shown")) } }
}

/// A date in a table or an em dash.
pub(crate) fn day(d: Option<Day>) -> String {
    d.map_or_else(|| "—".to_owned(), |d| d.to_string())
}

/// A form being drawn: what was typed, what is wrong with it, and the tokens.
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
    pub(crate) fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }
    /// A field with its value as typed and its error.
    pub(crate) fn put(&self, f: Field) -> Markup {
        let error = self.trouble.of(self.lang, &f.name);
        field(self.lang, &f.error(error.as_deref()))
    }
    /// The value of a field as typed.
    pub(crate) fn v(&self, name: &str) -> &str {
        self.posted.value(name)
    }
    /// All values of check boxes, as a checks field wants them.
    pub(crate) fn list(&self, name: &str) -> String {
        self.posted.all(name).join(",")
    }
    /// Whether one of the fields has an error: then its fold stands open.
    pub(crate) fn any_wrong(&self, names: &[&str]) -> bool {
        names.iter().any(|n| self.trouble.fields.of(n).is_some())
    }
    /// What is wrong, on top of the form.
    pub(crate) fn summary(&self) -> Markup {
        html! {
            @if let Some(note) = &self.trouble.note {
                div class="zw-notice n-warning" role="alert" { span class="zw-mark" aria-hidden="true" { "!" } div { (note) } }
            }
            (error_summary(self.lang, &self.trouble.all(self.lang)))
        }
    }
}

/// A value of the record as it stands, when somebody was faster.
pub(crate) fn current(f: &FormView<'_>, name: &str) -> String {
    f.trouble.current.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()).unwrap_or_default()
}

/// Both versions side by side, when somebody was faster: what was typed can be sent again on top of the new version.
pub(crate) fn faster(f: &FormView<'_>, fields: Vec<Difference>, action: &str, theirs: &str) -> Markup {
    if f.trouble.current.is_empty() {
        return html! {};
    }
    let mut keep: Vec<(String, String)> = f.posted.values().iter().filter(|(k, _)| k != "version").cloned().collect();
    keep.push(("version".to_owned(), current(f, "version")));
    keep.extend(f.posted.draft_field());
    let c = Conflict {
        saved_by: current(f, "saved_by"),
        fields,
        action: action.to_owned(),
        keep,
        theirs_href: theirs.to_owned(),
    };
    conflict(f.lang, f.csrf, &c)
}

/// Who looks, and when: printed on pages with sensitive data (security.md MASK-6).
pub struct Watermark<'a> {
    /// Name and login of the reader.
    pub reader: &'a str,
    /// Now.
    pub at: Stamp,
}

impl Watermark<'_> {
    /// The line.
    pub(crate) fn line(&self, lang: Lang) -> Markup {
        let words = lang.tf("practice-watermark", &[("who", self.reader.into()), ("at", self.at.minute_cn().into())]);
        html! { p class="zw-fine zw-watermark" { (words) } }
    }
}

/// Hint under a next date: the rhythm and the day it gives.
pub(crate) fn next_hint(lang: Lang, suggested: Day) -> String {
    lang.tf("practice-next-hint", &[("day", suggested.to_string().into())])
}

/// Rhythm choices with their days from the setting.
pub(crate) fn rhythm_choices(lang: Lang, rhythm: &Rhythm) -> Vec<Choice> {
    VisitEvery::ALL
        .iter()
        .map(|e| {
            let words = lang.tf(
                "practice-every-days",
                &[("word", rhythm_words(lang, *e).into()), ("days", rhythm.days(*e).into())],
            );
            Choice::new(e.code(), words)
        })
        .collect()
}
