//! Names alone, for a rule that looks for them and shows none.

use zw_access::Pii;
use zw_core::{DivisionId, Result, UnitId};
use zw_db::{Conn, sql};

/// The names on file at a station, or in a county, each once and one a line: a county has hundreds, and one text of them is
/// read sooner than a row each. Nobody's name has a line end in it.
pub(crate) async fn names_at(c: &mut Conn, county: DivisionId, unit: Option<UnitId>) -> Result<Pii<String>> {
    let q = sql(
        "SELECT COALESCE(string_agg(n.name,'\n'),'') FROM (SELECT DISTINCT r.name FROM resident r WHERE r.county_id=",
    )
    .bind(county);
    let q = match unit {
        Some(unit) => q.lit(" AND r.unit_id=").bind(unit),
        None => q,
    };
    c.scalar(q.lit(") n")).await
}
