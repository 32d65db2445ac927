//! A day's round: who is on it, and the choices of its form. Recording is `encounter::record_round`.

use super::form::{LastUsed, WorkerChoice, last_used};
use super::sight::{self, Sight};
use super::{own_persons, rhythm, show};
use crate::model::{Encounter, Resident};
use crate::out::PersonCard;
use crate::policy;
use crate::store;
use crate::store::resident::Find;
use std::collections::HashMap;
use zw_access::{Ctx, Permit};
use zw_core::{Day, DivisionId, HouseholdId, ResidentId, Result, WorkerId};
use zw_db::Conn;

/// Most persons a round begins with.
const FIRST: i64 = 12;
/// Most persons offered to be added.
const OFFERED: i64 = 200;
/// Most persons a search shows.
const FOUND: i64 = 20;

/// One line of a round.
#[derive(Clone, Debug)]
pub struct RoundLine {
    /// The person; none when the reader may no longer see who was on the line.
    pub person: Option<PersonCard>,
    /// The others of the household.
    pub household: Vec<PersonCard>,
    /// Next day by the person's rhythm.
    pub suggested: Option<Day>,
}

/// What a round begins with. No name is in it: who is on it is seen in the form.
#[derive(Clone, Debug, Default)]
pub struct Begin {
    /// Those due by the day, the longest waiting first.
    pub due: Vec<ResidentId>,
    /// What the actor chose the last time.
    pub last: Option<LastUsed>,
}

/// The form of a round.
#[derive(Clone, Debug, Default)]
pub struct RoundForm {
    /// Lines, in the order asked.
    pub lines: Vec<RoundLine>,
    /// Persons who are offered to be added: the actor's own.
    pub others: Vec<PersonCard>,
    /// Whoever of the station was searched for to be added, when somebody was.
    pub found: Option<Vec<PersonCard>>,
    /// Workers posted today.
    pub workers: Vec<WorkerChoice>,
    /// The actor, if posted today.
    pub me: Option<WorkerId>,
}

/// Those due by a day.
async fn due(ctx: &Ctx, c: &mut Conn, see: &Permit<Resident>, day: Day) -> Result<Vec<Resident>> {
    let f = Find { due: Some(day), worker: own_persons(ctx), ..Find::on(ctx.today()) };
    store::resident::first(c, see, &f, FIRST).await
}

/// Workers posted today at the reader's stations, and the actor if among them.
async fn posted(ctx: &Ctx, c: &mut Conn, see: &Permit<Resident>) -> Result<(Vec<WorkerChoice>, Option<WorkerId>)> {
    let mut units: Vec<_> = see.units().into_iter().map(|u| u.1).collect();
    units.sort_unstable();
    units.dedup();
    let mut workers: Vec<WorkerChoice> = vec![];
    for unit in units {
        for w in store::neighbour::posted(c, unit, ctx.today()).await? {
            if workers.iter().all(|known| known.0 != w.0) {
                workers.push(w);
            }
        }
    }
    let me = ctx.actor.worker.filter(|m| workers.iter().any(|w| w.0 == *m));
    Ok((workers, me))
}

/// What the round of a day begins with.
pub async fn begin(ctx: &Ctx, day: Day) -> Result<Begin> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    let due = due(ctx, &mut c, &see, day).await?.into_iter().map(|r| r.id).collect();
    let last = match posted(ctx, &mut c, &see).await?.1 {
        Some(me) => last_used(ctx, &mut c, me).await?,
        None => None,
    };
    Ok(Begin { due, last })
}

/// The persons due by a day, for forms on paper: their names leave the program, which is written down (AUD-1).
pub async fn blank(ctx: &Ctx, day: Day) -> Result<Vec<PersonCard>> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    let rows = due(ctx, &mut c, &see, day).await?;
    let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
    drop(c);
    let (people, _) = show::cards(ctx, &sight, &rows);
    if let Some(first) = rows.first() {
        let on_paper: Vec<ResidentId> = rows.iter().map(|r| r.id).collect();
        let change = see.change(Some(first.county_id), "blank").fields(&["print", "name"]).subjects(&on_paper);
        ctx.write().await?.commit(change).await?;
    }
    Ok(people)
}

/// The form for the persons asked for, with their households and whoever else may be added. The names of children in it
/// are written down as read.
pub async fn round(ctx: &Ctx, day: Day, asked: &[ResidentId]) -> Result<RoundForm> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let today = ctx.today();
    let mut c = ctx.read().await?;
    let (workers, me) = posted(ctx, &mut c, &see).await?;
    let found = store::resident::by_ids(&mut c, &see, today, asked).await?;
    let mut houses: Vec<(DivisionId, HouseholdId)> = found.iter().map(|r| (r.county_id, r.household_id)).collect();
    houses.sort_unstable();
    houses.dedup();
    let members = store::resident::members(&mut c, &see, today, &houses).await?;
    let f = Find { worker: own_persons(ctx), ..Find::on(today) };
    let mut others = store::resident::first(&mut c, &see, &f, OFFERED).await?;
    others.retain(|r| !asked.contains(&r.id));
    let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
    drop(c);
    let county = found.iter().chain(&others).map(|r| r.county_id).next();
    let by_id: HashMap<ResidentId, Resident> = found.into_iter().map(|r| (r.id, r)).collect();
    let (mut lines, mut children) = (vec![], vec![]);
    for id in asked {
        let Some(r) = by_id.get(id) else {
            lines.push(RoundLine { person: None, household: vec![], suggested: None });
            continue;
        };
        let rest: Vec<Resident> =
            members.iter().filter(|m| m.household_id == r.household_id && m.id != r.id).cloned().collect();
        let (mut person, child) = show::cards(ctx, &sight, std::slice::from_ref(r));
        let (household, more) = show::cards(ctx, &sight, &rest);
        children.extend(child.into_iter().chain(more));
        lines.push(RoundLine {
            person: person.pop(),
            household,
            suggested: Some(rhythm(ctx).next(day, r.visit_every)),
        });
    }
    let (others, more) = show::cards(ctx, &sight, &others);
    children.extend(more);
    children.sort_unstable();
    children.dedup();
    sight::written(ctx, &see, county, &children).await?;
    Ok(RoundForm { lines, others, found: None, workers, me })
}

/// Whoever of the station fits a text and is not on the round yet, whoever answers for the person.
pub async fn find(ctx: &Ctx, text: &str, on_it: &[ResidentId]) -> Result<Vec<PersonCard>> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let mut found = super::resident::suggest(ctx, text, FOUND).await?;
    found.retain(|p| !on_it.contains(&p.id));
    Ok(found)
}
