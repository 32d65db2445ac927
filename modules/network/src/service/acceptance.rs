//! The acceptance of a township's station: passed, not passed, reopened, withdrawn (domain.md 6 and 8.1).

use super::sheets::{Opened, begin, load};
use super::{by, no_names, units};
use crate::model::history;
use crate::model::sheet::{AcceptInput, Attempt, BuildOut, Outcome, ReopenInput, Reopened, Standing};
use crate::model::unit::{Unit, UnitState};
use crate::policy;
use crate::store::{attempts, sheets as store, units as unit_store};
use zw_access::{Ctx, Permit};
use zw_core::{AcceptanceId, Day, DivisionId, Error, Result, UnitId};
use zw_db::{Conn, Tx};
use zw_indicators::{Area, Measures, Span, keys};
use zw_web::Idem;

/// The station an acceptance is about: the sheet's own while it has not ended for good, else one that serves the township.
/// Where an acceptance at a neighbour was withdrawn the township's own station is meant, if there is one by now.
async fn standing(
    c: &mut Conn,
    ctx: &Ctx,
    permit: &Permit<Unit>,
    sheet: Option<&BuildOut>,
    town: DivisionId,
) -> Result<Option<Unit>> {
    let noted = match sheet.and_then(|s| s.unit_id) {
        Some(id) => Some(unit_store::get(c, permit, id).await?).filter(|u| !u.state.is_final()),
        None => None,
    };
    if noted.is_some() && sheet.is_some_and(|s| s.accepted_on.is_some()) {
        return Ok(noted);
    }
    let serving = match unit_store::serving(c, town, ctx.today()).await?.first() {
        Some((id, _)) => Some(unit_store::get(c, permit, *id).await?),
        None => None,
    };
    Ok(serving.filter(|u| noted.is_none() || u.division_id == town).or(noted))
}

/// The same with its row taken, so that the station is not ended while a township is accepted there. If another station
/// is meant by then, whoever decides looks again.
async fn held(
    tx: &mut Tx,
    ctx: &Ctx,
    (sheets, units): (&Permit<BuildOut>, &Permit<Unit>),
    sheet: &BuildOut,
) -> Result<Option<Unit>> {
    let town = sheet.township_id;
    let Some(found) = standing(tx, ctx, units, Some(sheet), town).await? else { return Ok(None) };
    unit_store::hold(tx, units, &[found.id]).await?;
    match standing(tx, ctx, units, Some(sheet), town).await? {
        Some(unit) if unit.id == found.id => Ok(Some(unit)),
        _ => Err(store::conflict(&store::of_town(tx, sheets, town).await?.ok_or(Error::NotFound)?)),
    }
}

/// How a station is staffed on the day it would be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staffing {
    /// The day.
    pub day: Day,
    /// Workers posted there.
    pub posted: i64,
    /// How many the setting asks for.
    pub required: Option<i64>,
}

/// The workers posted to a station on a day, beside the number required; none where no module keeps postings. Nobody can
/// be posted to a station that is not registered.
pub async fn staffing(
    ctx: &Ctx,
    c: &mut Conn,
    county: DivisionId,
    unit: Option<UnitId>,
    day: Day,
) -> Result<Option<Staffing>> {
    let measures = ctx.app.ext::<Measures>()?;
    if measures.def(keys::POSTED_ALL).is_none() {
        return Ok(None);
    }
    let posted = match unit {
        None => 0,
        Some(unit) => {
            let area = Area::Unit(county, unit);
            let found = measures.count(c, &ctx.tree(), &[keys::POSTED_ALL], &area, Span::on(day)).await?;
            found.get(keys::POSTED_ALL).copied().unwrap_or(0)
        }
    };
    let required = measures.rule_value(c, keys::STATIONS_SHORT, day).await?;
    Ok(Some(Staffing { day, posted, required }))
}

/// The staffing that a sheet's form shows beside 有人员: of the station it would accept.
pub async fn staffing_of(ctx: &Ctx, town: DivisionId, input: &AcceptInput) -> Result<Option<Staffing>> {
    let sheets = ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?;
    let units = ctx.permit::<Unit>(policy::UNIT_DECIDE)?;
    let mut c = ctx.read().await?;
    let sheet = store::of_town(&mut c, &sheets, town).await?;
    let view = ctx.tree().as_of(ctx.today());
    let county = view.county_of(town).ok_or(Error::NotFound)?;
    let unit = standing(&mut c, ctx, &units, sheet.as_ref(), town).await?;
    staffing(ctx, &mut c, county, unit.map(|u| u.id), input.held_on(ctx.today())).await
}

