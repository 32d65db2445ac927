//! SQL of the boards: one statement whatever the number of counties.

use crate::report::model::ReportState;
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{DivisionId, Result};
use zw_db::{Conn, sql};

zw_db::record! {
    /// Stations of a county that stand alike.
    #[derive(Clone, Debug)]
    pub struct StationCount {
        /// County.
        pub county_id: DivisionId,
        /// State.
        pub state: ReportState,
        /// Whether what they say is approved.
        pub approved: bool,
        /// 时效 of the submission; none for those not yet submitted.
        pub timeliness: Option<String>,
        /// Excused.
        pub exempt: bool,
        /// How many.
        pub n: i64,
    }
}

/// Stations' reports of a period, counted by county, state and 时效.
pub async fn station_counts(c: &mut Conn, period: Period, counties: &[DivisionId]) -> Result<Vec<StationCount>> {
    c.all(
        sql("SELECT r.county_id,r.state,r.approved_at IS NOT NULL AS approved,r.timeliness,r.exempt,COUNT(*) AS n FROM report r WHERE r.kind=")
            .bind(period.kind().code())
            .lit(" AND r.period=")
            .bind(period.to_string())
            .lit(" AND r.unit_id IS NOT NULL AND r.county_id IN ")
            .list(counties.iter().copied())
            .lit(" GROUP BY r.county_id,r.state,r.approved_at IS NOT NULL,r.timeliness,r.exempt ORDER BY r.county_id,r.state"),
    )
    .await
}
