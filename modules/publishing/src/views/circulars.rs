//! Pages of circulars.

use crate::model::circular::{CircularFile, CircularOut, CircularState, EditedOut, ParagraphOut};
use crate::model::template::{self, Piece};
use crate::views::figure_words;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{Day, Paged, SnapshotId, Stamp};
use zw_indicators::{Measures, indicator};
use zw_ui::form::{Field, FormExtra, Kind, error_summary, field, form_with, hidden};
use zw_ui::parts::{self, flag};
use zw_ui::status::{Status, badge_with};
use zw_ui::table::{Col, Row, Table, cell, table};
use zw_ui::timeline::{Event, timeline};
use zw_ui::{Arg, Lang};
use zw_web::{FormTrouble, Posted};

// i18n-keys: publishing-state-draft publishing-state-checked publishing-state-sent publishing-state-void
/// The state of a circular as a badge.
pub fn state(lang: Lang, s: CircularState) -> Markup {
    let status = match s {
        CircularState::Draft => Status::OnCourse,
        CircularState::Checked | CircularState::Sent => Status::Done,
        CircularState::Void => Status::NoData,
    };
    badge_with(status, &lang.t(&format!("publishing-state-{}", s.code())))
}

/// The list. `snapshots`: whether the reader may open snapshots, where a circular begins.
pub fn list(lang: Lang, rows: &Paged<CircularOut>, snapshots: bool) -> Markup {
    let begin = lang.t("publishing-snapshots");
    let list = table(
        lang,
        &Table {
            caption: lang.t("publishing-circulars"),
            cols: vec![
                Col::text(lang.t("publishing-title")),
                Col::text(lang.t("publishing-state")),
                Col::text(lang.t("publishing-doc-no")),
                Col::text(lang.t("publishing-sent-on")),
                Col::text(lang.t("publishing-drafted")).wide_only(),
            ],
            rows: rows
                .items
                .iter()
                .map(|c| {
                    Row::new(vec![
                        html! { a href={ "/circulars/" (c.id) } { (c.title) } },
                        state(lang, c.state),
                        cell(c.doc_no.clone().unwrap_or_default()),
                        cell(c.sent_on.map(|d| d.to_string()).unwrap_or_default()),
                        cell(format!("{} {}", c.created.0, c.created.1.minute_cn())),
                    ])
                })
                .collect(),
            empty: Some(parts::empty(
                &lang.t("publishing-circulars-none"),
                &lang.t("publishing-circulars-none-how"),
                snapshots.then_some((&*begin, "/snapshots")),
            )),
            ..Table::default()
        },
    );
    html! {
        (list)
        (parts::pagination(lang, rows.page, rows.size, rows.total, |p| format!("/circulars?page={p}")))
    }
}

/// One circular: text, figures, files, and the next step.
pub fn show(
    lang: Lang,
    (csrf, key): (&str, &str),
    c: &CircularFile,
    m: &Measures,
    today: Day,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    let h = &c.head;
    html! {
        @if let Some(note) = &t.note { p class="zw-notice n-danger" role="alert" { (note) } }
        (parts::definitions([
            (lang.t("publishing-state"), state(lang, h.state)),
            (lang.t("publishing-basis"), snapshot_link(lang, c, h.snapshot)),
            (lang.t("publishing-compare"), html! { @match h.previous {
                Some(p) => (snapshot_link(lang, c, p)),
                None => (lang.t("publishing-compare-none")),
            } }),
            (lang.t("publishing-doc-no"), html! { (h.doc_no.clone().unwrap_or_else(|| "—".into())) }),
            (lang.t("publishing-sent-on"), html! { (h.sent_on.map_or_else(|| "—".to_owned(), |d| d.to_string())) }),
        ]))
        (parts::button_row(html! {
            @if c.may_edit { (parts::button_link(&lang.t("publishing-edit"), &format!("/circulars/{}/edit", h.id), true)) }
            @for (format, key) in [("docx", "publishing-file-docx"), ("pdf", "publishing-file-pdf"), ("xlsx", "publishing-file-xlsx")] {
                (parts::button_link(&lang.t(key), &format!("/circulars/{}/file/{format}", h.id), false))
            }
        }))
        (next(lang, (csrf, key), c, today, posted, t))
        article class="zw-card" lang="zh-CN" {
            h2 { (h.title) }
            @for p in &c.paragraphs { (paragraph(c, p)) }
        }
        @if !c.edits.is_empty() { (edits(lang, c)) }
        (figures(lang, c, m))
        (history(lang, h))
    }
}

