//! Posted and certified workers, of a unit as of a nation: the one place that knows the rule. The database adds up
//! everybody who has one posting, so that a province is a few hundred rows and not one per person; the few with several
//! postings go through `mains`, which counts each of them once a day, at the main one.

use super::CERTIFIED;
use super::load::{self, In};
use super::main_post::Main;
use crate::model::certificate::CertificateLevel;
use crate::model::worker::INTERN;
use std::collections::HashMap;
use zw_core::{Day, DivisionId, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_indicators::Area;
use zw_network::measures::sweep::both;
use zw_network::model::unit::UnitState;

/// So many people were counted from a day to the day before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    /// Their county; none where the statement added the counties up.
    pub county: Option<DivisionId>,
    /// Their station, where it was asked for.
    pub unit: Option<UnitId>,
    pub from: Day,
    pub to: Option<Day>,
    pub n: i64,
}

/// The stations of an area at which somebody is counted for a key on a day, with how many.
pub(super) async fn by_unit(c: &mut Conn, area: &Area, key: &'static str, day: Day) -> Result<HashMap<UnitId, i64>> {
    let mut out = HashMap::new();
    for s in counted(c, area, &[key], Some(day), true).await?.into_values().flatten() {
        if let Some(unit) = s.unit {
            *out.entry(unit).or_insert(0) += s.n;
        }
    }
    Ok(out)
}

/// People at built stations of the area by key: on one day, by county; or over all time, the counties added up.
pub(super) async fn spells(
    c: &mut Conn,
    area: &Area,
    keys: &[&'static str],
    on: Option<Day>,
) -> Result<HashMap<&'static str, Vec<Spell>>> {
    counted(c, area, keys, on, false).await
}

async fn counted(
    c: &mut Conn,
    area: &Area,
    keys: &[&'static str],
    on: Option<Day>,
    units: bool,
) -> Result<HashMap<&'static str, Vec<Spell>>> {
    let mut out: HashMap<&'static str, Vec<Spell>> = HashMap::new();
    if keys.is_empty() {
        return Ok(out);
    }
    match on {
        Some(day) => {
            let found = on_a_day(c, area, keys.contains(&CERTIFIED), day, units).await?;
            for key in keys {
                let n = |d: &Heads| if *key == CERTIFIED { d.certified } else { d.posted };
                let spell = |d: Heads| Spell { county: Some(d.county), unit: d.unit, from: day, to: None, n: n(&d) };
                out.insert(key, found.iter().copied().map(spell).filter(|s| s.n > 0).collect());
            }
        }
        None => {
            for key in keys {
                out.insert(key, over_time(c, area, *key == CERTIFIED).await?);
            }
        }
    }
    of_several(c, area, on, &mut out).await?;
    let within = In::of(area);
    for list in out.values_mut() {
        // A first certificate may come after the day, or after the posting.
        list.retain(|s| {
            s.to.is_none_or(|t| s.from < t)
                && on.is_none_or(|d| s.from <= d)
                && s.county.is_none_or(|c| within.holds(c))
        });
    }
    Ok(out)
}

