//! Measures: the trait through which every module's records become numbers, and the registry of all of them.

use crate::at_unit::{OpenWork, WithoutStaff};
use crate::basis::Basis;
use crate::cell::Cell;
use crate::confirmed::Confirmed;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use zw_access::{App, Ctx};
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, Error, FieldErrors, PageReq, Result, UnitId};
use zw_db::{Conn, Mark};

/// A boxed future, so that measures of all modules fit one registry.
pub type BoxFut<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

zw_core::codes! {
    /// How a measure adds up (architecture.md 5.8).
    pub enum MeasureKind {
        /// Additive over days and areas: kept in cells.
        Flow = "flow",
        /// Counted anew for each area and period, never summed.
        Distinct = "distinct",
        /// True on a date: counted from (from, to) rows.
        Stock = "stock",
    }
}

/// What a measure is. Words are Fluent keys of the owning module.
#[derive(Clone, Copy, Debug)]
pub struct MeasureDef {
    /// Stable key, e.g. `stations_built` or `M07`.
    pub key: &'static str,
    /// How it adds up.
    pub kind: MeasureKind,
    /// Fluent key of its name.
    pub label: &'static str,
    /// Fluent key of the unit (人, 次, 个).
    pub unit: &'static str,
    /// Fluent key of the definition in words.
    pub definition: &'static str,
    /// Version of the counting rule, shown with every figure.
    pub rule_version: &'static str,
    /// What the rule rests on.
    pub source: Basis,
}

impl MeasureDef {
    /// Whether it counts persons: their units have keys that end so, whichever module's they are. Without that it is
    /// villages, acceptances, stations.
    pub fn counts_persons(&self) -> bool {
        self.unit.ends_with("-persons")
    }
}

/// Where to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Area {
    /// One unit.
    Unit(DivisionId, UnitId),
    /// One township (county, township).
    Town(DivisionId, DivisionId),
    /// One county.
    County(DivisionId),
    /// Several counties: a city, a province.
    Counties(Vec<DivisionId>),
}

impl Area {
    /// The counties it lies in.
    pub fn counties(&self) -> Vec<DivisionId> {
        match self {
            Self::Unit(c, _) | Self::Town(c, _) | Self::County(c) => vec![*c],
            Self::Counties(l) => l.clone(),
        }
    }
}

/// When: both days inclusive. Stocks are taken at the end of `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Span {
    /// One day.
    pub fn on(day: Day) -> Self {
        Self { from: day, to: day }
    }
    /// From the first day of some rows to the last; none of no rows.
    pub fn between((first, last): (Option<Day>, Option<Day>)) -> Option<Self> {
        Some(Self { from: first?, to: last? })
    }
}

/// A row behind a figure, already masked for its reader.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct RowOut {
    /// One cell per column.
    pub cells: Vec<Cell>,
    /// Where the row's own page is.
    pub href: Option<String>,
}

/// The rows behind a figure, as far as the reader may see them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct RowsOut {
    /// Heads of the columns: Fluent keys, until they are said to a reader in words.
    pub columns: Vec<String>,
    /// This page of rows.
    pub rows: Vec<RowOut>,
    /// Rows the reader may see in all.
    pub total: i64,
    /// Whether the figure counts rows that this reader may not see.
    pub partly_hidden: bool,
}

