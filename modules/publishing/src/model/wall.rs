//! The wall's data: one structure for page, fragment, kiosk, print and API. Aggregates only.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Stamp, UnitId};
use zw_indicators::{Cell, keys};
use zw_network::{Level, Phase, Target};
use zw_reporting::figure::out::MonthEndOut;
use zw_ui::Status;

zw_core::codes! {
    /// What the wall shows.
    pub enum View {
        /// Tiles placed roughly as on a map.
        Tiles = "tiles",
        /// Counties by milestones.
        Milestones = "milestones",
        /// Counties by weeks.
        Weeks = "weeks",
        /// Geographic map.
        Map = "map",
    }
}

zw_core::codes! {
    /// Which figures are shown.
    pub enum Basis as WallBasis {
        /// The county-confirmed value of the last weekly report, with its time.
        Confirmed = "confirmed",
        /// Counted from the registers just now: 系统实时, 未审核 above the county.
        Live = "live",
    }
}

/// What is asked of the wall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WallQuery {
    /// Division id: province, city or county; the reader's own area by default.
    pub area: Option<String>,
    /// As of this day; today by default.
    pub as_of: Option<String>,
    /// Place on the slider, 0 the oldest week; instead of `as_of`.
    pub week: Option<String>,
    /// `tiles`, `milestones`, `weeks` or `map`.
    pub view: Option<String>,
    /// `confirmed` or `live`.
    pub basis: Option<String>,
    /// Paper of the print page: `A3` or `A0`.
    pub size: Option<String>,
}

/// The wall.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct WallOut {
    /// Division shown.
    pub area: i64,
    /// Its name.
    pub name: String,
    /// Level: P, C or X.
    pub level: String,
    /// As of the end of this day; of today until now.
    pub as_of: Day,
    /// Made at.
    pub at: Stamp,
    /// Figures shown.
    pub basis: Basis,
    /// Whether the reader may switch to live figures.
    pub may_live: bool,
    /// The reader stands above the county: what its county did not confirm is marked so.
    pub above_county: bool,
    /// The strip.
    pub strip: Vec<StripFigure>,
    /// Counties; of a county its townships.
    pub tiles: Vec<TileOut>,
    /// Counties (or townships) by milestones or weeks, when asked for.
    pub matrix: Option<MatrixOut>,
    /// Counties that were asked for the last closed week and have not confirmed it.
    pub unconfirmed: i64,
    /// That week; none where weekly reports are not asked for.
    pub week: Option<String>,
    /// Of confirmed figures on the last day of a frozen month: what the freeze counted stands beside them, and why.
    pub month_end: Option<MonthEndOut>,
    /// Target dates with their phases and what the area itself owes by then, oldest first: marks of the slider.
    pub phases: Vec<PhaseGoals>,
    /// The phase in force on the day shown.
    pub phase: Option<PhaseNow>,
    /// The measure that tiles show: the lead of that phase.
    pub lead: String,
    /// Sundays of the slider, oldest first; the last entry is today.
    pub days: Vec<Day>,
    /// Place of `as_of` among them.
    pub chosen: i64,
    /// Way up: id and name of the divisions above that the reader may open.
    pub above: Vec<(i64, String)>,
    /// Lines under the chart.
    pub notes: Vec<Cell>,
}

impl WallOut {
    /// Whether live figures are marked as unconfirmed: not to a county that looks at its own.
    pub fn flags_live(&self) -> bool {
        self.above_county || self.level != "X"
    }
}

/// A figure of the strip.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct StripFigure {
    /// Measure or indicator.
    pub key: String,
    /// Value as printed: `65.1%`, `716`.
    pub value: String,
    /// Numerator or count.
    pub num: i64,
    /// Denominator of a percentage.
    pub den: Option<i64>,
    /// Whether every county's part of it is confirmed.
    pub confirmed: bool,
    /// The live value as printed, where it differs and may be shown.
    pub live: Option<String>,
    /// The numerator at the end of each week, of the same figures as `num`; the last is `num` itself. None in a line of
    /// confirmed figures for a week by whose end no county had confirmed any.
    pub trend: Vec<Option<i64>>,
    /// Whether the phase in force has a target for it.
    pub lead: bool,
}

/// A target date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhaseMark {
    /// Day.
    pub due_on: Day,
    /// Phase.
    pub phase: Phase,
}

