//! Building a board: one statement for the reports, one for what was passed on, the tree in memory, and for live
//! figures one call over all counties. Nothing is asked once per county.

use crate::board::model::{Board, BoardCity, BoardFigure, BoardRow, Counts};
use crate::board::store as board_store;
use crate::confirmed;
use crate::cycle::{Cycle, Window, last_ended, parse_period};
use crate::direct::{Chain, Follows};
use crate::pass_on::{self, Level, PassOn, Verdict};
use crate::policy;
use crate::report::model::{Act, ReportRow, timeliness};
use crate::report::service::{self as reports, ReportQuery};
use crate::report::split::{self, Reader, Split};
use crate::report::standing::Counted;
use crate::report::{chain, derive, store};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::deadline::{ChainTier, Timeliness};
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::{DivisionKind, View};
use zw_core::{DivisionId, Error, Result};
use zw_db::Conn;
use zw_indicators::{MeasureKind, Measures, keys};
use zw_network::service::area::own_area;

/// Figures of a weekly board.
const WEEK_COLUMNS: [&str; 5] = [
    keys::TOWNSHIPS_COUNTED,
    keys::STATIONS_BUILT,
    keys::STATIONS_OPENED,
    keys::TOWNSHIPS_COVERED,
    keys::POSTED_WORKERS,
];
/// Figures of a county's monthly board.
const MONTH_COLUMNS: [&str; 4] = ["M06", "M07", "M09", "M41"];
/// Figures of a monthly board above the county: what adds up over stations. Persons (M06, M46) do not, because two
/// stations may serve the same one.
const MONTH_SUMS: [&str; 3] = ["M07", "M09", "persontimes"];

/// Which board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BoardQuery {
    /// `week` or `month`, when no period is given: the last one that ended.
    pub kind: Option<String>,
    /// Period key.
    pub period: Option<String>,
    /// County, city or province; the reader's own area by default.
    pub area: Option<i64>,
}

/// A board.
pub async fn board(ctx: &Ctx, q: &BoardQuery) -> Result<Board> {
    let permit = ctx.permit::<ReportRow>(policy::BOARD)?;
    let kind = q.kind.as_deref().and_then(PeriodKind::from_code).filter(|k| !derive::groups(*k).is_empty());
    let period = match q.period.as_deref().map(str::trim).filter(|p| !p.is_empty()) {
        Some(key) => parse_period(key)?,
        None => last_ended(kind.unwrap_or(PeriodKind::Week), ctx.today()),
    };
    if derive::groups(period.kind()).is_empty() {
        return Err(Error::field("period", "period-format"));
    }
    let chain = Chain::on(ctx, period.last_day());
    let view = chain.view();
    let area = q.area.map(DivisionId).or_else(|| own_area(ctx, view, &permit)).ok_or(Error::NotFound)?;
    // A city's board has the counties that report to it.
    let counties = chain.counties_of(area);
    let level = view.get(area).map(|v| v.kind).ok_or(Error::NotFound)?;
    if counties.is_empty() || level > DivisionKind::County || !counties.iter().all(|c| permit.covers_county(*c)) {
        return Err(Error::NotFound);
    }
    let mut c = ctx.read().await?;
    let cycle = Cycle::at(ctx, period);
    let tier = Cycle::reporter_tier(period.kind());
    let due = cycle.due(ctx, period, tier);
    let county_board = view.county_of(area) == Some(area);
    let county_due = (period.kind() == PeriodKind::Month && !county_board)
        .then(|| cycle.due(ctx, period, ChainTier::County).at())
        .flatten();
    let mut b = Board {
        period: period.to_string(),
        kind: period.kind().code().to_owned(),
        area,
        area_name: view.path_name(area),
        level: level.code().to_owned(),
        due_at: due.at(),
        due_unknown: due.unknown(),
        county_due_at: county_due,
        notes: chain.note(area, Follows::Chain).into_iter().collect(),
        frozen_at: store::frozen_at(&mut c, period, &counties).await?,
        as_of: ctx.now(),
        figures_as_of: period.last_day(),
        live_shown: !ctx.above_county() || cycle.live_above_county,
        counts: Counts::default(),
        columns: vec![],
        totals: vec![],
        confirmed_units: 0,
        rows: vec![],
        split: None,
        passed_on: None,
        cities: vec![],
        may_pass_on: false,
        may_review: false,
        own: false,
    };
    let passed: HashMap<DivisionId, PassOn> = pass_on::store::of_period(&mut c, period)
        .await?
        .iter()
        .filter(|p| p.division_id == area || view.is_within(p.division_id, area))
        .map(|p| Ok((p.division_id, PassOn::of(ctx, p)?)))
        .collect::<Result<_>>()?;
    match (period.kind(), county_board) {
        (PeriodKind::Week, _) => week_rows(ctx, &mut c, period, &counties, &chain, &mut b).await?,
        (_, true) => station_rows(ctx, &mut c, period, area, &mut b).await?,
        (_, false) => month_rows(ctx, &mut c, period, &counties, &chain, &passed, &mut b).await?,
    }
    if !county_board {
        let cities = view.cities_under(area).iter().filter(|d| **d != area).filter_map(|d| passed.get(d).cloned());
        b.cities = cities.map(|p| city(&chain, &b, p)).collect();
    }
    b.passed_on = passed.get(&area).cloned();
    rights(ctx, period, &chain, county_board, &mut b);
    if let Some(p) = b.passed_on.as_ref().filter(|_| b.may_pass_on) {
        // The same is not passed on a second time: the form stands only where its act works.
        let level = if county_board { Level::County } else { Level::City };
        let missing = pass_on::missing(ctx, &mut c, level, period, &counties).await?;
        b.may_pass_on = p.is_outdated(&missing);
    }
    totals(&*ctx.app.ext::<Measures>()?, &mut b);
    Ok(b)
}

