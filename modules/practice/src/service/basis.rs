//! What the rules of a visit need to know of whom it was made to.

use crate::model::{ConsentScope, PersonFacts, Resident, consent};
use crate::store;
use zw_core::{Day, DivisionId, ResidentId, Result};
use zw_db::Conn;

/// The facts of some residents on a day. Consents are read of those alone whose record rests on one.
pub(super) async fn facts(
    c: &mut Conn,
    county: DivisionId,
    residents: &[Resident],
    day: Day,
) -> Result<Vec<PersonFacts>> {
    let ids: Vec<ResidentId> = residents.iter().filter(|r| r.legal_basis.is_consent()).map(|r| r.id).collect();
    let answered = store::consent::of(c, county, &ids).await?;
    let facts = residents.iter().map(|r| {
        let all = answered.get(&r.id).map(Vec::as_slice).unwrap_or_default();
        let lacks = |scope| consent::lacks(r.legal_basis, all, scope, r.birth_day, day);
        PersonFacts {
            id: r.id,
            unit: r.unit_id,
            filed_on: r.filed_on,
            closed_on: r.closed_on,
            lacks: lacks(ConsentScope::Filing),
            lacks_sensitive: lacks(ConsentScope::Sensitive).is_some(),
        }
    });
    Ok(facts.collect())
}
