//! The page behind a figure as a pure function.

mod ask;
mod sure;

use crate::figure::out::{ExcludedOut, FigurePage, MeasureOut};
use crate::figure::series::{PointOut, SeriesOut};
use crate::report::out::period_label;
use crate::words::figure_href;
use maud::{Markup, html};
use zw_indicators::{Cell, Figure, RowsOut};
use zw_ui::chart::{LineChart, Series, line};
use zw_ui::format::num;
use zw_ui::parts::{Stat, Tab};
use zw_ui::{Col, Lang, Row, Table, table};

pub use ask::{Ask, ask, picker};
pub use sure::{month_end_beside, month_end_why};

/// As of when, or from when to when.
pub(crate) fn when(lang: Lang, f: &FigurePage) -> String {
    if f.from == f.to {
        lang.tf("reporting-as-of", &[("day", f.to.to_string().into())])
    } else {
        format!("{} — {}", f.from, f.to)
    }
}

fn unit(lang: Lang, unit: &str) -> String {
    // A sign such as % is its own word.
    if unit.contains('-') { lang.t(unit) } else { unit.to_owned() }
}

fn stat(lang: Lang, label: String, f: &Figure, unconfirmed: bool) -> Stat {
    Stat {
        label,
        value: if f.den.is_none() { num(f.num) } else { f.value.clone() },
        unit: if f.value == "—" { String::new() } else { unit(lang, &f.unit) },
        change: f.den.map(|d| format!("{} ÷ {}", num(f.num), num(d))),
        unconfirmed,
        ..Stat::default()
    }
}

/// The form to ask for another area or other days; what is counted, as of when, and which rows.
pub fn page(lang: Lang, f: &FigurePage, form: &Ask<'_>) -> Markup {
    let mut stats = vec![];
    if let Some(c) = &f.confirmed {
        // A stock counts whom nobody confirmed by their registers; of what happened over time they are left out.
        let flagged = c.is_stock() && !c.unconfirmed.is_empty();
        stats.push(stat(lang, sure::label(lang, c), &c.figure, flagged));
    }
    if let Some(live) = &f.live {
        // Of a frozen month's last day it is what the freeze counted by, and no figure of today.
        let label = lang.t(if f.month_end.is_some() { "reporting-month-end" } else { "reporting-live" });
        let live = stat(lang, label, live, f.above_county);
        // Above the county what was confirmed stands first; whoever keeps the records comes from a cell that counts them.
        stats.insert(if f.above_county { stats.len() } else { 0 }, live);
    }
    html! {
        (ask(lang, form))
        (zw_ui::stats(lang, &stats))
        (sure::confirmed(lang, f))
        @if let Some(r) = &f.reported { p class="zw-muted" {
            (lang.t("reporting-not-confirmed")) " "
            @if (r.from, r.to) != (f.from, f.to) {
                a href=(figure_href(&f.key, &f.area, r.from, r.to)) { (period_label(lang, &r.period)) }
            }
        } }
        @if f.confirmed.is_none() && f.numerator.kind == "distinct" && f.area.parse::<i64>().is_ok() {
            p class="zw-muted" { (lang.t(if f.numerator.persons { "reporting-not-summed" } else { "reporting-counted-anew" })) }
        }
        @for n in &f.notes { p class="zw-muted" { (if lang == Lang::En { n.en() } else { n.zh() }) } }
        (zw_ui::card(&lang.t("reporting-definition"), html! {
            p { (lang.t(&f.definition)) }
            (zw_ui::definitions(facts(lang, f)))
            (left_out(lang, &f.excluded))
        }))
        @if let Some(s) = f.series.as_ref().filter(|s| s.points.len() > 1) { (course(lang, f, s)) }
        (rows(lang, f))
    }
}

/// The value as a chart takes it: digits without the point, and how many stand behind it.
fn digits(value: &str) -> Option<(i64, u32)> {
    let behind = value.split_once('.').map_or(0, |(_, b)| b.len());
    Some((value.replace('.', "").parse().ok()?, u32::try_from(behind).ok()?))
}

/// The figure over the weeks: a line, and beneath it the numbers.
fn course(lang: Lang, f: &FigurePage, s: &SeriesOut) -> Markup {
    let values: Vec<Option<(i64, u32)>> = s.points.iter().map(|p| digits(&p.value)).collect();
    let at = |p: &PointOut| format!("/figures/{}?area={}&from={}&to={}", s.key, f.area, p.as_of, p.as_of);
    let title = lang.tf("reporting-course", &[("n", s.points.len().into())]);
    let note = lang.t(if s.above_county { "reporting-course-confirmed" } else { "reporting-course-live" });
    let chart = LineChart {
        lang,
        title: title.clone(),
        unit: unit(lang, &s.unit),
        decimals: values.iter().flatten().map(|(_, d)| *d).max().unwrap_or(0),
        x: s.points.iter().map(|p| p.as_of.to_string()).collect(),
        series: vec![Series {
            label: lang.t(&s.label),
            values: values.into_iter().map(|v| v.map(|(n, _)| n)).collect(),
            hrefs: s.points.iter().map(at).collect(),
            ..Series::default()
        }],
        from_zero: true,
    };
    let mut cols = vec![Col::text(lang.t("reporting-period")), Col::text(lang.t("reporting-course-day")).wide_only()];
    cols.push(Col::figure(lang.t(&s.label), unit(lang, &s.unit)));
    cols.push(Col::figure(lang.t("reporting-course-of"), "").wide_only());
    if s.above_county {
        cols.push(Col::figure(lang.t("reporting-course-counties"), ""));
    }
    let row = |p: &PointOut| {
        let shown = if p.den.is_none() { num(p.num) } else { p.value.clone() };
        let mut cells = vec![
            html! { a href=(at(p)) { (period_label(lang, &p.period)) } },
            html! { (p.as_of) },
            html! { (shown) },
            html! { (p.den.map_or_else(|| num(p.num), |d| format!("{} ÷ {}", num(p.num), num(d)))) },
        ];
        if s.above_county {
            cells.push(html! { (num(p.confirmed)) "/" (num(p.of)) });
        }
        Row::new(cells)
    };
    html! {
        (zw_ui::drawing(&title, line(&chart), Some(&note)))
        (zw_ui::form::folded(&lang.t("reporting-course-numbers"), false, table(lang, &Table {
            caption: title.clone(), cols, rows: s.points.iter().rev().map(row).collect(), ..Table::default()
        })))
    }
}

