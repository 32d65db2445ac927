//! What units confirmed of a figure: by whom, who is missing, and where the registers say something else.

use super::unit;
use crate::figure::out::{ConfirmedOut, DiffersOut, FigurePage, MissingOut, MonthEndOut};
use crate::report::out::period_label;
use maud::{Markup, html};
use zw_core::Day;
use zw_core::code::Code as _;
use zw_ui::format::{num, signed};
use zw_ui::{Col, Lang, Row, Table, table};

/// Names that are shown without a fold.
const FEW: usize = 12;
/// Stations that are named in a cell of a table.
const NAMED: usize = 5;

impl ConfirmedOut {
    /// Whether it stands on a date.
    pub(super) fn is_stock(&self) -> bool {
        self.figure.from == self.figure.as_of
    }
    /// Reports that were owed and do not count.
    fn lacks(&self) -> i64 {
        self.of - self.units
    }
}

/// The label of the confirmed value: of which period or periods, and how many reports it lacks.
pub(super) fn label(lang: Lang, c: &ConfirmedOut) -> String {
    let last = period_label(lang, &c.period);
    let said = match &c.since {
        Some(first) => lang.tf(
            "reporting-confirmed-in-several",
            &[("first", period_label(lang, first).into()), ("last", last.into())],
        ),
        None => lang.tf("reporting-confirmed-in", &[("period", last.into())]),
    };
    match c.lacks() {
        n if n > 0 && !c.is_stock() => format!("{said} {}", lang.tf("reporting-confirmed-short", &[("n", n.into())])),
        _ => said,
    }
}

/// Everything under the two values.
pub(super) fn confirmed(lang: Lang, f: &FigurePage) -> Markup {
    let Some(c) = &f.confirmed else { return html! {} };
    let by = if c.since.is_some() { "reporting-confirmed-by-several" } else { "reporting-confirmed-by" };
    html! {
        p class="zw-muted" { (lang.tf(by, &[
            ("n", c.units.into()), ("of", c.of.into()),
            ("at", c.figure.confirmed_at.map(|t| t.minute_cn()).unwrap_or_default().into()),
        ])) }
        @if let Some(href) = &c.href { p { a href=(href) { (lang.t("reporting-confirmed-reports")) } } }
        @if !c.earlier.is_empty() {
            @let list: Vec<String> = c.earlier.iter().map(|(n, p)| format!("{n} {}", period_label(lang, p))).collect();
            p class="zw-muted" { (lang.tf("reporting-confirmed-earlier", &[("n", list.len().into()), ("list", list.join(lang.semicolon()).into())])) }
        }
        @if !c.unconfirmed.is_empty() { (unconfirmed(lang, c)) }
        (month_end(lang, f, c))
        @if let Some(live) = &f.live { @if c.figure.num != live.num || c.figure.den != live.den {
            p { (lang.tf(if c.is_stock() { "reporting-differs" } else { "reporting-differs-flow" }, &[
                ("n", signed(live.num - c.figure.num).into()),
            ])) }
            (differs(lang, f, c))
        } }
    }
}

/// Why the confirmed value and that of a freeze are two; a reader without live figures is told all the same.
fn month_end(lang: Lang, f: &FigurePage, c: &ConfirmedOut) -> Markup {
    let same = f.live.as_ref().is_some_and(|live| (live.num, live.den) == (c.figure.num, c.figure.den));
    html! { @if let Some(m) = f.month_end.as_ref().filter(|_| !same) {
        p class="zw-muted" { (month_end_why(lang, m, f.to)) }
    } }
}

/// Why what was confirmed and what was frozen of a month's last day are two.
pub fn month_end_why(lang: Lang, m: &MonthEndOut, day: Day) -> String {
    let args = [
        ("period", period_label(lang, &m.period).into()),
        ("at", m.frozen_at.minute_cn().into()),
        ("day", day.to_string().into()),
    ];
    lang.tf("reporting-month-end-why", &args)
}

/// The registers' value of a frozen month's last day, beside a confirmed one.
pub fn month_end_beside(lang: Lang, value: &str) -> String {
    lang.tf("reporting-month-end-beside", &[("value", value.into())])
}

