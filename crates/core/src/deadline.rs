//! Who has to send what by when, and how late it is (domain.md section 7). All values are settings with
//! defaults of our own; nothing here is anybody's official rule.
//!
//! A week's chain hangs on a weekday after the week; a longer period's on the n-th working day after it. When
//! the weekday is a holiday the whole chain of that week moves to the next working day and keeps its distances,
//! counted in working days, so that no tier is due before the tier below it.

use crate::calendar::{CalendarError, WorkCalendar};
use crate::period::{Period, PeriodKind};
use crate::{Day, FieldErrors, Stamp};
use serde::{Deserialize, Serialize};

crate::codes! {
    /// Tier of the reporting chain, lowest first.
    pub enum ChainTier {
        /// The station (month, half-year and year only).
        Station = "station",
        /// The county confirms.
        County = "county",
        /// The prefecture-level city; counties directly under the province have none.
        City = "city",
        /// The province takes its snapshot or freezes.
        Province = "province",
    }
}

crate::codes! {
    /// 时效 of a report.
    pub enum Timeliness {
        /// 未到期: not sent, and the deadline has not passed.
        NotDue = "not_due",
        /// 按时: sent by the deadline.
        OnTime = "on_time",
        /// 逾期: sent, or still to be sent, within the grace.
        Late = "late",
        /// 未报: not sent within the grace; what comes after it counts in the next issue as a correction.
        Missing = "missing",
        /// 免报: no obligation, or force majeure, approved.
        Exempt = "exempt",
        /// 期限未知: the working days that the deadline hangs on are not known yet; nobody is late.
        Unknown = "unknown",
    }
}

/// A time of day as minutes after midnight, Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-unit" = "minute-of-day"))]
pub struct MinuteOfDay(pub u16);

impl MinuteOfDay {
    /// From hour and minute.
    pub const fn at(hour: u16, minute: u16) -> Self {
        Self(hour * 60 + minute)
    }
    fn on(self, day: Day) -> Stamp {
        Stamp::from_cn(day, 0, 0).plus_minutes(i64::from(self.0))
    }
}

/// A tier's weekly deadline: weekday (1 = Monday … 7 = Sunday) of the week after the reported one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeekStep {
    /// Tier.
    pub tier: ChainTier,
    /// Weekday of the following week.
    pub weekday: u8,
    /// Time of day.
    pub at: MinuteOfDay,
}

/// A tier's deadline after a month or longer period: the end of its `working_day`-th working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingDayStep {
    /// Tier.
    pub tier: ChainTier,
    /// Counted from 1, from the first day after the period.
    pub working_day: u32,
}

/// The chain and its deadlines. A tier that is not listed for a kind of period has no deadline there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeadlineSettings {
    /// Weekly chain, lowest tier first.
    pub week: Vec<WeekStep>,
    /// Monthly chain.
    pub month: Vec<WorkingDayStep>,
    /// Quarterly chain.
    pub quarter: Vec<WorkingDayStep>,
    /// Chain of half-year and year.
    pub half_year: Vec<WorkingDayStep>,
    /// End of a working day, for the chains counted in working days.
    pub day_end: MinuteOfDay,
    /// Working days after the deadline within which a report is late and not missing.
    #[schemars(extend("x-unit" = "working-days"))]
    pub grace_working_days: u32,
}

impl Default for DeadlineSettings {
    /// The table of domain.md section 7.
    fn default() -> Self {
        use ChainTier::{City, County, Province, Station};
        let chain = |steps: &[(ChainTier, u32)]| -> Vec<WorkingDayStep> {
            steps.iter().map(|&(tier, working_day)| WorkingDayStep { tier, working_day }).collect()
        };
        Self {
            week: vec![
                WeekStep { tier: County, weekday: 1, at: MinuteOfDay::at(12, 0) },
                WeekStep { tier: City, weekday: 1, at: MinuteOfDay::at(17, 0) },
                WeekStep { tier: Province, weekday: 2, at: MinuteOfDay::at(9, 0) },
            ],
            month: chain(&[(Station, 3), (County, 5), (City, 7), (Province, 8)]),
            quarter: chain(&[(County, 5), (City, 8), (Province, 15)]),
            half_year: chain(&[(Station, 7), (County, 10), (City, 12), (Province, 15)]),
            day_end: MinuteOfDay::at(18, 0),
            grace_working_days: 2,
        }
    }
}

/// A deadline and the end of its grace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// On time until and including this instant.
    pub due: Stamp,
    /// Late until and including this instant: the same time of day, the grace's working days later.
    pub late_until: Stamp,
}

