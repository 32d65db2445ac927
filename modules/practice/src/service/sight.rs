//! How much of a person a reader may see (domain.md 2.1 and 13, decision 0015). Names are the permit's question. What
//! is of class P3 (categories, what was done and found, everything about a child under 14) is for the responsible
//! worker, for who took part in an encounter with the person, and for the station's head. A colleague finds the person
//! and records a visit; a masked reader does not meet a child at all.

use crate::model::{Encounter, Resident, ResidentState, Vacancy};
use crate::policy;
use crate::store;
use crate::store::encounter::PersonFound;
use std::collections::HashSet;
use zw_access::{Action, Ctx, MaskPlan, Permit, Resource};
use zw_core::{Day, DivisionId, Error, ResidentId, Result, UnitId, WorkerId};
use zw_db::Conn;

/// The permit, or nothing for who has no such action.
pub(crate) fn permit_of<R: Resource>(ctx: &Ctx, action: Action) -> Result<Option<Permit<R>>> {
    match ctx.permit::<R>(action) {
        Ok(p) => Ok(Some(p)),
        Err(Error::Forbidden) => Ok(None),
        Err(e) => Err(e),
    }
}

/// What one reader may see of some residents.
pub(crate) struct Sight {
    see: Permit<Resident>,
    detail: Option<Permit<Resident>>,
    took_part: HashSet<ResidentId>,
    on_post: HashSet<(UnitId, WorkerId)>,
    today: Day,
}

impl Sight {
    /// The reader's view of these residents, who lie within `see`.
    pub(crate) async fn of(ctx: &Ctx, c: &mut Conn, see: &Permit<Resident>, rows: &[Resident]) -> Result<Self> {
        let mut took_part = HashSet::new();
        if let Some(me) = ctx.actor.worker {
            let mut counties: Vec<DivisionId> = rows.iter().map(|r| r.county_id).collect();
            counties.sort_unstable();
            counties.dedup();
            for county in counties {
                let ids: Vec<ResidentId> = rows.iter().filter(|r| r.county_id == county).map(|r| r.id).collect();
                took_part.extend(store::encounter::took_part(c, county, me, &ids).await?);
            }
        }
        // The stations of the scope as well: some lists are read after their sight.
        let mut units: Vec<UnitId> =
            rows.iter().map(|r| r.unit_id).chain(see.units().into_iter().map(|u| u.1)).collect();
        units.sort_unstable();
        units.dedup();
        let on_post = store::waiting::on_post(c, &units, ctx.today()).await?.into_iter().collect();
        let detail = permit_of(ctx, policy::DETAIL)?;
        Ok(Self { see: see.clone(), detail, took_part, on_post, today: ctx.today() })
    }
    /// How the names and numbers of a resident are shown.
    pub(crate) fn mask(&self, r: &Resident) -> MaskPlan {
        self.see.mask_for(&r.spot())
    }
    /// Whether the reader sees what is of class P3.
    pub(crate) fn detail(&self, r: &Resident) -> bool {
        self.mask(r).names
            && (self.detail.as_ref().is_some_and(|p| p.covers(&r.spot())) || self.took_part.contains(&r.id))
    }
    /// Whether the reader sees what is of class P2: birth date, numbers. Of a child that is P3.
    pub(crate) fn basics(&self, r: &Resident) -> bool {
        self.mask(r).names && (!r.is_child(self.today) || self.detail(r))
    }
    /// Whether nobody answers for a resident today, as `store::waiting` says it.
    pub(crate) fn waiting(&self, r: &Resident) -> bool {
        r.state != ResidentState::Closed
            && match r.worker_id {
                Some(w) => !self.on_post.contains(&(r.unit_id, w)),
                None => r.vacancy == Some(Vacancy::Unassigned),
            }
    }
    /// The children among them: even a name in a list is of class P3, so its reading is written down.
    pub(crate) fn children<'a>(&'a self, rows: &'a [Resident]) -> impl Iterator<Item = ResidentId> + 'a {
        rows.iter().filter(|r| r.is_child(self.today)).map(|r| r.id)
    }
}

/// What one reader may see of encounters.
pub(crate) struct EncounterSight {
    see: Permit<Encounter>,
    detail: Option<Permit<Encounter>>,
    me: Option<WorkerId>,
    today: Day,
}

impl EncounterSight {
    /// The reader's view of encounters within `see`.
    pub(crate) fn of(ctx: &Ctx, see: &Permit<Encounter>) -> Result<Self> {
        let detail = permit_of(ctx, policy::DETAIL)?;
        Ok(Self { see: see.clone(), detail, me: ctx.actor.worker, today: ctx.today() })
    }
    /// How the names of its persons are shown.
    pub(crate) fn mask(&self, e: &Encounter) -> MaskPlan {
        self.see.mask_for(&e.spot())
    }
    /// Whether the reader sees more than who, when and met: workers who took part or answer for one of the persons,
    /// and the head.
    pub(crate) fn detail(&self, e: &Encounter, workers: &[WorkerId], persons: &[PersonFound]) -> bool {
        self.mask(e).names
            && (self.detail.as_ref().is_some_and(|p| p.covers(&e.spot()))
                || self
                    .me
                    .is_some_and(|me| workers.contains(&me) || persons.iter().any(|p| p.resident_worker == Some(me))))
    }
    /// Whether a person of an encounter is a child.
    pub(crate) fn is_child(&self, p: &PersonFound) -> bool {
        p.resident_birth.is_some_and(|b| b.years_until(self.today) < 14)
    }
}

/// Writes down that the names of children left in a list, before it leaves.
pub(crate) async fn written<R: Resource>(
    ctx: &Ctx,
    permit: &Permit<R>,
    county: Option<DivisionId>,
    children: &[ResidentId],
) -> Result<()> {
    if children.is_empty() {
        return Ok(());
    }
    let tx = ctx.write().await?;
    tx.commit(permit.change(county, "list").fields(&["name"]).subjects(children)).await
}
