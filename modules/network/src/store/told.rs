//! Names of rows for the audit log, by id and without a scope: none of them is of a person.

use crate::model::plan::Phase;
use zw_core::{Day, DivisionId, Result, Uuid};
use zw_db::{Conn, sql};

/// Units: id, name, county.
pub(crate) async fn units(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String, DivisionId)>> {
    c.all(sql("SELECT u.id,u.name,u.county_id FROM unit AS u WHERE u.id IN ").list(ids.iter().copied())).await
}

/// Build-out sheets: id, township.
pub(crate) async fn sheets(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, DivisionId)>> {
    c.all(sql("SELECT b.id,b.township_id FROM build_out AS b WHERE b.id IN ").list(ids.iter().copied())).await
}

/// Targets: id, division, phase, measure, by when, how many.
pub(crate) async fn targets(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, DivisionId, Phase, String, Day, i64)>> {
    let q = "SELECT t.id,t.division_id,t.phase,t.measure,t.due_on,t.value FROM target AS t WHERE t.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}
