//! What stands behind a figure (ui.md principle 4): what is counted, as of when, and which rows, as far as the reader
//! may see them. Above the county the confirmed value comes first; the live one stands beside it, marked so, where
//! the cycle's setting allows it.

use crate::cycle::Cycle;
use crate::policy;
use crate::report::derive;
use crate::report::model::ReportRow;
use crate::report::store;
use serde::{Deserialize, Serialize};
use zw_access::{Ctx, Permit, Resource, Role};
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::DivisionKind;
use zw_core::{Day, DivisionId, Error, PageReq, Result, Stamp, UnitId};
use zw_db::Conn;
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

/// What units have confirmed in their reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ConfirmedOut {
    /// The figure over those units.
    pub figure: Figure,
    /// Period of the reports.
    pub period: String,
    /// Units that confirmed.
    pub units: i64,
    /// Units that should.
    pub of: i64,
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
        let counties = view.counties_under(id).to_vec();
        if counties.is_empty() || v.kind > DivisionKind::County || !counties.iter().all(|c| p.covers_county(*c)) {
            return Err(Error::NotFound);
        }
        let area = if view.county_of(id) == Some(id) { Area::County(id) } else { Area::Counties(counties) };
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

/// Whether all the reader's roles stand above the county.
fn above_county(ctx: &Ctx) -> bool {
    let today = ctx.today();
    ctx.actor.grants.iter().any(|g| g.active_on(today))
        && ctx
            .actor
            .grants
            .iter()
            .filter(|g| g.active_on(today))
            .all(|g| matches!(g.role, Role::ProvAdmin | Role::CityAdmin | Role::Leader | Role::Kiosk))
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
    let above = above_county(ctx);
    let live_allowed = !above || Cycle::of(ctx).live_above_county;
    let live = match live_allowed {
        true => Some(indicator::evaluate_key(&measures, &mut c, &ctx.tree(), key, &area, span).await?),
        false => None,
    };
    let confirmed = confirmed(ctx, &mut c, &f, &area, span).await?;
    drop(c);
    let of_denominator = q.of_denominator.is_some() && f.den.is_some();
    let shown = f.den.filter(|_| of_denominator).unwrap_or(f.num);
    let page = PageReq::new(q.page, Some(50));
    let (owner, _) = measures.owner(shown.key)?;
    let rows = match owner.rows(ctx, shown.key, &area, span, page).await {
        Ok(rows) => Some(rows),
        // Aggregates may be seen where rows may not: the page says so.
        Err(Error::Forbidden | Error::NotFound) => None,
        Err(e) => return Err(e),
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

/// The latest ended period of a kind by `day`.
fn ended_by(kind: PeriodKind, day: Day) -> Period {
    let p = Period::containing(kind, day);
    if p.last_day() <= day { p } else { p.prev() }
}

/// What the units confirmed: the weekly reports of the counties, or a station's month.
async fn confirmed(ctx: &Ctx, c: &mut Conn, f: &Formula, area: &Area, span: Span) -> Result<Option<ConfirmedOut>> {
    let needed: Vec<&str> = std::iter::once(f.num.key).chain(f.den.map(|d| d.key)).collect();
    let carried = |kind| needed.iter().all(|k| derive::measures_of(kind).contains(k));
    let (period, counties) = match area {
        Area::County(_) | Area::Counties(_) if carried(PeriodKind::Week) => {
            (ended_by(PeriodKind::Week, span.to), area.counties())
        }
        Area::Unit(county, _) if carried(PeriodKind::Month) => (ended_by(PeriodKind::Month, span.to), vec![*county]),
        _ => return Ok(None),
    };
    let view = ctx.tree().as_of(period.last_day());
    let reports: Vec<ReportRow> = store::of_period(c, period, &counties)
        .await?
        .into_iter()
        .filter(|r| match area {
            Area::Unit(_, u) => r.unit_id == Some(*u),
            _ => r.unit_id.is_none(),
        })
        .filter(|r| r.state.is_confirmed())
        .collect();
    let (mut num, mut den, mut units, mut at) = (0, 0, 0, None);
    for r in &reports {
        let cells = r.cells()?;
        let value = |k: &str| cells.get(k).map(|c| c.effective(r.overrides_accepted));
        let Some(n) = value(f.num.key) else { continue };
        num += n;
        den += f.den.and_then(|d| value(d.key)).unwrap_or(0);
        units += 1;
        at = at.max(r.confirmed_at());
    }
    let Some(at) = at else { return Ok(None) };
    let span = derive::span(period);
    let figure = match f.indicator {
        Some(i) => i.figure(num, f.den.map(|_| den), span),
        None => Figure::of_measure(f.num, num, span),
    };
    let of = match area {
        Area::Unit(..) => 1,
        _ => counties.iter().filter(|c| view.get(**c).is_some_and(|v| v.in_denominator)).count(),
    };
    Ok(Some(ConfirmedOut {
        figure: figure.confirmed(at),
        period: period.to_string(),
        units,
        of: i64::try_from(of).unwrap_or(0),
    }))
}