impl Deadline {
    /// The 时效 at `now` of a report sent at `submitted` (if it was), or of one that is excused.
    pub fn timeliness(self, submitted: Option<Stamp>, exempt: bool, now: Stamp) -> Timeliness {
        let at = submitted.unwrap_or(now);
        match submitted {
            _ if exempt => Timeliness::Exempt,
            None if at <= self.due => Timeliness::NotDue,
            Some(_) if at <= self.due => Timeliness::OnTime,
            _ if at <= self.late_until => Timeliness::Late,
            _ => Timeliness::Missing,
        }
    }
}

/// What is known about a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The tier has no part in the chain of that period.
    None,
    /// 期限未知: the working days of this year are not known yet. The period is open and nobody is late; the deadline
    /// is there as soon as the year is in the calendar.
    Unknown(i64),
    /// The deadline.
    At(Deadline),
}

impl Due {
    /// The deadline, where there is one and it is known.
    pub const fn deadline(self) -> Option<Deadline> {
        if let Self::At(d) = self { Some(d) } else { None }
    }
    /// The instant of the deadline, where it is known.
    pub fn at(self) -> Option<Stamp> {
        self.deadline().map(|d| d.due)
    }
    /// The year whose working days are missing, where the deadline is unknown.
    pub const fn unknown(self) -> Option<i64> {
        if let Self::Unknown(year) = self { Some(year) } else { None }
    }
    /// The 时效 at `now`, as [`Deadline::timeliness`] tells it; unknown while the deadline is.
    pub fn timeliness(self, submitted: Option<Stamp>, exempt: bool, now: Stamp) -> Timeliness {
        match self {
            _ if exempt => Timeliness::Exempt,
            Self::None => Timeliness::NotDue,
            Self::Unknown(_) => Timeliness::Unknown,
            Self::At(d) => d.timeliness(submitted, exempt, now),
        }
    }
}

impl DeadlineSettings {
    /// The deadline of a tier for a period, as far as the calendar knows its working days.
    pub fn due(&self, period: Period, tier: ChainTier, calendar: &WorkCalendar) -> Due {
        match self.deadline(period, tier, calendar) {
            Ok(found) => found.map_or(Due::None, Due::At),
            Err(CalendarError::YearMissing(year)) => Due::Unknown(year),
            // Adding working days meets no other trouble than a year without data.
            Err(_) => Due::Unknown(period.last_day().year()),
        }
    }
    /// What is out of bounds, as paths below `at`: weekday 1 to 7, time of day, working day 1 to 60, grace up to 60, and
    /// that no tier stands twice in a chain or is due before one that is listed above it.
    pub fn check(&self, at: &str, e: &mut FieldErrors) {
        e.within(&format!("{at}.day_end"), i64::from(self.day_end.0), 0, 1439);
        e.within(&format!("{at}.grace_working_days"), i64::from(self.grace_working_days), 0, 60);
        let mut order = |name: &str, steps: Vec<(ChainTier, i64)>| {
            for (i, (tier, when)) in steps.iter().enumerate() {
                let before = steps.get(..i).unwrap_or_default();
                if before.iter().any(|(t, w)| t >= tier || w > when) {
                    e.add(&format!("{at}.{name}[{i}]"), "chain-order");
                }
            }
        };
        order("week", self.week.iter().map(|s| (s.tier, i64::from(s.weekday) * 1440 + i64::from(s.at.0))).collect());
        let chains = [("month", &self.month), ("quarter", &self.quarter), ("half_year", &self.half_year)];
        for (name, chain) in chains {
            order(name, chain.iter().map(|s| (s.tier, i64::from(s.working_day))).collect());
        }
        for (name, chain) in chains {
            for (i, s) in chain.iter().enumerate() {
                e.within(&format!("{at}.{name}[{i}].working_day"), i64::from(s.working_day), 1, 60);
            }
        }
        for (i, s) in self.week.iter().enumerate() {
            e.within(&format!("{at}.week[{i}].weekday"), i64::from(s.weekday), 1, 7);
            e.within(&format!("{at}.week[{i}].at"), i64::from(s.at.0), 0, 1439);
        }
    }

    /// The day of a tier's weekly deadline.
    fn week_day(&self, period: Period, step: WeekStep, calendar: &WorkCalendar) -> Result<Day, CalendarError> {
        let following = period.last_day().add_days(1);
        let nominal = |weekday: u8| following.add_days(i64::from(weekday.clamp(1, 7)) - 1);
        let first = self.week.iter().map(|s| s.weekday.clamp(1, 7)).min().unwrap_or(step.weekday);
        let start = calendar.on_or_after(nominal(first))?;
        if start == nominal(first) && calendar.is_working_day(nominal(step.weekday))? {
            return Ok(nominal(step.weekday));
        }
        calendar.add_working_days(start, u32::from(step.weekday.clamp(1, 7) - first))
    }