/// `FROM … WHERE …` of those with one posting; `since`: with `q.since`, the day of the first certificate, and only those who
/// have one.
fn of_one(q: Sql, area: &Area, since: bool) -> Sql {
    let q = q
        .lit(" FROM posting p JOIN unit_state s ON s.unit_id=p.unit_id AND s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT)
        .when(since, |q| {
            q.lit(" JOIN (SELECT k.worker_id,MIN(k.issued_on) AS since FROM certificate k WHERE k.level IN ")
                .list(CertificateLevel::CERTIFIED)
                .lit(" GROUP BY k.worker_id) q ON q.worker_id=p.worker_id")
        });
    let q = load::several(q.lit(" WHERE NOT "), area);
    let interns = match load::is_small(area) {
        true => " AND NOT EXISTS(SELECT 1 FROM worker w WHERE w.id=p.worker_id AND w.employ=",
        false => " AND p.worker_id NOT IN (SELECT w.id FROM worker w WHERE w.employ=",
    };
    let q = q.lit(interns).bind(INTERN).lit(")");
    let q = load::in_counties(q, "s.county_id", area);
    match area {
        Area::Unit(_, unit) => q.lit(" AND s.unit_id=").bind(*unit),
        Area::Town(county, town) => q
            .lit(" AND s.unit_id IN (SELECT u.id FROM unit u WHERE u.county_id=")
            .bind(*county)
            .lit(" AND u.town_id=")
            .bind(*town)
            .lit(")"),
        Area::County(_) | Area::Counties(_) => q,
    }
}

/// People with one posting at one place on a day.
#[derive(Clone, Copy, Debug)]
struct Heads {
    county: DivisionId,
    unit: Option<UnitId>,
    posted: i64,
    certified: i64,
}

/// Who is posted on a day, and how many of them have a certificate by then, in one statement: by county, or by station.
async fn on_a_day(c: &mut Conn, area: &Area, certified: bool, day: Day, units: bool) -> Result<Vec<Heads>> {
    let q = sql("SELECT s.county_id,").lit(if units { "s.unit_id" } else { "NULL" }).lit(" AS unit,COUNT(*),");
    let q = match certified {
        false => q.lit("CAST(0 AS BIGINT)"),
        true => q
            .lit("CAST(SUM(CASE WHEN EXISTS(SELECT 1 FROM certificate k WHERE k.worker_id=p.worker_id AND k.level IN ")
            .list(CertificateLevel::CERTIFIED)
            .lit(" AND k.issued_on<=")
            .bind(day)
            .lit(") THEN 1 ELSE 0 END) AS BIGINT)"),
    };
    let q = of_one(q, area, false);
    let q = load::on_day(load::on_day(q, "p.from_day", "p.to_day", Some(day)), "s.from_day", "s.to_day", Some(day));
    let rows: Vec<(DivisionId, Option<UnitId>, i64, i64)> =
        c.all(q.lit(if units { " GROUP BY s.county_id,s.unit_id" } else { " GROUP BY s.county_id" })).await?;
    Ok(rows.into_iter().map(|(county, unit, posted, certified)| Heads { county, unit, posted, certified }).collect())
}

async fn over_time(c: &mut Conn, area: &Area, certified: bool) -> Result<Vec<Spell>> {
    let since = match certified {
        false => "CASE WHEN p.from_day>s.from_day THEN p.from_day ELSE s.from_day END AS held_from,",
        true => {
            "CASE WHEN p.from_day>=s.from_day AND p.from_day>=q.since THEN p.from_day WHEN s.from_day>=q.since THEN s.from_day ELSE q.since END AS held_from,"
        }
    };
    let until = "CASE WHEN p.to_day IS NULL THEN s.to_day WHEN s.to_day IS NULL OR p.to_day<s.to_day THEN p.to_day ELSE s.to_day END AS held_to,COUNT(*)";
    if In::of(area).is_all() {
        let q = of_one(sql("SELECT ").lit(since).lit(until), area, certified);
        let rows: Vec<(Day, Option<Day>, i64)> = c.all(q.lit(" GROUP BY held_from,held_to")).await?;
        return Ok(rows.into_iter().map(|(from, to, n)| Spell { county: None, unit: None, from, to, n }).collect());
    }
    let q = of_one(sql("SELECT s.county_id,").lit(since).lit(until), area, certified);
    let rows: Vec<(DivisionId, Day, Option<Day>, i64)> =
        c.all(q.lit(" GROUP BY s.county_id,held_from,held_to")).await?;
    Ok(rows.into_iter().map(|(county, from, to, n)| Spell { county: Some(county), unit: None, from, to, n }).collect())
}

/// The same for people with several postings, one spell each.
async fn of_several(
    c: &mut Conn,
    area: &Area,
    on: Option<Day>,
    out: &mut HashMap<&'static str, Vec<Spell>>,
) -> Result<()> {
    let people = load::people(c, area, on, true).await?;
    if people.mains.is_empty() {
        return Ok(());
    }
    let mut built: HashMap<_, Vec<_>> = HashMap::new();
    let inside = |b: &load::BuiltRow| match area {
        Area::Unit(_, unit) => b.unit_id == *unit,
        Area::Town(_, town) => b.town_id == Some(*town),
        Area::County(_) | Area::Counties(_) => true,
    };
    for b in load::built(c, area, on).await?.into_iter().filter(inside) {
        built.entry(b.unit_id).or_default().push(b);
    }
    for (key, list) in out.iter_mut() {
        let since = |m: &Main| match *key {
            CERTIFIED => people.certified.get(&m.worker).map(|d| (m.from.max(*d), m.to)),
            _ => Some((m.from, m.to)),
        };
        list.extend(people.mains.iter().filter_map(|m| Some((m, since(m)?))).flat_map(|(m, held)| {
            built.get(&m.unit).into_iter().flatten().filter_map(move |b| {
                let (from, to) = both(held, (b.from_day, b.to_day))?;
                Some(Spell { county: Some(b.county_id), unit: Some(b.unit_id), from, to, n: 1 })
            })
        }));
    }
    Ok(())
}