/// Whether it is a 复验. What is accepted is accepted once: only a rectifying station is inspected again, and a suspension
/// is lifted by a decision about the station, not by an acceptance.
fn again(old: &BuildOut, unit: Option<&Unit>) -> Result<bool> {
    match (old.accepted_on, unit.map(|u| u.state)) {
        (_, None) => Ok(false),
        (Some(_), Some(UnitState::Rectifying)) => Ok(true),
        (Some(_), Some(_)) => Err(Error::rule("already-accepted")),
        (None, Some(UnitState::Suspended)) => Err(Error::rule("unit-suspended")),
        (None, Some(_)) => Ok(false),
    }
}

fn attempt(ctx: &Ctx, sheet: &BuildOut, unit: Option<UnitId>, again: bool, how: Outcome) -> Attempt {
    Attempt {
        id: AcceptanceId(ctx.uuid()),
        build_out_id: sheet.id,
        county_id: sheet.county_id,
        township_id: sheet.township_id,
        unit_id: unit,
        again,
        held_on: how.on,
        passed: how.lacked.is_empty(),
        lacked: how.lacked,
        reason: how.reason,
        begun_on: None,
        ended_on: None,
        withdrawn: None,
        created_at: ctx.now(),
        created_by: by(ctx),
    }
}

/// 验收 or 复验 as it ended, passed or not.
pub async fn decide(ctx: &Ctx, town: DivisionId, input: &AcceptInput, idem: &Idem) -> Result<()> {
    match input.outcome.trim() {
        "" | "passed" => accept(ctx, town, input, idem).await.map(|_| ()),
        "refused" => refuse(ctx, town, input, idem).await,
        _ => Err(Error::field("outcome", "unknown-code")),
    }
}

/// 验收 passed: the township's station operates from the day. It is registered before, or nobody could be posted to it. A
/// rectifying station is inspected again (复验), and the day of its acceptance stays.
pub async fn accept(ctx: &Ctx, town: DivisionId, input: &AcceptInput, idem: &Idem) -> Result<UnitId> {
    no_names(ctx, &ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?, town, &[("reason", &input.reason)]).await?;
    let Some(Opened { permit, mut tx }) = begin(ctx, policy::SHEET_ACCEPT, idem).await? else {
        let mut c = ctx.read().await?;
        let permit = ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?;
        return store::of_town(&mut c, &permit, town).await?.and_then(|s| s.unit_id).ok_or(Error::NotFound);
    };
    let units_permit = ctx.permit::<Unit>(policy::UNIT_DECIDE)?;
    let old = load(&mut tx, ctx, &permit, town, Some(input.version)).await?;
    let unit = held(&mut tx, ctx, (&permit, &units_permit), &old).await?;
    let again = again(&old, unit.as_ref())?;
    let on = input.held_on(ctx.today());
    let staffed = staffing(ctx, &mut tx, old.county_id, unit.as_ref().map(|u| u.id), on).await?;
    let obstacles = store::obstacles(&mut tx, &old).await?;
    let posted = if unit.is_some() { staffed.map(|s| s.posted) } else { Some(0) };
    let past = match unit.as_ref().filter(|u| u.state == UnitState::Operating) {
        Some(operating) => unit_store::history(&mut tx, operating.id).await?,
        None => vec![],
    };
    let stands = Standing { posted, obstacles: &obstacles, past: &past };
    let (mut next, how) = input.pass((&old, stands), again, ctx.today(), ctx.now(), &by(ctx))?;
    let unit = unit.ok_or_else(|| Error::Internal("an acceptance without a station".into()))?;
    let mut written = vec!["accepted_on", "unit_state"];
    for o in obstacles.iter().filter(|o| o.to_day.is_none()) {
        store::close_obstacle(&mut tx, &old, o.id, how.on).await?;
        written.push("obstacle");
    }
    written.dedup();
    let id = unit.id;
    operate(&mut tx, ctx, &units_permit, &unit, &next, &how).await?;
    next.unit_id = Some(id);
    store::save(&mut tx, &permit, &next).await?;
    if unit.state == UnitState::Rectifying {
        // The station was inspected, not the township: its other sheets say so too.
        for other in store::of_unit(&mut tx, &permit, id).await? {
            if other.id != next.id && other.accepted_on.is_some() {
                store::save(&mut tx, &permit, &other.inspected_again(how.on, ctx.now(), &by(ctx))).await?;
            }
        }
    }
    attempts::add(&mut tx, &attempt(ctx, &next, Some(id), again, how)).await?;
    idem.save(ctx, &mut tx, &id.to_string()).await?;
    tx.live("wall", Some(next.county_id));
    let change = permit.change(Some(next.county_id), next.id).record(Some(next.county_id), id);
    tx.commit(change.fields(&written).digest_of(&next)).await?;
    Ok(id)
}