/// A city's row: the sums of its counties.
fn city(chain: &Chain, b: &Board, passed: PassOn) -> BoardCity {
    let own: Vec<&BoardRow> = b.rows.iter().filter(|r| chain.city_of(r.division) == Some(passed.division)).collect();
    let sum = |i: usize| own.iter().filter_map(|r| r.figures.get(i).and_then(|f| f.confirmed)).reduce(|a, b| a + b);
    let figures = b.columns.iter().enumerate();
    let over = |i: usize| own.iter().any(|r| r.figures.get(i).is_some_and(|f| f.overridden));
    let figures = figures.map(|(i, (key, ..))| BoardFigure {
        key: key.clone(),
        confirmed: sum(i),
        live: None,
        overridden: over(i),
    });
    BoardCity { figures: figures.collect(), passed }
}

/// Which units the reader may excuse from a period: a link stands only where its act works.
struct Excuses {
    open: bool,
    today: Chain,
    by_tier: [Option<Permit<ReportRow>>; 3],
}

impl Excuses {
    fn of(ctx: &Ctx, period: Period) -> Self {
        Self {
            open: Cycle::at(ctx, period).window(period, ctx.today()) == Window::Open,
            today: Chain::on(ctx, ctx.today()),
            by_tier: chain::EXEMPT.map(|action| ctx.permit::<ReportRow>(action).ok()),
        }
    }
    fn may(&self, station: bool, county: DivisionId, report: Option<&ReportRow>) -> bool {
        let tier = chain::tier_above(&self.today, station, county);
        self.open
            && report.is_none_or(|r| !r.exempt && r.after(Act::Exempt).is_ok())
            && self.by_tier[tier].as_ref().is_some_and(|p| p.covers_county(county))
    }
}

