//! SQL of table `people_correction`.

use crate::model::correction::{Corrected, CorrectionAct, CorrectionOut};
use zw_core::{Error, Result, Stamp, Uuid, WorkerId};
use zw_db::{Conn, Tx, sql};

/// Writes down what stood before a correction.
pub(crate) async fn add(tx: &mut Tx, id: Uuid, worker: WorkerId, c: &CorrectionOut) -> Result<()> {
    tx.run(
        sql("INSERT INTO people_correction(id,worker_id,what,ref_id,act,at,by_name,reason,was) VALUES(")
            .bind(id)
            .lit(",")
            .bind(worker)
            .lit(",")
            .bind(c.what)
            .lit(",")
            .bind(c.id)
            .lit(",")
            .bind(c.act)
            .lit(",")
            .bind(c.at)
            .lit(",")
            .bind(&c.by)
            .lit(",")
            .bind(&c.reason)
            .lit(",")
            .bind(serde_json::to_string(&c.was).map_err(Error::internal)?)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// The corrections of a worker's postings and certificates, newest first.
pub(crate) async fn of_worker(c: &mut Conn, worker: WorkerId) -> Result<Vec<CorrectionOut>> {
    type Row = (Corrected, Uuid, CorrectionAct, Stamp, String, String, String);
    let q = sql("SELECT what,ref_id,act,at,by_name,reason,was FROM people_correction WHERE worker_id=").bind(worker);
    let rows: Vec<Row> = c.all(q.lit(" ORDER BY at DESC,id DESC LIMIT 100")).await?;
    rows.into_iter()
        .map(|(what, id, act, at, by, reason, was)| {
            let was = serde_json::from_str(&was).map_err(Error::internal)?;
            Ok(CorrectionOut { what, id, act, at, by, reason, was })
        })
        .collect()
}
