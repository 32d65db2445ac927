//! What the network says on the first page and in the search.

use crate::model::due::{Due, DueDate, due};
use crate::model::plan::TargetLine;
use crate::model::sheet::SheetOut;
use crate::model::unit::UnitOut;
use crate::model::unit::alarm::{Overlong, SuspendedOut};
use crate::service::figures::NetworkFigures;
use crate::service::sheets::CountySheets;
use zw_core::Day;
use zw_ui::parts::card_with;
use zw_ui::{Lang, Markup, Stat, card, definitions, html, stats};

/// Townships that need the reader today: overdue or stuck.
pub fn sheets(lang: Lang, list: &[SheetOut], built: usize, all: usize) -> Markup {
    let n = |v: usize| i64::try_from(v).unwrap_or(0);
    card(
        &lang.t("network-today-sheets"),
        html! {
            p { (lang.tf("network-sheets-caption", &[("built", n(built).into()), ("all", n(all).into())])) }
            @if list.is_empty() { p class="zw-muted" { (lang.t("network-today-none")) } }
            ul class="zw-list" { @for s in list { li {
                a href=(super::sheets::href(s)) { (s.township) } " " (zw_ui::status::badge(lang, s.status))
                @for o in s.obstacles.iter().filter(|o| o.to_day.is_none()).take(1) { " " span class="zw-muted" { (o.text) } }
            } } }
            p { a href="/build-out" { (lang.t("network-nav-sheets")) } }
        },
    )
}

/// How a county stands, for who looks after it without keeping its sheets: against plan, what is missed or comes next,
/// and the townships without a station with what holds them up.
pub fn watched(lang: Lang, c: &CountySheets, lines: &[TargetLine], today: Day) -> Markup {
    let dates = due(lines, &c.sheets, today);
    let open: Vec<&SheetOut> = c.sheets.iter().filter(|s| !s.built).collect();
    let n = |v: usize| i64::try_from(v).unwrap_or(0);
    html! {
        (card_with(
            &lang.tf("network-watch-plan", &[("name", c.county.as_str().into())]),
            Some(html! { a href={ "/targets?area=" (c.county_id) } { (lang.t("network-nav-targets")) } }),
            html! {
                @if lines.is_empty() { p class="zw-muted" { (lang.t("network-no-targets")) } }
                (definitions(lines.iter().map(|l| (super::targets::measure(lang, &l.measure) + &super::targets::whose_behind(lang, Some(l.level)), against_plan(lang, l, today)))))
                h3 { (lang.t("network-watch-dates")) }
                @if dates.is_empty() { p class="zw-muted" { (lang.t("network-watch-no-dates")) } }
                ul class="zw-list" { @for d in dates.iter().take(SHOWN) { li { (date_line(lang, d)) } } }
                (more(lang, dates.len()))
            },
        ))
        (card_with(
            &lang.tf("network-watch-open", &[("n", n(open.len()).into()), ("all", n(c.sheets.len()).into())]),
            Some(html! { a href={ "/build-out/" (c.county_id) } { (lang.t("network-nav-sheets")) } }),
            html! {
                @if open.is_empty() { p class="zw-muted" { (lang.t("network-watch-none-open")) } }
                ul class="zw-list" { @for s in open.iter().take(SHOWN) { li {
                    a href=(super::sheets::href(s)) { (s.township) } " " (zw_ui::status::badge(lang, s.status))
                    " " span class="zw-muted" { (lang.t("network-col-reached")) (lang.t("network-colon")) (super::sheets::reached(lang, s)) }
                    (super::sheets::stuck_at(lang, &s.obstacles))
                } } }
                (more(lang, open.len()))
            },
        ))
    }
}

/// Lines of a list shown on the first page.
const SHOWN: usize = 12;

fn more(lang: Lang, all: usize) -> Markup {
    let rest = i64::try_from(all.saturating_sub(SHOWN)).unwrap_or(0);
    html! { @if rest > 0 { p class="zw-muted" { (lang.tf("network-watch-more", &[("n", rest.into())])) } } }
}

fn against_plan(lang: Lang, l: &TargetLine, today: Day) -> Markup {
    html! {
        (zw_ui::status::badge(lang, l.status.ui())) " "
        (lang.t("network-col-actual")) " " (super::targets::actual(l, today)) " · "
        (lang.t("network-col-planned")) " " (zw_ui::format::num_opt(l.planned))
    }
}

