//! The lists of a snapshot: what is unconfirmed, late, unreported, unbuilt, corrected.

use super::name;
use crate::model::snapshot::{SnapshotFile, SnapshotKind};
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::deadline::Timeliness;
use zw_indicators::Measures;
use zw_reporting::report::out::period_label;
use zw_ui::{Arg, Lang};

// i18n-keys: publishing-unconfirmed-no_report publishing-unconfirmed-changed
// i18n-keys: publishing-stage-not_begun publishing-stage-preparing publishing-stage-plaque publishing-stage-stopped
// i18n-keys: publishing-report-approved publishing-report-rolled_up publishing-report-locked publishing-report-amended
// i18n-keys: publishing-report-none publishing-report-draft publishing-report-submitted publishing-report-returned
// i18n-keys: publishing-timeliness-not_due publishing-timeliness-on_time publishing-timeliness-late
// i18n-keys: publishing-timeliness-missing publishing-timeliness-exempt publishing-timeliness-unknown
/// The lists, each behind a fold with its length.
pub(super) fn lists(lang: Lang, s: &SnapshotFile, m: &Measures) -> Markup {
    let b = &s.body;
    let folded =
        |key: &str, n: usize, body: Markup| zw_ui::form::folded(&lang.tf(key, &[("n", n.into())]), false, body);
    let timeliness = |t: Timeliness| lang.t(&format!("publishing-timeliness-{}", t.code()));
    let overdue = html! { ul { @for o in &b.overdue { li {
        (o.name) @if let Some(u) = &o.unit_name { " " (u) } ": " (period_label(lang, &o.period)) " " (timeliness(o.timeliness))
        @if let Some(at) = o.sent_at { " · " (at.minute_cn()) }
    } } } };
    let amended = html! { ul { @for a in &b.corrections.amended { li {
        (a.county) " " (a.name) " " (period_label(lang, &a.period)) ": " (a.reason)
        @for c in &a.changes { " · " (name(lang, m, &c.key)) " " (c.before) "→" (c.now) }
    } } } };
    let supplied = html! { ul { @for a in &b.corrections.supplied { li {
        (lang.tf("publishing-supplied-of", &[("county", Arg::from(&a.county)), ("name", Arg::from(&a.name)), ("month", period_label(lang, b.corrections.month(a)).into())]))
    } } } };
    let unconfirmed = html! { ul { @for u in &b.unconfirmed { li {
        (u.name) ": " (lang.t(&format!("publishing-unconfirmed-{}", u.reason.code())))
        @if let Some(w) = &u.week { " " (period_label(lang, w)) }
        @if let Some(t) = u.timeliness { " · " (timeliness(t)) }
        @for c in &u.changes { " · " (name(lang, m, &c.key)) " " (c.before) "→" (c.now) }
        @if let Some(w) = &u.last_week { " (" (lang.tf("publishing-last-week", &[("week", period_label(lang, w).into())])) ")" }
    } } } };
    let gaps = html! { ul { @for g in &b.gaps { li {
        (g.county) " " (g.name) ": " (lang.t(&format!("publishing-stage-{}", g.stage.code())))
        @for (code, text) in &g.obstacles { " · " (lang.t_or(&format!("publishing-obstacle-{code}"), code)) " " (text) }
        @if g.obstacles.is_empty() { " · " (crate::annex::why(lang, g)) }
    } } } };
    let unreported = html! { ul { @for u in &b.unreported { li {
        (u.county) " " (u.name) ": " (lang.t_or(&format!("publishing-report-{}", u.state), &u.state))
    } } } };
    html! {
        h2 { (lang.t("publishing-lists")) }
        (folded("publishing-list-unconfirmed", b.unconfirmed.len(), unconfirmed))
        @if !b.unpassed.is_empty() { (folded("publishing-list-unpassed", b.unpassed.len(), html! { ul { @for c in &b.unpassed { li { (c.name) } } } })) }
        @if s.head.kind == SnapshotKind::Locked { (folded("publishing-list-unreported", b.unreported.len(), unreported)) }
        @if !b.overdue.is_empty() { (folded("publishing-list-overdue", b.overdue.len(), overdue)) }
        @if !b.corrections.amended.is_empty() { (folded("publishing-list-amended", b.corrections.amended.len(), amended)) }
        @if !b.corrections.supplied.is_empty() { (folded("publishing-list-supplied", b.corrections.supplied.len(), supplied)) }
        (folded("publishing-list-gaps", b.gaps.len(), gaps))
    }
}
