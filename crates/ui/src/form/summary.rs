//! The list of what is wrong, on top of a form. A view draws it before the fields, so it cannot know their labels yet:
//! it leaves a place for each, and the page frame fills them in from the drawn fields ([`named`]). That way every form
//! names its fields and no view says a label twice.

use crate::i18n::Lang;
use maud::{Markup, PreEscaped, html};

/// Begin and end of the place for a label; a comment, which no text of a user can write (it would be escaped).
const PLACE: (&str, &str) = ("<!--label-of:", "-->");

/// List of what is wrong, at the head of the form, linking to the fields: (field name, message). The page frame puts the
/// field's label before the message. An empty name gives a line without link. Nothing for an empty list.
pub fn error_summary(lang: Lang, errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="zw-notice n-danger zw-summary" role="alert" tabindex="-1" data-focus="" {
                span class="zw-mark" aria-hidden="true" { "‼" }
                div {
                    strong { (lang.tf("ui-errors", &[("n", errors.len().into())])) }
                    ul { @for (name, message) in errors {
                        li { @if name.is_empty() { (message) } @else { a href={ "#f-" (name) } { (place(name)) (message) } } }
                    } }
                }
            }
        }
    }
}

/// Field names of an API may hold anything; the place of one that is no plain name stays empty.
fn place(name: &str) -> PreEscaped<String> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_.[]".contains(c) || c == '-');
    PreEscaped(if plain && !name.contains("--") { format!("{}{name}{}", PLACE.0, PLACE.1) } else { String::new() })
}

/// The label of a field alone, with the id under which the summary finds it. [`super::field`] draws it; so does whoever
/// draws a field of its own.
pub fn label_of(name: &str, label: &str) -> Markup {
    html! { span id={ "f-" (name) "-label" } { (label) } }
}

/// Fills the labels into the summaries of a page: `姓名：此项必填`. A message that says the label itself stays as it is.
pub(crate) fn named(body: Markup) -> Markup {
    let text = body.0;
    if !text.contains(PLACE.0) {
        return PreEscaped(text);
    }
    let mut out = String::with_capacity(text.len() + 256);
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(PLACE.0) {
        out.push_str(before);
        let Some((name, after)) = after.split_once(PLACE.1) else {
            rest = "";
            break;
        };
        let message = after.split('<').next().unwrap_or_default();
        if let Some(label) = written_label(&text, name).filter(|l| !message.to_lowercase().contains(&l.to_lowercase()))
        {
            out.push_str(label);
            out.push_str(if label.is_ascii() { ": " } else { "：" });
        }
        rest = after;
    }
    out.push_str(rest);
    PreEscaped(out)
}

/// The label of a drawn field; already escaped, as it stands in the page.
fn written_label<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(&format!(" id=\"f-{name}-label\">"))?;
    after.split('<').next().map(str::trim).filter(|l| !l.is_empty())
}
