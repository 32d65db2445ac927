//! SQL of tables `period_lock` and `month_gate`: since when a county's month is frozen by a snapshot, and who decides about it
//! now.

use super::in_chain;
use crate::report::model::ReportRow;
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Result, Stamp};
use zw_db::{Conn, Tx, sql, val};

/// Takes the month of some counties until the end of the transaction: who approves, passes on or freezes decides about one
/// county's month after another, so that each sees what the one before did. Also of reports that came in between, which no
/// lock of rows that are there already could hold. Taken before anything of the month is written, counties in the order of
/// their ids.
pub async fn gate(tx: &mut Tx, period: Period, counties: &[DivisionId]) -> Result<()> {
    if period.kind() != PeriodKind::Month {
        return Ok(());
    }
    let mut counties = counties.to_vec();
    counties.sort_unstable();
    let rows: Vec<_> = counties.iter().map(|c| vec![val(*c), val(period.to_string())]).collect();
    let tail = " ON CONFLICT(county_id,period) DO UPDATE SET period=excluded.period";
    tx.bulk("month_gate", &["county_id", "period"], &rows, tail).await?;
    Ok(())
}

/// Waits for whoever is writing on a report of a period in some counties, or reviewing what was passed on of it: what was
/// begun before comes before the freeze, what is begun later finds it frozen.
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
