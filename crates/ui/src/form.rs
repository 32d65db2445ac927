//! Forms: fields with label, hint, unit and error tied together, error summary, hidden tokens. One column, errors at
//! the field, what was typed still there.

use crate::i18n::Lang;
use maud::{Markup, html};

/// Name of the hidden field with the form token.
pub const CSRF_FIELD: &str = "csrf";
/// Name of the hidden field with the idempotency key.
pub const IDEMPOTENCY_FIELD: &str = "idempotency_key";
/// Name of the hidden field that carries the key of a form's draft: the act that succeeds drops that draft.
pub const DRAFT_FIELD: &str = "_draft";
/// Name of the hidden field in which the draft script says on which page a form stands.
pub const PAGE_FIELD: &str = "_page";
/// Name of the hidden field in which the draft script names a submit, to learn whether it was accepted.
pub const SENT_FIELD: &str = "_sent";

/// Name of the field with the password that a sensitive act asks for again. Never kept, never repeated.
pub const CONFIRM_FIELD: &str = "_password";

/// One choice of a select, checkbox or radio group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Value sent.
    pub value: String,
    /// Label shown.
    pub label: String,
    /// Heading above it in a select (e.g. the city of a county).
    pub group: Option<String>,
}

impl Choice {
    /// A choice without heading.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), group: None }
    }
    /// Puts it under a heading.
    pub fn under(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

/// Kind of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// Password; the value is never written back. The text is the `autocomplete` value (`current-password`, `new-password`).
    Password(&'static str),
    /// One-time code of digits.
    Code,
    /// Phone number.
    Tel,
    /// Whole number with optional limits, in the field's unit.
    Number {
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// Decimal number typed as text (money, area), checked by the server.
    Decimal,
    /// Date as yyyy-mm-dd.
    Date,
    /// Long text with so many rows; remembers unsent text when its form has a draft key.
    TextArea(u8),
    /// One of many, folded. An empty first choice is added unless the field is required and has a value.
    Select(Vec<Choice>),
    /// One of a few, all shown.
    Radios(Vec<Choice>),
    /// Any of a few; the value lists the chosen ones, separated by commas.
    Checks(Vec<Choice>),
    /// A single yes; value `1` when ticked.
    Check,
    /// A file; the text is the `accept` list (`.xlsx,.csv`).
    File(&'static str),
    /// Resident ID number (身份证号): checked as typed; fills the fields named here with sex (1 or 2) and birth date.
    IdNumber {
        /// Name of the field for sex, empty for none.
        sex: &'static str,
        /// Name of the field for the birth date, empty for none.
        birth: &'static str,
    },
    /// Text with suggestions.
    Suggest(Vec<String>),
}

/// One field of a form. Build it with [`Field::new`] and the methods, draw it with [`field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Name sent, also the id `f-name`.
    pub name: String,
    /// Label above it.
    pub label: String,
    /// Current value as typed.
    pub value: String,
    /// What is wrong with it, in plain words.
    pub error: Option<String>,
    /// Whether it must be filled.
    pub required: bool,
    /// Help under the label.
    pub hint: Option<String>,
    /// Unit beside the field (人, ㎡, 元).
    pub unit: Option<String>,
    /// Kind of input.
    pub kind: Kind,
}

impl Field {
    /// A field of any kind.
    pub fn new(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            value: value.into(),
            error: None,
            required: false,
            hint: None,
            unit: None,
            kind,
        }
    }
    /// One line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Kind::Text)
    }
    /// Whole number from 0.
    pub fn number(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Kind::Number { min: Some(0), max: None })
    }
    /// Date.
    pub fn date(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Kind::Date)
    }
    /// Long text, four rows.
    pub fn area(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Kind::TextArea(4))
    }
    /// One of many.
    pub fn select(
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Self {
        Self::new(name, label, value, Kind::Select(choices))
    }
    /// One of a few.
    pub fn radios(
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Self {
        Self::new(name, label, value, Kind::Radios(choices))
    }
    /// Any of a few; `value` is a comma-separated list.
    pub fn checks(
        name: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Self {
        Self::new(name, label, value, Kind::Checks(choices))
    }
    /// A single yes.
    pub fn check(name: impl Into<String>, label: impl Into<String>, ticked: bool) -> Self {
        Self::new(name, label, if ticked { "1" } else { "" }, Kind::Check)
    }
    /// Marks it as required.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// Sets the error, if there is one.
    pub fn error(mut self, error: Option<&str>) -> Self {
        self.error = error.map(str::to_owned);
        self
    }
    /// Sets the help text.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
    /// Sets the unit.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }
    /// Id of the input, the target of the error summary.
    pub fn id(&self) -> String {
        format!("f-{}", self.name)
    }
    fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id()));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id()));
        match (hint, error) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        }
    }
}

