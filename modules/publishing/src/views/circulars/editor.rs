//! The editor of a circular: every paragraph a field with its figures as placeholders, a place for a new one behind each,
//! and what stands around them.

use super::figures;
use crate::model::body::Paragraph;
use crate::model::circular::CircularFile;
use crate::model::template;
use crate::views::figure_words;
use maud::{Markup, html};
use zw_documents::layout::ordinal;
use zw_indicators::Measures;
use zw_ui::form::{Choice, Field, FormExtra, Kind, error_summary, field, folded, form_with, section};
use zw_ui::parts;
use zw_ui::{Arg, Lang};
use zw_web::{FormTrouble, Posted};

/// The figures of a paragraph for its editor (figures.js): key to printed value and words.
fn chips(lang: Lang, c: &CircularFile, m: &Measures, keys: impl IntoIterator<Item = String>) -> String {
    let value = |key: &str| c.figures.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
    let list = keys.into_iter().map(|k| {
        let words = figure_words::words(lang, m, &c.areas, &k);
        (k.clone(), serde_json::json!([value(&k), words]))
    });
    serde_json::Value::Object(list.collect()).to_string()
}

/// The editor: every paragraph a field, figures as placeholders beside their values.
pub fn edit(
    lang: Lang,
    (csrf, key): (&str, &str),
    c: &CircularFile,
    m: &Measures,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    let h = &c.head;
    let f = Form { lang, c, m, posted, t };
    let all = t.all(lang);
    // Both versions are shown once somebody was faster: then the text is sent on top of the newer one.
    let now = h.version.to_string();
    let version = if t.current.is_empty() { f.value("version", &now) } else { now };
    html! {
        @if let Some(note) = &t.note { p class="zw-notice n-danger" role="alert" { (note) } }
        @if !t.current.is_empty() { (standing(lang, t)) }
        p { (lang.t("publishing-edit-how")) }
        (form_with(&format!("/circulars/{}/edit", h.id), csrf, Some(key), &FormExtra { draft: posted.draft_key(), ..FormExtra::default() }, html! {
            @if !all.is_empty() { (error_summary(lang, &all)) }
            (zw_ui::form::version(&version))
            (f.text("title", lang.t("publishing-title"), &h.title, true))
            (f.text("addressee", lang.t("publishing-addressee"), &c.frame.addressee, false))
            div data-known=(chips(lang, c, m, c.figures.iter().map(|(k, _)| k.clone()))) {
                @for p in &c.paragraphs { (f.paragraph(&p.paragraph)) }
            }
            (section(&lang.t("publishing-annexes"), html! {
                p class="zw-muted" { (lang.t("publishing-annexes-how")) }
                @for (i, a) in c.frame.annexes.iter().enumerate() {
                    (f.text(&format!("annex-{}", a.annex), lang.tf("publishing-annex-n", &[("n", (i + 1).into())]), &a.title, false))
                }
            }))
            (f.text("copy_to", lang.t("publishing-copy-to"), &c.frame.copy_to, false))
            (parts::submit(&lang.t("publishing-save")))
        }))
        (figures(lang, c, m))
    }
}

/// The form as it was sent, on the circular as it stands.
struct Form<'a> {
    lang: Lang,
    c: &'a CircularFile,
    m: &'a Measures,
    posted: &'a Posted,
    t: &'a FormTrouble,
}

