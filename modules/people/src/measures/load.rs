//! The rows behind the counts.

use super::main_post::{Stint, mains};
use super::{Facts, REQUIRED};
use crate::model::worker::{CertificateLevel, INTERN};
use std::collections::HashMap;
use zw_core::{Day, DivisionId, PostingId, Result, UnitId, WorkerId};
use zw_db::{Conn, Sql, sql};
use zw_indicators::Area;
use zw_network::model::unit::{Tier, UnitState};

/// More counties than this are not listed in a statement.
const LISTED: usize = 400;

/// Where a unit stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub tier: Tier,
    pub county: DivisionId,
    pub town: Option<DivisionId>,
}

fn in_counties(q: Sql, column: &'static str, area: &Area) -> Sql {
    let list = area.counties();
    if list.len() > LISTED { q } else { q.lit(" AND ").lit(column).lit(" IN ").list(list) }
}

/// Everything about an area: on one day only, or over all time.
pub(super) async fn facts(c: &mut Conn, area: &Area, on: Option<Day>) -> Result<Facts> {
    let on_day = |q: Sql, alias: (&'static str, &'static str)| match on {
        Some(day) => q
            .lit(" AND ")
            .lit(alias.0)
            .lit("<=")
            .bind(day)
            .lit(" AND (")
            .lit(alias.1)
            .lit(" IS NULL OR ")
            .lit(alias.1)
            .lit(">")
            .bind(day)
            .lit(")"),
        None => q,
    };
    // Postings of everybody who has one in the area, wherever the others are: the main one may be elsewhere.
    let some = in_counties(sql("SELECT a.worker_id FROM posting a WHERE 1=1"), "a.county_id", area);
    let q = sql("SELECT p.id,p.worker_id,p.unit_id,p.from_day,p.to_day,p.fte_permille FROM posting p JOIN worker w ON w.id=p.worker_id WHERE w.employ<>")
        .bind(INTERN)
        .lit(" AND p.worker_id IN (")
        .join(some)
        .lit(")");
    /// Id, who, where, days, share.
    type Row = (PostingId, WorkerId, UnitId, Day, Option<Day>, i64);
    let rows: Vec<Row> = c.all(on_day(q, ("p.from_day", "p.to_day"))).await?;
    let units: Vec<(UnitId, Tier, DivisionId, Option<DivisionId>)> = c
        .all(in_counties(sql("SELECT u.id,u.tier,u.county_id,u.town_id FROM unit u WHERE 1=1"), "u.county_id", area))
        .await?;
    let q = sql("SELECT s.unit_id,s.from_day,s.to_day FROM unit_state s WHERE s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT);
    let states: Vec<(UnitId, Day, Option<Day>)> =
        c.all(in_counties(on_day(q, ("s.from_day", "s.to_day")), "s.county_id", area)).await?;
    let some = in_counties(sql("SELECT a.worker_id FROM posting a WHERE 1=1"), "a.county_id", area);
    let q = sql("SELECT k.worker_id,MIN(k.issued_on) FROM certificate k WHERE k.level IN ")
        .list(CertificateLevel::CERTIFIED)
        .lit(" AND k.worker_id IN (")
        .join(some)
        .lit(") GROUP BY k.worker_id");
    let certified: Vec<(WorkerId, Day)> = c.all(q).await?;
    let mut built: HashMap<UnitId, Vec<(Day, Option<Day>)>> = HashMap::new();
    for (unit, from, to) in states {
        built.entry(unit).or_default().push((from, to));
    }
    let stints: Vec<Stint> = rows
        .iter()
        .map(|(id, worker, unit, from, to, fte)| Stint {
            id: *id,
            worker: *worker,
            unit: *unit,
            from: *from,
            to: *to,
            fte: *fte,
        })
        .collect();
    let set: Option<(String,)> =
        c.one(sql("SELECT value FROM setting WHERE key='people.required_per_station'")).await?;
    Ok(Facts {
        shares: stints.iter().map(|s| (s.unit, s.from, s.to, s.fte)).collect(),
        mains: mains(stints),
        units: units.into_iter().map(|(id, tier, county, town)| (id, Place { tier, county, town })).collect(),
        built,
        certified: certified.into_iter().collect(),
        required: set.and_then(|(v,)| v.parse().ok()).unwrap_or(REQUIRED),
    })
}
