//! Bulk loaders for the demo and the benchmark's nation: rows as they are, without use cases. The caller commits with
//! one audit event for the whole load.

use crate::model::history::Stretch;
use crate::model::plan::Target;
use crate::model::sheet::{Attempt, BuildOut, Obstacle};
use crate::model::unit::gap::GapNote;
use crate::model::unit::{Coverage, Unit};
use zw_core::{AcceptanceId, DivisionId, Result};
use zw_db::{Conn, Val, val};

/// A unit with its past and the divisions it serves. `unit.state` must be the state of the last stretch.
#[derive(Clone, Debug)]
pub struct SeedUnit {
    /// The unit.
    pub unit: Unit,
    /// Its states, oldest first, without gaps.
    pub history: Vec<Stretch>,
    /// Divisions served.
    pub coverage: Vec<Coverage>,
}

async fn models(c: &mut Conn, table: &'static str, rows: Vec<Vec<(&'static str, Val)>>) -> Result<u64> {
    let Some(first) = rows.first() else { return Ok(0) };
    let columns: Vec<&'static str> = first.iter().map(|(name, _)| *name).collect();
    let values: Vec<Vec<Val>> = rows.into_iter().map(|r| r.into_iter().map(|(_, v)| v).collect()).collect();
    c.bulk(table, &columns, &values, "").await
}

/// Units with their states and coverage. A unit merged into or standing under another must come after it.
pub async fn units(c: &mut Conn, list: &[SeedUnit]) -> Result<()> {
    let rows = list.iter().map(|s| {
        let mut row = s.unit.written();
        row.push(("id", val(s.unit.id)));
        row.push(("created_at", val(s.unit.updated_at)));
        row
    });
    models(c, "unit", rows.collect()).await?;
    let states: Vec<_> =
        list.iter().flat_map(|s| s.history.iter().map(|h| super::units::state_row(&s.unit, h))).collect();
    c.bulk("unit_state", &super::units::STATE, &states, "").await?;
    let cover: Vec<_> = list
        .iter()
        .flat_map(|s| s.coverage.iter().map(|k| vec![val(s.unit.id), val(k.division), val(k.from), val(k.to)]))
        .collect();
    c.bulk("unit_coverage", &["unit_id", "division_id", "from_day", "to_day"], &cover, "").await?;
    Ok(())
}

/// What counties say of stations without staff.
pub async fn gaps(c: &mut Conn, list: &[GapNote]) -> Result<u64> {
    let rows: Vec<_> = list.iter().map(super::gaps::row).collect();
    c.bulk("staff_gap", &super::gaps::COLUMNS, &rows, "").await
}

/// Build-out sheets; an accepted one with its acceptance, whose id is the sheet's. `version` must be at least 1.
pub async fn sheets(c: &mut Conn, list: &[BuildOut]) -> Result<()> {
    let rows = list.iter().map(|b| {
        let mut row = b.written();
        row.push(("id", val(b.id)));
        row.push(("county_id", val(b.county_id)));
        row.push(("township_id", val(b.township_id)));
        row.push(("created_at", val(b.updated_at)));
        row
    });
    models(c, "build_out", rows.collect()).await?;
    let passed: Vec<Attempt> = list
        .iter()
        .filter_map(|b| {
            Some(Attempt {
                id: AcceptanceId(b.id.0),
                build_out_id: b.id,
                county_id: b.county_id,
                township_id: b.township_id,
                unit_id: b.unit_id,
                again: false,
                held_on: b.accepted_on?,
                passed: true,
                lacked: String::new(),
                reason: None,
                begun_on: None,
                ended_on: None,
                withdrawn: None,
                created_at: b.updated_at,
                created_by: b.updated_by.clone(),
            })
        })
        .collect();
    attempts(c, &passed).await
}

/// Acceptances that did not pass, or more than the one of each accepted sheet.
pub async fn attempts(c: &mut Conn, list: &[Attempt]) -> Result<()> {
    models(c, "acceptance", list.iter().map(super::attempts::columns).collect()).await?;
    Ok(())
}

/// Obstacles with the county of their sheet.
pub async fn obstacles(c: &mut Conn, list: &[(DivisionId, Obstacle)]) -> Result<()> {
    let rows: Vec<_> = list
        .iter()
        .map(|(county, o)| {
            vec![
                val(o.id),
                val(o.build_out_id),
                val(*county),
                val(o.township_id),
                val(o.code),
                val(&o.text),
                val(o.from_day),
                val(o.to_day),
            ]
        })
        .collect();
    let columns = &["id", "build_out_id", "county_id", "township_id", "code", "text", "from_day", "to_day"];
    c.bulk("obstacle", columns, &rows, "").await?;
    Ok(())
}

/// Targets.
pub async fn targets(c: &mut Conn, list: &[Target]) -> Result<()> {
    let rows: Vec<_> = list
        .iter()
        .map(|t| {
            vec![
                val(t.id),
                val(t.division_id),
                val(&t.measure),
                val(t.due_on),
                val(t.value),
                val(t.phase),
                val(&t.set_by),
                val(t.set_level),
                val(t.created_at),
            ]
        })
        .collect();
    let columns = &["id", "division_id", "measure", "due_on", "value", "phase", "set_by", "set_level", "created_at"];
    c.bulk("target", columns, &rows, "").await?;
    Ok(())
}
