//! The reporting cycle as settings (domain.md section 7): who reports what by when, from when on a period is open and
//! until when it is accepted. Setting `reporting.cycle`, JSON; the defaults are this program's own, nobody's rule.

use serde::{Deserialize, Serialize};
use zw_access::{Course, Ctx, Setting};
use zw_core::deadline::{ChainTier, DeadlineSettings, Due};
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, Error, FieldErrors, Result};

/// The setting `reporting.cycle`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cycle {
    /// Chain and deadlines.
    pub deadlines: DeadlineSettings,
    /// Whether counties report by week (the setup phase; switched off when stations are all built).
    pub week: bool,
    /// Whether stations report by month.
    pub month: bool,
    /// Days after the end of a period during which its report is still accepted, however late.
    #[schemars(extend("x-unit" = "days"))]
    pub accept_days: i64,
    /// Nothing is due for periods that end before this day.
    pub start_on: Option<Day>,
    /// Whether readers above the county may see live figures, marked as unconfirmed, beside the confirmed ones.
    pub live_above_county: bool,
}

impl Default for Cycle {
    fn default() -> Self {
        Self {
            deadlines: DeadlineSettings::default(),
            week: true,
            month: true,
            accept_days: 92,
            start_on: None,
            live_above_county: true,
        }
    }
}

/// Why a period takes no report, or that it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// It takes reports.
    Open,
    /// It opens on this day.
    NotYet(Day),
    /// It closed with this day.
    Closed(Day),
    /// This kind of report is not asked for.
    Off,
}

// i18n-keys: reporting-set-cycle reporting-set-cycle-does reporting-set-cycle-deadlines-week
// i18n-keys: reporting-set-cycle-deadlines-month reporting-set-cycle-deadlines-quarter
// i18n-keys: reporting-set-cycle-deadlines-half-year reporting-set-cycle-deadlines-day-end
// i18n-keys: reporting-set-cycle-deadlines-grace-working-days reporting-set-cycle-week reporting-set-cycle-month
// i18n-keys: reporting-set-cycle-accept-days reporting-set-cycle-start-on reporting-set-cycle-live-above-county
impl Setting for Cycle {
    const KEY: &'static str = "reporting.cycle";
    const MEANING: &'static str = "reporting-set-cycle";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        self.deadlines.check("deadlines", &mut e);
        e.within("accept_days", self.accept_days, 1, 36_500);
        e
    }
}

impl Cycle {
    /// The setting in force today: what readers see and what will be asked for.
    pub fn of(ctx: &Ctx) -> Self {
        ctx.app.settings().get()
    }
    /// The setting for a period.
    pub fn at(ctx: &Ctx, period: Period) -> Self {
        Self::ended(&ctx.app.settings().course(), period.last_day())
    }
    /// The setting for a period that ends on a day: who owes it by when is what stood when it ended, so that a change of
    /// today makes nobody late or punctual who was not. Until when it is still taken, from when on the installation asks
    /// for reports at all and what is seen above the county are decisions of today.
    pub fn ended(course: &Course<Self>, last: Day) -> Self {
        let (then, now) = (course.on(last), course.now());
        Self {
            deadlines: then.deadlines.clone(),
            week: then.week,
            month: then.month,
            accept_days: now.accept_days,
            start_on: now.start_on,
            live_above_county: now.live_above_county,
        }
    }
    /// Whether a period is asked for at all, however long ago or not over yet: who does not owe it is not missing in it.
    pub fn asks(&self, period: Period) -> bool {
        let on = match period.kind() {
            PeriodKind::Week => self.week,
            PeriodKind::Month => self.month,
            _ => false,
        };
        on && self.start_on.is_none_or(|s| period.last_day() >= s)
    }
    /// Whether a period takes reports today: from the day after its end, for `accept_days`.
    pub fn window(&self, period: Period, today: Day) -> Window {
        let closes = period.last_day().add_days(self.accept_days);
        if !self.asks(period) {
            Window::Off
        } else if today <= period.last_day() {
            Window::NotYet(period.last_day().add_days(1))
        } else if today > closes {
            Window::Closed(closes)
        } else {
            Window::Open
        }
    }
    /// Refuses a period that takes no report today.
    pub fn check_open(&self, period: Period, today: Day) -> Result<()> {
        let key = period.to_string();
        match self.window(period, today) {
            Window::Open => Ok(()),
            Window::NotYet(day) => {
                Err(Error::rule_with("report-not-open-yet", &[("period", &key), ("day", &day.to_string())]))
            }
            Window::Closed(day) => {
                Err(Error::rule_with("report-closed", &[("period", &key), ("day", &day.to_string())]))
            }
            Window::Off => Err(Error::rule_with("report-not-asked", &[("period", &key)])),
        }
    }
    /// A tier's deadline for a period: known, unknown while the calendar lacks the year, or none where the tier has no
    /// part in the chain.
    pub fn due(&self, ctx: &Ctx, period: Period, tier: ChainTier) -> Due {
        self.deadlines.due(period, tier, &ctx.app.calendar)
    }
    /// The tier that reports a kind of period: the county by week, the station by month.
    pub fn reporter_tier(kind: PeriodKind) -> ChainTier {
        if kind == PeriodKind::Week { ChainTier::County } else { ChainTier::Station }
    }
}