/// What a source answers that does not count what it is asked: nothing if it was asked nothing, else a mistake in the
/// program, which must not look like a figure of zero.
fn not_counted<'a, T: Send + 'a>(key: Option<&'static str>, nothing: T) -> BoxFut<'a, T> {
    Box::pin(async move {
        match key {
            None => Ok(nothing),
            Some(key) => Err(Error::Internal(format!("nobody counts {key} this way"))),
        }
    })
}

/// A module's measures. A module that counts nothing, or nothing of a kind, and only answers one of the other questions
/// leaves out what it does not have.
pub trait Source: Send + Sync {
    /// What it counts.
    fn defs(&self) -> &'static [MeasureDef] {
        &[]
    }

    /// Told once, when the process is put together: for measures that depend on the hour, such as what is due by now.
    fn attach(&self, _app: &Arc<App>) {}

    /// Recounts this module's FLOW measures of marked places (county, unit, day), each once, from the records, in a number of
    /// statements that does not grow with them. What is zero may be left out. A mark without a unit asks for records without
    /// one. Modules without flows keep the default.
    fn recount<'a>(&'a self, _conn: &'a mut Conn, _marks: &'a [Mark]) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        not_counted(self.defs().iter().find(|d| d.kind == MeasureKind::Flow).map(|d| d.key), vec![])
    }

    /// Where records of this module's FLOW measures stand within a span: each (county, unit, day) once, `unit` none
    /// for records without a unit. For the proof by `cells::rebuild`; modules without flows keep the default.
    fn places<'a>(&'a self, _conn: &'a mut Conn, _span: Span) -> BoxFut<'a, Vec<Mark>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// From the first to the last day of records of this module's FLOW measures; none where there are none. Modules without
    /// flows keep the default.
    fn extent<'a>(&'a self, _conn: &'a mut Conn) -> BoxFut<'a, Option<Span>> {
        Box::pin(async { Ok(None) })
    }

    /// What `recount` answers for every one of `places`, all at once. A module with many records overrides it with
    /// one grouped statement.
    fn recount_span<'a>(&'a self, conn: &'a mut Conn, span: Span) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        Box::pin(async move {
            let marks = self.places(conn, span).await?;
            self.recount(conn, &marks).await
        })
    }

    /// Counts measures from the records, in an area and span: what a station's own report and distinct and
    /// stock figures use. Answers every key asked that it owns.
    fn count<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _tree: &'a Tree,
        keys: &'a [&'static str],
        _area: &'a Area,
        _span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        not_counted(keys.first().copied(), vec![])
    }

    /// Where the words of the codes are that a measure is split by: Fluent keys are this and the code. None for a measure
    /// that is not split.
    fn split_by(&self, _key: &str) -> Option<&'static str> {
        None
    }

    /// Counts measures by these codes, as `count` does in all: (measure, code, value), none of zero. Codes may overlap:
    /// their sum is not the measure.
    fn split<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _keys: &'a [&'static str],
        _area: &'a Area,
        _span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, String, i64)>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// The same for many counties at once (boards, wall chart, annex tables): (key, county) -> value.
    /// Must not query once per county.
    fn by_county<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _tree: &'a Tree,
        keys: &'a [&'static str],
        _counties: &'a [DivisionId],
        _span: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        not_counted(keys.first().copied(), HashMap::new())
    }

    /// A stock on many dates in one ordered sweep, over all the area's counties together.
    fn series<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _tree: &'a Tree,
        key: &'static str,
        _area: &'a Area,
        _dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        not_counted(Some(key), vec![])
    }

    /// Several stocks on the same dates, in the order of `keys`. A module whose stocks come from the same rows
    /// overrides it and reads them once.
    fn series_many<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<Vec<i64>>> {
        Box::pin(async move {
            let mut out = Vec::with_capacity(keys.len());
            for key in keys {
                out.push(self.series(conn, tree, key, area, dates).await?);
            }
            Ok(out)
        })
    }

    /// What counties confirmed of stocks as of a day, whoever counts them: the module that keeps their reports answers.
    fn confirmed<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _keys: &'a [&'static str],
        _counties: &'a [DivisionId],
        _day: Day,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), Confirmed>> {
        Box::pin(async { Ok(HashMap::new()) })
    }

    /// The same as of several days: for each day, measure and county, in the order in which they are given. The module that
    /// keeps the reports reads them once.
    fn confirmed_on<'a>(
        &'a self,
        conn: &'a mut Conn,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        days: &'a [Day],
    ) -> BoxFut<'a, Vec<Option<Confirmed>>> {
        Box::pin(async move {
            let mut out = Vec::with_capacity(days.len() * keys.len() * counties.len());
            for day in days {
                let found = self.confirmed(conn, keys, counties, *day).await?;
                out.extend(keys.iter().flat_map(|k| counties.iter().map(|c| found.get(&(*k, *c)).copied())));
            }
            Ok(out)
        })
    }

    /// The number that a setting gave to a measure's rule on a day, such as below how many workers a station is short; none
    /// for rules without one. A document that says the number keeps it with the figure.
    fn rule_value<'a>(&'a self, _conn: &'a mut Conn, _key: &'static str, _day: Day) -> BoxFut<'a, Option<i64>> {
        Box::pin(async { Ok(None) })
    }

    /// Stations of an area that once had staff and have nobody on post on a day, whatever their state: the module that keeps
    /// postings answers.
    fn without_staff<'a>(&'a self, _conn: &'a mut Conn, _area: &'a Area, _day: Day) -> BoxFut<'a, Vec<WithoutStaff>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// What of this module is still open at a unit after a day, for whoever closes or merges it: kinds with their number,
    /// none of zero.
    fn open_at<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _tree: &'a Tree,
        _unit: (DivisionId, UnitId),
        _day: Day,
    ) -> BoxFut<'a, Vec<OpenWork>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// What of this module still stands in divisions that are about to end on a day, by the lowest division that says
    /// where: a stable code (`station`, `resident`, `grant`) with its number, none of zero.
    fn stands_in<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _ending: &'a HashSet<DivisionId>,
        _day: Day,
    ) -> BoxFut<'a, Vec<(DivisionId, &'static str, i64)>> {
        Box::pin(async { Ok(vec![]) })
    }

    /// Which texts (field, text) of a report of a county or station name a person on file there; no answer says whom.
    fn named_in<'a>(
        &'a self,
        _ctx: &'a Ctx,
        _at: (DivisionId, Option<UnitId>),
        _texts: &'a [(String, String)],
    ) -> BoxFut<'a, FieldErrors> {
        Box::pin(async { Ok(FieldErrors::default()) })
    }

    /// The rows behind, within the reader's own permit.
    fn rows<'a>(
        &'a self,
        _ctx: &'a Ctx,
        key: &'static str,
        _area: &'a Area,
        _span: Span,
        _page: PageReq,
    ) -> BoxFut<'a, RowsOut> {
        Box::pin(async move { Err(Error::Internal(format!("nobody knows the rows of {key}"))) })
    }
}

