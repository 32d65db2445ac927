//! The acceptance of a station (验收, domain.md 8.1) on its township's sheet, every attempt at it, and taking it back.

use super::{BuildOut, Obstacle};
use crate::model::history::{self, Stretch};
use crate::model::unit::UnitState;
use crate::model::{day_field, shown_above};
use serde::{Deserialize, Serialize};
use zw_core::{AcceptanceId, BuildOutId, Day, DivisionId, FieldErrors, Result, Stamp, UnitId};

/// The three groups, with what is said at the box of one that lacks.
const GROUPS: [(&str, &str); 3] = [
    ("venue", "acceptance-venue-missing"),
    ("staff", "acceptance-staff-missing"),
    ("service", "acceptance-service-missing"),
];

zw_db::record! {
    /// One time a station was put to the acceptance, passed or not.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
    pub struct Attempt {
        /// Id.
        pub id: AcceptanceId,
        /// Its sheet.
        pub build_out_id: BuildOutId,
        /// County.
        pub county_id: DivisionId,
        /// Township.
        pub township_id: DivisionId,
        /// The station, where there was one.
        pub unit_id: Option<UnitId>,
        /// 复验, after rectifying.
        pub again: bool,
        /// Day.
        pub held_on: Day,
        /// Whether it passed.
        pub passed: bool,
        /// Groups that lacked, with commas: venue, staff, service.
        pub lacked: String,
        /// What was said about it.
        pub reason: Option<String>,
        /// When the building it ended began; written when the station ends.
        pub begun_on: Option<Day>,
        /// The day the station ended for good.
        pub ended_on: Option<Day>,
        /// Why it does not count: it was recorded by mistake.
        pub withdrawn: Option<String>,
        /// When it was recorded.
        pub created_at: Stamp,
        /// By whom.
        pub created_by: String,
    }
}

impl Attempt {
    /// Whether it passed and was no mistake.
    pub fn counts(&self) -> bool {
        self.passed && self.withdrawn.is_none()
    }
}

/// The acceptance: the groups ticked, the day, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AcceptInput {
    /// 有场地 passed.
    pub venue: String,
    /// 有人员 passed.
    pub staff: String,
    /// 有服务 passed.
    pub service: String,
    /// Day of acceptance (default today).
    pub on: String,
    /// `passed` (default) or `refused`.
    pub outcome: String,
    /// `1`: none of the three groups passed. A refusal with nothing ticked says so, or it may have been forgotten.
    pub none_passed: String,
    /// What was found; required where it did not pass.
    pub reason: String,
    /// What still held the township up is solved: passing closes it on the day of acceptance.
    pub solved: String,
    /// Version of the sheet that was seen.
    pub version: i64,
}

fn ticked(v: &str) -> bool {
    matches!(v.trim(), "1" | "true" | "on" | "yes")
}

/// What an acceptance is checked against besides the sheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing<'a> {
    /// Workers posted to the station on the day of acceptance; none where nobody keeps postings.
    pub posted: Option<i64>,
    /// Obstacles of the township, open ones among them.
    pub obstacles: &'a [Obstacle],
    /// The states of a station that operates already: the acceptance adds a township to it and begins nothing. Empty for
    /// one that operates from the acceptance on.
    pub past: &'a [Stretch],
}

/// How an acceptance ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Day.
    pub on: Day,
    /// Groups that lacked, with commas; empty when it passed.
    pub lacked: String,
    /// What was said about it.
    pub reason: Option<String>,
}

impl AcceptInput {
    fn groups(&self) -> [(&'static str, &'static str, bool); 3] {
        let [venue, staff, service] = GROUPS;
        [
            (venue.0, venue.1, ticked(&self.venue)),
            (staff.0, staff.1, ticked(&self.staff)),
            (service.0, service.1, ticked(&self.service)),
        ]
    }

    /// The day as typed, today where nothing that can be read was.
    pub fn held_on(&self, today: Day) -> Day {
        day_field(&mut FieldErrors::default(), "on", &self.on).unwrap_or(today)
    }

    /// The day: not in the future, not before the round of building began, a 复验 not before the acceptance.
    fn day(&self, old: &BuildOut, again: bool, today: Day, e: &mut FieldErrors) -> Day {
        let on = day_field(e, "on", &self.on).unwrap_or(today);
        let accepted = old.accepted_on.filter(|_| again);
        if on > today {
            e.add("on", "date-future");
        } else if let Some(from) = old.round_from.filter(|f| on < *f) {
            e.add_with("on", "acceptance-before-round", &[("day", &from.to_string())]);
        } else if let Some(accepted) = accepted.filter(|a| on < *a) {
            e.add_with("on", "before-acceptance", &[("day", &accepted.to_string())]);
        }
        on
    }

