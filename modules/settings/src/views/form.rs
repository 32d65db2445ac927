//! The form of a setting: a labelled input per field, and the JSON for experts.

use super::{Form, pretty, told, words};
use crate::fields::{self, Inputs, Leaf, Shape, Takes};
use crate::model::SettingOut;
use serde_json::Value;
use zw_ui::form::{Choice, Field, Kind, buttons, field, folded, form, hidden, section};
use zw_ui::shell::{Notice, Tone, notice};
use zw_ui::{Lang, Markup, html, submit};

/// The field that says which of the two forms was sent.
pub const MODE: &str = "mode";
/// Its value for the one with inputs.
pub const FIELDS: &str = "fields";

/// Both forms of a setting.
pub(super) fn edit(lang: Lang, s: &SettingOut, f: &Form<'_>) -> Markup {
    let shape = Shape::of(&s.schema);
    let by_fields = f.posted.value(MODE) == FIELDS;
    let sent = !f.posted.values().is_empty();
    let problems: Vec<(String, String)> = f.trouble.all(lang);
    let seen = if sent { f.posted.value("version").to_owned() } else { s.version.to_string() };
    // Whoever was told that somebody else changed it saves on top of what stands now.
    let seen = if f.trouble.current.is_empty() && !seen.is_empty() { seen } else { s.version.to_string() };
    let action = format!("/admin/settings/{}", s.key);
    let head = html! {
        @if let Some(note) = &f.trouble.note { (notice(&Notice { tone: Tone::Danger, text: note.clone(), next: None })) }
        @for (_, stands) in &f.trouble.current { p { (lang.t("settings-stands")) } (stored(lang, s, stands, by_fields)) }
    };
    let expert = html! {
        @if sent && !by_fields && !problems.is_empty() { (summary(lang, problems.iter().map(|(p, w)| ("value".to_owned(), told(lang, p, w))).collect())) }
        (form(&action, f.csrf, Some(f.key), html! {
            (hidden("version", &seen))
            (field(lang, &json(lang, s, f, by_fields, &problems)))
            (buttons(submit(&lang.t("settings-save-json"))))
        }))
        (codes(lang, s))
    };
    if !shape.has_fields() {
        return html! { (head) (expert) };
    }
    let inputs = if by_fields { fields::typed(&shape, f.posted) } else { fields::written(&shape, &s.value) };
    let at: Vec<(String, String)> = match by_fields {
        true => problems.iter().map(|(path, said)| (fields::input_of(path), said.clone())).collect(),
        false => vec![],
    };
    let draw = Draw { lang, inputs: &inputs, at: &at };
    html! {
        (head)
        @if by_fields && !problems.is_empty() { (summary(lang, problems.iter().map(|(p, w)| (fields::input_of(p), at_label(lang, s, p, w))).collect())) }
        (form(&action, f.csrf, Some(f.key), html! {
            (hidden(MODE, FIELDS))
            (hidden("version", &seen))
            (draw.shape("v", &s.meaning, &shape, Some(&s.default)))
            (buttons(submit(&lang.t("settings-save"))))
        }))
        (folded(&lang.t("settings-expert"), sent && !by_fields, expert))
    }
}

/// What the setting and its fields are called in the stored text.
fn codes(lang: Lang, s: &SettingOut) -> Markup {
    let fields = crate::describe::fields(&s.meaning, &s.schema);
    let named = fields.iter().filter(|f| !f.path.is_empty()).map(|f| (f.path.clone(), html! { (lang.t(&f.meaning)) }));
    let all = std::iter::once((s.key.clone(), html! { (lang.t(&s.meaning)) })).chain(named);
    html! { p class="form-hint" { (lang.t("settings-codes")) } (zw_ui::definitions(all)) }
}

/// A stored value: what of it is not the default, in words; as JSON for whoever writes JSON.
fn stored(lang: Lang, s: &SettingOut, json: &str, in_words: bool) -> Markup {
    let found = words::differing(lang, &s.meaning, &s.schema, &s.default, None, Some(json));
    html! { @match found.filter(|_| in_words) {
        Some(list) if list.is_empty() => { p { (lang.t("settings-default")) } }
        Some(list) => { ul { @for (label, _, value) in list { li { (label) (lang.colon()) strong { (value) } } } } }
        None => { pre { (json) } }
    } }
}

/// A problem with the words of its field.
fn at_label(lang: Lang, s: &SettingOut, path: &str, problem: &str) -> String {
    let path = path.strip_prefix("value").unwrap_or(path).trim_start_matches('.');
    if path.is_empty() {
        problem.to_owned()
    } else {
        format!("{}{}{problem}", words::place(lang, &s.meaning, path), lang.colon())
    }
}

fn summary(lang: Lang, list: Vec<(String, String)>) -> Markup {
    zw_ui::error_summary(lang, &list)
}

