//! Who owed a period, and what of a month does not count above the county: one rule for figure pages, freezes, circulars and
//! passing on, so that all of them name the same stations. A station owes the months on a day of which it is built, unless it
//! was excused; its month counts once it is approved and its county has passed on. A county in the denominators owes every
//! week.

use super::store::MonthReport;
use crate::cycle::Cycle;
use crate::report::model::ReportState;
use crate::report::store;
use std::collections::{BTreeSet, HashMap, HashSet};
use zw_access::Ctx;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::View;
use zw_core::{DivisionId, Result, UnitId};
use zw_db::Conn;

/// A station that owed a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owes {
    /// County.
    pub county: DivisionId,
    /// Township.
    pub division: DivisionId,
    /// Station.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
}

/// Who owed a month.
#[derive(Clone, Debug, Default)]
pub struct Owing {
    /// All that owed it, by county and name.
    pub due: Vec<Owes>,
    /// Those of them whose month does not count, with the state of their report; none where it was never begun.
    pub missing: Vec<(Owes, Option<ReportState>)>,
    /// Counties with stations that owed it and that have not passed it on: all their stations are among the missing.
    pub waiting: BTreeSet<DivisionId>,
}

/// Who owed a month in some counties. `reports` are all their monthly reports as they count above the county
/// ([`super::counting`]), `passed` the counties that passed on. Nobody owes a month that the cycle does not ask for.
pub async fn of_month(
    ctx: &Ctx,
    c: &mut Conn,
    counties: &[DivisionId],
    month: Period,
    passed: &[DivisionId],
    reports: &[MonthReport],
) -> Result<Owing> {
    if !Cycle::at(ctx, month).asks(month) {
        return Ok(Owing::default());
    }
    let built = store::stations_due(c, counties, month).await?;
    let stations =
        built.into_iter().map(|s| Owes { county: s.county_id, division: s.division_id, unit: s.id, name: s.name });
    Ok(of_stations(stations.collect(), passed, reports))
}

/// Those of some counties in which somebody owes a period: the county itself its week, its stations their months.
pub async fn counties_owing(
    c: &mut Conn,
    view: &View,
    counties: &[DivisionId],
    period: Period,
) -> Result<Vec<DivisionId>> {
    let mut owing = counties.to_vec();
    if period.kind() == PeriodKind::Month {
        let due: HashMap<DivisionId, i64> = store::count_stations_due(c, counties, period).await?.into_iter().collect();
        owing.retain(|d| due.contains_key(d));
    } else {
        owing.retain(|d| view.get(*d).is_some_and(|v| v.in_denominator));
    }
    Ok(owing)
}

/// The rule itself: of the stations built in the month.
fn of_stations(built: Vec<Owes>, passed: &[DivisionId], reports: &[MonthReport]) -> Owing {
    let by_unit: HashMap<UnitId, &MonthReport> = reports.iter().map(|r| (r.unit, r)).collect();
    let excused: HashSet<UnitId> = reports.iter().filter(|r| r.exempt).map(|r| r.unit).collect();
    let mut due: Vec<Owes> = built.into_iter().filter(|s| !excused.contains(&s.unit)).collect();
    due.sort_by(|a, b| (a.county, &a.name, a.unit).cmp(&(b.county, &b.name, b.unit)));
    let lacks = |s: &&Owes| !passed.contains(&s.county) || by_unit.get(&s.unit).is_none_or(|r| !r.approved);
    let missing = due.iter().filter(lacks).map(|s| (s.clone(), by_unit.get(&s.unit).map(|r| r.state))).collect();
    let waiting = due.iter().map(|s| s.county).filter(|c| !passed.contains(c)).collect();
    Owing { due, missing, waiting }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use zw_core::Uuid;

    #[test]
    fn a_month_counts_once_it_is_approved_and_its_county_passed_on() {
        let unit = |n: u128| UnitId(Uuid::from_u128(n));
        let county = |n: u128| DivisionId(if n < 10 { 100 } else { 101 });
        let owes = |n: u128| Owes {
            county: county(n),
            division: DivisionId(i64::try_from(n).unwrap()),
            unit: unit(n),
            name: format!("{n}站"),
        };
        let report = |n: u128, state, approved, exempt| MonthReport {
            county: county(n),
            unit: unit(n),
            state,
            exempt,
            approved,
            cells: BTreeMap::new(),
            overridden: BTreeMap::new(),
            split: BTreeMap::new(),
        };
        let reports = [
            report(1, ReportState::RolledUp, true, false),
            report(2, ReportState::Submitted, false, false),
            report(4, ReportState::Draft, false, true),
            report(11, ReportState::Approved, true, false),
        ];
        let built = [11, 4, 3, 2, 1].map(owes).to_vec();
        let o = of_stations(built, &[DivisionId(100)], &reports);
        let names = |l: &[&Owes]| l.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
        // 4 was excused; 11 is approved, but its county has not passed on.
        assert_eq!(names(&o.due.iter().collect::<Vec<_>>()), ["1站", "2站", "3站", "11站"]);
        assert_eq!(names(&o.missing.iter().map(|(s, _)| s).collect::<Vec<_>>()), ["2站", "3站", "11站"]);
        assert_eq!(
            o.missing.iter().map(|(_, s)| *s).collect::<Vec<_>>(),
            [Some(ReportState::Submitted), None, Some(ReportState::Approved)]
        );
        assert_eq!(o.waiting.into_iter().collect::<Vec<_>>(), [DivisionId(101)]);
    }
}
