//! Counting from the records.

use super::area::{ENCOUNTER, LEDGER, RESIDENT, Where, within};
use super::{Way, times, way};
use crate::model::{Rhythm, VisitEvery};
use std::collections::{HashMap, HashSet};
use zw_core::code::Code as _;
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, ResidentId, Result, UnitId};
use zw_db::{Conn, Mark, Sql, sql};
use zw_indicators::{Area, Span, with_places};
use zw_network::model::unit::UnitState;

type ByCounty = Vec<(DivisionId, i64)>;

pub(super) fn days(q: Sql, column: &'static str, span: Span) -> Sql {
    q.lit(" AND ").lit(column).lit(">=").bind(span.from).lit(" AND ").lit(column).lit("<=").bind(span.to)
}

/// The person of `p`: a record that was merged into another by the end of a span, and not taken out by then, counts as the
/// other. Figures of spans before the merge stay as they were.
pub(super) const PERSON: &str = "COALESCE(g.survivor_id,p.resident_id)";

/// Appends the join that [`PERSON`] rests on.
pub(super) fn with_merges(q: Sql, span: Span) -> Sql {
    merged_by(q.lit(" LEFT JOIN resident_merge g ON g.county_id=p.county_id AND g.loser_id=p.resident_id AND "), span)
}

fn merged_by(q: Sql, span: Span) -> Sql {
    let q = q.lit("g.merged_on<=").bind(span.to);
    q.lit(" AND (g.undone_on IS NULL OR g.undone_on>").bind(span.to).lit(")")
}

zw_db::record! {
    /// Sums over encounters.
    struct Encounters {
        county: DivisionId,
        n: i64,
        persons: i64,
        visited: i64,
        home: i64,
        vain: i64,
        cases: i64,
        consults: i64,
        villages: i64,
    }
}

zw_db::record! {
    /// Sums over the ledger.
    struct Ledger {
        county: DivisionId,
        /// On file before the days; in a part as it is read whether it is what came before them.
        start: i64,
        /// On file at their end.
        total: i64,
        filed: i64,
        came: i64,
        closed: i64,
        went: i64,
        merged: i64,
        corrected: i64,
    }
}

/// The sums over encounters. One row per encounter: two workers or five persons do not multiply it. met_n is the
/// number of persons met.
macro_rules! encounter_sums {
    () => {
        "COUNT(*) AS n,CAST(COALESCE(SUM(e.met_n),0) AS BIGINT) AS persons,CAST(COALESCE(SUM(CASE WHEN e.kind='visit' THEN e.met_n ELSE 0 END),0) AS BIGINT) AS visited,CAST(COALESCE(SUM(CASE WHEN e.kind='visit' AND e.mode='home' THEN e.met_n ELSE 0 END),0) AS BIGINT) AS home,CAST(COALESCE(SUM(CASE WHEN e.kind='visit' AND e.met_n=0 THEN 1 ELSE 0 END),0) AS BIGINT) AS vain,CAST(COALESCE(SUM(CASE WHEN e.kind='case' THEN 1 ELSE 0 END),0) AS BIGINT) AS cases,CAST(COALESCE(SUM(CASE WHEN e.kind='consult' THEN 1 ELSE 0 END),0) AS BIGINT) AS consults"
    };
}

/// In place of the number of villages where nobody asks for it.
const NO_VILLAGES: &str = "CAST(0 AS BIGINT)";

/// The sums over the ledger.
macro_rules! ledger_sums {
    () => {
        "CAST(COALESCE(SUM(CASE WHEN m.kind='filed' THEN m.delta ELSE 0 END),0) AS BIGINT) AS filed,CAST(COALESCE(SUM(CASE WHEN m.kind='in' THEN m.delta ELSE 0 END),0) AS BIGINT) AS came,CAST(COALESCE(SUM(CASE WHEN m.kind='closed' THEN -m.delta ELSE 0 END),0) AS BIGINT) AS closed,CAST(COALESCE(SUM(CASE WHEN m.kind='out' THEN -m.delta ELSE 0 END),0) AS BIGINT) AS went,CAST(COALESCE(SUM(CASE WHEN m.kind='merged' THEN -m.delta ELSE 0 END),0) AS BIGINT) AS merged,CAST(COALESCE(SUM(CASE WHEN m.kind='correction' THEN m.delta ELSE 0 END),0) AS BIGINT) AS corrected"
    };
}

