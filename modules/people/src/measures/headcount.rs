//! Posted and certified workers of whole counties. The database adds up everybody who has one posting, so that a
//! province is a few hundred rows and not one per person; the few with several postings go through `mains`, which
//! counts each of them once a day, at the main one.

use super::load::{self, In, several};
use super::main_post::Main;
use super::{CERTIFIED, POSTED};
use crate::model::worker::{CertificateLevel, INTERN};
use std::collections::HashMap;
use zw_core::{Day, DivisionId, Result};
use zw_db::{Conn, Sql, sql};
use zw_indicators::Area;
use zw_network::measures::sweep::both;
use zw_network::model::unit::UnitState;

/// So many people were counted from a day to the day before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    /// Their county; none where the statement added the counties up.
    pub county: Option<DivisionId>,
    pub from: Day,
    pub to: Option<Day>,
    pub n: i64,
}

/// The keys answered here over an area.
pub(super) fn answered(keys: &[&'static str], area: &Area) -> (Vec<&'static str>, Vec<&'static str>) {
    let whole = matches!(area, Area::County(_) | Area::Counties(_));
    keys.iter().partition(|k| whole && matches!(**k, POSTED | CERTIFIED))
}

/// People at built stations of the area by key: on one day, by county; or over all time, the counties added up.
pub(super) async fn spells(
    c: &mut Conn,
    area: &Area,
    keys: &[&'static str],
    on: Option<Day>,
) -> Result<HashMap<&'static str, Vec<Spell>>> {
    let mut out: HashMap<&'static str, Vec<Spell>> = HashMap::new();
    if keys.is_empty() {
        return Ok(out);
    }
    for key in keys {
        let found = match on {
            Some(day) => on_a_day(c, area, *key == CERTIFIED, day).await?,
            None => over_time(c, area, *key == CERTIFIED).await?,
        };
        out.insert(key, found);
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

/// `FROM … WHERE …` of those with one posting; `q.since` is the day of the first certificate.
fn of_one(q: Sql, area: &Area, certified: bool) -> Sql {
    let q = q
        .lit(" FROM posting p JOIN unit_state s ON s.unit_id=p.unit_id AND s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT)
        .when(certified, |q| {
            q.lit(" JOIN (SELECT k.worker_id,MIN(k.issued_on) AS since FROM certificate k WHERE k.level IN ")
                .list(CertificateLevel::CERTIFIED)
                .lit(" GROUP BY k.worker_id) q ON q.worker_id=p.worker_id")
        })
        .lit(concat!(" WHERE p.worker_id NOT IN ", several!()))
        .lit(" AND p.worker_id NOT IN (SELECT w.id FROM worker w WHERE w.employ=")
        .bind(INTERN)
        .lit(")");
    load::in_counties(q, "s.county_id", area)
}

async fn on_a_day(c: &mut Conn, area: &Area, certified: bool, day: Day) -> Result<Vec<Spell>> {
    let q = of_one(sql("SELECT s.county_id,COUNT(*)"), area, certified);
    let q = load::on_day(load::on_day(q, "p.from_day", "p.to_day", Some(day)), "s.from_day", "s.to_day", Some(day));
    let q = q.when(certified, |q| q.lit(" AND q.since<=").bind(day)).lit(" GROUP BY s.county_id");
    let rows: Vec<(DivisionId, i64)> = c.all(q).await?;
    Ok(rows.into_iter().map(|(county, n)| Spell { county: Some(county), from: day, to: None, n }).collect())
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
        return Ok(rows.into_iter().map(|(from, to, n)| Spell { county: None, from, to, n }).collect());
    }
    let q = of_one(sql("SELECT s.county_id,").lit(since).lit(until), area, certified);
    let rows: Vec<(DivisionId, Day, Option<Day>, i64)> =
        c.all(q.lit(" GROUP BY s.county_id,held_from,held_to")).await?;
    Ok(rows.into_iter().map(|(county, from, to, n)| Spell { county: Some(county), from, to, n }).collect())
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
    for b in load::built(c, area, on).await? {
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
                Some(Spell { county: Some(b.county_id), from, to, n: 1 })
            })
        }));
    }
    Ok(())
}
