//! Pages of circulars.

mod clash;
mod editor;
mod history;
mod paper;
mod steps;

pub use editor::edit;

use crate::model::circular::{
    AnnexOut, CircularFile, CircularOut, CircularState, CorrectionOut, EditKind, EditedOut, FrameOut, ParagraphOut,
    ReturnOut,
};
use crate::model::clash as met;
use crate::model::template;
use crate::views::figure_words;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::{Day, Paged, SnapshotId};
use zw_indicators::Measures;
use zw_ui::Lang;
use zw_ui::parts::{self, flag};
use zw_ui::status::{Status, badge_with};
use zw_ui::table::{Col, Row, Table, cell, table};
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
                        html! {
                            (state(lang, c.state))
                            @if c.returned.is_some() { " " (flag(&lang.t("publishing-returned"))) }
                        },
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
        (steps::remarks(lang, c))
        (steps::next(lang, (csrf, key), c, today, posted, t))
        (paper::paper(c))
        @if !c.edits.is_empty() { (edits(lang, c)) }
        (figures(lang, c, m))
        (history::history(lang, c))
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

/// An invented draft as in lists.
pub fn sample_out() -> CircularOut {
    crate::model::sample::draft_row().out()
}

fn sample_file() -> CircularFile {
    let row = crate::model::sample::draft_row();
    let now = crate::model::sample::july();
    let f = crate::model::figures::Figures { now: &now, before: None };
    let paragraphs = row.paragraphs().unwrap_or_default().paragraphs;
    let returned = ReturnOut {
        remarks: "第二部分请写明时限。".into(),
        returned: ("示例乙".into(), row.created_at),
        checked: None,
    };
    CircularFile {
        head: CircularOut { returned: Some(returned.clone()), ..row.out() },
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
        may_return: true,
        joins_writers: true,
        may_correct: true,
        returns: vec![returned.clone()],
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
    let typed =
        [("p1", "已建成{{fig:stations_built}}个。"), ("p9", "另起一段。")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let met = met::meet(&f, &typed, |text| text.replace("{{fig:stations_built}}", "716"));
    html! {
        (list(lang, &Paged { items: vec![f.head.clone()], page: 1, size: 50, total: 1 }, true))
        (show(lang, ("t", "k"), &f, &m, Day::from_stored(20210709), &Posted::default(), &t))
        (clash::clash(lang, &met, &t))
        (edit(lang, ("t", "k"), (&f, None), &m, &Posted::default(), &t))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn file() -> CircularFile {
        sample_file()
    }

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
        let edited = edit(Lang::ZhCn, ("t", "k"), (&f, None), &m, &Posted::default(), &t).into_string();
        assert!(edited.contains("建成运营{{fig:stations_built}}个。"), "{edited}");
        // What was typed is shown again.
        let posted = Posted::prefilled([("p1", "改过的文字"), ("p2-new", "加上的一段"), ("p2-remove", "1")]);
        let again = edit(Lang::ZhCn, ("t", "k"), (&f, None), &m, &posted, &t).into_string();
        assert!(again.contains("改过的文字") && again.contains("加上的一段"));
        assert_eq!(again.matches("<details class=\"zw-fold\" open").count(), 1, "where something was typed");
        for lang in Lang::ALL {
            zw_ui::gallery::lint(&sample(lang).into_string()).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
