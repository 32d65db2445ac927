//! What units confirmed of what happens over time. A span that is made of whole periods, one or several in a row, is the
//! sum of what their reports say; each period is read by one rule, and several are added up only where the figure adds up
//! (persons counted once each do not). What was owed and does not count is named, period by period.

use super::out::{ConfirmedOut, MissingOut};
use super::service::Formula;
use super::sure::reports_href;
use crate::confirmed::{self, owing};
use crate::cycle::Cycle;
use crate::policy;
use crate::report::derive;
use crate::report::standing::Overridden;
use crate::report::store;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use zw_access::Ctx;
use zw_core::period::{Period, PeriodKind};
use zw_core::{DivisionId, Result, Stamp, UnitId};
use zw_db::Conn;
use zw_indicators::{Area, Measures, Span};

/// Periods that are added up at most: five years of weeks.
const MOST: usize = 260;

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

/// The periods that a span is made of, from the first day of the first to the last day of the last; none where it is not
/// made of whole ones. A report speaks of all days of its period: what happened in some of them nobody confirmed.
fn wholes(kind: PeriodKind, span: Span) -> Option<Vec<Period>> {
    let (first, last) = (Period::containing(kind, span.from), Period::containing(kind, span.to));
    if first > last || (first.first_day(), last.last_day()) != (span.from, span.to) {
        return None;
    }
    let all = std::iter::successors(Some(first), |p| Some(p.next())).take_while(|p| *p <= last);
    let list: Vec<Period> = all.take(MOST + 1).collect();
    (list.len() <= MOST).then_some(list)
}

/// The last period that is over by the end of a day.
pub(super) fn ended(kind: PeriodKind, day: zw_core::Day) -> Period {
    let period = Period::containing(kind, day);
    if period.last_day() <= day { period } else { period.prev() }
}

/// What the reports of one period say.
#[derive(Debug)]
pub(super) struct PeriodSum {
    pub period: Period,
    num: i64,
    den: i64,
    /// The latest confirmation.
    at: Option<Stamp>,
    /// The numerator by county, of those with a report that counts.
    pub by_county: HashMap<DivisionId, i64>,
    /// Overrides in the numerator, by county.
    pub overridden: HashMap<DivisionId, Vec<Overridden>>,
    /// Units whose report counts (months).
    pub counted: HashSet<UnitId>,
    /// Who owed the period: counties (weeks) or stations.
    due: i64,
    /// Counties that owed it, or some of whose stations did.
    pub owed_counties: HashSet<DivisionId>,
    /// Stations that owed it.
    pub owed_units: HashSet<UnitId>,
    /// Whose report does not count although they owed it.
    missing: Vec<Who>,
    /// Counties that have not passed it on.
    waiting: BTreeSet<DivisionId>,
    /// The one report it is made of.
    href: Option<String>,
}

impl PeriodSum {
    fn new(period: Period) -> Self {
        Self {
            period,
            num: 0,
            den: 0,
            at: None,
            by_county: HashMap::new(),
            overridden: HashMap::new(),
            counted: HashSet::new(),
            due: 0,
            owed_counties: HashSet::new(),
            owed_units: HashSet::new(),
            missing: vec![],
            waiting: BTreeSet::new(),
            href: None,
        }
    }
}

/// What happened over a span, confirmed, and the periods it is the sum of; none where the span is not made of whole periods
/// or nobody confirmed any.
pub(super) async fn confirmed(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    area: &Area,
    span: Span,
) -> Result<Option<(ConfirmedOut, Vec<PeriodSum>)>> {
    let periods = reported_by(f, area).and_then(|kind| wholes(kind, span));
    let Some(periods) = periods.filter(|list| list.len() == 1 || f.adds_up()) else { return Ok(None) };
    let mut sums = Vec::with_capacity(periods.len());
    for period in periods {
        sums.push(match area {
            Area::Unit(county, unit) => of_station(ctx, c, f, period, (*county, *unit)).await?,
            _ if period.kind() == PeriodKind::Month => of_month(ctx, c, measures, f, period, &area.counties()).await?,
            _ => of_week(ctx, c, f, period, &area.counties()).await?,
        });
    }
    Ok(added_up(ctx, f, area, span, &sums).map(|out| (out, sums)))
}

