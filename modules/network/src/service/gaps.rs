//! 空窗: stations with nobody on post. Since when is told by the module that keeps postings; what follows from it, what the
//! county says of it, and the suspension of stations that nobody came back to.

use super::units::{Why, enter};
use super::{by, no_names};
use crate::model::history::Stretch;
use crate::model::unit::gap::{
    Caretaker, CaretakerInput, GapCause, GapDays, GapInput, GapNote, GapOut, StaffGap, begins, days_of, suspended_on,
};
use crate::model::unit::{StateCause, Tier, Unit, UnitOut, UnitState};
use crate::policy;
use crate::store::gaps::{self as store, Offered};
use crate::store::{attempts, units};
use std::collections::HashMap;
use std::sync::Arc;
use zw_access::{Action, App, Ctx, Part, Permit};
use zw_core::{Day, DivisionId, Error, Result, UnitId};
use zw_db::Conn;
use zw_indicators::{Area, Measures};
use zw_web::Idem;

/// What the scheduler does, and nobody else may.
const SUSPEND: Action = Action("unit.gap_suspend");

/// A gap as it stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// County of the station.
    pub county: DivisionId,
    /// The first day without staff.
    pub from: Day,
    /// Whether the station counts as built on the day.
    pub built: bool,
}

/// The stations of an area that are built or suspended on a day and have nobody on post.
pub async fn begun(ctx: &Ctx, c: &mut Conn, area: &Area, day: Day) -> Result<HashMap<UnitId, Begun>> {
    let found = ctx.app.ext::<Measures>()?.without_staff(c, area, day).await?;
    let ids: Vec<UnitId> = found.iter().map(|g| g.unit).collect();
    let mut past = units::histories(c, &ids).await?;
    Ok(found
        .into_iter()
        .filter_map(|g| {
            let mut history: Vec<Stretch> = past.remove(&g.unit)?;
            history.retain(|s| s.from <= day);
            let from = begins(&history, g.since)?;
            let built = history.last().is_some_and(|s| s.state.is_built());
            Some((g.unit, Begun { county: g.county, from, built }))
        })
        .collect())
}

/// The counties in which a permit has anything.
fn counties(ctx: &Ctx, permit: &Permit<Unit>) -> Vec<DivisionId> {
    let mut out = vec![];
    for part in &permit.scope().0 {
        match part {
            Part::All => return everywhere(ctx),
            Part::Counties(list) => out.extend(list),
            Part::Towns(county, _) | Part::Unit(county, _) => out.push(*county),
            Part::Own(_) => {}
        }
    }
    out
}

fn everywhere(ctx: &Ctx) -> Vec<DivisionId> {
    let view = ctx.tree().as_of(ctx.today());
    view.roots().iter().flat_map(|r| view.counties_under(*r).to_vec()).collect()
}

/// The built stations without staff that a permit reaches today, with the first day: for the filter of the list.
pub(super) async fn flagged(ctx: &Ctx, c: &mut Conn, permit: &Permit<Unit>) -> Result<HashMap<UnitId, Day>> {
    let found = begun(ctx, c, &Area::Counties(counties(ctx, permit)), ctx.today()).await?;
    Ok(found.into_iter().filter(|(_, b)| b.built).map(|(unit, b)| (unit, b.from)).collect())
}

/// Gaps of today with what the counties say of them.
async fn told(ctx: &Ctx, c: &mut Conn, list: &HashMap<UnitId, Begun>) -> Result<HashMap<UnitId, StaffGap>> {
    if list.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<UnitId> = list.keys().copied().collect();
    let mut notes = store::notes(c, &ids).await?;
    let mut in_counties: Vec<DivisionId> = list.values().map(|b| b.county).collect();
    in_counties.sort_unstable();
    in_counties.dedup();
    let offered = store::caretakers(c, &in_counties).await?;
    let (course, today) = (ctx.app.settings().course::<GapDays>(), ctx.today());
    let mut out = HashMap::with_capacity(list.len());
    for (unit, b) in list {
        let note = notes.remove(unit);
        let of_county: Vec<&Offered> = offered.iter().filter(|o| o.0 == b.county && o.1 != *unit).collect();
        let chosen = note.as_ref().and_then(|n| n.caretaker_id).and_then(|id| of_county.iter().find(|o| o.1 == id));
        let centre = of_county.iter().find(|o| o.2 == Tier::Centre);
        let caretaker = chosen.or(centre);
        let said = note.as_ref().filter(|n| n.is_about(b.from));
        let gap = StaffGap {
            from: b.from,
            days: days_of(b.from, today),
            suspended_on: b
                .built
                .then(|| suspended_on(&course, b.from, today).unwrap_or_else(|| b.from.add_days(course.now().0))),
            cause: said.and_then(|n| n.cause),
            text: said.and_then(|n| n.text.clone()),
            caretaker: caretaker.map(|o| Caretaker { id: o.1, name: o.3.clone(), chosen: chosen.is_some() }),
            version: note.as_ref().map_or(0, |n| n.version),
        };
        out.insert(*unit, gap);
    }
    Ok(out)
}

