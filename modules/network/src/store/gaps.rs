//! What counties say of stations without staff, and who may look after their people.

use crate::model::unit::gap::GapNote;
use crate::model::unit::{Tier, Unit, UnitState};
use std::collections::HashMap;
use zw_access::Permit;
use zw_core::{DivisionId, Error, Result, UnitId};
use zw_db::{Conn, Tx, Val, sql, val};

/// Columns of a note.
pub(super) const COLUMNS: [&str; 9] =
    ["unit_id", "county_id", "cause", "text", "noted_on", "caretaker_id", "version", "updated_at", "updated_by"];

/// A note in the order of `COLUMNS`.
pub(super) fn row(n: &GapNote) -> Vec<Val> {
    vec![
        val(n.unit_id),
        val(n.county_id),
        val(n.cause),
        val(n.text.clone()),
        val(n.noted_on),
        val(n.caretaker_id),
        val(n.version),
        val(n.updated_at),
        val(&n.updated_by),
    ]
}

/// The notes of some stations; whoever asks holds a permit for them.
pub(crate) async fn notes(c: &mut Conn, units: &[UnitId]) -> Result<HashMap<UnitId, GapNote>> {
    let found: Vec<GapNote> =
        c.all(sql("SELECT g.* FROM staff_gap g WHERE g.unit_id IN ").list(units.iter().copied())).await?;
    Ok(found.into_iter().map(|n| (n.unit_id, n)).collect())
}

/// Saves a note if nobody else did since; `false` if somebody did.
pub(crate) async fn save(tx: &mut Tx, n: &GapNote) -> Result<bool> {
    if n.version == 1 {
        let added = tx.bulk("staff_gap", &COLUMNS, &[row(n)], " ON CONFLICT DO NOTHING").await?;
        return Ok(added > 0);
    }
    let q = sql("UPDATE staff_gap SET cause=")
        .bind(n.cause)
        .lit(",text=")
        .bind(n.text.clone())
        .lit(",noted_on=")
        .bind(n.noted_on)
        .lit(",caretaker_id=")
        .bind(n.caretaker_id)
        .lit(",version=")
        .bind(n.version)
        .lit(",updated_at=")
        .bind(n.updated_at)
        .lit(",updated_by=")
        .bind(&n.updated_by)
        .lit(" WHERE unit_id=")
        .bind(n.unit_id)
        .lit(" AND version=")
        .bind(n.version - 1);
    Ok(tx.run(q).await? > 0)
}

/// A unit that can look after the people of a station: its county, its id, its tier, its name.
pub(crate) type Offered = (DivisionId, UnitId, Tier, String);

/// Units of some counties that can look after the people of a station: built centres and stations, centres first.
pub(crate) async fn caretakers(c: &mut Conn, counties: &[DivisionId]) -> Result<Vec<Offered>> {
    c.all(
        sql("SELECT u.county_id,u.id,u.tier,u.name FROM unit u WHERE u.county_id IN ")
            .list(counties.iter().copied())
            .lit(" AND u.tier IN ")
            .list([Tier::Centre, Tier::Station])
            .lit(" AND u.state IN ")
            .list(UnitState::BUILT)
            .lit(" ORDER BY CASE WHEN u.tier='X' THEN 0 ELSE 1 END,u.division_id,u.id"),
    )
    .await
}

/// Stations in the permit, by id.
pub(crate) async fn stations(c: &mut Conn, permit: &Permit<Unit>, ids: &[UnitId]) -> Result<Vec<Unit>> {
    let q = sql("SELECT u.* FROM unit u WHERE u.id IN ").list(ids.iter().copied());
    c.all(permit.within(q).lit(" ORDER BY u.county_id,u.division_id,u.id")).await
}

/// Stations in the permit that are suspended because nobody was on post.
pub(crate) async fn suspended(c: &mut Conn, permit: &Permit<Unit>) -> Result<Vec<Unit>> {
    let q = sql(
        "SELECT u.* FROM unit u WHERE u.state='suspended' AND EXISTS(SELECT 1 FROM unit_state s WHERE s.unit_id=u.id AND s.to_day IS NULL AND s.cause='staff_gap')",
    );
    c.all(permit.within(q).lit(" ORDER BY u.county_id,u.division_id,u.id")).await
}

/// What stands now, for the editor who came second.
pub(crate) fn conflict(now: Option<&GapNote>) -> Error {
    let current = now.map(|n| {
        let code = n.cause.map(|c| zw_core::code::Code::code(c).to_owned());
        vec![
            ("version".to_owned(), n.version.to_string()),
            ("cause".to_owned(), code.unwrap_or_default()),
            ("text".to_owned(), n.text.clone().unwrap_or_default()),
            ("updated_by".to_owned(), n.updated_by.clone()),
            ("updated_at".to_owned(), n.updated_at.minute_cn()),
        ]
    });
    Error::Conflict { current: current.unwrap_or_default() }
}