/// The sums over encounters by county; `villages`: with the distinct ones in which somebody was met, which cannot be added up
/// from days.
async fn encounter_sums(c: &mut Conn, area: &Area, span: Span, villages: bool) -> Result<Vec<Encounters>> {
    let q = sql(concat!("SELECT e.county_id AS county,", encounter_sums!(), ","));
    let q = q.lit(if villages { "COUNT(DISTINCT CASE WHEN e.met_n>0 THEN e.village_id END)" } else { NO_VILLAGES });
    let q = within(q.lit(" AS villages FROM encounter e WHERE "), ENCOUNTER, area);
    c.all(days(q, "e.day", span).lit(" AND e.voided_at IS NULL GROUP BY e.county_id ORDER BY e.county_id")).await
}

/// The sums over the ledger's lines of the days by county.
async fn ledger_sums(c: &mut Conn, area: &Area, span: Span) -> Result<Vec<Ledger>> {
    let q = sql(concat!(
        "SELECT m.county_id AS county,CAST(0 AS BIGINT) AS start,CAST(0 AS BIGINT) AS total,",
        ledger_sums!(),
        " FROM resident_move m WHERE "
    ));
    c.all(days(within(q, LEDGER, area), "m.day", span).lit(" GROUP BY m.county_id ORDER BY m.county_id")).await
}

/// The same with who was on file before the days and at their end: the ledger is read from its beginning, once.
async fn ledger_course(c: &mut Conn, area: &Area, span: Span) -> Result<Vec<Ledger>> {
    let q = sql("SELECT m.county_id AS county,CAST(CASE WHEN m.day<").bind(span.from).lit(concat!(
        " THEN 1 ELSE 0 END AS BIGINT) AS start,CAST(SUM(m.delta) AS BIGINT) AS total,",
        ledger_sums!(),
        " FROM resident_move m WHERE "
    ));
    let q = within(q, LEDGER, area).lit(" AND m.day<=").bind(span.to);
    let parts: Vec<Ledger> = c.all(q.lit(" GROUP BY 1,2 ORDER BY 1,2 DESC")).await?;
    let mut out: Vec<Ledger> = vec![];
    for part in parts {
        // What came before the days, of which only the sum counts, precedes what came within them.
        let before = out.pop_if(|last| last.county == part.county).map_or(0, |last| last.total);
        out.push(match part.start {
            1 => Ledger { start: part.total, ..Ledger::none(part.county, part.total) },
            _ => Ledger { start: before, total: before + part.total, ..part },
        });
    }
    Ok(out)
}

impl Encounters {
    fn value(&self, key: &str) -> Option<i64> {
        Some(match key {
            "encounters" => self.n,
            "persontimes" => self.persons,
            "M07" => self.visited,
            "M08" => self.home,
            "M09" => self.vain,
            "M14" => self.cases,
            "M23" => self.consults,
            "M44" => self.villages,
            _ => return None,
        })
    }
}

impl Ledger {
    /// Nobody came or went.
    fn none(county: DivisionId, total: i64) -> Self {
        Self { county, start: total, total, filed: 0, came: 0, closed: 0, went: 0, merged: 0, corrected: 0 }
    }
    fn value(&self, key: &str) -> Option<i64> {
        Some(match key {
            "M01" => self.start,
            "M04" => self.total,
            "M02" => self.filed,
            "M02a" => self.came,
            "M03" => self.closed,
            "M03a" => self.went,
            "M03b" => self.merged,
            "M03c" => self.corrected,
            _ => return None,
        })
    }
}

zw_db::record! {
    /// A place with records.
    struct At {
        unit_id: UnitId,
        day: Day,
    }
}

/// Sums of one place.
struct Placed<T>(At, T);

impl<T: zw_db::Record> zw_db::Record for Placed<T> {
    fn read(row: &zw_db::Row) -> Result<Self> {
        Ok(Self(At::read(row)?, T::read(row)?))
    }
}

const ENCOUNTERS_BY_PLACE: &str =
    concat!("SELECT e.county_id AS county,e.unit_id,e.day,", encounter_sums!(), ",CAST(0 AS BIGINT) AS villages FROM ");
const LEDGER_BY_PLACE: &str = concat!(
    "SELECT m.county_id AS county,m.unit_id,m.day,CAST(0 AS BIGINT) AS start,CAST(0 AS BIGINT) AS total,",
    ledger_sums!(),
    " FROM "
);

