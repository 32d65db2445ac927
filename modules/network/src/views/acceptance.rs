//! The part of a sheet's page about the acceptance: the form, the accepted station, and every time it was tried.

use super::sheets::{Part, SheetData, href, stuck_at};
use super::{Form, day, word};
use crate::model::sheet::{AttemptOut, SheetOut};
use crate::model::unit::UnitState;
use crate::service::acceptance::Staffing;
use zw_core::codelist::network::ACCEPTANCE_GROUP;
use zw_core::{Day, Stamp};
use zw_ui::form::{Kind, buttons, folded, form, hidden};
use zw_ui::parts::submit_as;
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Markup, Row, Table, card, html, submit, submit_danger, table};
use zw_web::{FormTrouble, Posted};

// i18n-keys: network-f-venue network-f-staff network-f-service network-f-mistake network-f-outcome network-f-solved network-f-none-passed

/// What stands about the acceptance, the forms of those who decide it, and the past.
pub(super) fn part(
    lang: Lang,
    csrf: &str,
    key: &str,
    d: &SheetData,
    part: Part,
    (posted, trouble): (&Posted, &FormTrouble),
) -> Markup {
    let s = &d.sheet;
    let (none, calm) = (Posted::default(), FormTrouble::default());
    let accepted = s.accepted_on.is_some();
    // An accepted station is inspected again while it rectifies; otherwise its acceptance can be reopened.
    let open = !accepted || s.unit_state == Some(UnitState::Rectifying);
    let own = if open { Part::Accept } else { Part::Reopen };
    let (typed, wrong) = if part == own { (posted, trouble) } else { (&none, &calm) };
    let f = Form { lang, posted: typed, trouble: wrong };
    html! {
        @if accepted { (card(&lang.t("network-accepted"), html! {
            p { (lang.tf("network-accepted-on", &[("day", day(s.accepted_on).into())])) }
            @if let Some(again) = s.reinspected_on { p { (lang.tf("network-inspected-on", &[("day", again.to_string().into())])) } }
            @if d.may_accept && s.unit_state == Some(UnitState::Operating) {
                (folded(&lang.t("network-reopen"), part == Part::Reopen, reopen_form(csrf, key, s, &f)))
            }
        })) }
        @if d.may_accept && open {
            @let title = if accepted { "network-inspection" } else { "network-acceptance" };
            (card(&lang.t(title), accept_form(csrf, key, d, accepted, &f)))
        }
        @if !s.attempts.is_empty() { (attempts(lang, s)) }
    }
}

/// `2021-07-08 派驻 1 人，应不少于 2 人`: beside 有人员, so that nobody ticks it unseen.
fn posted(lang: Lang, s: &Staffing) -> String {
    let day = s.day.to_string();
    let (key, required) = match s.required {
        Some(n) => ("network-accept-posted-of", n),
        None => ("network-accept-posted", 0),
    };
    lang.tf(key, &[("day", day.as_str().into()), ("n", s.posted.into()), ("required", required.into())])
}

fn accept_form(csrf: &str, key: &str, d: &SheetData, again: bool, f: &Form<'_>) -> Markup {
    let (lang, s) = (f.lang, &d.sheet);
    let staff = f.field("staff", Kind::Check);
    let staff = match &d.staffing {
        Some(n) => staff.hint(posted(lang, n)),
        None => staff,
    };
    let stuck = s.obstacles.iter().any(|o| o.to_day.is_none());
    let group = |name: &str| f.draw(&f.field(name, Kind::Check));
    html! {
        p { (lang.t(if again { "network-inspection-how" } else { "network-acceptance-how" })) }
        (form(&format!("{}/accept", href(s)), csrf, Some(key), html! {
            (hidden("version", &s.version.to_string()))
            (group("venue")) (f.draw(&staff)) (group("service"))
            @if f.trouble.fields.of("none_passed").is_some() { (group("none_passed")) }
            @if stuck {
                (stuck_at(lang, &s.obstacles))
                (f.draw(&f.field("solved", Kind::Check).hint(lang.t("network-solved-hint"))))
            }
            (f.draw(&f.field("on", Kind::Date).hint(lang.t("network-today-hint"))))
            (f.draw(&f.field("reason", Kind::Text).hint(lang.t("network-refuse-hint"))))
            (buttons(html! {
                (submit(&lang.t("network-accept-go")))
                (submit_as(&lang.t("network-refuse-go"), "outcome", "refused"))
            }))
        }))
    }
}

