//! SQL of what was sent while its deadline was unknown: the 时效 is stamped when the holidays are there.

use zw_core::deadline::Timeliness;
use zw_core::{Day, DivisionId, ReportId, Result, Stamp, UnitId, Uuid};
use zw_db::{Conn, Tx, sql};

/// Periods of reports and of what was passed on without a 时效, by key.
pub async fn periods(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = c.all(sql(
        "SELECT r.period FROM report r WHERE r.timeliness IS NULL AND r.first_submitted_at IS NOT NULL UNION SELECT p.period FROM pass_on p WHERE p.timeliness IS NULL ORDER BY 1",
    ))
    .await?;
    Ok(rows.into_iter().map(|(p,)| p).collect())
}

zw_db::record! {
    /// A report that was sent and has no 时效.
    #[derive(Clone, Debug)]
    pub struct Unstamped {
        /// County.
        pub county_id: DivisionId,
        /// Id.
        pub id: ReportId,
        /// Station.
        pub unit_id: Option<UnitId>,
        /// Last day of its period.
        pub last_day: Day,
        /// First submission.
        pub first_submitted_at: Stamp,
    }
}

/// Those of a period.
pub async fn reports(c: &mut Conn, period: &str) -> Result<Vec<Unstamped>> {
    c.all(
        sql("SELECT r.county_id,r.id,r.unit_id,r.last_day,r.first_submitted_at FROM report r WHERE r.timeliness IS NULL AND r.first_submitted_at IS NOT NULL AND r.period=")
            .bind(period)
            .lit(" ORDER BY r.county_id,r.id"),
    )
    .await
}

/// Stamps one; nothing if somebody did meanwhile.
pub async fn stamp_report(tx: &mut Tx, r: &Unstamped, due: Stamp, t: Timeliness) -> Result<u64> {
    tx.run(
        sql("UPDATE report SET due_at=")
            .bind(due)
            .lit(",timeliness=")
            .bind(zw_core::code::Code::code(t))
            .lit(" WHERE timeliness IS NULL AND county_id=")
            .bind(r.county_id)
            .lit(" AND id=")
            .bind(r.id),
    )
    .await
}

/// What was passed on for a period without a 时效: id, division, when.
pub async fn passed(c: &mut Conn, period: &str) -> Result<Vec<(Uuid, DivisionId, Stamp)>> {
    c.all(
        sql("SELECT p.id,p.division_id,p.passed_at FROM pass_on p WHERE p.timeliness IS NULL AND p.period=")
            .bind(period)
            .lit(" ORDER BY p.id"),
    )
    .await
}

/// Stamps one.
pub async fn stamp_passed(tx: &mut Tx, id: Uuid, t: Timeliness) -> Result<u64> {
    tx.run(
        sql("UPDATE pass_on SET timeliness=")
            .bind(zw_core::code::Code::code(t))
            .lit(" WHERE timeliness IS NULL AND id=")
            .bind(id),
    )
    .await
}
