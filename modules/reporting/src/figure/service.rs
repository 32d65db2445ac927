//! What stands behind a figure (ui.md principle 4): what is counted, as of when, and which rows, as far as the reader
//! may see them. Above the county the confirmed value comes first; the live one stands beside it, marked so, where
//! the cycle's setting allows it.

use crate::cycle::Cycle;
use crate::direct::{Chain, Follows};
use crate::figure::differs;
use crate::figure::flows;
use crate::figure::out::{ExcludedOut, FigurePage, MeasureOut, MonthEndOut, ReportedOut};
use crate::figure::series;
use crate::figure::sure::{self, Asked};
use crate::policy;
use crate::report::store;
use serde::{Deserialize, Serialize};
use zw_access::{Ctx, Permit, Resource};
use zw_core::code::Code as _;
use zw_core::codelist::EXCLUSION_REASON;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, PageReq, Result, Stamp, UnitId};
use zw_db::Conn;
use zw_indicators::indicator::{self, Indicator};
use zw_indicators::{Area, Cell, Figure, MeasureDef, MeasureKind, Measures, Span, keys};

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

/// What the map counts in a denominator.
pub(super) fn counted_kind(key: &str) -> Option<DivisionKind> {
    match key {
        keys::TOWNSHIPS_COUNTED => Some(DivisionKind::Township),
        keys::COUNTIES_COUNTED => Some(DivisionKind::County),
        keys::VILLAGES_COUNTED => Some(DivisionKind::Village),
        _ => None,
    }
}

/// What the denominators of a formula leave out in a division, on the map of a day.
fn excluded(view: &View, f: &Formula, area: &str) -> Vec<ExcludedOut> {
    let Ok(id) = area.parse().map(DivisionId) else { return vec![] };
    let mut out: Vec<ExcludedOut> = vec![];
    for d in f.keys().into_iter().filter_map(counted_kind).flat_map(|kind| view.excluded(kind, id)) {
        let code = view.get(d).and_then(|v| v.exclusion.clone()).unwrap_or_default();
        let reason = Cell::code(&EXCLUSION_REASON, &code);
        let name = view.path_name(d);
        match out.iter_mut().find(|e| e.reason == reason) {
            Some(e) => e.names.push(name),
            None => out.push(ExcludedOut { reason, names: vec![name] }),
        }
    }
    out
}

/// Of a division in which counties report past their city: that it is counted by the map.
fn division_note(ctx: &Ctx, area: &str, on: Day) -> Option<Cell> {
    Chain::on(ctx, on).note(DivisionId(area.parse().ok()?), Follows::Map)
}

/// The day of which a figure is: `to` of the query, today by default. Nobody knows the figures of a day to come.
pub(super) fn last_day(ctx: &Ctx, to: Option<&String>) -> Result<Day> {
    let to = day(to, "to", ctx.today())?;
    if to > ctx.today() { Err(Error::field("to", "as-of-future")) } else { Ok(to) }
}

/// Whether two days are the first and the last of a period in which a day lies.
fn is_running(today: Day, from: Day, to: Day) -> bool {
    PeriodKind::ALL.iter().map(|k| Period::containing(*k, today)).any(|p| (p.first_day(), p.last_day()) == (from, to))
}

pub(super) fn day(text: Option<&String>, field: &str, default: Day) -> Result<Day> {
    match text.map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(t) => Day::parse(t).ok_or_else(|| Error::field(field, "date-format")),
        None => Ok(default),
    }
}

/// The days a query names; each that is wrong is told at its field. What stands on a day has one date; what happens over
/// time is shown for the month so far.
fn asked_days(ctx: &Ctx, q: &FigureQuery, stock: bool) -> Result<Span> {
    let today = ctx.today();
    let to = day(q.to.as_ref(), "to", today).and_then(|to| match day(q.from.as_ref(), "from", to) {
        // The board and a report link to the days of their period, which may be running: it is shown as far as it went.
        Ok(from) if to > today && is_running(today, from, to) => Ok(today),
        _ => last_day(ctx, q.to.as_ref()),
    });
    let until = to.as_ref().map_or(today, |to| *to);
    let from = day(q.from.as_ref(), "from", if stock { until } else { until.month_start() });
    match (from, to) {
        (Ok(from), Ok(to)) if from <= to => Ok(Span { from, to }),
        (Ok(_), Ok(_)) => Err(Error::field("from", "from-after-to")),
        (Err(Error::Invalid(mut from)), Err(Error::Invalid(to))) => {
            from.0.extend(to.0);
            Err(Error::Invalid(from))
        }
        (Err(e), _) | (_, Err(e)) => Err(e),
    }
}

/// What the form above a figure needs to know of it before anything is counted: the key of its name, and whether it stands
/// on a date.
pub fn about(ctx: &Ctx, key: &str) -> Result<(&'static str, bool)> {
    let measures = ctx.app.ext::<Measures>()?;
    let f = formula(&measures, key)?;
    Ok((f.words().0, f.is_stock()))
}

/// A key's formula, or the plain measure.
pub(super) struct Formula {
    indicator: Option<&'static Indicator>,
    pub(super) num: &'static MeasureDef,
    pub(super) den: Option<&'static MeasureDef>,
}

pub(super) fn formula(measures: &Measures, key: &str) -> Result<Formula> {
    let def = |k: &str| measures.def(k).ok_or(Error::NotFound);
    match indicator::find(key) {
        Some(i) => Ok(Formula { indicator: Some(i), num: def(i.num)?, den: i.den.map(def).transpose()? }),
        None => Ok(Formula { indicator: None, num: def(key)?, den: None }),
    }
}