fn paragraph(c: &CircularFile, p: &ParagraphOut) -> Markup {
    let mut lines = p.paragraph.text.lines();
    let first = lines.next();
    html! {
        @if let Some(first) = first {
            p { @if !p.paragraph.lead.is_empty() { strong { (p.paragraph.lead) } } (line(c, first)) }
        } @else { h3 { (p.paragraph.lead) } }
        @for l in lines { p { (line(c, l)) } }
    }
}

/// A line with its figures as links to what stands behind them.
fn line(c: &CircularFile, text: &str) -> Markup {
    let pieces = template::parse(text).unwrap_or_else(|_| vec![Piece::Text(text.to_owned())]);
    html! {
        @for p in &pieces { @match p {
            Piece::Text(t) => (t),
            Piece::Figure(k) => (parts::figure(c.figures.iter().find(|(key, _)| key == k).map_or("〔？〕", |(_, v)| v), &figure_href(c, k))),
        } }
    }
}

/// The way to a snapshot, for readers who may open it; the day it shows for the others.
fn snapshot_link(lang: Lang, c: &CircularFile, id: SnapshotId) -> Markup {
    html! {
        @if c.opens_snapshot { a href={ "/snapshots/" (id) } { (lang.t("publishing-snapshot-open")) } }
        @else if id == c.head.snapshot { (c.as_of.to_string()) }
        @else { "—" }
    }
}

/// The figure's own page where it has one; differences, lists and dates stand in the snapshot. Empty where the
/// reader's door is closed.
fn figure_href(c: &CircularFile, key: &str) -> String {
    let plain =
        indicator::find(key).is_some() || !key.contains(['.', '@']) && !matches!(key, "as_of" | "before" | "period");
    if plain && !c.opens_figures || !plain && !c.opens_snapshot {
        String::new()
    } else if plain {
        let from = c.head.period.as_deref().and_then(Period::parse).map_or(c.as_of, Period::first_day);
        format!("/figures/{key}?area={}&from={from}&to={}", c.head.division, c.as_of)
    } else if let Some(before) = c.head.previous.filter(|_| key == "before") {
        format!("/snapshots/{before}")
    } else {
        format!("/snapshots/{}", c.head.snapshot)
    }
}

/// The one next step of the state.
fn next(
    lang: Lang,
    (csrf, key): (&str, &str),
    c: &CircularFile,
    today: Day,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    // Two forms may stand on one page: each step has a key of its own.
    let own = |step: &str| format!("{key}-{step}");
    let h = &c.head;
    let act = |verb: &str| format!("/circulars/{}/{verb}", h.id);
    html! {
        @if h.state == CircularState::Draft {
            @if c.may_check {
                (parts::card(&lang.t("publishing-check-title"), form_with(&act("check"), csrf, Some(&own("check")), &FormExtra::default(), html! {
                    p { (lang.t("publishing-check-how")) }
                    (hidden("version", &h.version.to_string()))
                    (typed(lang, c))
                    @if !c.blanks.is_empty() {
                        p class="zw-notice n-warning" { (blanks(lang, c)) }
                        (field(lang, &Field::check("although_blank", lang.t("publishing-check-although"), posted.value("although_blank") == "1")))
                    }
                    (parts::submit(&lang.t("publishing-check-do")))
                })))
            } @else if c.may_edit {
                (typed(lang, c))
                @if !c.blanks.is_empty() { p class="zw-notice n-warning" { (blanks(lang, c)) } }
                p class="zw-muted" { (lang.t("publishing-check-other")) }
            }
        }
        @if c.may_send {
            (parts::card(&lang.t("publishing-send-title"), form_with(&act("send"), csrf, Some(&own("send")), &FormExtra::default(), html! {
                p { (lang.t("publishing-send-how")) }
                (hidden("version", &h.version.to_string()))
                (field(lang, &Field::text("doc_no", lang.t("publishing-doc-no"), posted.value("doc_no")).required().hint(lang.t("publishing-doc-no-hint")).error(t.of(lang, "doc_no").as_deref())))
                (field(lang, &Field::date("sent_on", lang.t("publishing-sent-on"), match posted.value("sent_on") { "" => today.to_string(), typed => typed.to_owned() }).required().error(t.of(lang, "sent_on").as_deref())))
                (parts::submit(&lang.t("publishing-send-do")))
            })))
        }
        @if c.may_edit {
            (zw_ui::form::folded(&lang.t("publishing-void-title"), t.of(lang, "reason").is_some(), form_with(&act("void"), csrf, Some(&own("void")), &FormExtra::default(), html! {
                (hidden("version", &h.version.to_string()))
                (field(lang, &Field::text("reason", lang.t("publishing-void-reason"), posted.value("reason")).required().error(t.of(lang, "reason").as_deref())))
                (parts::submit_danger(&lang.t("publishing-void-do"), &lang.t("publishing-void-sure")))
            })))
        }
    }
}

