//! What a board shows.

use crate::pass_on::{PassOn, Verdict};
use crate::report::model::{ReportRow, ReportState};
use crate::report::split::SplitOut;
use serde::Serialize;
use zw_core::deadline::Timeliness;
use zw_core::{Day, DivisionId, ReportId, Stamp, UnitId};
use zw_indicators::Cell;

/// How many units stand where. `due` leaves out those excused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Counts {
    /// Reports due.
    pub due: i64,
    /// Sent in time.
    pub on_time: i64,
    /// Sent, or still to be sent, within the grace.
    pub late: i64,
    /// Not sent within the grace.
    pub missing: i64,
    /// Deadline not yet passed, not sent.
    pub not_due: i64,
    /// Deadline unknown (期限未知): nobody is late.
    pub unknown: i64,
    /// Excused.
    pub exempt: i64,
    /// Sent and waiting for a decision.
    pub waiting: i64,
    /// Returned and not sent again.
    pub returned: i64,
    /// Approved, passed on or locked.
    pub approved: i64,
}

impl Counts {
    /// Reports whose deadline has passed or that were sent before it: what rates are taken of.
    pub fn rated(&self) -> i64 {
        self.due - self.not_due - self.unknown
    }
    /// Adds one unit.
    pub fn add(&mut self, report: Option<&ReportRow>, t: Timeliness) {
        self.add_many(report.map(|r| (r.state, r.approved_at.is_some())), t, 1);
    }
    /// Adds several units that stand alike: state, and whether what they say is approved.
    pub fn add_many(&mut self, state: Option<(ReportState, bool)>, t: Timeliness, n: i64) {
        match t {
            Timeliness::Exempt => {
                self.exempt += n;
                return;
            }
            Timeliness::OnTime => self.on_time += n,
            Timeliness::Late => self.late += n,
            Timeliness::Missing => self.missing += n,
            Timeliness::NotDue => self.not_due += n,
            Timeliness::Unknown => self.unknown += n,
        }
        self.due += n;
        match state {
            Some((ReportState::Submitted, _) | (ReportState::Amended, false)) => self.waiting += n,
            Some((ReportState::Returned, _)) => self.returned += n,
            Some((s, true)) if s.is_approved() => self.approved += n,
            _ => {}
        }
    }
    /// Adds another count.
    pub fn join(&mut self, o: &Self) {
        self.due += o.due;
        self.on_time += o.on_time;
        self.late += o.late;
        self.missing += o.missing;
        self.not_due += o.not_due;
        self.unknown += o.unknown;
        self.exempt += o.exempt;
        self.waiting += o.waiting;
        self.returned += o.returned;
        self.approved += o.approved;
    }
}

/// A figure of a row: the confirmed value, and the live one where it may be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BoardFigure {
    /// Measure.
    pub key: String,
    /// Confirmed by the unit.
    pub confirmed: Option<i64>,
    /// Counted now, not confirmed (未审核).
    pub live: Option<i64>,
    /// The confirmed value holds one that was put beside the counted one and accepted (改报).
    pub overridden: bool,
}

/// A row: a county or a station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BoardRow {
    /// County, or the station's township.
    pub division: DivisionId,
    /// Station.
    pub unit: Option<UnitId>,
    /// Name.
    pub name: String,
    /// The city it is grouped under; empty on boards of one city or county.
    pub group: String,
    /// State of its report; none while nothing was stored.
    pub state: Option<ReportState>,
    /// 时效; for a county of a monthly board that of its pass-on.
    pub timeliness: Timeliness,
    /// Confirmed by the unit.
    pub confirmed_at: Option<Stamp>,
    /// When it was sent for the first time, where it was returned and sent again: 时效 is that of the first time.
    pub first_sent_at: Option<Stamp>,
    /// Approved by the tier above.
    pub approved_at: Option<Stamp>,
    /// A week without change.
    pub no_change: bool,
    /// Why it was returned or excused.
    pub reason: Option<String>,
    /// Its report.
    pub report: Option<ReportId>,
    /// Where the row leads.
    pub href: String,
    /// Its stations, on a monthly board above the county.
    pub counts: Option<Counts>,
    /// What it passed on, on a monthly board above the county.
    pub passed_on: Option<PassOn>,
    /// Whether the reader may excuse it.
    pub may_exempt: bool,
    /// Figures.
    pub figures: Vec<BoardFigure>,
}

