//! SQL over the register of stations (tables `unit` and `unit_state` of the network module): who owes a month's report.

use std::collections::HashMap;
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_network::UnitState;

zw_db::record! {
    /// A station.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Station {
        /// Unit.
        pub id: UnitId,
        /// Name.
        pub name: String,
        /// County.
        pub county_id: DivisionId,
        /// Township.
        pub division_id: DivisionId,
    }
}

/// Whether a stretch during which a station was built, from a day to a day exclusive, makes it owe a month: it was built on
/// any day of it. One that was suspended, merged or closed within the month still tells what it did until then.
pub fn owes_month(month: Period, (from, to): (Day, Option<Day>)) -> bool {
    from <= month.last_day() && to.is_none_or(|to| to > month.first_day())
}

/// The same as a condition on `unit_state s`.
fn built_in(q: Sql, month: Period) -> Sql {
    q.lit(" AND s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT)
        .lit(" AND s.from_day<=")
        .bind(month.last_day())
        .lit(" AND (s.to_day IS NULL OR s.to_day>")
        .bind(month.first_day())
        .lit(")")
}

/// Stations that owe a month, whether excused or not.
pub async fn stations_due(c: &mut Conn, counties: &[DivisionId], month: Period) -> Result<Vec<Station>> {
    let q = sql("SELECT DISTINCT u.id,u.name,s.county_id,u.division_id FROM unit_state s JOIN unit u ON u.id=s.unit_id WHERE s.county_id IN ")
        .list(counties.iter().copied());
    c.all(built_in(q, month).lit(" ORDER BY s.county_id,u.division_id,u.id")).await
}

/// How many stations owe a month and are not excused from it, by county. Counties without any are absent.
pub async fn count_stations_due(
    c: &mut Conn,
    counties: &[DivisionId],
    month: Period,
) -> Result<Vec<(DivisionId, i64)>> {
    let q = sql("SELECT s.county_id,COUNT(DISTINCT s.unit_id) FROM unit_state s WHERE s.county_id IN ")
        .list(counties.iter().copied());
    let q = built_in(q, month)
        .lit(" AND NOT EXISTS(SELECT 1 FROM report r WHERE r.county_id=s.county_id AND r.unit_id=s.unit_id AND r.kind='month' AND r.period=")
        .bind(month.to_string())
        .lit(" AND r.exempt) GROUP BY s.county_id ORDER BY s.county_id");
    c.all(q).await
}

/// One station.
pub async fn station(c: &mut Conn, county: DivisionId, unit: UnitId) -> Result<Option<Station>> {
    c.one(
        sql("SELECT u.id,u.name,u.county_id,u.division_id FROM unit u WHERE u.tier='T' AND u.id=")
            .bind(unit)
            .lit(" AND u.county_id=")
            .bind(county),
    )
    .await
}

/// One station, and whether it owes a month, excused or not.
pub async fn station_owing(
    c: &mut Conn,
    county: DivisionId,
    unit: UnitId,
    month: Period,
) -> Result<Option<(Station, bool)>> {
    let q = sql("SELECT u.id,u.name,u.county_id,u.division_id,(SELECT COUNT(*) FROM unit_state s WHERE s.unit_id=u.id");
    let q = built_in(q, month).lit(") FROM unit u WHERE u.tier='T' AND u.id=").bind(unit);
    let row: Option<(UnitId, String, DivisionId, DivisionId, i64)> =
        c.one(q.lit(" AND u.county_id=").bind(county)).await?;
    Ok(row.map(|(id, name, county_id, division_id, n)| (Station { id, name, county_id, division_id }, n > 0)))
}

/// One station, and the stretches during which it was built: from a day to a day exclusive.
pub async fn station_spans(
    c: &mut Conn,
    county: DivisionId,
    unit: UnitId,
) -> Result<Option<(String, Vec<(Day, Option<Day>)>)>> {
    type Row = (String, Option<Day>, Option<Day>);
    let rows: Vec<Row> = c
        .all(
            sql("SELECT u.name,s.from_day,s.to_day FROM unit u LEFT JOIN unit_state s ON s.unit_id=u.id AND s.state IN('operating','rectifying') WHERE u.tier='T' AND u.id=")
                .bind(unit)
                .lit(" AND u.county_id=")
                .bind(county)
                .lit(" ORDER BY s.from_day"),
        )
        .await?;
    let name = rows.first().map(|(name, ..)| name.clone());
    Ok(name.map(|name| (name, rows.into_iter().filter_map(|(_, from, to)| Some((from?, to))).collect())))
}

/// Names of units.
pub async fn unit_names(c: &mut Conn, units: impl Iterator<Item = UnitId>) -> Result<HashMap<UnitId, String>> {
    let rows: Vec<(UnitId, String)> = c.all(sql("SELECT u.id,u.name FROM unit u WHERE u.id IN ").list(units)).await?;
    Ok(rows.into_iter().collect())
}

/// Stations of a county, or of one township of it, that were built by the end of a day, also those that ended since: whose
/// figures there are. By township and name.
pub async fn stations_known(
    c: &mut Conn,
    county: DivisionId,
    town: Option<DivisionId>,
    day: Day,
) -> Result<Vec<Station>> {
    let mut q =
        sql("SELECT u.id,u.name,u.county_id,u.division_id FROM unit u WHERE u.tier='T' AND u.county_id=").bind(county);
    if let Some(town) = town {
        q = q.lit(" AND u.division_id=").bind(town);
    }
    let q = q.lit(" AND EXISTS(SELECT 1 FROM unit_state s WHERE s.unit_id=u.id AND s.state IN ").list(UnitState::BUILT);
    c.all(q.lit(" AND s.from_day<=").bind(day).lit(") ORDER BY u.division_id,u.name,u.id")).await
}

/// The county of a unit.
pub async fn unit_place(c: &mut Conn, unit: UnitId) -> Result<Option<(DivisionId, String, DivisionId)>> {
    c.one(sql("SELECT u.county_id,u.name,u.division_id FROM unit u WHERE u.id=").bind(unit)).await
}
