//! What stands behind a figure (ui.md principle 4): what is counted, as of when, and which rows, as far as the reader
//! may see them. Above the county the confirmed value comes first; the live one stands beside it, marked so, where
//! the cycle's setting allows it.

use crate::confirmed::{self, closed_week};
use crate::cycle::Cycle;
use crate::policy;
use crate::report::derive;
use crate::report::model::ReportRow;
use crate::report::store;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use zw_access::{Ctx, Permit, Resource};
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::DivisionKind;
use zw_core::{Day, DivisionId, Error, PageReq, Result, Stamp, UnitId};
use zw_db::Conn;
use zw_indicators::confirmed::total;
use zw_indicators::indicator::{self, Indicator};
use zw_indicators::{Area, Figure, MeasureDef, MeasureKind, Measures, RowsOut, Span};

/// Figures as a protected thing: aggregates of an area. Rows behind them have their own modules' permits.
#[derive(Debug)]
pub struct FigureOf;

impl Resource for FigureOf {
    const NAME: &'static str = "figure";
    const COUNTY: &'static str = "county_id";
    const TOWN: Option<&'static str> = Some("division_id");
    const UNIT: Option<&'static str> = Some("unit_id");
}

/// Which figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(default)]
pub struct FigureQuery {
    /// Division id or unit id; the reader's own area by default.
    pub area: Option<String>,
    /// First day, for what happens over time; by default that of the month of `to`.
    pub from: Option<String>,
    /// As of the end of this day; today by default.
    pub to: Option<String>,
    /// Page of the rows behind, from 1.
    pub page: Option<i64>,
    /// Rows of the denominator instead of the numerator.
    pub of_denominator: Option<String>,
}

/// A measure in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MeasureOut {
    /// Key.
    pub key: String,
    /// Fluent key of its name.
    pub label: String,
    /// Fluent key of its unit.
    pub unit: String,
    /// Fluent key of its definition.
    pub definition: String,
    /// `flow`, `distinct` or `stock`.
    pub kind: String,
    /// Version of the counting rule.
    pub rule_version: String,
    /// Where the rule comes from.
    pub source: String,
}

impl MeasureOut {
    fn of(d: &MeasureDef) -> Self {
        Self {
            key: d.key.into(),
            label: d.label.into(),
            unit: d.unit.into(),
            definition: d.definition.into(),
            kind: d.kind.to_string(),
            rule_version: d.rule_version.into(),
            source: d.source.into(),
        }
    }
}

/// The figure from what units have confirmed in their reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ConfirmedOut {
    /// The figure. A stock covers all units of the area, what happened over time those that confirmed.
    pub figure: Figure,
    /// The last period that is over.
    pub period: String,
    /// Units that confirmed this period.
    pub units: i64,
    /// Units that should.
    pub of: i64,
    /// Counties that count by what they confirmed for an earlier period: name and period.
    pub earlier: Vec<(String, String)>,
    /// Units without a confirmed value: a stock counts them by their registers, flagged as unconfirmed; of what
    /// happened over time they are left out.
    pub unconfirmed: Vec<String>,
    /// Where the reports are that it is the sum of; none where the reader may not see them.
    pub href: Option<String>,
}

/// The page behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FigurePage {
    /// Key of the indicator or measure.
    pub key: String,
    /// Fluent key of its name.
    pub label: String,
    /// Fluent key of its definition.
    pub definition: String,
    /// Version of the rule.
    pub rule_version: String,
    /// Where it comes from.
    pub source: String,
    /// Numerator, or the measure itself.
    pub numerator: MeasureOut,
    /// Denominator.
    pub denominator: Option<MeasureOut>,
    /// Division id or unit id.
    pub area: String,
    /// Name of the area.
    pub area_name: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Confirmed in reports, where reports carry it.
    pub confirmed: Option<ConfirmedOut>,
    /// Counted now; none where the reader may not see live figures.
    pub live: Option<Figure>,
    /// The reader stands above the county: the live figure is marked as unconfirmed.
    pub above_county: bool,
    /// Rows behind the numerator or denominator; none where the reader may not see any.
    pub rows: Option<RowsOut>,
    /// Whether these are the denominator's rows.
    pub of_denominator: bool,
    /// Page of the rows.
    pub page: i64,
    /// Rows a page.
    pub size: i64,
    /// When it was counted.
    pub counted_at: Stamp,
}

fn day(text: Option<&String>, field: &str, default: Day) -> Result<Day> {
    match text.map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(t) => Day::parse(t).ok_or_else(|| Error::field(field, "date-format")),
        None => Ok(default),
    }
}