/// A county, or a station of it with its name.
type Who = (DivisionId, Option<(String, UnitId)>);

/// The sum of the periods; none where nobody confirmed any of them.
fn added_up(ctx: &Ctx, f: &Formula, area: &Area, span: Span, sums: &[PeriodSum]) -> Option<ConfirmedOut> {
    let at = sums.iter().filter_map(|s| s.at).max()?;
    let (first, last) = (sums.first()?.period, sums.last()?.period);
    let several = first != last;
    let view = ctx.tree().as_of(last.last_day());
    let mut missing: BTreeMap<&Who, Vec<String>> = BTreeMap::new();
    for s in sums {
        for who in &s.missing {
            missing.entry(who).or_default().extend(several.then(|| s.period.to_string()));
        }
    }
    let unconfirmed = missing.into_iter().map(|((county, unit), periods)| match unit {
        Some((name, _)) => MissingOut { name: name.clone(), county: Some(view.path_name(*county)), periods },
        None => MissingOut { name: view.path_name(*county), county: None, periods },
    });
    let waiting: BTreeSet<DivisionId> = sums.iter().flat_map(|s| &s.waiting).copied().collect();
    let n = |found: usize| i64::try_from(found).unwrap_or(i64::MAX);
    let of = sums.iter().map(|s| s.due).sum::<i64>();
    Some(ConfirmedOut {
        figure: f.figure(
            sums.iter().map(|s| s.num).sum(),
            sums.iter().map(|s| s.den).sum(),
            Span { from: first.first_day(), to: span.to },
            Some(at),
        ),
        period: last.to_string(),
        since: several.then(|| first.to_string()),
        units: of - sums.iter().map(|s| n(s.missing.len())).sum::<i64>(),
        of,
        earlier: vec![],
        unconfirmed: unconfirmed.collect(),
        waiting: waiting.into_iter().map(|c| view.path_name(c)).collect(),
        differs: vec![],
        href: match (area, sums) {
            // A station's figure is read by those who read its report.
            (Area::Unit(..), [one]) => one.href.clone().filter(|_| ctx.can(policy::READ)),
            (Area::Unit(..), _) => None,
            _ => reports_href(ctx, last.kind(), (!several).then_some(last), &area.counties()),
        },
    })
}

/// A week of counties, from their own reports.
async fn of_week(ctx: &Ctx, c: &mut Conn, f: &Formula, period: Period, counties: &[DivisionId]) -> Result<PeriodSum> {
    let mut out = PeriodSum::new(period);
    let mut excused = HashSet::new();
    for r in store::of_period(c, period, counties).await?.iter().filter(|r| r.unit_id.is_none()) {
        if r.exempt {
            excused.insert(r.county_id);
        }
        let Some(counted) = r.counted()? else { continue };
        let Some(n) = counted.value(f.num.key) else { continue };
        out.num += n;
        out.den += f.den.and_then(|d| counted.value(d.key)).unwrap_or(0);
        out.by_county.insert(r.county_id, n);
        out.overridden.entry(r.county_id).or_default().extend(counted.overridden(f.num.key));
        out.at = out.at.max(Some(counted.confirmed_at));
    }
    if Cycle::at(ctx, period).asks(period) {
        let view = ctx.tree().as_of(period.last_day());
        let owes = |c: &DivisionId| !excused.contains(c) && view.get(*c).is_some_and(|v| v.in_denominator);
        out.owed_counties = counties.iter().copied().filter(owes).collect();
    }
    let missing = out.owed_counties.iter().filter(|c| !out.by_county.contains_key(c));
    out.missing = missing.map(|c| (*c, None)).collect();
    out.due = i64::try_from(out.owed_counties.len()).unwrap_or(i64::MAX);
    Ok(out)
}

