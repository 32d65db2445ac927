//! What units confirmed of a figure: the counties' weekly reports, the months they passed on, a station's month.

use super::service::{ConfirmedOut, DiffersOut, Formula};
use crate::confirmed::{self, closed_week};
use crate::policy;
use crate::report::derive;
use crate::report::model::ReportRow;
use crate::report::store;
use std::collections::HashSet;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Result, UnitId};
use zw_db::Conn;
use zw_indicators::confirmed::{Part, total};
use zw_indicators::{Area, Measures, Span, indicator};

/// What was asked, as `confirmed` needs it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub key: &'a str,
    pub f: &'a Formula,
    pub area: &'a Area,
    pub span: Span,
    pub stock: bool,
    pub above: bool,
    /// Whether the reader may see live figures beside confirmed ones.
    pub live: bool,
}

/// What the units confirmed: the counties' weekly reports, the months they passed on, or a station's month.
pub(super) async fn confirmed(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
) -> Result<Option<ConfirmedOut>> {
    let Asked { f, area, span, stock, .. } = asked;
    match area {
        Area::Town(county, _) if stock && asked.above => stock_of_town(ctx, c, measures, asked, *county).await,
        Area::County(_) | Area::Counties(_) if stock => {
            let mut out = stock_of_counties(ctx, c, measures, f, area, span.to).await?;
            if let Some((out, parts)) = out.as_mut().filter(|_| asked.live) {
                out.differs = differs(ctx, c, measures, f, parts, span.to).await?;
            }
            Ok(out.map(|o| o.0))
        }
        _ => match reported_by(f, area) {
            Some(kind) => match whole(kind, span) {
                Some(period) => of_period(ctx, c, measures, f, area, period).await,
                None => Ok(None),
            },
            None => Ok(None),
        },
    }
}

/// The kind of report that carries what happened in an area: a county's week, else a month, which sums up only where no
/// person is counted once.
pub(super) fn reported_by(f: &Formula, area: &Area) -> Option<PeriodKind> {
    let carried = |kind| f.keys().iter().all(|k| derive::measures_of(kind).contains(k));
    match area {
        Area::County(_) | Area::Counties(_) if carried(PeriodKind::Week) => Some(PeriodKind::Week),
        Area::County(_) | Area::Counties(_) if carried(PeriodKind::Month) && f.adds_up() => Some(PeriodKind::Month),
        Area::Unit(..) if carried(PeriodKind::Month) => Some(PeriodKind::Month),
        _ => None,
    }
}

/// The period whose days a span is, from its first to its last. A report speaks of these days only: what happened in
/// some of them, or in others, nobody confirmed.
fn whole(kind: PeriodKind, span: Span) -> Option<Period> {
    let period = Period::containing(kind, span.to);
    (span == derive::span(period)).then_some(period)
}

/// The last period that is over by the end of a day.
pub(super) fn ended(kind: PeriodKind, day: Day) -> Period {
    let period = Period::containing(kind, day);
    if period.last_day() <= day { period } else { period.prev() }
}

/// What happened in one period, from its reports.
async fn of_period(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    area: &Area,
    period: Period,
) -> Result<Option<ConfirmedOut>> {
    match area {
        Area::Unit(county, unit) => of_reports(ctx, c, f, period, &[*county], Some(*unit)).await,
        _ if period.kind() == PeriodKind::Month => {
            month_of_counties(ctx, c, measures, f, &area.counties(), period).await
        }
        _ => of_reports(ctx, c, f, period, &area.counties(), None).await,
    }
}

/// A stock of a township above the county: as of the week its county confirmed last, as on the wall.
async fn stock_of_town(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    asked: Asked<'_>,
    county: DivisionId,
) -> Result<Option<ConfirmedOut>> {
    let weeks = confirmed::store::weeks(c, &[county], asked.span.to).await?;
    let Some(w) = weeks.get(&county) else { return Ok(None) };
    let on = Span::on(w.last_day.min(asked.span.to));
    let figure = indicator::evaluate_key(measures, c, &ctx.tree(), asked.key, asked.area, on).await?;
    Ok(Some(ConfirmedOut {
        figure: figure.confirmed(w.confirmed_at),
        period: w.period.clone(),
        units: 1,
        of: 1,
        earlier: vec![],
        unconfirmed: vec![],
        differs: vec![],
        href: Period::parse(&w.period).and_then(|p| reports_href(ctx, p, &[county])),
    }))
}

/// The list of the reports behind a confirmed figure, for readers who may open them all.
fn reports_href(ctx: &Ctx, period: Period, counties: &[DivisionId]) -> Option<String> {
    let permit = ctx.permit::<ReportRow>(policy::READ).ok()?;
    let view = ctx.tree().as_of(ctx.today());
    let first = counties.first().filter(|_| counties.iter().all(|c| permit.covers_county(*c)))?;
    // The smallest division that holds them all.
    let above = std::iter::once(*first).chain(view.ancestors(*first));
    let area = above.into_iter().find(|a| counties.iter().all(|c| *c == *a || view.is_within(*c, *a)))?;
    Some(format!("/reports/list?kind={}&period={period}&county={area}", period.kind().code()))
}