/// Draws a field: label, help, input with unit, error. Groups of boxes become a fieldset.
pub fn field(lang: Lang, f: &Field) -> Markup {
    let class = if f.error.is_some() { "zw-field has-error" } else { "zw-field" };
    match &f.kind {
        Kind::Radios(choices) => group(lang, f, choices, "radio", class),
        Kind::Checks(choices) => group(lang, f, choices, "checkbox", class),
        Kind::Check => html! {
            div class=(class) {
                label class="zw-choice" for=(f.id()) {
                    input class="form-check-input" type="checkbox" id=(f.id()) name=(f.name) value="1" checked[!f.value.is_empty()]
                        required[f.required] aria-invalid=[invalid(f)] aria-describedby=[f.described_by()];
                    span { (label_of(&f.name, &f.label)) (mark_required(lang, f)) }
                }
                (hint(f)) (error(f))
            }
        },
        _ => html! {
            div class=(class) {
                label class="form-label" for=(f.id()) { (label_of(&f.name, &f.label)) (mark_required(lang, f)) }
                (hint(f))
                @if let Some(unit) = &f.unit {
                    div class="zw-unit" { (input(lang, f)) span aria-hidden="true" { (unit) } }
                } @else { (input(lang, f)) }
                (error(f))
            }
        },
    }
}

fn mark_required(lang: Lang, f: &Field) -> Markup {
    html! {
        @if let Some(unit) = &f.unit { span class="visually-hidden" { " (" (unit) ")" } }
        @if f.required { span class="zw-required" { (lang.t("ui-required")) } }
    }
}

fn invalid(f: &Field) -> Option<&'static str> {
    f.error.as_ref().map(|_| "true")
}

fn hint(f: &Field) -> Markup {
    html! { @if let Some(h) = &f.hint { div class="form-hint" id={ (f.id()) "-hint" } { (h) } } }
}

fn error(f: &Field) -> Markup {
    html! { @if let Some(e) = &f.error { div class="zw-error-text" id={ (f.id()) "-error" } { span aria-hidden="true" { "‼ " } (e) } } }
}

fn group(lang: Lang, f: &Field, choices: &[Choice], kind: &str, class: &str) -> Markup {
    let chosen: Vec<&str> = if kind == "radio" { vec![f.value.as_str()] } else { f.value.split(',').collect() };
    html! {
        // Only a radio group may be called invalid as a whole; checkboxes carry it each.
        fieldset class=(class) id=(f.id()) tabindex="-1" aria-describedby=[f.described_by()]
            role=[(kind == "radio").then_some("radiogroup")] aria-invalid=[if kind == "radio" { invalid(f) } else { None }] {
            legend class="form-label" { (label_of(&f.name, &f.label)) (mark_required(lang, f)) }
            (hint(f))
            div class="zw-choices" {
                @for (i, c) in choices.iter().enumerate() {
                    label class="zw-choice" {
                        input class="form-check-input" type=(kind) name=(f.name) value=(c.value) id={ (f.id()) "-" (i) }
                            checked[chosen.contains(&c.value.as_str())] required[f.required && kind == "radio"]
                            aria-invalid=[if kind == "checkbox" { invalid(f) } else { None }];
                        span { (c.label) }
                    }
                }
            }
            (error(f))
        }
    }
}

/// Type, inputmode and autocomplete of a one-line input.
fn one_line(kind: &Kind) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    match kind {
        Kind::Password(autocomplete) => ("password", None, Some(autocomplete)),
        Kind::Code => ("text", Some("numeric"), Some("one-time-code")),
        Kind::Tel => ("tel", Some("tel"), Some("off")),
        Kind::Number { .. } => ("number", Some("numeric"), None),
        Kind::Decimal => ("text", Some("decimal"), None),
        Kind::Date => ("date", None, None),
        Kind::IdNumber { .. } => ("text", None, Some("off")),
        Kind::File(_) => ("file", None, None),
        _ => ("text", None, None),
    }
}

fn input(lang: Lang, f: &Field) -> Markup {
    let id = f.id();
    let by = f.described_by();
    match &f.kind {
        Kind::TextArea(rows) => html! {
            textarea class="form-control" id=(id) name=(f.name) rows=(rows) required[f.required] aria-invalid=[invalid(f)]
                aria-describedby=[by] { "\n" (f.value) }
        },
        Kind::Select(choices) => html! {
            select class="form-select" id=(id) name=(f.name) required[f.required] aria-invalid=[invalid(f)] aria-describedby=[by] {
                @if !f.required || f.value.is_empty() { option value="" { (lang.t("ui-choose")) } }
                (options(choices, &f.value))
            }
        },
        kind => {
            let (html_type, mode, complete) = one_line(kind);
            let (min, max) = match kind {
                Kind::Number { min, max } => (*min, *max),
                _ => (None, None),
            };
            let value = (!matches!(kind, Kind::Password(_) | Kind::File(_))).then_some(f.value.as_str());
            let accept = match kind {
                Kind::File(accept) => Some(*accept),
                _ => None,
            };
            let (sex, birth) = match kind {
                Kind::IdNumber { sex, birth } => (Some(*sex), Some(*birth)),
                _ => (None, None),
            };
            let list = matches!(kind, Kind::Suggest(_)).then(|| format!("{id}-list"));
            html! {
                input class="form-control" type=(html_type) id=(id) name=(f.name) value=[value] required[f.required]
                    inputmode=[mode] autocomplete=[complete] min=[min] max=[max] accept=[accept] list=[&list]
                    data-no-draft=[matches!(kind, Kind::Code).then_some("")] maxlength=[sex.map(|_| "18")] data-id-sex=[sex] data-id-birth=[birth]
                    data-id-bad=[sex.map(|_| lang.t("ui-id-bad"))]
                    aria-invalid=[invalid(f)] aria-describedby=[by];
                @if let (Kind::Suggest(words), Some(list)) = (kind, &list) {
                    datalist id=(list) { @for w in words { option value=(w) {} } }
                }
            }
        }
    }
}

