//! The rows behind the counts.

use super::main_post::{Main, Stint, mains};
use super::{Facts, RequiredWorkers};
use crate::model::certificate::CertificateLevel;
use crate::model::worker::INTERN;
use std::collections::{HashMap, HashSet};
use zw_access::{Course, Settings};
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

/// Which counties an area has; of many the statements read all rows and this picks.
pub(super) struct In(Option<HashSet<DivisionId>>);

impl In {
    pub fn of(area: &Area) -> Self {
        let list = area.counties();
        Self((list.len() > LISTED).then(|| list.into_iter().collect()))
    }
    /// Whether the statements pick already.
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }
    pub fn holds(&self, county: DivisionId) -> bool {
        self.0.as_ref().is_none_or(|many| many.contains(&county))
    }
}

pub(super) fn in_counties(q: Sql, column: &'static str, area: &Area) -> Sql {
    let list = area.counties();
    if list.len() > LISTED { q } else { q.lit(" AND ").lit(column).lit(" IN ").list(list) }
}

/// Only what is of the unit, where one is asked for: a handful of rows. Of a township the county's are read.
fn of_unit(q: Sql, column: &'static str, area: &Area) -> Sql {
    match area {
        Area::Unit(_, unit) => q.lit(" AND ").lit(column).lit("=").bind(*unit),
        Area::Town(..) | Area::County(_) | Area::Counties(_) => q,
    }
}

/// Only what holds on the day, where one is asked for.
pub(super) fn on_day(q: Sql, from: &'static str, to: &'static str, on: Option<Day>) -> Sql {
    let Some(day) = on else { return q };
    q.lit(" AND ")
        .lit(from)
        .lit("<=")
        .bind(day)
        .lit(" AND (")
        .lit(to)
        .lit(" IS NULL OR ")
        .lit(to)
        .lit(">")
        .bind(day)
        .lit(")")
}

/// People with a posting in an area.
pub(super) struct People {
    /// Each person's days at their main posting.
    pub mains: Vec<Main>,
    /// Every posting as it is: unit, first day, day after the last, share.
    pub shares: Vec<(UnitId, Day, Option<Day>, i64)>,
    /// Where their units stand.
    pub units: HashMap<UnitId, Place>,
    /// First certificate of each person.
    pub certified: HashMap<WorkerId, Day>,
}

/// Whether an area has so few people that each of them is looked up, rather than everybody gone through once.
pub(super) fn is_small(area: &Area) -> bool {
    area.counties().len() <= 4
}

/// The worker of posting `p` has several.
pub(super) fn several(q: Sql, area: &Area) -> Sql {
    if is_small(area) {
        q.lit("EXISTS(SELECT 1 FROM posting m WHERE m.worker_id=p.worker_id AND m.id<>p.id)")
    } else {
        q.lit("p.worker_id IN (SELECT m.worker_id FROM posting m GROUP BY m.worker_id HAVING COUNT(*)>1)")
    }
}