/// The gap of one station today: whoever asks holds a permit for it, or for somebody it looks after.
pub async fn of_unit(ctx: &Ctx, c: &mut Conn, county: DivisionId, unit: UnitId) -> Result<Option<StaffGap>> {
    let list = begun(ctx, c, &Area::Unit(county, unit), ctx.today()).await?;
    Ok(told(ctx, c, &list).await?.remove(&unit))
}

/// Units that can look after the people of a station, for the county's choice.
pub(crate) async fn choices(c: &mut Conn, county: DivisionId, unit: UnitId) -> Result<Vec<(UnitId, Tier, String)>> {
    let all = store::caretakers(c, &[county]).await?;
    Ok(all.into_iter().filter(|(_, id, ..)| *id != unit).map(|(_, id, tier, name)| (id, tier, name)).collect())
}

/// What county and city hear of: stations of their area without staff, built or suspended for that, the longest first; then
/// those that were suspended and have staff again, which the county may resume.
pub async fn in_area(ctx: &Ctx) -> Result<Vec<GapOut>> {
    let permit = ctx.permit::<Unit>(policy::UNIT_ALARM)?;
    let mut c = ctx.read().await?;
    let mut list = begun(ctx, &mut c, &Area::Counties(counties(ctx, &permit)), ctx.today()).await?;
    let suspended = store::suspended(&mut c, &permit).await?;
    // One that its county suspended for another reason is no news of this kind.
    list.retain(|unit, b| b.built || suspended.iter().any(|u| u.id == *unit));
    let mut told = told(ctx, &mut c, &list).await?;
    let ids: Vec<UnitId> = list.keys().copied().collect();
    let view = ctx.tree().as_of(ctx.today());
    let mut out: Vec<GapOut> = store::stations(&mut c, &permit, &ids)
        .await?
        .into_iter()
        .map(|u| GapOut { gap: told.remove(&u.id), unit: UnitOut::of(u, &view) })
        .collect();
    out.sort_by_key(|g| g.gap.as_ref().map(|g| g.from));
    let back = suspended.into_iter().filter(|u| !ids.contains(&u.id));
    out.extend(back.map(|u| GapOut { unit: UnitOut::of(u, &view), gap: None }));
    Ok(out)
}

/// What a county says of a station's gap.
enum Said {
    Cause(GapCause, Option<String>),
    Caretaker(Option<UnitId>),
}

/// Writes what the county says of a station's gap, if the reader saw what stands.
async fn write(ctx: &Ctx, permit: &Permit<Unit>, id: UnitId, version: i64, said: Said, idem: &Idem) -> Result<()> {
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let unit = units::get(&mut tx, permit, id).await?;
    if begun(ctx, &mut tx, &Area::Unit(unit.county_id, id), ctx.today()).await?.is_empty() {
        return Err(Error::rule("unit-has-staff"));
    }
    let old = store::notes(&mut tx, &[id]).await?.remove(&id);
    let mut next = old.clone().unwrap_or_else(|| GapNote::of(&unit));
    let field = match said {
        Said::Cause(cause, text) => {
            (next.cause, next.text, next.noted_on) = (Some(cause), text, Some(ctx.today()));
            "gap_cause"
        }
        Said::Caretaker(chosen) => {
            if let Some(chosen) = chosen
                && choices(&mut tx, unit.county_id, id).await?.iter().all(|o| o.0 != chosen)
            {
                return Err(Error::field("caretaker", "caretaker-unit"));
            }
            next.caretaker_id = chosen;
            "caretaker"
        }
    };
    if next.version != version {
        return Err(store::conflict(old.as_ref()));
    }
    (next.version, next.updated_at, next.updated_by) = (version + 1, ctx.now(), by(ctx));
    if !store::save(&mut tx, &next).await? {
        return Err(store::conflict(store::notes(&mut tx, &[id]).await?.get(&id)));
    }
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(unit.county_id));
    tx.commit(permit.change(Some(unit.county_id), id).fields(&[field]).digest_of(&next)).await
}