/// A target date with what it asks of the area shown; nothing where only divisions in it have a target of that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PhaseGoals {
    /// Day.
    pub due_on: Day,
    /// Phase.
    pub phase: Phase,
    /// What by then.
    pub goals: Vec<Goal>,
}

/// What a target asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Goal {
    /// Key of the measure.
    pub measure: String,
    /// Value.
    pub value: i64,
    /// Whose target it is.
    pub level: Level,
}

/// The target dates of some targets with the goals of one division.
pub fn phase_goals(targets: &[Target], area: DivisionId) -> Vec<PhaseGoals> {
    let goals = |m: &PhaseMark| {
        let own = targets.iter().filter(|t| t.division_id == area && (t.due_on, t.phase) == (m.due_on, m.phase));
        own.map(|t| Goal { measure: t.measure.clone(), value: t.value, level: t.set_level }).collect()
    };
    phase_marks(targets)
        .into_iter()
        .map(|m| PhaseGoals { due_on: m.due_on, phase: m.phase, goals: goals(&m) })
        .collect()
}

/// The phase in force on a day: that of the next target date, or of the last one where none is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PhaseNow {
    /// Phase.
    pub phase: Phase,
    /// Its last target date.
    pub due_on: Day,
    /// Days until then; negative when it has passed.
    pub days_left: i64,
}

/// The distinct target dates of some targets, oldest first.
pub fn phase_marks(targets: &[Target]) -> Vec<PhaseMark> {
    let mut marks: Vec<PhaseMark> = targets.iter().map(|t| PhaseMark { due_on: t.due_on, phase: t.phase }).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

/// The phase in force on a day.
pub fn phase_on(marks: &[PhaseMark], day: Day) -> Option<PhaseNow> {
    let next = marks.iter().find(|m| m.due_on >= day).or_else(|| marks.last())?;
    let due_on = marks.iter().filter(|m| m.phase == next.phase).map(|m| m.due_on).max()?;
    Some(PhaseNow { phase: next.phase, due_on, days_left: day.days_until(due_on) })
}

/// Measures that may lead a phase, with the measure that says of how many.
pub const LEADS: [(&str, &str); 4] = [
    (keys::TOWNSHIPS_COVERED, keys::TOWNSHIPS_COUNTED),
    (keys::STATIONS_BUILT, keys::TOWNSHIPS_COUNTED),
    (keys::COUNTIES_COVERED, keys::COUNTIES_COUNTED),
    (keys::VILLAGE_ROOMS, keys::VILLAGES_COUNTED),
];

/// The lead of a phase: the first that has a target of it; coverage of townships where none has.
pub fn lead(targets: &[Target], phase: Option<PhaseNow>) -> (&'static str, &'static str) {
    let has = |measure: &str| targets.iter().any(|t| t.measure == measure && phase.is_some_and(|p| p.phase == t.phase));
    LEADS.into_iter().find(|(m, _)| has(m)).unwrap_or(LEADS[0])
}

/// A tile: a county, or a township of a county.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TileOut {
    /// Division.
    pub division: i64,
    /// Twelve-digit code.
    pub code: String,
    /// Own name.
    pub name: String,
    /// City; empty for townships.
    pub group: String,
    /// Column of the layout.
    pub col: i32,
    /// Row of the layout.
    pub row: i32,
    /// Status against plan.
    #[schemars(with = "String")]
    pub status: Status,
    /// Townships covered; 1 or 0 of a township.
    pub covered: i64,
    /// Townships counted; 1 of a township.
    pub counted: i64,
    /// What the plan asks for on the day.
    pub planned: Option<i64>,
    /// Whose plan it is; none without one.
    pub plan_of: Option<Level>,
    /// What the reader's own level set for itself, where the plan of a higher one judges.
    pub own: Option<OwnPlan>,
    /// Code of the leading open obstacle when it is behind.
    pub obstacle: Option<String>,
    /// What a township's open obstacle is, in the words of its sheet.
    pub obstacle_text: Option<String>,
    /// When the county confirmed what is shown; none: live.
    pub confirmed_at: Option<Stamp>,
    /// The live value where it differs from the confirmed one and may be shown.
    pub live: Option<i64>,
    /// Built station of a township.
    pub unit: Option<UnitId>,
    /// For how many days that station has had nobody on post; none: somebody is.
    pub gap_days: Option<i64>,
}