/// What happened in a month, from the approved reports of the stations of counties that have passed on.
async fn month_of_counties(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    counties: &[DivisionId],
    period: Period,
) -> Result<Option<ConfirmedOut>> {
    let month = confirmed::month(c, measures, counties, period).await?;
    let Some(at) = month.passed.values().copied().max() else { return Ok(None) };
    let sum = |key: &'static str| counties.iter().map(|c| month.flow(key, *c)).sum::<i64>();
    let settled: HashSet<UnitId> = month.reports.iter().filter(|r| r.approved || r.exempt).map(|r| r.unit).collect();
    let due = store::stations_due(c, counties, period.last_day()).await?;
    let view = ctx.tree().as_of(period.last_day());
    let mut unconfirmed = vec![];
    for county in counties.iter().filter(|c| !month.passed.contains_key(*c)) {
        if due.iter().any(|s| s.county_id == *county) {
            unconfirmed.push(view.path_name(*county));
        }
    }
    let passed = due.iter().filter(|s| month.passed.contains_key(&s.county_id));
    unconfirmed.extend(passed.filter(|s| !settled.contains(&s.id)).map(|s| s.name.clone()));
    let units = month.reports.iter().filter(|r| r.approved).count();
    Ok(Some(ConfirmedOut {
        figure: f.figure(sum(f.num.key), f.den.map_or(0, |d| sum(d.key)), derive::span(period), Some(at)),
        period: period.to_string(),
        units: i64::try_from(units).unwrap_or(0),
        of: i64::try_from(due.len()).unwrap_or(0),
        earlier: vec![],
        unconfirmed,
        differs: vec![],
        href: reports_href(ctx, period, counties),
    }))
}

/// A stock above the county, by the rule of `zw_indicators::confirmed`; none where no county confirmed it.
async fn stock_of_counties(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    area: &Area,
    day: Day,
) -> Result<Option<(ConfirmedOut, Vec<(DivisionId, Part)>)>> {
    let (tree, counties) = (ctx.tree(), area.counties());
    let parts = measures.above_county(c, &tree, &f.keys(), &counties, day).await?;
    let of_key = |key: &'static str| counties.iter().filter_map(|c| parts.get(&(key, *c)).copied()).collect::<Vec<_>>();
    let num = of_key(f.num.key);
    let (Some((sum, _)), Some(at)) = (total(num.iter().copied()), num.iter().filter_map(|p| p.at).max()) else {
        return Ok(None);
    };
    let den = f.den.map_or(0, |d| of_key(d.key).iter().map(|p| p.value).sum());
    let (view, period) = (tree.as_of(day), closed_week(day, ctx.today()));
    let weeks = confirmed::store::weeks(c, &counties, day).await?;
    let (mut units, mut earlier, mut unconfirmed) = (0, vec![], vec![]);
    for (county, part) in counties.iter().zip(&num) {
        match weeks.get(county).filter(|_| part.confirmed) {
            Some(w) if w.period == period.to_string() => units += 1,
            Some(w) => earlier.push((view.path_name(*county), w.period.clone())),
            None => unconfirmed.push(view.path_name(*county)),
        }
    }
    let out = ConfirmedOut {
        figure: f.figure(sum, den, Span::on(day), Some(at)),
        period: period.to_string(),
        units,
        of: i64::try_from(counties.len()).unwrap_or(0),
        earlier,
        unconfirmed,
        differs: vec![],
        href: reports_href(ctx, period, &counties),
    };
    Ok(Some((out, counties.into_iter().zip(num).collect())))
}

/// The counties whose registers say another number by now than they confirmed: what the rows behind a figure hold more or
/// less than the figure.
async fn differs(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    parts: &[(DivisionId, Part)],
    day: Day,
) -> Result<Vec<DiffersOut>> {
    let (tree, key) = (ctx.tree(), f.num.key);
    let counties: Vec<DivisionId> = parts.iter().filter(|(_, p)| p.at.is_some()).map(|(c, _)| *c).collect();
    let live = measures.by_county(c, &tree, &[key], &counties, Span::on(day)).await?;
    let view = tree.as_of(day);
    let of = |(county, part): &(DivisionId, Part)| DiffersOut {
        county: view.path_name(*county),
        confirmed: part.value,
        as_of: part.as_of,
        live: live.get(&(key, *county)).copied().unwrap_or(0),
    };
    Ok(parts.iter().filter(|(_, p)| p.at.is_some()).map(of).filter(|d| d.confirmed != d.live).collect())
}

/// What the reports of one period say, of counties or of one station; none where none was confirmed.
async fn of_reports(
    ctx: &Ctx,
    c: &mut Conn,
    f: &Formula,
    period: Period,
    counties: &[DivisionId],
    unit: Option<UnitId>,
) -> Result<Option<ConfirmedOut>> {
    let (mut num, mut den, mut at, mut by) = (0, 0, None, vec![]);
    let mut href = None;
    for r in store::of_period(c, period, counties).await?.iter().filter(|r| r.unit_id == unit) {
        let Some(counted) = r.counted()? else { continue };
        let Some(n) = counted.value(f.num.key) else { continue };
        num += n;
        den += f.den.and_then(|d| counted.value(d.key)).unwrap_or(0);
        by.push(r.county_id);
        at = at.max(Some(counted.confirmed_at));
        href = Some(format!("/reports/{}/{}", r.county_id, r.id));
    }
    let Some(at) = at else { return Ok(None) };
    let view = ctx.tree().as_of(period.last_day());
    let missing = counties.iter().filter(|c| !by.contains(c)).map(|c| view.path_name(*c)).collect();
    Ok(Some(ConfirmedOut {
        figure: f.figure(num, den, derive::span(period), Some(at)),
        period: period.to_string(),
        units: i64::try_from(by.len()).unwrap_or(0),
        of: i64::try_from(counties.len()).unwrap_or(0),
        earlier: vec![],
        unconfirmed: missing,
        differs: vec![],
        href: match unit {
            // A station's figure is read by those who read its report.
            Some(_) => href.filter(|_| ctx.can(policy::READ)),
            None => reports_href(ctx, period, counties),
        },
    }))
}
