//! SQL of confirmed weeks and months.

use super::ConfirmedWeek;
use crate::report::model::ReportState;
use crate::report::standing::{Columns, Counted};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Result, Stamp, UnitId};
use zw_db::{Conn, sql};

zw_db::record! {
    /// What of a report counts, as stored.
    #[derive(Clone, Debug)]
    struct CountedRow {
        county_id: DivisionId,
        unit_id: Option<UnitId>,
        period: String,
        last_day: Day,
        state: ReportState,
        exempt: bool,
        cells: String,
        overrides_accepted: bool,
        submitted_at: Option<Stamp>,
        approved_at: Option<Stamp>,
        standing: Option<String>,
    }
}

impl CountedRow {
    fn columns(&self) -> Columns<'_> {
        Columns {
            state: self.state,
            cells: &self.cells,
            overrides_accepted: self.overrides_accepted,
            submitted_at: self.submitted_at,
            approved_at: self.approved_at,
            standing: self.standing.as_deref(),
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.county_id,r.unit_id,r.period,r.last_day,r.state,r.exempt,r.cells,r.overrides_accepted,r.submitted_at,r.approved_at,r.standing FROM report r WHERE ",
            $rest
        )
    };
}

/// What is older confirms nothing any more.
const WEEKS_BACK: i64 = 8;

/// The last week each county confirmed that was over by the end of `day`, at most nine weeks back.
pub async fn weeks(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<HashMap<DivisionId, ConfirmedWeek>> {
    let last = closed_by(day);
    let mut found = HashMap::new();
    // Nearly every county has confirmed the last week that is over; the older ones are asked of the rest only.
    for weeks in [vec![last], (1..=WEEKS_BACK).map(|n| last.plus(-n)).collect()] {
        let rest: Vec<DivisionId> = counties.iter().copied().filter(|c| !found.contains_key(c)).collect();
        if rest.is_empty() {
            continue;
        }
        for (county, week) in of_weeks(c, &rest, &weeks, None).await? {
            found.entry(county).or_insert(week);
        }
    }
    Ok(found)
}

/// The same for several days, from one reading of the reports and with the cells of some measures only.
pub async fn weeks_on(
    c: &mut Conn,
    keys: &[&str],
    counties: &[DivisionId],
    days: &[Day],
) -> Result<Vec<HashMap<DivisionId, Arc<ConfirmedWeek>>>> {
    let mut weeks: Vec<Period> = days.iter().flat_map(|d| (0..=WEEKS_BACK).map(|n| closed_by(*d).plus(-n))).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let all: Vec<(DivisionId, Arc<ConfirmedWeek>)> =
        of_weeks(c, counties, &weeks, Some(&ConfirmedWeek::cells_for(keys)))
            .await?
            .into_iter()
            .map(|(county, w)| (county, Arc::new(w)))
            .collect();
    Ok(days
        .iter()
        .map(|day| {
            let last = closed_by(*day);
            let (from, to) = (last.plus(-WEEKS_BACK).last_day(), last.last_day());
            let mut found = HashMap::with_capacity(counties.len());
            // By county, the latest first.
            for list in all.chunk_by(|a, b| a.0 == b.0) {
                let at = list.partition_point(|(_, w)| w.last_day > to);
                if let Some((county, week)) = list.get(at).filter(|(_, w)| w.last_day >= from) {
                    found.insert(*county, week.clone());
                }
            }
            found
        })
        .collect())
}

/// The last week that was over by the end of a day.
fn closed_by(day: Day) -> Period {
    Period::containing(PeriodKind::Week, day.add_days(1)).prev()
}

/// Confirmed reports of some weeks, by county the latest first.
async fn of_weeks(
    c: &mut Conn,
    counties: &[DivisionId],
    weeks: &[Period],
    only: Option<&[&str]>,
) -> Result<Vec<(DivisionId, ConfirmedWeek)>> {
    let q = sql(select!("r.kind='week' AND r.unit_id IS NULL AND r.period IN "))
        .list(weeks.iter().map(Period::to_string))
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied())
        .lit(" AND r.state IN ")
        .list(ReportState::CONFIRMED);
    let rows: Vec<CountedRow> = c.all(q.lit(" ORDER BY r.county_id,r.last_day DESC,r.id")).await?;
    let mut out = Vec::with_capacity(rows.len());
    for r in rows {
        let counted = match only {
            Some(keys) => Counted::only(r.columns(), keys)?,
            None => Counted::of(r.columns())?,
        };
        let Some(counted) = counted else { continue };
        let (confirmed_at, cells) = (counted.confirmed_at, counted.values());
        out.push((r.county_id, ConfirmedWeek { period: r.period, last_day: r.last_day, confirmed_at, cells }));
    }
    Ok(out)
}

/// A station's monthly report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthReport {
    /// County.
    pub county: DivisionId,
    /// Station.
    pub unit: UnitId,
    /// State.
    pub state: ReportState,
    /// Whether it was excused.
    pub exempt: bool,
    /// Whether an approved version of it counts.
    pub approved: bool,
    /// Values of the approved version; none where there is none.
    pub cells: BTreeMap<String, i64>,
}

/// All monthly reports of stations of these counties.
pub async fn months(c: &mut Conn, counties: &[DivisionId], month: Period) -> Result<Vec<MonthReport>> {
    let q = sql(select!("r.kind='month' AND r.unit_id IS NOT NULL AND r.period="))
        .bind(month.to_string())
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied());
    let rows: Vec<CountedRow> = c.all(q.lit(" ORDER BY r.county_id,r.id")).await?;
    let mut out = Vec::with_capacity(rows.len());
    for r in rows {
        let Some(unit) = r.unit_id else { continue };
        // Cells of unapproved reports count nowhere.
        let counted = Counted::of(r.columns())?.filter(|c| c.approved);
        out.push(MonthReport {
            county: r.county_id,
            unit,
            state: r.state,
            exempt: r.exempt,
            approved: counted.is_some(),
            cells: counted.map(|c| c.values()).unwrap_or_default(),
        });
    }
    Ok(out)
}
