//! Words and badges that several pages of this module share.

use crate::report::model::{ReportState, Texts};
use crate::report::out::period_label;
use maud::Markup;
use zw_core::deadline::Timeliness;
use zw_core::{Stamp, code::Code as _};
use zw_ui::Lang;
use zw_ui::status::{Status, badge_with};

// i18n-keys: reporting-state-draft reporting-state-submitted reporting-state-returned reporting-state-approved
// i18n-keys: reporting-state-rolled_up reporting-state-locked reporting-state-amended
// i18n-keys: reporting-time-not_due reporting-time-on_time reporting-time-late reporting-time-missing
// i18n-keys: reporting-time-exempt reporting-time-unknown reporting-kind-week reporting-kind-month
// i18n-keys: reporting-act-submit reporting-act-return reporting-act-approve reporting-act-roll_up
// i18n-keys: reporting-act-lock reporting-act-amend reporting-act-exempt reporting-act-reopen
// i18n-keys: reporting-pass-passed reporting-pass-approved reporting-pass-returned

/// Word of a state.
pub(crate) fn state(lang: Lang, s: ReportState) -> String {
    lang.t(&format!("reporting-state-{}", s.code()))
}

/// Word of a 时效.
pub(crate) fn time(lang: Lang, t: Timeliness) -> String {
    lang.t(&format!("reporting-time-{}", t.code()))
}

/// Colour of a 时效.
pub(crate) fn time_status(t: Timeliness) -> Status {
    match t {
        Timeliness::OnTime => Status::Done,
        Timeliness::Late => Status::Behind,
        Timeliness::Missing => Status::Overdue,
        Timeliness::NotDue | Timeliness::Exempt | Timeliness::Unknown => Status::NoData,
    }
}

/// Word of a 时效 of something that was sent: after the grace it counts as 未报 (domain.md section 7) and is there all the
/// same, so it says so.
pub(crate) fn time_of_sent(lang: Lang, t: Timeliness) -> String {
    if t == Timeliness::Missing { lang.t("reporting-time-after-grace") } else { time(lang, t) }
}

/// Badge of a 时效 of something that was sent.
pub(crate) fn sent_badge(lang: Lang, t: Timeliness) -> Markup {
    badge_with(time_status(t), &time_of_sent(lang, t))
}

/// Badge of a 时效.
pub(crate) fn time_badge(lang: Lang, t: Timeliness) -> Markup {
    badge_with(time_status(t), &time(lang, t))
}

/// Badge of a report on a board: its state, and where it was not sent how late it is: 逾期 within the grace, 未报 after
/// it (domain.md section 7). A correction is done once it is approved.
pub(crate) fn state_badge(lang: Lang, s: Option<ReportState>, approved: bool, t: Timeliness) -> Markup {
    if t == Timeliness::Exempt {
        return time_badge(lang, t);
    }
    match s {
        None | Some(ReportState::Draft) => time_badge(lang, t),
        Some(ReportState::Amended) if !approved => badge_with(Status::OnCourse, &lang.t("reporting-correction-waits")),
        Some(ReportState::Returned) => badge_with(Status::Behind, &state(lang, ReportState::Returned)),
        Some(ReportState::Submitted) => badge_with(Status::OnCourse, &state(lang, ReportState::Submitted)),
        Some(s) => badge_with(Status::Done, &state(lang, s)),
    }
}

/// A time as shown in tables, or a dash.
pub(crate) fn at(t: Option<Stamp>) -> String {
    t.map_or_else(|| "—".to_owned(), Stamp::minute_cn)
}

/// The deadline as a sentence; where the holidays of a year are missing, that it is unknown and why.
pub(crate) fn due(lang: Lang, at_: Option<Stamp>, unknown: Option<i64>) -> String {
    match unknown {
        Some(year) => lang.tf("reporting-due-unknown", &[("year", year.to_string().into())]),
        None => lang.tf("reporting-due-at", &[("at", at(at_).into())]),
    }
}

/// Why 按时 stands beside a later confirmation: 时效 is that of the first time it was sent. Nothing where it was sent once.
pub(crate) fn resent(lang: Lang, first: Option<Stamp>, t: Timeliness, again: Option<Stamp>) -> Option<String> {
    let (first, again) = (first?, again?);
    let args = [
        ("first", first.minute_cn().into()),
        ("time", time_of_sent(lang, t).into()),
        ("again", again.minute_cn().into()),
    ];
    Some(lang.tf("reporting-resent", &args))
}

/// `周报 · 2021年第27周（…）`.
pub(crate) fn title(lang: Lang, period: &str) -> String {
    let kind = zw_core::period::Period::parse(period).map_or("week", |p| p.kind().code());
    format!("{} · {}", lang.t(&format!("reporting-kind-{kind}")), period_label(lang, period))
}

/// The texts of a report with their labels, as far as they were written.
pub(crate) fn texts(lang: Lang, month: bool, t: &Texts) -> Vec<(String, String)> {
    let next = if month { "reporting-next-month" } else { "reporting-next-week" };
    [("reporting-highlights", &t.highlights), ("reporting-problems", &t.problems), (next, &t.next_plan)]
        .into_iter()
        .filter(|(k, v)| !v.is_empty() || month || *k != "reporting-highlights")
        .map(|(k, v)| (lang.t(k), if v.is_empty() { "—".to_owned() } else { v.clone() }))
        .collect()
}

/// Address of a figure's page.
pub(crate) fn figure_href(key: &str, area: &str, from: zw_core::Day, to: zw_core::Day) -> String {
    format!("/figures/{key}?area={area}&from={from}&to={to}")
}