/// A month of counties, from the approved reports of the stations of those that have passed on.
async fn of_month(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    period: Period,
    counties: &[DivisionId],
) -> Result<PeriodSum> {
    let month = confirmed::month(c, measures, counties, period).await?;
    let passed: Vec<DivisionId> = month.passed.keys().copied().collect();
    let owing = owing::of_month(ctx, c, counties, period, &passed, &month.reports).await?;
    let sum = |key: &'static str| counties.iter().map(|c| month.flow(key, *c)).sum::<i64>();
    let mut overridden: HashMap<DivisionId, Vec<Overridden>> = HashMap::new();
    for r in month.reports.iter().filter(|r| r.approved) {
        overridden.entry(r.county).or_default().extend(r.overridden.get(f.num.key).cloned());
    }
    Ok(PeriodSum {
        overridden,
        num: sum(f.num.key),
        den: f.den.map_or(0, |d| sum(d.key)),
        at: month.passed.values().copied().max(),
        by_county: passed.iter().map(|c| (*c, month.flow(f.num.key, *c))).collect(),
        counted: month.reports.iter().filter(|r| r.approved).map(|r| r.unit).collect(),
        due: i64::try_from(owing.due.len()).unwrap_or(i64::MAX),
        owed_counties: owing.due.iter().map(|s| s.county).collect(),
        owed_units: owing.due.iter().map(|s| s.unit).collect(),
        missing: owing.missing.into_iter().map(|(s, _)| (s.county, Some((s.name, s.unit)))).collect(),
        waiting: owing.waiting,
        ..PeriodSum::new(period)
    })
}

/// A station's own month.
async fn of_station(
    ctx: &Ctx,
    c: &mut Conn,
    f: &Formula,
    period: Period,
    (county, unit): (DivisionId, UnitId),
) -> Result<PeriodSum> {
    let mut out = PeriodSum::new(period);
    let mut excused = false;
    for r in store::of_period(c, period, &[county]).await?.iter().filter(|r| r.unit_id == Some(unit)) {
        excused |= r.exempt;
        let Some(counted) = r.counted()? else { continue };
        let Some(n) = counted.value(f.num.key) else { continue };
        out.num += n;
        out.den += f.den.and_then(|d| counted.value(d.key)).unwrap_or(0);
        out.counted.insert(unit);
        out.by_county.insert(county, n);
        out.overridden.entry(county).or_default().extend(counted.overridden(f.num.key));
        out.at = out.at.max(Some(counted.confirmed_at));
        out.href = Some(format!("/reports/{}/{}", r.county_id, r.id));
    }
    let asked = !excused && Cycle::at(ctx, period).asks(period);
    let station = store::station_owing(c, county, unit, period).await?;
    if let Some((s, _)) = station.filter(|(_, owes)| asked && *owes) {
        out.due = 1;
        out.owed_counties.insert(county);
        out.owed_units.insert(unit);
        if out.counted.is_empty() {
            out.missing.push((county, Some((s.name, unit))));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::Day;

    #[test]
    fn a_span_is_made_of_whole_periods_or_it_is_not() {
        let span = |from: &str, to: &str| Span { from: Day::parse(from).unwrap(), to: Day::parse(to).unwrap() };
        let said = |kind, s| wholes(kind, s).map(|l| l.iter().map(Period::to_string).collect::<Vec<_>>().join(" "));
        for (kind, from, to, want) in [
            (PeriodKind::Month, "2021-06-01", "2021-06-30", Some("2021-06")),
            (PeriodKind::Month, "2020-12-01", "2021-02-28", Some("2020-12 2021-01 2021-02")),
            (PeriodKind::Month, "2021-05-02", "2021-06-30", None),
            (PeriodKind::Month, "2021-05-01", "2021-06-29", None),
            (PeriodKind::Week, "2021-06-21", "2021-07-04", Some("2021-W25 2021-W26")),
            (PeriodKind::Week, "2020-12-28", "2021-01-10", Some("2020-W53 2021-W01")),
            (PeriodKind::Week, "2021-06-21", "2021-07-05", None),
            // Longer than anybody asks for.
            (PeriodKind::Week, "2001-01-01", "2021-07-04", None),
        ] {
            assert_eq!(said(kind, span(from, to)).as_deref(), want, "{from} {to}");
        }
        assert_eq!(wholes(PeriodKind::Month, span("2021-07-01", "2021-05-31")), None);
    }
}
