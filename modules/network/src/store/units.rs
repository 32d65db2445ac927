//! Units, their states and the divisions they serve.

use crate::model::history::Stretch;
use crate::model::sheet::BuiltBy;
use crate::model::unit::alarm::SuspendedUnit;
use crate::model::unit::{Coverage, Decision, StateCause, Tier, Unit, UnitQuery, UnitState};
use std::collections::HashMap;
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Error, PageReq, Result, Stamp, UnitId};
use zw_db::{Conn, Sql, Tx, Val, sql, val};

fn filtered(q: Sql, permit: &Permit<Unit>, f: &UnitQuery, only: Option<&[UnitId]>) -> Sql {
    let states = f.states();
    let tier = f.tier.clone().filter(|t| !t.is_empty());
    let by_state = f.state.as_deref().is_some_and(|s| !s.is_empty());
    let q = permit.within(q.lit(" WHERE 1=1"));
    q.when(tier.is_some(), |q| q.lit(" AND u.tier=").bind(tier))
        .when(only.is_some(), |q| q.lit(" AND u.id IN ").list(only.unwrap_or_default().iter().copied()))
        .when(by_state, |q| q.lit(" AND u.state IN ").list(states))
        .when(f.county.is_some(), |q| q.lit(" AND u.county_id=").bind(f.county))
        .when(f.q.as_deref().is_some_and(|t| !t.trim().is_empty()), |q| {
            q.lit(" AND u.search_key LIKE ").bind(pattern(f.q.as_deref().unwrap_or_default())).lit(" ESCAPE '\\'")
        })
}

/// Latin letters are the beginning of a pinyin key, anything else is a part of the name.
fn pattern(text: &str) -> String {
    let escape = |s: &str| s.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    match zw_core::pinyin::query_key(text) {
        Some(key) => format!("%|{}%", escape(&key)),
        None => format!("%{}%", escape(&text.trim().to_lowercase())),
    }
}

/// One page of the units in the permit, of some of them only where these are named, and how many there are.
pub(crate) async fn page(
    c: &mut Conn,
    permit: &Permit<Unit>,
    f: &UnitQuery,
    only: Option<&[UnitId]>,
    req: PageReq,
) -> Result<(Vec<Unit>, i64)> {
    let total = c.scalar(filtered(sql("SELECT COUNT(*) FROM unit u"), permit, f, only)).await?;
    let q = filtered(sql("SELECT u.* FROM unit u"), permit, f, only)
        .lit(" ORDER BY u.county_id,u.tier,u.division_id,u.id LIMIT ")
        .bind(req.limit())
        .lit(" OFFSET ")
        .bind(req.offset());
    Ok((c.all(q).await?, total))
}

/// Units in the permit whose suspension began before a day and lasts, the longest first.
pub(crate) async fn suspended_before(c: &mut Conn, permit: &Permit<Unit>, day: Day) -> Result<Vec<SuspendedUnit>> {
    let q = sql("SELECT s.from_day,u.* FROM unit u JOIN unit_state s ON s.unit_id=u.id AND s.to_day IS NULL AND s.state='suspended' WHERE u.state='suspended' AND s.from_day<")
        .bind(day);
    c.all(permit.within(q).lit(" ORDER BY s.from_day,u.id LIMIT 200")).await
}

/// One unit in the permit; `NotFound` outside it.
pub(crate) async fn get(c: &mut Conn, permit: &Permit<Unit>, id: UnitId) -> Result<Unit> {
    c.one(permit.within(sql("SELECT u.* FROM unit u WHERE u.id=").bind(id))).await?.ok_or(Error::NotFound)
}

/// Takes the rows of units in the permit for the rest of the transaction: whoever relies on a unit's state asks before
/// reading it, so that the unit is not ended meanwhile. Always in the same order, or two mergers would wait for each
/// other. No version changes: forms that are open stay good.
pub(crate) async fn hold(tx: &mut Tx, permit: &Permit<Unit>, ids: &[UnitId]) -> Result<()> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    for id in ids {
        tx.run(permit.within(sql("UPDATE unit AS u SET version=u.version WHERE u.id=").bind(id))).await?;
    }
    Ok(())
}

/// One unit whatever the permit: for rules of other modules that hold a permit of their own (a posting's unit).
pub async fn find(c: &mut Conn, id: UnitId) -> Result<Option<Unit>> {
    c.one(sql("SELECT u.* FROM unit u WHERE u.id=").bind(id)).await
}

/// Id, tier, name and state of the units of a county, for choices in forms.
pub async fn names(c: &mut Conn, county: DivisionId) -> Result<Vec<(UnitId, Tier, String, UnitState)>> {
    c.all(
        sql("SELECT u.id,u.tier,u.name,u.state FROM unit u WHERE u.county_id=")
            .bind(county)
            .lit(" ORDER BY u.tier,u.division_id,u.id"),
    )
    .await
}

/// Names of some units.
pub async fn names_of(c: &mut Conn, ids: &[UnitId]) -> Result<Vec<(UnitId, String)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    c.all(sql("SELECT u.id,u.name FROM unit u WHERE u.id IN ").list(ids.iter().copied())).await
}

