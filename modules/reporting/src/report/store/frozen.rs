//! SQL of table `period_lock`: since when a county's month is frozen by a snapshot.

use super::in_chain;
use crate::report::model::ReportRow;
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{DivisionId, Result, Stamp};
use zw_db::{Conn, Tx, sql, val};

/// Notes that a period of some counties is frozen. Also waits for whoever is deciding about one of its reports: a
/// decision begun before comes before the freeze, one begun later finds it frozen.
pub async fn freeze(
    tx: &mut Tx,
    p: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
    at: Stamp,
) -> Result<()> {
    let rows: Vec<_> = counties.iter().map(|c| vec![val(*c), val(period.to_string()), val(at)]).collect();
    tx.bulk("period_lock", &["county_id", "period", "locked_at"], &rows, " ON CONFLICT DO NOTHING").await?;
    let q = in_chain(sql("UPDATE report AS r SET version=r.version WHERE"), period, counties);
    tx.run(p.within(q)).await?;
    // Likewise for whoever is deciding about what was passed on, by a county or a city.
    let q = sql("UPDATE pass_on SET version=version WHERE kind=").bind(period.kind().code());
    tx.run(q.lit(" AND period=").bind(period.to_string())).await?;
    Ok(())
}

/// Since when a period of any of some counties is frozen.
pub async fn frozen_at(c: &mut Conn, period: Period, counties: &[DivisionId]) -> Result<Option<Stamp>> {
    let q = sql("SELECT MIN(locked_at) FROM period_lock WHERE period=").bind(period.to_string());
    let found: Option<(Option<Stamp>,)> = c.one(q.lit(" AND county_id IN ").list(counties.iter().copied())).await?;
    Ok(found.and_then(|(at,)| at))
}
