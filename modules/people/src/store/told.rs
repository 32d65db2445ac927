//! Rows for the audit log, by id and without a scope: a worker is a number there.

use zw_core::{Result, Uuid, WorkerId};
use zw_db::{Conn, sql};

/// Which of these are workers.
pub(crate) async fn workers(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(WorkerId,)>> {
    c.all(sql("SELECT w.id FROM worker AS w WHERE w.id IN ").list(ids.iter().copied())).await
}

/// Postings: id, worker, name of the unit.
pub(crate) async fn postings(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, WorkerId, String)>> {
    let q = "SELECT p.id,p.worker_id,u.name FROM posting AS p JOIN unit AS u ON u.id=p.unit_id WHERE p.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}

/// Certificates: id and worker.
pub(crate) async fn certificates(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, WorkerId)>> {
    c.all(sql("SELECT k.id,k.worker_id FROM certificate AS k WHERE k.id IN ").list(ids.iter().copied())).await
}