/// 验收 not passed: nothing changes but that it was tried, what lacked and why (I5).
pub async fn refuse(ctx: &Ctx, town: DivisionId, input: &AcceptInput, idem: &Idem) -> Result<()> {
    no_names(ctx, &ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?, town, &[("reason", &input.reason)]).await?;
    let Some(Opened { permit, mut tx }) = begin(ctx, policy::SHEET_ACCEPT, idem).await? else { return Ok(()) };
    let units_permit = ctx.permit::<Unit>(policy::UNIT_DECIDE)?;
    let old = load(&mut tx, ctx, &permit, town, Some(input.version)).await?;
    let unit = standing(&mut tx, ctx, &units_permit, Some(&old), town).await?;
    let again = again(&old, unit.as_ref())?;
    let (next, how) = input.fail(&old, again, ctx.today(), ctx.now(), &by(ctx))?;
    store::save(&mut tx, &permit, &next).await?;
    let tried = attempt(ctx, &next, unit.map(|u| u.id), again, how);
    attempts::add(&mut tx, &tried).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(next.county_id));
    tx.commit(permit.change(Some(next.county_id), next.id).fields(&["acceptance"]).digest_of(&tried)).await
}

/// A station that was registered before starts operating, or operates again.
async fn operate(
    tx: &mut Tx,
    ctx: &Ctx,
    permit: &Permit<Unit>,
    unit: &Unit,
    sheet: &BuildOut,
    how: &Outcome,
) -> Result<()> {
    let town = sheet.township_id;
    let mut next = unit.clone();
    // Already operating: a second township of the same station is accepted.
    if unit.state != UnitState::Operating {
        units::enter(tx, ctx, unit, &mut next, UnitState::Operating, how.on, units::Why::Said(None)).await?;
        unit_store::save(tx, permit, &next).await?;
    }
    let open = unit_store::coverage(tx, unit.id).await?.into_iter().any(|k| k.division == town && k.to.is_none());
    if open {
        unit_store::cover_since(tx, unit.id, town, how.on).await?;
    } else {
        unit_store::cover(tx, unit.id, town, how.on).await?;
    }
    Ok(())
}