/// Flows of every (county, unit, day) of a span in two statements.
pub(super) async fn flows_by_place(
    c: &mut Conn,
    keys: &[&'static str],
    span: Span,
) -> Result<Vec<(Mark, &'static str, i64)>> {
    let encounters = days(sql(ENCOUNTERS_BY_PLACE).lit("encounter e WHERE e.voided_at IS NULL"), "e.day", span);
    let ledger = days(sql(LEDGER_BY_PLACE).lit("resident_move m WHERE 1=1"), "m.day", span);
    placed(c, keys, encounters, ledger).await
}

/// The same of some places.
pub(super) async fn flows_at(
    c: &mut Conn,
    keys: &[&'static str],
    marks: &[Mark],
) -> Result<Vec<(Mark, &'static str, i64)>> {
    if marks.is_empty() {
        return Ok(vec![]);
    }
    let encounters = with_places(marks).lit(ENCOUNTERS_BY_PLACE).lit(
        "place p CROSS JOIN encounter e WHERE e.county_id=p.county_id AND e.unit_id=p.unit_id AND e.day=p.day AND e.voided_at IS NULL",
    );
    let ledger = with_places(marks).lit(LEDGER_BY_PLACE).lit(
        "place p CROSS JOIN resident_move m WHERE m.county_id=p.county_id AND m.unit_id=p.unit_id AND m.day=p.day",
    );
    placed(c, keys, encounters, ledger).await
}

async fn placed(
    c: &mut Conn,
    keys: &[&'static str],
    encounters: Sql,
    ledger: Sql,
) -> Result<Vec<(Mark, &'static str, i64)>> {
    let q = encounters.lit(" GROUP BY e.county_id,e.unit_id,e.day ORDER BY e.county_id,e.day,e.unit_id");
    let encounters: Vec<Placed<Encounters>> = c.all(q).await?;
    let q = ledger.lit(" GROUP BY m.county_id,m.unit_id,m.day ORDER BY m.county_id,m.day,m.unit_id");
    let ledger: Vec<Placed<Ledger>> = c.all(q).await?;
    let mut out = vec![];
    for key in keys {
        for Placed(at, e) in &encounters {
            if let Some(n) = e.value(key) {
                out.push((Mark { county: e.county, unit: Some(at.unit_id), day: at.day }, *key, n));
            }
        }
        for Placed(at, l) in &ledger {
            if let Some(n) = l.value(key) {
                out.push((Mark { county: l.county, unit: Some(at.unit_id), day: at.day }, *key, n));
            }
        }
    }
    Ok(out)
}

/// Figures by county that are sums over encounters or over the ledger; counties without records are missing.
pub(super) async fn sums_by_county(
    c: &mut Conn,
    keys: &[&'static str],
    area: &Area,
    span: Span,
) -> Result<HashMap<(&'static str, DivisionId), i64>> {
    let wants = |w: Way| keys.iter().any(|k| way(k) == w);
    let villages = wants(Way::Villages);
    let encounters = match villages || wants(Way::Encounter) {
        true => encounter_sums(c, area, span, villages).await?,
        false => vec![],
    };
    let ledger = match (wants(Way::OnFile), wants(Way::Ledger)) {
        (true, _) => ledger_course(c, area, span).await?,
        (false, true) => ledger_sums(c, area, span).await?,
        (false, false) => vec![],
    };
    let mut out = HashMap::new();
    for key in keys {
        out.extend(encounters.iter().filter_map(|e| Some(((*key, e.county), e.value(key)?))));
        out.extend(ledger.iter().filter_map(|l| Some(((*key, l.county), l.value(key)?))));
    }
    Ok(out)
}

/// Residents on file on many dates, at the end of each (`at_end`) or the day before: one ordered sweep over the ledger.
pub(super) async fn on_file_series(c: &mut Conn, area: &Area, dates: &[Day], at_end: bool) -> Result<Vec<i64>> {
    let q = within(sql("SELECT m.day,CAST(SUM(m.delta) AS BIGINT) FROM resident_move m WHERE "), LEDGER, area);
    let steps: Vec<(Day, i64)> = c.all(q.lit(" GROUP BY m.day ORDER BY m.day")).await?;
    let mut total = 0;
    let sums: Vec<(Day, i64)> = steps
        .into_iter()
        .map(|(day, n)| {
            total += n;
            (day, total)
        })
        .collect();
    Ok(dates
        .iter()
        .map(|d| {
            let end = if at_end { *d } else { d.add_days(-1) };
            let at = sums.partition_point(|(day, _)| *day <= end);
            at.checked_sub(1).and_then(|i| sums.get(i)).map_or(0, |s| s.1)
        })
        .collect())
}

/// What decides who is due, and who of them was visited, besides the rows of the span.
#[derive(Default)]
pub(super) struct Due {
    pub(super) rhythm: Rhythm,
    /// Residents who left the register within the span before their visit fell due.
    pub(super) left: Vec<ResidentId>,
    /// Residents who were visited as often as owed although the ladder of their rhythm asks for more.
    pub(super) enough: Vec<ResidentId>,
    /// Residents who were not, although it asks for less.
    pub(super) short: Vec<ResidentId>,
}

impl Due {
    /// The rhythm setting as it stood on the last day of the span, because a setting of today judges no past day; from the
    /// database, because a measure has no request behind it.
    pub(super) async fn by(c: &mut Conn, span: Span) -> Result<Self> {
        let rhythm = zw_access::Settings::read::<Rhythm>(c).await?.on(span.to);
        Ok(Self { rhythm, ..Self::default() })
    }
    /// The same with those who are looked at one by one.
    pub(super) async fn of(c: &mut Conn, area: &Area, span: Span) -> Result<Self> {
        let mut all = Self::by(c, span).await?;
        times::look_at_parts(c, &mut all, area, span).await?;
        Ok(all)
    }
}

/// `FROM resident … WHERE …` of those due in a span: on the register at its end or closed within it, not paused on its
/// last day, and the rhythm of that day from the last meeting before the span (else from the day of filing) ends on or
/// before it, or before the day they left. What is changed later leaves the span as it was. With `x`: the last meeting before
/// the span, and on how many days of it they were met; several meetings of a day are one visit.
pub(super) fn due_where(q: Sql, d: &Due, area: &Area, span: Span) -> Sql {
    let q = q
        .lit(" FROM resident r JOIN resident_rhythm h ON h.county_id=r.county_id AND h.resident_id=r.id AND h.from_day<=")
        .bind(span.to)
        .lit(" AND (h.to_day IS NULL OR h.to_day>")
        .bind(span.to)
        .lit(") LEFT JOIN (SELECT p.county_id AS c,")
        .lit(PERSON)
        .lit(" AS rid,MAX(CASE WHEN e.day<")
        .bind(span.from)
        .lit(" THEN e.day END) AS last,COUNT(DISTINCT CASE WHEN e.day>=")
        .bind(span.from)
        .lit(" THEN e.day END) AS n FROM encounter e CROSS JOIN encounter_person p");
    let q = with_merges(q, span).lit(" WHERE p.county_id=e.county_id AND p.encounter_id=e.id AND ");
    // CROSS: from the area's encounters to their persons. SQLite would otherwise begin with all persons of the county.
    let q = within(q, ENCOUNTER, area)
        .lit(" AND e.voided_at IS NULL AND p.met AND p.resident_id IS NOT NULL AND e.day<=")
        .bind(span.to)
        .lit(" GROUP BY p.county_id,")
        .lit(PERSON)
        .lit(") x ON x.c=r.county_id AND x.rid=r.id");
    let mut q = within(q.lit(" WHERE "), RESIDENT, area)
        .lit(" AND r.filed_on<=")
        .bind(span.to)
        .lit(" AND (r.closed_on IS NULL OR r.closed_on>=")
        .bind(span.from)
        .lit(") AND NOT h.paused AND COALESCE(x.last,r.filed_on)<=CASE h.visit_every");
    for every in VisitEvery::ALL {
        q = q.lit(" WHEN ").bind(*every).lit(" THEN ").bind(span.to.add_days(-d.rhythm.days(*every)));
    }
    let q = merged_by(
        q.lit(" ELSE 0 END AND NOT EXISTS(SELECT 1 FROM resident_merge g WHERE g.county_id=r.county_id AND g.loser_id=r.id AND "),
        span,
    )
    .lit(")");
    q.when(!d.left.is_empty(), |q| q.lit(" AND r.id NOT IN ").list(d.left.iter().copied()))
}

/// Distinct residents met in any encounter. Persons without a file cannot be told apart and are not in it.
pub(super) async fn met(c: &mut Conn, area: &Area, span: Span) -> Result<ByCounty> {
    let q = sql("SELECT e.county_id,COUNT(DISTINCT ")
        .lit(PERSON)
        .lit(") FROM encounter e JOIN encounter_person p ON p.county_id=e.county_id AND p.encounter_id=e.id");
    let q = with_merges(q, span).lit(" WHERE ");
    c.all(days(within(q, ENCOUNTER, area), "e.day", span).lit(
        " AND e.voided_at IS NULL AND p.met AND p.resident_id IS NOT NULL GROUP BY e.county_id ORDER BY e.county_id",
    ))
    .await
}

/// County of the station, the division it serves, from when to when it serves it and is built.
type Coverage = (DivisionId, DivisionId, (Day, Option<Day>), (Day, Option<Day>));

/// What the stations of an area serve while they are built, as 已建站数 counts them: a planned or suspended station
/// serves nobody, and a centre covers its county by office and serves no village.
async fn coverage(c: &mut Conn, area: &Area) -> Result<Vec<Coverage>> {
    // A township's area is cut from its county's coverage below, so the unit's own township is no condition here.
    const UNIT: Where = Where { county: "s.county_id", town: "s.county_id", unit: "s.unit_id" };
    let wide = match area {
        Area::Town(county, _) => Area::County(*county),
        other => other.clone(),
    };
    let q = sql(
        "SELECT s.county_id,v.division_id,v.from_day,v.to_day,s.from_day,s.to_day FROM unit_state s JOIN unit_coverage v ON v.unit_id=s.unit_id WHERE s.tier='T' AND s.state IN ",
    )
    .list(UnitState::BUILT)
    .lit(" AND ");
    /// A row as read.
    type Row = (DivisionId, DivisionId, Day, Option<Day>, Day, Option<Day>);
    let q = within(q, UNIT, &wide).lit(" ORDER BY s.unit_id,v.division_id,v.from_day,s.from_day");
    let rows: Vec<Row> = c.all(q).await?;
    Ok(rows.into_iter().map(|(county, d, f, t, since, until)| (county, d, (f, t), (since, until))).collect())
}

/// Villages of the divisions covered on a day: (county of the unit, village), each village once.
fn covered_on(tree: &Tree, rows: &[Coverage], area: &Area, day: Day) -> Vec<(DivisionId, DivisionId)> {
    let view = tree.as_of(day);
    let mut seen: HashSet<DivisionId> = HashSet::new();
    let mut out = vec![];
    let holds = |(from, to): &(Day, Option<Day>)| *from <= day && to.is_none_or(|t| t > day);
    for (county, division, serves, built) in rows {
        if !holds(serves) || !holds(built) {
            continue;
        }
        for village in view.villages_under(*division) {
            let inside = match area {
                Area::Town(_, town) => view.is_within(*village, *town),
                _ => true,
            };
            if inside && seen.insert(*village) {
                out.push((*county, *village));
            }
        }
    }
    out
}

/// The villages themselves.
pub(super) async fn covered_villages(c: &mut Conn, tree: &Tree, area: &Area, day: Day) -> Result<Vec<DivisionId>> {
    let rows = coverage(c, area).await?;
    Ok(covered_on(tree, &rows, area, day).into_iter().map(|v| v.1).collect())
}

/// Villages of the covered divisions, by county.
pub(super) async fn covered(c: &mut Conn, tree: &Tree, area: &Area, day: Day) -> Result<ByCounty> {
    let rows = coverage(c, area).await?;
    let mut out: HashMap<DivisionId, i64> = HashMap::new();
    for (county, _) in covered_on(tree, &rows, area, day) {
        *out.entry(county).or_default() += 1;
    }
    Ok(out.into_iter().collect())
}

/// The same on many dates.
pub(super) async fn covered_series(c: &mut Conn, tree: &Tree, area: &Area, dates: &[Day]) -> Result<Vec<i64>> {
    let rows = coverage(c, area).await?;
    Ok(dates.iter().map(|d| i64::try_from(covered_on(tree, &rows, area, *d).len()).unwrap_or(0)).collect())
}

/// Residents who are not closed, by county, township and village.
pub(super) async fn places_on_file(conn: &mut Conn) -> Result<Vec<(DivisionId, DivisionId, DivisionId, i64)>> {
    conn.all(sql(
        "SELECT r.county_id,r.township_id,r.village_id,COUNT(*) FROM resident r WHERE r.state<>'closed' GROUP BY r.county_id,r.township_id,r.village_id",
    ))
    .await
}
