//! Reading of reports: the one place that knows how they are kept.

use std::collections::BTreeMap;
use zw_core::period::Period;
use zw_core::{DivisionId, Result, UnitId};
use zw_db::{Conn, sql};
use zw_reporting::confirmed::store::effective;
use zw_reporting::report::model::ReportState;

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
            let cells = if state.is_approved() { effective(&text, accepted)? } else { BTreeMap::new() };
            Ok(MonthReport { county, unit, state, exempt, cells })
        })
        .collect()
}
