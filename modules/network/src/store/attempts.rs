//! Acceptances and every other time a station was put to one.

use crate::model::sheet::{Attempt, BuildOut};
use crate::model::unit::Unit;
use zw_core::{Day, Result};
use zw_db::{Conn, Tx, Val, sql, val};

/// The columns of a row.
pub(super) fn columns(a: &Attempt) -> Vec<(&'static str, Val)> {
    vec![
        ("id", val(a.id)),
        ("build_out_id", val(a.build_out_id)),
        ("county_id", val(a.county_id)),
        ("township_id", val(a.township_id)),
        ("unit_id", val(a.unit_id)),
        ("again", val(a.again)),
        ("held_on", val(a.held_on)),
        ("passed", val(a.passed)),
        ("lacked", val(&a.lacked)),
        ("reason", val(a.reason.clone())),
        ("begun_on", val(a.begun_on)),
        ("ended_on", val(a.ended_on)),
        ("withdrawn", val(a.withdrawn.clone())),
        ("created_at", val(a.created_at)),
        ("created_by", val(&a.created_by)),
    ]
}

/// All of a sheet, newest first.
pub(crate) async fn of_sheet(c: &mut Conn, b: &BuildOut) -> Result<Vec<Attempt>> {
    let q = sql("SELECT a.* FROM acceptance a WHERE a.build_out_id=").bind(b.id);
    c.all(q.lit(" ORDER BY a.held_on DESC,a.created_at DESC,a.id DESC")).await
}

/// What a station passed and what stands of it, acceptances and 复验 on whichever sheet, newest first. Mistakes are none,
/// and neither is what ended with the station.
pub(crate) async fn of_unit(c: &mut Conn, u: &Unit) -> Result<Vec<Attempt>> {
    let q = sql("SELECT a.* FROM acceptance a WHERE a.county_id=").bind(u.county_id).lit(" AND a.unit_id=").bind(u.id);
    let q = q.lit(" AND a.passed AND a.withdrawn IS NULL AND a.ended_on IS NULL");
    c.all(q.lit(" ORDER BY a.held_on DESC,a.created_at DESC,a.id DESC")).await
}

/// The last day on which a station passed anything that stands.
pub(crate) async fn last_passed(c: &mut Conn, u: &Unit) -> Result<Option<Day>> {
    Ok(of_unit(c, u).await?.first().map(|a| a.held_on))
}

pub(crate) async fn add(tx: &mut Tx, a: &Attempt) -> Result<()> {
    tx.run(super::insert("acceptance", columns(a))).await?;
    Ok(())
}

/// Takes back the pass of a day at a station with the reason: a sheet's acceptance, or (`again`) the 复验 of the station,
/// on whichever of its sheets it was recorded. Whether there was one.
pub(crate) async fn withdraw(tx: &mut Tx, b: &BuildOut, u: &Unit, again: bool, on: Day, why: &str) -> Result<bool> {
    let q = sql("UPDATE acceptance SET withdrawn=")
        .bind(why)
        .lit(" WHERE county_id=")
        .bind(u.county_id)
        .lit(" AND unit_id=")
        .bind(u.id)
        .when(!again, |q| q.lit(" AND build_out_id=").bind(b.id))
        .lit(" AND again=")
        .bind(again)
        .lit(" AND held_on=")
        .bind(on)
        .lit(" AND passed AND withdrawn IS NULL AND ended_on IS NULL");
    Ok(tx.run(q).await? > 0)
}

/// The last 复验 that counts for an accepted sheet, on whichever sheet of its station it was recorded.
pub(crate) async fn inspected_on(c: &mut Conn, b: &BuildOut) -> Result<Option<Day>> {
    let q = sql("SELECT MAX(a.held_on) FROM acceptance a WHERE a.county_id=")
        .bind(b.county_id)
        .lit(" AND (a.build_out_id=")
        .bind(b.id)
        .lit(" OR a.unit_id=")
        .bind(b.unit_id)
        .lit(") AND a.again AND a.passed AND a.withdrawn IS NULL AND a.held_on>=");
    c.scalar(q.bind(b.accepted_on)).await
}

/// The station of a sheet ended for good on a day: the acceptance keeps when its building began.
pub(crate) async fn end(tx: &mut Tx, b: &BuildOut, begun: Option<Day>, on: Day) -> Result<()> {
    let q = sql("UPDATE acceptance SET begun_on=")
        .bind(begun)
        .lit(",ended_on=")
        .bind(on)
        .lit(" WHERE build_out_id=")
        .bind(b.id)
        .lit(" AND passed AND NOT again AND withdrawn IS NULL AND ended_on IS NULL");
    tx.run(q).await?;
    Ok(())
}