/// All modules' measures, shared through `App::ext`.
#[derive(Default)]
pub struct Measures(Vec<Arc<dyn Source>>);

impl Measures {
    /// Joins the modules' sources.
    pub fn join(sources: Vec<Arc<dyn Source>>) -> Self {
        Self(sources)
    }
    /// Tells every source which process it counts for.
    pub fn attach(&self, app: &Arc<App>) {
        for s in &self.0 {
            s.attach(app);
        }
    }
    /// All sources.
    pub fn sources(&self) -> &[Arc<dyn Source>] {
        &self.0
    }
    /// Keys of all flow measures: those that have cells.
    pub fn flows(&self) -> Vec<&'static str> {
        let defs = self.0.iter().flat_map(|s| s.defs());
        defs.filter(|d| d.kind == MeasureKind::Flow).map(|d| d.key).collect()
    }
    /// The definition of a measure.
    pub fn def(&self, key: &str) -> Option<&'static MeasureDef> {
        self.0.iter().flat_map(|s| s.defs()).find(|d| d.key == key)
    }
    /// The source that owns a measure.
    pub fn owner(&self, key: &str) -> Result<(&Arc<dyn Source>, &'static MeasureDef)> {
        self.0.iter().find_map(|s| s.defs().iter().find(|d| d.key == key).map(|d| (s, d))).ok_or(Error::NotFound)
    }
    /// The number that a setting gave to a measure's rule on a day.
    pub async fn rule_value(&self, conn: &mut Conn, key: &'static str, day: Day) -> Result<Option<i64>> {
        self.owner(key)?.0.rule_value(conn, key, day).await
    }
    /// Counts several measures from the records, whoever owns them; every key is answered.
    pub async fn count(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        area: &Area,
        span: Span,
    ) -> Result<HashMap<&'static str, i64>> {
        let mut out = HashMap::new();
        for s in &self.0 {
            let own: Vec<&'static str> = s.defs().iter().map(|d| d.key).filter(|k| keys.contains(k)).collect();
            if !own.is_empty() {
                out.extend(s.count(conn, tree, &own, area, span).await?);
            }
        }
        Ok(out)
    }
    /// Where the words of the codes are that a measure is split by.
    pub fn split_by(&self, key: &str) -> Option<&'static str> {
        self.0.iter().find_map(|s| s.split_by(key))
    }
    /// Counts those of some measures by their codes that are split, whoever owns them.
    pub async fn split(
        &self,
        conn: &mut Conn,
        keys: &[&'static str],
        area: &Area,
        span: Span,
    ) -> Result<HashMap<&'static str, BTreeMap<String, i64>>> {
        let mut out: HashMap<&'static str, BTreeMap<String, i64>> = HashMap::new();
        for s in &self.0 {
            let own: Vec<&'static str> = keys.iter().copied().filter(|k| s.split_by(k).is_some()).collect();
            if !own.is_empty() {
                for (key, code, n) in s.split(conn, &own, area, span).await? {
                    out.entry(key).or_default().insert(code, n);
                }
            }
        }
        Ok(out)
    }
    /// Several stocks on the same dates, whoever owns them; every key is answered, an unknown one is an error.
    pub async fn series(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        area: &Area,
        dates: &[Day],
    ) -> Result<HashMap<&'static str, Vec<i64>>> {
        let mut out = HashMap::new();
        for s in &self.0 {
            let own: Vec<&'static str> = s.defs().iter().map(|d| d.key).filter(|k| keys.contains(k)).collect();
            if !own.is_empty() {
                out.extend(own.iter().copied().zip(s.series_many(conn, tree, &own, area, dates).await?));
            }
        }
        if keys.iter().any(|k| !out.contains_key(k)) {
            return Err(Error::NotFound);
        }
        Ok(out)
    }
    /// Stations of an area that once had staff and have nobody on post on a day, in the order of their ids.
    pub async fn without_staff(&self, conn: &mut Conn, area: &Area, day: Day) -> Result<Vec<WithoutStaff>> {
        let mut out = vec![];
        for s in &self.0 {
            out.extend(s.without_staff(conn, area, day).await?);
        }
        Ok(out)
    }
    /// What of any module is still open at a unit (county, unit) after a day.
    pub async fn open_at(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        unit: (DivisionId, UnitId),
        day: Day,
    ) -> Result<Vec<OpenWork>> {
        let mut out = vec![];
        for s in &self.0 {
            out.extend(s.open_at(conn, tree, unit, day).await?.into_iter().filter(|w| w.n > 0));
        }
        Ok(out)
    }
    /// What of any module still stands in divisions that are about to end on a day.
    pub async fn stands_in(
        &self,
        conn: &mut Conn,
        ending: &HashSet<DivisionId>,
        day: Day,
    ) -> Result<Vec<(DivisionId, &'static str, i64)>> {
        let mut out = vec![];
        for s in &self.0 {
            out.extend(s.stands_in(conn, ending, day).await?);
        }
        Ok(out)
    }
    /// Measures of many counties at once.
    pub async fn by_county(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        counties: &[DivisionId],
        span: Span,
    ) -> Result<HashMap<(&'static str, DivisionId), i64>> {
        let mut out = HashMap::new();
        for s in &self.0 {
            let own: Vec<&'static str> = s.defs().iter().map(|d| d.key).filter(|k| keys.contains(k)).collect();
            if !own.is_empty() {
                out.extend(s.by_county(conn, tree, &own, counties, span).await?);
            }
        }
        Ok(out)
    }
}
