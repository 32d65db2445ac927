//! 补录差额: a snapshot compared with what the records say now, on the page and in its file.

use super::{figure_href, name};
use crate::model::snapshot::{LateDifference, SnapshotFile};
use maud::{Markup, html};
use zw_indicators::Measures;
use zw_ui::table::{Col, Row, Table, cell, table};
use zw_ui::{Export, Lang, parts};

/// Counties named in a cell of the page; the file names all.
const PLACES: usize = 6;

/// The table of differences, naming at most `places` counties in a cell.
pub(crate) fn differences(lang: Lang, s: &SnapshotFile, m: &Measures, list: &[LateDifference], places: usize) -> Table {
    let rows = list.iter().map(|d| {
        let named: Vec<String> =
            d.counties.iter().take(places).map(|(_, n, v)| format!("{n} {}", zw_ui::format::signed(*v))).collect();
        let more = if d.counties.len() > places { " …" } else { "" };
        Row::new(vec![
            html! { (parts::figure(&name(lang, m, &d.key), &figure_href(s, &d.key))) },
            cell(zw_ui::format::num(d.frozen)),
            cell(zw_ui::format::num(d.live)),
            cell(zw_ui::format::signed(d.difference)),
            cell(if d.unreported == 0 { String::new() } else { zw_ui::format::num(d.unreported) }),
            cell(format!("{}{more}", named.join(lang.comma()))),
        ])
    });
    Table {
        caption: lang.t("publishing-late-caption"),
        cols: vec![
            Col::text(lang.t("publishing-figure")),
            Col::figure(lang.t("publishing-frozen"), ""),
            Col::figure(lang.t("publishing-live"), ""),
            Col::figure(lang.t("publishing-difference"), ""),
            Col::figure(lang.t("publishing-late-unreported"), "").wide_only(),
            Col::text(lang.t("publishing-where")).wide_only(),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// The differences on the page.
pub(super) fn late(
    lang: Lang,
    s: &SnapshotFile,
    m: &Measures,
    list: &[LateDifference],
    export: Option<Export>,
) -> Markup {
    html! {
        h2 { (lang.t("publishing-late")) }
        p { (lang.t("publishing-late-how")) }
        @if list.is_empty() { p { (lang.t("publishing-late-none")) } } @else {
            (table(lang, &Table { export, ..differences(lang, s, m, list, PLACES) }))
        }
    }
}
