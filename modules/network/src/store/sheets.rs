//! Build-out sheets and their obstacles.

use crate::model::sheet::{BuildOut, Obstacle, SheetDates};
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Error, ObstacleId, Result, UnitId};
use zw_db::{Conn, Tx, sql, val};

/// The sheets of a county in the permit.
pub(crate) async fn of_county(c: &mut Conn, permit: &Permit<BuildOut>, county: DivisionId) -> Result<Vec<BuildOut>> {
    let q = permit.within(sql("SELECT b.* FROM build_out b WHERE b.county_id=").bind(county));
    c.all(q.lit(" ORDER BY b.township_id")).await
}

/// The sheet of a township, if it is open.
pub(crate) async fn of_town(c: &mut Conn, permit: &Permit<BuildOut>, town: DivisionId) -> Result<Option<BuildOut>> {
    c.one(permit.within(sql("SELECT b.* FROM build_out b WHERE b.township_id=").bind(town))).await
}

/// The sheets a station stands on.
pub(crate) async fn of_unit(c: &mut Conn, permit: &Permit<BuildOut>, unit: UnitId) -> Result<Vec<BuildOut>> {
    let q = permit.within(sql("SELECT b.* FROM build_out b WHERE b.unit_id=").bind(unit));
    c.all(q.lit(" ORDER BY b.township_id")).await
}

/// The day of the plaque on the sheets of standing stations.
pub(crate) async fn plaques(c: &mut Conn, units: &[UnitId]) -> Result<Vec<(UnitId, Day)>> {
    if units.is_empty() {
        return Ok(vec![]);
    }
    let q = sql(
        "SELECT u.id,b.plaque_on FROM unit u JOIN build_out b ON b.township_id=u.division_id WHERE b.plaque_on IS NOT NULL AND (b.unit_id IS NULL OR b.unit_id=u.id) AND u.id IN ",
    );
    c.all(q.list(units.iter().copied())).await
}

/// What a reading of [`SheetDates`] selects; the alias of the table is `b`.
pub(crate) const DATES: &str = "SELECT b.county_id,b.township_id,b.venue_on,b.tender_on,b.contract_on,b.staff_on,b.plaque_on,b.accepted_on,b.funds_on,b.due_on,b.round_from FROM build_out b WHERE ";

/// The dates of the sheets of some counties, for the wall and the annexes: no notes, no names, no permit.
pub async fn dates(c: &mut Conn, counties: &[DivisionId]) -> Result<Vec<SheetDates>> {
    c.all(sql(DATES).lit("b.county_id IN ").list(counties.iter().copied()).lit(" ORDER BY b.township_id")).await
}

/// Opens a sheet; somebody else may have opened it first.
pub(crate) async fn open(tx: &mut Tx, b: &BuildOut) -> Result<()> {
    let mut columns = b.written();
    columns.push(("id", val(b.id)));
    columns.push(("county_id", val(b.county_id)));
    columns.push(("township_id", val(b.township_id)));
    columns.push(("created_at", val(b.updated_at)));
    tx.run(super::insert("build_out", columns).lit(" ON CONFLICT(township_id) DO NOTHING")).await?;
    Ok(())
}

/// Saves a changed sheet if nobody else did since; `Conflict` with the standing version otherwise.
pub(crate) async fn save(tx: &mut Tx, permit: &Permit<BuildOut>, b: &BuildOut) -> Result<()> {
    let q = super::update("UPDATE build_out AS b", b.written())
        .lit(" WHERE b.id=")
        .bind(b.id)
        .lit(" AND b.version=")
        .bind(b.version - 1);
    if tx.run(permit.within(q)).await? == 0 {
        let now = of_town(tx, permit, b.township_id).await?.ok_or(Error::NotFound)?;
        return Err(conflict(&now));
    }
    Ok(())
}

/// What stands now, for the editor who came second.
pub(crate) fn conflict(now: &BuildOut) -> Error {
    let day = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
    Error::Conflict {
        current: vec![
            ("version".into(), now.version.to_string()),
            ("updated_by".into(), now.updated_by.clone()),
            ("updated_at".into(), now.updated_at.minute_cn()),
            ("venue_on".into(), day(now.venue_on)),
            ("tender_on".into(), day(now.tender_on)),
            ("contract_on".into(), day(now.contract_on)),
            ("staff_on".into(), day(now.staff_on)),
            ("plaque_on".into(), day(now.plaque_on)),
            ("funds_on".into(), day(now.funds_on)),
            ("due_on".into(), day(now.due_on)),
            ("note".into(), now.note.clone().unwrap_or_default()),
            ("kept_by".into(), now.kept_by.code().into()),
            ("accepted_on".into(), day(now.accepted_on)),
        ],
    }
}

/// Obstacles of a county's sheets, open ones first, newest first.
pub(crate) async fn obstacles_of_county(
    c: &mut Conn,
    permit: &Permit<BuildOut>,
    county: DivisionId,
) -> Result<Vec<Obstacle>> {
    let q = permit.within(
        sql("SELECT o.* FROM obstacle o JOIN build_out b ON b.id=o.build_out_id WHERE o.county_id=").bind(county),
    );
    c.all(q.lit(" ORDER BY CASE WHEN o.to_day IS NULL THEN 0 ELSE 1 END,o.from_day DESC,o.id")).await
}

/// Obstacles of one sheet, open ones first, newest first.
pub(crate) async fn obstacles(c: &mut Conn, b: &BuildOut) -> Result<Vec<Obstacle>> {
    c.all(
        sql("SELECT o.* FROM obstacle o WHERE o.build_out_id=")
            .bind(b.id)
            .lit(" ORDER BY CASE WHEN o.to_day IS NULL THEN 0 ELSE 1 END,o.from_day DESC,o.id"),
    )
    .await
}

pub(crate) async fn add_obstacle(tx: &mut Tx, b: &BuildOut, o: &Obstacle) -> Result<()> {
    let columns = vec![
        ("id", val(o.id)),
        ("build_out_id", val(b.id)),
        ("county_id", val(b.county_id)),
        ("township_id", val(b.township_id)),
        ("code", val(o.code)),
        ("text", val(&o.text)),
        ("from_day", val(o.from_day)),
        ("to_day", val(o.to_day)),
    ];
    tx.run(super::insert("obstacle", columns)).await?;
    Ok(())
}

/// Ends an open obstacle; whether there was one.
pub(crate) async fn close_obstacle(tx: &mut Tx, b: &BuildOut, id: ObstacleId, on: Day) -> Result<bool> {
    let q = sql("UPDATE obstacle SET to_day=")
        .bind(on)
        .lit(" WHERE to_day IS NULL AND id=")
        .bind(id)
        .lit(" AND build_out_id=")
        .bind(b.id);
    Ok(tx.run(q).await? > 0)
}
