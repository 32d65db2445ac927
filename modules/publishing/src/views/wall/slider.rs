//! The slider over weeks with the target dates of the phases, and the phase in force (ui.md, "The wall chart").

use super::{Options, date, href};
use crate::model::wall::{PhaseMark, WallOut};
use maud::{Markup, html};
use zw_core::Day;
use zw_core::code::Code as _;
use zw_network::Phase;
use zw_ui::{Arg, Lang};

/// A GET form that works without script; with script a move loads the page of that week, whose links keep the date.
pub(super) fn slider(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    let labels: Vec<String> = w.days.iter().map(Day::to_string).collect();
    let chosen = usize::try_from(w.chosen).unwrap_or(0).min(labels.len().saturating_sub(1));
    // A day between two Sundays stands at the later one's place, and is called by its own name like in the chart.
    let shown = w.as_of.to_string();
    html! {
        form class="zw-slider" action=(href("/wall", w, o.shown, &[("date", "")])) method="get" data-slider="" {
            input type="hidden" name="area" value=(w.area);
            input type="hidden" name="view" value=(o.shown.code());
            input type="hidden" name="basis" value=(w.basis.code());
            label for="zw-week" { (lang.t("publishing-as-of")) }
            input id="zw-week" type="range" name="week" min="0" max=(labels.len().saturating_sub(1)) step="1" value=(chosen) list="zw-phases"
                data-labels=(labels.join("|")) aria-valuetext=(shown);
            output for="zw-week" { (shown) }
            button class="btn btn-sm zw-noscript" type="submit" { (lang.t("ui-show")) }
            datalist id="zw-phases" {
                @for m in &w.phases { @if let Some(at) = place(w, m.due_on) {
                    option value=(at) label=(phase_word(lang, m.phase)) {}
                } }
            }
        }
        (target_dates(lang, w, o))
    }
}

/// Where a day stands on the slider: the week that ends with it or after it; none outside.
fn place(w: &WallOut, day: Day) -> Option<usize> {
    let first = w.days.first()?;
    if day < first.add_days(-6) { None } else { w.days.iter().position(|d| *d >= day) }
}

// i18n-keys: publishing-phase-coverage publishing-phase-standard publishing-phase-raise
fn phase_word(lang: Lang, p: Phase) -> String {
    lang.t(&format!("publishing-phase-{}", p.code()))
}

/// The target dates with their phases; those that have come lead to the wall as it was then.
fn target_dates(lang: Lang, w: &WallOut, o: &Options) -> Markup {
    if w.phases.is_empty() {
        return html! {};
    }
    let words = |m: &PhaseMark| format!("{} {}", phase_word(lang, m.phase), m.due_on);
    html! {
        p class="zw-muted" {
            (lang.t("publishing-phase-dates")) " "
            @for (i, m) in w.phases.iter().enumerate() {
                @if i > 0 { " · " }
                span class="zw-whole" {
                    @if m.due_on <= w.at.day_cn() {
                        a href=(href("/wall", w, o.shown, &[("date", &m.due_on.to_string())])) { (words(m)) }
                    } @else { (words(m)) }
                }
            }
        }
    }
}

/// The phase in force, its target date and how many days are left.
pub(super) fn phase_line(lang: Lang, w: &WallOut) -> Markup {
    let Some(p) = w.phase else { return html! {} };
    let key = if p.days_left < 0 { "publishing-phase-over" } else { "publishing-phase-now" };
    let args =
        [("phase", Arg::Text(phase_word(lang, p.phase))), ("day", date(p.due_on)), ("n", p.days_left.abs().into())];
    html! { p class="zw-lead zw-phase" { (lang.tf(key, &args)) } }
}