pub(crate) async fn insert(tx: &mut Tx, u: &Unit, at: Stamp) -> Result<()> {
    let mut columns = u.written();
    columns.push(("id", val(u.id)));
    columns.push(("created_at", val(at)));
    tx.run(super::insert("unit", columns)).await?;
    Ok(())
}

/// Saves a changed unit if nobody else did since; `Conflict` with the standing version otherwise.
pub(crate) async fn save(tx: &mut Tx, permit: &Permit<Unit>, u: &Unit) -> Result<()> {
    let q = super::update("UPDATE unit AS u", u.written())
        .lit(" WHERE u.id=")
        .bind(u.id)
        .lit(" AND u.version=")
        .bind(u.version - 1);
    if tx.run(permit.within(q)).await? == 0 {
        let now = get(tx, permit, u.id).await?;
        return Err(conflict(&now));
    }
    Ok(())
}

/// What stands now, for the editor who came second.
pub(crate) fn conflict(now: &Unit) -> Error {
    let mut current: Vec<(String, String)> = now.typed().into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    current.push(("updated_by".into(), now.updated_by.clone()));
    current.push(("updated_at".into(), now.updated_at.minute_cn()));
    current.push(("state".into(), now.state.code().into()));
    Error::Conflict { current }
}

/// States of a unit, oldest first.
pub async fn history(c: &mut Conn, id: UnitId) -> Result<Vec<Stretch>> {
    Ok(histories(c, &[id]).await?.remove(&id).unwrap_or_default())
}

/// The same of some units; of one without any there is none.
pub(crate) async fn histories(c: &mut Conn, ids: &[UnitId]) -> Result<HashMap<UnitId, Vec<Stretch>>> {
    let q = sql("SELECT unit_id,state,from_day,to_day,cause FROM unit_state WHERE unit_id IN ");
    type Row = (UnitId, UnitState, Day, Option<Day>, Option<StateCause>);
    let rows: Vec<Row> = c.all(q.list(ids.iter().copied()).lit(" ORDER BY unit_id,from_day")).await?;
    let mut out: HashMap<UnitId, Vec<Stretch>> = HashMap::new();
    for (unit, state, from, to, cause) in rows {
        out.entry(unit).or_default().push(Stretch { state, from, to, cause });
    }
    Ok(out)
}

/// Replaces the history of a unit, in the transaction that changes its state.
pub(crate) async fn save_history(tx: &mut Tx, u: &Unit, history: &[Stretch]) -> Result<()> {
    tx.run(sql("DELETE FROM unit_state WHERE unit_id=").bind(u.id)).await?;
    tx.bulk("unit_state", &STATE, &history.iter().map(|s| state_row(u, s)).collect::<Vec<_>>(), "").await?;
    Ok(())
}

/// Columns of a stretch.
pub(super) const STATE: [&str; 7] = ["unit_id", "from_day", "to_day", "state", "cause", "county_id", "tier"];

/// A stretch of a unit in the order of `STATE`.
pub(super) fn state_row(u: &Unit, s: &Stretch) -> Vec<Val> {
    vec![val(u.id), val(s.from), val(s.to), val(s.state), val(s.cause), val(u.county_id), val(u.tier)]
}

/// Divisions a unit serves or served.
pub async fn coverage(c: &mut Conn, id: UnitId) -> Result<Vec<Coverage>> {
    let rows: Vec<(DivisionId, Day, Option<Day>)> = c
        .all(
            sql("SELECT division_id,from_day,to_day FROM unit_coverage WHERE unit_id=")
                .bind(id)
                .lit(" ORDER BY from_day,division_id"),
        )
        .await?;
    Ok(rows.into_iter().map(|(division, from, to)| Coverage { division, from, to }).collect())
}

