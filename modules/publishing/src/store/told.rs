//! Names of rows for the audit log, by id and without a scope: none of them is of a person.

use crate::model::snapshot::SnapshotKind;
use zw_core::{Day, DivisionId, Result, Uuid};
use zw_db::{Conn, sql};

/// Snapshots: id, kind, area, month of a freeze, day.
pub(crate) async fn snapshots(
    c: &mut Conn,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, SnapshotKind, DivisionId, Option<String>, Day)>> {
    let q = "SELECT s.id,s.kind,s.division_id,s.period,s.as_of FROM snapshot AS s WHERE s.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}

/// Circulars: id, title, number.
pub(crate) async fn circulars(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String, Option<String>)>> {
    c.all(sql("SELECT x.id,x.title,x.doc_no FROM circular AS x WHERE x.id IN ").list(ids.iter().copied())).await
}
