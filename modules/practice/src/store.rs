//! Every SQL statement of the module, except what counts (`measures`). Aliases: `r` resident, `e` encounter.

pub(crate) mod category;
pub(crate) mod consent;
pub(crate) mod contact;
pub(crate) mod duplicate;
pub(crate) mod encounter;
pub(crate) mod merge;
pub(crate) mod named;
pub(crate) mod neighbour;
pub(crate) mod official;
pub(crate) mod official_match;
pub(crate) mod refusal;
pub(crate) mod resident;
pub(crate) mod row;
pub(crate) mod told;
pub(crate) mod waiting;

use zw_access::{Part, Permit, Resource};
use zw_db::Sql;

/// Appends the scope. A scope of one unit is also written as two plain equalities, which every engine answers from
/// the index on (county_id, unit_id); the permit's own predicate stays the wall.
pub(crate) fn scoped<R: Resource>(q: Sql, permit: &Permit<R>) -> Sql {
    let q = match (permit.scope().0.as_slice(), R::UNIT) {
        ([Part::Unit(county, unit)], Some(column)) => {
            q.lit(" AND ").lit(R::COUNTY).lit("=").bind(*county).lit(" AND ").lit(column).lit("=").bind(*unit)
        }
        _ => q,
    };
    permit.within(q)
}

/// `a,b,c` bound one after the other inside `VALUES(`…`)` or a SET list.
macro_rules! binds {
    ($q:expr $(, $lit:literal => $v:expr)+ $(,)?) => { $q $( .lit($lit).bind($v) )+ };
}
pub(crate) use binds;
