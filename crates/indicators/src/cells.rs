//! Cells: flow measures kept by county and day and by unit and day, because a year's roll-up from cells costs
//! milliseconds. Every change of a record marks the days and units it counted in; `recount` counts marked places
//! again from the records and replaces their cells, so edits and deletes come out right. `rebuild` proves it.
//!
//! A unit's row carries its id; the row with the nil id is the county's total, records without a unit included.
//! A value of zero has no row.

use crate::measure::{Area, Measures, Span};
use crate::store::{self, CellRow};
use std::collections::{BTreeSet, HashMap, HashSet};
use zw_access::App;
use zw_core::{Day, DivisionId, Result, UnitId, Uuid};
use zw_db::{Change, Conn, Mark};

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
    let marks = store::marks(&mut look, limit).await?;
    if marks.is_empty() {
        return Ok(0);
    }
    let mut counted = Vec::with_capacity(marks.len());
    for m in &marks {
        counted.push(match m.unit_id.is_nil() {
            true => None,
            false => Some(count_place(&mut look, measures, m.county_id, Some(UnitId(m.unit_id)), m.day).await?),
        });
    }
    drop(look);
    let keys = measures.flows();
    let mut tx = app.db.write(app.clock.now()).await?;
    for county in marks.iter().map(|m| m.county_id).collect::<BTreeSet<_>>() {
        store::take_county(&mut tx, county).await?;
    }
    let mut days: BTreeSet<(DivisionId, Day)> = BTreeSet::new();
    for (m, values) in marks.iter().zip(&counted) {
        if store::drop_mark(&mut tx, m).await? == 0 {
            continue;
        }
        days.insert((m.county_id, m.day));
        if let Some(values) = values {
            store::put(&mut tx, m.county_id, m.unit_id, m.day, &keys, values).await?;
        }
    }
    for (county, day) in days {
        let mut total = count_place(&mut tx, measures, county, None, day).await?;
        for (measure, sum) in store::unit_sums(&mut tx, county, day).await? {
            if let Some(k) = keys.iter().find(|k| **k == measure) {
                *total.entry(*k).or_default() += sum;
            }
        }
        store::put(&mut tx, county, Uuid::nil(), day, &keys, &total).await?;
    }
    tx.commit(Derived).await?;
    Ok(marks.len())
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

async fn count_place(
    conn: &mut Conn,
    measures: &Measures,
    county: DivisionId,
    unit: Option<UnitId>,
    day: Day,
) -> Result<HashMap<&'static str, i64>> {
    let mut out = HashMap::new();
    for s in measures.sources() {
        out.extend(s.recount(conn, Mark { county, unit, day }).await?);
    }
    Ok(out)
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

/// The span of days that have cells or marks; none on an empty database.
pub async fn extent(conn: &mut Conn) -> Result<Option<Span>> {
    store::extent(conn).await
}

type Place = (&'static str, DivisionId, Uuid, Day);

async fn rebuild_part(app: &App, measures: &Measures, span: Span, fix: bool, report: &mut RebuildReport) -> Result<()> {
    let mut tx = app.db.write(app.clock.now()).await?;
    if fix {
        // Held until the commit: no recount of another process can come between comparing and writing.
        let (tree, now) = (app.tree(), app.clock.today());
        let view = tree.as_of(now);
        for county in view.roots().iter().flat_map(|r| view.counties_under(*r)) {
            store::take_county(&mut tx, *county).await?;
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
        let mut done: HashSet<Mark2> = HashSet::new();
        for (m, key, value) in s.recount_span(conn, span).await? {
            done.insert((m.county, m.unit, m.day));
            add(m, key, value);
        }
        // Places that only the cells know: asked one by one.
        let mut asked: HashSet<Mark2> = HashSet::new();
        for cell in actual.iter().filter(|c| own.contains(&c.0.as_str())) {
            let place = (cell.1, (!cell.2.is_nil()).then_some(UnitId(cell.2)), cell.3);
            if done.contains(&place) || !asked.insert(place) {
                continue;
            }
            let m = Mark { county: place.0, unit: place.1, day: place.2 };
            for (key, value) in s.recount(conn, m).await? {
                add(m, key, value);
            }
        }
    }
    Ok(out)
}

type Mark2 = (DivisionId, Option<UnitId>, Day);

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

/// Sums of flow measures of one unit.
pub async fn sum_unit(
    conn: &mut Conn,
    keys: &[&'static str],
    county: DivisionId,
    unit: UnitId,
    span: Span,
) -> Result<HashMap<&'static str, i64>> {
    Ok(store::by_unit(conn, keys, county, &[unit], span).await?.into_iter().map(|((k, _), v)| (k, v)).collect())
}

/// Sums of flow measures over an area that is made of whole counties, or of one unit. Cells know no townships:
/// for `Area::Town` the caller counts its records.
pub async fn sum_area(
    conn: &mut Conn,
    keys: &[&'static str],
    area: &Area,
    span: Span,
) -> Result<HashMap<&'static str, i64>> {
    match area {
        Area::Unit(county, unit) => sum_unit(conn, keys, *county, *unit, span).await,
        Area::Town(..) => Err(zw_core::Error::Internal("cells have no townships".into())),
        Area::County(_) | Area::Counties(_) => {
            let mut out: HashMap<&'static str, i64> = keys.iter().map(|k| (*k, 0)).collect();
            for ((k, _), v) in store::by_county(conn, keys, &area.counties(), span).await? {
                *out.entry(k).or_default() += v;
            }
            Ok(out)
        }
    }
}

/// A flow by day over whole counties; days without records are left out.
pub async fn by_day(
    conn: &mut Conn,
    key: &'static str,
    counties: &[DivisionId],
    span: Span,
) -> Result<Vec<(Day, i64)>> {
    store::by_day(conn, key, counties, span).await
}
