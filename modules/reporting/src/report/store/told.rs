//! Names of rows for the audit log, by id and without a scope: none of them is of a person.

use zw_core::{DivisionId, Result, Uuid};
use zw_db::{Conn, sql};

/// Reports of a county: id, kind, period, name of the station of a station's own.
pub(crate) async fn reports(
    c: &mut Conn,
    county: DivisionId,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String, String, Option<String>)>> {
    let q =
        "SELECT r.id,r.kind,r.period,u.name FROM report AS r LEFT JOIN unit AS u ON u.id=r.unit_id WHERE r.county_id=";
    c.all(sql(q).bind(county).lit(" AND r.id IN ").list(ids.iter().copied())).await
}

/// What was passed on: id, kind, period, area.
pub(crate) async fn passed_on(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String, String, DivisionId)>> {
    let q = "SELECT p.id,p.kind,p.period,p.division_id FROM pass_on AS p WHERE p.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}
