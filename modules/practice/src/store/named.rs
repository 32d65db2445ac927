//! Names alone, for a rule that looks for them and shows none.

use zw_access::Pii;
use zw_core::{DivisionId, Result, UnitId};
use zw_db::{Conn, sql};

/// The names on file at a station, or in a county, each once.
pub(crate) async fn names_at(c: &mut Conn, county: DivisionId, unit: Option<UnitId>) -> Result<Vec<(Pii<String>,)>> {
    let q = sql("SELECT DISTINCT r.name FROM resident r WHERE r.county_id=").bind(county);
    c.all(match unit {
        Some(unit) => q.lit(" AND r.unit_id=").bind(unit),
        None => q,
    })
    .await
}