    /// When `tier` has to send the report of `period`; `None` if it has no part in that chain.
    pub fn deadline(
        &self,
        period: Period,
        tier: ChainTier,
        calendar: &WorkCalendar,
    ) -> Result<Option<Deadline>, CalendarError> {
        let (day, at) = if period.kind() == PeriodKind::Week {
            let Some(step) = self.week.iter().find(|s| s.tier == tier) else { return Ok(None) };
            (self.week_day(period, *step, calendar)?, step.at)
        } else {
            let chain = match period.kind() {
                PeriodKind::Quarter => &self.quarter,
                PeriodKind::HalfYear | PeriodKind::Year => &self.half_year,
                PeriodKind::Week | PeriodKind::Month => &self.month,
            };
            let Some(step) = chain.iter().find(|s| s.tier == tier) else { return Ok(None) };
            (calendar.add_working_days(period.last_day(), step.working_day)?, self.day_end)
        };
        let grace = calendar.add_working_days(day, self.grace_working_days)?;
        Ok(Some(Deadline { due: at.on(day), late_until: at.on(grace) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calendar() -> WorkCalendar {
        WorkCalendar::parse(include_str!("../../../data/holidays-cn.csv")).unwrap()
    }
    fn stamp(text: &str) -> Stamp {
        let (d, t) = text.split_once(' ').unwrap();
        let (h, m) = t.split_once(':').unwrap();
        Stamp::from_cn(Day::parse(d).unwrap(), h.parse().unwrap(), m.parse().unwrap())
    }

    #[test]
    fn default_deadlines() {
        use ChainTier::{City, County, Province, Station};
        let (s, c) = (DeadlineSettings::default(), calendar());
        for (key, tier, due, late) in [
            ("2021-W27", County, "2021-07-12 12:00", "2021-07-14 12:00"),
            ("2021-W27", City, "2021-07-12 17:00", "2021-07-14 17:00"),
            ("2021-W27", Province, "2021-07-13 09:00", "2021-07-15 09:00"),
            // Monday 14 June is 端午: the chain moves by a working day.
            ("2021-W23", County, "2021-06-15 12:00", "2021-06-17 12:00"),
            ("2021-W23", City, "2021-06-15 17:00", "2021-06-17 17:00"),
            ("2021-W23", Province, "2021-06-16 09:00", "2021-06-18 09:00"),
            // The whole first week of October is off: Friday 8, then Saturday 9, which is worked.
            ("2021-W39", County, "2021-10-08 12:00", "2021-10-11 12:00"),
            ("2021-W39", Province, "2021-10-09 09:00", "2021-10-12 09:00"),
            // Monday 20 September is off, Tuesday 21 too.
            ("2021-W37", Province, "2021-09-23 09:00", "2021-09-26 09:00"),
            ("2021-06", Station, "2021-07-05 18:00", "2021-07-07 18:00"),
            ("2021-06", County, "2021-07-07 18:00", "2021-07-09 18:00"),
            ("2021-06", City, "2021-07-09 18:00", "2021-07-13 18:00"),
            ("2021-06", Province, "2021-07-12 18:00", "2021-07-14 18:00"),
            ("2021-09", Station, "2021-10-11 18:00", "2021-10-13 18:00"),
            ("2021-Q2", County, "2021-07-07 18:00", "2021-07-09 18:00"),
            ("2021-Q2", City, "2021-07-12 18:00", "2021-07-14 18:00"),
            ("2021-H1", Province, "2021-07-21 18:00", "2021-07-23 18:00"),
            ("2020", Station, "2021-01-12 18:00", "2021-01-14 18:00"),
        ] {
            let d = s.deadline(Period::parse(key).unwrap(), tier, &c).unwrap().unwrap();
            assert_eq!((d.due, d.late_until), (stamp(due), stamp(late)), "{key} {tier}");
        }
    }

    #[test]
    fn tiers_without_a_part_and_years_without_data() {
        let (s, c) = (DeadlineSettings::default(), calendar());
        let p = |k: &str| Period::parse(k).unwrap();
        assert_eq!(s.deadline(p("2021-W27"), ChainTier::Station, &c), Ok(None));
        assert_eq!(s.deadline(p("2021-Q2"), ChainTier::Station, &c), Ok(None));
        assert_eq!(s.deadline(p("2021-12"), ChainTier::County, &c), Err(CalendarError::YearMissing(2022)));
        let none = DeadlineSettings { week: vec![], ..s };
        assert_eq!(none.deadline(p("2021-W27"), ChainTier::County, &c), Ok(None));
    }

    #[test]
    fn how_late() {
        let d = Deadline { due: stamp("2021-07-12 12:00"), late_until: stamp("2021-07-14 12:00") };
        for (sent, exempt, now, want) in [
            (None, false, "2021-07-12 12:00", Timeliness::NotDue),
            (None, false, "2021-07-12 12:01", Timeliness::Late),
            (None, false, "2021-07-14 12:00", Timeliness::Late),
            (None, false, "2021-07-14 12:01", Timeliness::Missing),
            (Some("2021-07-12 12:00"), false, "2021-09-01 00:00", Timeliness::OnTime),
            (Some("2021-07-12 12:01"), false, "2021-09-01 00:00", Timeliness::Late),
            (Some("2021-07-14 12:00"), false, "2021-09-01 00:00", Timeliness::Late),
            (Some("2021-07-15 00:00"), false, "2021-09-01 00:00", Timeliness::Missing),
            (None, true, "2021-09-01 00:00", Timeliness::Exempt),
            (Some("2021-07-15 00:00"), true, "2021-09-01 00:00", Timeliness::Exempt),
        ] {
            assert_eq!(d.timeliness(sent.map(stamp), exempt, stamp(now)), want, "{sent:?} {now}");
        }
    }

    #[test]
    fn settings_travel_as_json_fields() {
        // A weekly chain of its own: counties on Wednesday, the province on Friday, no city.
        let s = DeadlineSettings {
            week: vec![
                WeekStep { tier: ChainTier::County, weekday: 3, at: MinuteOfDay::at(10, 30) },
                WeekStep { tier: ChainTier::Province, weekday: 5, at: MinuteOfDay::at(9, 0) },
            ],
            ..DeadlineSettings::default()
        };
        let p = Period::parse("2021-W27").unwrap();
        let due = |t| s.deadline(p, t, &calendar()).unwrap().map(|d| d.due);
        assert_eq!(due(ChainTier::County), Some(stamp("2021-07-14 10:30")));
        assert_eq!(due(ChainTier::Province), Some(stamp("2021-07-16 09:00")));
        assert_eq!(due(ChainTier::City), None);
    }

    #[test]
    fn bounds_and_order() {
        let problems = |json: &str| {
            let mut e = FieldErrors::default();
            serde_json::from_str::<DeadlineSettings>(json).unwrap().check("deadlines", &mut e);
            e.0.into_iter().map(|e| (e.field, e.code)).collect::<Vec<_>>()
        };
        let only = serde_json::from_str::<DeadlineSettings>(r#"{"grace_working_days":3}"#).unwrap();
        assert_eq!(only, DeadlineSettings { grace_working_days: 3, ..DeadlineSettings::default() });
        assert!(problems("{}").is_empty());
        for (json, field, code) in [
            (r#"{"grace_working_days":61}"#, "deadlines.grace_working_days", "range"),
            (r#"{"week":[{"tier":"county","weekday":8,"at":0}]}"#, "deadlines.week[0].weekday", "range"),
            (r#"{"month":[{"tier":"city","working_day":0}]}"#, "deadlines.month[0].working_day", "range"),
            (
                r#"{"month":[{"tier":"city","working_day":7},{"tier":"county","working_day":8}]}"#,
                "deadlines.month[1]",
                "chain-order",
            ),
            (
                r#"{"week":[{"tier":"county","weekday":2,"at":0},{"tier":"city","weekday":1,"at":0}]}"#,
                "deadlines.week[1]",
                "chain-order",
            ),
        ] {
            assert_eq!(problems(json), [(field.to_owned(), code.to_owned())], "{json}");
        }
    }

    proptest! {
        #[test]
        fn no_tier_is_due_before_the_tier_below(week in 1_i64..52, year in 2020_i64..2022) {
            let (s, c) = (DeadlineSettings::default(), calendar());
            let p = Period::week(year, week).unwrap();
            prop_assume!(p.last_day() < Day::new(2021, 12, 20).unwrap());
            let due: Vec<Stamp> =
                s.week.iter().map(|step| s.deadline(p, step.tier, &c).unwrap().unwrap().due).collect();
            prop_assert!(due.windows(2).all(|w| w[0] < w[1]));
            prop_assert!(due[0].day_cn() > p.last_day());
        }
    }
}
