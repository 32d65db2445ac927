//! Boards as pure functions.

use crate::board::model::{Board, BoardCity, BoardFigure, BoardRow, Counts};
use crate::cycle::last_ended;
use crate::how::{self, HowCounted, Rest};
use crate::pass_on::{PassOn, Verdict};
use crate::report::out::period_label;
use crate::words;
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_ui::form::{self, Field, Kind, field};
use zw_ui::format::{num, percent};
use zw_ui::parts::{Stat, Tab};
use zw_ui::status::{Status, badge_with};
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Row, Table, figure, table};
use zw_web::{FormTrouble, Posted};

/// The figures kept on phones: stations built of a week, visits of a month.
const TELLING: [&str; 2] = ["stations_built", "M07"];

/// Periods to choose from.
const PICKED: usize = 12;

/// What a form page needs besides its data.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// Form token.
    pub csrf: &'a str,
    /// Idempotency key.
    pub idem: &'a str,
    /// What was typed.
    pub posted: &'a Posted,
    /// What is wrong with it.
    pub trouble: &'a FormTrouble,
    /// The way to the file of the board.
    pub export: Option<&'a zw_ui::Export>,
}

fn note(lang: Lang, ask: &Ask<'_>) -> Markup {
    html! {
        @if let Some(n) = &ask.trouble.note { div class="zw-notice n-danger" role="alert" { span class="zw-mark" aria-hidden="true" { "‼" } p { (n) } } }
        (form::error_summary(lang, &ask.trouble.all(lang)))
    }
}

fn href(b: &Board, period: Period) -> String {
    format!("/board?period={period}&area={}", b.area)
}

/// A board.
pub fn board(lang: Lang, b: &Board, ask: &Ask<'_>) -> Markup {
    let period = Period::parse(&b.period);
    let month = b.kind == "month";
    let src = format!("/board?period={}&area={}", b.period, b.area);
    let other = |kind: &str| format!("/board?kind={kind}&area={}", b.area);
    html! {
        (zw_ui::tabs(&lang.t("reporting-kind"), &[
            Tab::new(lang.t("reporting-kind-week"), other("week"), !month),
            Tab::new(lang.t("reporting-kind-month"), other("month"), month),
        ]))
        @if let Some(p) = period { (picker(lang, b, p)) }
        (note(lang, ask))
        (zw_ui::live("board", "/live?topics=board", &src, inner(lang, b, ask)))
    }
}

/// The periods to choose from: the last that are over, newest first, and the one shown.
fn periods(b: &Board, shown: Period) -> Vec<Period> {
    let newest = last_ended(shown.kind(), b.as_of.day_cn());
    let mut list: Vec<Period> = std::iter::successors(Some(newest), |p| Some(p.prev())).take(PICKED).collect();
    if !list.contains(&shown) {
        list.push(shown);
    }
    list
}

/// Any of the last periods, and one step back or on.
fn picker(lang: Lang, b: &Board, shown: Period) -> Markup {
    let step = |p: Period| zw_ui::button_link(&period_label(lang, &p.to_string()), &href(b, p), false);
    html! {
        form class="zw-filter" action="/board" method="get" {
            (form::hidden("area", &b.area.to_string()))
            div {
                label class="form-label" for="f-board-period" { (lang.t("reporting-board-pick")) }
                select class="form-select" id="f-board-period" name="period" {
                    @for p in periods(b, shown) { option value=(p) selected[p == shown] { (period_label(lang, &p.to_string())) } }
                }
            }
            button class="btn" type="submit" { (lang.t("ui-show")) }
            (step(shown.prev()))
            @if shown.next().last_day() < b.as_of.day_cn() { (step(shown.next())) }
        }
    }
}

