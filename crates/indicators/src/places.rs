//! Places (county, unit, day) as rows of a statement.

use zw_core::Uuid;
use zw_db::{Mark, Sql, sql};

/// `WITH place(county_id,unit_id,day) AS (VALUES …) `, to be followed by a statement about them; the nil id stands for
/// records without a unit. Join it first and CROSS, so that SQLite goes from the places to their records. There must be
/// one.
pub fn with_places(marks: &[Mark]) -> Sql {
    let mut q = sql("WITH place(county_id,unit_id,day) AS (VALUES");
    for (i, m) in marks.iter().enumerate() {
        q = q.lit(if i == 0 { "(" } else { ",(" }).bind(m.county).lit(",");
        q = q.bind(m.unit.map_or(Uuid::nil(), |u| u.0)).lit(",").bind(m.day).lit(")");
    }
    q.lit(") ")
}
