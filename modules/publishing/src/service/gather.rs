//! Gathers the figures of an area as of a day: stocks from the registers, flows of a month from the frozen cells of
//! approved reports (architecture.md 1, "Live figure and report").

use super::late;
use super::punctual::{self, Stand};
use crate::model::snapshot::{
    AreaFigures, Body, Change, Corrections, County, Gap, Stage, Unconfirmed, UnconfirmedReason, Unreported,
};
use crate::model::wall::OBSTACLES;
use crate::store::registers::Townships;
use crate::store::{registers, reports};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::deadline::Timeliness;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::{DivisionKind, Tree, View};
use zw_core::{Day, DivisionId, Error, ReportId, Result};
use zw_db::Conn;
use zw_indicators::confirmed::DENOMINATORS;
use zw_indicators::{Measures, Span, indicator, keys};
use zw_jobs::Progress;
use zw_network::model::plan;
use zw_network::model::sheet::SheetDates;
use zw_reporting::confirmed::owing::{self, Owes, Owing};
use zw_reporting::confirmed::{self, ConfirmedWeek, closed_week};
use zw_reporting::direct::Chain;
use zw_reporting::report::derive::PER_PERIOD;
use zw_reporting::report::model::ReportState;

/// Stocks of a snapshot; a key that no module defines is left out.
const STOCKS: [&str; 27] = [
    keys::TOWNSHIPS_COUNTED,
    keys::TOWNSHIPS_COVERED,
    keys::STATIONS_BUILT,
    keys::STATIONS_PLAQUED,
    keys::STATIONS_PREPARING,
    keys::VENUE_READY,
    keys::STAFF_READY,
    keys::FUNDS_READY,
    keys::THREE_READY,
    keys::TENDERS_DONE,
    keys::OBSTACLES_VENUE,
    keys::OBSTACLES_TENDER,
    keys::OBSTACLES_FUNDS,
    keys::OBSTACLES_STAFF,
    keys::OBSTACLES_OTHER,
    keys::COUNTIES_COUNTED,
    keys::COUNTIES_COVERED,
    keys::COUNTY_CENTRES,
    keys::VILLAGES_COUNTED,
    keys::VILLAGES_COVERED,
    keys::VILLAGE_ROOMS,
    keys::POSTED_WORKERS,
    keys::CERTIFIED_WORKERS,
    "workers_short_stations",
    "suspended",
    "M04",
    "M45",
];

/// Measures of a snapshot that count what happened since the first of January of its day: I5, which is asked of a phase
/// (domain.md 7.2) and so of more than a month.
pub(crate) const OF_THE_YEAR: [&str; 2] = [keys::ACCEPTANCES_SUBMITTED, keys::ACCEPTANCES_PASSED];

/// The days of [`OF_THE_YEAR`].
pub(crate) fn of_the_year(as_of: Day) -> Span {
    Span { from: as_of.year_start(), to: as_of }
}

/// Figures with the rule version of each.
pub(crate) struct Gathered {
    /// Figures.
    pub body: Body,
    /// Measure or indicator -> rule version.
    pub rules: BTreeMap<String, String>,
    /// Version of every approved report of the month when it was gathered.
    pub versions: BTreeMap<ReportId, (i64, ReportState)>,
}

/// What the registers are asked for: the stocks that somebody defines and what counts over the year.
pub(crate) fn stocks(measures: &Measures) -> Vec<&'static str> {
    STOCKS.into_iter().chain(OF_THE_YEAR).filter(|k| measures.def(k).is_some()).collect()
}

/// The figures of an area as people read them: stocks in the order of the lists above, what counts over the year, then
/// everything else; an indicator follows what it divides.
pub(crate) fn reading_order(a: &AreaFigures) -> Vec<&str> {
    let known: Vec<&str> = STOCKS.into_iter().chain(OF_THE_YEAR).filter(|k| a.values.contains_key(*k)).collect();
    let rest = a.values.keys().map(String::as_str).filter(|k| !known.contains(k));
    let with_rates = |k: &str| indicator::ALL.iter().filter(move |i| i.num == k).map(|i| i.key).collect::<Vec<_>>();
    known.iter().copied().chain(rest).flat_map(|k| std::iter::once(k).chain(with_rates(k))).collect()
}