/// How a county stands with the week of its board, for the first page of those who only read it.
pub fn week_card(lang: Lang, b: &Board) -> Markup {
    let title = lang.tf(
        "reporting-board-week-card",
        &[("area", b.area_name.as_str().into()), ("period", words::title(lang, &b.period).into())],
    );
    let way = html! { a href={ "/board?period=" (b.period) "&area=" (b.area) } { (lang.t("reporting-board-open")) } };
    zw_ui::card_with(
        &title,
        Some(way),
        html! {
            @if b.rows.is_empty() { p class="zw-muted" { (lang.t("reporting-board-empty")) } }
            @for r in &b.rows {
                p {
                    (words::state_badge(lang, r.state, r.approved_at.is_some(), r.timeliness)) " "
                    @if r.href.is_empty() { (r.name) } @else { a href=(r.href) { (r.name) } }
                    @if let Some(why) = &r.reason { " " span class="zw-muted" { (why) } }
                }
                (zw_ui::definitions([
                    (lang.t("reporting-timeliness"), time_of(lang, r)),
                    (lang.t("reporting-confirmed-at"), words::at(r.confirmed_at)),
                    (lang.t("reporting-approved-at"), words::at(r.approved_at)),
                ]))
            }
            p class="zw-muted" { (words::due(lang, b.due_at, b.due_unknown)) }
        },
    )
}

/// 时效 in words: what was sent after the grace says so.
fn time_of(lang: Lang, r: &BoardRow) -> String {
    let sent = r.confirmed_at.is_some() || r.passed_on.is_some();
    if sent { words::time_of_sent(lang, r.timeliness) } else { words::time(lang, r.timeliness) }
}

/// What the totals are made of.
fn how(lang: Lang, b: &Board) -> Markup {
    let period = Period::parse(&b.period);
    let href = |key: &str| {
        period.map(|p| words::figure_href(key, &b.area.to_string(), p.first_day(), p.last_day())).unwrap_or_default()
    };
    let rest = if b.totals.iter().any(|f| f.live.is_some()) { Rest::Beside } else { Rest::LeftOut };
    how::note(
        lang,
        &HowCounted {
            confirmed: b.confirmed_units,
            of: reporters(b),
            latest: b.rows.iter().filter_map(|r| r.confirmed_at).max(),
            rest,
            figures: b.columns.iter().map(|(key, label, _)| (lang.t(label), href(key))).collect(),
        },
    )
}

/// Reporters whose figures the board adds up: counties of a month above the county, whose counts are stations; else all
/// that are due.
fn reporters(b: &Board) -> i64 {
    let months = b.rows.iter().any(|r| r.counts.is_some());
    if months { i64::try_from(b.rows.len()).unwrap_or(0) } else { b.counts.due }
}

/// Until when the board's units report; above the county a month has two deadlines, the stations' and the counties' own.
fn due(lang: Lang, b: &Board) -> String {
    match (b.due_unknown, b.county_due_at) {
        (None, Some(county)) => lang.tf(
            "reporting-due-both",
            &[("stations", words::at(b.due_at).into()), ("counties", county.minute_cn().into())],
        ),
        _ => words::due(lang, b.due_at, b.due_unknown),
    }
}

/// How the row stands with its deadline; where it was sent again after a return, that the first time counts.
fn time_cell(lang: Lang, r: &BoardRow) -> Markup {
    let resent = words::resent(lang, r.first_sent_at, r.timeliness, r.confirmed_at);
    html! {
        span title=[resent.as_deref()] { (time_of(lang, r)) }
        @if resent.is_some() { div class="zw-beside zw-muted" {
            (lang.tf("reporting-first-sent", &[("at", words::at(r.first_sent_at).into())]))
        } }
    }
}

fn inner(lang: Lang, b: &Board, ask: &Ask<'_>) -> Markup {
    let own = b.level == "X" && b.kind == "month" || b.level == "C";
    html! {
        (zw_ui::stats(lang, &count_stats(lang, &b.counts)))
        p class="zw-muted" { (due(lang, b)) }
        @for n in &b.notes { p class="zw-muted" { (if lang == Lang::En { n.en() } else { n.zh() }) } }
        @if let Some(at) = b.frozen_at { div class="zw-notice n-info" { span class="zw-mark" aria-hidden="true" { "i" } p {
            strong { (lang.tf("reporting-frozen", &[("at", at.minute_cn().into())])) } " " (lang.t("reporting-frozen-board"))
        } } }
        @if own { (passing(lang, b, ask)) }
        (table(lang, &Table { export: ask.export.cloned(), ..rows(lang, b) }))
        @if let Some(s) = &b.split { (crate::report::views::split(lang, s, b.level != "X")) }
        @if b.rows.len() > 1 { (how(lang, b)) }
        @if b.rows.iter().any(|r| r.counts.is_some()) { p class="zw-muted" { (lang.t("reporting-month-sums")) } }
        @else if b.rows.iter().any(|r| r.unit.is_some()) { p class="zw-muted" { (lang.t("reporting-station-sums")) } }
        @if !b.cities.is_empty() { (cities(lang, b)) }
    }
}