fn date_line(lang: Lang, d: &DueDate<'_>) -> Markup {
    html! {
        (d.on) " "
        @if d.missed { (zw_ui::status::badge(lang, zw_ui::Status::Overdue)) " " }
        @match d.what {
            Due::Plan(l, t) => { (lang.tf("network-watch-point", &[
                ("measure", super::targets::measure(lang, &l.measure).into()), ("value", t.value.into()), ("actual", l.actual.into()),
            ])) (super::targets::whose_behind(lang, Some(l.level))) }
            Due::Town(s) => { a href=(super::sheets::href(s)) { (s.township) } " " (lang.t("network-watch-town")) }
        }
    }
}

/// Units suspended too long: each has to go on or to end.
pub fn suspended(lang: Lang, list: &[SuspendedOut]) -> Markup {
    card(
        &lang.t("network-suspended-title"),
        html! {
            ul class="zw-list" { @for s in list { li {
                a href={ "/units/" (s.unit.id) } { (s.unit.name) } " " (zw_ui::status::badge(lang, zw_ui::Status::Overdue))
                p class="zw-muted" { (s.unit.county) " · " (overlong(lang, &s.over)) }
            } } }
        },
    )
}

/// How long, in words.
pub fn overlong(lang: Lang, o: &Overlong) -> String {
    lang.tf(
        "network-suspended-since",
        &[("day", o.since.to_string().into()), ("days", o.days.into()), ("limit", o.limit.into())],
    )
}

/// Headline figures of the reader's area, for those who keep no sheets.
pub fn figures(lang: Lang, f: &NetworkFigures, area: &str) -> Markup {
    let stat = |key: &str, value: String| Stat {
        label: lang.t_or(&format!("network-m-{}", key.replace('_', "-")), key),
        value,
        href: Some(format!("/figures/{key}?area={area}&from={}&to={}", f.as_of, f.as_of)),
        unconfirmed: !f.confirmed,
        ..Stat::default()
    };
    let coverage = f.coverage_percent.map_or_else(|| "—".to_owned(), |p| format!("{p:.1}%"));
    card(
        &lang.t("network-today-figures"),
        stats(
            lang,
            &[
                stat("stations_built", zw_ui::format::num(f.stations_built)),
                Stat { label: lang.t("network-coverage-t"), ..stat("coverage_township", coverage) },
                stat("county_centres", zw_ui::format::num(f.county_centres)),
                stat("village_rooms", zw_ui::format::num(f.village_rooms)),
            ],
        ),
    )
}

/// Units found by a search.
pub fn found(lang: Lang, list: &[UnitOut], total: i64, more: &str) -> Markup {
    card(
        &lang.t("network-found"),
        html! {
            ul class="zw-list" { @for u in list { li {
                a href={ "/units/" (u.id) } { (u.name) } " " span class="zw-muted" { (u.county) } " " (super::state_badge(lang, u.state))
            } } }
            @if total > i64::try_from(list.len()).unwrap_or(0) {
                p { a href=(more) { (lang.tf("network-found-all", &[("n", total.into())])) } }
            }
        },
    )
}

/// All of them.
pub fn sample(lang: Lang) -> Markup {
    let f = NetworkFigures {
        as_of: zw_core::Day::from_stored(20210708),
        stations_built: 716,
        townships_counted: 1100,
        townships_covered: 716,
        coverage_percent: Some(65.1),
        county_centres: 26,
        counties_counted: 83,
        village_rooms: 1351,
        villages_counted: 17_496,
        confirmed: false,
    };
    html! {
        (sheets(lang, &[super::sheets::sample_sheet(zw_ui::Status::Behind)], 3, 8))
        (figures(lang, &f, "1"))
        (watched(
            lang,
            &CountySheets {
                county_id: zw_core::DivisionId(100),
                county: "示例甲区".into(),
                sheets: vec![super::sheets::sample_sheet(zw_ui::Status::Behind), super::sheets::sample_sheet(zw_ui::Status::Overdue)],
            },
            &[super::targets::sample_line()],
            Day::from_stored(20210708),
        ))
        (suspended(lang, &[SuspendedOut {
            unit: super::units::sample_unit(),
            over: Overlong { since: zw_core::Day::from_stored(20210101), days: 188, limit: 180 },
        }]))
        (found(lang, &[super::units::sample_unit()], 12, "/units?q=x"))
    }
}