/// Postings of everybody who has one in the area, wherever the others are: the main one may be elsewhere. `only_several`:
/// only of those who have more than one.
pub(super) async fn people(c: &mut Conn, area: &Area, on: Option<Day>, only_several: bool) -> Result<People> {
    let in_area =
        |q: Sql| of_unit(on_day(in_counties(q, "a.county_id", area), "a.from_day", "a.to_day", on), "a.unit_id", area);
    let q = sql("SELECT p.id,p.worker_id,p.unit_id,p.from_day,p.to_day,p.fte_permille,u.tier,u.county_id,u.town_id,(SELECT MIN(k.issued_on) FROM certificate k WHERE k.worker_id=p.worker_id AND k.level IN ")
        .list(CertificateLevel::CERTIFIED)
        .lit(") AS certified_on FROM posting p JOIN worker w ON w.id=p.worker_id JOIN unit u ON u.id=p.unit_id WHERE w.employ<>")
        .bind(INTERN);
    // Of many the few are looked at one by one; else those of the area are listed once.
    let q = if only_several { self::several(q.lit(" AND "), area) } else { q };
    let q = match only_several && !is_small(area) {
        true => q.lit(" AND EXISTS (").join(in_area(sql("SELECT 1 FROM posting a WHERE a.worker_id=p.worker_id"))),
        false => q.lit(" AND p.worker_id IN (").join(in_area(sql("SELECT a.worker_id FROM posting a WHERE 1=1"))),
    };
    let rows: Vec<PostingRow> = c.all(on_day(q.lit(")"), "p.from_day", "p.to_day", on)).await?;
    let (mut units, mut certified) = (HashMap::new(), HashMap::new());
    let mut stints = Vec::with_capacity(rows.len());
    for r in rows {
        units.insert(r.unit_id, Place { tier: r.tier, county: r.county_id, town: r.town_id });
        certified.extend(r.certified_on.map(|d| (r.worker_id, d)));
        let (id, worker, unit, fte) = (r.id, r.worker_id, r.unit_id, r.fte_permille);
        stints.push(Stint { id, worker, unit, from: r.from_day, to: r.to_day, fte });
    }
    let shares = stints.iter().map(|s| (s.unit, s.from, s.to, s.fte)).collect();
    Ok(People { mains: mains(stints), shares, units, certified })
}

/// Stretches in which stations of an area were built.
pub(super) async fn built(c: &mut Conn, area: &Area, on: Option<Day>) -> Result<Vec<BuiltRow>> {
    let q = sql("SELECT s.unit_id,s.from_day,s.to_day,u.tier,s.county_id,u.town_id FROM unit_state s JOIN unit u ON u.id=s.unit_id WHERE s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT);
    let q = in_counties(on_day(q, "s.from_day", "s.to_day", on), "s.county_id", area);
    c.all(of_unit(q, "s.unit_id", area)).await
}

/// Everything about an area: on one day only, or over all time. A fixed number of statements, whatever the area.
pub(super) async fn facts(c: &mut Conn, area: &Area, on: Option<Day>) -> Result<Facts> {
    let People { mains, shares, mut units, certified } = people(c, area, on, false).await?;
    let states = built(c, area, on).await?;
    let required = required(c).await?;
    let mut built: HashMap<UnitId, Vec<(Day, Option<Day>)>> = HashMap::new();
    for s in states {
        units.entry(s.unit_id).or_insert(Place { tier: s.tier, county: s.county_id, town: s.town_id });
        built.entry(s.unit_id).or_default().push((s.from_day, s.to_day));
    }
    Ok(Facts { mains, shares, units, built, certified, required })
}

/// Below how many workers a station is short, over the days.
pub(super) async fn required(c: &mut Conn) -> Result<Course<RequiredWorkers>> {
    Ok(Settings::read::<RequiredWorkers>(c).await?.course())
}

zw_db::record! {
    struct PostingRow {
        id: PostingId,
        worker_id: WorkerId,
        unit_id: UnitId,
        from_day: Day,
        to_day: Option<Day>,
        fte_permille: i64,
        tier: Tier,
        county_id: DivisionId,
        town_id: Option<DivisionId>,
        certified_on: Option<Day>,
    }
}
zw_db::record! {
    pub(super) struct BuiltRow {
        pub unit_id: UnitId,
        pub from_day: Day,
        pub to_day: Option<Day>,
        pub tier: Tier,
        pub county_id: DivisionId,
        pub town_id: Option<DivisionId>,
    }
}

/// Postings at a unit that run on a day or later.
pub(super) async fn running_after(c: &mut Conn, unit: UnitId, day: Day) -> Result<i64> {
    let q = sql("SELECT COUNT(*) FROM posting p WHERE p.unit_id=").bind(unit);
    c.scalar(q.lit(" AND (p.to_day IS NULL OR p.to_day>").bind(day).lit(")")).await
}
