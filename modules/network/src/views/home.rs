//! What the network says on the first page and in the search.

use crate::model::sheet::SheetOut;
use crate::model::unit::UnitOut;
use crate::model::unit::alarm::{Overlong, SuspendedOut};
use crate::service::figures::NetworkFigures;
use zw_ui::{Lang, Markup, Stat, card, html, stats};

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
        (suspended(lang, &[SuspendedOut {
            unit: super::units::sample_unit(),
            over: Overlong { since: zw_core::Day::from_stored(20210101), days: 188, limit: 180 },
        }]))
        (found(lang, &[super::units::sample_unit()], 12, "/units?q=x"))
    }
}