fn count_stats(lang: Lang, c: &Counts) -> Vec<Stat> {
    let stat = |key: &str, v: i64| Stat { label: lang.t(key), value: num(v), ..Stat::default() };
    vec![
        stat("reporting-count-due", c.due),
        stat("reporting-time-on_time", c.on_time),
        stat("reporting-time-late", c.late),
        stat("reporting-time-missing", c.missing),
        stat("reporting-count-waiting", c.waiting),
        stat("reporting-state-returned", c.returned),
        stat("reporting-state-approved", c.approved),
        Stat { label: lang.t("reporting-count-rate"), value: percent(c.on_time, c.rated()), ..Stat::default() },
    ]
}

/// A figure with the way to its page; without an area none, because the rows of this very table are what it is made of.
fn value(lang: Lang, b: &Board, f: &BoardFigure, area: Option<&str>) -> Markup {
    let to = Period::parse(&b.period).zip(area);
    let link = |v: i64| match to {
        Some((p, area)) => figure(&num(v), &words::figure_href(&f.key, area, p.first_day(), p.last_day())),
        None => html! { (num(v)) },
    };
    html! {
        @if let Some(v) = f.confirmed { (link(v)) } @else { "—" }
        @if f.overridden { div class="zw-beside" { (zw_ui::flag(&lang.t("reporting-overridden"))) } }
        // On a line of its own, so that the confirmed figures of a column stand under each other.
        @if let Some(v) = f.live.filter(|v| Some(*v) != f.confirmed) {
            div class="zw-beside" { (zw_ui::parts::unconfirmed(lang)) " " (link(v)) }
        }
    }
}

/// The table of a board, on the page and in its export.
pub(crate) fn rows(lang: Lang, b: &Board) -> Table {
    let grouped = b.rows.iter().any(|r| !r.group.is_empty());
    let counts = b.rows.iter().any(|r| r.counts.is_some());
    let mut cols = vec![Col::text(lang.t("reporting-reporter"))];
    if grouped {
        cols.push(Col::text(lang.t("reporting-city")).wide_only());
    }
    cols.push(Col::text(lang.t("reporting-state")));
    cols.push(Col::text(lang.t("reporting-timeliness")).wide_only());
    cols.push(Col::text(lang.t("reporting-confirmed-at")));
    if counts {
        for k in [
            "reporting-count-due",
            "reporting-time-on_time",
            "reporting-time-late",
            "reporting-time-missing",
            "reporting-count-waiting",
            "reporting-state-approved",
        ] {
            cols.push(Col::figure(lang.t(k), "").wide_only());
        }
    }
    for (key, label, unit) in &b.columns {
        let col = Col::figure(lang.t(label), lang.t_or(unit, ""));
        // On a phone a row keeps its state, its confirmation and its one telling figure.
        cols.push(if TELLING.contains(&key.as_str()) { col } else { col.wide_only() });
    }
    let before = cols.len() - b.columns.len();
    if b.rows.iter().any(|r| r.may_exempt) {
        cols.push(Col::text(lang.t("reporting-exempt")).wide_only().screen_only());
    }
    cols.push(Col::text(lang.t("reporting-remark")).below());
    let across = cols.len();
    let totals = (!b.totals.is_empty() && b.rows.len() > 1).then(|| {
        let of = [("n", b.confirmed_units.into()), ("of", reporters(b).into())];
        let mut cells = vec![html! { (lang.tf("reporting-total-of", &of)) }];
        let said = if counts { counted(&b.counts).to_vec() } else { vec![] };
        cells.extend((1..before - said.len()).map(|_| cell("")));
        cells.extend(said.into_iter().map(|v| cell(num(v))));
        // What a county has not passed on is its stations' reports and no figure of the county yet.
        let area = b.rows.iter().all(|r| r.unit.is_none()).then(|| b.area.to_string());
        cells.extend(b.totals.iter().map(|f| value(lang, b, f, area.as_deref())));
        cells.resize(across, cell(""));
        cells
    });
    // Counties that report to the province itself stand after those of the cities, as in the annexes of the circular.
    let mut list: Vec<&BoardRow> = b.rows.iter().collect();
    list.sort_by_key(|r| r.group.is_empty());
    Table {
        caption: words::title(lang, &b.period),
        rows: list.into_iter().map(|r| row(lang, b, r, (grouped, counts))).collect(),
        cols,
        totals,
        print: true,
        empty: Some(zw_ui::empty(&lang.t("reporting-board-empty"), &lang.t("reporting-board-empty-hint"), None)),
        source: Some(lang.tf(
            "reporting-board-source",
            &[("day", b.figures_as_of.to_string().into()), ("at", b.as_of.minute_cn().into())],
        )),
        ..Table::default()
    }
}

