//! Rows for the audit log, by id and without a scope: what somebody called a device may be a person's name and stays here.

use zw_core::{DivisionId, Result, Uuid};
use zw_db::{Conn, sql};

/// Devices: id, name of the station.
pub(crate) async fn devices(c: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let q = "SELECT d.id,u.name FROM field_device AS d JOIN unit AS u ON u.id=d.unit_id WHERE d.id IN ";
    c.all(sql(q).list(ids.iter().copied())).await
}

/// Shifts of a county: id, name of the station.
pub(crate) async fn shifts(c: &mut Conn, county: DivisionId, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let q = "SELECT s.id,u.name FROM field_shift AS s JOIN unit AS u ON u.id=s.unit_id WHERE s.county_id=";
    c.all(sql(q).bind(county).lit(" AND s.id IN ").list(ids.iter().copied())).await
}

/// Items of a county: id, name of the station.
pub(crate) async fn items(c: &mut Conn, county: DivisionId, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let q = "SELECT i.id,u.name FROM field_item AS i JOIN unit AS u ON u.id=i.unit_id WHERE i.county_id=";
    c.all(sql(q).bind(county).lit(" AND i.id IN ").list(ids.iter().copied())).await
}
