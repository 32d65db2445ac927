//! Pages of reports as pure functions.

mod list;
mod overrides;
mod split;

pub(crate) use list::reports;
pub use list::{ListData, list};
pub(crate) use split::split;

use crate::report::model::{CellChange, ReportState};
use crate::report::out::{CellOut, DraftOut, EventOut, GroupOut, ReportOut, ReportPage, period_label};
use crate::report::owed::Today;
use crate::words;
use maud::{Markup, html};
use zw_core::Stamp;
use zw_core::period::Period;
use zw_ui::form::{self, Field, FormExtra, field};
use zw_ui::format::{num, num_opt};
use zw_ui::timeline::{self, Conflict, Difference, Event, timeline};
use zw_ui::{Col, Lang, Row, Table, figure, table};
use zw_web::{FormTrouble, Posted};

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
}

impl Ask<'_> {
    fn note(&self, lang: Lang) -> Markup {
        html! {
            @if let Some(n) = &self.trouble.note { div class="zw-notice n-danger" role="alert" { span class="zw-mark" aria-hidden="true" { "‼" } p { (n) } } }
            (form::error_summary(lang, &self.trouble.all(lang)))
        }
    }
    /// As typed, else as stored.
    fn or(&self, name: &str, stored: &str) -> String {
        if self.posted.values().iter().any(|(k, _)| k == name) {
            self.posted.value(name).to_owned()
        } else {
            stored.to_owned()
        }
    }
}

/// The 今日 section: what is owed, what came back, what needs a decision. Nothing for readers without a part.
pub fn today(lang: Lang, t: &Today) -> Markup {
    html! { @if !(t.owed.is_empty() && t.came_back.is_empty() && t.waiting.is_empty()) { (owed(lang, t)) }
    @if !t.unpassed.is_empty() { (unpassed(lang, t)) } }
}

/// What the reader owes, what came back, what needs a decision.
pub fn owed(lang: Lang, t: &Today) -> Markup {
    let none = html! { p class="zw-muted" { (lang.t("reporting-none")) } };
    zw_ui::columns(html! {
        (zw_ui::card(&lang.t("reporting-i-owe"), html! {
            @if t.owed.is_empty() { (none) } @else { ul class="zw-list" { @for o in &t.owed { li {
                a href=(o.href) {
                    @if o.pass_on { (lang.t("reporting-pass-on")) " " }
                    (words::title(lang, &o.period))
                }
                " " @if o.running { (zw_ui::flag(&lang.t("reporting-running"))) } @else { (words::time_badge(lang, o.timeliness)) }
                @if o.begun { " " (zw_ui::flag(&words::state(lang, ReportState::Draft))) }
                p class="zw-muted" { (o.reporter) " · " (words::due(lang, o.due_at, o.due_unknown)) }
            } } } }
        }))
        (zw_ui::card(&lang.t("reporting-came-back"), html! {
            @if t.came_back.is_empty() { (none) } @else { ul class="zw-list" { @for c in &t.came_back { li {
                a href=(c.href) { (words::title(lang, &c.period)) } " " (c.reporter)
                p { (lang.tf("reporting-reason", &[("reason", c.reason.as_str().into())])) }
                p class="zw-muted" { @if !c.by.is_empty() { (c.by) " · " } (c.at.minute_cn()) }
            } } } }
        }))
        (zw_ui::card(&lang.t("reporting-to-decide"), html! {
            @if t.waiting.is_empty() { (none) } @else { ul class="zw-list" { @for w in &t.waiting { li {
                a href=(w.href) { (words::title(lang, &w.period)) } " " (w.reporter)
                @if w.passed_on { " " (zw_ui::flag(&lang.t("reporting-passed-on"))) }
                p class="zw-muted" { (lang.tf("reporting-since", &[("at", w.since.minute_cn().into())])) }
            } } } }
        }))
    })
}

/// Who below has not passed on yet: what there is still to wait for.
fn unpassed(lang: Lang, t: &Today) -> Markup {
    zw_ui::card(
        &lang.t("reporting-unpassed"),
        html! { ul class="zw-list" { @for u in &t.unpassed { li {
            a href=(u.href) { (words::title(lang, &u.period)) } " " (words::time_badge(lang, u.timeliness))
            p { @for (i, d) in u.divisions.iter().enumerate() {
                @if i > 0 { (lang.comma()) }
                (d.name) @if d.returned { " " (zw_ui::flag(&words::state(lang, ReportState::Returned))) }
            } }
            p class="zw-muted" {
                (lang.tf("reporting-unpassed-of", &[("n", u.divisions.len().into()), ("of", u.of.into())]))
                " · " (words::due(lang, u.due_at, u.due_unknown))
            }
        } } } },
    )
}

