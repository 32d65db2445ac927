//! Reading of the network's registers as of a day, whole areas at once: what the annex and the wall list by township.
//! Aggregates come through the measures instead.

use crate::model::lists::Stopped;
use std::collections::HashMap;
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_network::model::sheet::SheetDates;
use zw_network::model::unit::UnitState;

/// Townships as the registers show them on a day.
#[derive(Debug, Default)]
pub struct Townships {
    /// Built station of a covered township.
    pub built: HashMap<DivisionId, UnitId>,
    /// Sheets by township.
    pub sheets: HashMap<DivisionId, SheetDates>,
    /// Open obstacles by township: code and text.
    pub stuck: HashMap<DivisionId, Vec<(String, String)>>,
    /// The station of a township that is not built on that day and not over: its state, since when and why.
    pub stopped: HashMap<DivisionId, Stopped>,
}

fn standing(q: Sql, alias_from: &'static str, alias_to: &'static str, day: Day) -> Sql {
    q.lit(" AND ")
        .lit(alias_from)
        .lit("<=")
        .bind(day)
        .lit(" AND (")
        .lit(alias_to)
        .lit(" IS NULL OR ")
        .lit(alias_to)
        .lit(">")
        .bind(day)
        .lit(")")
}

/// The townships of these counties on a day: four statements, whatever the number of counties.
pub(crate) async fn townships(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<Townships> {
    let list = || counties.iter().copied();
    let q = sql("SELECT v.division_id,v.unit_id FROM unit_state s JOIN unit_coverage v ON v.unit_id=s.unit_id WHERE s.tier='T' AND s.county_id IN ")
        .list(list())
        .lit(" AND s.state IN ")
        .list(UnitState::BUILT);
    let q = standing(standing(q, "s.from_day", "s.to_day", day), "v.from_day", "v.to_day", day);
    let built: Vec<(DivisionId, UnitId)> = c.all(q.lit(" ORDER BY v.division_id,v.from_day DESC,v.unit_id")).await?;
    let sheets = zw_network::store::sheets::dates(c, counties).await?;
    let q = sql("SELECT o.township_id,o.code,o.text FROM obstacle o WHERE o.county_id IN ").list(list());
    let q = standing(q, "o.from_day", "o.to_day", day);
    let stuck: Vec<(DivisionId, String, String)> = c.all(q.lit(" ORDER BY o.township_id,o.from_day,o.id")).await?;
    // Why a station is in its state is known of the state it is in now.
    let q = sql("SELECT v.division_id,s.state,s.from_day,CASE WHEN u.state=s.state THEN u.state_reason END FROM unit_state s JOIN unit_coverage v ON v.unit_id=s.unit_id JOIN unit u ON u.id=s.unit_id WHERE s.tier='T' AND s.county_id IN ")
        .list(list())
        .lit(" AND s.state NOT IN ")
        .list(UnitState::ALL.iter().copied().filter(|s| s.is_built() || s.is_final()));
    let q = standing(standing(q, "s.from_day", "s.to_day", day), "v.from_day", "v.to_day", day);
    let stopped: Vec<(DivisionId, UnitState, Day, Option<String>)> =
        c.all(q.lit(" ORDER BY v.division_id,s.from_day,v.unit_id")).await?;
    let mut out = Townships {
        built: built.into_iter().collect(),
        sheets: sheets.into_iter().map(|s| (s.township_id, s)).collect(),
        stuck: HashMap::new(),
        stopped: stopped.into_iter().map(|(town, state, since, why)| (town, Stopped { state, since, why })).collect(),
    };
    for (town, code, text) in stuck {
        out.stuck.entry(town).or_default().push((code, text));
    }
    Ok(out)
}

/// Stations that serve a township of a county on a day, in whatever state but an ended one: (unit, name, state), by name.
pub(crate) async fn stations_of_town(
    c: &mut Conn,
    (county, town): (DivisionId, DivisionId),
    day: Day,
) -> Result<Vec<(UnitId, String, UnitState)>> {
    let ended = UnitState::ALL.iter().copied().filter(|s| s.is_final());
    let q = sql("SELECT u.id,u.name,s.state FROM unit_state s JOIN unit_coverage v ON v.unit_id=s.unit_id JOIN unit u ON u.id=s.unit_id WHERE s.tier='T' AND s.county_id=")
        .bind(county)
        .lit(" AND v.division_id=")
        .bind(town)
        .lit(" AND s.state NOT IN ")
        .list(ended);
    let q = standing(standing(q, "s.from_day", "s.to_day", day), "v.from_day", "v.to_day", day);
    c.all(q.lit(" ORDER BY u.name,u.id")).await
}
