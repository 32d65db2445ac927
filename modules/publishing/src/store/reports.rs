//! Reading of reports: the one place that knows how they are kept.

use std::collections::{BTreeMap, HashMap};
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Error, Result, Stamp, UnitId};
use zw_db::{Conn, sql};
use zw_reporting::report::model::{Cells, ReportState};

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

/// The values that count above: an override only once the next tier has accepted overrides.
fn cells(text: &str, overrides_accepted: bool) -> Result<BTreeMap<String, i64>> {
    let read: Cells = serde_json::from_str(text).map_err(|e| Error::internal(format!("cells of a report: {e}")))?;
    Ok(read.into_iter().map(|(k, c)| (k, c.effective(overrides_accepted))).collect())
}

/// The last week each county confirmed that was over by `day`.
pub(crate) async fn confirmed_weeks(
    c: &mut Conn,
    counties: &[DivisionId],
    day: Day,
) -> Result<HashMap<DivisionId, ConfirmedWeek>> {
    type Row = (DivisionId, String, Day, Stamp, String, bool);
    let newest = sql("SELECT county_id,MAX(last_day) AS last FROM report WHERE kind='week' AND unit_id IS NULL AND state IN ")
        .list(ReportState::CONFIRMED)
        .lit(" AND last_day<=")
        .bind(day)
        .lit(" AND county_id IN ")
        .list(counties.iter().copied())
        .lit(" GROUP BY county_id");
    let rows: Vec<Row> = c
        .all(
            sql("SELECT r.county_id,r.period,r.last_day,r.submitted_at,r.cells,r.overrides_accepted FROM report r JOIN (")
                .join(newest)
                .lit(") m ON m.county_id=r.county_id AND m.last=r.last_day WHERE r.kind='week' AND r.unit_id IS NULL AND r.submitted_at IS NOT NULL AND r.state IN ")
                .list(ReportState::CONFIRMED)
                .lit(" ORDER BY r.county_id,r.id"),
        )
        .await?;
    rows.into_iter()
        .map(|(county, period, last_day, confirmed_at, text, accepted)| {
            Ok((county, ConfirmedWeek { period, last_day, confirmed_at, cells: cells(&text, accepted)? }))
        })
        .collect()
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
    /// Cells, for approved ones.
    pub cells: BTreeMap<String, i64>,
}

impl MonthReport {
    /// Whether its cells count.
    pub fn approved(&self) -> bool {
        self.state.is_approved()
    }
    /// Whether a freeze locks it.
    pub fn lockable(&self) -> bool {
        matches!(self.state, ReportState::Approved | ReportState::RolledUp)
    }
}

/// All monthly reports of stations of these counties.
pub(crate) async fn of_month(c: &mut Conn, counties: &[DivisionId], month: Period) -> Result<Vec<MonthReport>> {
    type Row = (DivisionId, UnitId, ReportState, bool, String, bool);
    let rows: Vec<Row> = c
        .all(
            sql("SELECT r.county_id,r.unit_id,r.state,r.exempt,r.cells,r.overrides_accepted FROM report r WHERE r.kind='month' AND r.unit_id IS NOT NULL AND r.period=")
                .bind(month.to_string())
                .lit(" AND r.county_id IN ")
                .list(counties.iter().copied())
                .lit(" ORDER BY r.county_id,r.id"),
        )
        .await?;
    rows.into_iter()
        .map(|(county, unit, state, exempt, text, accepted)| {
            // Cells of unapproved reports count nowhere: they are not even read.
            let cells = if state.is_approved() { cells(&text, accepted)? } else { BTreeMap::new() };
            Ok(MonthReport { county, unit, state, exempt, cells })
        })
        .collect()
}
