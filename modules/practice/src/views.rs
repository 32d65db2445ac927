//! Pages as pure functions of their data.

pub mod assign;
mod categories;
pub mod consent;
pub mod merge;
pub mod official;
pub mod official_import;
pub mod people;
pub mod refusals;
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
use zw_ui::Lang;
use zw_ui::form::Choice;
use zw_ui::timeline::{Conflict, Difference, conflict};
use zw_web::FormView;

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
