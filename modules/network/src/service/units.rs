//! Units: list, file, register, edit, move, cover.

use super::{by, ending, gaps, no_names};
use crate::model::history;
use crate::model::sheet::BuildOut;
use crate::model::unit::alarm::{SuspendedDays, SuspendedOut, SuspendedUnit};
use crate::model::unit::{
    CoverInput, CoverageOut, Decision, StateCause, StateInput, StepProblem, Tier, Unit, UnitFile, UnitInput, UnitOut,
    UnitQuery, UnitState, is_decided, step,
};
use crate::model::{day_field, shown_above};
use crate::policy;
use crate::store::{attempts, sheets, units as store};
use std::collections::HashMap;
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::{BuildOutId, Day, Error, FieldErrors, PageReq, Paged, Result, UnitId};
use zw_db::{Conn, Tx};
use zw_web::Idem;

/// One page of the units the reader may see.
pub async fn list(ctx: &Ctx, q: &UnitQuery) -> Result<Paged<UnitOut>> {
    listed(ctx, q, PageReq::new(q.page, q.size)).await
}

/// The same with another page than the query's, for exports.
pub async fn listed(ctx: &Ctx, q: &UnitQuery, req: PageReq) -> Result<Paged<UnitOut>> {
    let permit = ctx.permit::<Unit>(policy::UNIT_READ)?;
    let mut c = ctx.read().await?;
    let only: Option<Vec<UnitId>> = match q.asks_gap() {
        true => Some(gaps::flagged(ctx, &mut c, &permit).await?.into_keys().collect()),
        false => None,
    };
    let (mut rows, total) = store::page(&mut c, &permit, q, only.as_deref(), req).await?;
    plaques(&mut c, &mut rows).await?;
    let view = ctx.tree().as_of(ctx.today());
    Ok(Paged::of(req, rows, total).map(|u| UnitOut::of(u, &view)))
}

/// The first few units whose name fits a text, and how many there are, for a search over everything; none for who may
/// not see units.
pub async fn suggest(ctx: &Ctx, text: &str, n: i64) -> Result<Paged<UnitOut>> {
    if text.trim().is_empty() || !ctx.can(policy::UNIT_READ) {
        return Ok(Paged::of(PageReq::new(None, Some(n)), vec![], 0));
    }
    list(ctx, &UnitQuery { q: Some(text.to_owned()), size: Some(n), ..UnitQuery::default() }).await
}

/// The plaque of a station is a milestone of its township's sheet; a unit has a date of its own only where there is no
/// sheet: centres, rooms, and stations that have ended.
async fn plaques(c: &mut Conn, list: &mut [Unit]) -> Result<()> {
    let standing = |u: &Unit| u.tier == Tier::Station && !u.state.is_final();
    let ids: Vec<UnitId> = list.iter().filter(|u| standing(u)).map(|u| u.id).collect();
    let found: HashMap<UnitId, Day> = sheets::plaques(c, &ids).await?.into_iter().collect();
    for u in list.iter_mut().filter(|u| standing(u)) {
        u.plaque_on = found.get(&u.id).copied();
    }
    Ok(())
}

