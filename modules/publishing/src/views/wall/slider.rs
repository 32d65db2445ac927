//! The slider over weeks with the target dates of the phases, and the phase in force (ui.md, "The wall chart").

use super::{Options, date, href};
use crate::model::wall::{Goal, PhaseGoals, WallOut};
use maud::{Markup, html};
use zw_core::Day;
use zw_core::code::Code as _;
use zw_network::PlanPoint;
use zw_network::views::targets::{phase, whose_behind};
use zw_ui::{Arg, Lang};

/// A GET form that works without script; with script a move loads the page of that week, whose links keep the date.
pub(super) fn slider(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    let labels: Vec<String> = w.days.iter().map(Day::to_string).collect();
    let chosen = usize::try_from(w.chosen).unwrap_or(0).min(labels.len().saturating_sub(1));
    // A day between two Sundays stands at the later one's place, and is called by its own name like in the chart.
    let shown = w.as_of.to_string();
    html! {
        div class="zw-wallbar" { form class="zw-slider" action=(href("/wall", w, o.shown, &[("as_of", "")])) method="get" data-slider="" {
            input type="hidden" name="area" value=(w.area);
            input type="hidden" name="view" value=(o.shown.code());
            input type="hidden" name="basis" value=(w.basis.code());
            label for="zw-week" { (lang.t("publishing-as-of")) }
            input id="zw-week" type="range" name="week" min="0" max=(labels.len().saturating_sub(1)) step="1" value=(chosen) list="zw-phases"
                data-labels=(labels.join("|")) aria-valuetext=(shown);
            output for="zw-week" { (shown) }
            (step(lang, w, o, before(w), "publishing-week-before"))
            (step(lang, w, o, after(w), "publishing-week-after"))
            button class="btn btn-sm zw-noscript" type="submit" { (lang.t("ui-show")) }
            datalist id="zw-phases" {
                @for m in &w.phases { @if let Some(at) = place(w, m.due_on) {
                    option value=(at) label=(words(lang, m)) {}
                } }
            }
        }
        (target_dates(lang, w, o)) }
    }
}

/// The last day of the slider before the one shown.
fn before(w: &WallOut) -> Option<Day> {
    w.days.iter().rev().find(|d| **d < w.as_of).copied()
}

/// The first day of the slider after the one shown.
fn after(w: &WallOut) -> Option<Day> {
    w.days.iter().find(|d| **d > w.as_of).copied()
}

// i18n-keys: publishing-week-before publishing-week-after
/// One week back or on: what a finger does not hit on a slider of a year.
fn step(lang: Lang, w: &WallOut, o: &Options, to: Option<Day>, key: &str) -> Markup {
    // Today has no date in its address: the page that shows it goes on showing today.
    let date = |d: Day| if d == w.at.day_cn() { String::new() } else { d.to_string() };
    html! { @if let Some(d) = to {
        a class="btn btn-sm zw-step" href=(href("/wall", w, o.shown, &[("as_of", &date(d))])) { (lang.t(key)) }
    } }
}

/// Where a day stands on the slider: the week that ends with it or after it; none outside.
fn place(w: &WallOut, day: Day) -> Option<usize> {
    let first = w.days.first()?;
    if day < first.add_days(-6) { None } else { w.days.iter().position(|d| *d >= day) }
}

/// What a target date is called: what the area owes by then, or the phase alone where only divisions in it do.
fn words(lang: Lang, m: &PhaseGoals) -> String {
    let name = |g: &Goal| {
        let point = PlanPoint { due_on: m.due_on, value: g.value };
        zw_network::views::targets::name(lang, m.phase, &g.measure, point) + &whose_behind(lang, Some(g.level))
    };
    match m.goals.as_slice() {
        [] => format!("{} {}", phase(lang, m.phase), m.due_on),
        goals => goals.iter().map(name).collect::<Vec<_>>().join(lang.semicolon()),
    }
}

/// The target dates with their phases; those that have come lead to the wall as it was then.
fn target_dates(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    if w.phases.is_empty() {
        return html! {};
    }
    html! {
        details class="zw-goals zw-muted" {
            summary { (lang.tf("publishing-phase-dates", &[("n", i64::try_from(w.phases.len()).unwrap_or(0).into())])) }
            ul { @for m in &w.phases { li {
                @if m.due_on <= w.at.day_cn() {
                    a href=(href("/wall", w, o.shown, &[("as_of", &m.due_on.to_string())])) { (words(lang, m)) }
                } @else { (words(lang, m)) }
            } } }
        }
    }
}

/// The phase in force, its target date and how many days are left.
pub(super) fn phase_line(lang: Lang, w: &WallOut) -> Markup {
    let Some(p) = w.phase else { return html! {} };
    let key = if p.days_left < 0 { "publishing-phase-over" } else { "publishing-phase-now" };
    let args = [("phase", Arg::Text(phase(lang, p.phase))), ("day", date(p.due_on)), ("n", p.days_left.abs().into())];
    html! { p class="zw-lead zw-phase" { (lang.tf(key, &args)) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::wall::View;
    use crate::views::wall::sample_data;

    #[test]
    fn a_week_back_and_on_are_links_and_today_has_no_date() {
        zw_ui::I18n::install(&crate::FTL);
        zw_ui::I18n::install(&zw_network::FTL);
        let o = Options { shown: View::Tiles, map: false, links: true, units: true, sheets: true, figures: true };
        let mut w = sample_data();
        w.days = [20210627, 20210704, 20210708].map(Day::from_stored).to_vec();
        let steps = |as_of: i64, w: &mut WallOut| -> Vec<String> {
            w.as_of = Day::from_stored(as_of);
            let html = slider(Lang::ZhCn, w, &o).into_string();
            html.split("zw-step\" href=\"").skip(1).map(|s| s.split('"').next().unwrap_or("").to_owned()).collect()
        };
        let to = |list: &[String]| -> Vec<String> {
            list.iter().map(|h| h.split("as_of=").nth(1).unwrap_or("").to_owned()).collect()
        };
        assert_eq!(to(&steps(20210708, &mut w)), ["2021-07-04"]);
        // From a day between two Sundays to the one before and the one after.
        assert_eq!(to(&steps(20210701, &mut w)), ["2021-06-27", "2021-07-04"]);
        assert_eq!(to(&steps(20210704, &mut w)), ["2021-06-27", ""]);
        assert_eq!(to(&steps(20210627, &mut w)), ["2021-07-04"]);
    }
}