impl BoardRow {
    /// Nobody has to follow it up: it came in time or is not due yet, it was not returned, and nothing of it waits.
    pub fn is_quiet(&self) -> bool {
        let returned = self.state == Some(ReportState::Returned)
            || self.passed_on.as_ref().is_some_and(|p| p.state == Verdict::Returned);
        let waits = self.state == Some(ReportState::Submitted)
            || self.state == Some(ReportState::Amended) && self.approved_at.is_none();
        let late = matches!(self.timeliness, Timeliness::Late | Timeliness::Missing);
        !returned && !waits && !late
    }
}

/// What a city passed on, with the sums of its counties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BoardCity {
    /// What it passed on.
    #[serde(flatten)]
    pub passed: PassOn,
    /// Sums of its counties' confirmed figures, in the order of the board's columns.
    pub figures: Vec<BoardFigure>,
}

/// A board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Board {
    /// Period key.
    pub period: String,
    /// Kind of the period.
    pub kind: String,
    /// County, city or province.
    pub area: DivisionId,
    /// Its name.
    pub area_name: String,
    /// `X`, `C` or `P`.
    pub level: String,
    /// Deadline of the units.
    pub due_at: Option<Stamp>,
    /// The year whose holidays are not known, while the deadline is unknown for it (期限未知).
    pub due_unknown: Option<i64>,
    /// Deadline of the counties' own passing on, on a monthly board above the county.
    pub county_due_at: Option<Stamp>,
    /// What the area's sums leave to others, by the chain of reporting.
    pub notes: Vec<Cell>,
    /// Since when the month is frozen by a snapshot.
    pub frozen_at: Option<Stamp>,
    /// As of.
    pub as_of: Stamp,
    /// Figures are those of this day; the division tree too.
    pub figures_as_of: Day,
    /// Whether live figures are shown.
    pub live_shown: bool,
    /// Totals.
    pub counts: Counts,
    /// Measures of the figure columns: key, name, unit (on pages keys of messages, in an answer of the API the words).
    pub columns: Vec<(String, String, String)>,
    /// Sums of the confirmed figures, in the order of the columns, over `confirmed_units` units.
    pub totals: Vec<BoardFigure>,
    /// Units whose figures are confirmed.
    pub confirmed_units: i64,
    /// Rows.
    pub rows: Vec<BoardRow>,
    /// The register of a month by category, over the reports that count here; above the county without numbers of few people.
    pub split: Option<SplitOut>,
    /// What this area passed on itself, for a county's month and a city.
    pub passed_on: Option<PassOn>,
    /// What the cities passed on, on the province's board.
    pub cities: Vec<BoardCity>,
    /// Whether the reader may pass on now.
    pub may_pass_on: bool,
    /// Whether the reader may decide about what this area passed on.
    pub may_review: bool,
    /// The reader would decide, but passed it on: another person has to.
    pub own: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excused_units_are_in_no_rate() {
        let mut c = Counts::default();
        for (state, t) in [
            (Some((ReportState::Approved, true)), Timeliness::OnTime),
            (Some((ReportState::Submitted, false)), Timeliness::Late),
            (Some((ReportState::Returned, false)), Timeliness::OnTime),
            (Some((ReportState::Amended, false)), Timeliness::OnTime),
            (None, Timeliness::Missing),
            (None, Timeliness::NotDue),
            (None, Timeliness::Unknown),
            (Some((ReportState::Draft, false)), Timeliness::Exempt),
        ] {
            c.add_many(state, t, 1);
        }
        assert_eq!((c.due, c.on_time, c.late, c.missing, c.not_due, c.exempt), (7, 3, 1, 1, 1, 1));
        // A correction nobody approved waits; what is not due yet is in no rate.
        assert_eq!((c.waiting, c.returned, c.approved, c.rated(), c.unknown), (2, 1, 1, 5, 1));
        let mut two = c;
        two.join(&c);
        assert_eq!((two.due, two.approved), (14, 2));
    }
}
