//! Posted and certified workers of whole counties. The database adds up everybody who has one posting, so that a
//! province is a few hundred rows and not one per person; the few with several postings go through `mains`, which
//! counts each of them once a day, at the main one.

use super::load::{self, In};
use super::main_post::Main;
use crate::model::worker::{CertificateLevel, INTERN};
use std::collections::HashMap;
use zw_core::{Day, DivisionId, Result};
use zw_db::{Conn, Sql, sql};
use zw_indicators::Area;
use zw_network::measures::sweep::both;
use zw_network::model::unit::UnitState;

/// So many people of a county were counted from a day to the day before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    pub county: DivisionId,
    pub from: Day,
    pub to: Option<Day>,
    pub n: i64,
}

/// Whether a key over an area is answered here.
pub(super) fn answers(key: &str, area: &Area) -> bool {
    matches!(key, "posted_workers" | "certified_workers") && matches!(area, Area::County(_) | Area::Counties(_))
}

macro_rules! several {
    () => {
        "(SELECT m.worker_id FROM posting m GROUP BY m.worker_id HAVING COUNT(*)>1)"
    };
}

/// People at built stations of the area: on one day, or over all time. `certified`: from their first certificate on.
pub(super) async fn spells(c: &mut Conn, area: &Area, certified: bool, on: Option<Day>) -> Result<Vec<Spell>> {
    let q = match certified {
        false => {
            sql("SELECT s.county_id,CASE WHEN p.from_day>s.from_day THEN p.from_day ELSE s.from_day END AS held_from,")
        }
        true => sql(
            "SELECT s.county_id,CASE WHEN p.from_day>=s.from_day AND p.from_day>=q.since THEN p.from_day WHEN s.from_day>=q.since THEN s.from_day ELSE q.since END AS held_from,",
        ),
    };
    let q = q.lit("CASE WHEN p.to_day IS NULL THEN s.to_day WHEN s.to_day IS NULL OR p.to_day<s.to_day THEN p.to_day ELSE s.to_day END AS held_to,COUNT(*) FROM posting p JOIN unit_state s ON s.unit_id=p.unit_id AND s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT)
        .when(certified, |q| {
            q.lit(" JOIN (SELECT k.worker_id,MIN(k.issued_on) AS since FROM certificate k WHERE k.level IN ")
                .list(CertificateLevel::CERTIFIED)
                .lit(" GROUP BY k.worker_id) q ON q.worker_id=p.worker_id")
        })
        .lit(concat!(" WHERE p.worker_id NOT IN ", several!(), " AND p.worker_id NOT IN (SELECT w.id FROM worker w WHERE w.employ="))
        .bind(INTERN)
        .lit(")");
    let q = load::on_day(load::on_day(q, "p.from_day", "p.to_day", on), "s.from_day", "s.to_day", on);
    let q = load::in_counties(q, "s.county_id", area).lit(" GROUP BY s.county_id,held_from,held_to");
    let rows: Vec<(DivisionId, Day, Option<Day>, i64)> = c.all(q).await?;
    let mut out: Vec<Spell> = rows.into_iter().map(|(county, from, to, n)| Spell { county, from, to, n }).collect();
    out.extend(of_several(c, area, certified, on).await?);
    let within = In::of(area);
    // A first certificate may come after the day, or after the posting.
    out.retain(|s| s.to.is_none_or(|t| s.from < t) && on.is_none_or(|d| s.from <= d) && within.holds(s.county));
    Ok(out)
}

/// The same for people with several postings, one spell each.
async fn of_several(c: &mut Conn, area: &Area, certified: bool, on: Option<Day>) -> Result<Vec<Spell>> {
    let only: fn(Sql) -> Sql = |q| q.lit(concat!(" AND p.worker_id IN ", several!()));
    let people = load::people(c, area, on, only).await?;
    if people.mains.is_empty() {
        return Ok(vec![]);
    }
    let mut built: HashMap<_, Vec<_>> = HashMap::new();
    for b in load::built(c, area, on).await? {
        built.entry(b.unit_id).or_default().push(b);
    }
    let since = |m: &Main| match certified {
        true => people.certified.get(&m.worker).map(|d| (m.from.max(*d), m.to)),
        false => Some((m.from, m.to)),
    };
    Ok(people
        .mains
        .iter()
        .filter_map(|m| Some((m, since(m)?)))
        .flat_map(|(m, held)| {
            built.get(&m.unit).into_iter().flatten().filter_map(move |b| {
                let (from, to) = both(held, (b.from_day, b.to_day))?;
                Some(Spell { county: b.county_id, from, to, n: 1 })
            })
        })
        .collect())
}
