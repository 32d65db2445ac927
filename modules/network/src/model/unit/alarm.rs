//! 暂停过久: a suspension is meant to end (domain.md section 6: at most 180 days, a default of our own). The one rule.

use super::{Unit, UnitOut, UnitState};
use crate::model::history::Stretch;
use serde::{Deserialize, Serialize};
use zw_access::Setting;
use zw_core::{Day, FieldErrors};

/// Setting `network.suspended_days`: a unit suspended for more days than this raises an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-unit" = "days"))]
pub struct SuspendedDays(pub i64);

impl Default for SuspendedDays {
    fn default() -> Self {
        Self(180)
    }
}

// i18n-keys: network-set-suspended-days network-set-suspended-days-does
impl Setting for SuspendedDays {
    const KEY: &'static str = "network.suspended_days";
    const MEANING: &'static str = "network-set-suspended-days";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        e.within("", self.0, 1, 3650);
        e
    }
}

impl SuspendedDays {
    /// Suspended units raise an alarm when their suspension began before this day.
    pub fn since_before(self, today: Day) -> Day {
        today.add_days(-self.0)
    }
    /// How long a suspension that began on a day has lasted, when that is too long.
    pub fn over(self, since: Day, today: Day) -> Option<Overlong> {
        (since < self.since_before(today)).then(|| Overlong { since, days: since.days_until(today), limit: self.0 })
    }
    /// The same of a unit's past.
    pub fn overdue(self, history: &[Stretch], today: Day) -> Option<Overlong> {
        let last = history.last().filter(|s| s.state == UnitState::Suspended && s.to.is_none())?;
        self.over(last.from, today)
    }
}

/// A suspension that lasts too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Overlong {
    /// First day of the suspension.
    pub since: Day,
    /// Days since.
    pub days: i64,
    /// Days allowed.
    pub limit: i64,
}

/// A unit that has been suspended too long.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SuspendedOut {
    /// The unit.
    pub unit: UnitOut,
    /// How long.
    #[serde(flatten)]
    pub over: Overlong,
}

/// The units of a reader's area that have been suspended too long, the longest first; at most 200.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SuspendedList {
    /// Units.
    pub items: Vec<SuspendedOut>,
}

impl zw_db::Record for SuspendedUnit {
    fn read(row: &zw_db::Row) -> zw_core::Result<Self> {
        Ok(Self(row.at(0)?, Unit::read(row)?))
    }
}

/// A suspended unit with the first day of its suspension, as read.
pub(crate) struct SuspendedUnit(pub Day, pub Unit);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }

    #[test]
    fn the_day_after_the_last_one_allowed() {
        let rule = SuspendedDays::default();
        let h = |state, from: i64| vec![Stretch { state, from: day(from), to: None, cause: None }];
        let suspended = h(UnitState::Suspended, 20210101);
        assert_eq!(rule.overdue(&suspended, day(20210630)), None, "180 days");
        assert_eq!(
            rule.overdue(&suspended, day(20210701)),
            Some(Overlong { since: day(20210101), days: 181, limit: 180 })
        );
        assert_eq!(rule.overdue(&h(UnitState::Operating, 20210101), day(20220101)), None);
        assert_eq!(
            SuspendedDays(10).overdue(&suspended, day(20210112)),
            Some(Overlong { since: day(20210101), days: 11, limit: 10 })
        );
        assert_eq!(rule.overdue(&[], day(20220101)), None);
    }
}