/// A key's formula, or the plain measure.
struct Formula {
    indicator: Option<&'static Indicator>,
    num: &'static MeasureDef,
    den: Option<&'static MeasureDef>,
}

fn formula(measures: &Measures, key: &str) -> Result<Formula> {
    let def = |k: &str| measures.def(k).ok_or(Error::NotFound);
    match indicator::find(key) {
        Some(i) => Ok(Formula { indicator: Some(i), num: def(i.num)?, den: i.den.map(def).transpose()? }),
        None => Ok(Formula { indicator: None, num: def(key)?, den: None }),
    }
}

/// The area a query names, within the permit; its name.
async fn area_of(ctx: &Ctx, c: &mut Conn, p: &Permit<FigureOf>, text: &str, on: Day) -> Result<(Area, String)> {
    let view = ctx.tree().as_of(on);
    if let Ok(id) = text.parse::<i64>() {
        let id = DivisionId(id);
        let v = view.get(id).ok_or(Error::NotFound)?;
        let name = view.path_name(id);
        if v.kind == DivisionKind::Township {
            let county = view.county_of(id).ok_or(Error::NotFound)?;
            return if p.covers_town(county, id) { Ok((Area::Town(county, id), name)) } else { Err(Error::NotFound) };
        }
        let counties = view.counties_under(id);
        if counties.is_empty() || v.kind > DivisionKind::County || !counties.iter().all(|c| p.covers_county(*c)) {
            return Err(Error::NotFound);
        }
        let one = view.county_of(id) == Some(id);
        let area = if one { Area::County(id) } else { Area::Counties(view.figure_counties(id)) };
        return Ok((area, name));
    }
    let unit: UnitId = text.parse().map_err(|_| Error::NotFound)?;
    let (county, name, town) = store::unit_place(c, unit).await?.ok_or(Error::NotFound)?;
    if !p.covers_unit(county, unit) && !p.covers_town(county, town) {
        return Err(Error::NotFound);
    }
    Ok((Area::Unit(county, unit), name))
}

/// The reader's own area: what the grant names, a station before its county.
fn default_area(ctx: &Ctx) -> Option<String> {
    let grant = ctx.actor.grants.iter().find(|g| g.active_on(ctx.today()))?;
    let division = |d: DivisionId| d.to_string();
    grant.area.map(division).or(grant.unit.map(|u| u.to_string())).or(grant.county.map(division))
}

/// Whether the reader may open figures of a division: pages link only where the door opens.
pub fn opens(ctx: &Ctx, area: DivisionId) -> bool {
    let Ok(permit) = ctx.permit::<FigureOf>(policy::FIGURE) else { return false };
    let tree = ctx.tree();
    let view = tree.as_of(ctx.today());
    let counties = view.counties_under(area);
    !counties.is_empty() && counties.iter().all(|c| permit.covers_county(*c))
}

/// The page behind a figure.
pub async fn figure(ctx: &Ctx, key: &str, q: &FigureQuery) -> Result<FigurePage> {
    let permit = ctx.permit::<FigureOf>(policy::FIGURE)?;
    let measures = ctx.app.ext::<Measures>()?;
    let f = formula(&measures, key)?;
    let to = day(q.to.as_ref(), "to", ctx.today())?;
    // What stands on a day has one date; what happens over time is shown for the month so far.
    let stock = f.num.kind == MeasureKind::Stock && f.den.is_none_or(|d| d.kind == MeasureKind::Stock);
    let from = day(q.from.as_ref(), "from", if stock { to } else { to.month_start() })?;
    if from > to {
        return Err(Error::field("from", "from-after-to"));
    }
    let span = Span { from, to };
    let text = q.area.as_deref().map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned);
    let text = text.or_else(|| default_area(ctx)).ok_or(Error::NotFound)?;
    let mut c = ctx.read().await?;
    let (area, area_name) = area_of(ctx, &mut c, &permit, &text, to).await?;
    let above = ctx.above_county();
    let asked = Asked { key, f: &f, area: &area, span, stock, above };
    let confirmed = confirmed(ctx, &mut c, &measures, asked).await?;
    // What the registers say always counts (domain.md section 7), so a stock that nobody confirmed is shown, marked so.
    let live_allowed = !above || Cycle::of(ctx).live_above_county || stock && confirmed.is_none();
    let live = match live_allowed {
        true => Some(indicator::evaluate_key(&measures, &mut c, &ctx.tree(), key, &area, span).await?),
        false => None,
    };
    drop(c);
    let of_denominator = q.of_denominator.is_some() && f.den.is_some();
    let shown = f.den.filter(|_| of_denominator).unwrap_or(f.num);
    let page = PageReq::new(q.page, Some(50));
    let (owner, _) = measures.owner(shown.key)?;
    // Aggregates may be seen where rows may not: the page says so. A wall screen sees no row at all.
    let rows = match ctx.is_screen() {
        true => None,
        false => match owner.rows(ctx, shown.key, &area, span, page).await {
            Ok(rows) => Some(rows),
            Err(Error::Forbidden | Error::NotFound) => None,
            Err(e) => return Err(e),
        },
    };
    let (label, definition, rule, source) = match f.indicator {
        Some(i) => (i.label, i.definition, i.rule_version, i.source),
        None => (f.num.label, f.num.definition, f.num.rule_version, f.num.source),
    };
    Ok(FigurePage {
        key: key.to_owned(),
        label: label.into(),
        definition: definition.into(),
        rule_version: rule.into(),
        source: source.into(),
        numerator: MeasureOut::of(f.num),
        denominator: f.den.map(MeasureOut::of),
        area: text,
        area_name,
        from,
        to,
        confirmed,
        live,
        above_county: above,
        rows,
        of_denominator,
        page: page.page(),
        size: page.limit(),
        counted_at: ctx.now(),
    })
}

