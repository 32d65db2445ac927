//! The part of the form where a figure is put right: a value and a reason where it may be overridden, else the way to the
//! records it is counted from.

use super::{Ask, area_of};
use crate::report::out::{CellOut, DraftOut, GroupOut};
use crate::words;
use maud::{Markup, html};
use zw_core::period::Period;
use zw_ui::Lang;
use zw_ui::form::{self, Field, field};
use zw_ui::format::num;

/// The figures of a report: a fold in a fold, because a month has several dozen of them. What somebody touched, or what is
/// wrong, is open.
pub(super) fn fields(lang: Lang, d: &DraftOut, ask: &Ask<'_>) -> Markup {
    let cells = || d.groups.iter().flat_map(|g| &g.cells);
    let touched = |c: &&CellOut| {
        let (ov, why) = names(c);
        let typed = |name: &str| !ask.posted.value(name).trim().is_empty() || ask.trouble.fields.of(name).is_some();
        c.over.is_some() || typed(&ov) || typed(&why)
    };
    let group = |g: &GroupOut| {
        let may = || g.cells.iter().filter(|c| c.may_override);
        let n = may().filter(touched).count();
        let label = lang.t(&g.label);
        let title = match n {
            0 => label,
            n => lang.tf("reporting-override-group", &[("group", label.as_str().into()), ("n", n.into())]),
        };
        html! { @if may().next().is_some() { (form::folded(&title, n > 0, html! { @for c in may() { (one(lang, c, ask)) } })) } }
    };
    form::folded(
        &lang.t("reporting-override-fold"),
        cells().any(|c| touched(&c)),
        html! {
            @if cells().any(|c| c.may_override) { p class="zw-muted" { (lang.t("reporting-override-hint")) } }
            @for g in &d.groups { (group(g)) }
            @if cells().any(|c| !c.may_override) {
                p class="zw-muted" { (lang.t("reporting-override-register")) }
                ul class="zw-list" { @for c in cells().filter(|c| !c.may_override) { (counted(lang, d, c, ask)) } }
            }
        },
    )
}

/// Names of a figure's two fields.
fn names(c: &CellOut) -> (String, String) {
    (format!("ov-{}", c.key), format!("why-{}", c.key))
}

/// A figure that may be overridden.
fn one(lang: Lang, c: &CellOut, ask: &Ask<'_>) -> Markup {
    let (ov, why) = names(c);
    let stored = c.over.map(|v| v.to_string()).unwrap_or_default();
    // The labels name the figure: the list of what is wrong has nothing else to tell one figure from another by.
    let name = lang.t(&c.label);
    let said = [("figure", name.as_str().into()), ("n", num(c.auto).into())];
    let value = Field::number(&ov, lang.tf("reporting-instead-of", &said), ask.or(&ov, &stored))
        .error(ask.trouble.of(lang, &ov).as_deref());
    let typed = ask.or(&why, c.reason.as_deref().unwrap_or_default());
    let reason = Field::text(&why, lang.tf("reporting-why", &said), typed).error(ask.trouble.of(lang, &why).as_deref());
    html! { div class="row" { div class="col-sm" { (field(lang, &value)) } div class="col-sm" { (field(lang, &reason)) } } }
}

/// A figure that is counted from a register: its name leads to the records behind it.
fn counted(lang: Lang, d: &DraftOut, c: &CellOut, ask: &Ask<'_>) -> Markup {
    let (ov, _) = names(c);
    let href = Period::parse(&d.period)
        .map(|p| words::figure_href(&c.key, &area_of(d), p.first_day(), p.last_day()))
        .unwrap_or_default();
    html! { li id={ "f-" (ov) } {
        a href=(href) { (form::label_of(&ov, &lang.t(&c.label))) } " " (num(c.auto))
        @if let Some(e) = ask.trouble.of(lang, &ov) { " " strong { (e) } }
    } }
}
