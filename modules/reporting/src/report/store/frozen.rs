//! SQL of table `period_lock`: since when a county's month is frozen by a snapshot.

use super::in_chain;
use crate::report::model::ReportRow;
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::period::Period;
use zw_core::{DivisionId, Result, Stamp};
use zw_db::{Conn, Tx, sql, val};

/// Waits for whoever is deciding about a report of a period in some counties, or about what was passed on of it: a
/// decision begun before comes before the freeze, one begun later finds it frozen.
pub async fn hold(tx: &mut Tx, p: &Permit<ReportRow>, period: Period, counties: &[DivisionId]) -> Result<()> {
    let q = in_chain(sql("UPDATE report AS r SET version=r.version WHERE"), period, counties);
    tx.run(p.within(q)).await?;
    let q = sql("UPDATE pass_on SET version=version WHERE kind=").bind(period.kind().code());
    tx.run(q.lit(" AND period=").bind(period.to_string())).await?;
    Ok(())
}

/// Notes that a period of some counties is frozen, and which of them had passed it on.
pub async fn freeze(
    tx: &mut Tx,
    period: Period,
    counties: &[DivisionId],
    passed: &[DivisionId],
    at: Stamp,
) -> Result<()> {
    let row = |c: &DivisionId| vec![val(*c), val(period.to_string()), val(at), val(passed.contains(c))];
    let rows: Vec<_> = counties.iter().map(row).collect();
    let columns = &["county_id", "period", "locked_at", "passed"];
    tx.bulk("period_lock", columns, &rows, " ON CONFLICT DO NOTHING").await?;
    Ok(())
}

/// Since when a period of a county is frozen, and whether the county had passed it on by then.
pub async fn frozen(c: &mut Conn, period: Period, county: DivisionId) -> Result<Option<(Stamp, bool)>> {
    let q = sql("SELECT locked_at,passed FROM period_lock WHERE county_id=").bind(county);
    c.one(q.lit(" AND period=").bind(period.to_string())).await
}

/// Since when a period of any of some counties is frozen.
pub async fn frozen_at(c: &mut Conn, period: Period, counties: &[DivisionId]) -> Result<Option<Stamp>> {
    let q = sql("SELECT MIN(locked_at) FROM period_lock WHERE period=").bind(period.to_string());
    let found: Option<(Option<Stamp>,)> = c.one(q.lit(" AND county_id IN ").list(counties.iter().copied())).await?;
    Ok(found.and_then(|(at,)| at))
}
