//! What counties have confirmed: the last weekly report of each, and the month they passed on. `zw_indicators::confirmed`
//! has the rule that makes stocks above the county from the weeks; what happened in a month is the sum of the approved
//! station reports. Distinct counts (M46) are not summed over stations: one person may be served by two.

pub mod owing;
pub mod store;

use crate::pass_on::{self, Verdict};
use crate::report::standing::Overridden;
use std::collections::{BTreeMap, HashMap};
use store::MonthReport;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Result, Stamp};
use zw_db::Conn;
use zw_indicators::confirmed::Confirmed;
use zw_indicators::{MeasureKind, Measures, keys};

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
    /// Those of them that are overridden.
    pub overridden: BTreeMap<String, Overridden>,
}

/// The cell of a county's report that confirms a measure, and at most how much of it: a county's own coverage follows from
/// its centre.
fn cell_of(key: &str) -> (&str, i64) {
    match key {
        keys::COUNTIES_COVERED => (keys::COUNTY_CENTRES, 1),
        _ => (key, i64::MAX),
    }
}

impl ConfirmedWeek {
    /// What the county confirmed of a measure, if its report carries it.
    pub fn confirmed(&self, key: &str) -> Option<Confirmed> {
        let (cell, most) = cell_of(key);
        let value = (*self.cells.get(cell)?).min(most);
        Some(Confirmed { value, as_of: self.last_day, at: self.confirmed_at })
    }
    /// The override in what the county confirmed of a measure.
    pub fn overridden(&self, key: &str) -> Option<&Overridden> {
        self.overridden.get(cell_of(key).0)
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

/// What happened in a month, by measure and county.
pub type Flows = HashMap<(&'static str, DivisionId), i64>;

/// Flows of a month from the approved reports of its stations.
pub fn flows(measures: &Measures, reports: &[MonthReport]) -> Flows {
    let mut out = Flows::new();
    for r in reports.iter().filter(|r| r.approved) {
        for (key, value) in &r.cells {
            if let Some(def) = measures.def(key).filter(|d| d.kind == MeasureKind::Flow) {
                *out.entry((def.key, r.county)).or_default() += value;
            }
        }
    }
    out
}

/// What counties confirmed of a month: those that passed it on, and the flows of their stations' approved reports.
#[derive(Clone, Debug, Default)]
pub struct ConfirmedMonth {
    /// When each county passed on.
    pub passed: HashMap<DivisionId, Stamp>,
    /// Flows of those counties.
    pub flows: Flows,
    /// Reports of the stations of all counties asked for, as they count above them.
    pub reports: Vec<MonthReport>,
}

impl ConfirmedMonth {
    /// A flow of a county that passed on; nothing happened where no report carries it.
    pub fn flow(&self, key: &'static str, county: DivisionId) -> i64 {
        self.flows.get(&(key, county)).copied().unwrap_or(0)
    }
    /// Whether an override counts in a flow of a county that passed on.
    pub fn overridden(&self, key: &str, county: DivisionId) -> bool {
        let counts = |r: &&MonthReport| r.approved && r.county == county;
        self.reports.iter().filter(counts).any(|r| r.overridden.contains_key(key))
    }
}

/// Those of these counties that have passed a month on: what happened there counts above the county.
pub async fn passed(c: &mut Conn, counties: &[DivisionId], month: Period) -> Result<Vec<DivisionId>> {
    let passed = passed_at(c, counties, month).await?;
    Ok(counties.iter().copied().filter(|c| passed.contains_key(c)).collect())
}

async fn passed_at(c: &mut Conn, counties: &[DivisionId], month: Period) -> Result<HashMap<DivisionId, Stamp>> {
    let all = pass_on::store::of_period(c, month).await?.into_iter();
    let standing = all.filter(|p| p.state != Verdict::Returned && counties.contains(&p.division_id));
    Ok(standing.map(|p| (p.division_id, p.passed_at)).collect())
}

/// The monthly reports of some counties as they count above them: a county's month counts once it passed it on, on boards,
/// figure pages and in a freeze (decision 0013), so those of the others are not approved.
pub async fn counting(
    c: &mut Conn,
    counties: &[DivisionId],
    passed: &[DivisionId],
    month: Period,
) -> Result<Vec<MonthReport>> {
    let mut found = store::months(c, counties, month).await?;
    for r in found.iter_mut().filter(|r| !passed.contains(&r.county)) {
        r.approved = false;
    }
    Ok(found)
}

/// What these counties confirmed of a month.
pub async fn month(
    c: &mut Conn,
    measures: &Measures,
    counties: &[DivisionId],
    month: Period,
) -> Result<ConfirmedMonth> {
    let passed = passed_at(c, counties, month).await?;
    let list: Vec<DivisionId> = counties.iter().copied().filter(|c| passed.contains_key(c)).collect();
    let reports = counting(c, counties, &list, month).await?;
    Ok(ConfirmedMonth { flows: flows(measures, &reports), passed, reports })
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
            overridden: BTreeMap::new(),
        };
        let weeks = HashMap::from([(DivisionId(100), week)]);
        let found = of_keys(&weeks, &[keys::COUNTIES_COVERED, keys::STATIONS_BUILT, keys::POSTED_WORKERS]);
        let value = |k| found.get(&(k, DivisionId(100))).map(|c| c.value);
        assert_eq!((value(keys::COUNTIES_COVERED), value(keys::STATIONS_BUILT)), (Some(1), Some(7)));
        assert_eq!(value(keys::POSTED_WORKERS), None);
    }
}