fn area_of(d: &DraftOut) -> String {
    d.unit.map_or_else(|| d.county.to_string(), |u| u.to_string())
}

/// Cells as tables, side by side where there is room; every figure leads to its definition and rows.
fn cells(lang: Lang, groups: &[GroupOut], period: &str, area: &str, changes: &[CellChange]) -> Markup {
    let halves = groups.split_at(groups.len().div_ceil(2));
    zw_ui::columns(
        html! { @for half in [halves.0, halves.1] { div { (cell_tables(lang, half, period, area, changes)) } } },
    )
}

fn cell_tables(lang: Lang, groups: &[GroupOut], period: &str, area: &str, changes: &[CellChange]) -> Markup {
    let p = Period::parse(period);
    html! { @for g in groups {
        (table(lang, &Table {
            caption: lang.t(&g.label),
            cols: vec![
                Col::text(lang.t("reporting-item")),
                Col::figure(lang.t("reporting-value"), ""),
                Col::text(lang.t("reporting-cell-unit")),
                Col::text(lang.t("reporting-remark")),
            ],
            rows: g.cells.iter().map(|c| {
                let href = p.map(|p| words::figure_href(&c.key, area, p.first_day(), p.last_day())).unwrap_or_default();
                Row::new(vec![
                    // What changed since the form was shown is told of by this name.
                    html! { span id={ "f-seen-" (c.key) } { (form::label_of(&format!("seen-{}", c.key), &lang.t(&c.label))) } },
                    figure(&num(c.value), &href),
                    html! { (lang.t_or(&c.unit, "")) },
                    remark(lang, c, changes),
                ])
            }).collect(),
            phone: zw_ui::table::Phone::Lines,
            ..Table::default()
        }))
        @if let Some(s) = &g.split { (split::split(lang, s, false)) }
    } }
}

fn remark(lang: Lang, c: &CellOut, changes: &[CellChange]) -> Markup {
    html! {
        @if let Some(o) = c.over {
            (zw_ui::flag(&lang.t("reporting-overridden"))) " "
            (lang.tf("reporting-both-values", &[("auto", num(c.auto).into()), ("over", num(o).into())]))
            @if let Some(r) = &c.reason { " " span class="zw-muted" { (r) } }
        }
        @if let Some(ch) = changes.iter().find(|ch| ch.key == c.key) {
            span class="zw-muted" { (lang.tf("reporting-was", &[("n", num_opt(ch.before).into())])) }
        }
    }
}

// i18n-keys: reporting-frozen-exempt reporting-frozen-amend reporting-frozen-send reporting-frozen-after reporting-frozen-in
/// 已冻结: since when, and what that means here.
fn frozen_note(lang: Lang, at: &str, meaning: &str) -> Markup {
    html! { div class="zw-notice n-info" { span class="zw-mark" aria-hidden="true" { "i" } p {
        strong { (lang.tf("reporting-frozen", &[("at", at.into())])) } " " (lang.t(meaning))
    } } }
}

fn change_list(lang: Lang, groups: &[GroupOut], changes: &[CellChange]) -> Markup {
    html! { ul class="zw-list" { @for c in changes { li {
        (split::name_of(lang, groups, &c.key)) " " (num_opt(c.before)) " → " strong { (num(c.now)) }
    } } } }
}

