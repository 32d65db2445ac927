//! SQL of cells and marks.

use crate::measure::Span;
use crate::places::with_places;
use std::collections::HashMap;
use zw_core::{Day, DivisionId, Result, UnitId, Uuid};
use zw_db::{Conn, Mark, Sql, Tx, sql, val};

zw_db::record! {
    /// A mark as stored; `unit_id` is nil for records without a unit.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct MarkRow {
        pub county_id: DivisionId,
        pub unit_id: Uuid,
        pub day: Day,
        pub seq: i64,
    }
}

impl MarkRow {
    /// The place it marks.
    pub fn place(&self) -> Mark {
        let unit = (!self.unit_id.is_nil()).then_some(UnitId(self.unit_id));
        Mark { county: self.county_id, unit, day: self.day }
    }
}

/// A cell as stored: measure, county, unit (nil: the county's total), day, value.
pub(crate) type CellRow = (String, DivisionId, Uuid, Day, i64);

pub(crate) async fn marks(c: &mut Conn, limit: i64) -> Result<Vec<MarkRow>> {
    c.all(sql("SELECT county_id,unit_id,day,seq FROM mark ORDER BY county_id,day,unit_id LIMIT ").bind(limit)).await
}

pub(crate) async fn count_marks(c: &mut Conn) -> Result<i64> {
    c.scalar(sql("SELECT COUNT(*) FROM mark")).await
}

/// Only if nobody marked it again meanwhile.
pub(crate) async fn drop_mark(tx: &mut Tx, m: &MarkRow) -> Result<u64> {
    tx.run(
        sql("DELETE FROM mark WHERE county_id=")
            .bind(m.county_id)
            .lit(" AND unit_id=")
            .bind(m.unit_id)
            .lit(" AND day=")
            .bind(m.day)
            .lit(" AND seq=")
            .bind(m.seq),
    )
    .await
}

/// Takes counties' cells for this transaction: their rows of topic `cells` in the outbox are locked until the commit, in
/// the order given, and screens that follow the topic hear of the change.
pub(crate) async fn take_counties(tx: &mut Tx, counties: impl IntoIterator<Item = DivisionId>) -> Result<()> {
    let mut q = sql("INSERT INTO outbox(topic,county_id,seq) VALUES");
    for (i, county) in counties.into_iter().enumerate() {
        q = q.lit(if i == 0 { "('cells'," } else { ",('cells'," }).bind(county).lit(",1)");
    }
    tx.run(q.lit(" ON CONFLICT(topic,county_id) DO UPDATE SET seq=outbox.seq+1")).await?;
    Ok(())
}

/// The cells of some places.
pub(crate) async fn cells_at(c: &mut Conn, places: &[Mark]) -> Result<Vec<CellRow>> {
    let q =
        with_places(places).lit("SELECT c.measure,c.county_id,c.unit_id,c.day,c.value FROM place p CROSS JOIN cell c ");
    c.all(q.lit("WHERE c.county_id=p.county_id AND c.unit_id=p.unit_id AND c.day=p.day")).await
}

async fn insert(tx: &mut Tx, rows: &[Vec<zw_db::Val>]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let tail = " ON CONFLICT(measure,county_id,unit_id,day) DO UPDATE SET value=excluded.value";
    tx.bulk("cell", &["measure", "county_id", "unit_id", "day", "value"], rows, tail).await?;
    Ok(())
}

/// Writes many cells at once.
pub(crate) async fn put_many(tx: &mut Tx, cells: &[CellRow]) -> Result<()> {
    let rows: Vec<_> = cells
        .iter()
        .map(|(measure, county, unit, day, value)| vec![val(measure), val(*county), val(*unit), val(*day), val(*value)])
        .collect();
    insert(tx, &rows).await
}

pub(crate) async fn delete(tx: &mut Tx, cell: &CellRow) -> Result<()> {
    tx.run(
        sql("DELETE FROM cell WHERE measure=")
            .bind(&cell.0)
            .lit(" AND county_id=")
            .bind(cell.1)
            .lit(" AND unit_id=")
            .bind(cell.2)
            .lit(" AND day=")
            .bind(cell.3),
    )
    .await?;
    Ok(())
}