/// Who would be excused from which period, for the form that does it: the reporter's name.
pub async fn excused(ctx: &Ctx, q: &ReportQuery) -> Result<String> {
    let county = q.county.trim().parse().map_err(|_| Error::field("county", "format"))?;
    let station = q.unit.as_deref().is_some_and(|u| !u.trim().is_empty());
    let tier = chain::tier_above(&Chain::on(ctx, ctx.today()), station, county);
    // Which right it takes depends on the county: a county that is not there is not to be told from one of others.
    let permit = ctx.permit::<ReportRow>(chain::EXEMPT[tier]).map_err(|_| Error::NotFound)?;
    let mut c = ctx.read().await?;
    let found = reports::resolve(ctx, &mut c, &permit, q).await?;
    let view = ctx.tree().as_of(found.subject.period.last_day());
    // A station is named with its county: two townships may have the same name.
    Ok(if station { format!("{} · {}", view.path_name(county), found.name) } else { found.name })
}

/// Groups rows by city on the province's board.
fn group(chain: &Chain, area: DivisionId, county: DivisionId) -> String {
    if chain.city_of(county) == Some(area) { String::new() } else { chain.group(county) }
}

fn name(view: &View, id: DivisionId) -> String {
    view.get(id).map(|v| v.name.clone()).unwrap_or_default()
}

/// Where a report is read, for readers who may.
fn address(ctx: &Ctx, report: Option<&ReportRow>) -> String {
    report
        .filter(|_| ctx.can(crate::policy::READ))
        .map_or_else(String::new, |r| format!("/reports/{}/{}", r.county_id, r.id))
}

async fn week_rows(
    ctx: &Ctx,
    c: &mut Conn,
    period: Period,
    counties: &[DivisionId],
    chain: &Chain,
    b: &mut Board,
) -> Result<()> {
    let measures = ctx.app.ext::<Measures>()?;
    let columns = defined(&measures, &WEEK_COLUMNS, b);
    let reports: HashMap<DivisionId, ReportRow> = store::of_period(c, period, counties)
        .await?
        .into_iter()
        .filter(|r| r.unit_id.is_none())
        .map(|r| (r.county_id, r))
        .collect();
    let live = if b.live_shown {
        measures.by_county(c, &ctx.tree(), &columns, counties, derive::span(period)).await?
    } else {
        HashMap::new()
    };
    let due = Cycle::at(ctx, period).due(ctx, period, ChainTier::County);
    let excuses = Excuses::of(ctx, period);
    for county in counties {
        let report = reports.get(county);
        // Counties outside every denominator owe nothing; one that reported all the same is shown.
        if report.is_none() && !chain.view().get(*county).is_some_and(|v| v.in_denominator) {
            continue;
        }
        let t = timeliness(report, due, ctx.now());
        b.counts.add(report, t);
        let counted = report.map(ReportRow::counted).transpose()?.flatten();
        let figures = columns
            .iter()
            .map(|k| BoardFigure {
                key: (*k).to_owned(),
                confirmed: counted.as_ref().and_then(|c| c.value(k)),
                overridden: counted.as_ref().is_some_and(|c| c.overridden(k).is_some()),
                live: live.get(&(*k, *county)).copied(),
            })
            .collect();
        b.rows.push(BoardRow {
            division: *county,
            unit: None,
            name: name(chain.view(), *county),
            group: group(chain, b.area, *county),
            figures,
            href: address(ctx, report),
            may_exempt: excuses.may(false, *county, report),
            ..row(report, counted.as_ref(), t)
        });
    }
    Ok(())
}