/// A unit with its past, the divisions it serves, and the steps the reader may take.
pub async fn get(ctx: &Ctx, id: UnitId) -> Result<UnitFile> {
    let permit = ctx.permit::<Unit>(policy::UNIT_READ)?;
    let mut c = ctx.read().await?;
    let mut unit = [store::get(&mut c, &permit, id).await?];
    plaques(&mut c, &mut unit).await?;
    let [unit] = unit;
    let history = store::history(&mut c, id).await?;
    let coverage = store::coverage_decided(&mut c, id).await?;
    let view = ctx.tree().as_of(ctx.today());
    let may = |to: &UnitState| {
        ctx.can(action(*to)) && step(unit.tier, unit.state, *to, "-").is_ok() && resumes(&unit, *to, &history).is_ok()
    };
    let steps: Vec<UnitState> = unit.state.next().iter().copied().filter(may).collect();
    let ends = steps.iter().any(|s| s.is_final());
    let open = if ends { ending::open_work(ctx, &mut c, &unit, ctx.today()).await? } else { vec![] };
    let coverage = coverage
        .into_iter()
        .map(|(k, [why, document, end_why, end_document])| CoverageOut {
            name: view.path_name(k.division),
            division: k.division,
            from: k.from,
            to: k.to,
            why,
            document,
            end_why,
            end_document,
            decided: view.get(k.division).is_some_and(|d| is_decided((unit.tier, unit.state), d)),
        })
        .collect();
    let overlong = ctx.app.settings().get::<SuspendedDays>().overdue(&history, ctx.today());
    let gap = match unit.tier {
        Tier::Station => gaps::of_unit(ctx, &mut c, unit.county_id, id).await?,
        _ => None,
    };
    let gap_ended = unit.state == UnitState::Suspended
        && gap.is_none()
        && history.last().is_some_and(|s| s.cause == Some(StateCause::StaffGap));
    Ok(UnitFile { unit: UnitOut::of(unit, &view), history, coverage, steps, open, overlong, gap, gap_ended })
}

/// The built stations without staff that the reader may see, with the first day: what their filtered list says of them.
pub async fn without_staff(ctx: &Ctx) -> Result<HashMap<UnitId, Day>> {
    let permit = ctx.permit::<Unit>(policy::UNIT_READ)?;
    gaps::flagged(ctx, &mut ctx.read().await?, &permit).await
}

/// Units in the reader's area that have been suspended too long, the longest first.
pub async fn suspended_too_long(ctx: &Ctx) -> Result<Vec<SuspendedOut>> {
    let permit = ctx.permit::<Unit>(policy::UNIT_ALARM)?;
    let rule = ctx.app.settings().get::<SuspendedDays>();
    let view = ctx.tree().as_of(ctx.today());
    let found = store::suspended_before(&mut ctx.look().await?, &permit, rule.since_before(ctx.today())).await?;
    Ok(found
        .into_iter()
        .filter_map(|SuspendedUnit(since, u)| {
            Some(SuspendedOut { over: rule.over(since, ctx.today())?, unit: UnitOut::of(u, &view) })
        })
        .collect())
}

/// The unit an edit form begins with.
pub async fn for_edit(ctx: &Ctx, id: UnitId) -> Result<Unit> {
    let permit = ctx.permit::<Unit>(policy::UNIT_EDIT)?;
    store::get(&mut ctx.read().await?, &permit, id).await
}

/// Registers a unit as planned. A station or room serves its own division from that day.
pub async fn create(ctx: &Ctx, input: &UnitInput, idem: &Idem) -> Result<UnitId> {
    let permit = ctx.permit::<Unit>(policy::UNIT_CREATE)?;
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    let mut e = FieldErrors::default();
    let view = ctx.tree().as_of(ctx.today());
    let fields = input.fields(Tier::from_code(&input.tier), ctx.today(), &mut e);
    let place = input.place(ctx.today(), &view, &permit, &mut e);
    e.check()?;
    let place = place.ok_or_else(|| Error::field("division", "required"))?;
    let unit = fields.create(UnitId(ctx.uuid()), place, ctx.now(), &by(ctx));
    let past = history::enter(&[], unit.state, place.since).unwrap_or_default();
    store::insert(&mut tx, &unit, ctx.now()).await?;
    store::save_history(&mut tx, &unit, &past).await?;
    store::cover(&mut tx, unit.id, unit.division_id, place.since).await?;
    idem.save(ctx, &mut tx, &unit.id.to_string()).await?;
    tx.live("wall", Some(unit.county_id));
    tx.commit(permit.change(Some(unit.county_id), unit.id).fields(&["created"]).digest_of(&unit)).await?;
    Ok(unit.id)
}

