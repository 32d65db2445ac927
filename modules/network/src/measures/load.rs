//! The rows behind the sweeps.

use super::SheetKey;
use super::sweep::{Held, both};
use crate::model::sheet::{BuildOut, SheetDates};
use crate::model::unit::{Tier, UnitState};
use crate::store::sheets::DATES;
use zw_core::{BuildOutId, Day, DivisionId, Result};
use zw_db::{Conn, Sql, sql};
use zw_indicators::{Area, Span};

/// More counties than this are not listed in a statement: the rows of all are read and the map picks.
const LISTED: usize = 400;

/// Restricts rows of the alias `s` (unit_state) to an area.
fn units_in(q: Sql, area: &Area) -> Sql {
    match area {
        Area::Unit(county, unit) => q.lit(" AND s.county_id=").bind(*county).lit(" AND s.unit_id=").bind(*unit),
        Area::Town(county, town) => q
            .lit(" AND s.county_id=")
            .bind(*county)
            .lit(" AND s.unit_id IN (SELECT id FROM unit WHERE town_id=")
            .bind(*town)
            .lit(")"),
        Area::County(county) => q.lit(" AND s.county_id=").bind(*county),
        Area::Counties(list) if list.len() > LISTED => q,
        Area::Counties(list) => q.lit(" AND s.county_id IN ").list(list.iter().copied()),
    }
}

/// Restricts rows of the alias `b` (build_out) to an area.
fn sheets_in(q: Sql, area: &Area) -> Sql {
    match area {
        Area::Unit(county, unit) => q.lit(" AND b.county_id=").bind(*county).lit(" AND b.unit_id=").bind(*unit),
        Area::Town(county, town) => q.lit(" AND b.county_id=").bind(*county).lit(" AND b.township_id=").bind(*town),
        Area::County(county) => q.lit(" AND b.county_id=").bind(*county),
        Area::Counties(list) if list.len() > LISTED => q,
        Area::Counties(list) => q.lit(" AND b.county_id IN ").list(list.iter().copied()),
    }
}

/// Stretches in which so many units of a tier were in one of the states. Two states of one unit follow each other, so every
/// unit is counted once a day.
pub(super) async fn unit_stretches(
    c: &mut Conn,
    area: &Area,
    tier: Tier,
    states: &[UnitState],
) -> Result<Vec<(Day, Option<Day>, i64)>> {
    let state = |q: Sql| q.bind(tier).lit(" AND s.state IN ").list(states.iter().copied());
    if !matches!(area, Area::Counties(list) if list.len() > LISTED) {
        let q = state(sql("SELECT s.from_day,s.to_day,COUNT(*) FROM unit_state s WHERE s.tier="));
        return c.all(units_in(q, area).lit(" GROUP BY s.from_day,s.to_day")).await;
    }
    let q = state(sql("SELECT s.from_day,s.to_day,s.county_id,COUNT(*) FROM unit_state s WHERE s.tier="));
    let rows: Vec<(Day, Option<Day>, DivisionId, i64)> =
        c.all(q.lit(" GROUP BY s.county_id,s.from_day,s.to_day")).await?;
    let inside = inside(area);
    Ok(rows.into_iter().filter(|(_, _, county, _)| inside(*county)).map(|(f, t, _, n)| (f, t, n)).collect())
}

fn inside(area: &Area) -> impl Fn(DivisionId) -> bool {
    let many: Option<std::collections::HashSet<DivisionId>> = match area {
        Area::Counties(list) if list.len() > LISTED => Some(list.iter().copied().collect()),
        _ => None,
    };
    move |county| many.as_ref().is_none_or(|m| m.contains(&county))
}

/// Divisions served by built units of a tier: the days on which the unit was built and served them.
pub(super) async fn covered(c: &mut Conn, area: &Area, tier: Tier) -> Result<Vec<Held>> {
    let q = sql("SELECT k.division_id,s.from_day,s.to_day,k.from_day,k.to_day FROM unit_state s JOIN unit_coverage k ON k.unit_id=s.unit_id WHERE s.tier=")
        .bind(tier)
        .lit(" AND s.state IN ")
        .list(UnitState::BUILT);
    // A township is covered by whoever serves it, wherever in the county that unit stands.
    let q = match area {
        Area::Town(county, town) if tier == Tier::Station => {
            q.lit(" AND s.county_id=").bind(*county).lit(" AND k.division_id=").bind(*town)
        }
        _ => units_in(q, area),
    };
    /// Division, the days of the state, the days of serving.
    type Row = (DivisionId, Day, Option<Day>, Day, Option<Day>);
    let rows: Vec<Row> = c.all(q).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(division, f1, t1, f2, t2)| both((f1, t1), (f2, t2)).map(|(from, to)| Held { division, from, to }))
        .collect())
}