/// The counts of a monthly board above the county, in the order of their columns.
fn counted(c: &Counts) -> [i64; 6] {
    [c.due, c.on_time, c.late, c.missing, c.waiting, c.approved]
}

fn row(lang: Lang, b: &Board, r: &BoardRow, (grouped, counts): (bool, bool)) -> Row {
    let area = r.unit.map_or_else(|| r.division.to_string(), |u| u.to_string());
    let mut cells = vec![html! { @if r.href.is_empty() { (r.name) } @else { a href=(r.href) { (r.name) } } }];
    if grouped {
        cells.push(cell(&r.group));
    }
    cells.push(match (&r.counts, &r.passed_on) {
        (Some(_), Some(p)) => verdict(lang, p),
        (Some(_), None) => badge_with(words::time_status(r.timeliness), &lang.t("reporting-not-passed")),
        _ => words::state_badge(lang, r.state, r.approved_at.is_some(), r.timeliness),
    });
    cells.push(time_cell(lang, r));
    cells.push(html! { (words::at(r.confirmed_at)) @if r.no_change { " " (zw_ui::flag(&lang.t("reporting-nil"))) } });
    if counts {
        cells.extend(counted(&r.counts.unwrap_or_default()).map(|v| cell(num(v))));
    }
    cells.extend(r.figures.iter().map(|f| value(lang, b, f, Some(&area))));
    if b.rows.iter().any(|r| r.may_exempt) {
        cells.push(html! { @if r.may_exempt {
            @let county = if r.unit.is_some() { b.area } else { r.division };
            @let unit = r.unit.map(|u| format!("&unit={u}")).unwrap_or_default();
            a href={ "/board/exempt?period=" (b.period) "&county=" (county) (unit) } { (lang.t("reporting-exempt")) }
        } });
    }
    cells.push(html! {
        @if let Some(why) = &r.reason { (why) " " }
        @if let Some(p) = &r.passed_on { (missing(lang, p)) }
    });
    let group = if grouped && r.group.is_empty() { lang.t("reporting-direct") } else { r.group.clone() };
    Row { group, quiet: r.is_quiet(), ..Row::new(cells) }
}

fn verdict(lang: Lang, p: &PassOn) -> Markup {
    let status = match p.state {
        Verdict::Passed => Status::OnCourse,
        Verdict::Approved => Status::Done,
        Verdict::Returned => Status::Behind,
    };
    badge_with(status, &lang.t(&format!("reporting-pass-{}", p.state.code())))
}

fn missing(lang: Lang, p: &PassOn) -> Markup {
    html! { @if !p.missing.is_empty() {
        span class="zw-muted" { (lang.tf("reporting-missing-n", &[("n", i64::try_from(p.missing.len()).unwrap_or(0).into())])) " "
            @for (i, m) in p.missing.iter().take(5).enumerate() { @if i > 0 { (lang.comma()) } (m.name) } @if p.missing.len() > 5 { "…" } }
    } }
}

