//! Targets and the status against plan (domain.md 7.2, I40): linear between the dates of a plan.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, FieldErrors, Stamp, TargetId};

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
zw_core::codes! {
    /// Level of an authority that sets targets, the highest first.
    pub enum Level as TargetLevel {
        /// Province.
        Province = "P",
        /// City.
        City = "C",
        /// County.
        County = "X",
    }
}
zw_db::code_cols!(Level);

impl Level {
    /// The level of a division as an authority; a city that is its own county is one.
    pub fn of(view: &View, division: DivisionId) -> Self {
        let own_county = view.county_of(division) == Some(division);
        match view.get(division).map(|v| v.kind) {
            Some(DivisionKind::Province) => Self::Province,
            Some(DivisionKind::City) if !own_county => Self::City,
            _ => Self::County,
        }
    }
}

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

/// Of each division and measure the targets that judge it for readers of a level: those of the highest level that set any,
/// among theirs and the levels above. What a lower level sets for itself judges nobody above it.
pub fn judging(targets: &[Target], level: Level) -> Vec<Target> {
    let highest = highest(targets, level);
    let judges = |t: &&Target| highest.get(&(t.division_id, t.measure.as_str())) == Some(&t.set_level);
    targets.iter().filter(judges).cloned().collect()
}

/// The targets that a level set for itself where those of a higher one judge.
pub fn beside(targets: &[Target], level: Level) -> Vec<Target> {
    let highest = highest(targets, level);
    let judged_above =
        |t: &Target| highest.get(&(t.division_id, t.measure.as_str())).is_some_and(|judges| *judges < level);
    targets.iter().filter(|t| t.set_level == level && judged_above(t)).cloned().collect()
}

fn highest(targets: &[Target], level: Level) -> HashMap<(DivisionId, &str), Level> {
    let mut out: HashMap<(DivisionId, &str), Level> = HashMap::new();
    for t in targets.iter().filter(|t| t.set_level <= level) {
        let found = out.entry((t.division_id, t.measure.as_str())).or_insert(t.set_level);
        *found = t.set_level.min(*found);
    }
    out
}

/// A plan does not fall: a target is not below an earlier one of its set and not above a later one. `most` is all there is
/// to be reached: where the map has fewer divisions than an earlier target asked for, that many are enough.
pub fn check_rising(set: &[Target], new: PlanPoint, most: Option<i64>, e: &mut FieldErrors) {
    let mut say = |code: &str, t: &Target| {
        e.add_with("value", code, &[("n", &t.value.to_string()), ("day", &t.due_on.to_string())]);
    };
    let earlier = set.iter().filter(|t| t.due_on < new.due_on).max_by_key(|t| t.value);
    let later = set.iter().filter(|t| t.due_on > new.due_on).min_by_key(|t| t.value);
    if let Some(t) = earlier.filter(|t| new.value < most.map_or(t.value, |m| t.value.min(m))) {
        say("target-below-earlier", t);
    } else if let Some(t) = later.filter(|t| new.value > t.value) {
        say("target-above-later", t);
    }
}

/// One division, measure and level that set targets: plan, actual, status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetLine {
    /// Division.
    pub division: DivisionId,
    /// Its name.
    pub name: String,
    /// Measure key.
    pub measure: String,
    /// Whose targets these are.
    pub level: Level,
    /// Whether the reader's wall judges by them; if not they stand beside those that do.
    pub judges: bool,
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
        /// Level of the authority that set it. The targets of each level are a set of their own.
        pub set_level: Level,
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
        /// Whose targets changed; none where that was not kept.
        pub set_level: Option<Level>,
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

    fn target(level: Level, measure: &str, due: i64, value: i64) -> Target {
        Target {
            id: TargetId(zw_core::Uuid::nil()),
            division_id: DivisionId(21),
            measure: measure.into(),
            due_on: day(due),
            value,
            phase: Phase::Coverage,
            set_by: String::new(),
            set_level: level,
            created_at: Stamp::from_ms(0),
        }
    }

    /// Who judges by whose targets: rows are the levels that set any, columns the readers' levels.
    #[test]
    fn a_lower_level_judges_nobody_above_it() {
        use Level::{City, County, Province};
        for (set, province, city, county, own_of_city) in [
            (vec![Province, City, County], Some(Province), Some(Province), Some(Province), 1),
            (vec![City, County], None, Some(City), Some(City), 0),
            (vec![County], None, None, Some(County), 0),
            (vec![Province, County], Some(Province), Some(Province), Some(Province), 0),
        ] {
            let all: Vec<Target> = set.iter().map(|l| target(*l, "townships_covered", 20211231, 5)).collect();
            let by = |reader| {
                let found = judging(&all, reader);
                assert!(found.len() <= 1, "one set judges");
                found.first().map(|t| t.set_level)
            };
            assert_eq!((by(Province), by(City), by(County)), (province, city, county), "{set:?}");
            assert_eq!(beside(&all, City).len(), own_of_city, "{set:?}");
        }
        // Each measure for itself.
        let two = [target(Province, "townships_covered", 20211231, 5), target(County, "village_rooms", 20211231, 9)];
        assert_eq!((judging(&two, Province).len(), judging(&two, County).len()), (1, 2));
    }

    #[test]
    fn a_plan_does_not_fall() {
        let set = [target(Level::Province, "m", 20210630, 5), target(Level::Province, "m", 20211231, 9)];
        for (due, value, most, want) in [
            (20211130, 2, None, Some("target-below-earlier")),
            (20211130, 5, None, None),
            (20211130, 9, None, None),
            (20211130, 10, None, Some("target-above-later")),
            (20220331, 8, None, Some("target-below-earlier")),
            // Two townships became one: all there are is enough.
            (20220331, 8, Some(8), None),
            (20220331, 7, Some(8), Some("target-below-earlier")),
            (20210101, 6, None, Some("target-above-later")),
            // The point itself is what changes.
            (20211231, 5, None, None),
        ] {
            let mut e = FieldErrors::default();
            check_rising(&set, PlanPoint { due_on: day(due), value }, most, &mut e);
            assert_eq!(e.0.first().map(|f| f.code.as_str()), want, "{value} on {due}");
        }
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
