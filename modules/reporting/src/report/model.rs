//! Reports as pure types and rules: the state machine of domain.md section 6, frozen cells.

pub use super::changes::{CellChange, changes, split_changes};
pub use super::overrides::{OverrideInput, apply_overrides};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zw_access::Resource;
use zw_core::deadline::{Due, Timeliness};
use zw_core::period::Period;
use zw_core::{AccountId, Day, DivisionId, Error, ReportId, Result, Stamp, UnitId};

zw_core::codes! {
    /// State of a report (domain.md section 6, 报送).
    pub enum ReportState {
        /// 草稿: begun, nothing frozen.
        Draft = "draft",
        /// 已报: confirmed by its unit, cells frozen.
        Submitted = "submitted",
        /// 退回: sent back with a reason.
        Returned = "returned",
        /// 审核通过: approved by the tier above.
        Approved = "approved",
        /// 汇总: passed on by that tier.
        RolledUp = "rolled_up",
        /// 锁定: part of a frozen snapshot.
        Locked = "locked",
        /// 更正: a new version after the lock; the old one is kept.
        Amended = "amended",
    }
}
zw_db::code_cols!(ReportState);

zw_core::codes! {
    /// What can happen to a report.
    pub enum Act {
        /// Confirmed by its unit.
        Submit = "submit",
        /// Sent back with a reason.
        Return = "return",
        /// Approved.
        Approve = "approve",
        /// Passed on.
        RollUp = "roll_up",
        /// Frozen by a snapshot.
        Lock = "lock",
        /// Corrected after the lock.
        Amend = "amend",
        /// Excused.
        Exempt = "exempt",
        /// Opened again, because what it was passed on with was returned.
        Reopen = "reopen",
    }
}
zw_db::code_cols!(Act);

impl ReportState {
    /// States in which the unit has confirmed its figures: above the county they count as confirmed.
    pub const CONFIRMED: [Self; 5] = [Self::Submitted, Self::Approved, Self::RolledUp, Self::Locked, Self::Amended];
    /// States of a report that the tier above has approved; a correction (`Amended`) only once it has `approved_at`.
    pub const APPROVED: [Self; 4] = [Self::Approved, Self::RolledUp, Self::Locked, Self::Amended];

    /// Whether the unit may still write on it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
    /// Whether the unit has confirmed it.
    pub fn is_confirmed(self) -> bool {
        Self::CONFIRMED.contains(&self)
    }
    /// Whether it is one of `APPROVED`. What a report says is approved if `ReportRow::is_approved` says so.
    pub fn is_approved(self) -> bool {
        Self::APPROVED.contains(&self)
    }

    /// The state after an act, or the rule that refuses it.
    pub fn after(self, act: Act) -> Result<Self, &'static str> {
        use Act as A;
        use ReportState as S;
        Ok(match (act, self) {
            (A::Submit, S::Draft | S::Returned) => S::Submitted,
            (A::Submit, S::Submitted | S::Approved) => return Err("report-already-submitted"),
            (A::Submit, S::RolledUp | S::Locked | S::Amended) => return Err("report-locked"),
            // Until it is passed on an approval can be taken back.
            (A::Return, S::Submitted | S::Approved) => S::Returned,
            (A::Return, S::Draft | S::Returned) => return Err("report-not-submitted"),
            (A::Return, S::RolledUp | S::Locked | S::Amended) => return Err("report-locked"),
            (A::Approve, S::Submitted) => S::Approved,
            (A::Approve, S::Amended) => S::Amended,
            (A::Approve, S::Draft | S::Returned) => return Err("report-not-submitted"),
            (A::Approve, S::Approved | S::RolledUp | S::Locked) => return Err("report-already-approved"),
            (A::RollUp, S::Approved) => S::RolledUp,
            (A::RollUp, S::RolledUp | S::Locked | S::Amended) => self,
            (A::RollUp, S::Draft | S::Submitted | S::Returned) => return Err("report-not-approved"),
            (A::Lock, S::Approved | S::RolledUp) => S::Locked,
            (A::Lock, S::Locked | S::Amended) => self,
            (A::Lock, S::Draft | S::Submitted | S::Returned) => return Err("report-not-approved"),
            (A::Amend, S::Locked | S::Amended | S::RolledUp) => S::Amended,
            (A::Amend, _) => return Err("report-not-locked"),
            (A::Exempt, S::Draft | S::Returned) => self,
            (A::Exempt, _) => return Err("report-already-submitted"),
            (A::Reopen, S::RolledUp) => S::Approved,
            (A::Reopen, _) => return Err("report-locked"),
        })
    }
}

/// A cell of a report: what the system counted, and what a person put beside it with a reason. Short names in the
/// stored JSON, because boards read many of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Counted by the system.
    #[serde(rename = "v")]
    pub auto: i64,
    /// Put beside it by a person.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub over: Option<i64>,
    /// Why.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Version of the rule it was counted by.
    #[serde(rename = "r")]
    pub rule: String,
    /// The counted value by code, where the measure is split; none of zero. Codes may overlap.
    #[serde(rename = "c", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub split: BTreeMap<String, i64>,
}

