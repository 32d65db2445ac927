//! An area as a condition.

use zw_db::Sql;
use zw_indicators::Area;

/// The columns of a table that say where a row lies.
#[derive(Clone, Copy)]
pub(super) struct Where {
    /// County column.
    pub county: &'static str,
    /// Township column.
    pub town: &'static str,
    /// Unit column.
    pub unit: &'static str,
}

/// Encounters.
pub(super) const ENCOUNTER: Where = Where { county: "e.county_id", town: "e.township_id", unit: "e.unit_id" };
/// Residents.
pub(super) const RESIDENT: Where = Where { county: "r.county_id", town: "r.township_id", unit: "r.unit_id" };
/// The ledger.
pub(super) const LEDGER: Where = Where { county: "m.county_id", town: "m.township_id", unit: "m.unit_id" };
/// Refusals of a file.
pub(super) const REFUSAL: Where = Where { county: "f.county_id", town: "f.township_id", unit: "f.unit_id" };

/// Appends the condition.
pub(super) fn within(q: Sql, w: Where, area: &Area) -> Sql {
    match area {
        Area::Unit(c, u) => q.lit(w.county).lit("=").bind(*c).lit(" AND ").lit(w.unit).lit("=").bind(*u),
        Area::Town(c, t) => q.lit(w.county).lit("=").bind(*c).lit(" AND ").lit(w.town).lit("=").bind(*t),
        Area::County(c) => q.lit(w.county).lit("=").bind(*c),
        Area::Counties(list) => q.lit(w.county).lit(" IN ").list(list.iter().copied()),
    }
}
