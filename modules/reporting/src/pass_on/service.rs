//! Passing on, and the decision of the tier above.

use crate::cycle::{Cycle, parse_period};
use crate::pass_on::{self, Level, PassOn, PassOnRow, Verdict};
use crate::policy;
use crate::report::chain::reason_of;
use crate::report::model::{Act, ReportRow, ReportState};
use crate::report::store;
use serde::{Deserialize, Serialize};
use zw_access::{Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::deadline::ChainTier;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Error, Result};
use zw_db::Tx;
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
