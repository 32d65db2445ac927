//! SQL of the 今日 section: what came back and what waits, with the station's name, without cells and texts.

use crate::report::model::{ReportRow, ReportState};
use zw_access::Permit;
use zw_core::{DivisionId, ReportId, Result, Stamp, UnitId};
use zw_db::{Conn, Sql, sql};

zw_db::record! {
    /// A report that somebody has to look at.
    #[derive(Clone, Debug)]
    pub struct TodayRow {
        /// County.
        pub county_id: DivisionId,
        /// Id.
        pub id: ReportId,
        /// Period.
        pub period: String,
        /// Station.
        pub unit_id: Option<UnitId>,
        /// Name of the station.
        pub unit_name: Option<String>,
        /// State.
        pub state: ReportState,
        /// Latest submission.
        pub submitted_at: Option<Stamp>,
        /// Latest return.
        pub returned_at: Option<Stamp>,
        /// By whom.
        pub returned_by: Option<String>,
        /// Why.
        pub return_reason: Option<String>,
        /// Latest change.
        pub updated_at: Stamp,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.county_id,r.id,r.period,r.unit_id,u.name AS unit_name,r.state,r.submitted_at,r.returned_at,r.returned_by,r.return_reason,r.updated_at FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE ",
            $rest
        )
    };
}

/// Reports that were returned and not sent again, and corrections refused since `since` (what they corrected stands
/// again, so nothing is owed), within a permit, oldest change first, at most 50; of stations or of counties.
pub async fn returned(c: &mut Conn, p: &Permit<ReportRow>, stations: bool, since: Stamp) -> Result<Vec<TodayRow>> {
    let q = sql(select!("(r.state="))
        .bind(ReportState::Returned)
        .lit(" OR r.state IN ")
        .list([ReportState::RolledUp, ReportState::Locked, ReportState::Amended])
        .lit(" AND r.returned_at>r.approved_at AND r.returned_at>=")
        .bind(since)
        .lit(")");
    c.all(p.within(of_tier(q, stations)).lit(" ORDER BY r.updated_at,r.id LIMIT 50")).await
}

/// Reports of some counties that wait for the tier above: submitted, or corrected and not yet approved again.
pub async fn waiting(
    c: &mut Conn,
    p: &Permit<ReportRow>,
    counties: &[DivisionId],
    stations: bool,
) -> Result<Vec<TodayRow>> {
    let q = sql(select!("r.state IN ")).list([ReportState::Submitted, ReportState::Amended]);
    let q = q.lit(" AND r.approved_at IS NULL AND r.county_id IN ").list(counties.iter().copied());
    c.all(p.within(of_tier(q, stations)).lit(" ORDER BY r.updated_at,r.id LIMIT 50")).await
}

fn of_tier(q: Sql, stations: bool) -> Sql {
    q.lit(if stations { " AND r.unit_id IS NOT NULL" } else { " AND r.unit_id IS NULL" })
}