impl Cell {
    /// What the system counted, by the version of a rule.
    pub fn counted(auto: i64, rule: &str) -> Self {
        Self { auto, over: None, reason: None, rule: rule.to_owned(), split: BTreeMap::new() }
    }
    /// The value that counts above: the override once the next tier has accepted overrides, else the counted value.
    pub fn effective(&self, overrides_accepted: bool) -> i64 {
        effective(self.auto, self.over, overrides_accepted)
    }
}

/// The value that counts above of a counted value and an override.
pub(crate) fn effective(auto: i64, over: Option<i64>, overrides_accepted: bool) -> i64 {
    if overrides_accepted { over.unwrap_or(auto) } else { auto }
}

/// The cells of a report by key.
pub type Cells = BTreeMap<String, Cell>;

/// The texts of a report: written by people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Texts {
    /// 问题 (week), 问题与建议 M48 (month).
    pub problems: String,
    /// 典型案例、亮点 M47 (month), without names.
    pub highlights: String,
    /// 下周计划 (week), 下月安排 M49 (month).
    pub next_plan: String,
}

impl Texts {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.highlights.is_empty() && self.next_plan.is_empty()
    }
}

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// County.
    pub county: DivisionId,
    /// The county itself, or the station's township.
    pub division: DivisionId,
    /// The station, for a month.
    pub unit: Option<UnitId>,
    /// Period.
    pub period: Period,
}

zw_db::record! {
    /// A report as stored, columns of table `report`.
    #[derive(Clone, Debug)]
    pub struct ReportRow {
        /// County.
        pub county_id: DivisionId,
        /// Id.
        pub id: ReportId,
        /// Period key; its kind follows from it.
        pub period: String,
        /// Last day of the period.
        pub last_day: Day,
        /// County itself or the station's township.
        pub division_id: DivisionId,
        /// Station.
        pub unit_id: Option<UnitId>,
        /// State.
        pub state: ReportState,
        /// Version for concurrent editors.
        pub version: i64,
        /// Declared as a week without change.
        pub no_change: bool,
        /// Day the cells were counted for.
        pub as_of: Day,
        /// Cells as JSON.
        pub cells: String,
        /// Texts as JSON.
        pub texts: String,
        /// Overrides accepted by the tier above.
        pub overrides_accepted: bool,
        /// Deadline when it was first submitted.
        pub due_at: Option<Stamp>,
        /// 时效 when it was first submitted.
        pub timeliness: Option<String>,
        /// First submission.
        pub first_submitted_at: Option<Stamp>,
        /// Latest submission.
        pub submitted_at: Option<Stamp>,
        /// By whom.
        pub submitted_by: Option<String>,
        /// By which account, for the four eyes.
        pub submitted_account: Option<AccountId>,
        /// Latest return.
        pub returned_at: Option<Stamp>,
        /// By whom.
        pub returned_by: Option<String>,
        /// Why.
        pub return_reason: Option<String>,
        /// Approval.
        pub approved_at: Option<Stamp>,
        /// By whom.
        pub approved_by: Option<String>,
        /// What was corrected.
        pub amend_note: Option<String>,
        /// While a correction waits: what it corrects, see `report::standing`.
        pub standing: Option<String>,
        /// Excused.
        pub exempt: bool,
        /// Why.
        pub exempt_reason: Option<String>,
        /// Latest change.
        pub updated_at: Stamp,
        /// By whom.
        pub updated_by: String,
    }
}

impl Resource for ReportRow {
    const NAME: &'static str = "report";
    const COUNTY: &'static str = "r.county_id";
    const TOWN: Option<&'static str> = Some("r.division_id");
    const UNIT: Option<&'static str> = Some("r.unit_id");
}

impl ReportRow {
    /// The cells.
    pub fn cells(&self) -> Result<Cells> {
        serde_json::from_str(&self.cells).map_err(|e| Error::internal(format!("cells of report {}: {e}", self.id)))
    }
    /// The texts.
    pub fn texts(&self) -> Result<Texts> {
        serde_json::from_str(&self.texts).map_err(|e| Error::internal(format!("texts of report {}: {e}", self.id)))
    }
    /// The period.
    pub fn period(&self) -> Result<Period> {
        Period::parse(&self.period).ok_or_else(|| Error::internal(format!("period of report {}", self.id)))
    }
}

/// 时效 of a report, or of one that is owed and was not begun. A report returned in time and sent again later keeps
/// the 时效 of its first submission.
pub fn timeliness(row: Option<&ReportRow>, due: Due, now: Stamp) -> Timeliness {
    let (exempt, stamped) = (row.is_some_and(|r| r.exempt), row.and_then(|r| r.timeliness.as_deref()));
    timeliness_of(exempt, stamped, row.and_then(|r| r.first_submitted_at), due, now)
}

/// The same from the columns: whether it is excused, the 时效 stamped at its first submission, when that was.
pub fn timeliness_of(
    exempt: bool,
    stamped: Option<&str>,
    first_submitted: Option<Stamp>,
    due: Due,
    now: Stamp,
) -> Timeliness {
    if exempt {
        return Timeliness::Exempt;
    }
    let stamped = stamped.and_then(<Timeliness as zw_core::code::Code>::from_code);
    stamped.unwrap_or_else(|| due.timeliness(first_submitted, false, now))
}