fn defined(measures: &Measures, wanted: &[&'static str], b: &mut Board) -> Vec<&'static str> {
    let mut keys = vec![];
    for k in wanted {
        if let Some(d) = measures.def(k) {
            b.columns.push(((*k).to_owned(), d.label.to_owned(), d.unit.to_owned()));
            keys.push(*k);
        }
    }
    keys
}

fn row(report: Option<&ReportRow>, counted: Option<&Counted>, t: Timeliness) -> BoardRow {
    BoardRow {
        division: DivisionId(0),
        unit: None,
        name: String::new(),
        group: String::new(),
        state: report.map(|r| r.state),
        timeliness: t,
        confirmed_at: counted.map(|c| c.confirmed_at),
        first_sent_at: report.and_then(ReportRow::first_of_resent),
        approved_at: report.and_then(|r| r.approved_at),
        no_change: report.is_some_and(|r| r.no_change),
        reason: report.and_then(|r| {
            if r.exempt { r.exempt_reason.clone() } else { r.return_reason.clone().filter(|_| !r.state.is_confirmed()) }
        }),
        report: report.map(|r| r.id),
        href: String::new(),
        counts: None,
        passed_on: None,
        may_exempt: false,
        figures: vec![],
    }
}

async fn station_rows(ctx: &Ctx, c: &mut Conn, period: Period, county: DivisionId, b: &mut Board) -> Result<()> {
    let measures = ctx.app.ext::<Measures>()?;
    let columns = defined(&measures, &MONTH_COLUMNS, b);
    let reports = store::of_period(c, period, &[county]).await?;
    let due = Cycle::at(ctx, period).due(ctx, period, ChainTier::Station);
    let excuses = Excuses::of(ctx, period);
    let reader = if ctx.above_county() { Reader::Above } else { Reader::Within };
    let mut split = Split::new();
    for s in store::stations_due(c, &[county], period).await? {
        let report = reports.iter().find(|r| r.unit_id == Some(s.id));
        let t = timeliness(report, due, ctx.now());
        b.counts.add(report, t);
        let counted = report.map(ReportRow::counted).transpose()?.flatten();
        // Above the county the same reports as in the sums there: taking one from the other tells nothing.
        if let Some(c) = counted.as_ref().filter(|c| c.approved || reader == Reader::Within) {
            split::add(&mut split, &c.cells);
        }
        let figures = columns
            .iter()
            .map(|k| BoardFigure {
                key: (*k).to_owned(),
                confirmed: counted.as_ref().and_then(|c| c.value(k)),
                overridden: counted.as_ref().is_some_and(|c| c.overridden(k).is_some()),
                live: None,
            })
            .collect();
        b.rows.push(BoardRow {
            division: s.division_id,
            unit: Some(s.id),
            name: s.name,
            figures,
            href: address(ctx, report),
            may_exempt: excuses.may(true, county, report),
            ..row(report, counted.as_ref(), t)
        });
    }
    b.split = split::laid_out(&measures, &derive::measures_of(PeriodKind::Month), &[split], reader);
    Ok(())
}

async fn month_rows(
    ctx: &Ctx,
    c: &mut Conn,
    period: Period,
    counties: &[DivisionId],
    chain: &Chain,
    passed: &HashMap<DivisionId, PassOn>,
    b: &mut Board,
) -> Result<()> {
    let cycle = Cycle::at(ctx, period);
    let station_due = cycle.due(ctx, period, ChainTier::Station);
    let county_due = cycle.due(ctx, period, ChainTier::County);
    let unsent = timeliness(None, station_due, ctx.now());
    let due: HashMap<DivisionId, i64> = store::count_stations_due(c, counties, period).await?.into_iter().collect();
    let measures = ctx.app.ext::<Measures>()?;
    let columns = defined(&measures, &MONTH_SUMS, b);
    let month = confirmed::month(c, &measures, counties, period).await?;
    let mut splits: HashMap<DivisionId, Split> = HashMap::new();
    for r in month.reports.iter().filter(|r| r.approved) {
        split::join(splits.entry(r.county).or_default(), &r.split);
    }
    let splits: Vec<Split> = splits.into_values().collect();
    b.split = split::laid_out(&measures, &derive::measures_of(PeriodKind::Month), &splits, Reader::Above);
    let mut by_county: HashMap<DivisionId, (Counts, i64)> = HashMap::new();
    for s in board_store::station_counts(c, period, counties).await? {
        let entry = by_county.entry(s.county_id).or_default();
        let t = if s.exempt {
            Timeliness::Exempt
        } else {
            s.timeliness.as_deref().and_then(Timeliness::from_code).unwrap_or(unsent)
        };
        entry.0.add_many(Some((s.state, s.approved)), t, s.n);
        entry.1 += if s.exempt { 0 } else { s.n };
    }
    for county in counties {
        let (mut counts, begun) = by_county.remove(county).unwrap_or_default();
        let owed = due.get(county).copied().unwrap_or(0);
        counts.add_many(None, unsent, (owed - begun).max(0));
        if counts.due + counts.exempt == 0 {
            continue;
        }
        b.counts.join(&counts);
        let p = passed.get(county);
        let t = p
            .and_then(|p| p.timeliness)
            .unwrap_or_else(|| county_due.timeliness(p.map(|p| p.passed_at), false, ctx.now()));
        b.rows.push(BoardRow {
            division: *county,
            name: name(chain.view(), *county),
            group: group(chain, b.area, *county),
            // Its stations' months are the county's own business until it passes them on.
            confirmed_at: month.passed.get(county).copied(),
            figures: columns
                .iter()
                .map(|k| BoardFigure {
                    key: (*k).to_owned(),
                    confirmed: month.passed.get(county).map(|_| month.flow(k, *county)),
                    live: None,
                    overridden: month.overridden(k, *county),
                })
                .collect(),
            reason: p.and_then(|p| p.reason.clone()),
            href: format!("/board?period={period}&area={county}"),
            counts: Some(counts),
            passed_on: p.cloned(),
            ..row(None, None, t)
        });
    }
    Ok(())
}

/// The sums of the rows. In a month persons are counted once by each row, so of them there is no sum; what a week counts
/// stands in one county.
fn totals(measures: &Measures, b: &mut Board) {
    let week = b.kind == PeriodKind::Week.code();
    b.confirmed_units =
        i64::try_from(b.rows.iter().filter(|r| r.figures.iter().any(|f| f.confirmed.is_some())).count()).unwrap_or(0);
    b.totals = b
        .columns
        .iter()
        .enumerate()
        .map(|(i, (key, _, _))| {
            let adds = measures.def(key).is_some_and(|d| week || d.kind != MeasureKind::Distinct);
            let of = |get: fn(&BoardFigure) -> Option<i64>| {
                let rows = b.rows.iter().filter(|_| adds);
                rows.filter_map(|r| r.figures.get(i).and_then(get)).reduce(|a, b| a + b)
            };
            let overridden = adds && b.rows.iter().any(|r| r.figures.get(i).is_some_and(|f| f.overridden));
            BoardFigure { key: key.clone(), confirmed: of(|f| f.confirmed), live: of(|f| f.live), overridden }
        })
        .collect();
}

/// What the reader may do on this board now.
fn rights(ctx: &Ctx, period: Period, chain: &Chain, county_board: bool, b: &mut Board) {
    let whole = |a: Action| {
        ctx.permit::<ReportRow>(a).is_ok_and(|p| chain.counties_of(b.area).iter().all(|c| p.covers_county(*c)))
    };
    let month = period.kind() == PeriodKind::Month;
    let open = Cycle::at(ctx, period).window(period, ctx.today()) == Window::Open;
    let city_board = !county_board && chain.is_city(b.area);
    b.may_pass_on =
        open && (county_board && month && whole(policy::PASS_ON_COUNTY) || city_board && whole(policy::PASS_ON_CITY));
    let has_city = chain.city_of(b.area).is_some();
    let review = if county_board && has_city { policy::REVIEW_PASS_ON } else { policy::REVIEW_PASS_ON_PROVINCE };
    let waits = b.passed_on.as_ref().filter(|p| p.state == Verdict::Passed).filter(|_| whole(review));
    (b.may_review, b.own) = (waits.is_some_and(|p| !p.own), waits.is_some_and(|p| p.own));
}