/// What the registers say of some of these by county as of a day.
pub(crate) async fn counted(
    measures: &Measures,
    conn: &mut Conn,
    tree: &Tree,
    keys: &[&'static str],
    counties: &[DivisionId],
    as_of: Day,
) -> Result<HashMap<(&'static str, DivisionId), i64>> {
    let (yearly, stocks): (Vec<&'static str>, Vec<&'static str>) =
        keys.iter().copied().partition(|k| OF_THE_YEAR.contains(k));
    let mut out = measures.by_county(conn, tree, &stocks, counties, Span::on(as_of)).await?;
    out.extend(measures.by_county(conn, tree, &yearly, counties, of_the_year(as_of)).await?);
    Ok(out)
}

/// The counties that figures of a division speak of; `NotFound` where there is none.
pub(crate) fn counties(view: &View, division: DivisionId) -> Result<Vec<DivisionId>> {
    let found = view.figure_counties(division);
    if found.is_empty() { Err(Error::NotFound) } else { Ok(found) }
}

/// Everything a snapshot says of `division` as of `as_of`; with a month also its flows. Its steps are those of the jobs
/// (`orders`): the registers, the reports; writing is the caller's.
pub(crate) async fn gather(
    ctx: &Ctx,
    conn: &mut Conn,
    division: DivisionId,
    as_of: Day,
    month: Option<Period>,
    progress: &Progress,
) -> Result<Gathered> {
    let (tree, measures) = (ctx.tree(), ctx.app.ext::<Measures>()?);
    let chain = Chain::on(ctx, as_of);
    let view = tree.as_of(as_of);
    let list = counties(&view, division)?;
    let stock_keys = stocks(&measures);
    let mut values = counted(&measures, conn, &tree, &stock_keys, &list, as_of).await?;
    progress.done(1).await?;
    let week = confirming_week(as_of, ctx.today());
    let weeks = confirmed::store::weeks(conn, &list, week.last_day().max(as_of)).await?;
    // What a county confirmed of a later day than the snapshot's is compared with the registers of that day.
    let at_week_end = match week.last_day() > as_of {
        true => counted(&measures, conn, &tree, &stock_keys, &list, week.last_day()).await?,
        false => HashMap::new(),
    };
    let plans =
        zw_network::service::targets::plans(conn, &list, keys::TOWNSHIPS_COVERED, plan::Level::of(&view, division))
            .await?;
    let towns = registers::townships(conn, &list, as_of).await?;
    let mut flows = BTreeSet::new();
    let (mut owing, mut versions) = (Owing::default(), BTreeMap::new());
    let (mut reported, mut corrections) = (BTreeMap::new(), Corrections::default());
    if let Some(month) = month {
        // Before their cells: what changes in between is found by its version.
        let passed = confirmed::passed(conn, &list, month).await?;
        versions = reports::approved_versions(conn, &passed, month).await?;
        let found = confirmed::counting(conn, &list, &passed, month).await?;
        let flow_values = confirmed::flows(&measures, &found);
        flows.extend(flow_values.keys().map(|(k, _)| *k));
        for key in &flows {
            for c in &list {
                values.insert((key, *c), flow_values.get(&(*key, *c)).copied().unwrap_or(0));
            }
        }
        reported = late::by_county(found.iter().filter(|r| r.approved).map(|r| (r.county, r.unit)));
        owing = owing::of_month(ctx, conn, &list, month, &passed, &found).await?;
        corrections = late::corrections(ctx, conn, &chain, division, month).await?;
    }
    let mut rule_values = BTreeMap::new();
    for key in &stock_keys {
        rule_values.extend(measures.rule_value(conn, key, as_of).await?.map(|n| ((*key).to_owned(), n)));
    }
    let stands = punctual::week(ctx, conn, &list, week).await?.unwrap_or_default();
    let closed = closed_week(as_of, ctx.today());
    let overdue = punctual::overdue(ctx, conn, &chain, &list, (closed, month), &owing.due).await?;
    let (mut areas, mut unconfirmed) = (vec![], vec![]);
    for c in &list {
        let mut a = head(&chain, *c);
        a.values = stock_keys
            .iter()
            .chain(&flows)
            .filter_map(|k| Some(((*k).to_owned(), values.get(&(*k, *c)).copied()?)))
            .collect();
        a.obstacles = OBSTACLES
            .iter()
            .filter_map(|(code, key)| Some(((*code).to_owned(), a.get(key).filter(|n| *n > 0)?)))
            .collect();
        let points = plans.get(c).map(Vec::as_slice).unwrap_or_default();
        a.status = Some(plan::status(a.get(keys::TOWNSHIPS_COVERED), points, as_of).ui());
        a.planned = plan::planned_on(points, as_of);
        let confirmed = weeks.get(c);
        a.confirmed_at = confirmed.map(|w| w.confirmed_at);
        a.confirmed_week = confirmed.map(|w| w.period.clone());
        let now = |key: &str, w: &ConfirmedWeek| match w.last_day > as_of {
            true => measures.def(key).and_then(|d| at_week_end.get(&(d.key, *c)).copied()),
            false => a.get(key),
        };
        unconfirmed.extend(stands.get(c).and_then(|s| doubt(&a, confirmed, &now, week, *s)));
        areas.push(a);
    }
    let cities = if view.get(division).is_some_and(|d| d.kind == DivisionKind::Province) {
        view.cities_under(division)
            .iter()
            .filter(|c| !chain.counties_of(**c).is_empty())
            .map(|c| summed(&chain, *c, &areas))
            .collect()
    } else {
        vec![]
    };
    let total = summed(&chain, division, &areas);
    let rules = rules(&measures, &total);
    let body = Body {
        total,
        cities,
        gaps: gaps(&chain, &list, &towns, as_of),
        counties: areas,
        unconfirmed,
        unreported: owing.missing.iter().map(|(s, state)| unreported(&chain, s, *state)).collect(),
        unpassed: list.iter().filter(|c| owing.waiting.contains(*c)).map(|c| named(&chain, *c)).collect(),
        flows: flows.into_iter().map(str::to_owned).collect(),
        reported,
        overdue,
        corrections,
        rule_values,
    };
    progress.done(2).await?;
    Ok(Gathered { body, rules, versions })
}

fn head(chain: &Chain, id: DivisionId) -> AreaFigures {
    let view = chain.view();
    let v = view.get(id);
    AreaFigures {
        division: id.0,
        code: v.map(|v| v.code12.clone()).unwrap_or_default(),
        name: chain.path_name(id),
        short: v.map(|v| v.name.clone()).unwrap_or_default(),
        city: chain.city_of(id).map(|c| c.0),
        ..AreaFigures::default()
    }
}

/// Sums of the counties of a division, of a city those that report to it: the same numbers that the annex adds up to.
fn summed(chain: &Chain, id: DivisionId, counties: &[AreaFigures]) -> AreaFigures {
    let mut out = head(chain, id);
    out.city = None;
    let own = chain.counties_of(id);
    for c in counties.iter().filter(|c| own.contains(&DivisionId(c.division))) {
        for (k, v) in &c.values {
            *out.values.entry(k.clone()).or_default() += v;
        }
        for (k, v) in &c.obstacles {
            *out.obstacles.entry(k.clone()).or_default() += v;
        }
        if let Some(p) = c.planned {
            *out.planned.get_or_insert(0) += p;
        }
    }
    out
}

/// The week whose report confirms the figures of a day: the one the day lies in once it is over, else the last that is.
fn confirming_week(as_of: Day, today: Day) -> Period {
    let own = Period::containing(PeriodKind::Week, as_of);
    if own.last_day() < today { own } else { closed_week(as_of, today) }
}

/// What is unconfirmed of a county that was asked for `week`: it has not confirmed that week, or the registers, asked by
/// `now` for the day it confirmed, changed since. Who is excused is asked for nothing.
fn doubt(
    a: &AreaFigures,
    confirmed: Option<&ConfirmedWeek>,
    now: &dyn Fn(&str, &ConfirmedWeek) -> Option<i64>,
    week: Period,
    s: Stand,
) -> Option<Unconfirmed> {
    if s.timeliness == Timeliness::Exempt {
        return None;
    }
    let changes = confirmed.filter(|_| s.confirmed).map_or_else(Vec::new, |w| changes(now, w));
    if s.confirmed && changes.is_empty() {
        return None;
    }
    Some(Unconfirmed {
        division: a.division,
        code: a.code.clone(),
        name: a.name.clone(),
        reason: if s.confirmed { UnconfirmedReason::Changed } else { UnconfirmedReason::NoReport },
        week: Some(week.to_string()),
        timeliness: Some(s.timeliness),
        last_week: confirmed.map(|w| w.period.clone()),
        confirmed_at: confirmed.map(|w| w.confirmed_at),
        changes,
    })
}

/// Every stock of the weekly report that is not what the county confirmed. What happened within the week was true of that
/// week, and denominators are nobody's to confirm.
fn changes(now: &dyn Fn(&str, &ConfirmedWeek) -> Option<i64>, w: &ConfirmedWeek) -> Vec<Change> {
    let stocks =
        w.cells.iter().filter(|(k, _)| !PER_PERIOD.contains(&k.as_str()) && !DENOMINATORS.contains(&k.as_str()));
    stocks
        .filter_map(|(k, before)| {
            let now = now(k, w)?;
            (now != *before).then(|| Change { key: k.clone(), before: *before, now })
        })
        .collect()
}

/// How many stations, and how many counties, a freeze of a month would leave out now.
pub(crate) async fn left_out(
    ctx: &Ctx,
    conn: &mut Conn,
    counties: &[DivisionId],
    month: Period,
) -> Result<(usize, usize)> {
    let passed = confirmed::passed(conn, counties, month).await?;
    let found = confirmed::counting(conn, counties, &passed, month).await?;
    let owing = owing::of_month(ctx, conn, counties, month, &passed, &found).await?;
    Ok((owing.missing.len(), owing.waiting.len()))
}

/// A county by its names, for lists.
fn named(chain: &Chain, county: DivisionId) -> County {
    let code = chain.view().get(county).map(|v| v.code12.clone()).unwrap_or_default();
    County { division: county.0, code, name: chain.path_name(county) }
}

/// A station whose month does not count, for the list of those that sent none.
fn unreported(chain: &Chain, s: &Owes, state: Option<ReportState>) -> Unreported {
    Unreported {
        unit: s.unit,
        name: s.name.clone(),
        county: chain.path_name(s.county),
        county_code: chain.view().get(s.county).map(|c| c.code12.clone()).unwrap_or_default(),
        state: state.map_or("none", |s| s.code()).to_owned(),
    }
}

fn stage(sheet: Option<&SheetDates>, reached: &[&str], day: Day) -> Stage {
    match sheet {
        Some(s) if s.accepted_on.is_some_and(|d| d <= day) => Stage::Stopped,
        _ if reached.contains(&"plaque") => Stage::Plaque,
        // The same day on which the measure 在建 begins to count.
        Some(s) if s.begun_on().is_some_and(|d| d <= day) => Stage::Preparing,
        _ => Stage::NotBegun,
    }
}

fn gaps(chain: &Chain, counties: &[DivisionId], towns: &Townships, day: Day) -> Vec<Gap> {
    let (mut out, view) = (vec![], chain.view());
    for county in counties {
        let (name, code) = (chain.path_name(*county), view.get(*county).map(|c| c.code12.clone()).unwrap_or_default());
        for town in view.counted(DivisionKind::Township, *county).iter().filter(|t| !towns.built.contains_key(t)) {
            let Some(v) = view.get(*town) else { continue };
            let sheet = towns.sheets.get(town);
            let reached = sheet.map(|s| s.reached(day)).unwrap_or_default();
            let stage = stage(sheet, &reached, day);
            out.push(Gap {
                division: town.0,
                code: v.code12.clone(),
                name: v.name.clone(),
                county: name.clone(),
                county_code: code.clone(),
                stage,
                reached: reached.into_iter().map(str::to_owned).collect(),
                obstacles: towns.stuck.get(town).cloned().unwrap_or_default(),
                due_on: sheet.and_then(|s| s.due_on),
                stopped: towns.stopped.get(town).filter(|_| stage == Stage::Stopped).cloned(),
            });
        }
    }
    out
}

fn rules(measures: &Measures, total: &AreaFigures) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = total
        .values
        .keys()
        .filter_map(|k| measures.def(k))
        .map(|d| (d.key.to_owned(), d.rule_version.to_owned()))
        .collect();
    let has = |k: &str| total.values.contains_key(k);
    for i in indicator::ALL.iter().filter(|i| has(i.num) && i.den.is_none_or(has)) {
        out.insert(i.key.to_owned(), i.rule_version.to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_reporting::report::derive::measures_of;

    #[test]
    fn a_day_is_confirmed_by_the_week_it_lies_in() {
        let day = |m, d| Day::new(2021, m, d).unwrap();
        for (as_of, today, want) in [
            // The end of June in the middle of a week: that week, once it is over.
            (day(6, 30), day(7, 8), "2021-W26"),
            (day(6, 30), day(7, 4), "2021-W25"),
            (day(6, 30), day(7, 5), "2021-W26"),
            (day(7, 4), day(7, 8), "2021-W26"),
            (day(7, 8), day(7, 8), "2021-W26"),
            (day(6, 9), day(7, 8), "2021-W23"),
        ] {
            assert_eq!(confirming_week(as_of, today).to_string(), want, "{as_of} seen on {today}");
        }
    }

    /// What a county confirms is compared with a stock of the snapshot, so each stock of the week must be one.
    #[test]
    fn every_stock_of_the_weekly_report_is_a_stock_of_the_snapshot() {
        for key in measures_of(PeriodKind::Week) {
            assert!(PER_PERIOD.contains(&key) || STOCKS.contains(&key), "{key}");
        }
    }
}