/// The area a query names, within the permit; its name.
pub(super) async fn area_of(
    ctx: &Ctx,
    c: &mut Conn,
    p: &Permit<FigureOf>,
    text: &str,
    on: Day,
) -> Result<(Area, String)> {
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

/// The area asked for, or the reader's own.
pub(crate) fn asked_area(ctx: &Ctx, asked: Option<&str>) -> Result<String> {
    let text = asked.map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned);
    text.or_else(|| default_area(ctx)).ok_or(Error::NotFound)
}

/// Whether the reader may open figures of a division: pages link only where the door opens.
pub fn opens(ctx: &Ctx, area: DivisionId) -> bool {
    let Ok(permit) = ctx.permit::<FigureOf>(policy::FIGURE) else { return false };
    let tree = ctx.tree();
    let view = tree.as_of(ctx.today());
    let counties = view.counties_under(area);
    !counties.is_empty() && counties.iter().all(|c| permit.covers_county(*c))
}

/// The month that ends with a day, if it was frozen for some of these counties: the page and the wall then say why what was
/// confirmed and what was frozen are two.
pub async fn frozen_month(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<Option<MonthEndOut>> {
    if day != day.month_end() {
        return Ok(None);
    }
    let month = Period::containing(PeriodKind::Month, day);
    let frozen = store::frozen_at(c, month, counties).await?;
    Ok(frozen.map(|frozen_at| MonthEndOut { period: month.to_string(), frozen_at }))
}

/// The page behind a figure.
pub async fn figure(ctx: &Ctx, key: &str, q: &FigureQuery) -> Result<FigurePage> {
    let permit = ctx.permit::<FigureOf>(policy::FIGURE)?;
    let measures = ctx.app.ext::<Measures>()?;
    let f = formula(&measures, key)?;
    let stock = f.is_stock();
    let span = asked_days(ctx, q, stock)?;
    let Span { from, to } = span;
    let text = asked_area(ctx, q.area.as_deref())?;
    let mut c = ctx.read().await?;
    let (area, area_name) = area_of(ctx, &mut c, &permit, &text, to).await?;
    let above = ctx.above_county();
    let live = !above || Cycle::of(ctx).live_above_county;
    let asked = Asked { key, f: &f, area: &area, span, stock, above, live };
    let (mut confirmed, ground) = sure::confirmed(ctx, &mut c, &measures, asked).await?.unzip();
    let reported = match confirmed {
        None if !stock => flows::reported_by(&f, &area).map(|kind| flows::ended(kind, to)).map(ReportedOut::of),
        _ => None,
    };
    // What the registers say always counts (domain.md section 7), so a stock that nobody confirmed is shown, marked so.
    let live_allowed = live || stock && confirmed.is_none();
    let live = match live_allowed {
        true => Some(indicator::evaluate_key(&measures, &mut c, &ctx.tree(), key, &area, span).await?),
        false => None,
    };
    if let (Some(out), Some(ground), Some(live)) = (&mut confirmed, &ground, &live)
        && (out.figure.num, out.figure.den) != (live.num, live.den)
    {
        out.differs = differs::counties(ctx, &mut c, &measures, asked, ground).await?;
    }
    let month_end = match stock && confirmed.is_some() {
        true => frozen_month(&mut c, &area.counties(), to).await?,
        false => None,
    };
    let series = match stock {
        true => {
            let weeks = series::last_weeks(ctx, to, series::WEEKS);
            match series::of_weeks(ctx, &mut c, &permit, &measures, &f, text.clone(), &weeks).await {
                Ok(s) => Some(s),
                Err(Error::Forbidden | Error::NotFound) => None,
                Err(e) => return Err(e),
            }
        }
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
        source: source.words(),
        numerator: MeasureOut::of(f.num),
        denominator: f.den.map(MeasureOut::of),
        notes: division_note(ctx, &text, to).into_iter().collect(),
        excluded: excluded(&ctx.tree().as_of(to), &f, &text),
        area: text,
        area_name,
        from,
        to,
        confirmed,
        month_end,
        reported,
        live,
        series,
        above_county: above,
        rows,
        of_denominator,
        page: page.page(),
        size: page.limit(),
        counted_at: ctx.now(),
    })
}

impl Formula {
    /// Key, as asked for.
    pub(super) fn key(&self) -> &'static str {
        self.indicator.map_or(self.num.key, |i| i.key)
    }
    /// Fluent keys of name and unit, and the version of the rule.
    pub(super) fn words(&self) -> (&'static str, &'static str, &'static str) {
        match self.indicator {
            Some(i) => (i.label, i.unit, i.rule_version),
            None => (self.num.label, self.num.unit, self.num.rule_version),
        }
    }
    /// Whether it stands on a date.
    pub(super) fn is_stock(&self) -> bool {
        self.num.kind == MeasureKind::Stock && self.den.is_none_or(|d| d.kind == MeasureKind::Stock)
    }
    /// As printed.
    pub(super) fn value(&self, num: i64, den: Option<i64>) -> String {
        self.indicator.map_or_else(|| num.to_string(), |i| i.value(num, den))
    }
    pub(super) fn keys(&self) -> Vec<&'static str> {
        std::iter::once(self.num.key).chain(self.den.map(|d| d.key)).collect()
    }
    /// Whether sums over units are the figure: persons counted once are not, two stations may serve the same one.
    pub(super) fn adds_up(&self) -> bool {
        self.num.kind == MeasureKind::Flow && self.den.is_none_or(|d| d.kind == MeasureKind::Flow)
    }
    pub(super) fn figure(&self, num: i64, den: i64, span: Span, at: Option<Stamp>) -> Figure {
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