/// Whether an approved version of a report stood at an instant, told from what happened to it, oldest first: what a freeze
/// of that instant took in. A refused correction takes no approval back.
pub fn approved_by(acts: impl IntoIterator<Item = (Act, Stamp)>, at: Stamp) -> bool {
    let (mut approved, mut correcting) = (false, false);
    for (act, _) in acts.into_iter().take_while(|(_, when)| *when <= at) {
        match act {
            Act::Approve => (approved, correcting) = (true, false),
            Act::Amend => correcting = true,
            Act::Return if correcting => correcting = false,
            Act::Return => approved = false,
            Act::Submit | Act::RollUp | Act::Lock | Act::Exempt | Act::Reopen => {}
        }
    }
    approved
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::code::Code as _;

    #[test]
    fn the_state_machine_is_the_table_of_the_handbook() {
        use Act as A;
        use ReportState as S;
        let allowed = [
            (S::Draft, A::Submit, S::Submitted),
            (S::Returned, A::Submit, S::Submitted),
            (S::Submitted, A::Return, S::Returned),
            (S::Approved, A::Return, S::Returned),
            (S::Submitted, A::Approve, S::Approved),
            (S::Amended, A::Approve, S::Amended),
            (S::Approved, A::RollUp, S::RolledUp),
            (S::RolledUp, A::RollUp, S::RolledUp),
            (S::Locked, A::RollUp, S::Locked),
            (S::Amended, A::RollUp, S::Amended),
            (S::Approved, A::Lock, S::Locked),
            (S::RolledUp, A::Lock, S::Locked),
            (S::Locked, A::Lock, S::Locked),
            (S::Amended, A::Lock, S::Amended),
            (S::RolledUp, A::Amend, S::Amended),
            (S::Locked, A::Amend, S::Amended),
            (S::Amended, A::Amend, S::Amended),
            (S::Draft, A::Exempt, S::Draft),
            (S::Returned, A::Exempt, S::Returned),
            (S::RolledUp, A::Reopen, S::Approved),
        ];
        for from in S::ALL {
            for act in A::ALL {
                let want = allowed.iter().find(|(f, a, _)| f == from && a == act).map(|(_, _, to)| *to);
                assert_eq!(from.after(*act).ok(), want, "{from} {act}");
            }
        }
        assert_eq!(S::Submitted.after(A::Submit), Err("report-already-submitted"));
        assert_eq!(S::Locked.after(A::Return), Err("report-locked"));
        assert_eq!(S::Draft.after(A::Approve), Err("report-not-submitted"));
    }

    #[test]
    fn a_freeze_takes_in_what_stood_approved() {
        use Act as A;
        let at = |acts: &[Act], n: i64| {
            approved_by(acts.iter().zip(1..).map(|(a, i)| (*a, Stamp::from_ms(i))), Stamp::from_ms(n))
        };
        let corrected = [A::Submit, A::Approve, A::RollUp, A::Amend, A::Approve];
        for (n, want) in [(1, false), (2, true), (3, true), (4, true), (5, true)] {
            assert_eq!(at(&corrected, n), want, "{n}");
        }
        assert!(at(&[A::Submit, A::Approve, A::RollUp, A::Amend, A::Return], 9), "a refused correction");
        assert!(!at(&[A::Submit, A::Approve, A::RollUp, A::Reopen, A::Return], 9), "opened again and sent back");
        assert!(!at(&[A::Submit, A::Approve, A::Return, A::Submit, A::Approve], 4), "approved again only later");
    }

    #[test]
    fn timeliness_is_that_of_the_first_submission() {
        let d = Due::At(zw_core::deadline::Deadline { due: Stamp::from_ms(1000), late_until: Stamp::from_ms(2000) });
        assert_eq!(timeliness(None, d, Stamp::from_ms(1000)), Timeliness::NotDue);
        assert_eq!(timeliness(None, d, Stamp::from_ms(1500)), Timeliness::Late);
        assert_eq!(timeliness(None, d, Stamp::from_ms(2500)), Timeliness::Missing);
        assert_eq!(timeliness(None, Due::None, Stamp::from_ms(2500)), Timeliness::NotDue);
        // Without the working days of its year nobody is late, however much time passes.
        assert_eq!(timeliness(None, Due::Unknown(2022), Stamp::from_ms(i64::MAX)), Timeliness::Unknown);
        let sent = Some(Stamp::from_ms(1));
        assert_eq!(timeliness_of(false, None, sent, Due::Unknown(2022), Stamp::from_ms(9)), Timeliness::Unknown);
        assert_eq!(timeliness_of(false, None, sent, d, Stamp::from_ms(9000)), Timeliness::OnTime, "once it is known");
        assert_eq!(timeliness_of(true, None, None, Due::Unknown(2022), Stamp::from_ms(9)), Timeliness::Exempt);
    }
}
