//! Pages as pure functions from data to markup; each file has `sample()`.

mod acceptance;
mod coverage;
pub mod divisions;
pub mod gaps;
pub mod home;
pub mod sheets;
pub mod targets;
pub mod units;

use crate::model::unit::UnitState;
use zw_core::Day;
use zw_core::code::Code as _;
use zw_core::codelist::CodeList;
use zw_ui::form::{Choice, Field, Kind};
use zw_ui::{Lang, Markup, Notice, Status, Tone, error_summary, field, html};
use zw_web::{FormTrouble, Posted};

/// The word of a code in the reader's language.
pub fn word(lang: Lang, list: &CodeList, code: &str) -> String {
    match lang {
        Lang::ZhCn => list.zh(code).to_owned(),
        Lang::En => list.en(code).to_owned(),
    }
}

/// All codes of a list as choices.
pub(crate) fn choices(lang: Lang, list: &CodeList) -> Vec<Choice> {
    list.codes().map(|c| Choice::new(c, word(lang, list, c))).collect()
}

/// What stands above a form that did not go through: the sentence, and the list of fields by their labels.
pub(crate) fn trouble(lang: Lang, t: &FormTrouble) -> Markup {
    html! {
        @if let Some(note) = &t.note {
            (zw_ui::shell::notice(&Notice { tone: Tone::Danger, text: note.clone(), next: None }))
        }
        (error_summary(lang, &t.all(lang)))
    }
}

/// A form in the making: what was typed and what is wrong with it.
pub(crate) struct Form<'a> {
    pub lang: Lang,
    pub posted: &'a Posted,
    pub trouble: &'a FormTrouble,
}

impl Form<'_> {
    /// A field by its name; its label is the Fluent message `network-f-<name>`.
    pub fn field(&self, name: &str, kind: Kind) -> Field {
        let label = self.lang.t(&format!("network-f-{}", name.replace('_', "-")));
        let error = self.trouble.of(self.lang, name);
        Field::new(name, label, self.posted.value(name), kind).error(error.as_deref())
    }
    /// Draws a field.
    pub fn draw(&self, f: &Field) -> Markup {
        field(self.lang, f)
    }
    /// A date field.
    pub fn date(&self, name: &str) -> Markup {
        self.draw(&self.field(name, Kind::Date))
    }
    /// A text field.
    pub fn text(&self, name: &str) -> Markup {
        self.draw(&self.field(name, Kind::Text))
    }
}

/// A date or the dash.
pub(crate) fn day(d: Option<Day>) -> String {
    d.map_or_else(|| "—".to_owned(), |d| d.to_string())
}

/// A date that does not break, for table cells.
pub(crate) fn date(d: Option<Day>) -> Markup {
    html! { span class="zw-date" { (day(d)) } }
}

/// One date and a button in a line: ending something on a day. `key` is the form's own: two lines of a page are two acts.
pub(crate) fn line_form(
    action: &str,
    csrf: &str,
    key: &str,
    name: &str,
    label: &str,
    button: &str,
    hidden: &[(&str, String)],
) -> Markup {
    html! {
        form class="zw-line-form" action=(action) method="post" data-once="" {
            (zw_ui::form::hidden(zw_ui::form::CSRF_FIELD, csrf))
            (zw_ui::form::hidden(zw_ui::form::IDEMPOTENCY_FIELD, key))
            @for (n, v) in hidden { (zw_ui::form::hidden(n, v)) }
            input class="form-control" type="date" name=(name) aria-label=(label);
            button class="btn btn-sm" type="submit" { (button) }
        }
    }
}

/// Mark and colour of a unit's state.
pub(crate) fn state_status(s: UnitState) -> Status {
    match s {
        UnitState::Operating => Status::Done,
        UnitState::Preparing | UnitState::Submitted => Status::OnCourse,
        UnitState::Rectifying => Status::Behind,
        UnitState::Suspended => Status::Overdue,
        UnitState::Planned | UnitState::Merged | UnitState::Closed => Status::NoData,
    }
}

/// Badge of a unit's state.
pub(crate) fn state_badge(lang: Lang, s: UnitState) -> Markup {
    let word = word(lang, &zw_core::codelist::network::UNIT_STATE, s.code());
    zw_ui::status::badge_with(state_status(s), &word)
}

#[cfg(test)]
mod tests;
