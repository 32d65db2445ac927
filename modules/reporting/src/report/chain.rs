//! The chain above the reporter (domain.md section 7): the tier above approves or returns, excuses, and passes on,
//! although a unit is late if it says so. Pages and API call these use cases.

use crate::confirmed;
use crate::direct::Chain;
use crate::pass_on::{self, Verdict};
use crate::policy;
use crate::report::advance::{Step, advance};
use crate::report::model::{Act, ReportRow, ReportState};
use crate::report::out::ReportOut;
use crate::report::read;
use crate::report::service::{self, ReportQuery};
use crate::report::store::{self, NewEvent};
use serde::{Deserialize, Serialize};
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::deadline::Due;
use zw_core::period::Period;
use zw_core::{AccountId, DivisionId, Error, FieldErrors, ReportId, Result};
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

/// The actions that review, by the tier above the reporter: stations' county, counties' city, and the province for
/// counties without a city.
const REVIEW: [Action; 3] = [policy::REVIEW_STATION, policy::REVIEW_COUNTY, policy::REVIEW_DIRECT];
/// The actions that excuse, in the same order.
pub(crate) const EXEMPT: [Action; 3] = [policy::EXEMPT_STATION, policy::EXEMPT_COUNTY, policy::EXEMPT_DIRECT];

/// The action that reviews a report. Who reviews and who excuses follows the chain of today, whatever the period: what is
/// open goes to whoever is responsible now.
pub fn review_action(ctx: &Ctx, r: &ReportRow) -> Action {
    REVIEW[tier_above(&Chain::on(ctx, ctx.today()), r.unit_id.is_some(), r.county_id)]
}

