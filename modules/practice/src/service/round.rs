//! A day's round: who is on it, and the choices of its form. Recording is `encounter::record_round`.

use super::form::{LastUsed, WorkerChoice, last_used};
use super::sight::{self, Sight};
use super::{rhythm, show};
use crate::model::{Encounter, Resident};
use crate::out::PersonCard;
use crate::policy;
use crate::store;
use crate::store::resident::Find;
use std::collections::HashMap;
use zw_access::{Ctx, Role};
use zw_core::{Day, PageReq, ResidentId, Result, WorkerId};

/// Most persons a round begins with.
const FIRST: i64 = 12;
/// Most persons offered to be added.
const OFFERED: i64 = 200;

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

/// The form of a round.
#[derive(Clone, Debug, Default)]
pub struct RoundForm {
    /// Lines, in the order asked.
    pub lines: Vec<RoundLine>,
    /// Persons who may be added.
    pub others: Vec<PersonCard>,
    /// Workers posted today.
    pub workers: Vec<WorkerChoice>,
    /// The actor, if posted today.
    pub me: Option<WorkerId>,
    /// What the actor chose the last time.
    pub last: Option<LastUsed>,
}

/// The round of a day: the persons asked for, or (with nobody asked for) those due by the day: own ones for a worker, the
/// station's for its head. Names of children in it are written down as read.
pub async fn round(ctx: &Ctx, day: Day, asked: Option<&[ResidentId]>) -> Result<RoundForm> {
    ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let today = ctx.today();
    let mut c = ctx.read().await?;
    let own = ctx.actor.worker.filter(|_| !ctx.actor.has_role(Role::StationHead, today));
    let mut units: Vec<_> = see.units().into_iter().map(|u| u.1).collect();
    units.sort_unstable();
    units.dedup();
    let mut workers: Vec<WorkerChoice> = vec![];
    for unit in units {
        for w in store::neighbour::posted(&mut c, unit, today).await? {
            if workers.iter().all(|known| known.0 != w.0) {
                workers.push(w);
            }
        }
    }
    let me = ctx.actor.worker.filter(|m| workers.iter().any(|w| w.0 == *m));
    let last = match me {
        Some(me) => last_used(ctx, &mut c, me).await?,
        None => None,
    };
    let (wanted, found): (Vec<ResidentId>, Vec<Resident>) = match asked {
        Some(ids) => (ids.to_vec(), store::resident::by_ids(&mut c, &see, today, ids).await?),
        None => {
            let f = Find { due: Some(day), worker: own, ..Find::on(today) };
            let rows = store::resident::find(&mut c, &see, &f, PageReq::new(None, Some(FIRST))).await?.0;
            (rows.iter().map(|r| r.id).collect(), rows)
        }
    };
    let f = Find { worker: own, ..Find::on(today) };
    let others = store::resident::find(&mut c, &see, &f, PageReq::new(None, Some(OFFERED))).await?.0;
    let others: Vec<Resident> = others.into_iter().filter(|r| !wanted.contains(&r.id)).collect();
    let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
    let by_id: HashMap<ResidentId, Resident> = found.into_iter().map(|r| (r.id, r)).collect();
    let (mut lines, mut children) = (vec![], vec![]);
    for id in wanted {
        let Some(r) = by_id.get(&id) else {
            lines.push(RoundLine { person: None, household: vec![], suggested: None });
            continue;
        };
        let members = store::resident::members(&mut c, &see, today, r.county_id, r.household_id).await?;
        let rest: Vec<Resident> = members.into_iter().filter(|m| m.id != id).collect();
        let (mut person, child) = show::cards(ctx, &sight, std::slice::from_ref(r));
        let (household, more) = show::cards(ctx, &sight, &rest);
        children.extend(child.into_iter().chain(more));
        lines.push(RoundLine {
            person: person.pop(),
            household,
            suggested: Some(rhythm(ctx).next(day, r.visit_every)),
        });
    }
    let county = by_id.values().map(|r| r.county_id).chain(others.iter().map(|r| r.county_id)).next();
    let (others, more) = show::cards(ctx, &sight, &others);
    drop(c);
    children.extend(more);
    children.sort_unstable();
    children.dedup();
    sight::written(ctx, &see, county, &children).await?;
    Ok(RoundForm { lines, others, workers, me, last })
}