/// Changes what is written about a unit. Two editors: the second gets `Conflict` with what stands.
pub async fn edit(ctx: &Ctx, id: UnitId, input: &UnitInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Unit>(policy::UNIT_EDIT)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let old = store::get(&mut tx, &permit, id).await?;
    let mut e = FieldErrors::default();
    let fields = input.fields(Some(old.tier), ctx.today(), &mut e);
    e.check()?;
    if old.version != input.version {
        return Err(store::conflict(&old));
    }
    let next = fields.edit(&old, ctx.now(), &by(ctx));
    store::save(&mut tx, &permit, &next).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(next.county_id));
    tx.commit(permit.change(Some(next.county_id), id).fields(&changed(&old, &next)).digest_of(&next)).await
}

/// Names of the fields that differ, for the audit.
fn changed(a: &Unit, b: &Unit) -> Vec<&'static str> {
    let quiet = ["version", "updated_at", "updated_by", "search_key"];
    let pairs = a.written().into_iter().zip(b.written());
    pairs.filter(|((n, x), (_, y))| x != y && !quiet.contains(n)).map(|((n, _), _)| n).collect()
}

/// Which action a step needs: preparing is the centre's work too, deciding is the county's.
fn action(to: UnitState) -> Action {
    if to.is_advance() { policy::UNIT_ADVANCE } else { policy::UNIT_DECIDE }
}

/// Moves a unit to another state from a day on.
pub async fn move_to(ctx: &Ctx, id: UnitId, input: &StateInput, idem: &Idem) -> Result<()> {
    let to = UnitState::from_code(input.state.trim())
        .ok_or_else(|| Error::field("state", if input.state.is_empty() { "required" } else { "unknown-code" }))?;
    let permit = ctx.permit::<Unit>(action(to))?;
    if !input.reason.trim().is_empty() {
        let mut c = ctx.read().await?;
        let at = store::get(&mut c, &permit, id).await?.county_id;
        drop(c);
        no_names(ctx, &permit, at, &[("reason", &input.reason)]).await?;
    }
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let into = input.merged_into.trim().parse().ok().filter(|_| to == UnitState::Merged);
    store::hold(&mut tx, &permit, &[id].into_iter().chain(into).collect::<Vec<UnitId>>()).await?;
    let old = store::get(&mut tx, &permit, id).await?;
    let mut e = FieldErrors::default();
    let reason = shown_above(&mut e, "reason", &input.reason, 200);
    let on = day_field(&mut e, "on", &input.on).unwrap_or_else(|| ctx.today());
    if on > ctx.today() {
        e.add("on", "date-future");
    }
    let mut next = old.clone();
    let mut heir = None;
    if to == UnitState::Merged {
        heir = target_of_merger(&mut tx, &permit, &old, &input.merged_into, &mut e).await?;
        next.merged_into = heir.as_ref().map(|h| h.id);
        if !input.hands_over() {
            heir = None;
        }
    }
    match step(old.tier, old.state, to, reason.as_deref().unwrap_or_default()) {
        Ok(()) => {}
        Err(StepProblem::NeedsReason) => e.add("reason", "required"),
        Err(StepProblem::NeedsAcceptance) => return Err(Error::rule("unit-needs-acceptance")),
        Err(StepProblem::NeedsInspection) => return Err(Error::rule("unit-needs-inspection")),
        Err(StepProblem::NotFrom(_)) => return Err(Error::rule("unit-step")),
    }
    e.check()?;
    if old.version != input.version {
        return Err(store::conflict(&old));
    }
    resumes(&old, to, &store::history(&mut tx, id).await?)?;
    if to.is_final() {
        ending::may_end(ctx, &mut tx, &old, on).await?;
    }
    enter(&mut tx, ctx, &old, &mut next, to, on, Why::Said(reason)).await?;
    let sheets = match to {
        _ if to.is_final() => ending::end(ctx, &mut tx, &old, &mut next, on, heir.as_ref()).await?,
        UnitState::Rectifying => {
            let sheets_permit = ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?;
            untick(&mut tx, ctx, &sheets_permit, id, None).await?
        }
        _ => vec![],
    };
    store::save(&mut tx, &permit, &next).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(next.county_id));
    let change = permit.change(Some(next.county_id), id).fields(&["state"]).digest_of(&next);
    tx.commit(sheets.into_iter().fold(change, |c, sheet| c.record(Some(next.county_id), sheet))).await
}