/// Sums over the units of counties' days.
pub(crate) async fn unit_sums(c: &mut Conn, days: &[Mark]) -> Result<Vec<(String, DivisionId, Day, i64)>> {
    let q = with_places(days)
        .lit("SELECT c.measure,c.county_id,c.day,CAST(SUM(c.value) AS BIGINT) FROM place p CROSS JOIN cell c ")
        .lit("WHERE c.county_id=p.county_id AND c.day=p.day AND c.unit_id<>p.unit_id GROUP BY c.measure,c.county_id,c.day");
    c.all(q).await
}

/// All cells of a span.
pub(crate) async fn cells_in(c: &mut Conn, span: Span) -> Result<Vec<CellRow>> {
    let q = sql("SELECT measure,county_id,unit_id,day,value FROM cell WHERE day BETWEEN ")
        .bind(span.from)
        .lit(" AND ")
        .bind(span.to)
        .lit(" ORDER BY county_id,day,unit_id,measure");
    c.all(q).await
}

/// First and last day that has a cell or a mark.
pub(crate) async fn extent(c: &mut Conn) -> Result<Option<Span>> {
    let found: Option<(Option<Day>, Option<Day>)> =
        c.one(sql("SELECT MIN(day),MAX(day) FROM (SELECT day FROM cell UNION ALL SELECT day FROM mark) AS d")).await?;
    Ok(found.and_then(Span::between))
}

fn of(keys: &[&'static str], span: Span) -> Sql {
    sql(" AND day BETWEEN ")
        .bind(span.from)
        .lit(" AND ")
        .bind(span.to)
        .lit(" AND measure IN ")
        .list(keys.iter().copied())
}

/// The code given back by the database as the caller's own static key.
fn own(keys: &[&'static str], found: &str) -> Option<&'static str> {
    keys.iter().copied().find(|k| *k == found)
}

pub(crate) async fn by_county(
    c: &mut Conn,
    keys: &[&'static str],
    counties: &[DivisionId],
    span: Span,
) -> Result<HashMap<(&'static str, DivisionId), i64>> {
    let q = sql("SELECT measure,county_id,CAST(COALESCE(SUM(value),0) AS BIGINT) FROM cell WHERE unit_id=")
        .bind(Uuid::nil())
        .lit(" AND county_id IN ")
        .list(counties.iter().copied())
        .join(of(keys, span))
        .lit(" GROUP BY measure,county_id ORDER BY measure,county_id");
    let rows: Vec<(String, DivisionId, i64)> = c.all(q).await?;
    let mut out: HashMap<_, _> =
        keys.iter().flat_map(|k| counties.iter().map(move |county| ((*k, *county), 0))).collect();
    for (measure, county, value) in rows {
        if let Some(k) = own(keys, &measure) {
            out.insert((k, county), value);
        }
    }
    Ok(out)
}

pub(crate) async fn by_unit(
    c: &mut Conn,
    keys: &[&'static str],
    county: DivisionId,
    units: &[UnitId],
    span: Span,
) -> Result<HashMap<(&'static str, UnitId), i64>> {
    let q = sql("SELECT measure,unit_id,CAST(COALESCE(SUM(value),0) AS BIGINT) FROM cell WHERE county_id=")
        .bind(county)
        .lit(" AND unit_id IN ")
        .list(units.iter().copied())
        .join(of(keys, span))
        .lit(" GROUP BY measure,unit_id ORDER BY measure,unit_id");
    let rows: Vec<(String, UnitId, i64)> = c.all(q).await?;
    let mut out: HashMap<_, _> = keys.iter().flat_map(|k| units.iter().map(move |u| ((*k, *u), 0))).collect();
    for (measure, unit, value) in rows {
        if let Some(k) = own(keys, &measure) {
            out.insert((k, unit), value);
        }
    }
    Ok(out)
}

pub(crate) async fn of_units(
    c: &mut Conn,
    key: &'static str,
    counties: &[DivisionId],
    span: Span,
) -> Result<Vec<(DivisionId, UnitId, i64)>> {
    let q = sql("SELECT county_id,unit_id,CAST(COALESCE(SUM(value),0) AS BIGINT) FROM cell WHERE unit_id<>")
        .bind(Uuid::nil())
        .lit(" AND county_id IN ")
        .list(counties.iter().copied())
        .join(of(&[key], span))
        .lit(" GROUP BY county_id,unit_id ORDER BY county_id,unit_id");
    c.all(q).await
}
