//! The chain above the reporter (domain.md section 7): the tier above approves or returns, excuses, and passes on,
//! although a unit is late if it says so. Pages and API call these use cases.

use crate::cycle::{Cycle, parse_period};
use crate::pass_on::{self, Level, PassOn, PassOnRow, Verdict};
use crate::policy;
use crate::report::model::{Act, ReportRow, ReportState};
use crate::report::out::ReportOut;
use crate::report::service::{self, ReportQuery};
use crate::report::store::{self, NewEvent};
use serde::{Deserialize, Serialize};
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::deadline::ChainTier;
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

fn reason_of(text: &str) -> Result<String> {
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
    let reporter = service::reporter_name(ctx, &mut tx, &r, period).await?;
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
    let view = ctx.tree().as_of(period.last_day());
    let level = match (view.county_of(division) == Some(division), view.city_of(division) == Some(division)) {
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
    let view = ctx.tree().as_of(period.last_day());
    let counties = view.counties_under(division).to_vec();
    if counties.is_empty() || !counties.iter().all(|c| permit.covers_county(*c)) {
        return Err(Error::NotFound);
    }
    Cycle::of(ctx).check_open(period, ctx.today())?;
    let tier = if level == Level::County { ChainTier::County } else { ChainTier::City };
    let deadline = Cycle::of(ctx).deadline(ctx, period, tier)?;
    let mut tx = ctx.write().await?;
    let was = pass_on::store::find(&mut tx, division, period).await?;
    if let (Some(_), Some(old)) = (idem.seen(ctx, &mut tx).await?, &was) {
        return PassOn::of(ctx, old);
    }
    let missing = pass_on::missing(ctx, &mut tx, level, period, &counties).await?;
    if let Some(old) = &was {
        let same = PassOn::of(ctx, old)?.missing == missing;
        if old.state != Verdict::Returned && same {
            let at = old.passed_at.minute_cn();
            return Err(Error::rule_with("pass-on-already", &[("at", &at), ("by", &old.passed_by)]));
        }
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
        timeliness: was.as_ref().map_or_else(
            || deadline.map(|d| d.timeliness(Some(now), false, now).code().to_owned()),
            |o| o.timeliness.clone(),
        ),
        missing: serde_json::to_string(&missing).map_err(Error::internal)?,
        reviewed_at: None,
        reviewed_by: None,
        reason: None,
        version: was.as_ref().map_or(1, |o| o.version + 1),
    };
    pass_on::store::save(&mut tx, &row, period.kind(), was.map(|o| o.version)).await?;
    // What the level reviews itself is now part of what it passed on.
    let own = (level == Level::County) == (period.kind() == PeriodKind::Month);
    if own {
        roll_up(ctx, &mut tx, &permit, period, &counties, true).await?;
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

async fn roll_up(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
    up: bool,
) -> Result<()> {
    let states: (&[ReportState], ReportState) = if up {
        (&[ReportState::Approved], ReportState::RolledUp)
    } else {
        (&[ReportState::RolledUp], ReportState::Approved)
    };
    let stations = period.kind() == PeriodKind::Month;
    let by = (ctx.now(), ctx.actor.display.as_str());
    let moved = store::advance(tx, permit, period, counties, stations, states, by).await?;
    if up {
        let ids = moved.into_iter().map(|(county, id, version)| (ctx.uuid(), county, id, version)).collect();
        store::add_events(tx, ids, Act::RollUp, by.0, by.1).await?;
    }
    Ok(())
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
    let view = ctx.tree().as_of(period.last_day());
    let by_city = level == Level::County && view.city_of(division).is_some_and(|c| c != division);
    let action = if by_city { policy::REVIEW_PASS_ON } else { policy::REVIEW_PASS_ON_PROVINCE };
    let permit = ctx.permit::<ReportRow>(action)?;
    let counties = view.counties_under(division).to_vec();
    if !counties.iter().all(|c| permit.covers_county(*c)) {
        return Err(Error::NotFound);
    }
    let mut tx = ctx.write().await?;
    let was = pass_on::store::find(&mut tx, division, period).await?.ok_or(Error::NotFound)?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return PassOn::of(ctx, &was);
    }
    if was.state != Verdict::Passed && (input.approve || was.state == Verdict::Returned) {
        return Err(Error::rule("pass-on-decided"));
    }
    if was.version != input.version {
        return Err(Error::Conflict { current: vec![("saved_by".into(), was.passed_by.clone())] });
    }
    let mut row = was.clone();
    row.state = if input.approve { Verdict::Approved } else { Verdict::Returned };
    row.reviewed_at = Some(ctx.now());
    row.reviewed_by = Some(ctx.actor.display.clone());
    row.reason = reason;
    row.version += 1;
    pass_on::store::save(&mut tx, &row, period.kind(), Some(was.version)).await?;
    let own = (level == Level::County) == (period.kind() == PeriodKind::Month);
    if own && !input.approve {
        roll_up(ctx, &mut tx, &permit, period, &counties, false).await?;
    }
    for county in &counties {
        tx.live("board", Some(*county));
    }
    idem.save(ctx, &mut tx, "reviewed").await?;
    let county = (level == Level::County).then_some(division);
    tx.commit(permit.change(county, row.id).fields(&["state"]).digest_of(&(row.state, &row.reason))).await?;
    PassOn::of(ctx, &row)
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
