//! SQL of confirmed weeks.

use super::ConfirmedWeek;
use crate::report::model::{Cells, ReportState};
use std::collections::{BTreeMap, HashMap};
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Error, Result, Stamp};
use zw_db::{Conn, sql};

/// The values of stored cells that count above: an override only once the next tier has accepted overrides.
pub fn effective(cells: &str, overrides_accepted: bool) -> Result<BTreeMap<String, i64>> {
    let read: Cells = serde_json::from_str(cells).map_err(|e| Error::internal(format!("cells of a report: {e}")))?;
    Ok(read.into_iter().map(|(k, c)| (k, c.effective(overrides_accepted))).collect())
}

/// The last week each county confirmed that was over by the end of `day`, at most nine weeks back: what is older
/// confirms nothing any more.
pub async fn weeks(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<HashMap<DivisionId, ConfirmedWeek>> {
    let last = Period::containing(PeriodKind::Week, day.add_days(1)).prev();
    let mut found = HashMap::new();
    // Nearly every county has confirmed the last week that is over; the older ones are asked of the rest only.
    for weeks in [vec![last], (1..=8).map(|n| last.plus(-n)).collect()] {
        let rest: Vec<DivisionId> = counties.iter().copied().filter(|c| !found.contains_key(c)).collect();
        if !rest.is_empty() {
            of_weeks(c, &rest, &weeks, &mut found).await?;
        }
    }
    Ok(found)
}

/// Confirmed reports of these weeks; the latest of each county stays.
async fn of_weeks(
    c: &mut Conn,
    counties: &[DivisionId],
    weeks: &[Period],
    found: &mut HashMap<DivisionId, ConfirmedWeek>,
) -> Result<()> {
    type Row = (DivisionId, String, Day, Option<Stamp>, String, bool);
    let q = sql("SELECT r.county_id,r.period,r.last_day,r.submitted_at,r.cells,r.overrides_accepted FROM report r WHERE r.kind='week' AND r.unit_id IS NULL AND r.period IN ")
        .list(weeks.iter().map(Period::to_string))
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied())
        .lit(" AND r.state IN ")
        .list(ReportState::CONFIRMED);
    let rows: Vec<Row> = c.all(q.lit(" ORDER BY r.county_id,r.last_day DESC,r.id")).await?;
    for (county, period, last_day, confirmed_at, text, accepted) in rows {
        let Some(confirmed_at) = confirmed_at.filter(|_| !found.contains_key(&county)) else { continue };
        found.insert(county, ConfirmedWeek { period, last_day, confirmed_at, cells: effective(&text, accepted)? });
    }
    Ok(())
}
