//! The list of reports: its filters, its table and what its export says.

use crate::report::model::ReportState;
use crate::report::out::{ReportListOut, period_label};
use crate::report::read::ListQuery;
use crate::words;
use maud::{Markup, html};
use zw_core::Paged;
use zw_ui::form::{self, Choice, Field, field};
use zw_ui::table::{Chip, cell};
use zw_ui::{Col, Lang, Row, Table, table};

/// What the list needs besides its rows.
pub struct ListData {
    /// Filters in force.
    pub query: ListQuery,
    /// Name of the area filtered by.
    pub area: Option<String>,
    /// Rows.
    pub page: Paged<ReportListOut>,
    /// The way to the list's file.
    pub export: Option<zw_ui::Export>,
}

/// The list of reports.
pub fn list(lang: Lang, d: &ListData) -> Markup {
    let (q, found) = (&d.query, &d.page);
    let value = |v: &Option<String>| v.clone().unwrap_or_default();
    let kinds = ["week", "month"].map(|k| Choice::new(k, lang.t(&format!("reporting-kind-{k}")))).to_vec();
    let states = <ReportState as zw_core::code::Code>::ALL
        .iter()
        .map(|s| Choice::new(s.to_string(), words::state(lang, *s)))
        .collect();
    html! {
        form class="zw-filter" method="get" action="/reports/list" {
            @if let Some(county) = q.county { (form::hidden("county", &county.to_string())) }
            (field(lang, &Field::select("kind", lang.t("reporting-kind"), value(&q.kind), kinds)))
            (field(lang, &Field::text("period", lang.t("reporting-period"), value(&q.period)).hint("2021-W27 / 2021-06")))
            (field(lang, &Field::select("state", lang.t("reporting-state"), value(&q.state), states)))
            (form::buttons(zw_ui::submit(&lang.t("reporting-filter"))))
        }
        (table(lang, &reports(lang, d)))
        (zw_ui::pagination(lang, found.page, found.size, found.total, |n| list_href(q, n)))
    }
}

/// The table of reports, on the page and in its export.
pub(crate) fn reports(lang: Lang, d: &ListData) -> Table {
    let row = |r: &ReportListOut| {
        let sent = r.submitted_at.is_some();
        Row::new(vec![
            html! { a href={ "/reports/" (r.county) "/" (r.id) } { (period_label(lang, &r.period)) } },
            html! { (r.reporter) @if r.no_change { " " (zw_ui::flag(&lang.t("reporting-nil"))) } },
            words::state_badge(lang, Some(r.state), r.approved_at.is_some(), r.timeliness),
            cell(if sent { words::time_of_sent(lang, r.timeliness) } else { words::time(lang, r.timeliness) }),
            html! { (words::at(r.submitted_at)) @if let Some(by) = &r.submitted_by { " " span class="zw-muted" { (by) } } },
            cell(words::at(r.approved_at)),
        ])
    };
    Table {
        caption: lang.t("reporting-list-title"),
        cols: vec![
            Col::text(lang.t("reporting-period")),
            Col::text(lang.t("reporting-reporter")),
            Col::text(lang.t("reporting-state")),
            Col::text(lang.t("reporting-timeliness")).wide_only(),
            Col::text(lang.t("reporting-confirmed-at")),
            Col::text(lang.t("reporting-approved-at")).wide_only(),
        ],
        rows: d.page.items.iter().map(row).collect(),
        chips: list_chips(lang, d),
        export: d.export.clone(),
        empty: Some(zw_ui::empty(&lang.t("reporting-list-empty"), &lang.t("reporting-list-empty-hint"), None)),
        print: true,
        ..Table::default()
    }
}

/// The filters in force, each with the way to be rid of it; the export says them in its head.
fn list_chips(lang: Lang, d: &ListData) -> Vec<Chip> {
    let q = &d.query;
    let set = |v: &Option<String>| v.clone().filter(|v| !v.trim().is_empty());
    let kind = set(&q.kind);
    let kind = kind.map(|k| (lang.t_or(&format!("reporting-kind-{k}"), &k), ListQuery { kind: None, ..q.clone() }));
    let period = set(&q.period).map(|p| (period_label(lang, &p), ListQuery { period: None, ..q.clone() }));
    let state = set(&q.state).and_then(|s| <ReportState as zw_core::code::Code>::from_code(&s));
    let state = state.map(|s| (words::state(lang, s), ListQuery { state: None, ..q.clone() }));
    let area = d.area.clone().map(|a| (a, ListQuery { county: None, ..q.clone() }));
    let all = [area, kind, period, state].into_iter().flatten();
    all.map(|(label, rest)| Chip { label, remove_href: list_href(&rest, 1) }).collect()
}

fn list_href(q: &ListQuery, page: i64) -> String {
    let mut href = format!("/reports/list?page={page}");
    if let Some(county) = q.county {
        href.push_str(&format!("&county={county}"));
    }
    for (name, v) in [("kind", &q.kind), ("period", &q.period), ("state", &q.state)] {
        // Only codes and period keys pass the service, so nothing needs escaping.
        if let Some(v) =
            v.as_deref().filter(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)))
        {
            href.push_str(&format!("&{name}={v}"));
        }
    }
    href
}