/// A report to be written.
pub fn edit(lang: Lang, d: &DraftOut, ask: &Ask<'_>) -> Markup {
    let month = d.unit.is_some();
    let amend = matches!(d.state, ReportState::RolledUp | ReportState::Locked | ReportState::Amended);
    let open = d.state.is_open();
    if let Some(rule) = d.barred() {
        return html! { (ask.note(lang)) (barred(lang, d, rule)) };
    }
    html! {
        p {
            (words::state_badge(lang, d.id.map(|_| d.state), !d.waits, d.timeliness)) " "
            (words::due(lang, d.due_at, d.due_unknown))
        }
        (ask.note(lang))
        @if !ask.trouble.current.is_empty() { (conflict(lang, d, ask)) }
        @if let Some(r) = &d.return_reason {
            div class="zw-notice n-warning" { span class="zw-mark" aria-hidden="true" { "!" } p { (lang.tf("reporting-returned-because", &[("reason", r.as_str().into())])) } }
        }
        @if let Some(day) = d.opens_on {
            div class="zw-notice n-info" { span class="zw-mark" aria-hidden="true" { "i" } p { (lang.tf("reporting-opens-on", &[("day", day.to_string().into())])) } }
        }
        @if let Some(at) = d.frozen_at { (frozen_note(lang, &at.minute_cn(), if amend { "reporting-frozen-amend" } else { "reporting-frozen-send" })) }
        @if let Some(before) = &d.before { (zw_ui::card(&lang.tf("reporting-since-last", &[("period", period_label(lang, before).into())]), html! {
            @if d.changes.is_empty() { p { (lang.t("reporting-nothing-changed")) } } @else { (change_list(lang, &d.groups, &d.changes)) }
        })) }
        (cells(lang, &d.groups, &d.period, &area_of(d), &d.changes))
        @if !open && !amend {
            p { (lang.t("reporting-already-sent")) @if let Some(id) = d.id { " " a href={ "/reports/" (d.county) "/" (id) } { (lang.t("reporting-open-report")) } } }
        } @else if d.opens_on.is_none() { (write_form(lang, d, ask, month, amend)) }
    }
}

// i18n-keys: rule-report-not-asked rule-report-not-due rule-report-closed rule-report-not-open-yet
/// Why nothing can be written here, at once: no figures, which would be today's, and no buttons, which could only refuse.
fn barred(lang: Lang, d: &DraftOut, rule: &str) -> Markup {
    let day = d.opens_on.or(d.closed_on).map(|d| d.to_string()).unwrap_or_default();
    let args =
        [("period", period_label(lang, &d.period).into()), ("name", d.reporter.as_str().into()), ("day", day.into())];
    html! {
        div class="zw-notice n-info" { span class="zw-mark" aria-hidden="true" { "i" } p { (lang.tf(&format!("rule-{rule}"), &args)) } }
        p { a href="/reports" { (lang.t("reporting-owed-title")) } }
    }
}

fn write_form(lang: Lang, d: &DraftOut, ask: &Ask<'_>, month: bool, amend: bool) -> Markup {
    let err = |n: &str| ask.trouble.of(lang, n);
    let text = |name: &str, label: &str, stored: &str| {
        field(lang, &Field::area(name, lang.t(label), ask.or(name, stored)).error(err(name).as_deref()))
    };
    let extra = FormExtra { draft: ask.posted.draft_key(), ..FormExtra::default() };
    // The whole address: shown again after a refusal, the page can still be opened by it.
    let unit = d.unit.map(|u| format!("&unit={u}")).unwrap_or_default();
    let action = format!("/reports/edit?period={}&county={}{unit}", d.period, d.county);
    let anyway = d.changes.is_empty() || ask.posted.value("act") == "no_change";
    form::form_with(
        &action,
        ask.csrf,
        Some(ask.idem),
        &extra,
        html! {
            (form::hidden("period", &d.period)) (form::hidden("county", &d.county.to_string()))
            @if let Some(u) = d.unit { (form::hidden("unit", &u.to_string())) }
            (form::version(&ask.or("version", &d.version.to_string())))
            // What this page shows, never what an earlier one showed: it is what the next press confirms.
            (form::hidden("seen", &d.seen))
            (overrides::fields(lang, d, ask))
            @if month { (text("highlights", "reporting-highlights", &d.texts.highlights)) }
            (text("problems", "reporting-problems", &d.texts.problems))
            (text("next_plan", if month { "reporting-next-month" } else { "reporting-next-week" }, &d.texts.next_plan))
            @if amend {
                (field(lang, &Field::text("amend_note", lang.t("reporting-amend-note"), ask.or("amend_note", "")).required().error(err("amend_note").as_deref())))
                (form::buttons(html! { (zw_ui::submit_as(&lang.t("reporting-do-amend"), "act", "amend")) }))
            } @else {
                @if !d.changes.is_empty() && anyway { (field(lang, &Field::check("anyway", lang.t("reporting-anyway"), false))) }
                (form::buttons(html! {
                    @if d.may_submit {
                        @if !month && d.before.is_some() && d.changes.is_empty() { (zw_ui::submit_as(&lang.t("reporting-no-change"), "act", "no_change")) }
                        (zw_ui::submit(&lang.t("reporting-do-submit")))
                        @if !month && d.before.is_some() && !d.changes.is_empty() { (zw_ui::submit_as(&lang.t("reporting-no-change"), "act", "no_change")) }
                    }
                    (zw_ui::submit_as(&lang.t("reporting-do-save"), "act", "save"))
                }))
            }
        },
    )
}

