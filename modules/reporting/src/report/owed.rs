//! What the reader owes, what came back, what needs a decision: the page of a reporter and the 今日 section of every
//! role of the chain.

use crate::confirmed::owing;
use crate::cycle::{Cycle, Window, last_ended};
use crate::direct::Chain;
use crate::pass_on::{self, Verdict};
use crate::policy;
use crate::report::model::{ReportRow, ReportState, timeliness};
use crate::report::store;
use crate::report::unpassed::{Unpassed, unpassed};
use serde::Serialize;
use std::collections::BTreeSet;
use zw_access::{Action, Ctx, Permit};
use zw_core::deadline::{ChainTier, Timeliness};
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Error, Result, Stamp, UnitId};
use zw_db::Conn;

/// Days for which a refused correction is told.
const TOLD_DAYS: i64 = 14;

/// A report or pass-on that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Owed {
    /// Period key.
    pub period: String,
    /// Who owes it.
    pub reporter: String,
    /// Station, for a month.
    pub unit: Option<UnitId>,
    /// County.
    pub county: DivisionId,
    /// Deadline.
    pub due_at: Option<Stamp>,
    /// The year whose holidays are not known, while the deadline is unknown for it (期限未知).
    pub due_unknown: Option<i64>,
    /// 时效 now.
    pub timeliness: Timeliness,
    /// A draft was saved.
    pub begun: bool,
    /// The period still runs: the draft can be looked at, not sent.
    pub running: bool,
    /// To pass on what came in, not to write.
    pub pass_on: bool,
    /// Where to do it.
    pub href: String,
}

/// A report or pass-on that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CameBack {
    /// Period key.
    pub period: String,
    /// Whose.
    pub reporter: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Stamp,
    /// Why.
    pub reason: String,
    /// Where to mend it.
    pub href: String,
}

/// Something that waits for the reader's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Waiting {
    /// Period key.
    pub period: String,
    /// Whose.
    pub reporter: String,
    /// Since when.
    pub since: Stamp,
    /// It was passed on by a county or city, not written by a unit.
    pub passed_on: bool,
    /// Where to decide.
    pub href: String,
}

/// The 今日 section of reporting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Today {
    /// Owed, the oldest deadline first.
    pub owed: Vec<Owed>,
    /// Came back, newest first.
    pub came_back: Vec<CameBack>,
    /// Waits for a decision, oldest first; at most 50 of each kind.
    pub waiting: Vec<Waiting>,
    /// Not passed on yet by the tier below.
    pub unpassed: Vec<Unpassed>,
}

/// What the reader owes, what came back and what needs a decision; empty for roles without a part in the chain.
pub async fn report_today_section(ctx: &Ctx) -> Result<Today> {
    let mut out = Today::default();
    let mut c = ctx.read().await?;
    if let Some(p) = allowed(ctx, policy::WRITE_STATION)? {
        for (county, unit) in p.units() {
            station(ctx, &mut c, county, unit, &mut out).await?;
        }
        came_back(ctx, &mut c, &p, &mut out).await?;
    }
    if let Some(p) = allowed(ctx, policy::WRITE_COUNTY)? {
        for county in p.counties().unwrap_or_default() {
            county_week(ctx, &mut c, county, &mut out).await?;
            if ctx.can(policy::PASS_ON_COUNTY) {
                passing(ctx, &mut c, county, PeriodKind::Month, ChainTier::County, &mut out).await?;
            }
        }
        came_back(ctx, &mut c, &p, &mut out).await?;
    }
    if let Some(p) = allowed(ctx, policy::PASS_ON_CITY)? {
        let counties = p.counties().unwrap_or_default();
        for kind in [PeriodKind::Week, PeriodKind::Month] {
            let chain = Chain::on(ctx, last_ended(kind, ctx.today()).last_day());
            // A city that acts as its own county tier has no counties to pass on for; its months go as a county's.
            let cities: BTreeSet<DivisionId> = counties.iter().filter_map(|c| chain.city_of(*c)).collect();
            for city in cities {
                passing(ctx, &mut c, city, kind, ChainTier::City, &mut out).await?;
            }
        }
    }
    for (action, stations) in
        [(policy::REVIEW_STATION, true), (policy::REVIEW_COUNTY, false), (policy::REVIEW_DIRECT, false)]
    {
        if let Some(p) = allowed(ctx, action)? {
            waiting(ctx, &mut c, &p, stations, action, &mut out).await?;
        }
    }
    for action in [policy::REVIEW_PASS_ON, policy::REVIEW_PASS_ON_PROVINCE] {
        if let Some(p) = allowed(ctx, action)? {
            waiting_passed(ctx, &mut c, &p, action, &mut out).await?;
            out.unpassed.extend(unpassed(ctx, &mut c, &p, action).await?);
        }
    }
    out.owed.sort_by(|a, b| (a.running, a.due_at, &a.period, &a.href).cmp(&(b.running, b.due_at, &b.period, &b.href)));
    Ok(out)
}