fn passing(lang: Lang, b: &Board, ask: &Ask<'_>) -> Markup {
    let hidden = html! { (form::hidden("division", &b.area.to_string())) (form::hidden("period", &b.period)) };
    html! {
        @if let Some(p) = &b.passed_on {
            p {
                (verdict(lang, p)) " "
                (lang.tf("reporting-passed-by", &[("at", p.passed_at.minute_cn().into()), ("by", p.passed_by.as_deref().unwrap_or(&p.name).into())])) " "
                @if let Some(t) = p.timeliness { (words::sent_badge(lang, t)) " " }
                (missing(lang, p))
                @if let Some(why) = &p.reason { " " (lang.tf("reporting-returned-because", &[("reason", why.as_str().into())])) }
            }
        }
        @if b.may_pass_on { (zw_ui::card(&lang.t("reporting-pass-on"), form::form("/board/pass-on", ask.csrf, Some(ask.idem), html! {
            (hidden)
            p class="zw-muted" { (lang.t("reporting-pass-on-hint")) }
            @if b.counts.approved < b.counts.due { (field(lang, &Field::check("although_missing", lang.t("reporting-although-missing"), ask.posted.value("although_missing") == "1"))) }
            (form::buttons(zw_ui::submit(&lang.t("reporting-do-pass-on"))))
        }))) }
        @if b.own { p class="zw-muted" { (lang.t("rule-report-four-eyes")) } }
        @if let Some(p) = b.passed_on.as_ref().filter(|_| b.may_review) { (zw_ui::card(&lang.t("reporting-decide-passed"), form::form("/board/review", ask.csrf, Some(&format!("{}-d", ask.idem)), html! {
            (hidden) (form::hidden("version", &p.version.to_string()))
            @if b.frozen_at.is_none() { (field(lang, &Field::new("reason", lang.t("reporting-return-reason"), ask.posted.value("reason"), Kind::TextArea(2)).error(ask.trouble.of(lang, "reason").as_deref()))) }
            (form::buttons(html! {
                (zw_ui::submit(&lang.t("reporting-do-approve")))
                // What a freeze is made of is not opened again.
                @if b.frozen_at.is_none() { (zw_ui::submit_as(&lang.t("reporting-do-return"), "act", "return")) }
            }))
        }))) }
    }
}

fn cities(lang: Lang, b: &Board) -> Markup {
    let mut cols = vec![
        Col::text(lang.t("reporting-city")),
        Col::text(lang.t("reporting-state")),
        Col::text(lang.t("reporting-confirmed-at")),
        Col::text(lang.t("reporting-timeliness")),
    ];
    cols.extend(b.columns.iter().map(|(_, label, unit)| Col::figure(lang.t(label), lang.t_or(unit, "")).wide_only()));
    cols.push(Col::text(lang.t("reporting-remark")).below());
    let row = |c: &BoardCity| {
        let p = &c.passed;
        let mut cells = vec![
            html! { a href={ "/board?period=" (b.period) "&area=" (p.division) } { (p.name) } },
            verdict(lang, p),
            cell(p.passed_at.minute_cn()),
            html! { @if let Some(t) = p.timeliness { (words::sent_badge(lang, t)) } },
        ];
        cells.extend(c.figures.iter().map(|f| value(lang, b, f, Some(&p.division.to_string()))));
        cells.push(missing(lang, p));
        Row::new(cells)
    };
    table(
        lang,
        &Table {
            caption: lang.t("reporting-cities-passed"),
            rows: b.cities.iter().map(row).collect(),
            cols,
            ..Table::default()
        },
    )
}

/// The form that excuses a unit: who is excused from which period stands above the reason.
pub fn exempt(lang: Lang, who: &str, ask: &Ask<'_>) -> Markup {
    let value = |n: &str| ask.posted.value(n);
    html! {
        (note(lang, ask))
        (zw_ui::definitions([
            (lang.t("reporting-reporter"), html! { (who) }),
            (lang.t("reporting-period"), html! { (words::title(lang, value("period"))) }),
        ]))
        p { (lang.t("reporting-exempt-hint")) }
        (form::form("/board/exempt", ask.csrf, Some(ask.idem), html! {
            (form::hidden("period", value("period"))) (form::hidden("county", value("county"))) (form::hidden("unit", value("unit")))
            (field(lang, &Field::new("reason", lang.t("reporting-exempt-reason"), value("reason"), Kind::TextArea(3)).required().error(ask.trouble.of(lang, "reason").as_deref())))
            (form::buttons(zw_ui::submit(&lang.t("reporting-do-exempt"))))
        }))
    }
}