impl Formula {
    fn keys(&self) -> Vec<&'static str> {
        std::iter::once(self.num.key).chain(self.den.map(|d| d.key)).collect()
    }
    /// Whether sums over units are the figure: persons counted once are not, two stations may serve the same one.
    fn adds_up(&self) -> bool {
        self.num.kind == MeasureKind::Flow && self.den.is_none_or(|d| d.kind == MeasureKind::Flow)
    }
    fn figure(&self, num: i64, den: i64, span: Span, at: Option<Stamp>) -> Figure {
        let figure = match self.indicator {
            Some(i) => i.figure(num, self.den.map(|_| den), span),
            None => Figure::of_measure(self.num, num, span),
        };
        match at {
            Some(at) => figure.confirmed(at),
            None => figure,
        }
    }
}

/// What was asked, as `confirmed` needs it.
#[derive(Clone, Copy)]
struct Asked<'a> {
    key: &'a str,
    f: &'a Formula,
    area: &'a Area,
    span: Span,
    stock: bool,
    above: bool,
}

/// What the units confirmed: the counties' weekly reports, the months they passed on, or a station's month.
async fn confirmed(ctx: &Ctx, c: &mut Conn, measures: &Measures, asked: Asked<'_>) -> Result<Option<ConfirmedOut>> {
    let Asked { f, area, span, stock, .. } = asked;
    let carried = |kind| f.keys().iter().all(|k| derive::measures_of(kind).contains(k));
    match area {
        Area::Town(county, _) if stock && asked.above => stock_of_town(ctx, c, measures, asked, *county).await,
        Area::County(_) | Area::Counties(_) if stock => stock_of_counties(ctx, c, measures, f, area, span.to).await,
        Area::County(_) | Area::Counties(_) if carried(PeriodKind::Week) => {
            let period = closed_week(span.to, ctx.today());
            of_reports(ctx, c, f, period, &area.counties(), None).await
        }
        Area::County(_) | Area::Counties(_) if carried(PeriodKind::Month) && f.adds_up() => {
            month_of_counties(ctx, c, measures, f, &area.counties(), ended_month(span.to)).await
        }
        Area::Unit(county, unit) if carried(PeriodKind::Month) => {
            of_reports(ctx, c, f, ended_month(span.to), &[*county], Some(*unit)).await
        }
        _ => Ok(None),
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
        href: Period::parse(&w.period).and_then(|p| reports_href(ctx, p, &[county])),
    }))
}

/// The last month that is over by the end of a day.
fn ended_month(day: Day) -> Period {
    let month = Period::containing(PeriodKind::Month, day);
    if month.last_day() <= day { month } else { month.prev() }
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
) -> Result<Option<ConfirmedOut>> {
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
    Ok(Some(ConfirmedOut {
        figure: f.figure(sum, den, Span::on(day), Some(at)),
        period: period.to_string(),
        units,
        of: i64::try_from(counties.len()).unwrap_or(0),
        earlier,
        unconfirmed,
        href: reports_href(ctx, period, &counties),
    }))
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
        href: match unit {
            // A station's figure is read by those who read its report.
            Some(_) => href.filter(|_| ctx.can(policy::READ)),
            None => reports_href(ctx, period, counties),
        },
    }))
}
