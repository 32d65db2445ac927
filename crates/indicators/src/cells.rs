//! Cells: flow measures kept by county and day and by unit and day, because a year's roll-up from cells costs
//! milliseconds. Every change of a record marks the days and units it counted in; `recount` counts marked places
//! again from the records and replaces their cells, so edits and deletes come out right. `rebuild` proves it.
//!
//! A unit's row carries its id; the row with the nil id is the county's total, records without a unit included.
//! A value of zero has no row.

use crate::measure::{Measures, Span};
use crate::store::{self, CellRow, MarkRow};
use std::collections::{BTreeSet, HashMap, HashSet};
use zw_access::App;
use zw_core::{Day, DivisionId, Result, UnitId, Uuid};
use zw_db::{Change, Conn, Mark, Tx};

/// Cells are derived from records that were audited when they were written, so a recount leaves no audit row.
struct Derived;

impl Change for Derived {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

/// Marked places still to be counted.
pub async fn pending(conn: &mut Conn) -> Result<i64> {
    store::count_marks(conn).await
}

/// Counts up to `limit` marked places again. Returns how many marks it read: fewer than `limit` means that no more
/// were there. The records are counted before the writing transaction: a place counts only if its mark is still the one
/// that was read, so that a change that came between is counted in the next round. Keep `limit` small: on the embedded
/// database the writers wait meanwhile.
pub async fn recount(app: &App, measures: &Measures, limit: i64) -> Result<usize> {
    let mut look = app.db.read().await?;
    let mut marks = store::marks(&mut look, limit).await?;
    if marks.is_empty() {
        return Ok(0);
    }
    // In the order in which a change sets them: two transactions wait for one another, never both.
    marks.sort_unstable_by_key(MarkRow::place);
    let units: Vec<Mark> = marks.iter().map(MarkRow::place).filter(|m| m.unit.is_some()).collect();
    let counted = counted_at(&mut look, measures, &units).await?;
    drop(look);
    let mut tx = app.db.write(app.clock.now()).await?;
    store::take_counties(&mut tx, marks.iter().map(|m| m.county_id).collect::<BTreeSet<_>>()).await?;
    let mut dropped: BTreeSet<Mark> = BTreeSet::new();
    for m in &marks {
        if store::drop_mark(&mut tx, m).await? > 0 {
            dropped.insert(m.place());
        }
    }
    let days: BTreeSet<Mark> = dropped.iter().map(|m| Mark { unit: None, ..*m }).collect();
    let days: Vec<Mark> = days.into_iter().collect();
    if !days.is_empty() {
        let units: Vec<Mark> = units.into_iter().filter(|m| dropped.contains(m)).collect();
        replace(&mut tx, measures, &units, &counted).await?;
        let mut totals = counted_at(&mut tx, measures, &days).await?;
        let keys = measures.flows();
        for (measure, county, day, sum) in store::unit_sums(&mut tx, &days).await? {
            if let Some(k) = keys.iter().find(|k| **k == measure) {
                *totals.entry((*k, Mark { county, unit: None, day })).or_default() += sum;
            }
        }
        replace(&mut tx, measures, &days, &totals).await?;
    }
    tx.commit(Derived).await?;
    Ok(marks.len())
}

/// Flows at places.
type Counted = HashMap<(&'static str, Mark), i64>;

/// What every source counts at some places; what is zero may be missing.
async fn counted_at(conn: &mut Conn, measures: &Measures, places: &[Mark]) -> Result<Counted> {
    let mut out = Counted::new();
    if !places.is_empty() {
        for s in measures.sources() {
            out.extend(s.recount(conn, places).await?.into_iter().map(|(m, key, n)| ((key, m), n)));
        }
    }
    Ok(out)
}

/// Makes the cells of some places say what was counted there; what says it already is left alone, and what is zero has no
/// row.
async fn replace(tx: &mut Tx, measures: &Measures, places: &[Mark], counted: &Counted) -> Result<()> {
    if places.is_empty() {
        return Ok(());
    }
    let keys = measures.flows();
    let mut wrong: HashMap<(&'static str, Mark), i64> =
        counted.iter().filter(|((_, m), n)| **n != 0 && places.contains(m)).map(|(at, n)| (*at, *n)).collect();
    for cell in store::cells_at(tx, places).await? {
        // What no module counts any more is for `rebuild`.
        let Some(key) = keys.iter().find(|k| **k == cell.0) else { continue };
        let unit = (!cell.2.is_nil()).then_some(UnitId(cell.2));
        let at = (*key, Mark { county: cell.1, unit, day: cell.3 });
        match counted.get(&at).copied().unwrap_or(0) {
            0 => store::delete(tx, &cell).await?,
            n if n == cell.4 => drop(wrong.remove(&at)),
            _ => {}
        }
    }
    let rows: Vec<CellRow> = wrong
        .into_iter()
        .map(|((key, m), n)| (key.to_owned(), m.county, m.unit.map_or(Uuid::nil(), |u| u.0), m.day, n))
        .collect();
    store::put_many(tx, &rows).await
}

/// Counts until no mark is left (tests, command line).
pub async fn drain(app: &App, measures: &Measures) -> Result<usize> {
    let mut n = 0;
    loop {
        match recount(app, measures, 200).await? {
            0 => return Ok(n),
            some => n += some,
        }
    }
}

/// A cell that is not what the records say.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// Measure.
    pub measure: String,
    /// County.
    pub county: DivisionId,
    /// Unit; none for the county's total.
    pub unit: Option<UnitId>,
    /// Day.
    pub day: Day,
    /// What the cell says; 0 where it is missing.
    pub cell: i64,
    /// What the records say.
    pub records: i64,
}

/// What a rebuild found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RebuildReport {
    /// Cells the records give.
    pub cells: i64,
    /// Cells that differed.
    pub different: i64,
    /// The first fifty of them.
    pub first: Vec<Difference>,
}

/// Computes all flow cells of a span from the records and compares; with `fix` the differing cells are written.
/// Marks are counted first, so that only true differences remain. Works month by month.
pub async fn rebuild(app: &App, measures: &Measures, span: Span, fix: bool) -> Result<RebuildReport> {
    drain(app, measures).await?;
    let mut report = RebuildReport::default();
    let mut from = span.from;
    while from <= span.to {
        let part = Span { from, to: from.month_end().min(span.to) };
        rebuild_part(app, measures, part, fix, &mut report).await?;
        from = part.to.add_days(1);
    }
    Ok(report)
}

/// The span of days that have cells, marks or records that are counted; none on an empty database.
pub async fn extent(conn: &mut Conn, measures: &Measures) -> Result<Option<Span>> {
    let mut all = store::extent(conn).await?;
    for s in measures.sources() {
        all = match (all, s.extent(conn).await?) {
            (Some(a), Some(b)) => Some(Span { from: a.from.min(b.from), to: a.to.max(b.to) }),
            (a, b) => a.or(b),
        };
    }
    Ok(all)
}

type Place = (&'static str, DivisionId, Uuid, Day);

async fn rebuild_part(app: &App, measures: &Measures, span: Span, fix: bool, report: &mut RebuildReport) -> Result<()> {
    let mut tx = app.db.write(app.clock.now()).await?;
    if fix {
        // Held until the commit: no recount of another process can come between comparing and writing.
        let (tree, now) = (app.tree(), app.clock.today());
        let view = tree.as_of(now);
        let counties: BTreeSet<DivisionId> =
            view.roots().iter().flat_map(|r| view.counties_under(*r)).copied().collect();
        if !counties.is_empty() {
            store::take_counties(&mut tx, counties).await?;
        }
    }
    let actual = store::cells_in(&mut tx, span).await?;
    let expected = expected(&mut tx, measures, span, &actual).await?;
    report.cells += i64::try_from(expected.len()).unwrap_or(i64::MAX);
    let mut seen: HashSet<Place> = HashSet::with_capacity(actual.len());
    let (mut wrong, mut gone): (Vec<CellRow>, Vec<CellRow>) = (vec![], vec![]);
    let mut note = |cell: &CellRow, records: i64| {
        report.different += 1;
        if report.first.len() < 50 {
            report.first.push(Difference {
                measure: cell.0.clone(),
                county: cell.1,
                unit: (!cell.2.is_nil()).then_some(UnitId(cell.2)),
                day: cell.3,
                cell: cell.4,
                records,
            });
        }
    };
    let keys = measures.flows();
    for cell in &actual {
        let place = keys.iter().find(|k| **k == cell.0).map(|k| (*k, cell.1, cell.2, cell.3));
        let should = place.and_then(|p| expected.get(&p).copied()).unwrap_or(0);
        seen.extend(place);
        if should == cell.4 {
            continue;
        }
        note(cell, should);
        match should {
            0 => gone.push(cell.clone()),
            v => wrong.push((cell.0.clone(), cell.1, cell.2, cell.3, v)),
        }
    }
    for (place, value) in expected.iter().filter(|(p, _)| !seen.contains(*p)) {
        let (key, county, unit, day) = *place;
        note(&(key.to_owned(), county, unit, day, 0), *value);
        wrong.push((key.to_owned(), county, unit, day, *value));
    }
    if !fix || wrong.is_empty() && gone.is_empty() {
        return Ok(());
    }
    for cell in &gone {
        store::delete(&mut tx, cell).await?;
    }
    store::put_many(&mut tx, &wrong).await?;
    tx.commit(Derived).await
}

/// What the cells of a span should be, from the records; zero values are absent.
async fn expected(conn: &mut Conn, measures: &Measures, span: Span, actual: &[CellRow]) -> Result<HashMap<Place, i64>> {
    let mut out: HashMap<Place, i64> = HashMap::new();
    let mut add = |m: Mark, key: &'static str, value: i64| {
        if value == 0 {
            return;
        }
        if let Some(u) = m.unit {
            out.insert((key, m.county, u.0, m.day), value);
        }
        *out.entry((key, m.county, Uuid::nil(), m.day)).or_default() += value;
    };
    for s in measures.sources() {
        let own: Vec<&'static str> = s.defs().iter().map(|d| d.key).collect();
        let mut done: BTreeSet<Mark> = BTreeSet::new();
        for (m, key, value) in s.recount_span(conn, span).await? {
            done.insert(m);
            add(m, key, value);
        }
        // Places that only the cells know.
        let known = |c: &&CellRow| own.contains(&c.0.as_str());
        let place = |c: &CellRow| Mark { county: c.1, unit: (!c.2.is_nil()).then_some(UnitId(c.2)), day: c.3 };
        let rest: BTreeSet<Mark> = actual.iter().filter(known).map(place).filter(|m| !done.contains(m)).collect();
        for marks in rest.into_iter().collect::<Vec<_>>().chunks(PLACES) {
            for (m, key, value) in s.recount(conn, marks).await? {
                add(m, key, value);
            }
        }
    }
    Ok(out)
}

/// So many places are asked for in one statement.
const PLACES: usize = 200;

/// Sums of flow measures by county: one statement, every (key, county) answered.
pub async fn sum_by_county(
    conn: &mut Conn,
    keys: &[&'static str],
    counties: &[DivisionId],
    span: Span,
) -> Result<HashMap<(&'static str, DivisionId), i64>> {
    store::by_county(conn, keys, counties, span).await
}

/// Sums of flow measures by unit of one county: one statement, every (key, unit) answered.
pub async fn sum_by_unit(
    conn: &mut Conn,
    keys: &[&'static str],
    county: DivisionId,
    units: &[UnitId],
    span: Span,
) -> Result<HashMap<(&'static str, UnitId), i64>> {
    store::by_unit(conn, keys, county, units, span).await
}

/// Sums of a flow measure by unit in some counties; units without a cell in the span are left out.
pub async fn sum_of_units(
    conn: &mut Conn,
    key: &'static str,
    counties: &[DivisionId],
    span: Span,
) -> Result<Vec<(DivisionId, UnitId, i64)>> {
    store::of_units(conn, key, counties, span).await
}