/// Notes why a station has nobody on post.
pub async fn note(ctx: &Ctx, id: UnitId, input: &GapInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Unit>(policy::UNIT_GAP)?;
    let (cause, text) = input.check()?;
    if let Some(text) = &text {
        let mut c = ctx.read().await?;
        let at = units::get(&mut c, &permit, id).await?.county_id;
        drop(c);
        no_names(ctx, &permit, at, &[("text", text)]).await?;
    }
    write(ctx, &permit, id, input.version, Said::Cause(cause, text), idem).await
}

/// Decides who looks after the people of a station without staff: a built unit of the county, or its centre again.
pub async fn take_care(ctx: &Ctx, id: UnitId, input: &CaretakerInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Unit>(policy::UNIT_DECIDE)?;
    let typed = input.caretaker.trim();
    let chosen = match typed {
        "" => None,
        typed => Some(typed.parse().map_err(|_| Error::field("caretaker", "caretaker-unit"))?),
    };
    write(ctx, &permit, id, input.version, Said::Caretaker(chosen), idem).await
}

/// Suspends the built stations that have been without staff for longer than set, each from the day on which it was, and
/// tells how many. Whatever was missed while nothing ran is caught up; what was done is not done again.
pub async fn suspend_due(app: &Arc<App>) -> Result<usize> {
    let ctx = Ctx::system(app.clone(), "staff-gaps", &["unit.gap_suspend"]);
    let permit = ctx.permit::<Unit>(SUSPEND)?;
    let area = Area::Counties(everywhere(&ctx));
    let mut c = ctx.read().await?;
    let found = begun(&ctx, &mut c, &area, ctx.today()).await?;
    drop(c);
    let mut waiting: Vec<(UnitId, Begun)> = found.into_iter().filter(|(_, b)| due(&ctx, b).is_some()).collect();
    waiting.sort_unstable_by_key(|(unit, _)| *unit);
    let mut done = 0;
    for (unit, b) in waiting {
        match suspend(&ctx, &permit, b.county, unit).await {
            Ok(suspended) => done += usize::from(suspended),
            // Another process, or the county, was faster.
            Err(Error::Conflict { .. }) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

/// The day from which a gap suspends its station, if that has come.
fn due(ctx: &Ctx, b: &Begun) -> Option<Day> {
    let course = ctx.app.settings().course::<GapDays>();
    suspended_on(&course, b.from, ctx.today()).filter(|_| b.built)
}

async fn suspend(ctx: &Ctx, permit: &Permit<Unit>, county: DivisionId, id: UnitId) -> Result<bool> {
    let mut tx = ctx.write().await?;
    units::hold(&mut tx, permit, &[id]).await?;
    let old = units::get(&mut tx, permit, id).await?;
    // Looked at again where it is written.
    let found = begun(ctx, &mut tx, &Area::Unit(county, id), ctx.today()).await?;
    let Some(day) = found.get(&id).and_then(|b| due(ctx, b)) else { return Ok(false) };
    // A decision of its own that began later stays, and so does what was accepted later; the suspension follows it.
    let last = units::history(&mut tx, id).await?.last().map(|s| s.from);
    let last = last.max(attempts::last_passed(&mut tx, &old).await?).map(|d| d.add_days(1));
    let on = last.map_or(day, |d| d.max(day));
    if on > ctx.today() {
        return Ok(false);
    }
    let mut next = old.clone();
    enter(&mut tx, ctx, &old, &mut next, UnitState::Suspended, on, Why::Rule(StateCause::StaffGap)).await?;
    units::save(&mut tx, permit, &next).await?;
    tx.live("wall", Some(county));
    tx.commit(permit.change(Some(county), id).fields(&["state"]).digest_of(&next)).await?;
    Ok(true)
}
