//! Passing on, and the decision of the tier above.

use crate::cycle::{Cycle, parse_period};
use crate::direct::Chain;
use crate::pass_on::{self, Level, MissingUnit, PassOn, PassOnRow, Verdict};
use crate::policy;
use crate::report::advance::{Step, advance};
use crate::report::chain::{is_own, lock_period, reason_of};
use crate::report::model::{Act, ReportRow, ReportState};
use serde::{Deserialize, Serialize};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::deadline::ChainTier;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Error, Result};
use zw_web::Idem;

/// What a county or city passes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassOnInput {
    /// County or city id.
    pub division: String,
    /// Period key.
    pub period: String,
    /// Pass on although units are missing.
    pub although_missing: bool,
}

fn level_of(ctx: &Ctx, division: DivisionId, period: Period) -> Result<Level> {
    let chain = Chain::on(ctx, period.last_day());
    let level = match (chain.view().county_of(division) == Some(division), chain.is_city(division)) {
        // Stations report to the county tier, also where a city acts as one.
        (true, _) if period.kind() == PeriodKind::Month => Level::County,
        (false, true) => Level::City,
        _ => return Err(Error::NotFound),
    };
    Ok(level)
}

/// Passes on what came in to the tier above. Units without an approved report are named; passing on without them
/// must be said (`although_missing`). A second time only if the list of the missing has become shorter, or after a
/// return.
pub async fn pass_on(ctx: &Ctx, input: &PassOnInput, idem: &Idem) -> Result<PassOn> {
    let period = parse_period(&input.period)?;
    let division: DivisionId = input.division.trim().parse().map_err(|_| Error::field("division", "format"))?;
    let level = level_of(ctx, division, period)?;
    let action = if level == Level::County { policy::PASS_ON_COUNTY } else { policy::PASS_ON_CITY };
    let permit = ctx.permit::<ReportRow>(action)?;
    let counties = Chain::on(ctx, period.last_day()).counties_of(division);
    if counties.is_empty() || !counties.iter().all(|c| permit.covers_county(*c)) {
        return Err(Error::NotFound);
    }
    Cycle::at(ctx, period).check_open(period, ctx.today())?;
    let tier = if level == Level::County { ChainTier::County } else { ChainTier::City };
    let due = Cycle::at(ctx, period).due(ctx, period, tier);
    let mut tx = ctx.write().await?;
    let seen = idem.seen(ctx, &mut tx).await?;
    crate::report::store::gate(&mut tx, period, &counties).await?;
    let was = pass_on::store::find(&mut tx, division, period).await?;
    if let (Some(_), Some(old)) = (seen, &was) {
        return PassOn::of(ctx, old);
    }
    let missing = pass_on::missing(ctx, &mut tx, level, period, &counties).await?;
    if let Some(old) = &was {
        not_yet(ctx, old, &missing)?;
    }
    if !missing.is_empty() && !input.although_missing {
        let names: Vec<&str> = missing.iter().take(10).map(|m| m.name.as_str()).collect();
        let n = missing.len().to_string();
        return Err(Error::rule_with("pass-on-missing", &[("n", &n), ("names", &names.join("、"))]));
    }
    let now = ctx.now();
    let row = PassOnRow {
        id: was.as_ref().map_or_else(|| ctx.uuid(), |o| o.id),
        division_id: division,
        period: period.to_string(),
        state: Verdict::Passed,
        passed_at: now,
        passed_by: ctx.actor.display.clone(),
        passed_account: ctx.actor.account(),
        timeliness: was.as_ref().map_or_else(
            || due.deadline().map(|d| d.timeliness(Some(now), false, now).code().to_owned()),
            |o| o.timeliness.clone(),
        ),
        missing: serde_json::to_string(&missing).map_err(Error::internal)?,
        reviewed_at: None,
        reviewed_by: None,
        reason: None,
        version: was.as_ref().map_or(1, |o| o.version + 1),
    };
    if pass_on::store::save(&mut tx, &row, period.kind(), was.map(|o| o.version)).await? == 0 {
        // A colleague was quicker.
        let stands = pass_on::store::find(&mut tx, division, period).await?.ok_or(Error::NotFound)?;
        not_yet(ctx, &stands, &missing)?;
        return Err(conflict(&stands));
    }
    // What the level reviews itself is now part of what it passed on.
    let own = (level == Level::County) == (period.kind() == PeriodKind::Month);
    if own {
        let from = &[ReportState::Approved];
        let step = Step { from, to: ReportState::RolledUp, act: Act::RollUp, reason: None };
        advance(ctx, &mut tx, &permit, period, &counties, step).await?;
        // Passed on after the freeze: supplementary, and closed with this step.
        if crate::report::store::frozen_at(&mut tx, period, &counties).await?.is_some() {
            lock_period(ctx, &mut tx, &permit, period, &counties).await?;
        }
    }
    for county in &counties {
        tx.live("board", Some(*county));
        tx.live("wall", Some(*county));
    }
    idem.save(ctx, &mut tx, "passed").await?;
    let county = (level == Level::County).then_some(division);
    tx.commit(permit.change(county, row.id).fields(&["state", "missing"]).digest_of(&row.missing)).await?;
    PassOn::of(ctx, &row)
}