/// A period from its key as typed in an address or form.
pub fn parse_period(key: &str) -> Result<Period> {
    if key.trim().is_empty() {
        return Err(Error::field("period", "required"));
    }
    Period::parse(key.trim()).ok_or_else(|| Error::field("period", "period-format"))
}

/// The last period of a kind that had ended before `today`.
pub fn last_ended(kind: PeriodKind, today: Day) -> Period {
    Period::containing(kind, today).prev()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::Stamp;

    fn day(s: &str) -> Day {
        Day::parse(s).unwrap()
    }

    #[test]
    fn a_period_opens_after_its_end_and_closes() {
        let c = Cycle::default();
        let w = Period::parse("2021-W26").unwrap();
        assert_eq!(c.window(w, day("2021-07-04")), Window::NotYet(day("2021-07-05")));
        assert_eq!(c.window(w, day("2021-07-05")), Window::Open);
        assert_eq!(c.window(w, day("2021-10-04")), Window::Open);
        assert_eq!(c.window(w, day("2021-10-05")), Window::Closed(day("2021-10-04")));
        let off = Cycle { week: false, ..Cycle::default() };
        assert_eq!(off.window(w, day("2021-07-05")), Window::Off);
        assert!(!off.asks(w) && c.asks(w));
        let later = Cycle { start_on: Some(day("2021-07-05")), ..Cycle::default() };
        assert_eq!(later.window(w, day("2021-07-05")), Window::Off);
        assert!(matches!(c.check_open(w, day("2021-07-01")), Err(Error::Rule { code: "report-not-open-yet", .. })));
        assert_eq!(c.window(Period::parse("2021-Q2").unwrap(), day("2021-07-05")), Window::Off);
    }

    #[test]
    fn what_a_period_owes_was_settled_when_it_ended() {
        let now = Cycle { week: false, accept_days: 10, start_on: Some(day("2021-06-01")), ..Cycle::default() };
        let course = Course::changed(Stamp::from_cn(day("2021-07-07"), 9, 0), Cycle::default(), now);
        let (before, after) = (Cycle::ended(&course, day("2021-07-04")), Cycle::ended(&course, day("2021-07-11")));
        assert!(before.week && !after.week);
        for c in [before, after] {
            assert_eq!((c.accept_days, c.start_on), (10, Some(day("2021-06-01"))), "decisions of today");
        }
    }

    #[test]
    fn settings_may_name_only_what_differs() {
        let c: Cycle = serde_json::from_str(r#"{"accept_days":3650,"week":false}"#).unwrap();
        assert_eq!(c, Cycle { accept_days: 3650, week: false, ..Cycle::default() });
    }
}
