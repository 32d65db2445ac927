//! What counties have confirmed: the last weekly report of each. `zw_indicators::confirmed` has the rule that makes
//! figures above the county from it.

pub mod store;

use std::collections::{BTreeMap, HashMap};
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Stamp};
use zw_indicators::confirmed::Confirmed;
use zw_indicators::keys;

/// A county's last confirmed week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedWeek {
    /// The week.
    pub period: String,
    /// Its last day: the cells are as of the end of it.
    pub last_day: Day,
    /// When the county confirmed.
    pub confirmed_at: Stamp,
    /// Cells by measure.
    pub cells: BTreeMap<String, i64>,
}

impl ConfirmedWeek {
    /// What the county confirmed of a measure, if its report carries it.
    pub fn confirmed(&self, key: &str) -> Option<Confirmed> {
        let value = match key {
            // A county's own coverage follows from its centre.
            keys::COUNTIES_COVERED => self.cells.get(keys::COUNTY_CENTRES).map(|n| (*n).min(1)),
            _ => self.cells.get(key).copied(),
        };
        value.map(|value| Confirmed { value, as_of: self.last_day, at: self.confirmed_at })
    }
}

/// What the weeks confirm of some measures.
pub fn of_keys(
    weeks: &HashMap<DivisionId, ConfirmedWeek>,
    keys: &[&'static str],
) -> HashMap<(&'static str, DivisionId), Confirmed> {
    let all = keys.iter().flat_map(|k| weeks.iter().map(|(c, w)| ((*k, *c), w.confirmed(k))));
    all.filter_map(|(at, found)| Some((at, found?))).collect()
}

/// The last week that is over: at the end of a day that has passed, or by now when the day is today.
pub fn closed_week(day: Day, today: Day) -> Period {
    let after = if day < today { day.add_days(1) } else { today };
    Period::containing(PeriodKind::Week, after).prev()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(m: i64, d: i64) -> Day {
        Day::new(2021, m, d).unwrap()
    }

    #[test]
    fn the_week_that_is_over() {
        let today = day(7, 8);
        for (asked, want) in
            [(today, "2021-W26"), (day(7, 7), "2021-W26"), (day(7, 4), "2021-W26"), (day(7, 3), "2021-W25")]
        {
            assert_eq!(closed_week(asked, today).to_string(), want, "{asked}");
        }
        // On a Sunday the week is not over.
        assert_eq!(closed_week(day(7, 11), day(7, 11)).to_string(), "2021-W26");
    }

    #[test]
    fn a_centre_covers_its_county_once() {
        let week = ConfirmedWeek {
            period: "2021-W26".into(),
            last_day: day(7, 4),
            confirmed_at: Stamp::from_cn(day(7, 5), 10, 0),
            cells: BTreeMap::from([(keys::COUNTY_CENTRES.to_owned(), 2), (keys::STATIONS_BUILT.to_owned(), 7)]),
        };
        let weeks = HashMap::from([(DivisionId(100), week)]);
        let found = of_keys(&weeks, &[keys::COUNTIES_COVERED, keys::STATIONS_BUILT, keys::POSTED_WORKERS]);
        let value = |k| found.get(&(k, DivisionId(100))).map(|c| c.value);
        assert_eq!((value(keys::COUNTIES_COVERED), value(keys::STATIONS_BUILT)), (Some(1), Some(7)));
        assert_eq!(value(keys::POSTED_WORKERS), None);
    }
}
