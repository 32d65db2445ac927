//! What somebody takes along to where there is no network: the own residents and those due, with as little of each as a
//! visit needs. Nothing of class P3 goes along, and no child under 14 (security.md PRIV-3).

use super::form::WorkerChoice;
use super::sight::{self, Sight};
use super::{contact, own_persons, show};
use crate::model::{Encounter, Resident, ResidentState};
use crate::out::PersonCard;
use crate::policy;
use crate::store;
use crate::store::resident::Find;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use zw_access::{AuditChange, Ctx};
use zw_core::{Day, DivisionId, Error, HouseholdId, ResidentId, Result, UnitId, WorkerId, names};

/// Somebody of the same household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Mate {
    /// Resident.
    pub id: ResidentId,
    /// Name.
    pub name: String,
}

/// A resident who is taken along.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackRow {
    /// County part of the key.
    pub county: DivisionId,
    /// Resident.
    pub id: ResidentId,
    /// Name.
    pub name: String,
    /// By what the name is found: `|` before each key, as the register keeps them.
    pub keys: String,
    /// Village.
    pub village: String,
    /// Telephone; empty for none, or for none the reader may see.
    pub phone: String,
    /// Address below the village, likewise.
    pub address: String,
    /// Whether the reader may put telephone and address right.
    pub edit: bool,
    /// Day last met.
    pub last_on: Option<Day>,
    /// Day the next visit is due; none while visits are paused.
    pub due_on: Option<Day>,
    /// The others of the household, children left out.
    pub mates: Vec<Mate>,
}

/// What is taken along.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Pack {
    /// Residents, the longest due first.
    pub rows: Vec<PackRow>,
    /// Children who stay behind.
    pub children: i64,
    /// Whether there were more than may be taken along.
    pub cut: bool,
    /// The actor as a worker, if posted at the station today.
    pub me: Option<WorkerId>,
    /// Workers posted there today, with their names.
    pub workers: Vec<WorkerChoice>,
}

/// The pack of one station, at most `most` residents, and the event of its reading, which the caller writes before a byte
/// of it leaves (AUD-2). A worker's own persons; the head's own, and all who are due.
pub async fn pack(ctx: &Ctx, (county, unit): (DivisionId, UnitId), most: usize) -> Result<(Pack, AuditChange)> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    if !see.units().contains(&(county, unit)) {
        return Err(Error::Forbidden);
    }
    let today = ctx.today();
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let mut c = ctx.read().await?;
    let at = Find { unit: Some(unit), ..Find::on(today) };
    let mut rows = vec![];
    if let Some(me) = ctx.actor.worker {
        rows = store::resident::first(&mut c, &see, &Find { worker: Some(me), ..at.clone() }, limit).await?;
    }
    if own_persons(ctx).is_none() {
        let known: HashSet<ResidentId> = rows.iter().map(|r| r.id).collect();
        let due = store::resident::first(&mut c, &see, &Find { due: Some(today), ..at }, limit).await?;
        rows.extend(due.into_iter().filter(|r| !known.contains(&r.id)));
        rows.sort_by_key(|r| (r.next_on, r.id));
    }
    let children = rows.iter().filter(|r| r.is_child(today)).count();
    rows.retain(|r| !r.is_child(today));
    let cut = rows.len() > most;
    rows.truncate(most);

    let mut houses: Vec<(DivisionId, HouseholdId)> = rows.iter().map(|r| (r.county_id, r.household_id)).collect();
    houses.sort_unstable();
    houses.dedup();
    let mut at_home: HashMap<HouseholdId, Vec<Resident>> = HashMap::new();
    // In portions: each household is two values of a statement.
    for some in houses.chunks(500) {
        for m in store::resident::members(&mut c, &see, today, some).await? {
            if m.unit_id == unit && !m.is_child(today) {
                at_home.entry(m.household_id).or_default().push(m);
            }
        }
    }
    let workers = store::neighbour::posted(&mut c, unit, today).await?;
    let me = ctx.actor.worker.filter(|m| workers.iter().any(|w| w.0 == *m));
    let sight = Sight::of(ctx, &mut c, &see, &rows).await?;
    drop(c);
    let edit = sight::permit_of::<Resident>(ctx, policy::EDIT)?;

    let mut subjects: Vec<ResidentId> = vec![];
    let mut out = vec![];
    for r in &rows {
        let near = if sight.detail(r) { contact::contact(ctx, r)? } else { contact::Contact::default() };
        let mates: Vec<Mate> = at_home
            .get(&r.household_id)
            .into_iter()
            .flatten()
            .filter(|m| m.id != r.id)
            .map(|m| Mate { id: m.id, name: sight.mask(m).name(&m.name) })
            .collect();
        let keys = names::keys(r.name.for_rules());
        let shown = sight.mask(r).names;
        subjects.push(r.id);
        subjects.extend(mates.iter().map(|m| m.id));
        out.push(PackRow {
            county: r.county_id,
            id: r.id,
            name: sight.mask(r).name(&r.name),
            keys: if shown { keys.folded + &keys.pinyin } else { String::new() },
            village: show::village(ctx, r.village_id),
            phone: near.phone,
            address: near.address,
            edit: edit.as_ref().is_some_and(|p| p.covers(&r.spot())),
            last_on: r.last_on,
            due_on: (r.state == ResidentState::Active).then_some(r.next_on),
            mates,
        });
    }
    subjects.sort_unstable();
    subjects.dedup();
    let change = see.change(Some(county), "pack").fields(&["name", "phone", "address"]).subjects(&subjects);
    let children = i64::try_from(children).unwrap_or(i64::MAX);
    Ok((Pack { rows: out, children, cut, me, workers }, change))
}

/// Cards of some residents, as far as the reader sees them today; the names of children among them are written down.
pub async fn cards(ctx: &Ctx, ids: &[ResidentId]) -> Result<Vec<PersonCard>> {
    if ids.is_empty() || !ctx.can(policy::READ) {
        return Ok(vec![]);
    }
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    let rows = store::resident::by_ids(&mut c, &see, ctx.today(), ids).await?;
    let sight = Sight::of(ctx, &mut c, &see, &rows).await?;
    drop(c);
    let (cards, children) = show::cards(ctx, &sight, &rows);
    sight::written(ctx, &see, rows.first().map(|r| r.county_id), &children).await?;
    Ok(cards)
}
