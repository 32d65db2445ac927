//! The page behind a township's tile.

use super::{address, date, minute};
use crate::model::town::{TownFigure, TownOut, TownUnit};
use crate::model::wall::{Basis, View};
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_indicators::Cell;
use zw_ui::parts::{self, Stat, Tab};
use zw_ui::status::badge;
use zw_ui::{Arg, Lang};

/// What the reader may do besides look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TownOptions {
    /// Whether the reader may open figures.
    pub figures: bool,
}

/// State, what it is of, milestones, obstacles, stations, figures.
pub fn town_body(lang: Lang, t: &TownOut, o: TownOptions) -> Markup {
    let bases = Basis::ALL.iter().map(|b| {
        let label = lang.t(&format!("publishing-basis-{}", b.code()));
        Tab::new(label, town_href(t.area, t, *b), *b == t.basis)
    });
    html! {
        @if t.may_live { (parts::tabs(&lang.t("publishing-bases"), &bases.collect::<Vec<_>>())) }
        p class="zw-lead" { (badge(lang, t.status)) }
        p class="zw-muted" { (basis(lang, t)) @if flagged(t) { " " (parts::unconfirmed(lang)) } }
        (parts::stats(lang, &t.figures.iter().map(|f| stat(lang, t, o, f)).collect::<Vec<_>>()))
        (parts::columns(html! {
            (parts::card(&lang.t("publishing-town-milestones"), html! {
                @if t.milestones.is_empty() { p { (lang.t("publishing-town-no-sheet")) } }
                @else { (zw_ui::definitions(milestones(lang, t))) }
                @if t.sheet {
                    p { a href={ "/build-out/" (t.county) "/" (t.area) } { (lang.t("publishing-town-sheet")) } }
                }
            }))
            (parts::card(&lang.t("publishing-town-obstacles"), html! {
                @if t.obstacles.is_empty() { p { (lang.t("publishing-town-no-obstacle")) } }
                @else { ul class="zw-list" { @for x in &t.obstacles { li {
                    strong { (lang.t_or(&format!("publishing-obstacle-{}", x.code), &x.code)) } " " (x.text)
                } } } }
            }))
            (parts::card(&lang.t("publishing-town-stations"), html! {
                @if t.units.is_empty() { p { (lang.t("publishing-town-no-station")) } }
                @else { ul class="zw-list" { @for u in &t.units { li { (station(lang, u)) } } } }
            }))
        }))
    }
}

/// Address of a township's page with the wall's day and basis.
fn town_href(area: i64, t: &TownOut, basis: Basis) -> String {
    let day = (t.as_of != t.at.day_cn()).then(|| t.as_of.to_string());
    address("/wall/town", &[("area", &area.to_string()), ("basis", basis.code()), ("as_of", &day.unwrap_or_default())])
}

/// Back to the county's wall and on up.
pub fn town_crumbs(t: &TownOut) -> Vec<(String, String)> {
    let day = if t.as_of == t.at.day_cn() { String::new() } else { t.as_of.to_string() };
    let wall = |id: i64| {
        let view = View::Tiles.code();
        address("/wall", &[("area", &id.to_string()), ("view", view), ("basis", t.basis.code()), ("as_of", &day)])
    };
    t.above.iter().rev().map(|(id, name)| (name.clone(), wall(*id))).collect()
}

/// What is shown was not confirmed by the county, and the reader stands above it.
fn flagged(t: &TownOut) -> bool {
    t.above_county && t.confirmed_at.is_none()
}

fn basis(lang: Lang, t: &TownOut) -> String {
    match (&t.week, t.confirmed_at) {
        (Some(week), Some(at)) => lang.tf(
            "publishing-town-confirmed",
            &[
                ("day", date(t.on)),
                ("week", Arg::from(zw_reporting::report::out::period_label(lang, week))),
                ("at", minute(at)),
            ],
        ),
        _ => lang.tf("publishing-town-live", &[("day", date(t.on)), ("at", minute(t.at))]),
    }
}

fn stat(lang: Lang, t: &TownOut, o: TownOptions, f: &TownFigure) -> Stat {
    let on = t.asked_on();
    Stat {
        label: lang.t(&format!("publishing-strip-{}", f.key)),
        value: f.value.clone(),
        unit: if f.den.is_some() { String::new() } else { lang.t(&format!("publishing-unit-{}", f.key)) },
        change: f.den.map(|d| format!("{} / {}", zw_ui::format::num(f.num), zw_ui::format::num(d))),
        href: o.figures.then(|| format!("/figures/{}?area={}&from={on}&to={on}", f.key, t.area)),
        unconfirmed: flagged(t),
        ..Stat::default()
    }
}

// i18n-keys: publishing-milestone-contract
fn milestones(lang: Lang, t: &TownOut) -> Vec<(String, Markup)> {
    let reached = t.milestones.iter().map(|m| {
        let on = m.on.map_or_else(|| lang.t("publishing-town-not-reached"), |d| d.to_string());
        (lang.t(&format!("publishing-milestone-{}", m.code)), html! { (on) })
    });
    let due = t.due_on.map(|d| (lang.t("publishing-town-due"), html! { (d) }));
    reached.chain(due).collect()
}

fn station(lang: Lang, u: &TownUnit) -> Markup {
    let state = |c: &Cell| if lang == Lang::En { c.en().to_owned() } else { c.zh().to_owned() };
    html! {
        @if u.open { a class="zw-tap" href={ "/units/" (u.unit) } { (u.name) } } @else { (u.name) }
        " " span class="zw-muted" {
            (state(&u.state))
            @if let Some(days) = u.gap_days { " · " (lang.tf("publishing-gap-days", &[("days", days.into())])) }
        }
    }
}