/// Refuses to pass on the same a second time.
fn not_yet(ctx: &Ctx, old: &PassOnRow, missing: &[MissingUnit]) -> Result<()> {
    if PassOn::of(ctx, old)?.is_outdated(missing) {
        return Ok(());
    }
    let at = old.passed_at.minute_cn();
    Err(Error::rule_with("pass-on-already", &[("at", &at), ("by", &old.passed_by)]))
}

/// What stands, for the person who was overtaken.
fn conflict(stands: &PassOnRow) -> Error {
    let by = stands.reviewed_by.as_ref().unwrap_or(&stands.passed_by);
    Error::Conflict { current: vec![("saved_by".into(), by.clone()), ("version".into(), stands.version.to_string())] }
}

/// A decision about what was passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassOnReview {
    /// County or city id.
    pub division: String,
    /// Period key.
    pub period: String,
    /// Version that was read.
    pub version: i64,
    /// Approve, or else return.
    pub approve: bool,
    /// Why it is returned.
    pub reason: String,
}

/// The tier above approves or returns what was passed on. A return opens the units' reports again for their tier.
pub async fn review_pass_on(ctx: &Ctx, input: &PassOnReview, idem: &Idem) -> Result<PassOn> {
    let reason = if input.approve { None } else { Some(reason_of(&input.reason)?) };
    let period = parse_period(&input.period)?;
    let division: DivisionId = input.division.trim().parse().map_err(|_| Error::field("division", "format"))?;
    let level = level_of(ctx, division, period)?;
    let chain = Chain::on(ctx, period.last_day());
    let by_city = level == Level::County && chain.city_of(division).is_some();
    let action = if by_city { policy::REVIEW_PASS_ON } else { policy::REVIEW_PASS_ON_PROVINCE };
    let permit = ctx.permit::<ReportRow>(action)?;
    let counties = chain.counties_of(division);
    if !counties.iter().all(|c| permit.covers_county(*c)) {
        return Err(Error::NotFound);
    }
    let mut tx = ctx.write().await?;
    let seen = idem.seen(ctx, &mut tx).await?;
    let was = pass_on::store::find(&mut tx, division, period).await?.ok_or(Error::NotFound)?;
    if seen.is_some() {
        return PassOn::of(ctx, &was);
    }
    undecided(&was, input.approve)?;
    if input.approve && is_own(ctx, was.passed_account) {
        return Err(Error::FourEyes("report-four-eyes"));
    }
    if was.version != input.version {
        return Err(conflict(&was));
    }
    let mut row = was.clone();
    row.state = if input.approve { Verdict::Approved } else { Verdict::Returned };
    row.reviewed_at = Some(ctx.now());
    row.reviewed_by = Some(ctx.actor.display.clone());
    row.reason = reason;
    row.version += 1;
    if pass_on::store::save(&mut tx, &row, period.kind(), Some(was.version)).await? == 0 {
        let stands = pass_on::store::find(&mut tx, division, period).await?.ok_or(Error::NotFound)?;
        undecided(&stands, input.approve)?;
        return Err(conflict(&stands));
    }
    // Asked once the row is ours: a freeze that came before is seen, one that comes later waits.
    if !input.approve
        && let Some(at) = crate::report::store::frozen_at(&mut tx, period, &counties).await?
    {
        return Err(Error::rule_with("pass-on-frozen", &[("period", &was.period), ("at", &at.minute_cn())]));
    }
    let own = (level == Level::County) == (period.kind() == PeriodKind::Month);
    if own && !input.approve {
        let from = &[ReportState::RolledUp];
        let step = Step { from, to: ReportState::Approved, act: Act::Reopen, reason: row.reason.as_deref() };
        advance(ctx, &mut tx, &permit, period, &counties, step).await?;
    }
    for county in &counties {
        tx.live("board", Some(*county));
    }
    idem.save(ctx, &mut tx, "reviewed").await?;
    let county = (level == Level::County).then_some(division);
    tx.commit(permit.change(county, row.id).fields(&["state"]).digest_of(&(row.state, &row.reason))).await?;
    PassOn::of(ctx, &row)
}

/// What was decided stays decided; only an approval can still be turned into a return.
fn undecided(row: &PassOnRow, approve: bool) -> Result<()> {
    if row.state != Verdict::Passed && (approve || row.state == Verdict::Returned) {
        return Err(Error::rule("pass-on-decided"));
    }
    Ok(())
}
