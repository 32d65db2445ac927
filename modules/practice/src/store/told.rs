//! Rows for the audit log, by county and id and without a scope: a resident is a number there.

use zw_core::{Day, DivisionId, Result, Uuid};
use zw_db::{Conn, sql};

/// Which of these are residents of a county.
pub(crate) async fn residents(c: &mut Conn, county: DivisionId, ids: &[Uuid]) -> Result<Vec<(Uuid,)>> {
    let q = sql("SELECT r.id FROM resident AS r WHERE r.county_id=").bind(county).lit(" AND r.id IN ");
    c.all(q.list(ids.iter().copied())).await
}

/// Encounters of a county: id, name of the station, day.
pub(crate) async fn encounters(c: &mut Conn, county: DivisionId, ids: &[Uuid]) -> Result<Vec<(Uuid, String, Day)>> {
    let q = sql("SELECT e.id,u.name,e.day FROM encounter AS e JOIN unit AS u ON u.id=e.unit_id WHERE e.county_id=");
    c.all(q.bind(county).lit(" AND e.id IN ").list(ids.iter().copied())).await
}
