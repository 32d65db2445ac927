//! The chain above the reporter (domain.md section 7): the tier above approves or returns, excuses, and passes on,
//! although a unit is late if it says so. Pages and API call these use cases.

use crate::policy;
use crate::report::model::{Act, ReportRow, ReportState};
use crate::report::out::ReportOut;
use crate::report::read;
use crate::report::service::{self, ReportQuery};
use crate::report::store::{self, NewEvent};
use serde::{Deserialize, Serialize};
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Error, FieldErrors, ReportId, Result};
use zw_db::Tx;
use zw_web::Idem;

/// A decision about a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewInput {
    /// Version that was read.
    pub version: i64,
    /// Why it is returned.
    pub reason: String,
    /// On approval: overrides count above from now on.
    pub accept_overrides: bool,
}

/// The action that reviews a report: stations by the county, counties by their city, counties without a city by the
/// province.
pub fn review_action(ctx: &Ctx, r: &ReportRow) -> Action {
    tier_action(
        ctx,
        r.unit_id.is_some(),
        r.county_id,
        [policy::REVIEW_STATION, policy::REVIEW_COUNTY, policy::REVIEW_DIRECT],
    )
}

fn tier_action(ctx: &Ctx, station: bool, county: DivisionId, [by_county, by_city, by_province]: [Action; 3]) -> Action {
    match (station, ctx.tree().as_of(ctx.today()).city_of(county)) {
        (true, _) => by_county,
        // A city that acts as its own county tier reports to the province.
        (false, Some(city)) if city != county => by_city,
        (false, _) => by_province,
    }
}

/// Approves a report.
pub async fn approve(
    ctx: &Ctx,
    county: DivisionId,
    id: ReportId,
    input: &ReviewInput,
    idem: &Idem,
) -> Result<ReportOut> {
    review(ctx, county, id, input, idem, Act::Approve).await
}

/// Returns a report with a reason.
pub async fn send_back(
    ctx: &Ctx,
    county: DivisionId,
    id: ReportId,
    input: &ReviewInput,
    idem: &Idem,
) -> Result<ReportOut> {
    reason_of(&input.reason)?;
    review(ctx, county, id, input, idem, Act::Return).await
}

pub(crate) fn reason_of(text: &str) -> Result<String> {
    let (text, mut errors) = (text.trim(), FieldErrors::default());
    if text.is_empty() {
        errors.add("reason", "return-reason");
    }
    if text.chars().count() > 500 {
        errors.add_with("reason", "too-long", &[("max", "500")]);
    }
    errors.check()?;
    Ok(text.to_owned())
}

async fn review(
    ctx: &Ctx,
    county: DivisionId,
    id: ReportId,
    input: &ReviewInput,
    idem: &Idem,
    act: Act,
) -> Result<ReportOut> {
    // Which tier reviews it depends on the report; it is read within the reader's own scope first.
    let read = ctx.permit::<ReportRow>(policy::READ)?;
    let mut tx = ctx.write().await?;
    let found = store::get(&mut tx, &read, county, id).await?;
    let permit = ctx.permit::<ReportRow>(review_action(ctx, &found))?;
    let mut r = store::get(&mut tx, &permit, county, id).await?;
    let period = r.period()?;
    let reporter = read::reporter_name(ctx, &mut tx, &r, period).await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return ReportOut::of(ctx, &r, reporter, None);
    }
    let state = r.state.after(act).map_err(|code| Error::rule_with(code, &[("period", &r.period)]))?;
    if act == Act::Approve && r.approved_at.is_some() {
        return Err(Error::rule("report-already-approved"));
    }
    if input.version != r.version {
        return Err(service::conflict(&r));
    }
    let was = r.version;
    let (now, by) = (ctx.now(), ctx.actor.display.clone());
    r.version += 1;
    r.state = state;
    r.updated_at = now;
    r.updated_by.clone_from(&by);
    if act == Act::Approve {
        r.approved_at = Some(now);
        r.approved_by = Some(by.clone());
        r.overrides_accepted = input.accept_overrides;
    } else {
        r.approved_at = None;
        r.approved_by = None;
        r.returned_at = Some(now);
        r.returned_by = Some(by.clone());
        r.return_reason = Some(input.reason.trim().to_owned());
    }
    save(&mut tx, &permit, &r, was).await?;
    let reason = r.return_reason.as_deref().filter(|_| act == Act::Return);
    let event = NewEvent { report: &r, act, at: now, by: &by, reason, keep: false };
    store::add_event(&mut tx, ctx.uuid(), &event).await?;
    service::tell(&mut tx, &r);
    idem.save(ctx, &mut tx, act.code()).await?;
    let change = permit.change(Some(county), id).fields(&["state"]);
    tx.commit(change.digest_of(&(r.state, r.version, &r.return_reason, r.overrides_accepted))).await?;
    ReportOut::of(ctx, &r, reporter, None)
}

