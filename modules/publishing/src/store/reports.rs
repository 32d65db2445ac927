//! Reading of reports: the one place that knows how they are kept.

use std::collections::BTreeMap;
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{DivisionId, ReportId, Result, Stamp, UnitId};
use zw_db::{Conn, sql};
use zw_reporting::report::model::ReportState;
use zw_reporting::report::standing::Standing;

/// Version of every approved monthly report of these counties, and the state of what counts of it (while a correction waits,
/// of the version it corrects): what a freeze proves that it gathered and locked the same.
pub(crate) async fn approved_versions(
    c: &mut Conn,
    counties: &[DivisionId],
    month: Period,
) -> Result<BTreeMap<ReportId, (i64, ReportState)>> {
    let q =
        sql("SELECT r.id,r.version,r.state,r.standing FROM report r WHERE r.kind='month' AND r.unit_id IS NOT NULL AND r.period=")
            .bind(month.to_string())
            .lit(" AND r.county_id IN ")
            .list(counties.iter().copied())
            .lit(" AND r.state IN ")
            .list(ReportState::APPROVED);
    let rows: Vec<(ReportId, i64, ReportState, Option<String>)> = c.all(q.lit(" ORDER BY r.county_id,r.id")).await?;
    rows.into_iter()
        .map(|(id, version, state, text)| {
            let standing = Standing::read(text.as_deref())?;
            Ok((id, (version, standing.map_or(state, |s| s.state))))
        })
        .collect()
}

zw_db::record! {
    /// When a report came.
    #[derive(Clone, Debug)]
    pub struct Sent {
        /// County.
        pub county_id: DivisionId,
        /// Station, of a month.
        pub unit_id: Option<UnitId>,
        /// State.
        pub state: ReportState,
        /// Whether it was excused.
        pub exempt: bool,
        /// 时效 stamped at its first submission.
        pub timeliness: Option<String>,
        /// First submission.
        pub first_submitted_at: Option<Stamp>,
    }
}

/// When the reports of a period came.
pub(crate) async fn sent(c: &mut Conn, counties: &[DivisionId], period: Period) -> Result<Vec<Sent>> {
    let q = sql(
        "SELECT r.county_id,r.unit_id,r.state,r.exempt,r.timeliness,r.first_submitted_at FROM report r WHERE r.kind=",
    )
    .bind(period.kind().code())
    .lit(" AND r.period=")
    .bind(period.to_string())
    .lit(" AND r.county_id IN ")
    .list(counties.iter().copied());
    c.all(q.lit(" ORDER BY r.county_id,r.id")).await
}

zw_db::record! {
    /// A corrected report of a frozen month.
    #[derive(Clone, Debug)]
    pub struct AmendedRow {
        /// County.
        pub county_id: DivisionId,
        /// Report.
        pub id: ReportId,
        /// Station.
        pub unit_id: Option<UnitId>,
        /// Name of the station.
        pub unit_name: Option<String>,
        /// Its month.
        pub period: String,
        /// Why.
        pub amend_note: Option<String>,
        /// Cells as corrected, JSON.
        pub cells: String,
        /// Whether overrides count.
        pub overrides_accepted: bool,
    }
}

/// Station reports of months before `month` whose correction was approved after an instant, each with the cells it was
/// frozen with.
pub(crate) async fn amended(
    c: &mut Conn,
    counties: &[DivisionId],
    month: Period,
    since: Stamp,
) -> Result<Vec<(AmendedRow, Option<String>)>> {
    let q = sql("SELECT r.county_id,r.id,r.unit_id,u.name AS unit_name,r.period,r.amend_note,r.cells,r.overrides_accepted FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE r.kind='month' AND r.unit_id IS NOT NULL AND r.state=")
        .bind(ReportState::Amended)
        .lit(" AND r.approved_at>")
        .bind(since)
        .lit(" AND r.last_day<")
        .bind(month.first_day())
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied());
    let rows: Vec<AmendedRow> = c.all(q.lit(" ORDER BY r.county_id,r.last_day,r.id")).await?;
    let q = sql("SELECT e.report_id,e.at,e.cells FROM report_event e WHERE e.cells IS NOT NULL AND e.county_id IN ")
        .list(rows.iter().map(|r| r.county_id))
        .lit(" AND e.report_id IN ")
        .list(rows.iter().map(|r| r.id));
    let kept: Vec<(ReportId, Stamp, String)> = c.all(q.lit(" ORDER BY e.at,e.version,e.id")).await?;
    let frozen = |id: ReportId| {
        let mut of = kept.iter().filter(|(r, ..)| *r == id);
        let last = of.clone().rev().find(|(_, at, _)| *at <= since);
        last.or_else(|| of.next()).map(|(.., cells)| cells.clone())
    };
    Ok(rows
        .into_iter()
        .map(|r| {
            let before = frozen(r.id);
            (r, before)
        })
        .collect())
}

zw_db::record! {
    /// A monthly report that was closed after its month was frozen.
    #[derive(Clone, Debug)]
    pub struct ClosedRow {
        /// County.
        pub county_id: DivisionId,
        /// Station.
        pub unit_id: UnitId,
        /// Its month.
        pub period: String,
    }
}

/// Station reports of months before `month` that were closed for the first time at an instant or after it: by a freeze, or,
/// supplied after one, when they began to count.
pub(crate) async fn closed_since(
    c: &mut Conn,
    counties: &[DivisionId],
    month: Period,
    since: Stamp,
) -> Result<Vec<ClosedRow>> {
    let q = sql("SELECT r.county_id,r.unit_id,r.period FROM report r JOIN report_event e ON e.county_id=r.county_id AND e.report_id=r.id WHERE r.kind='month' AND r.unit_id IS NOT NULL AND r.last_day<")
        .bind(month.first_day())
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied())
        .lit(" AND e.act='lock' GROUP BY r.county_id,r.id,r.unit_id,r.period,r.last_day HAVING MIN(e.at)>=")
        .bind(since);
    c.all(q.lit(" ORDER BY r.county_id,r.last_day,r.id")).await
}
