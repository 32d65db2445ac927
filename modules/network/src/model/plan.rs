//! Targets and the status against plan (domain.md 7.2, I40): linear between the dates of a plan.

use serde::{Deserialize, Serialize};
use zw_core::{Day, DivisionId, Stamp, TargetId};

zw_core::codes! {
    /// State against plan, best first.
    pub enum PlanStatus {
        /// The last value of the plan is reached.
        Done = "done",
        /// At or above the line.
        OnCourse = "on_course",
        /// Below the line, no date has passed unmet.
        Behind = "behind",
        /// A date of the plan has passed and its value is not reached.
        Overdue = "overdue",
        /// No plan, no value, or the plan has not begun.
        NoData = "no_data",
    }
}
zw_core::codes! {
    /// Phase a target belongs to (code list `phase`): 一年覆盖、两年规范、三年提升.
    pub enum Phase {
        /// 覆盖.
        Coverage = "coverage",
        /// 规范.
        Standard = "standard",
        /// 提升.
        Raise = "raise",
    }
}
zw_db::code_cols!(Phase);

impl PlanStatus {
    /// The same state in the drawings' own type.
    pub fn ui(self) -> zw_ui::Status {
        match self {
            Self::Done => zw_ui::Status::Done,
            Self::OnCourse => zw_ui::Status::OnCourse,
            Self::Behind => zw_ui::Status::Behind,
            Self::Overdue => zw_ui::Status::Overdue,
            Self::NoData => zw_ui::Status::NoData,
        }
    }
}

/// A point of a plan: by `due_on` the value should be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanPoint {
    /// Day.
    pub due_on: Day,
    /// Value at the end of that day.
    pub value: i64,
}

impl PlanPoint {
    /// Whether its date has passed and its value is not reached.
    pub fn missed(self, actual: i64, day: Day) -> bool {
        self.due_on < day && actual < self.value
    }
}

/// The points in order of their days; of two on one day the greater value.
fn ordered(points: &[PlanPoint]) -> Vec<PlanPoint> {
    let mut p = points.to_vec();
    p.sort_unstable();
    p.dedup_by(|later, kept| {
        let same = later.due_on == kept.due_on;
        if same {
            kept.value = later.value;
        }
        same
    });
    p
}

/// What the plan asks for at the end of `day`: linear between two points, the last value after the last point,
/// rounded down so that nobody is behind by a fraction. `None` before the first point.
pub fn planned_on(points: &[PlanPoint], day: Day) -> Option<i64> {
    let points = ordered(points);
    let after = points.partition_point(|p| p.due_on <= day);
    let from = points.get(after.checked_sub(1)?)?;
    let Some(to) = points.get(after) else { return Some(from.value) };
    let (span, gone) = (from.due_on.days_until(to.due_on), from.due_on.days_until(day));
    Some(from.value + (to.value - from.value).saturating_mul(gone).div_euclid(span.max(1)))
}

/// The status on `day`: see [`PlanStatus`].
pub fn status(actual: Option<i64>, points: &[PlanPoint], day: Day) -> PlanStatus {
    let points = ordered(points);
    let (Some(actual), Some(last)) = (actual, points.last()) else { return PlanStatus::NoData };
    if actual >= last.value {
        return PlanStatus::Done;
    }
    if points.iter().any(|p| p.missed(actual, day)) {
        return PlanStatus::Overdue;
    }
    match planned_on(&points, day) {
        None => PlanStatus::NoData,
        Some(plan) if actual >= plan => PlanStatus::OnCourse,
        Some(_) => PlanStatus::Behind,
    }
}

/// 进度偏差 (I40): actual minus plan on the day.
pub fn deviation(actual: i64, points: &[PlanPoint], day: Day) -> Option<i64> {
    planned_on(points, day).map(|plan| actual - plan)
}

/// 预计完成日 (I40): the day on which `goal` is reached at the pace between two counts. `None` without progress,
/// or when it would take more than thirty years.
pub fn forecast(before: (Day, i64), now: (Day, i64), goal: i64) -> Option<Day> {
    if now.1 >= goal {
        return Some(now.0);
    }
    let (days, gained) = (before.0.days_until(now.0), now.1 - before.1);
    if days <= 0 || gained <= 0 {
        return None;
    }
    let left = (goal - now.1).checked_mul(days)?;
    let need = (left + gained - 1) / gained;
    (need <= 365 * 30).then(|| now.0.add_days(need))
}

/// One division and measure: plan, actual, status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetLine {
    /// Division.
    pub division: DivisionId,
    /// Its name.
    pub name: String,
    /// Measure key.
    pub measure: String,
    /// Value now; above the county the confirmed one.
    pub actual: i64,
    /// Whether every county's part of it is confirmed.
    pub confirmed: bool,
    /// What the plan asks for.
    pub planned: Option<i64>,
    /// Status.
    pub status: PlanStatus,
    /// Its points, by day.
    pub targets: Vec<Target>,
}

zw_db::record! {
    /// A target: by a date a measure should have a value in a division.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
    pub struct Target {
        /// Id.
        pub id: TargetId,
        /// Where.
        pub division_id: DivisionId,
        /// Key of the measure.
        pub measure: String,
        /// By when.
        pub due_on: Day,
        /// Value.
        pub value: i64,
        /// Phase.
        pub phase: Phase,
        /// Who set it.
        pub set_by: String,
        /// Level of the authority that set it: P, C or X. A lower level does not change it.
        pub set_level: String,
        /// When.
        pub created_at: Stamp,
    }
}

impl Target {
    /// As a point of a plan.
    pub fn point(&self) -> PlanPoint {
        PlanPoint { due_on: self.due_on, value: self.value }
    }
}

