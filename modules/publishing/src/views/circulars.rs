//! Pages of circulars.

mod editor;
mod paper;

pub use editor::edit;

use crate::model::circular::{
    AnnexOut, CircularFile, CircularOut, CircularState, CorrectionOut, EditKind, EditedOut, FrameOut, ParagraphOut,
};
use crate::model::template;
use crate::views::figure_words;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::{Day, Paged, SnapshotId, Stamp};
use zw_indicators::Measures;
use zw_ui::form::{Field, FormExtra, field, form_with, hidden};
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
        (paper::paper(c))
        @if !c.edits.is_empty() { (edits(lang, c)) }
        (figures(lang, c, m))
        (history(lang, c))
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
    let typed_or = |name: &str, kept: Option<String>| match posted.value(name) {
        "" => kept.unwrap_or_default(),
        typed => typed.to_owned(),
    };
    html! {
        @if h.state == CircularState::Draft {
            @if c.may_check {
                (parts::card(&lang.t("publishing-check-title"), form_with(&act("check"), csrf, Some(&own("check")), &FormExtra::default(), html! {
                    p { (lang.t("publishing-check-how")) }
                    (hidden("version", &h.version.to_string()))
                    (changed(lang, c))
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
                (recorded(lang, (&typed_or("doc_no", None), &typed_or("sent_on", Some(today.to_string()))), t))
                (parts::submit(&lang.t("publishing-send-do")))
            })))
        }
        @if c.may_correct {
            (zw_ui::form::folded(&lang.t("publishing-correct-title"), !t.is_empty(), form_with(&act("correct"), csrf, Some(&own("correct")), &FormExtra::default(), html! {
                p { (lang.t("publishing-correct-how")) }
                (hidden("version", &h.version.to_string()))
                (recorded(lang, (&typed_or("doc_no", h.doc_no.clone()), &typed_or("sent_on", h.sent_on.map(|d| d.to_string()))), t))
                (field(lang, &Field::text("reason", lang.t("publishing-correct-reason"), posted.value("reason")).required().error(t.of(lang, "reason").as_deref())))
                (parts::submit(&lang.t("publishing-correct-do")))
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

/// Number and date that the office gave.
fn recorded(lang: Lang, (doc_no, sent_on): (&str, &str), t: &FormTrouble) -> Markup {
    html! {
        (field(lang, &Field::text("doc_no", lang.t("publishing-doc-no"), doc_no).required().hint(lang.t("publishing-doc-no-hint")).error(t.of(lang, "doc_no").as_deref())))
        (field(lang, &Field::date("sent_on", lang.t("publishing-sent-on"), sent_on).required().error(t.of(lang, "sent_on").as_deref())))
    }
}

/// How much is not the system's draft: for whoever checks.
fn changed(lang: Lang, c: &CircularFile) -> Markup {
    let n = |of: &[EditKind]| c.edits.iter().filter(|e| of.contains(&e.kind)).count();
    let (added, removed) = (n(&[EditKind::Added]), n(&[EditKind::Removed]));
    let other = c.edits.len() - added - removed;
    html! { @if !c.edits.is_empty() {
        p class="zw-notice n-warning" {
            (lang.tf("publishing-edits-told", &[("added", added.into()), ("removed", removed.into()), ("other", other.into())]))
        }
    } }
}

/// What is left to fill in.
fn blanks(lang: Lang, c: &CircularFile) -> String {
    lang.tf("rule-circular-blanks", &[("n", c.blanks.len().into()), ("list", Arg::from(&c.blanks.join(lang.comma())))])
}

/// Numbers that people typed: nothing proves them.
fn typed(lang: Lang, c: &CircularFile) -> Markup {
    html! { @if !c.typed.is_empty() {
        p class="zw-notice n-warning" { (lang.tf("publishing-typed", &[("list", Arg::from(&c.typed.join(lang.comma())))])) }
    } }
}

// i18n-keys: publishing-edited-title publishing-edited-addressee publishing-edited-copy_to
// i18n-keys: publishing-edited-annex publishing-edited-changed publishing-edited-added publishing-edited-removed
/// Where it differs from the system's draft: for whoever checks.
fn edits(lang: Lang, c: &CircularFile) -> Markup {
    let none = || lang.t("publishing-edit-nothing");
    let said = |text: &str| if text.is_empty() { none() } else { text.to_owned() };
    zw_ui::form::folded(
        &lang.tf("publishing-edits", &[("n", c.edits.len().into())]),
        false,
        html! { @for e in &c.edits {
            h3 { (lang.t(&format!("publishing-edited-{}", e.kind))) " " (e.lead) }
            (parts::definitions([
                (lang.t("publishing-edit-was"), said(&e.was)),
                (lang.t("publishing-edit-now"), said(&e.now)),
            ]))
        } },
    )
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

fn history(lang: Lang, c: &CircularFile) -> Markup {
    let h = &c.head;
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
    // Each act with the number as it was recorded by it: what a correction replaced is what was recorded before.
    let record = |no: &str, on: Day| format!("{no}　{on}");
    let now = h.doc_no.as_deref().zip(h.sent_on).map(|(no, on)| record(no, on));
    let mut records: Vec<String> = c.corrections.iter().map(|k| record(&k.doc_no, k.sent_on)).chain(now).collect();
    if !records.is_empty() {
        let first = records.remove(0);
        list.extend(h.sent.as_ref().map(|s| event("publishing-state-sent", s, Some(first), done)));
    }
    list.extend(c.corrections.iter().zip(records).map(|(k, now)| {
        let note = lang.tf(
            "publishing-corrected-note",
            &[
                ("was", Arg::from(&record(&k.doc_no, k.sent_on))),
                ("now", Arg::from(&now)),
                ("reason", Arg::from(&k.reason)),
            ],
        );
        event("publishing-corrected", &k.corrected, Some(note), None)
    }));
    html! {
        h2 { (lang.t("publishing-history")) }
        (timeline(&list))
        @if let Some(last) = c.corrections.last() {
            p { (lang.tf("publishing-corrected-files", &[("at", Arg::from(&last.corrected.1.minute_cn()))])) }
        }
        @if let Some(why) = &h.void_reason { p { (flag(&lang.t("publishing-state-void"))) " " (why) } }
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
        edits: vec![EditedOut::new(EditKind::Removed, "一、总体进展。", "建成716个。".into(), String::new())],
        frame: FrameOut {
            red_head: None,
            addressee: "各设区市示例单位".into(),
            annexes: vec![
                AnnexOut { annex: "cities".into(), title: "各设区市社工站建设进度表".into() },
                AnnexOut { annex: "counties".into(), title: "各县（市、区）社工站建设进度表".into() },
            ],
            issuer: "示例单位".into(),
            date: Day::from_stored(20210709),
            copy_to: "示例抄送单位".into(),
        },
        may_correct: true,
        corrections: vec![CorrectionOut {
            doc_no: "示例〔2021〕21号".into(),
            sent_on: Day::from_stored(20210709),
            reason: "序号登记错".into(),
            corrected: ("示例乙".into(), row.created_at),
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
        // The page reads like the paper.
        for part in [
            "各设区市示例单位：",
            "<li>各县（市、区）社工站建设进度表</li>",
            "<p>示例单位</p><p>2021年7月9日</p>",
            "抄送：示例抄送单位。",
        ] {
            assert!(read.contains(part), "{part}: {read}");
        }
        let edited = edit(Lang::ZhCn, ("t", "k"), &f, &m, &Posted::default(), &t).into_string();
        assert!(edited.contains("建成运营{{fig:stations_built}}个。"), "{edited}");
        // What was typed is shown again.
        let posted = Posted::prefilled([("p1", "改过的文字"), ("p2-new", "加上的一段"), ("p2-remove", "1")]);
        let again = edit(Lang::ZhCn, ("t", "k"), &f, &m, &posted, &t).into_string();
        assert!(again.contains("改过的文字") && again.contains("加上的一段"));
        assert_eq!(again.matches("<details class=\"zw-fold\" open").count(), 1, "where something was typed");
        for lang in Lang::ALL {
            zw_ui::gallery::lint(&sample(lang).into_string()).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
