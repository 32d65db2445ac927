//! Residents nobody answers for today (待派): nobody was named, or who was named is no longer posted at their station. The
//! second is derived from the postings (`people` owns and writes them), never stored (decision 0042).

use super::{binds, scoped};
use crate::model::{Resident, Vacancy};
use zw_access::Permit;
use zw_core::{Day, DivisionId, ResidentId, Result, UnitId, WorkerId};
use zw_db::{Conn, Sql, Tx, sql};

/// Appends that a resident `r` waits for a worker on a day.
pub(super) fn waits(q: Sql, today: Day) -> Sql {
    let q = q.lit(" AND r.state<>'closed' AND ((r.worker_id IS NULL AND r.vacancy=").bind(Vacancy::Unassigned);
    let q = q.lit(") OR (r.worker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM posting p WHERE p.worker_id=r.worker_id AND p.unit_id=r.unit_id AND p.from_day<=");
    q.bind(today).lit(" AND (p.to_day IS NULL OR p.to_day>").bind(today).lit("))))")
}

/// How many wait.
pub(crate) async fn count(c: &mut Conn, p: &Permit<Resident>, today: Day) -> Result<i64> {
    c.scalar(waits(scoped(sql("SELECT COUNT(*) FROM resident r WHERE 1=1"), p), today)).await
}

/// Those who wait, by station and by who was named: (county, station, worker, how many).
pub(crate) async fn groups(
    c: &mut Conn,
    p: &Permit<Resident>,
    today: Day,
) -> Result<Vec<(DivisionId, UnitId, Option<WorkerId>, i64)>> {
    let q = sql("SELECT r.county_id,r.unit_id,r.worker_id,COUNT(*) FROM resident r WHERE 1=1");
    let q = waits(scoped(q, p), today).lit(" GROUP BY r.county_id,r.unit_id,r.worker_id");
    c.all(q.lit(" ORDER BY r.unit_id,COUNT(*) DESC,r.worker_id LIMIT 200")).await
}

/// Who is posted at some stations on a day.
pub(crate) async fn on_post(c: &mut Conn, units: &[UnitId], today: Day) -> Result<Vec<(UnitId, WorkerId)>> {
    if units.is_empty() {
        return Ok(vec![]);
    }
    let q = sql("SELECT p.unit_id,p.worker_id FROM posting p WHERE p.unit_id IN ").list(units.iter().copied());
    let q = q.lit(" AND p.from_day<=").bind(today).lit(" AND (p.to_day IS NULL OR p.to_day>").bind(today);
    c.all(q.lit(") ORDER BY p.unit_id,p.worker_id,p.id")).await
}

/// Gives those of a station who wait, with this worker named or with nobody, to a worker; who they are.
pub(crate) async fn assign(
    tx: &mut Tx,
    p: &Permit<Resident>,
    (county, unit): (DivisionId, UnitId),
    from: Option<WorkerId>,
    to: WorkerId,
    today: Day,
    by: &str,
) -> Result<Vec<ResidentId>> {
    let (at, nobody) = (tx.at(), None::<Vacancy>);
    let q = binds!(
        sql("UPDATE resident AS r SET version=r.version+1"),
        ",worker_id=" => to,
        ",vacancy=" => nobody,
        ",updated_at=" => at,
        ",updated_by=" => by,
        " WHERE r.county_id=" => county,
        " AND r.unit_id=" => unit,
    );
    let q = match from {
        Some(w) => q.lit(" AND r.worker_id=").bind(w),
        None => q.lit(" AND r.worker_id IS NULL"),
    };
    let rows: Vec<(ResidentId,)> = tx.all(p.within(waits(q, today)).lit(" RETURNING id")).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
