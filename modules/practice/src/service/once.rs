//! One encounter is recorded once, whether its form is sent again or a colleague records the same visit.

use super::sight;
use crate::model::{Encounter, EncounterDraft};
use crate::policy;
use crate::store;
use zw_access::Ctx;
use zw_core::{DivisionId, EncounterId, Error, FieldErrors, Result, Stamp, UnitId, WorkerId};
use zw_db::Tx;

/// The encounter of the station that a draft would be a second record of: which, whose, when it was entered.
pub(super) async fn found(
    tx: &mut Tx,
    (county, unit): (DivisionId, UnitId),
    d: &EncounterDraft,
) -> Result<Option<(EncounterId, WorkerId, Stamp)>> {
    let persons = d.residents();
    if persons.is_empty() {
        return Ok(None);
    }
    // Of two who record the same visit at the same moment the second waits here for the first.
    store::resident::hold(tx, county, &persons).await?;
    store::encounter::same(tx, (county, unit), d, &persons).await
}

/// Refuses an encounter when the station has one of the same kind, day and person that is not void: at the field
/// `another`, whose tick confirms that it is another one. Says who recorded it when, and where it is to be read for who
/// may read it. `along` are the encounters of the same form, of which none can be opened yet.
pub(super) async fn once(
    ctx: &Ctx,
    tx: &mut Tx,
    (county, unit): (DivisionId, UnitId),
    d: &EncounterDraft,
    along: &[EncounterId],
) -> Result<()> {
    let Some((id, worker, at)) = found(tx, (county, unit), d).await? else { return Ok(()) };
    if along.contains(&id) {
        return Err(Error::field("another", "visit-twice-in-round"));
    }
    let by = store::neighbour::worker_name(tx, worker).await?.unwrap_or_default();
    let seen = match sight::permit_of::<Encounter>(ctx, policy::ENCOUNTERS)? {
        Some(see) => store::encounter::get(tx, &see, county, id).await?.is_some(),
        None => false,
    };
    let (at, href) = (at.minute_cn(), format!("/visits/{county}/{id}"));
    let mut args = vec![("by", by.as_str()), ("at", at.as_str())];
    args.extend(seen.then_some(("href", href.as_str())));
    let mut e = FieldErrors::default();
    e.add_with("another", "visit-already", &args);
    Err(Error::Invalid(e))
}