fn json(lang: Lang, s: &SettingOut, f: &Form<'_>, by_fields: bool, problems: &[(String, String)]) -> Field {
    let typed = if by_fields { "" } else { f.posted.value("value") };
    let text = if typed.is_empty() { pretty(&s.value) } else { typed.to_owned() };
    let wrong: Vec<String> =
        problems.iter().filter(|_| !by_fields).map(|(path, said)| told(lang, path, said)).collect();
    Field::new("value", lang.t("settings-value"), text, Kind::TextArea(18))
        .required()
        .hint(lang.t("settings-value-hint"))
        .error((!wrong.is_empty()).then(|| wrong.join(lang.semicolon())).as_deref())
}

/// What every input is drawn from.
struct Draw<'a> {
    lang: Lang,
    inputs: &'a Inputs,
    /// Problems by input.
    at: &'a [(String, String)],
}

// i18n-keys: settings-item-tier settings-item-weekday settings-item-at settings-item-working-day
// i18n-keys: settings-unit-days settings-unit-minutes settings-unit-percent settings-unit-persons settings-unit-items
// i18n-keys: settings-unit-working-days
// i18n-keys: settings-code-station settings-code-county settings-code-city settings-code-province
// i18n-keys: settings-code-weekly settings-code-biweekly settings-code-monthly settings-code-quarterly
// i18n-keys: settings-code-half-yearly settings-code-yearly
// i18n-keys: settings-nth-practice-set-rhythm-by-risk settings-nth-practice-set-rhythm-days-1
// i18n-keys: settings-nth-practice-set-rhythm-days-2 settings-nth-practice-set-rhythm-days-3
// i18n-keys: settings-nth-practice-set-rhythm-days-4 settings-nth-practice-set-rhythm-days-5
// i18n-keys: settings-nth-practice-set-rhythm-days-6 settings-nth-reporting-set-direct
impl Draw<'_> {
    fn wrong(&self, name: &str) -> Option<&str> {
        self.at.iter().find(|(n, _)| n == name).map(|(_, said)| said.as_str())
    }

    fn shape(&self, name: &str, meaning: &str, shape: &Shape, default: Option<&Value>) -> Markup {
        let lang = self.lang;
        match shape {
            Shape::Object(fields) => html! {
                @for (field, inner) in fields {
                    @let meaning = format!("{meaning}-{}", field.replace('_', "-"));
                    (self.shape(&format!("{name}.{field}"), &meaning, inner, default.and_then(|d| d.get(field))))
                }
            },
            Shape::Leaf(leaf) => self.leaf(name, lang.t(meaning), leaf, default),
            Shape::Fixed(inner, n) => self.list(name, meaning, inner, *n, default),
            // One row more than there are: it is added when something is typed there. Rows have no default of their own.
            Shape::Rows(inner) => self.list(name, meaning, inner, fields::rows(name, self.inputs) + 1, None),
            Shape::Other => html! {},
        }
    }

    fn list(&self, name: &str, meaning: &str, inner: &Shape, n: usize, default: Option<&Value>) -> Markup {
        let lang = self.lang;
        let wrong = |name: &str| {
            html! {
                @if let Some(said) = self.wrong(name) { div class="zw-error-text" id={ "f-" (name) } tabindex="-1" { span aria-hidden="true" { "‼ " } (said) } }
            }
        };
        section(
            &lang.t(meaning),
            html! {
                @if matches!(inner, Shape::Object(_)) { p class="form-hint" { (lang.t("settings-rows-hint")) } }
                (wrong(name))
                @for i in 0..n {
                    @let row = format!("{name}.{i}");
                    @match inner {
                        Shape::Object(cells) => {
                            (wrong(&row))
                            div class="row" role="group" aria-label=(lang.tf("settings-nth", &[("n", (i + 1).into())])) {
                                @for (cell, leaf) in cells { @if let Shape::Leaf(leaf) = leaf {
                                    @let label = words::item(lang, cell);
                                    div class="col-sm" { (self.leaf(&format!("{row}.{cell}"), label, leaf, None)) }
                                } }
                            }
                        }
                        Shape::Leaf(leaf) => { (self.leaf(&row, words::nth(lang, meaning, i), leaf, default.and_then(|d| d.get(i)))) }
                        _ => {}
                    }
                }
            },
        )
    }

    fn leaf(&self, name: &str, label: String, leaf: &Leaf, default: Option<&Value>) -> Markup {
        let lang = self.lang;
        let value = self.inputs.get(name).cloned().unwrap_or_default();
        let kind = match &leaf.takes {
            Takes::Flag => Kind::Check,
            Takes::Whole(min, max) => Kind::Number { min: *min, max: *max },
            Takes::Time | Takes::Text(false) => Kind::Text,
            Takes::Text(true) => Kind::TextArea(6),
            Takes::Date => Kind::Date,
            Takes::Choice(codes) => Kind::Select(codes.iter().map(|c| Choice::new(c, words::code(lang, c))).collect()),
        };
        let mut f = Field::new(name, label, value, kind).error(self.wrong(name));
        if let Some(unit) = leaf.unit.as_deref().filter(|_| leaf.takes != Takes::Time) {
            f = f.unit(lang.t(&format!("settings-unit-{unit}")));
        }
        if let Some(said) = default.map(|d| words::said(lang, "", &Shape::Leaf(leaf.clone()), d)) {
            f = f.hint(lang.tf("settings-default-is", &[("value", said.into())]));
        }
        field(lang, &f)
    }
}