/// What the denominator leaves out and why; a long list is folded.
fn left_out(lang: Lang, list: &[ExcludedOut]) -> Markup {
    let n: usize = list.iter().map(|e| e.names.len()).sum();
    html! { @if n > 0 {
        p { (lang.tf("reporting-left-out", &[("n", n.into())])) }
        @for e in list {
            @let said = lang.tf("reporting-left-out-why", &[("why", said(lang, &e.reason).into()), ("n", e.names.len().into())]);
            @if e.names.len() > 12 { (zw_ui::form::folded(&said, false, html! { p class="zw-muted" { (e.names.join(lang.comma())) } })) }
            @else { p class="zw-muted" { (said) " " (e.names.join(lang.comma())) } }
        }
    } }
}

// i18n-keys: reporting-basis-circular reporting-basis-weekly reporting-basis-monthly reporting-basis-map
// i18n-keys: reporting-basis-acceptance reporting-basis-staffing reporting-basis-rhythm reporting-basis-own
fn facts(lang: Lang, f: &FigurePage) -> Vec<(String, Markup)> {
    let words = |m: &MeasureOut| html! { (lang.t(&m.label)) " — " (lang.t(&m.definition)) " " span class="zw-muted" { (m.rule_version) } };
    let mut out = vec![];
    if let Some(d) = &f.denominator {
        out.push((lang.t("reporting-numerator"), words(&f.numerator)));
        out.push((lang.t("reporting-denominator"), words(d)));
    }
    out.push((lang.t("reporting-rule-version"), html! { (f.rule_version) }));
    out.push((lang.t("reporting-source"), html! { (lang.t(&f.source)) }));
    out.push((lang.t("reporting-when"), html! { (when(lang, f)) }));
    out.push((
        lang.t("reporting-division-version"),
        html! { (lang.tf("reporting-as-of", &[("day", f.to.to_string().into())])) },
    ));
    out.push((lang.t("reporting-counted-at"), html! { (f.counted_at.minute_cn()) }));
    out
}

fn href(f: &FigurePage, of_denominator: bool, page: i64) -> String {
    let den = if of_denominator { "&of_denominator=1" } else { "" };
    format!("/figures/{}?area={}&from={}&to={}{den}&page={page}", f.key, f.area, f.from, f.to)
}

fn rows(lang: Lang, f: &FigurePage) -> Markup {
    html! {
        h2 { (lang.t("reporting-rows-behind")) }
        @if let Some(d) = &f.denominator { (zw_ui::tabs(&lang.t("reporting-rows-behind"), &[
            Tab::new(lang.t(&f.numerator.label), href(f, false, 1), !f.of_denominator),
            Tab::new(lang.t(&d.label), href(f, true, 1), f.of_denominator),
        ])) }
        @match &f.rows {
            None => { p { (lang.t("reporting-rows-not-yours")) } },
            // Not "none": there are some, and this reader sees none of them.
            Some(r) if r.total == 0 && r.partly_hidden => { p { (lang.t("reporting-rows-not-yours")) } },
            Some(r) => { (row_table(lang, f, r)) },
        }
    }
}

fn said(lang: Lang, c: &Cell) -> &str {
    match lang {
        Lang::ZhCn => c.zh(),
        Lang::En => c.en(),
    }
}

fn row_table(lang: Lang, f: &FigurePage, r: &RowsOut) -> Markup {
    html! {
        @if r.partly_hidden { p class="zw-muted" { (lang.t("reporting-rows-partly")) } }
        (table(lang, &Table {
            caption: lang.tf("reporting-rows-caption", &[("n", r.total.into())]),
            cols: r.columns.iter().map(|c| Col::text(lang.t(c))).collect(),
            rows: r.rows.iter().map(|row| Row::new(row.cells.iter().enumerate().map(|(i, c)| html! {
                @match (&row.href, i) { (Some(h), 0) => { a href=(h) { (said(lang, c)) } }, _ => { (said(lang, c)) } }
            }).collect())).collect(),
            empty: Some(zw_ui::empty(&lang.t("reporting-rows-none"), &lang.t("reporting-rows-none-hint"), None)),
            ..Table::default()
        }))
        (zw_ui::pagination(lang, f.page, f.size, r.total, |n| href(f, f.of_denominator, n)))
    }
}