/// The place of the tier above a reporter in `REVIEW` and `EXEMPT`.
pub(crate) fn tier_above(chain: &Chain, station: bool, county: DivisionId) -> usize {
    match (station, chain.city_of(county)) {
        (true, _) => 0,
        (false, Some(_)) => 1,
        (false, None) => 2,
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
    errors.holds_no_number("reason", text);
    errors.check()?;
    Ok(text.to_owned())
}

/// Whether the actor's own account did something: who confirmed a report or passed on does not decide about it.
pub(crate) fn is_own(ctx: &Ctx, account: Option<AccountId>) -> bool {
    account.is_some() && account == ctx.actor.account()
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
    let seen = idem.seen(ctx, &mut tx).await?;
    let found = store::get(&mut tx, &read, county, id).await?;
    let permit = ctx.permit::<ReportRow>(review_action(ctx, &found))?;
    let period = found.period()?;
    store::gate(&mut tx, period, &[county]).await?;
    let mut r = store::get(&mut tx, &permit, county, id).await?;
    let reporter = read::reporter_name(ctx, &mut tx, &r, period).await?;
    if seen.is_some() {
        return ReportOut::of(ctx, &r, reporter, Due::None);
    }
    let state = may(&r, act)?;
    if act == Act::Approve && is_own(ctx, r.submitted_account) {
        return Err(Error::FourEyes("report-four-eyes"));
    }
    if input.version != r.version {
        return Err(service::conflict(&r));
    }
    let was = r.version;
    let (now, by) = (ctx.now(), ctx.actor.display.clone());
    r.version += 1;
    if act == Act::Approve {
        r.state = state;
        r.approved_at = Some(now);
        r.approved_by = Some(by.clone());
        r.overrides_accepted = input.accept_overrides;
        r.standing = None;
    } else {
        if r.is_waiting_correction() {
            r.restore_standing()?;
        } else {
            r.state = state;
            r.approved_at = None;
            r.approved_by = None;
        }
        r.returned_at = Some(now);
        r.returned_by = Some(by.clone());
        r.return_reason = Some(input.reason.trim().to_owned());
    }
    r.updated_at = now;
    r.updated_by.clone_from(&by);
    if store::update(&mut tx, &permit, &r, was).await? == 0 {
        // Somebody decided meanwhile: what stands now says so.
        let stands = store::get(&mut tx, &permit, county, id).await?;
        may(&stands, act)?;
        return Err(service::conflict(&stands));
    }
    let reason = r.return_reason.as_deref().filter(|_| act == Act::Return);
    let event = NewEvent { report: &r, act, at: now, by: &by, reason, keep: false };
    store::add_event(&mut tx, ctx.uuid(), &event).await?;
    lock_late(ctx, &mut tx, &permit, &mut r, period).await?;
    service::tell(&mut tx, &r);
    idem.save(ctx, &mut tx, act.code()).await?;
    let change = permit.change(Some(county), id).fields(&["state"]);
    tx.commit(change.digest_of(&(r.state, r.version, &r.return_reason, r.overrides_accepted))).await?;
    ReportOut::of(ctx, &r, reporter, Due::None)
}

/// A report approved after its month was frozen and passed on is locked at once: what was frozen stays, and from here on
/// only a correction changes it. While the county has not passed on, its step is still to come, and locks.
async fn lock_late(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<ReportRow>,
    r: &mut ReportRow,
    period: Period,
) -> Result<()> {
    if r.state != ReportState::Approved
        || store::frozen(tx, period, r.county_id).await?.is_none()
        || pass_on::store::find(tx, r.county_id, period).await?.is_none_or(|p| p.state == Verdict::Returned)
    {
        return Ok(());
    }
    let was = r.version;
    r.state = may(r, Act::Lock)?;
    r.version += 1;
    // The row is ours since the approval was written.
    if store::update(tx, permit, r, was).await? == 0 {
        return Err(service::conflict(r));
    }
    let (at, by) = (ctx.now(), ctx.actor.display.as_str());
    let event = NewEvent { report: r, act: Act::Lock, at, by, reason: None, keep: false };
    store::add_event(tx, ctx.uuid(), &event).await
}

/// The state after an act, or the rule that refuses it.
fn may(r: &ReportRow, act: Act) -> Result<ReportState> {
    r.after(act).map_err(|code| service::refusal(r, code))
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
    let action = EXEMPT[tier_above(&Chain::on(ctx, ctx.today()), station, county)];
    let permit = ctx.permit::<ReportRow>(action)?;
    let mut tx = ctx.write().await?;
    let seen = idem.seen(ctx, &mut tx).await?;
    let found = service::resolve(ctx, &mut tx, &permit, &q).await?;
    let stored = store::find(&mut tx, &permit, &found.subject).await?;
    if let (Some(_), Some(r)) = (seen, &stored) {
        return ReportOut::of(ctx, r, found.name, found.due);
    }
    // Who owes nothing needs no excuse, and would lower the number of those who do.
    if !found.owes {
        let period = found.subject.period.to_string();
        return Err(Error::rule_with("report-not-due", &[("name", &found.name), ("period", &period)]));
    }
    let was = stored.as_ref().map(|r| r.version);
    let mut r = match stored {
        Some(mut r) => {
            r.state = may(&r, Act::Exempt)?;
            r.version += 1;
            r
        }
        None => service::blank(ctx, &found.subject),
    };
    r.exempt = true;
    r.exempt_reason = Some(reason.clone());
    r.updated_at = ctx.now();
    r.updated_by.clone_from(&ctx.actor.display);
    let done = match was {
        None => store::insert(&mut tx, &r, found.subject.period.kind(), ctx.now()).await?,
        Some(was) => store::update(&mut tx, &permit, &r, was).await?,
    };
    if done == 0 {
        // The unit wrote on it meanwhile.
        let stands = store::find(&mut tx, &permit, &found.subject).await?.ok_or(Error::NotFound)?;
        may(&stands, Act::Exempt)?;
        return Err(service::conflict(&stands));
    }
    store::note_exempt(&mut tx, &r).await?;
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
    ReportOut::of(ctx, &r, found.name, found.due)
}

/// Freezes a month of some counties and locks the approved reports of those that have passed it on, which it returns: part
/// of a frozen snapshot. The caller's own use case holds the permit, writes the snapshot in the same transaction and
/// commits.
pub async fn freeze_month(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<ReportRow>,
    month: Period,
    counties: &[DivisionId],
) -> Result<Vec<DivisionId>> {
    store::gate(tx, month, counties).await?;
    store::hold(tx, permit, month, counties).await?;
    let passed = confirmed::passed(tx, counties, month).await?;
    store::freeze(tx, month, counties, &passed, ctx.now()).await?;
    lock_period(ctx, tx, permit, month, &passed).await?;
    Ok(passed)
}

/// Locks the approved reports of a period in some counties.
pub async fn lock_period(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
) -> Result<usize> {
    let from = &[ReportState::Approved, ReportState::RolledUp];
    let step = Step { from, to: ReportState::Locked, act: Act::Lock, reason: None };
    advance(ctx, tx, permit, period, counties, step).await
}