/// What a unit serves, as it was said: divisions of any level, with their dates.
pub(super) async fn served(c: &mut Conn, area: &Area) -> Result<Vec<Held>> {
    let Area::Unit(_, unit) = area else { return Ok(vec![]) };
    let rows: Vec<(DivisionId, Day, Option<Day>)> =
        c.all(sql("SELECT division_id,from_day,to_day FROM unit_coverage WHERE unit_id=").bind(*unit)).await?;
    Ok(rows.into_iter().map(|(division, from, to)| Held { division, from, to }).collect())
}

/// From when to when a sheet says a thing.
pub(super) fn said(b: &SheetDates, key: SheetKey) -> Option<(Day, Option<Day>)> {
    let since = |d: Option<Day>| d.map(|d| (d, None));
    match key {
        SheetKey::Venue => since(b.venue_on),
        SheetKey::Tender => since(b.tender_on),
        SheetKey::Staff => since(b.staff_on),
        SheetKey::Funds => since(b.funds_on),
        SheetKey::Plaque => since(b.plaque_on),
        SheetKey::Three => since(b.three_ready_on()),
        SheetKey::InProgress => b.begun_on().map(|d| (d, b.accepted_on)),
    }
}

/// All sheets of an area.
pub(super) async fn all_sheets(c: &mut Conn, area: &Area) -> Result<Vec<BuildOut>> {
    c.all(sheets_in(sql("SELECT b.* FROM build_out b WHERE 1=1"), area)).await
}

/// The dates of all sheets of an area.
pub(super) async fn all_dates(c: &mut Conn, area: &Area) -> Result<Vec<SheetDates>> {
    c.all(sheets_in(sql(DATES).lit("1=1"), area)).await
}

/// Townships whose sheet says a thing, 在建 of earlier stations included.
pub(super) async fn sheets(c: &mut Conn, area: &Area, key: SheetKey) -> Result<Vec<Held>> {
    let rows = all_dates(c, area).await?;
    let now = rows.iter().filter_map(|b| said(b, key).map(|(from, to)| Held { division: b.township_id, from, to }));
    let mut out: Vec<Held> = now.collect();
    if key == SheetKey::InProgress {
        out.extend(earlier_rounds(c, area).await?.into_iter().map(|(_, held)| held));
    }
    Ok(out)
}

/// When townships were being built for stations that have ended since.
pub(super) async fn earlier_rounds(c: &mut Conn, area: &Area) -> Result<Vec<(BuildOutId, Held)>> {
    let q = sql(
        "SELECT a.build_out_id,a.township_id,a.begun_on,a.held_on FROM acceptance a JOIN build_out b ON b.id=a.build_out_id WHERE a.ended_on IS NOT NULL AND a.begun_on IS NOT NULL AND a.withdrawn IS NULL AND a.passed AND NOT a.again",
    );
    let rows: Vec<(BuildOutId, DivisionId, Day, Day)> = c.all(sheets_in(q, area)).await?;
    Ok(rows.into_iter().map(|(id, division, from, to)| (id, Held { division, from, to: Some(to) })).collect())
}

/// The rows of `a` (acceptance) joined with `b` (its sheet) that count in an area and span.
pub(super) fn attempts_in(q: Sql, area: &Area, span: Span) -> Sql {
    let q = q.lit("a.withdrawn IS NULL AND a.held_on>=").bind(span.from).lit(" AND a.held_on<=").bind(span.to);
    match area {
        // A station's own, whatever its sheet says now.
        Area::Unit(county, unit) => q.lit(" AND a.county_id=").bind(*county).lit(" AND a.unit_id=").bind(*unit),
        _ => sheets_in(q, area),
    }
}

