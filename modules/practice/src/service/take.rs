//! A visit that was recorded away from the network and comes in later: by then a colleague may have recorded the same one.
//! It is then the same visit: whoever was there joins the record, and nothing is counted twice.

use super::asked::Asked;
use super::encounter::{insert, ready, reschedule_all, write_people};
use super::schedule::reschedule;
use super::{open, seal_opt};
use crate::model::{Encounter, EncounterDraft, EncounterInput, PersonIn, Resident, SafetyItem, join};
use crate::policy;
use crate::store;
use crate::store::encounter::{Place, Sealed};
use std::collections::HashSet;
use zw_access::{AuditChange, Ctx, sealed};
use zw_core::code::Code as _;
use zw_core::{EncounterId, Error, Key, ResidentId, Result, WorkerId};
use zw_db::{Conn, Mark, Tx};

/// What became of it; the caller commits.
pub enum Taken {
    /// A record of its own.
    Recorded(Key<EncounterId>, AuditChange),
    /// Joined to the record of the same visit.
    Merged(Key<EncounterId>, AuditChange),
    /// The record of the same visit says something different in these fields: nothing was written.
    Differs(Key<EncounterId>, Vec<&'static str>),
}

/// The encounter as it stands, as if it had just been typed.
async fn draft_of(ctx: &Ctx, c: &mut Conn, e: &Encounter) -> Result<EncounterDraft> {
    let text = |place: sealed::Column, value: Option<&Vec<u8>>| -> Result<Option<String>> {
        Ok(open(ctx, place, e.county_id, &e.id, value)?.map(|t| t.for_rules().clone()))
    };
    let (action, state_note) = (
        text(sealed::ENCOUNTER_ACTION, e.action.as_ref())?,
        text(sealed::ENCOUNTER_STATE_NOTE, e.state_note.as_ref())?,
    );
    let mut persons = vec![];
    for p in store::encounter::persons(c, e.county_id, &[e.id]).await? {
        let name = open(ctx, sealed::ENCOUNTER_PERSON_NAME, e.county_id, &p.id, p.name.as_ref())?;
        let name = name.map(|n| n.for_rules().clone()).unwrap_or_default();
        persons.push(PersonIn { resident: p.resident_id, name, met: p.met });
    }
    let workers: Vec<WorkerId> =
        store::encounter::workers(c, e.county_id, &[e.id]).await?.into_iter().map(|w| w.1).collect();
    Ok(EncounterDraft {
        kind: e.kind,
        day: e.day,
        start: e.start_minute,
        mode: e.mode,
        purpose: e.purpose,
        topic: e.topic,
        minutes: e.minutes,
        persons,
        workers,
        safety: e.safety.split(',').filter_map(SafetyItem::from_code).collect(),
        action,
        state_note,
        result: e.result,
        next_on: e.next_on,
    })
}

/// Records an encounter in the caller's transaction, or joins it to the record of the same visit.
pub async fn take(ctx: &Ctx, tx: &mut Tx, input: &EncounterInput) -> Result<Taken> {
    let permit = ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut asked = Asked::default();
    let new = ready(ctx, tx, &permit, &see, input, true, &mut asked).await?;
    let Some(id) = new.twin else {
        let written = insert(ctx, tx, new, &mut asked).await?;
        reschedule_all(ctx, tx, std::slice::from_ref(&written)).await?;
        return Ok(Taken::Recorded(written.key, written.change(&permit)));
    };
    let county = new.county;
    let key = Key { county, id };
    let was = store::encounter::get(tx, &permit, county, id).await?.ok_or(Error::NotFound)?;
    let joined = match join(&draft_of(ctx, tx, &was).await?, &new.draft) {
        Ok(joined) => joined,
        Err(fields) => return Ok(Taken::Differs(key, fields)),
    };
    let sealed = Sealed {
        action: seal_opt(ctx, sealed::ENCOUNTER_ACTION, county, &id, joined.action.as_deref())?,
        state_note: seal_opt(ctx, sealed::ENCOUNTER_STATE_NOTE, county, &id, joined.state_note.as_deref())?,
        place: Place { township: was.township_id, village: was.village_id, household: was.household_id },
        worker: was.worker_id,
    };
    if store::encounter::update(tx, &permit, &was, &joined, sealed, &ctx.actor.name).await? == 0 {
        return Err(Error::Unavailable("the record of the same visit was changed at this moment".into()));
    }
    store::encounter::clear_people(tx, county, id).await?;
    write_people(ctx, tx, key, &joined).await?;
    let residents: Vec<ResidentId> = joined.residents();
    reschedule(ctx, tx, county, &residents).await?;
    tx.mark([Mark { county, unit: Some(was.unit_id), day: was.day }]);
    let change = permit.change(Some(county), id).fields(&["encounter", "workers"]);
    Ok(Taken::Merged(key, change.subjects(&residents).digest_of(&joined)))
}

/// Those of some encounters that the actor sees, for the way to them.
pub async fn seen(ctx: &Ctx, ids: &[EncounterId]) -> Result<HashSet<EncounterId>> {
    let Ok(see) = ctx.permit::<Encounter>(policy::ENCOUNTERS) else { return Ok(HashSet::new()) };
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let found = store::encounter::among(&mut ctx.read().await?, &see, ids).await?;
    Ok(found.into_iter().map(|f| f.0).collect())
}