/// The same with how each was decided: why and by which document to begin, the same to end.
pub(crate) async fn coverage_decided(c: &mut Conn, id: UnitId) -> Result<Vec<(Coverage, [Option<String>; 4])>> {
    type Row = (DivisionId, Day, Option<Day>, Option<String>, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = c
        .all(
            sql("SELECT division_id,from_day,to_day,why,document,end_why,end_document FROM unit_coverage WHERE unit_id=")
                .bind(id)
                .lit(" ORDER BY from_day,division_id"),
        )
        .await?;
    let out = |(division, from, to, why, document, end, end_document)| {
        (Coverage { division, from, to }, [why, document, end, end_document])
    };
    Ok(rows.into_iter().map(out).collect())
}

/// Keeps how the coverage of a division that begins on a day was decided.
pub(crate) async fn decide_cover(tx: &mut Tx, at: (UnitId, DivisionId, Day), d: &Decision) -> Result<()> {
    let columns = vec![("why", val(&d.why)), ("document", val(d.document.clone())), ("decided_by", val(&d.by))];
    let q = super::update("UPDATE unit_coverage", columns).lit(" WHERE unit_id=").bind(at.0);
    let q = q.lit(" AND division_id=").bind(at.1).lit(" AND from_day=").bind(at.2);
    tx.run(q).await.map(|_| ())
}

/// Keeps how the end of a division's coverage on a day was decided.
pub(crate) async fn decide_end(tx: &mut Tx, at: (UnitId, DivisionId, Day), d: &Decision) -> Result<()> {
    let columns = vec![("end_why", val(&d.why)), ("end_document", val(d.document.clone())), ("ended_by", val(&d.by))];
    let q = super::update("UPDATE unit_coverage", columns).lit(" WHERE unit_id=").bind(at.0);
    let q = q.lit(" AND division_id=").bind(at.1).lit(" AND to_day=").bind(at.2);
    tx.run(q).await.map(|_| ())
}

pub(crate) async fn cover(tx: &mut Tx, id: UnitId, division: DivisionId, from: Day) -> Result<()> {
    tx.run(
        sql("INSERT INTO unit_coverage(unit_id,division_id,from_day) VALUES(")
            .bind(id)
            .lit(",")
            .bind(division)
            .lit(",")
            .bind(from)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Ends open coverage on `to`: of one division, or all of the unit. What had not begun is removed.
pub(crate) async fn uncover(tx: &mut Tx, id: UnitId, division: Option<DivisionId>, to: Day) -> Result<u64> {
    let of = |q: Sql| q.when(division.is_some(), |q| q.lit(" AND division_id=").bind(division));
    let gone = tx
        .run(of(sql("DELETE FROM unit_coverage WHERE unit_id=")
            .bind(id)
            .lit(" AND to_day IS NULL AND from_day>=")
            .bind(to)))
        .await?;
    let ended = tx
        .run(of(sql("UPDATE unit_coverage SET to_day=").bind(to).lit(" WHERE to_day IS NULL AND unit_id=").bind(id)))
        .await?;
    Ok(gone + ended)
}

/// Moves the beginning of an open coverage back to `from`, when the station was accepted earlier than it was noted.
pub(crate) async fn cover_since(tx: &mut Tx, id: UnitId, division: DivisionId, from: Day) -> Result<()> {
    tx.run(
        sql("UPDATE unit_coverage SET from_day=")
            .bind(from)
            .lit(" WHERE unit_id=")
            .bind(id)
            .lit(" AND division_id=")
            .bind(division)
            .lit(" AND to_day IS NULL AND from_day>")
            .bind(from),
    )
    .await?;
    Ok(())
}

/// Stations that serve a township on a day and are not merged or closed: (id, state). Suspended ones come last, and
/// before its neighbours the township's own, which is built while a neighbour still serves the township.
pub(crate) async fn serving(c: &mut Conn, town: DivisionId, day: Day) -> Result<Vec<(UnitId, UnitState)>> {
    c.all(
        sql("SELECT u.id,u.state FROM unit u JOIN unit_coverage c ON c.unit_id=u.id WHERE c.division_id=")
            .bind(town)
            .lit(" AND u.tier='T' AND u.state NOT IN ('merged','closed') AND c.from_day<=")
            .bind(day)
            .lit(" AND (c.to_day IS NULL OR c.to_day>")
            .bind(day)
            .lit(") ORDER BY CASE WHEN u.state='suspended' THEN 1 ELSE 0 END,CASE WHEN u.division_id=")
            .bind(town)
            .lit(" THEN 0 ELSE 1 END,c.from_day,u.id"),
    )
    .await
}

/// Townships of a county that a built station serves on a day; of several stations the one that has served longest is last.
pub(crate) async fn built_by_town(c: &mut Conn, county: DivisionId, day: Day) -> Result<Vec<BuiltBy>> {
    c.all(
        sql("SELECT c.division_id,u.id,u.name,c.from_day,c.why,c.document FROM unit_state s JOIN unit u ON u.id=s.unit_id JOIN unit_coverage c ON c.unit_id=s.unit_id WHERE s.county_id=")
            .bind(county)
            .lit(" AND s.tier='T' AND s.state IN ")
            .list(UnitState::BUILT)
            .lit(" AND s.from_day<=")
            .bind(day)
            .lit(" AND (s.to_day IS NULL OR s.to_day>")
            .bind(day)
            .lit(") AND c.from_day<=")
            .bind(day)
            .lit(" AND (c.to_day IS NULL OR c.to_day>")
            .bind(day)
            .lit(") ORDER BY c.division_id,c.from_day DESC,u.id"),
    )
    .await
}

/// Units that are not over, by county, division and tier.
pub async fn standing(conn: &mut Conn) -> Result<Vec<(DivisionId, DivisionId, Tier, i64)>> {
    conn.all(
        sql("SELECT u.county_id,u.division_id,u.tier,COUNT(*) FROM unit u WHERE u.state NOT IN ")
            .list([UnitState::Merged, UnitState::Closed])
            .lit(" GROUP BY u.county_id,u.division_id,u.tier ORDER BY u.division_id,u.tier"),
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_search_text_is_never_a_pattern() {
        assert_eq!(pattern("鼓楼"), "%鼓楼%");
        assert_eq!(pattern("GL"), "%|gl%");
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
    }
}