/// Reopens an acceptance: the station rectifies (and stays built) until its groups are ticked again; or, recorded by
/// mistake, the last acceptance or 复验 never was.
pub async fn reopen(ctx: &Ctx, town: DivisionId, input: &ReopenInput, idem: &Idem) -> Result<()> {
    no_names(ctx, &ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?, town, &[("reason", &input.reason)]).await?;
    let Some(Opened { permit, mut tx }) = begin(ctx, policy::SHEET_ACCEPT, idem).await? else { return Ok(()) };
    let units_permit = ctx.permit::<Unit>(policy::UNIT_DECIDE)?;
    let old = load(&mut tx, ctx, &permit, town, Some(input.version)).await?;
    let (mut next, what) = input.apply(&old, ctx.today(), ctx.now(), &by(ctx))?;
    let id = old.unit_id.ok_or_else(|| Error::rule("not-accepted"))?;
    unit_store::hold(&mut tx, &units_permit, &[id]).await?;
    let unit = unit_store::get(&mut tx, &units_permit, id).await?;
    let mut moved = unit.clone();
    let why = match what {
        Reopened::Rectify(on, reason) => {
            if unit.state != UnitState::Operating {
                return Err(Error::rule("unit-step"));
            }
            units::enter(
                &mut tx,
                ctx,
                &unit,
                &mut moved,
                UnitState::Rectifying,
                on,
                units::Why::Said(Some(reason.clone())),
            )
            .await?;
            units::untick(&mut tx, ctx, &permit, id, Some(next.id)).await?;
            reason
        }
        Reopened::WithdrawAgain(on, reason) => {
            let past = unit_store::history(&mut tx, id).await?;
            if past.iter().any(|s| s.from > on) || history::on(&past, on) != Some(UnitState::Operating) {
                return Err(Error::rule("acceptance-built-upon"));
            }
            let mut past = history::withdraw(&past, on);
            if past.last().is_none_or(|s| s.state != UnitState::Rectifying) {
                // Accepted, sent to rectify and inspected again on one day, of which only the last state was kept.
                past = history::enter(&past, UnitState::Rectifying, on)
                    .map_err(|_| Error::rule("acceptance-built-upon"))?;
            }
            unit_store::save_history(&mut tx, &unit, &past).await?;
            if !attempts::withdraw(&mut tx, &old, &unit, true, on, &reason).await? {
                // Inspected at a station that merged into this one, or passed with the acceptance of another township.
                return Err(Error::rule("acceptance-built-upon"));
            }
            next.reinspected_on = attempts::inspected_on(&mut tx, &old).await?;
            not_inspected(&mut tx, ctx, &permit, &next).await?;
            moved.state = past.last().map_or(UnitState::Rectifying, |s| s.state);
            moved.state_reason = Some(reason.clone());
            touch(ctx, &unit, &mut moved);
            reason
        }
        Reopened::Withdraw(accepted, reason) => {
            let past = unit_store::history(&mut tx, id).await?;
            // Later decisions about the station stand on the acceptance; they would have to be undone first. So would the
            // merger through which another station came to this sheet.
            let passed = attempts::of_unit(&mut tx, &unit).await?;
            let own = passed.iter().any(|a| a.build_out_id == old.id && !a.again && a.held_on == accepted);
            let later = past.iter().any(|s| s.from > accepted);
            if !own || later || history::on(&past, accepted) != Some(UnitState::Operating) {
                return Err(Error::rule("acceptance-built-upon"));
            }
            let others: Vec<Day> = passed.iter().filter(|a| a.build_out_id != old.id).map(|a| a.held_on).collect();
            let before = history::withdraw(&past, accepted);
            let was = before.last().map_or(UnitState::Preparing, |s| s.state);
            // The station goes on as it is where it operated before, or where it operates for another township by now.
            let goes_on = past.last().is_some_and(|s| s.from < accepted)
                || others.contains(&accepted)
                || (!was.is_built() && others.iter().any(|d| *d < accepted));
            if !goes_on {
                let mut sheets = store::of_unit(&mut tx, &permit, id).await?.into_iter();
                let left_over = !was.is_built() && sheets.any(|s| s.id != old.id && s.accepted_on.is_some());
                if left_over || others.iter().any(|d| *d > accepted) {
                    return Err(Error::rule("acceptance-built-upon"));
                }
                unit_store::save_history(&mut tx, &unit, &before).await?;
                moved.state = was;
                moved.state_reason = Some(reason.clone());
                moved.opened_on = moved.opened_on.filter(|d| *d != accepted);
            }
            // What the county decided with its own reason and document does not rest on the acceptance.
            let kept = unit_store::coverage_decided(&mut tx, id).await?;
            let kept = kept.iter().any(|(k, [why, ..])| k.division == town && k.to.is_none() && why.is_some());
            if !kept && (goes_on || was.is_built()) {
                unit_store::uncover(&mut tx, id, Some(town), accepted).await?;
            }
            if !goes_on && was.is_built() {
                // It was the inspection of a rectifying station too.
                not_inspected(&mut tx, ctx, &permit, &next).await?;
            }
            attempts::withdraw(&mut tx, &old, &unit, false, accepted, &reason).await?;
            touch(ctx, &unit, &mut moved);
            reason
        }
    };
    unit_store::save(&mut tx, &units_permit, &moved).await?;
    store::save(&mut tx, &permit, &next).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(next.county_id));
    let change = permit.change(Some(next.county_id), next.id).record(Some(next.county_id), id);
    tx.commit(change.fields(&["accepted_on", "unit_state"]).purpose(why).digest_of(&next)).await
}

/// The station was not inspected after all: its sheets (all but one that the caller writes itself) say the 复验 before,
/// and their groups must be ticked again.
async fn not_inspected(tx: &mut Tx, ctx: &Ctx, permit: &Permit<BuildOut>, but: &BuildOut) -> Result<()> {
    let Some(unit) = but.unit_id else { return Ok(()) };
    for other in store::of_unit(tx, permit, unit).await?.into_iter().filter(|s| s.id != but.id) {
        let reinspected_on = attempts::inspected_on(tx, &other).await?;
        let next = BuildOut { reinspected_on, ..other.unticked(ctx.now(), &by(ctx)) };
        store::save(tx, permit, &next).await?;
    }
    Ok(())
}

fn touch(ctx: &Ctx, old: &Unit, next: &mut Unit) {
    next.version = old.version + 1;
    next.updated_at = ctx.now();
    next.updated_by = by(ctx);
}