fn reopen_form(csrf: &str, key: &str, s: &SheetOut, f: &Form<'_>) -> Markup {
    let lang = f.lang;
    form(
        &format!("{}/reopen", href(s)),
        csrf,
        Some(key),
        html! {
            (hidden("version", &s.version.to_string()))
            (f.draw(&f.field("reason", Kind::Text).required()))
            (f.draw(&f.field("on", Kind::Date).hint(lang.t("network-today-hint"))))
            (f.draw(&f.field("mistake", Kind::Check).hint(lang.t("network-mistake-hint"))))
            (buttons(submit_danger(&lang.t("network-reopen-go"), &lang.t("network-reopen-sure"))))
        },
    )
}

/// Every time, newest first: passed or not, what lacked, what was said, and what became of it.
fn attempts(lang: Lang, s: &SheetOut) -> Markup {
    let list = s.attempts.as_slice();
    let solved = |a: &AttemptOut| {
        let counts = a.passed && a.withdrawn.is_none();
        let gone = s.obstacles.iter().filter(|o| counts && o.to_day == Some(a.held_on));
        let what: Vec<&str> = gone.map(|o| o.text.as_str()).collect();
        let said = what.join(lang.semicolon());
        (!what.is_empty()).then(|| lang.tf("network-attempt-solved", &[("what", said.as_str().into())]))
    };
    let lacked = |a: &AttemptOut| {
        let words: Vec<String> = a.lacked.iter().map(|g| word(lang, &ACCEPTANCE_GROUP, g)).collect();
        words.join(lang.comma())
    };
    let said = |a: &AttemptOut| {
        let mut parts: Vec<String> = a.reason.iter().cloned().collect();
        parts.extend(solved(a));
        parts.extend(
            a.withdrawn.iter().map(|why| lang.tf("network-attempt-withdrawn", &[("why", why.as_str().into())])),
        );
        parts.extend(a.ended_on.map(|d| lang.tf("network-attempt-ended", &[("day", d.to_string().into())])));
        parts.join(" ")
    };
    let result = |a: &AttemptOut| match (a.again, a.passed) {
        (false, true) => "network-attempt-passed",
        (false, false) => "network-attempt-refused",
        (true, true) => "network-attempt-again-passed",
        (true, false) => "network-attempt-again-refused",
    };
    let rows = list
        .iter()
        .map(|a| {
            Row::new(vec![
                super::date(Some(a.held_on)),
                cell(lang.t(result(a))),
                cell(lacked(a)),
                cell(said(a)),
                cell(format!("{} {}", a.recorded_by, a.recorded_at.minute_cn())),
            ])
        })
        .collect();
    table(
        lang,
        &Table {
            caption: lang.t("network-attempts"),
            cols: vec![
                Col::text(lang.t("network-f-on")),
                Col::text(lang.t("network-col-result")),
                Col::text(lang.t("network-col-lacked")),
                Col::text(lang.t("network-col-text")),
                Col::text(lang.t("network-col-recorded")).wide_only(),
            ],
            rows,
            ..Table::default()
        },
    )
}

/// One that did not pass, and one recorded by mistake.
pub(super) fn sample_attempts() -> Vec<AttemptOut> {
    let refused = AttemptOut {
        held_on: Day::from_stored(20210601),
        again: false,
        passed: false,
        lacked: vec!["staff".into(), "service".into()],
        reason: Some("驻站社工未到岗".into()),
        ended_on: None,
        withdrawn: None,
        recorded_at: Stamp::from_ms(1_622_500_000_000),
        recorded_by: "王某".into(),
    };
    let slip = AttemptOut {
        passed: true,
        lacked: vec![],
        reason: None,
        withdrawn: Some("点错".into()),
        ended_on: Some(Day::from_stored(20210620)),
        ..refused.clone()
    };
    vec![slip, refused]
}