impl Form<'_> {
    /// What was typed, else what is kept.
    fn value(&self, name: &str, kept: &str) -> String {
        let typed = self.posted.values().iter().any(|(k, _)| k == name);
        if typed { self.posted.value(name).to_owned() } else { kept.to_owned() }
    }

    fn wrong(&self, name: &str) -> Option<String> {
        self.t.of(self.lang, name)
    }

    fn text(&self, name: &str, label: String, kept: &str, required: bool) -> Markup {
        let f = Field::text(name, label, self.value(name, kept)).error(self.wrong(name).as_deref());
        field(self.lang, &if required { f.required() } else { f })
    }

    /// A standing paragraph: its heading, its text, and behind a fold what else may become of it.
    fn paragraph(&self, p: &Paragraph) -> Markup {
        let (lang, id) = (self.lang, &p.id);
        let label = if p.lead.is_empty() { lang.t("publishing-paragraph") } else { p.lead.clone() };
        let hint = if p.figures.is_empty() {
            lang.t("publishing-paragraph-free")
        } else {
            lang.tf("publishing-paragraph-figures", &[("n", p.figures.len().into())])
        };
        let heading = format!("{id}-lead");
        html! {
            @if p.level > 0 && !p.heading().is_empty() {
                (self.text(&heading, lang.tf("publishing-heading-of", &[("lead", Arg::from(&p.lead))]), p.heading(), true))
            }
            // A heading alone has no text.
            @if !p.text.is_empty() { (self.area(id, label, &p.text, hint, template::figures(&p.text))) }
            (self.more(p))
        }
    }

    fn area(&self, name: &str, label: String, kept: &str, hint: String, placed: Vec<String>) -> Markup {
        let value = self.value(name, kept);
        let rows = u8::try_from(value.chars().count() / 52 + 2).unwrap_or(20).clamp(2, 20);
        let f = Field::new(name, label, value, Kind::TextArea(rows)).hint(hint).error(self.wrong(name).as_deref());
        html! {
            div data-figures=(chips(self.lang, self.c, self.m, placed)) data-put-back=(self.lang.t("publishing-put-back")) {
                (field(self.lang, &f))
            }
        }
    }

    /// Taking it out, and a new paragraph behind it.
    fn more(&self, p: &Paragraph) -> Markup {
        let (lang, id) = (self.lang, &p.id);
        let names = ["remove", "new-level", "new-lead", "new"].map(|n| format!("{id}-{n}"));
        let [remove, level, lead, text] = &names;
        let used = names.iter().any(|n| !matches!(self.posted.value(n), "" | "0") || self.wrong(n).is_some());
        let levels = std::iter::once(Choice::new("0", lang.t("publishing-heading-none")))
            .chain((1..=3).map(|n: u8| Choice::new(n.to_string(), ordinal(n, 1))))
            .collect();
        folded(
            &lang.t("publishing-paragraph-more"),
            used,
            html! {
                (field(lang, &Field::check(remove, lang.t("publishing-paragraph-remove"), self.posted.value(remove) == "1")))
                (field(lang, &Field::select(level, lang.t("publishing-heading-level"), self.value(level, "0"), levels)))
                (self.text(lead, lang.t("publishing-heading-words"), "", false))
                (self.area(text, lang.t("publishing-paragraph-new"), "", lang.t("publishing-paragraph-new-how"), vec![]))
            },
        )
    }
}

/// What somebody else saved meanwhile.
fn standing(lang: Lang, t: &FormTrouble) -> Markup {
    let who = t.current.iter().find(|(k, _)| k == "updated_by").map(|(_, v)| v.clone()).unwrap_or_default();
    zw_ui::form::folded(
        &lang.tf("publishing-standing", &[("who", Arg::from(who))]),
        true,
        html! {
            @for (k, v) in t.current.iter().filter(|(k, _)| !matches!(k.as_str(), "version" | "updated_by" | "updated_at")) {
                p { strong { (standing_name(lang, k)) } " " (v) }
            }
        },
    )
}

/// Which part of the text a field of the conflict is.
fn standing_name(lang: Lang, field: &str) -> String {
    let number = |prefix| field.strip_prefix(prefix).filter(|n: &&str| n.bytes().all(|b| b.is_ascii_digit()));
    match (number('p'), number('n'), field) {
        (Some(n), ..) => lang.tf("publishing-paragraph-n", &[("n", Arg::from(n))]),
        (_, Some(n), _) => lang.tf("publishing-paragraph-added-n", &[("n", Arg::from(n))]),
        (.., "addressee") => lang.t("publishing-addressee"),
        (.., "copy_to") => lang.t("publishing-copy-to"),
        _ => lang.t("publishing-title"),
    }
}