/// A plan that stands beside the one that judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct OwnPlan {
    /// What it asks for on the day.
    pub planned: Option<i64>,
    /// Status against it.
    #[schemars(with = "String")]
    pub status: Status,
}

/// Rows by milestones or weeks.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct MatrixOut {
    /// Column codes: milestones, or the last day of each week.
    pub cols: Vec<String>,
    /// One row per tile, in the order of codes.
    pub rows: Vec<MatrixRowOut>,
}

/// A row of the matrix.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct MatrixRowOut {
    /// Division.
    pub division: i64,
    /// Its name.
    pub name: String,
    /// City.
    pub group: String,
    /// Reached, of how many, status.
    pub cells: Vec<MatrixCellOut>,
}

/// A field of the matrix.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct MatrixCellOut {
    /// Townships that reached it.
    pub num: i64,
    /// Townships counted.
    pub den: i64,
    /// Against the plan of the day; none for what no plan counts.
    #[schemars(with = "Option<String>")]
    pub status: Option<Status>,
    /// Confirmed by the county; on the confirmed wall other values are its registers', flagged.
    pub confirmed: bool,
}

/// Weeks on the slider.
pub const WEEKS: i64 = 52;
/// Weeks in the matrix.
pub const MATRIX_WEEKS: usize = 12;

/// The figures of the strip in their order: key, numerator, denominator. Funds and overdue tasks come with the modules
/// that keep them.
pub const STRIP: [(&str, &str, Option<&str>); 8] = [
    ("coverage_township", keys::TOWNSHIPS_COVERED, Some(keys::TOWNSHIPS_COUNTED)),
    ("coverage_county", keys::COUNTIES_COVERED, Some(keys::COUNTIES_COUNTED)),
    ("coverage_village", keys::VILLAGES_COVERED, Some(keys::VILLAGES_COUNTED)),
    (keys::STATIONS_BUILT, keys::STATIONS_BUILT, None),
    (keys::POSTED_WORKERS, keys::POSTED_WORKERS, None),
    (keys::CERTIFIED_WORKERS, keys::CERTIFIED_WORKERS, None),
    (keys::COUNTY_CENTRES, keys::COUNTY_CENTRES, None),
    (keys::VILLAGE_ROOMS, keys::VILLAGE_ROOMS, None),
];

/// Columns of the milestone matrix: code and the measure that counts it.
pub const MILESTONES: [(&str, &str); 6] = [
    ("venue", keys::VENUE_READY),
    ("tender", keys::TENDERS_DONE),
    ("funding", keys::FUNDS_READY),
    ("staff", keys::STAFF_READY),
    ("plaque", keys::STATIONS_PLAQUED),
    ("acceptance", keys::TOWNSHIPS_COVERED),
];

/// The last column of the milestone matrix: acceptances passed of those held since the first of January (I5). It stands
/// beside the plan, not against it.
pub const PASSED: &str = "passed";

/// Obstacle codes with the measure that counts the open ones.
pub const OBSTACLES: [(&str, &str); 5] = [
    ("venue", keys::OBSTACLES_VENUE),
    ("tender", keys::OBSTACLES_TENDER),
    ("funding", keys::OBSTACLES_FUNDS),
    ("staff", keys::OBSTACLES_STAFF),
    ("other", keys::OBSTACLES_OTHER),
];

/// The days of the slider: the Sundays of the last weeks that are over, and today.
pub fn slider(today: Day) -> Vec<Day> {
    let week = Period::containing(PeriodKind::Week, today);
    let mut days: Vec<Day> = (1..=WEEKS).rev().map(|n| week.first_day().add_days(-1 - 7 * (n - 1))).collect();
    if days.last() != Some(&today) {
        days.push(today);
    }
    days
}

/// The leading obstacle: the code with the most open ones, the first of the list where several are equal.
pub fn leading(counts: &HashMap<&str, i64>) -> Option<&'static str> {
    let mut best: Option<(&'static str, i64)> = None;
    for (code, _) in OBSTACLES {
        let n = counts.get(code).copied().unwrap_or(0);
        if n > best.map_or(0, |b| b.1) {
            best = Some((code, n));
        }
    }
    best.map(|b| b.0)
}