/// A target for outside readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TargetOut {
    /// What it is called, in the language of the request: its phase, by when, of what how many.
    pub name: String,
    /// The target.
    #[serde(flatten)]
    pub target: Target,
}

/// Measures a target can be set for.
pub const TARGET_MEASURES: [&str; 4] = ["townships_covered", "stations_built", "counties_covered", "village_rooms"];

/// Which lines of a page of targets are shown; what does not parse filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TargetFilter {
    /// Division id; the reader's own area by default.
    pub area: Option<i64>,
    /// Measure key.
    pub measure: Option<String>,
    /// Phase code.
    pub phase: Option<String>,
}

impl TargetFilter {
    /// The measure asked for.
    pub fn measure(&self) -> Option<&'static str> {
        TARGET_MEASURES.into_iter().find(|m| self.measure.as_deref() == Some(*m))
    }
    /// The phase asked for.
    pub fn phase(&self) -> Option<Phase> {
        self.phase.as_deref().and_then(<Phase as zw_core::code::Code>::from_code)
    }
    /// Whether a line is shown: one of its dates is of the phase. All its dates stay with it, since its status is that
    /// of the whole plan.
    pub fn shows(&self, line: &TargetLine) -> bool {
        self.measure().is_none_or(|m| line.measure == m)
            && self.phase().is_none_or(|p| line.targets.iter().any(|t| t.phase == p))
    }
}

zw_db::record! {
    /// A target set, changed or taken back.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
    pub struct TargetChange {
        /// Where.
        pub division_id: DivisionId,
        /// Key of the measure.
        pub measure: String,
        /// By when.
        pub due_on: Day,
        /// Phase.
        pub phase: Phase,
        /// What stood before; none when it was set for the first time.
        pub old_value: Option<i64>,
        /// What stands since; none when it was taken back.
        pub new_value: Option<i64>,
        /// Why; empty when it was set for the first time.
        pub why: String,
        /// Who.
        pub changed_by: String,
        /// When.
        pub at: Stamp,
    }
}

/// A change for outside readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TargetChangeOut {
    /// What the target was called after the change (before it, where it was taken back), in the language of the request.
    pub name: String,
    /// The division's name.
    pub division: String,
    /// The change.
    #[serde(flatten)]
    pub change: TargetChange,
}

impl TargetChange {
    /// The target as a point of a plan: as it stood after the change, before it where it was taken back.
    pub fn point(&self) -> PlanPoint {
        PlanPoint { due_on: self.due_on, value: self.new_value.or(self.old_value).unwrap_or_default() }
    }
}

/// Why a target is taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TargetBack {
    /// Why; it stands in the target's history.
    pub why: String,
}

/// What is typed about a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TargetInput {
    /// Division id.
    pub division: String,
    /// Measure key.
    pub measure: String,
    /// By when.
    pub due_on: String,
    /// Value, a whole number.
    pub value: String,
    /// Phase.
    pub phase: String,
    /// Why a target that stands is changed; it stands in the target's history.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use PlanStatus::{Behind, Done, NoData, OnCourse, Overdue};

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }
    fn points(list: &[(i64, i64)]) -> Vec<PlanPoint> {
        list.iter().map(|(d, v)| PlanPoint { due_on: day(*d), value: *v }).collect()
    }

    #[test]
    fn linear_between_the_dates() {
        let p = points(&[(20211231, 1100), (20201231, 100)]);
        for (on, want) in [
            (20201230, None),
            (20201231, Some(100)),
            (20210101, Some(102)),
            (20210701, Some(598)),
            (20211231, Some(1100)),
            (20220501, Some(1100)),
        ] {
            assert_eq!(planned_on(&p, day(on)), want, "{on}");
        }
        assert_eq!(planned_on(&[], day(20210101)), None);
        assert_eq!(planned_on(&points(&[(20210101, 3), (20210101, 5)]), day(20210101)), Some(5));
        assert_eq!(deviation(600, &p, day(20210701)), Some(2));
    }

    #[test]
    fn the_five_states() {
        let p = points(&[(20201231, 100), (20210630, 600), (20211231, 1100)]);
        for (actual, on, want) in [
            (None, 20210708, NoData),
            (Some(1100), 20210301, Done),
            (Some(1200), 20220301, Done),
            (Some(100), 20201201, NoData),
            (Some(100), 20201231, OnCourse),
            (Some(400), 20210410, OnCourse),
            (Some(300), 20210410, Behind),
            (Some(599), 20210630, Behind),
            (Some(599), 20210701, Overdue),
            (Some(600), 20210701, Behind),
            (Some(620), 20210701, OnCourse),
            (Some(1099), 20211231, Behind),
            (Some(1099), 20220101, Overdue),
        ] {
            assert_eq!(status(actual, &p, day(on)), want, "{actual:?} on {on}");
        }
        assert_eq!(status(Some(5), &[], day(20210101)), NoData);
    }

    #[test]
    fn forecast_at_the_present_pace() {
        let f = |before, now, goal| forecast((day(20210513), before), (day(20210708), now), goal);
        assert_eq!(f(560, 616, 630), Some(day(20210722)));
        assert_eq!(f(616, 616, 630), None);
        assert_eq!(f(620, 616, 630), None);
        assert_eq!(f(0, 630, 630), Some(day(20210708)));
        assert_eq!(f(615, 616, 600_000), None);
    }

    #[test]
    fn codes_are_those_of_the_list() {
        use zw_core::code::Code as _;
        assert!(Phase::ALL.iter().map(|p| p.code()).eq(zw_core::codelist::network::PHASE.codes()));
    }
}