async fn save(tx: &mut Tx, permit: &Permit<ReportRow>, r: &ReportRow, was: i64) -> Result<()> {
    let cells = r.cells()?;
    let n = |n: usize| i64::try_from(n).unwrap_or(0);
    let counts = (n(cells.len()), n(cells.values().filter(|c| c.over.is_none()).count()));
    if store::update(tx, permit, r, was, counts).await? == 0 {
        return Err(service::conflict(r));
    }
    Ok(())
}

/// An excuse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExemptInput {
    /// Period key.
    pub period: String,
    /// County id.
    pub county: String,
    /// Station id, for a month.
    pub unit: Option<String>,
    /// Why no report is owed.
    pub reason: String,
}

/// Excuses a unit from one report (免报): it is neither due nor late. Approved by the tier above, with a reason.
pub async fn exempt(ctx: &Ctx, input: &ExemptInput, idem: &Idem) -> Result<ReportOut> {
    let reason = reason_of(&input.reason)?;
    let q = ReportQuery { period: input.period.clone(), county: input.county.clone(), unit: input.unit.clone() };
    let county: DivisionId = input.county.trim().parse().map_err(|_| Error::field("county", "format"))?;
    let station = q.unit.as_deref().is_some_and(|u| !u.trim().is_empty());
    let actions = [policy::EXEMPT_STATION, policy::EXEMPT_COUNTY, policy::EXEMPT_DIRECT];
    let permit = ctx.permit::<ReportRow>(tier_action(ctx, station, county, actions))?;
    let mut tx = ctx.write().await?;
    let found = service::resolve(ctx, &mut tx, &permit, &q).await?;
    let stored = store::find(&mut tx, &permit, &found.subject).await?;
    if let (Some(_), Some(r)) = (idem.seen(ctx, &mut tx).await?, &stored) {
        return ReportOut::of(ctx, r, found.name, found.deadline);
    }
    let was = stored.as_ref().map_or(0, |r| r.version);
    let mut r = match stored {
        Some(mut r) => {
            r.state = r.state.after(Act::Exempt).map_err(|code| Error::rule_with(code, &[("period", &r.period)]))?;
            r.version += 1;
            r
        }
        None => service::blank(ctx, &found.subject),
    };
    r.exempt = true;
    r.exempt_reason = Some(reason.clone());
    r.updated_at = ctx.now();
    r.updated_by.clone_from(&ctx.actor.display);
    if was == 0 {
        store::insert(&mut tx, &r, found.subject.period.kind(), (0, 0), ctx.now()).await?;
    } else {
        save(&mut tx, &permit, &r, was).await?;
        store::note_exempt(&mut tx, &r).await?;
    }
    let event = NewEvent {
        report: &r,
        act: Act::Exempt,
        at: ctx.now(),
        by: &ctx.actor.display,
        reason: Some(&reason),
        keep: false,
    };
    store::add_event(&mut tx, ctx.uuid(), &event).await?;
    service::tell(&mut tx, &r);
    idem.save(ctx, &mut tx, "exempt").await?;
    let change = permit.change(Some(r.county_id), r.id).fields(&["exempt"]);
    tx.commit(change.digest_of(&(&r.exempt_reason, r.version))).await?;
    ReportOut::of(ctx, &r, found.name, found.deadline)
}

/// Locks every approved report of a period in some counties: part of a frozen snapshot. The caller's own use case
/// holds the permit, writes the snapshot in the same transaction and commits. Returns how many were locked.
pub async fn lock_period(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
) -> Result<usize> {
    let by = (ctx.now(), ctx.actor.display.as_str());
    let stations = period.kind() == PeriodKind::Month;
    let states: (&[ReportState], ReportState) = (&[ReportState::Approved, ReportState::RolledUp], ReportState::Locked);
    let moved = store::advance(tx, permit, period, counties, stations, states, by).await?;
    let n = moved.len();
    let ids = moved.into_iter().map(|(county, id, version)| (ctx.uuid(), county, id, version)).collect();
    store::add_events(tx, ids, Act::Lock, by.0, by.1).await?;
    Ok(n)
}