/// What is left to fill in.
fn blanks(lang: Lang, c: &CircularFile) -> String {
    lang.tf("rule-circular-blanks", &[("n", c.blanks.len().into()), ("list", Arg::from(&c.blanks.join("、")))])
}

/// Numbers that people typed: nothing proves them.
fn typed(lang: Lang, c: &CircularFile) -> Markup {
    html! { @if !c.typed.is_empty() {
        p class="zw-notice n-warning" { (lang.tf("publishing-typed", &[("list", Arg::from(&c.typed.join("、")))])) }
    } }
}

/// Where the text differs from the system's draft: for whoever checks.
fn edits(lang: Lang, c: &CircularFile) -> Markup {
    let none = || lang.t("publishing-edit-nothing");
    let said = |text: &str| if text.is_empty() { none() } else { text.to_owned() };
    zw_ui::form::folded(
        &lang.tf("publishing-edits", &[("n", c.edits.len().into())]),
        false,
        html! { @for e in &c.edits {
            (parts::definitions([
                (format!("{} {}", e.lead, lang.t("publishing-edit-was")), said(&e.was)),
                (lang.t("publishing-edit-now"), said(&e.now)),
            ]))
        } },
    )
}

/// The figures of a paragraph for its editor (figures.js): key to printed value and words.
fn chips(lang: Lang, c: &CircularFile, m: &Measures, text: &str) -> String {
    let value = |key: &str| c.figures.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
    let list = template::figures(text).into_iter().map(|k| {
        let words = figure_words::words(lang, m, &c.areas, &k);
        (k.clone(), serde_json::json!([value(&k), words]))
    });
    serde_json::Value::Object(list.collect()).to_string()
}

fn figures(lang: Lang, c: &CircularFile, m: &Measures) -> Markup {
    zw_ui::form::folded(
        &lang.tf("publishing-figures-used", &[("n", c.figures.len().into())]),
        false,
        table(
            lang,
            &Table {
                caption: lang.t("publishing-figures-used-caption"),
                cols: vec![
                    Col::text(lang.t("publishing-figure-name")),
                    Col::figure(lang.t("publishing-value"), ""),
                    Col::text(lang.t("publishing-placeholder")).wide_only(),
                ],
                rows: c
                    .figures
                    .iter()
                    .map(|(k, v)| {
                        let words = figure_words::words(lang, m, &c.areas, k);
                        Row::new(vec![cell(words), cell(v), html! { code { (template::placeholder(k)) } }])
                    })
                    .collect(),
                ..Table::default()
            },
        ),
    )
}

fn history(lang: Lang, h: &CircularOut) -> Markup {
    let event = |key: &str, (who, at): &(String, Stamp), note: Option<String>, status: Option<Status>| Event {
        at: at.minute_cn(),
        who: who.clone(),
        what: lang.t(key),
        note,
        status,
    };
    let done = Some(Status::Done);
    let mut list = vec![event("publishing-drafted", &h.created, None, None)];
    if h.edited != h.created {
        list.push(event("publishing-edited", &h.edited, None, None));
    }
    list.extend(h.checked.as_ref().map(|c| event("publishing-state-checked", c, None, done)));
    list.extend(h.sent.as_ref().map(|s| event("publishing-state-sent", s, h.doc_no.clone(), done)));
    html! {
        h2 { (lang.t("publishing-history")) }
        (timeline(&list))
        @if let Some(why) = &h.void_reason { p { (flag(&lang.t("publishing-state-void"))) " " (why) } }
    }
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
    let kept_or = |name: &str, kept: &str| {
        if posted.values().iter().any(|(k, _)| k == name) { posted.value(name).to_owned() } else { kept.to_owned() }
    };
    let all = t.all(lang);
    // Both versions are shown once somebody was faster: then the text is sent on top of the newer one.
    let now = h.version.to_string();
    let version = if t.current.is_empty() { kept_or("version", &now) } else { now };
    html! {
        @if let Some(note) = &t.note { p class="zw-notice n-danger" role="alert" { (note) } }
        @if !t.current.is_empty() { (standing(lang, t)) }
        p { (lang.t("publishing-edit-how")) }
        (form_with(&format!("/circulars/{}/edit", h.id), csrf, Some(key), &FormExtra { draft: posted.draft_key(), ..FormExtra::default() }, html! {
            @if !all.is_empty() { (error_summary(lang, &all)) }
            (zw_ui::form::version(&version))
            (field(lang, &Field::text("title", lang.t("publishing-title"), kept_or("title", &h.title)).required().error(t.of(lang, "title").as_deref())))
            @for p in &c.paragraphs { (editable(lang, (c, m), p, &kept_or(&p.paragraph.id, &p.paragraph.text), t)) }
            (parts::submit(&lang.t("publishing-save")))
        }))
        (figures(lang, c, m))
    }
}