/// Acceptances held in a span: (county, passed), one entry each; what was recorded by mistake is none.
pub(super) async fn attempts(c: &mut Conn, area: &Area, span: Span) -> Result<Vec<(DivisionId, bool)>> {
    let q = sql("SELECT a.county_id,a.passed FROM acceptance a JOIN build_out b ON b.id=a.build_out_id WHERE ");
    let rows: Vec<(DivisionId, bool)> = c.all(attempts_in(q, area, span)).await?;
    let inside = inside(area);
    Ok(rows.into_iter().filter(|(county, _)| inside(*county)).collect())
}

/// Townships with an obstacle of a code.
pub(super) async fn obstacles(c: &mut Conn, area: &Area, code: &'static str) -> Result<Vec<Held>> {
    let q = sql("SELECT o.township_id,o.from_day,o.to_day FROM obstacle o JOIN build_out b ON b.id=o.build_out_id WHERE o.code=")
        .bind(code);
    let rows: Vec<(DivisionId, Day, Option<Day>)> = c.all(sheets_in(q, area)).await?;
    Ok(rows.into_iter().map(|(division, from, to)| Held { division, from, to }).collect())
}

/// Stations whose first built day lies in the span.
pub(super) async fn newly_built(c: &mut Conn, area: &Area, span: Span) -> Result<i64> {
    Ok(first_built(c, area, span).await?.len().try_into().unwrap_or(i64::MAX))
}

/// The counties of stations whose first built day lies in the span, one entry per station.
pub(super) async fn first_built(c: &mut Conn, area: &Area, span: Span) -> Result<Vec<DivisionId>> {
    let q = sql("SELECT MIN(s.county_id) FROM unit_state s WHERE s.tier='T' AND s.state IN ").list(UnitState::BUILT);
    let q = units_in(q, area)
        .lit(" GROUP BY s.unit_id HAVING MIN(s.from_day)>=")
        .bind(span.from)
        .lit(" AND MIN(s.from_day)<=")
        .bind(span.to);
    let rows: Vec<(DivisionId,)> = c.all(q).await?;
    let inside = inside(area);
    Ok(rows.into_iter().map(|(county,)| county).filter(|county| inside(*county)).collect())
}

/// Units by county, tier and state on a day.
pub(super) async fn unit_counts(
    c: &mut Conn,
    area: &Area,
    day: Day,
) -> Result<Vec<(DivisionId, Tier, UnitState, i64)>> {
    let q = sql("SELECT s.county_id,s.tier,s.state,COUNT(*) FROM unit_state s WHERE s.from_day<=")
        .bind(day)
        .lit(" AND (s.to_day IS NULL OR s.to_day>")
        .bind(day)
        .lit(")");
    c.all(units_in(q, area).lit(" GROUP BY s.county_id,s.tier,s.state")).await
}

/// Divisions served by built units of some tiers on a day, each once for a tier.
pub(super) async fn covered_on(c: &mut Conn, area: &Area, tiers: &[Tier], day: Day) -> Result<Vec<(Tier, DivisionId)>> {
    let q = sql(
        "SELECT DISTINCT s.tier,k.division_id FROM unit_state s JOIN unit_coverage k ON k.unit_id=s.unit_id WHERE s.tier IN ",
    )
    .list(tiers.iter().copied())
    .lit(" AND s.state IN ")
    .list(UnitState::BUILT)
    .lit(" AND s.from_day<=")
    .bind(day)
    .lit(" AND (s.to_day IS NULL OR s.to_day>")
    .bind(day)
    .lit(") AND k.from_day<=")
    .bind(day)
    .lit(" AND (k.to_day IS NULL OR k.to_day>")
    .bind(day)
    .lit(")");
    c.all(units_in(q, area)).await
}

/// Townships with open obstacles on a day: (code, township), each pair once.
pub(super) async fn stuck_on(c: &mut Conn, area: &Area, day: Day) -> Result<Vec<(String, DivisionId)>> {
    let q = sql("SELECT DISTINCT o.code,o.township_id FROM obstacle o JOIN build_out b ON b.id=o.build_out_id WHERE o.from_day<=")
        .bind(day)
        .lit(" AND (o.to_day IS NULL OR o.to_day>")
        .bind(day)
        .lit(")");
    c.all(sheets_in(q, area)).await
}
