//! What the forms need to be drawn: choices, names, suggestions.

use super::sight::{self, Sight};
use super::{rhythm, show, station};
use crate::model::{Encounter, EncounterKind, Mode, Purpose, Refusal, Resident};
use crate::out::{EncounterOut, PersonCard};
use crate::policy;
use crate::store;
use crate::store::neighbour::VillageOption;
use zw_access::Ctx;
use zw_core::{Day, DivisionId, EncounterId, Error, ResidentId, Result, WorkerId};
use zw_db::Conn;

/// A choice of worker.
pub type WorkerChoice = (WorkerId, String);

/// Choices of the registration form.
#[derive(Clone, Debug, Default)]
pub struct RegisterForm {
    /// Villages of the station.
    pub villages: Vec<VillageOption>,
    /// Workers posted.
    pub workers: Vec<WorkerChoice>,
    /// Stations to choose from, when the actor works at several.
    pub units: Vec<(zw_core::UnitId, String)>,
}

/// The registration form's choices.
pub async fn register(ctx: &Ctx) -> Result<RegisterForm> {
    lists(ctx, &ctx.permit::<Resident>(policy::REGISTER)?).await
}

/// The choices of the form of a refusal.
pub async fn refuse(ctx: &Ctx) -> Result<RegisterForm> {
    lists(ctx, &ctx.permit::<Refusal>(policy::REFUSE)?).await
}

async fn lists<R>(ctx: &Ctx, permit: &zw_access::Permit<R>) -> Result<RegisterForm> {
    let mut c = ctx.read().await?;
    let mut units: Vec<zw_core::UnitId> = permit.units().into_iter().map(|u| u.1).collect();
    units.sort_unstable();
    units.dedup();
    let (mut villages, mut workers) = (vec![], vec![]);
    for unit in &units {
        villages.extend(store::neighbour::villages(&mut c, &ctx.tree(), *unit, ctx.today()).await?);
        workers.extend(store::neighbour::posted(&mut c, *unit, ctx.today()).await?);
    }
    let units = if units.len() > 1 { store::neighbour::unit_names(&mut c, &units).await? } else { vec![] };
    Ok(RegisterForm { villages, workers, units })
}

/// Choices of the visit form.
#[derive(Clone, Debug)]
pub struct VisitForm {
    /// The person tapped.
    pub person: PersonCard,
    /// The others of the household.
    pub household: Vec<PersonCard>,
    /// Workers posted today.
    pub workers: Vec<WorkerChoice>,
    /// The actor, if posted here today.
    pub me: Option<WorkerId>,
    /// Next day by the person's rhythm.
    pub suggested: Day,
    /// What the actor chose the last time.
    pub last: Option<LastUsed>,
}

/// What a worker chose at the last visit, offered at the next one. Never what was written or looked at, nor who went along:
/// that belongs to its visit, and a tick nobody made would be a false record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUsed {
    /// How.
    pub mode: Mode,
    /// What for.
    pub purpose: Option<Purpose>,
}

/// Read from the worker's last visit itself; nothing of its own is kept.
pub(super) async fn last_used(ctx: &Ctx, c: &mut Conn, me: WorkerId) -> Result<Option<LastUsed>> {
    let Some(see) = sight::permit_of::<Encounter>(ctx, policy::ENCOUNTERS)? else { return Ok(None) };
    let f = store::encounter::Find {
        worker: Some(me),
        kind: Some(EncounterKind::Visit),
        ..store::encounter::Find::default()
    };
    let last = store::encounter::newest(c, &see, &f, 1).await?.pop();
    Ok(last.map(|e| LastUsed { mode: e.mode, purpose: e.purpose }))
}

/// The visit form for a person on file.
pub async fn visit(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<VisitForm> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    let r = store::resident::get(&mut c, &see, ctx.today(), county, id).await?.ok_or(Error::NotFound)?;
    let others: Vec<Resident> = store::resident::members(&mut c, &see, ctx.today(), &[(county, r.household_id)])
        .await?
        .into_iter()
        .filter(|m| m.id != id)
        .collect();
    let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
    let (household, mut children) = show::cards(ctx, &sight, &others);
    let suggested = rhythm(ctx).next(ctx.today(), r.visit_every);
    let workers = store::neighbour::posted(&mut c, r.unit_id, ctx.today()).await?;
    let me = ctx.actor.worker.filter(|m| workers.iter().any(|w| w.0 == *m));
    let last = match me {
        Some(me) => last_used(ctx, &mut c, me).await?,
        None => None,
    };
    drop(c);
    let (mut persons, child) = show::cards(ctx, &sight, &[r]);
    let person = persons.pop().ok_or(Error::NotFound)?;
    children.extend(child);
    sight::written(ctx, &see, Some(county), &children).await?;
    Ok(VisitForm { person, household, workers, me, suggested, last })
}

/// Choices for correcting an encounter.
#[derive(Clone, Debug)]
pub struct AmendForm {
    /// The encounter as it stands.
    pub encounter: EncounterOut,
    /// Others of the households, not in it.
    pub others: Vec<PersonCard>,
    /// Workers posted on its day or named in it.
    pub workers: Vec<WorkerChoice>,
}

/// The form that corrects an encounter.
pub async fn amend(ctx: &Ctx, county: DivisionId, id: EncounterId) -> Result<AmendForm> {
    if !super::encounter::may_amend(ctx, county, id).await? {
        return Err(Error::NotFound);
    }
    let encounter = super::encounter::open(ctx, county, id).await?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    let named: Vec<ResidentId> = encounter.persons.iter().filter_map(|p| p.resident).collect();
    let mut others = vec![];
    let mut children = vec![];
    if let Some(first) = store::resident::by_ids(&mut c, &see, ctx.today(), &named).await?.first() {
        let members = store::resident::members(&mut c, &see, ctx.today(), &[(county, first.household_id)]).await?;
        let rest: Vec<Resident> = members.into_iter().filter(|m| !named.contains(&m.id)).collect();
        let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
        (others, children) = show::cards(ctx, &sight, &rest);
    }
    let mut workers = store::neighbour::posted(&mut c, encounter.unit, encounter.day).await?;
    for w in &encounter.workers {
        if workers.iter().all(|p| p.0 != w.id) {
            workers.push((w.id, w.name.clone()));
        }
    }
    drop(c);
    sight::written(ctx, &see, Some(county), &children).await?;
    Ok(AmendForm { encounter, others, workers })
}

/// Choices of the consultation form.
pub async fn consult(ctx: &Ctx) -> Result<RegisterForm> {
    let permit = ctx.permit::<Encounter>(policy::RECORD)?;
    let mut c = ctx.read().await?;
    let (_, unit) = match station(&permit, "") {
        Ok(one) => one,
        Err(_) => permit.units().first().copied().ok_or(Error::Forbidden)?,
    };
    let workers = store::neighbour::posted(&mut c, unit, ctx.today()).await?;
    let mut ids: Vec<zw_core::UnitId> = permit.units().into_iter().map(|u| u.1).collect();
    ids.sort_unstable();
    ids.dedup();
    let units = if ids.len() > 1 { store::neighbour::unit_names(&mut c, &ids).await? } else { vec![] };
    Ok(RegisterForm { villages: vec![], workers, units })
}