/// Options of a select, with headings where the choices have them (choices of one heading must stand together).
pub(crate) fn options(choices: &[Choice], value: &str) -> Markup {
    html! {
        @for run in choices.chunk_by(|a, b| a.group == b.group) {
            @if let Some(group) = run.first().and_then(|c| c.group.as_ref()) {
                optgroup label=(group) { (plain_options(run, value)) }
            } @else { (plain_options(run, value)) }
        }
    }
}

fn plain_options(choices: &[Choice], value: &str) -> Markup {
    html! { @for c in choices { option value=(c.value) selected[c.value == value] { (c.label) } } }
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The version that was read. No `type=hidden`: the draft keeps it with the text, so that a draft taken up again after
/// somebody else's change meets that change instead of overwriting it.
pub fn version(value: &str) -> Markup {
    html! { input type="text" name="version" value=(value) hidden; }
}

/// A form that changes something: POST with the form token and an idempotency key (`None` for forms whose repeat does
/// no harm). The body holds the fields and the buttons.
pub fn form(action: &str, csrf: &str, idempotency_key: Option<&str>, body: Markup) -> Markup {
    form_with(action, csrf, idempotency_key, &FormExtra::default(), body)
}

/// A search for persons: sent by POST, because a name in an address stays in the browser's history and in the logs of
/// every proxy on the way (security.md MASK-3).
pub fn search_form(action: &str, csrf: &str, class: &str, body: Markup) -> Markup {
    html! {
        form class=(class) action=(action) method="post" role="search" { (hidden(CSRF_FIELD, csrf)) (body) }
    }
}

/// What a form may have besides.
#[derive(Clone, Debug, Default)]
pub struct FormExtra<'a> {
    /// Key under which the script saves what is typed (POST `/drafts/{key}`) every few seconds; empty for none. Comes
    /// from the page that reads the draft (`Posted::draft_key`), so that no form promises what nobody reads.
    pub draft: &'a str,
    /// Whether a file is sent.
    pub upload: bool,
    /// Question asked before it is sent (script only; a dangerous act also needs a page of its own).
    pub confirm: Option<&'a str>,
    /// Id of the form.
    pub id: Option<&'a str>,
}

/// [`form`] with a draft key, file upload or a question before sending.
pub fn form_with(
    action: &str,
    csrf: &str,
    idempotency_key: Option<&str>,
    extra: &FormExtra<'_>,
    body: Markup,
) -> Markup {
    html! {
        form class="zw-form" action=(action) method="post" id=[extra.id] novalidate data-once=""
            enctype=[extra.upload.then_some("multipart/form-data")]
            data-draft=[(!extra.draft.is_empty()).then_some(extra.draft)] data-confirm=[extra.confirm] {
            (hidden(CSRF_FIELD, csrf))
            @if let Some(key) = idempotency_key { (hidden(IDEMPOTENCY_FIELD, key)) }
            @if !extra.draft.is_empty() { (hidden(DRAFT_FIELD, extra.draft)) }
            (body)
            @if !extra.draft.is_empty() { p class="zw-draft" data-draft-mark="" role="status" {} }
        }
    }
}

/// Fields that belong to one question, under its heading.
pub fn section(title: &str, body: Markup) -> Markup {
    html! { fieldset class="zw-section" { legend { (title) } (body) } }
}

/// Optional fields behind a fold that needs no script.
pub fn folded(title: &str, open: bool, body: Markup) -> Markup {
    html! { details class="zw-fold" open[open] { summary { (title) } div { (body) } } }
}

/// Row of buttons at the end of a form.
pub fn buttons(body: Markup) -> Markup {
    html! { div class="zw-buttons" { (body) } }
}

mod anew;
mod sample;
mod summary;

pub use anew::anew;
pub use sample::sample;
pub(crate) use summary::named;
pub use summary::{error_summary, label_of};

#[cfg(test)]
mod tests;