    /// The sheet as accepted, or (`again`) as re-inspected: the day of the first acceptance stays. Impossible while a group
    /// is missing or the dates it rests on are: each says so at its own box. So is one with nobody posted, or while
    /// something holds the township up that is not said to be solved, or on a day on which the station that is to serve it
    /// was not built. A plaque plays no part.
    pub fn pass(
        &self,
        (old, stands): (&BuildOut, Standing<'_>),
        again: bool,
        today: Day,
        at: Stamp,
        by: &str,
    ) -> Result<(BuildOut, Outcome)> {
        let mut e = FieldErrors::default();
        for (field, code, passed) in self.groups() {
            if !passed {
                e.add(field, code);
            }
        }
        let on = self.day(old, again, today, &mut e);
        for (field, day, none, late) in [
            ("venue", old.venue_on, "acceptance-no-venue-date", "acceptance-before-venue"),
            ("staff", old.staff_on, "acceptance-no-staff-date", "acceptance-before-staff"),
        ] {
            match day {
                None if e.of(field).is_none() => e.add(field, none),
                Some(d) if d > on && e.of("on").is_none() => e.add_with("on", late, &[("day", &d.to_string())]),
                _ => {}
            }
        }
        if stands.posted == Some(0) && e.of("staff").is_none() {
            e.add_with("staff", "acceptance-nobody-posted", &[("day", &on.to_string())]);
        }
        let mut open = stands.obstacles.iter().filter(|o| o.to_day.is_none()).peekable();
        if open.peek().is_some() && !ticked(&self.solved) {
            e.add_with("solved", "acceptance-obstacles-open", &[("n", &open.count().to_string())]);
        } else if let Some(from) = open.map(|o| o.from_day).max().filter(|f| *f > on)
            && e.of("on").is_none()
        {
            e.add_with("on", "before-obstacle", &[("day", &from.to_string())]);
        }
        let built = stands.past.is_empty() || history::on(stands.past, on).is_some_and(UnitState::is_built);
        if !built && e.of("on").is_none() {
            e.add_with("on", "acceptance-unit-not-built", &[("day", &on.to_string())]);
        }
        let reason = shown_above(&mut e, "reason", &self.reason, 200);
        e.check()?;
        let next = BuildOut {
            accepted_on: if again { old.accepted_on } else { Some(on) },
            reinspected_on: again.then_some(on),
            accept_venue: true,
            accept_staff: true,
            accept_service: true,
            ..old.touched(at, by)
        };
        Ok((next, Outcome { on, lacked: String::new(), reason }))
    }

    /// The acceptance did not pass: which groups lacked, and why. The sheet stands as it stood.
    pub fn fail(&self, old: &BuildOut, again: bool, today: Day, at: Stamp, by: &str) -> Result<(BuildOut, Outcome)> {
        let mut e = FieldErrors::default();
        let lacked: Vec<&str> = self.groups().iter().filter(|(_, _, passed)| !passed).map(|(g, _, _)| *g).collect();
        if lacked.is_empty() {
            e.add("venue", "refusal-nothing-lacks");
        }
        if lacked.len() == GROUPS.len() && !ticked(&self.none_passed) {
            e.add("none_passed", "refusal-which");
        } else if lacked.len() < GROUPS.len() && ticked(&self.none_passed) {
            e.add("none_passed", "refusal-none-but-some");
        }
        let on = self.day(old, again, today, &mut e);
        let reason = shown_above(&mut e, "reason", &self.reason, 200);
        if reason.is_none() {
            e.add("reason", "required");
        }
        e.check()?;
        Ok((old.touched(at, by), Outcome { on, lacked: lacked.join(","), reason }))
    }
}

/// An acceptance is reopened (整改), or withdrawn because it was recorded by mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReopenInput {
    /// Why.
    pub reason: String,
    /// First day of rectifying (default today).
    pub on: String,
    /// Recorded by mistake: the last acceptance or 复验 never was.
    pub mistake: String,
    /// Version of the sheet that was seen.
    pub version: i64,
}

/// What reopening means for the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reopened {
    /// Rectify from a day: the station stays built, its groups must be ticked again.
    Rectify(Day, String),
    /// The acceptance of that day is taken back.
    Withdraw(Day, String),
    /// The 复验 of that day is taken back: the station is still rectifying, and accepted as it was.
    WithdrawAgain(Day, String),
}

impl ReopenInput {
    /// Checked against the sheet.
    pub fn apply(&self, old: &BuildOut, today: Day, at: Stamp, by: &str) -> Result<(BuildOut, Reopened)> {
        let Some(accepted) = old.accepted_on else { return Err(zw_core::Error::rule("not-accepted")) };
        let last = old.reinspected_on.unwrap_or(accepted);
        let mut e = FieldErrors::default();
        let reason = shown_above(&mut e, "reason", &self.reason, 200).unwrap_or_default();
        if reason.is_empty() {
            e.add("reason", "required");
        }
        let on = day_field(&mut e, "on", &self.on).unwrap_or(today);
        if on > today {
            e.add("on", "date-future");
        } else if on < last {
            e.add_with("on", "before-acceptance", &[("day", &last.to_string())]);
        }
        e.check()?;
        let mistake = ticked(&self.mistake);
        let first = mistake && old.reinspected_on.is_none();
        let next = BuildOut {
            accepted_on: if first { None } else { old.accepted_on },
            reinspected_on: if mistake { None } else { old.reinspected_on },
            accept_venue: false,
            accept_staff: false,
            accept_service: false,
            ..old.touched(at, by)
        };
        let what = match (mistake, old.reinspected_on) {
            (false, _) => Reopened::Rectify(on, reason),
            (true, None) => Reopened::Withdraw(accepted, reason),
            (true, Some(again)) => Reopened::WithdrawAgain(again, reason),
        };
        Ok((next, what))
    }
}