/// Units without a confirmed value, by name, stations under their county; a long list is folded.
fn unconfirmed(lang: Lang, c: &ConfirmedOut) -> Markup {
    let n = c.unconfirmed.len();
    let said = match (c.is_stock(), c.since.is_some()) {
        (true, _) => lang.tf("reporting-confirmed-not-stock", &[("n", n.into())]),
        (false, false) => lang.tf("reporting-confirmed-not", &[("n", n.into())]),
        (false, true) => lang.tf("reporting-confirmed-not-several", &[("n", c.lacks().into()), ("units", n.into())]),
    };
    let waiting = (!c.waiting.is_empty()).then(|| {
        let args = [("n", c.waiting.len().into()), ("list", c.waiting.join(lang.comma()).into())];
        lang.tf("reporting-confirmed-waiting", &args)
    });
    let runs: Vec<&[MissingOut]> = c.unconfirmed.chunk_by(|a, b| a.county == b.county).collect();
    let names = |run: &[MissingOut]| run.iter().map(|m| missing(lang, m)).collect::<Vec<_>>().join(lang.comma());
    let list = html! {
        @for run in &runs { p class="zw-muted" {
            @if let Some(county) = run.first().and_then(|m| m.county.as_ref()) { (lang.tf("reporting-in-county", &[("county", county.as_str().into())])) }
            (names(run))
        } }
        @if let Some(waiting) = &waiting { p class="zw-muted" { (waiting) } }
    };
    html! {
        @if n > FEW { (zw_ui::form::folded(&said, false, list)) }
        @else { p class="zw-muted" { (said) } (list) }
    }
}

fn missing(lang: Lang, m: &MissingOut) -> String {
    if m.periods.is_empty() {
        return m.name.clone();
    }
    let periods: Vec<String> = m.periods.iter().map(|p| period_label(lang, p)).collect();
    let list = periods.join(lang.comma());
    lang.tf("reporting-missing-in", &[("name", m.name.as_str().into()), ("list", list.into())])
}

// i18n-keys: reporting-why-changed reporting-why-missing reporting-why-not_owed reporting-why-overridden
/// Why a county differs, with the stations that owed nothing and what was said of overrides.
fn why(lang: Lang, d: &DiffersOut) -> String {
    let said: Vec<String> = d.why.iter().map(|w| lang.t(&format!("reporting-why-{}", w.code()))).collect();
    let mut said = said.join(lang.semicolon());
    if !d.overridden.is_empty() {
        let list = shortened(lang, &d.overridden);
        said = lang.tf("reporting-why-because", &[("why", said.into()), ("list", list.into())]);
    }
    if d.not_owed.is_empty() {
        return said;
    }
    let list = shortened(lang, &d.not_owed);
    lang.tf("reporting-why-named", &[("why", said.into()), ("list", list.into())])
}

/// The first of a list, and whether there are more.
fn shortened(lang: Lang, list: &[String]) -> String {
    let more = if list.len() > NAMED { "…" } else { "" };
    let first: Vec<&str> = list.iter().take(NAMED).map(String::as_str).collect();
    format!("{}{more}", first.join(lang.comma()))
}

/// Of which counties the registers say another number than was confirmed: where the rows differ from the figure.
fn differs(lang: Lang, f: &FigurePage, c: &ConfirmedOut) -> Markup {
    let live = if f.month_end.is_some() { "reporting-month-end" } else { "reporting-live" };
    let cols = vec![
        Col::text(lang.t("reporting-differs-county")),
        Col::figure(lang.t("reporting-differs-confirmed"), unit(lang, &f.numerator.unit)),
        Col::text(lang.t("reporting-course-day")).wide_only(),
        Col::figure(lang.t(live), unit(lang, &f.numerator.unit)),
        Col::figure(lang.t("reporting-differs-by"), ""),
        Col::text(lang.t("reporting-differs-why")),
    ];
    let row = |d: &DiffersOut| {
        Row::new(vec![
            html! { (d.county) },
            html! { (d.confirmed.map_or_else(|| "—".to_owned(), num)) },
            html! { (d.as_of) },
            html! { (num(d.live)) },
            html! { (signed(d.live - d.confirmed.unwrap_or(0))) },
            html! { (why(lang, d)) },
        ])
    };
    let title = lang.tf("reporting-differs-counties", &[("n", c.differs.len().into())]);
    html! { @if !c.differs.is_empty() {
        (zw_ui::form::folded(&title, false, table(lang, &Table {
            caption: title.clone(), cols, rows: c.differs.iter().map(row).collect(), ..Table::default()
        })))
    } }
}