fn allowed(ctx: &Ctx, action: Action) -> Result<Option<Permit<ReportRow>>> {
    match ctx.permit::<ReportRow>(action) {
        Ok(p) => Ok(Some(p)),
        Err(Error::Forbidden) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The ended periods of a kind that still take a report, newest first, from the reporter's first one on.
async fn open_periods(
    ctx: &Ctx,
    c: &mut Conn,
    county: DivisionId,
    unit: Option<UnitId>,
    kind: PeriodKind,
) -> Result<Vec<Period>> {
    let newest = last_ended(kind, ctx.today());
    // Before its first report a new installation owes only the period that just ended.
    let first = store::first_last_day(c, county, unit, kind).await?;
    let cycles = ctx.app.settings().course();
    let window = |p: Period| Cycle::ended(&cycles, p.last_day()).window(p, ctx.today());
    let floor = cycles.now().start_on.or(first).unwrap_or(newest.last_day()).min(newest.last_day());
    Ok(std::iter::successors(Some(newest), |p| Some(p.prev()))
        .map(|p| (p, window(p)))
        .take_while(|(p, w)| p.last_day() >= floor && !matches!(w, Window::Closed(_)))
        .filter_map(|(p, w)| (w == Window::Open).then_some(p))
        .collect())
}

fn edit_href(period: Period, county: DivisionId, unit: Option<UnitId>) -> String {
    match unit {
        Some(u) => format!("/reports/edit?period={period}&county={county}&unit={u}"),
        None => format!("/reports/edit?period={period}&county={county}"),
    }
}

struct Who {
    county: DivisionId,
    unit: Option<UnitId>,
    name: String,
}

fn item(ctx: &Ctx, period: Period, who: &Who, row: Option<&ReportRow>, running: bool) -> Owed {
    let due = Cycle::at(ctx, period).due(ctx, period, Cycle::reporter_tier(period.kind()));
    Owed {
        period: period.to_string(),
        reporter: who.name.clone(),
        unit: who.unit,
        county: who.county,
        due_at: due.at(),
        due_unknown: due.unknown(),
        timeliness: timeliness(row, due, ctx.now()),
        begun: row.is_some(),
        running,
        pass_on: false,
        href: edit_href(period, who.county, who.unit),
    }
}

async fn county_week(ctx: &Ctx, c: &mut Conn, county: DivisionId, out: &mut Today) -> Result<()> {
    let view = ctx.tree().as_of(ctx.today());
    if !view.get(county).is_some_and(|v| v.in_denominator) {
        return Ok(());
    }
    let who = Who { county, unit: None, name: view.path_name(county) };
    let periods = open_periods(ctx, c, county, None, PeriodKind::Week).await?;
    add_owed(ctx, c, &who, &periods, out).await?;
    if Cycle::of(ctx).week {
        let running = Period::containing(PeriodKind::Week, ctx.today());
        out.owed.push(item(ctx, running, &who, None, true));
    }
    Ok(())
}

async fn station(ctx: &Ctx, c: &mut Conn, county: DivisionId, unit: UnitId, out: &mut Today) -> Result<()> {
    let Some((name, built)) = store::station_spans(c, county, unit).await? else { return Ok(()) };
    let mut periods = open_periods(ctx, c, county, Some(unit), PeriodKind::Month).await?;
    periods.retain(|p| built.iter().any(|stretch| store::owes_month(*p, *stretch)));
    let who = Who { county, unit: Some(unit), name };
    add_owed(ctx, c, &who, &periods, out).await
}

async fn add_owed(ctx: &Ctx, c: &mut Conn, who: &Who, periods: &[Period], out: &mut Today) -> Result<()> {
    let (Some(newest), Some(oldest)) = (periods.first(), periods.last()) else { return Ok(()) };
    let rows = store::of_reporter_between(c, who.county, who.unit, oldest.last_day(), newest.last_day()).await?;
    for p in periods {
        let key = p.to_string();
        let row = rows.iter().find(|r| r.period == key);
        // A returned one is told under what came back.
        if row.is_none_or(|r| r.state == ReportState::Draft && !r.exempt) {
            out.owed.push(item(ctx, *p, who, row, false));
        }
    }
    Ok(())
}

async fn passing(
    ctx: &Ctx,
    c: &mut Conn,
    division: DivisionId,
    kind: PeriodKind,
    tier: ChainTier,
    out: &mut Today,
) -> Result<()> {
    let period = last_ended(kind, ctx.today());
    let cycle = Cycle::at(ctx, period);
    if cycle.window(period, ctx.today()) != Window::Open {
        return Ok(());
    }
    let view = ctx.tree().as_of(period.last_day());
    let was = pass_on::store::find(c, division, period).await?;
    let href = format!("/board?period={period}&area={division}");
    match was {
        Some(p) if p.state == Verdict::Returned => out.came_back.push(CameBack {
            period: p.period,
            reporter: view.path_name(division),
            by: crate::report::out::named(ctx, p.reviewed_by).unwrap_or_default(),
            at: p.reviewed_at.unwrap_or(p.passed_at),
            reason: p.reason.unwrap_or_default(),
            href,
        }),
        Some(_) => {}
        None => {
            let counties = Chain::on(ctx, period.last_day()).counties_of(division);
            if owing::counties_owing(c, &view, &counties, period).await?.is_empty() {
                return Ok(());
            }
            let due = cycle.due(ctx, period, tier);
            out.owed.push(Owed {
                period: period.to_string(),
                reporter: view.path_name(division),
                unit: None,
                county: division,
                due_at: due.at(),
                due_unknown: due.unknown(),
                timeliness: timeliness(None, due, ctx.now()),
                begun: false,
                running: false,
                pass_on: true,
                href,
            });
        }
    }
    Ok(())
}

async fn came_back(ctx: &Ctx, c: &mut Conn, p: &Permit<ReportRow>, out: &mut Today) -> Result<()> {
    let stations = p.action() == policy::WRITE_STATION;
    for r in store::returned(c, p, stations, ctx.now().plus_ms(-TOLD_DAYS * 86_400_000)).await? {
        let (period, reporter) = named(ctx, &r)?;
        out.came_back.push(CameBack {
            period: r.period.clone(),
            reporter,
            by: r.returned_by.clone().unwrap_or_default(),
            at: r.returned_at.unwrap_or(r.updated_at),
            reason: r.return_reason.clone().unwrap_or_default(),
            // A refused correction has nothing to mend: its report says why.
            href: match r.state {
                ReportState::Returned => edit_href(period, r.county_id, r.unit_id),
                _ => format!("/reports/{}/{}", r.county_id, r.id),
            },
        });
    }
    Ok(())
}

/// The period of a report, and who reports: the station, or the county with its city.
fn named(ctx: &Ctx, r: &store::TodayRow) -> Result<(Period, String)> {
    let period = Period::parse(&r.period).ok_or_else(|| Error::internal(format!("period of report {}", r.id)))?;
    let county = || ctx.tree().as_of(period.last_day()).path_name(r.county_id);
    Ok((period, r.unit_name.clone().unwrap_or_else(county)))
}

async fn waiting(
    ctx: &Ctx,
    c: &mut Conn,
    p: &Permit<ReportRow>,
    stations: bool,
    action: Action,
    out: &mut Today,
) -> Result<()> {
    // A county with a city is the city's to review, also within the province's scope.
    let chain = Chain::on(ctx, ctx.today());
    let mut counties = p.counties().unwrap_or_default();
    counties.retain(|c| stations || chain.city_of(*c).is_some() == (action == policy::REVIEW_COUNTY));
    if counties.is_empty() {
        return Ok(());
    }
    for r in store::waiting(c, p, &counties, stations).await? {
        let (_, reporter) = named(ctx, &r)?;
        out.waiting.push(Waiting {
            period: r.period.clone(),
            reporter,
            since: r.submitted_at.unwrap_or(r.updated_at),
            passed_on: false,
            href: format!("/reports/{}/{}", r.county_id, r.id),
        });
    }
    Ok(())
}

async fn waiting_passed(ctx: &Ctx, c: &mut Conn, p: &Permit<ReportRow>, action: Action, out: &mut Today) -> Result<()> {
    let chain = Chain::on(ctx, ctx.today());
    let view = chain.view();
    let counties = p.counties().unwrap_or_default();
    let city_of = |c: &DivisionId| chain.city_of(*c);
    let divisions: Vec<DivisionId> = if action == policy::REVIEW_PASS_ON {
        counties.into_iter().filter(|c| city_of(c).is_some()).collect()
    } else {
        let mut list: Vec<_> = counties.iter().map(|c| city_of(c).unwrap_or(*c)).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    for r in pass_on::store::undecided(c, &divisions, Verdict::Passed).await? {
        out.waiting.push(Waiting {
            reporter: view.path_name(r.division_id),
            since: r.passed_at,
            passed_on: true,
            href: format!("/board?period={}&area={}", r.period, r.division_id),
            period: r.period,
        });
    }
    Ok(())
}