fn editable(lang: Lang, (c, m): (&CircularFile, &Measures), p: &ParagraphOut, value: &str, t: &FormTrouble) -> Markup {
    let p = &p.paragraph;
    // A heading alone has nothing to type.
    if p.text.is_empty() {
        return html! { h3 { (p.lead) } };
    }
    let label = if p.lead.is_empty() { lang.t("publishing-paragraph") } else { p.lead.clone() };
    let rows = u8::try_from(value.chars().count() / 52 + 2).unwrap_or(20).clamp(2, 20);
    let hint = if p.figures.is_empty() {
        lang.t("publishing-paragraph-free")
    } else {
        lang.tf("publishing-paragraph-figures", &[("n", p.figures.len().into())])
    };
    let area = Field::new(&p.id, label, value, Kind::TextArea(rows)).hint(hint).error(t.of(lang, &p.id).as_deref());
    html! { div data-figures=(chips(lang, c, m, &p.text)) data-put-back=(lang.t("publishing-put-back")) { (field(lang, &area)) } }
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
    match field.strip_prefix('p').filter(|n| n.bytes().all(|b| b.is_ascii_digit())) {
        Some(n) => lang.tf("publishing-paragraph-n", &[("n", Arg::from(n))]),
        None => lang.t("publishing-title"),
    }
}

/// An invented draft as in lists.
pub fn sample_out() -> CircularOut {
    crate::model::sample::draft_row().out()
}

fn sample_file() -> CircularFile {
    let row = crate::model::sample::draft_row();
    let now = crate::model::sample::july();
    let f = crate::model::figures::Figures { now: &now, before: None };
    let paragraphs = row.paragraphs().unwrap_or_default().paragraphs;
    CircularFile {
        head: row.out(),
        figures: vec![("stations_built".into(), "716".into())],
        typed: vec!["99.9".into()],
        edits: vec![EditedOut {
            lead: "一、总体进展。".into(), was: "建成716个。".into(), now: String::new()
        }],
        areas: vec![],
        blanks: vec!["1.未建站的县".into()],
        as_of: now.row.as_of,
        may_edit: true,
        may_check: true,
        may_send: true,
        opens_snapshot: true,
        opens_figures: true,
        paragraphs: paragraphs
            .into_iter()
            .map(|p| ParagraphOut { rendered: crate::model::template::render(&p.text, |k| f.text(k)), paragraph: p })
            .collect(),
    }
}

/// All pages.
pub fn sample(lang: Lang) -> Markup {
    let f = sample_file();
    let (t, m) = (FormTrouble::default(), Measures::join(vec![]));
    html! {
        (list(lang, &Paged { items: vec![f.head.clone()], page: 1, size: 50, total: 1 }, true))
        (show(lang, ("t", "k"), &f, &m, Day::from_stored(20210709), &Posted::default(), &t))
        (edit(lang, ("t", "k"), &f, &m, &Posted::default(), &t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_with_figures_and_edits_with_placeholders() {
        zw_ui::I18n::install(&crate::FTL);
        zw_ui::I18n::install(zw_reporting::FTL);
        let f = sample_file();
        let (t, m) = (FormTrouble::default(), Measures::join(vec![]));
        let read =
            show(Lang::ZhCn, ("t", "k"), &f, &m, Day::from_stored(20210709), &Posted::default(), &t).into_string();
        assert!(
            read.contains("建成运营<a class=\"zw-figure\" href=\"/figures/stations_built?area=1")
                && read.contains("/file/docx"),
            "{read}"
        );
        let edited = edit(Lang::ZhCn, ("t", "k"), &f, &m, &Posted::default(), &t).into_string();
        assert!(edited.contains("建成运营{{fig:stations_built}}个。"), "{edited}");
        // What was typed is shown again.
        let posted = Posted::prefilled([("p1", "改过的文字")]);
        let again = edit(Lang::ZhCn, ("t", "k"), &f, &m, &posted, &t).into_string();
        assert!(again.contains("改过的文字"));
        for lang in Lang::ALL {
            zw_ui::gallery::lint(&sample(lang).into_string()).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
