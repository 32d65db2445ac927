//! SQL of table `report_event`: what happened to reports.

use crate::report::model::{Act, ReportRow};
use zw_core::{DivisionId, ReportId, Result, Stamp, Uuid};
use zw_db::{Conn, Tx, sql, val};

/// Something that happened to a report.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// The report.
    pub report: &'a ReportRow,
    /// What.
    pub act: Act,
    /// When.
    pub at: Stamp,
    /// Who, as shown.
    pub by: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
    /// Whether the cells and texts are kept with it.
    pub keep: bool,
}

/// Writes an event.
pub async fn add_event(tx: &mut Tx, id: Uuid, e: &NewEvent<'_>) -> Result<()> {
    let r = e.report;
    tx.later(
        sql("INSERT INTO report_event(county_id,id,report_id,version,act,at,by_name,reason,cells,texts) VALUES(")
            .bind(r.county_id)
            .lit(",")
            .bind(id)
            .lit(",")
            .bind(r.id)
            .lit(",")
            .bind(r.version)
            .lit(",")
            .bind(e.act)
            .lit(",")
            .bind(e.at)
            .lit(",")
            .bind(e.by)
            .lit(",")
            .bind(e.reason)
            .lit(",")
            .bind(e.keep.then_some(&r.cells))
            .lit(",")
            .bind(e.keep.then_some(&r.texts))
            .lit(")"),
    )
    .await
}

zw_db::record! {
    /// Something that happened to a report, as stored.
    #[derive(Clone, Debug)]
    pub struct EventRow {
        /// Version of the report after it.
        pub version: i64,
        /// What.
        pub act: Act,
        /// When.
        pub at: Stamp,
        /// Who.
        pub by_name: String,
        /// Why.
        pub reason: Option<String>,
        /// Cells as they were submitted, for submissions and corrections.
        pub cells: Option<String>,
        /// Texts as they were submitted.
        pub texts: Option<String>,
    }
}

/// The history of a report that was read within a permit, oldest first.
pub async fn history(c: &mut Conn, r: &ReportRow) -> Result<Vec<EventRow>> {
    c.all(
        sql("SELECT version,act,at,by_name,reason,cells,texts FROM report_event WHERE county_id=")
            .bind(r.county_id)
            .lit(" AND report_id=")
            .bind(r.id)
            .lit(" ORDER BY at,version,id"),
    )
    .await
}

/// Writes the same event for many reports.
pub async fn add_events(
    tx: &mut Tx,
    ids: Vec<(Uuid, DivisionId, ReportId, i64)>,
    act: Act,
    (at, by): (Stamp, &str),
    reason: Option<&str>,
) -> Result<()> {
    let rows: Vec<_> = ids
        .into_iter()
        .map(|(id, county, report, version)| {
            vec![val(county), val(id), val(report), val(version), val(act), val(at), val(by), val(reason)]
        })
        .collect();
    if !rows.is_empty() {
        let columns = &["county_id", "id", "report_id", "version", "act", "at", "by_name", "reason"];
        tx.bulk("report_event", columns, &rows, "").await?;
    }
    Ok(())
}
