//! Whom nobody answers for any more, and giving them to somebody of the station: all of one worker in one act.

use super::station;
use crate::model::Resident;
use crate::{policy, store};
use serde::{Deserialize, Serialize};
use zw_access::Ctx;
use zw_core::{DivisionId, Error, FieldErrors, Result, UnitId, WorkerId};
use zw_web::Idem;

/// Those of a station who wait, by who was named for them.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// County of the station.
    pub county: DivisionId,
    /// Station.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Who was named; nobody ever was where there is none.
    pub worker: Option<WorkerId>,
    /// Its name.
    pub worker_name: Option<String>,
    /// How many.
    pub persons: i64,
    /// Who may take them: everybody posted at the station today.
    pub posted: Vec<(WorkerId, String)>,
}

/// How many wait at the actor's stations; nothing for who gives nobody away.
pub(crate) async fn count(ctx: &Ctx, c: &mut zw_db::Conn) -> Result<i64> {
    match super::sight::permit_of::<Resident>(ctx, policy::ASSIGN)? {
        Some(permit) => store::waiting::count(c, &permit, ctx.today()).await,
        None => Ok(0),
    }
}

/// Those who wait at the actor's stations.
pub async fn waiting(ctx: &Ctx) -> Result<Vec<Waiting>> {
    let permit = ctx.permit::<Resident>(policy::ASSIGN)?;
    let mut c = ctx.read().await?;
    let mut out: Vec<Waiting> = vec![];
    for (county, unit, worker, persons) in store::waiting::groups(&mut c, &permit, ctx.today()).await? {
        let (unit_name, posted) = match out.iter().find(|w| w.unit == unit) {
            Some(w) => (w.unit_name.clone(), w.posted.clone()),
            None => (
                store::neighbour::unit(&mut c, unit).await?.map(|u| u.name).unwrap_or_default(),
                store::neighbour::posted(&mut c, unit, ctx.today()).await?,
            ),
        };
        let worker_name = match worker {
            Some(w) => store::neighbour::worker_name(&mut c, w).await?,
            None => None,
        };
        out.push(Waiting { county, unit, unit_name, worker, worker_name, persons, posted });
    }
    Ok(out)
}

/// In the place of a worker: nobody was named.
pub const NOBODY: &str = "nobody";

/// Whose residents go to whom.
#[derive(Clone, Debug, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AssignInput {
    /// Station (unit id); may stay empty for who heads one.
    pub unit: String,
    /// The worker named for them, who is no longer posted there, or `nobody` for those with nobody named.
    pub from: String,
    /// The worker who answers for them from now on, posted there today.
    pub to: String,
}

/// What an assignment did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Assigned {
    /// Residents who have a worker now.
    pub persons: i64,
}

/// Gives all of a station who wait, with one worker named, to another. Of a worker still posted there nobody waits, so nobody
/// is moved.
pub async fn assign(ctx: &Ctx, input: &AssignInput, idem: &Idem) -> Result<Assigned> {
    let permit = ctx.permit::<Resident>(policy::ASSIGN)?;
    let (county, unit) = station(&permit, &input.unit)?;
    let mut tx = ctx.write().await?;
    if let Some(before) = idem.seen(ctx, &mut tx).await? {
        return Ok(Assigned { persons: before.parse().map_err(Error::internal)? });
    }
    // A grant that names a station of another county reaches nobody.
    if store::neighbour::unit(&mut tx, unit).await?.is_none_or(|u| u.county_id != county) {
        return Err(Error::NotFound);
    }
    let posted = store::neighbour::posted(&mut tx, unit, ctx.today()).await?;
    let mut e = FieldErrors::default();
    let (from, to) = (input.from.trim(), input.to.trim());
    let from = match from {
        NOBODY => None,
        "" => {
            e.add("from", "required");
            None
        }
        id => {
            let worker = id.parse::<WorkerId>().ok();
            if worker.is_none() {
                e.add("from", "unknown-code");
            }
            worker
        }
    };
    let to = posted.iter().map(|p| p.0).find(|w| w.to_string() == to);
    if to.is_none() {
        e.add("to", if input.to.trim().is_empty() { "required" } else { "visit-worker-not-posted" });
    }
    e.check()?;
    let to = to.ok_or_else(|| Error::field("to", "required"))?;
    let by = &ctx.actor.name;
    let moved = store::waiting::assign(&mut tx, &permit, (county, unit), from, to, ctx.today(), by).await?;
    let persons = i64::try_from(moved.len()).unwrap_or(i64::MAX);
    idem.save(ctx, &mut tx, &persons.to_string()).await?;
    let change = permit.change(Some(county), "assign").fields(&["worker_id"]).subjects(&moved);
    tx.commit(change.purpose(persons.to_string()).digest_of(input)).await?;
    Ok(Assigned { persons })
}