/// Status of a field of the milestone matrix: a milestone stands before acceptance, so it owes at least what the plan
/// asks of acceptance on the day.
pub fn milestone_status(num: i64, den: i64, planned: Option<i64>) -> Status {
    match planned {
        _ if den == 0 => Status::NoData,
        _ if num >= den => Status::Done,
        None if num == 0 => Status::NoData,
        None => Status::OnCourse,
        Some(p) if num >= p => Status::OnCourse,
        Some(_) => Status::Behind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_ends_today() {
        let today = Day::new(2021, 7, 8).unwrap();
        let days = slider(today);
        assert_eq!(days.len(), 53);
        assert_eq!((days[52], days[51]), (today, Day::new(2021, 7, 4).unwrap()));
        assert!(days.iter().take(52).all(|d| d.weekday() == 7));
        // On a Sunday the week is not over: today is its own entry.
        let sunday = Day::new(2021, 7, 11).unwrap();
        assert_eq!(slider(sunday)[51..], [Day::new(2021, 7, 4).unwrap(), sunday]);
    }

    #[test]
    fn the_phase_in_force_is_that_of_the_next_target_date() {
        let day = |y, m, d| Day::new(y, m, d).unwrap();
        let target = |measure: &str, due_on, phase| Target {
            id: zw_core::TargetId(zw_core::Uuid::nil()),
            division_id: zw_core::DivisionId(1),
            measure: measure.into(),
            due_on,
            value: 1,
            phase,
            set_by: String::new(),
            set_level: Level::Province,
            created_at: Stamp::from_cn(day(2021, 1, 1), 0, 0),
        };
        let targets = [
            target("village_rooms", day(2022, 12, 31), Phase::Standard),
            target(keys::TOWNSHIPS_COVERED, day(2021, 12, 31), Phase::Coverage),
            target(keys::TOWNSHIPS_COVERED, day(2021, 6, 30), Phase::Coverage),
            target(keys::TOWNSHIPS_COVERED, day(2021, 6, 30), Phase::Coverage),
        ];
        let marks = phase_marks(&targets);
        assert_eq!(marks.len(), 3);
        let goals = phase_goals(&targets, zw_core::DivisionId(1));
        let said = |g: &PhaseGoals| g.goals.iter().map(|g| g.measure.clone()).collect::<Vec<_>>();
        assert_eq!(goals.iter().map(said).map(|l| l.len()).collect::<Vec<_>>(), [2, 1, 1]);
        assert_eq!(said(&goals[2]), ["village_rooms"]);
        assert!(phase_goals(&targets, zw_core::DivisionId(2)).iter().all(|g| g.goals.is_empty()));
        let on = |d| phase_on(&marks, d).map(|p| (p.phase, p.due_on, p.days_left));
        assert_eq!(on(day(2021, 6, 1)), Some((Phase::Coverage, day(2021, 12, 31), 213)));
        assert_eq!(on(day(2021, 12, 31)), Some((Phase::Coverage, day(2021, 12, 31), 0)));
        assert_eq!(on(day(2022, 1, 1)), Some((Phase::Standard, day(2022, 12, 31), 364)));
        assert_eq!(on(day(2023, 1, 2)), Some((Phase::Standard, day(2022, 12, 31), -2)));
        assert_eq!(phase_on(&[], day(2021, 6, 1)), None);
        assert_eq!(lead(&targets, phase_on(&marks, day(2021, 7, 1))).0, keys::TOWNSHIPS_COVERED);
        assert_eq!(lead(&targets, phase_on(&marks, day(2022, 1, 1))), (keys::VILLAGE_ROOMS, keys::VILLAGES_COUNTED));
        assert_eq!(lead(&[], None).0, keys::TOWNSHIPS_COVERED);
    }

    #[test]
    fn the_most_frequent_obstacle_leads() {
        assert_eq!(leading(&HashMap::from([("venue", 1), ("funding", 3)])), Some("funding"));
        assert_eq!(leading(&HashMap::from([("staff", 2), ("venue", 2)])), Some("venue"));
        assert_eq!(leading(&HashMap::from([("staff", 0)])), None);
    }

    #[test]
    fn milestones_owe_what_acceptance_owes() {
        assert_eq!(milestone_status(10, 10, Some(6)), Status::Done);
        assert_eq!(milestone_status(6, 10, Some(6)), Status::OnCourse);
        assert_eq!(milestone_status(5, 10, Some(6)), Status::Behind);
        assert_eq!(milestone_status(5, 10, None), Status::OnCourse);
        assert_eq!(milestone_status(0, 10, None), Status::NoData);
        assert_eq!(milestone_status(0, 0, None), Status::NoData);
    }
}