async fn target_of_merger(
    tx: &mut Tx,
    permit: &Permit<Unit>,
    old: &Unit,
    typed: &str,
    e: &mut FieldErrors,
) -> Result<Option<Unit>> {
    let Ok(id) = typed.trim().parse::<UnitId>() else {
        e.add("merged_into", "required");
        return Ok(None);
    };
    match store::get(tx, permit, id).await {
        Ok(other) if other.id != old.id && other.tier == old.tier && !other.state.is_final() => Ok(Some(other)),
        Ok(_) | Err(Error::NotFound) => {
            e.add("merged_into", "merge-target");
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// A station that was rectifying when it was suspended goes back to rectifying: only a 复验 on the sheet ends that.
fn resumes(unit: &Unit, to: UnitState, past: &[history::Stretch]) -> Result<()> {
    let before = past.iter().rev().find(|s| s.state != UnitState::Suspended).map(|s| s.state);
    let lifts = unit.tier == Tier::Station && unit.state == UnitState::Suspended && to == UnitState::Operating;
    if lifts && before == Some(UnitState::Rectifying) {
        return Err(Error::rule("unit-needs-inspection"));
    }
    Ok(())
}

/// The station rectifies: the groups on its sheets (all but one that the caller writes itself) must be ticked again.
pub(super) async fn untick(
    tx: &mut Tx,
    ctx: &Ctx,
    permit: &Permit<BuildOut>,
    unit: UnitId,
    but: Option<BuildOutId>,
) -> Result<Vec<BuildOutId>> {
    let mut touched = vec![];
    for sheet in sheets::of_unit(tx, permit, unit).await?.into_iter().filter(|s| Some(s.id) != but) {
        sheets::save(tx, permit, &sheet.unticked(ctx.now(), &by(ctx))).await?;
        touched.push(sheet.id);
    }
    Ok(touched)
}

/// Why a unit enters a state.
pub(super) enum Why {
    /// In the words of whoever decided.
    Said(Option<String>),
    /// It followed from a rule.
    Rule(StateCause),
}

/// Writes the new state into `next` and the history. Shared with the acceptance on the build-out sheet.
pub(super) async fn enter(
    tx: &mut Tx,
    ctx: &Ctx,
    old: &Unit,
    next: &mut Unit,
    to: UnitState,
    on: Day,
    why: Why,
) -> Result<()> {
    let at_on = |code, day: Day| {
        let mut e = FieldErrors::default();
        e.add_with("on", code, &[("day", &day.to_string())]);
        Error::Invalid(e)
    };
    // A further township that was accepted left no state behind, but it rests on the station as it was on that day.
    if !to.is_built()
        && let Some(accepted) = attempts::last_passed(tx, old).await?.filter(|d| on < *d)
    {
        return Err(at_on("before-acceptance", accepted));
    }
    let past = store::history(tx, old.id).await?;
    let mut past = history::enter(&past, to, on).map_err(|p| at_on("before-last-change", p.0))?;
    let (reason, cause) = match why {
        Why::Said(reason) => (reason, None),
        Why::Rule(cause) => (None, Some(cause)),
    };
    if let Some(last) = past.last_mut().filter(|_| cause.is_some()) {
        last.cause = cause;
    }
    store::save_history(tx, old, &past).await?;
    next.state = to;
    next.state_reason = reason;
    if to == UnitState::Operating && next.opened_on.is_none() {
        next.opened_on = Some(on);
    }
    next.version = old.version + 1;
    next.updated_at = ctx.now();
    next.updated_by = by(ctx);
    Ok(())
}

/// Begins (`from`) or ends (`to`) serving a division of the unit's county. What a station that was built once serves of the
/// denominators makes townships covered or not, so that is a decision of the county, as an acceptance is.
pub async fn cover(ctx: &Ctx, id: UnitId, input: &CoverInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Unit>(policy::UNIT_CREATE)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    store::hold(&mut tx, &permit, &[id]).await?;
    let unit = store::get(&mut tx, &permit, id).await?;
    if unit.state.is_final() {
        return Err(Error::rule("unit-step"));
    }
    let view = ctx.tree().as_of(ctx.today());
    let mut e = FieldErrors::default();
    let division = input.division.trim().parse().ok().and_then(|d| view.get(d));
    match division {
        None => e.add("division", if input.division.trim().is_empty() { "required" } else { "division-unknown" }),
        Some(d) if view.county_of(d.id) != Some(unit.county_id) => e.add("division", "coverage-outside-county"),
        // A centre serves its county, a station townships (or single villages), a room villages.
        Some(d) if unit.tier == Tier::Room && d.kind != Tier::Room.kind() => e.add("division", "division-tier"),
        Some(d) if unit.tier == Tier::Station && d.kind < Tier::Station.kind() => e.add("division", "division-tier"),
        Some(_) => {}
    }
    let from = day_field(&mut e, "from", &input.from);
    let to = day_field(&mut e, "to", &input.to);
    let decided = division.is_some_and(|d| is_decided((unit.tier, unit.state), d));
    let (permit, decision) = if decided {
        let at = to.map_or_else(|| ("from", from.unwrap_or_else(|| ctx.today())), |to| ("to", to));
        (decider(ctx, &unit)?, input.decision(ctx.today(), at, by(ctx), &mut e))
    } else {
        for (field, day) in [("from", from), ("to", to)] {
            if day.is_some_and(|d| d > ctx.today()) {
                e.add(field, "date-future");
            }
        }
        (permit, None)
    };
    e.check()?;
    let division = division.map(|d| d.id).ok_or_else(|| Error::field("division", "required"))?;
    let served = store::coverage(&mut tx, id).await?.into_iter().filter(|k| k.division == division);
    let served: Vec<_> = served.collect();
    let open = served.iter().any(|k| k.to.is_none());
    let start = from.unwrap_or_else(|| ctx.today());
    match to {
        Some(to) => {
            if store::uncover(&mut tx, id, Some(division), to).await? == 0 {
                return Err(Error::field("division", "coverage-none"));
            }
            if let Some(d) = &decision {
                store::decide_end(&mut tx, (id, division, to), d).await?;
            }
        }
        None if open => return Err(Error::field("division", "coverage-open")),
        None => {
            if let Some(day) = served.iter().filter_map(|k| k.to).filter(|t| start < *t).max() {
                let mut e = FieldErrors::default();
                e.add_with("from", "coverage-overlaps", &[("day", &day.to_string())]);
                return Err(Error::Invalid(e));
            }
            store::cover(&mut tx, id, division, start).await?;
            if let Some(d) = &decision {
                store::decide_cover(&mut tx, (id, division, start), d).await?;
            }
        }
    }
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(unit.county_id));
    let change = permit.change(Some(unit.county_id), id).fields(&["coverage"]).digest_of(input);
    let said = |d: Decision| format!("{} {}", d.document.unwrap_or_default(), d.why);
    tx.commit(match decision {
        Some(d) => change.purpose(said(d)),
        None => change,
    })
    .await
}

/// Who decides about a unit's coverage; who may only register units is refused.
fn decider(ctx: &Ctx, unit: &Unit) -> Result<Permit<Unit>> {
    let permit = ctx.permit::<Unit>(policy::UNIT_DECIDE)?;
    if permit.covers_unit(unit.county_id, unit.id) { Ok(permit) } else { Err(Error::Forbidden) }
}
