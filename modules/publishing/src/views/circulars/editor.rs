//! The editor of a circular: every paragraph a field with its figures as placeholders, a place for a new one behind each,
//! and what stands around them.

use super::{clash, figures};
use crate::model::body::Paragraph;
use crate::model::circular::CircularFile;
use crate::model::clash::{self as met, Clash};
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

/// The editor: every paragraph a field, figures as placeholders beside their values. `clash`: what was typed met a newer
/// version.
pub fn edit(
    lang: Lang,
    (csrf, key): (&str, &str),
    (c, clash): (&CircularFile, Option<&Clash>),
    m: &Measures,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    let h = &c.head;
    let f = Form { lang, c, clash, m, posted, t };
    let all = t.all(lang);
    // Both versions are shown once somebody was faster: then the text is sent on top of the newer one.
    let on = |name: &str, now: String| if clash.is_none() { f.value(name, &now) } else { now };
    let (version, base) = (on("version", h.version.to_string()), on(met::BASE, met::base(c)));
    html! {
        @if let Some(note) = &t.note { p class="zw-notice n-danger" role="alert" { (note) } }
        @if let Some(met) = clash { (clash::clash(lang, met, t)) }
        p { (lang.t("publishing-edit-how")) }
        (form_with(&format!("/circulars/{}/edit", h.id), csrf, Some(key), &FormExtra { draft: posted.draft_key(), ..FormExtra::default() }, html! {
            @if !all.is_empty() { (error_summary(lang, &all)) }
            (zw_ui::form::version(&version))
            // As the version: what the fields were goes with a draft of them.
            input type="text" name=(met::BASE) value=(base) hidden;
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
            @if c.joins_writers {
                div class="zw-notice n-warning" { (lang.t("publishing-co-author-how")) }
                (field(lang, &Field::check("co_author", lang.t("publishing-co-author"), f.value("co_author", "") == "1").required().error(f.wrong("co_author").as_deref())))
            }
            (parts::submit(&lang.t("publishing-save")))
        }))
        (figures(lang, c, m))
    }
}

/// The form as it was sent, on the circular as it stands.
struct Form<'a> {
    lang: Lang,
    c: &'a CircularFile,
    clash: Option<&'a Clash>,
    m: &'a Measures,
    posted: &'a Posted,
    t: &'a FormTrouble,
}

impl Form<'_> {
    /// What a meeting of two versions left, else what was typed, else what is kept.
    fn value(&self, name: &str, kept: &str) -> String {
        if let Some(met) = self.clash.and_then(|c| c.values.get(name)) {
            return met.clone();
        }
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
            @if met::has_heading(p) {
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
        let used = names.iter().any(|n| !matches!(&*self.value(n, ""), "" | "0") || self.wrong(n).is_some());
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
