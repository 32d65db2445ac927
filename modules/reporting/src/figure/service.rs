//! What stands behind a figure (ui.md principle 4): what is counted, as of when, and which rows, as far as the reader
//! may see them. Above the county the confirmed value comes first; the live one stands beside it, marked so, where
//! the cycle's setting allows it.

use crate::cycle::Cycle;
use crate::direct::{Chain, Follows};
use crate::figure::series::{self, SeriesOut};
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
use zw_indicators::{Area, Cell, Figure, MeasureDef, MeasureKind, Measures, RowsOut, Span, keys};

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
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// Its unit, as with the name.
    pub unit: String,
    /// What it counts, as with the name.
    pub definition: String,
    /// `flow`, `distinct` or `stock`.
    pub kind: String,
    /// Whether it counts persons.
    pub persons: bool,
    /// Version of the counting rule.
    pub rule_version: String,
    /// What the rule rests on, as with the name.
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
            persons: d.counts_persons(),
            rule_version: d.rule_version.into(),
            source: d.source.words(),
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
    /// Counties whose registers say another number now, of a stock: what the rows behind hold more or less than the
    /// figure.
    pub differs: Vec<DiffersOut>,
    /// Where the reports are that it is the sum of; none where the reader may not see them.
    pub href: Option<String>,
}

/// A county whose registers say another number than it confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DiffersOut {
    /// County, with those above it.
    pub county: String,
    /// What it confirmed.
    pub confirmed: i64,
    /// As of the end of this day.
    pub as_of: Day,
    /// What its registers say on the day of the figure.
    pub live: i64,
}

/// The last period that reports could have confirmed, of a figure whose days are no such period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportedOut {
    /// The period.
    pub period: String,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
}

impl ReportedOut {
    fn of(p: Period) -> Self {
        Self { period: p.to_string(), from: p.first_day(), to: p.last_day() }
    }
}

/// Divisions that a denominator leaves out for one reason (domain.md section 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ExcludedOut {
    /// The reason.
    pub reason: Cell,
    /// Names of the divisions with those above them, in the order of the map.
    pub names: Vec<String>,
}

/// What the map counts in a denominator.
fn counted_kind(key: &str) -> Option<DivisionKind> {
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

/// The page behind a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FigurePage {
    /// Key of the indicator or measure.
    pub key: String,
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// What it counts, as with the name.
    pub definition: String,
    /// Version of the rule.
    pub rule_version: String,
    /// What it rests on, as with the name.
    pub source: String,
    /// Numerator, or the measure itself.
    pub numerator: MeasureOut,
    /// Denominator.
    pub denominator: Option<MeasureOut>,
    /// What the area's sum holds that the chain of reporting counts elsewhere.
    pub notes: Vec<Cell>,
    /// What the denominator leaves out in the area, by reason.
    pub excluded: Vec<ExcludedOut>,
    /// Division id or unit id.
    pub area: String,
    /// Name of the area.
    pub area_name: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Confirmed in reports, where reports carry it; of what happened over time only where the days asked for are those
    /// of one report.
    pub confirmed: Option<ConfirmedOut>,
    /// Where nobody confirmed these days: the last period that reports could have confirmed.
    pub reported: Option<ReportedOut>,
    /// Counted now; none where the reader may not see live figures.
    pub live: Option<Figure>,
    /// The figure at the end of the last 52 weeks, of what stands on a date.
    pub series: Option<SeriesOut>,
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

/// The day of which a figure is: `to` of the query, today by default. Nobody knows the figures of a day to come.
pub(super) fn last_day(ctx: &Ctx, to: Option<&String>) -> Result<Day> {
    let to = day(to, "to", ctx.today())?;
    if to > ctx.today() { Err(Error::field("to", "as-of-future")) } else { Ok(to) }
}

/// Whether two days are the first and the last of a period in which a day lies.
fn is_running(today: Day, from: Day, to: Day) -> bool {
    PeriodKind::ALL.iter().map(|k| Period::containing(*k, today)).any(|p| (p.first_day(), p.last_day()) == (from, to))
}

fn day(text: Option<&String>, field: &str, default: Day) -> Result<Day> {
    match text.map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(t) => Day::parse(t).ok_or_else(|| Error::field(field, "date-format")),
        None => Ok(default),
    }
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
pub(super) fn asked_area(ctx: &Ctx, asked: Option<&str>) -> Result<String> {
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

/// The page behind a figure.
pub async fn figure(ctx: &Ctx, key: &str, q: &FigureQuery) -> Result<FigurePage> {
    let permit = ctx.permit::<FigureOf>(policy::FIGURE)?;
    let measures = ctx.app.ext::<Measures>()?;
    let f = formula(&measures, key)?;
    let to = match day(q.to.as_ref(), "to", ctx.today())? {
        // The board and a report link to the days of their period, which may be running: it is shown as far as it went.
        to if to > ctx.today() && is_running(ctx.today(), day(q.from.as_ref(), "from", to)?, to) => ctx.today(),
        _ => last_day(ctx, q.to.as_ref())?,
    };
    // What stands on a day has one date; what happens over time is shown for the month so far.
    let stock = f.is_stock();
    let from = day(q.from.as_ref(), "from", if stock { to } else { to.month_start() })?;
    if from > to {
        return Err(Error::field("from", "from-after-to"));
    }
    let span = Span { from, to };
    let text = asked_area(ctx, q.area.as_deref())?;
    let mut c = ctx.read().await?;
    let (area, area_name) = area_of(ctx, &mut c, &permit, &text, to).await?;
    let above = ctx.above_county();
    let live = !above || Cycle::of(ctx).live_above_county;
    let asked = Asked { key, f: &f, area: &area, span, stock, above, live };
    let confirmed = sure::confirmed(ctx, &mut c, &measures, asked).await?;
    let reported = match confirmed {
        None if !stock => sure::reported_by(&f, &area).map(|kind| sure::ended(kind, to)).map(ReportedOut::of),
        _ => None,
    };
    // What the registers say always counts (domain.md section 7), so a stock that nobody confirmed is shown, marked so.
    let live_allowed = live || stock && confirmed.is_none();
    let live = match live_allowed {
        true => Some(indicator::evaluate_key(&measures, &mut c, &ctx.tree(), key, &area, span).await?),
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