fn conflict(lang: Lang, d: &DraftOut, ask: &Ask<'_>) -> Markup {
    let current =
        |k: &str| ask.trouble.current.iter().find(|(n, _)| n == k).map(|(_, v)| v.clone()).unwrap_or_default();
    let diff = |name: &str, label: &str| Difference {
        label: lang.t(label),
        theirs: current(name),
        mine: ask.posted.value(name).to_owned(),
    };
    let keep = ask
        .posted
        .values()
        .iter()
        .map(|(k, v)| (k.clone(), if k == "version" { current("version") } else { v.clone() }))
        .chain(ask.posted.draft_field())
        .collect();
    timeline::conflict(
        lang,
        ask.csrf,
        &Conflict {
            saved_by: format!("{} {}", current("saved_by"), current("saved_at")),
            // The fields of the form that was sent: a week has no highlights.
            fields: match d.unit {
                None => vec![diff("problems", "reporting-problems"), diff("next_plan", "reporting-next-week")],
                Some(_) => vec![
                    diff("problems", "reporting-problems"),
                    diff("highlights", "reporting-highlights"),
                    diff("next_plan", "reporting-next-month"),
                ],
            },
            action: "/reports/edit".into(),
            keep,
            theirs_href: match d.unit {
                Some(u) => format!("/reports/edit?period={}&county={}&unit={u}", d.period, d.county),
                None => format!("/reports/edit?period={}&county={}", d.period, d.county),
            },
        },
    )
}

/// A report as it stands, its history, and the reviewer's forms.
pub fn one(lang: Lang, p: &ReportPage, ask: &Ask<'_>) -> Markup {
    let r = &p.report;
    let month = r.unit.is_some();
    let area = r.unit.map_or_else(|| r.county.to_string(), |u| u.to_string());
    let unit = r.unit.map(|u| format!("&unit={u}")).unwrap_or_default();
    let edit = format!("/reports/edit?period={}&county={}{unit}", r.period, r.county);
    let by = |at: Option<Stamp>, name: Option<&String>, act: &str| {
        at.map(|at| format!("{} {}", at.minute_cn(), who(lang, r, act, name))).unwrap_or_default()
    };
    html! {
        (ask.note(lang))
        p {
            (words::state_badge(lang, Some(r.state), r.approved_at.is_some(), r.timeliness)) " "
            @if r.submitted_at.is_some() { (words::sent_badge(lang, r.timeliness)) } @else { (words::time_badge(lang, r.timeliness)) }
            @if let Some(said) = words::resent(lang, r.first_sent_at, r.timeliness, r.submitted_at) { " " span class="zw-muted" { (said) } }
            @if r.no_change { " " (zw_ui::flag(&lang.t("reporting-nil"))) }
            @if r.overrides_accepted { " " (zw_ui::flag(&lang.t("reporting-overrides-accepted"))) }
        }
        (zw_ui::definitions([
            (lang.t("reporting-confirmed-at"), by(r.submitted_at, r.submitted_by.as_ref(), "submit")),
            (lang.t("reporting-deadline"), if r.due_unknown.is_some() { words::due(lang, None, r.due_unknown) } else { words::at(r.due_at) }),
            (lang.t("reporting-approved-at"), by(r.approved_at, r.approved_by.as_ref(), "approve")),
            (lang.t("reporting-i-auto-filled-share"), auto_filled(&r.groups)),
        ]))
        @if let Some(why) = r.return_reason.as_ref().filter(|_| r.state == ReportState::Returned) {
            div class="zw-notice n-warning" { span class="zw-mark" aria-hidden="true" { "!" } p { (lang.tf("reporting-returned-because", &[("reason", why.as_str().into())])) } }
        }
        @if p.waits { div class="zw-notice n-info" { span class="zw-mark" aria-hidden="true" { "i" } p { (lang.t("reporting-correction-hint")) } } }
        @if let Some(why) = r.refused_correction() {
            div class="zw-notice n-warning" { span class="zw-mark" aria-hidden="true" { "!" } p { (lang.tf("reporting-correction-refused", &[("reason", why.into())])) } }
        }
        @if let Some(at) = p.frozen_at { (frozen_note(lang, &at.minute_cn(), match (r.exempt_reason.is_some(), p.after_freeze) {
            (true, _) => "reporting-frozen-exempt",
            (false, true) => "reporting-frozen-after",
            (false, false) => "reporting-frozen-in",
        })) }
        @if p.own { p class="zw-muted" { (lang.t("rule-report-four-eyes")) } }
        @if let Some(why) = &r.exempt_reason { p { (lang.tf("reporting-exempt-because", &[("reason", why.as_str().into())])) } }
        @if let Some(note) = &r.amend_note { p { (lang.tf("reporting-amend-said", &[("note", note.as_str().into())])) } }
        (cells(lang, &r.groups, &r.period, &area, &[]))
        @if !p.late_entries.is_empty() { (zw_ui::card(&lang.t("reporting-late-entries"), html! {
            p class="zw-muted" { (lang.t("reporting-late-entries-hint")) }
            (change_list(lang, &r.groups, &p.late_entries))
        })) }
        (zw_ui::definitions(words::texts(lang, month, &r.texts)))
        @if p.may_write || p.may_amend { (zw_ui::button_row(html! { (zw_ui::button_link(&lang.t(if p.may_amend { "reporting-do-amend" } else { "reporting-go-on" }), &edit, true)) })) }
        @if p.may_approve || p.may_return { (review(lang, p, ask)) }
        (zw_ui::card(&lang.t("reporting-history"), timeline(&history(lang, r, &p.history))))
    }
}

