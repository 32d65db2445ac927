//! 建档率 (domain.md 9, I14): on file ÷ (official list − recorded refusals), as of the end of a day. What stands in the
//! denominator is the last list of a category of that day or before; without one there is no rate.
//!
//! A list with rows is counted row by row, so that nobody is in the numerator who is not in the denominator: whoever stands on
//! the list in a place of the area and is on file in the county that day, at whichever station. A list that only has numbers
//! is compared with the residents on file whom the station's record calls official in that category.

use super::area::{REFUSAL, RESIDENT, Where, within};
use crate::model::{ListKind, OfficialList};
use crate::store;
use std::collections::HashMap;
use zw_core::{Day, DivisionId, OfficialListId, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_indicators::Area;

/// A list in force with its numbers in an area.
pub(crate) struct Basis {
    /// The list.
    pub list: OfficialList,
    /// Persons on it in the area; none where a list without rows does not say it for a part of the county.
    pub listed: Option<i64>,
    /// Of these on file.
    pub on_file: i64,
    /// Recorded refusals among them.
    pub refused: i64,
}

impl Basis {
    /// The denominator. A refusal names nobody, so some of those who refused may stand on no list, or be on file by now: no
    /// more of them leave it than are on the list and on no file.
    pub(crate) fn due(&self) -> Option<i64> {
        self.listed.map(|n| n - self.refused.min(n - self.on_file).max(0))
    }
}

const ROWS: Where = Where { county: "o.county_id", town: "o.township_id", unit: "o.county_id" };

/// Appends the area to rows or numbers of lists (`o`): a station has the places that it serves on the day.
pub(super) fn placed(q: Sql, area: &Area, day: Day) -> Sql {
    match area {
        Area::Unit(county, unit) => serves(q.lit("o.county_id=").bind(*county).lit(" AND "), *unit, day),
        other => within(q, ROWS, other),
    }
}

fn serves(q: Sql, unit: UnitId, day: Day) -> Sql {
    q.lit("EXISTS(SELECT 1 FROM unit_coverage v WHERE v.unit_id=")
        .bind(unit)
        .lit(" AND v.division_id IN (o.village_id,o.township_id) AND v.from_day<=")
        .bind(day)
        .lit(" AND (v.to_day IS NULL OR v.to_day>")
        .bind(day)
        .lit("))")
}

/// Whether the resident `r` is on file at the end of a day.
pub(super) fn on_file(q: Sql, day: Day) -> Sql {
    q.lit("r.filed_on<=").bind(day).lit(" AND (r.closed_on IS NULL OR r.closed_on>").bind(day).lit(")")
}

/// Rows of some lists and those of them on file, by list.
async fn rows(
    c: &mut Conn,
    lists: &[OfficialListId],
    area: &Area,
    day: Day,
) -> Result<HashMap<OfficialListId, (i64, i64)>> {
    if lists.is_empty() {
        return Ok(HashMap::new());
    }
    let q = on_file(sql("SELECT o.list_id,COUNT(*),CAST(SUM(CASE WHEN r.id IS NOT NULL AND "), day)
        .lit(" THEN 1 ELSE 0 END) AS BIGINT) FROM official_list_row o LEFT JOIN resident r ON r.county_id=o.county_id AND r.id=o.resident_id WHERE ");
    let q = placed(q, area, day).lit(" AND o.list_id IN ").list(lists.iter().copied());
    let found: Vec<(OfficialListId, i64, i64)> = c.all(q.lit(" GROUP BY o.list_id ORDER BY o.list_id")).await?;
    Ok(found.into_iter().map(|(id, n, on)| (id, (n, on))).collect())
}

/// Numbers of lists that have no rows, by list: of all its places, and of those in the area.
async fn numbers(
    c: &mut Conn,
    lists: &[OfficialListId],
    area: &Area,
    day: Day,
) -> Result<HashMap<OfficialListId, i64>> {
    if lists.is_empty() {
        return Ok(HashMap::new());
    }
    // Of a list that gives numbers the area has those of its places, and maybe none; of another the area says nothing.
    let q = sql("SELECT o.list_id,CAST(SUM(CASE WHEN ");
    let q = placed(q, area, day)
        .lit(" THEN o.persons ELSE 0 END) AS BIGINT) FROM official_list_number o WHERE o.county_id IN ");
    let q = q.list(area.counties()).lit(" AND o.list_id IN ").list(lists.iter().copied());
    let found: Vec<(OfficialListId, i64)> = c.all(q.lit(" GROUP BY o.list_id ORDER BY o.list_id")).await?;
    Ok(found.into_iter().collect())
}

/// Residents on file in the area whom their records call official, by county and category.
async fn typed(c: &mut Conn, area: &Area, day: Day) -> Result<HashMap<(DivisionId, String), i64>> {
    let q = sql(
        "SELECT k.county_id,k.category,COUNT(DISTINCT k.resident_id) FROM resident_category k JOIN resident r ON r.county_id=k.county_id AND r.id=k.resident_id WHERE ",
    );
    let q = on_file(within(q, RESIDENT, area).lit(" AND "), day).lit(" AND k.basis<>'worker_found' AND k.from_day<=");
    let q = q.bind(day).lit(" AND (k.to_day IS NULL OR k.to_day>").bind(day);
    let found: Vec<(DivisionId, String, i64)> =
        c.all(q.lit(") GROUP BY k.county_id,k.category ORDER BY k.county_id,k.category")).await?;
    Ok(found.into_iter().map(|(county, category, n)| ((county, category), n)).collect())
}

/// How many persons refused a file, or any service, and stand by it at the end of a day, in an area: by county and category,
/// none of zero. They leave the denominator of 建档率 and are shown apart (domain.md 9, I14). A refusal names nobody, so
/// nobody can look whether its person is on the list; who agrees later, or was recorded twice, is ended and counts no more.
async fn recorded(c: &mut Conn, area: &Area, day: Day) -> Result<Vec<(DivisionId, String, i64)>> {
    let q = sql("SELECT f.county_id,k.category,COUNT(*) FROM filing_refusal f JOIN filing_refusal_category k ON k.county_id=f.county_id AND k.refusal_id=f.id WHERE f.refused_on<=")
        .bind(day)
        .lit(" AND (f.ended_on IS NULL OR f.ended_on>")
        .bind(day)
        .lit(") AND ");
    c.all(within(q, REFUSAL, area).lit(" GROUP BY f.county_id,k.category ORDER BY f.county_id,k.category")).await
}

/// The numbers of some lists in an area at the end of a day.
pub(crate) async fn numbers_of(c: &mut Conn, lists: Vec<OfficialList>, area: &Area, day: Day) -> Result<Vec<Basis>> {
    let ids = |kind: ListKind| lists.iter().filter(|l| l.kind == kind).map(|l| l.id).collect::<Vec<_>>();
    let (with_rows, without) = (ids(ListKind::Rows), ids(ListKind::Numbers));
    let rows = rows(c, &with_rows, area, day).await?;
    let numbers = numbers(c, &without, area, day).await?;
    let typed = if without.is_empty() { HashMap::new() } else { typed(c, area, day).await? };
    let refused: HashMap<(DivisionId, String), i64> =
        recorded(c, area, day).await?.into_iter().map(|(county, category, n)| ((county, category), n)).collect();
    let whole = matches!(area, Area::County(_) | Area::Counties(_));
    Ok(lists
        .into_iter()
        .map(|list| {
            let at = (list.county_id, list.category.clone());
            let (listed, on_file) = match list.kind {
                ListKind::Rows => {
                    let (n, on) = rows.get(&list.id).copied().unwrap_or_default();
                    (Some(n), on)
                }
                ListKind::Numbers if whole => (Some(list.persons), typed.get(&at).copied().unwrap_or(0)),
                ListKind::Numbers => (numbers.get(&list.id).copied(), typed.get(&at).copied().unwrap_or(0)),
            };
            let refused = refused.get(&at).copied().unwrap_or(0);
            Basis { listed, on_file, refused, list }
        })
        .collect())
}

/// The lists in force with their numbers.
pub(crate) async fn bases(c: &mut Conn, area: &Area, day: Day) -> Result<Vec<Basis>> {
    let lists = store::official::in_force(c, &area.counties(), day).await?;
    numbers_of(c, lists, area, day).await
}

/// What a measure has of a basis; nothing of a list that does not say it for the area.
fn value(key: &str, b: &Basis) -> i64 {
    match (key, b.due()) {
        (_, None) => 0,
        ("official_due", Some(due)) => due,
        ("official_refused", Some(_)) => b.refused,
        (_, Some(_)) => b.on_file,
    }
}

/// The module's measures of lists, summed over categories, by county.
pub(super) async fn by_county(
    c: &mut Conn,
    keys: &[&'static str],
    area: &Area,
    day: Day,
) -> Result<HashMap<(&'static str, DivisionId), i64>> {
    let mut out = HashMap::new();
    for b in bases(c, area, day).await? {
        for key in keys {
            *out.entry((*key, b.list.county_id)).or_default() += value(key, &b);
        }
    }
    Ok(out)
}

/// The same by category.
pub(super) async fn by_category(
    c: &mut Conn,
    keys: &[&'static str],
    area: &Area,
    day: Day,
) -> Result<Vec<(&'static str, String, i64)>> {
    let mut out: HashMap<(&'static str, String), i64> = HashMap::new();
    for b in bases(c, area, day).await? {
        for key in keys {
            *out.entry((*key, b.list.category.clone())).or_default() += value(key, &b);
        }
    }
    Ok(out.into_iter().filter(|(_, n)| *n != 0).map(|((key, category), n)| (key, category, n)).collect())
}

/// One of them on many dates.
pub(super) async fn series(c: &mut Conn, key: &'static str, area: &Area, dates: &[Day]) -> Result<Vec<i64>> {
    let mut out = Vec::with_capacity(dates.len());
    for day in dates {
        out.push(bases(c, area, *day).await?.iter().map(|b| value(key, b)).sum());
    }
    Ok(out)
}

/// The residents behind the numerator: `c`, `rid` of a derived table. `lists` are those in force.
pub(super) fn filed(q: Sql, lists: &[OfficialList], area: &Area, day: Day) -> Sql {
    let of = |kind: ListKind| lists.iter().filter(move |l| l.kind == kind);
    let q = placed(
        q.lit("SELECT DISTINCT o.county_id AS c,o.resident_id AS rid FROM official_list_row o WHERE "),
        area,
        day,
    );
    let mut q = q.lit(" AND o.resident_id IS NOT NULL AND o.list_id IN ").list(of(ListKind::Rows).map(|l| l.id));
    for l in of(ListKind::Numbers) {
        q = q
            .lit(" UNION SELECT k.county_id,k.resident_id FROM resident_category k WHERE k.county_id=")
            .bind(l.county_id);
        q = q.lit(" AND k.category=").bind(&l.category).lit(" AND k.basis<>'worker_found' AND k.from_day<=").bind(day);
        q = q.lit(" AND (k.to_day IS NULL OR k.to_day>").bind(day).lit(")");
    }
    q
}

/// Places of a list in an area: township, village, persons, on file.
pub(crate) type Place = (DivisionId, Option<DivisionId>, i64, i64);

/// The places of a list, in the order of the map.
pub(crate) async fn places(c: &mut Conn, list: &OfficialList, area: &Area, day: Day) -> Result<Vec<Place>> {
    let q = match list.kind {
        ListKind::Rows => on_file(sql("SELECT o.township_id,o.village_id,COUNT(*),CAST(SUM(CASE WHEN r.id IS NOT NULL AND "), day)
            .lit(" THEN 1 ELSE 0 END) AS BIGINT) FROM official_list_row o LEFT JOIN resident r ON r.county_id=o.county_id AND r.id=o.resident_id WHERE "),
        ListKind::Numbers => sql("SELECT o.township_id,o.village_id,CAST(SUM(o.persons) AS BIGINT),CAST(0 AS BIGINT) FROM official_list_number o WHERE "),
    };
    let q = placed(q, area, day).lit(" AND o.list_id=").bind(list.id);
    c.all(q.lit(" GROUP BY o.township_id,o.village_id ORDER BY o.township_id,COALESCE(o.village_id,0)")).await
}
