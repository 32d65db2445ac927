//! Stations without staff, of a unit as of a nation.

use super::headcount::Spell;
use super::load;
use crate::model::gap::{self, Stretch};
use crate::model::worker::INTERN;
use std::collections::{BTreeMap, HashMap};
use zw_core::{Day, DivisionId, Result, UnitId};
use zw_db::{Conn, sql};
use zw_indicators::{Area, WithoutStaff};
use zw_network::measures::sweep::both;

/// Stretches without staff of each station of an area that had some, as its postings say; those that begin after a day are
/// not looked at. Whoever is no headcount is no staff either.
async fn stretches(
    c: &mut Conn,
    area: &Area,
    until: Option<Day>,
) -> Result<BTreeMap<(UnitId, DivisionId), Vec<Stretch>>> {
    let q = sql("SELECT p.unit_id,u.county_id,p.from_day,p.to_day FROM posting p JOIN unit u ON u.id=p.unit_id WHERE u.tier='T' AND NOT EXISTS(SELECT 1 FROM worker w WHERE w.id=p.worker_id AND w.employ=")
        .bind(INTERN)
        .lit(")")
        .when(until.is_some(), |q| q.lit(" AND p.from_day<=").bind(until));
    let q = load::in_counties(q, "u.county_id", area);
    let q = match area {
        Area::Unit(_, unit) => q.lit(" AND p.unit_id=").bind(*unit),
        Area::Town(_, town) => q.lit(" AND u.town_id=").bind(*town),
        Area::County(_) | Area::Counties(_) => q,
    };
    let rows: Vec<(UnitId, DivisionId, Day, Option<Day>)> = c.all(q).await?;
    let within = load::In::of(area);
    let mut postings: BTreeMap<(UnitId, DivisionId), Vec<Stretch>> = BTreeMap::new();
    for (unit, county, from, to) in rows.into_iter().filter(|r| within.holds(r.1)) {
        postings.entry((unit, county)).or_default().push((from, to));
    }
    Ok(postings.into_iter().map(|(at, list)| (at, gap::without_staff(list))).collect())
}

/// The stations of an area with nobody on post on a day.
pub(super) async fn on(c: &mut Conn, area: &Area, day: Day) -> Result<Vec<WithoutStaff>> {
    let found = stretches(c, area, Some(day)).await?;
    let holding = |list: Vec<Stretch>| list.into_iter().find(|(f, t)| *f <= day && t.is_none_or(|t| day < t));
    Ok(found
        .into_iter()
        .filter_map(|((unit, county), list)| holding(list).map(|(since, _)| WithoutStaff { county, unit, since }))
        .collect())
}

/// The stretches in which stations of an area were built and had nobody on post: all, or those that hold on a day.
pub(super) async fn spells(c: &mut Conn, area: &Area, on: Option<Day>) -> Result<Vec<Spell>> {
    let found = stretches(c, area, on).await?;
    let mut built: HashMap<UnitId, Vec<Stretch>> = HashMap::new();
    for b in load::built(c, area, on).await? {
        built.entry(b.unit_id).or_default().push((b.from_day, b.to_day));
    }
    let mut out = vec![];
    for ((unit, county), list) in found {
        for b in built.get(&unit).into_iter().flatten() {
            let shared = list.iter().filter_map(|g| both(*g, *b));
            out.extend(shared.map(|(from, to)| Spell { county: Some(county), unit: Some(unit), from, to, n: 1 }));
        }
    }
    out.retain(|s| on.is_none_or(|d| s.from <= d && s.to.is_none_or(|t| d < t)));
    Ok(out)
}