/// I42 of this report: cells nobody overrode among all cells.
fn auto_filled(groups: &[GroupOut]) -> String {
    let cells = || groups.iter().flat_map(|g| &g.cells);
    let n = |n: usize| i64::try_from(n).unwrap_or(0);
    zw_ui::format::percent(n(cells().filter(|c| c.over.is_none()).count()), n(cells().count()))
}

// i18n-keys: reporting-by-station reporting-by-county reporting-by-county-tier reporting-by-tier-above
/// Who did something: the name where the reader is told it, else role and unit, which follow from what was done. The lock is
/// nobody's own act.
fn who(lang: Lang, r: &ReportOut, act: &str, name: Option<&String>) -> String {
    if let Some(name) = name {
        return name.clone();
    }
    let key = match (act, r.unit.is_some()) {
        ("lock", _) => return String::new(),
        ("submit" | "amend", true) => "reporting-by-station",
        ("submit" | "amend", false) | ("roll_up", _) => "reporting-by-county",
        (_, true) => "reporting-by-county-tier",
        (_, false) => "reporting-by-tier-above",
    };
    lang.tf(key, &[("unit", r.reporter.as_str().into())])
}

/// What happened, act by act. The version counts what was sent: the first, and each one that was sent again or corrected;
/// drafts saved in between are nobody's concern.
fn history(lang: Lang, r: &ReportOut, events: &[EventOut]) -> Vec<Event> {
    let mut sent = 0usize;
    let mut out = vec![];
    for e in events {
        let mut what = lang.t(&format!("reporting-act-{}", e.act));
        if matches!(e.act.as_str(), "submit" | "amend") {
            sent += 1;
            what = format!("{what} · {}", lang.tf("reporting-version", &[("n", sent.into())]));
        }
        out.push(Event {
            at: e.at.minute_cn(),
            who: who(lang, r, &e.act, e.by.as_ref()),
            what,
            note: e.reason.clone(),
            status: None,
        });
    }
    out
}

fn review(lang: Lang, p: &ReportPage, ask: &Ask<'_>) -> Markup {
    let r = &p.report;
    let overridden = r.groups.iter().flat_map(|g| &g.cells).any(|c| c.over.is_some());
    let version = r.version.to_string();
    zw_ui::columns(html! {
        @if p.may_approve { (zw_ui::card(&lang.t("reporting-approve"), form::form(&format!("{}/approve", r.href()), ask.csrf, Some(ask.idem), html! {
            (form::hidden("version", &version))
            @if overridden { (field(lang, &Field::check("accept_overrides", lang.t("reporting-accept-overrides"), false))) }
            (form::buttons(zw_ui::submit(&lang.t("reporting-do-approve"))))
        }))) }
        @if p.may_return { (zw_ui::card(&lang.t("reporting-return"), form::form(&format!("{}/return", r.href()), ask.csrf, Some(&format!("{}-r", ask.idem)), html! {
            (form::hidden("version", &version))
            (field(lang, &Field::new("reason", lang.t("reporting-return-reason"), ask.posted.value("reason"), form::Kind::TextArea(3)).required().error(ask.trouble.of(lang, "reason").as_deref())))
            (form::buttons(zw_ui::submit_as(&lang.t("reporting-do-return"), "act", "return")))
        }))) }
    })
}
