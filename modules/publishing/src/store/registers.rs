//! Reading of the network's registers as of a day, whole areas at once: what the annex and the wall list by township.
//! Aggregates come through the measures instead.

use std::collections::HashMap;
use zw_core::{Day, DivisionId, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_network::model::unit::UnitState;

zw_db::record! {
    /// What a township's sheet says.
    #[derive(Clone, Debug)]
    pub struct SheetRow {
        /// County.
        pub county_id: DivisionId,
        /// Township.
        pub township_id: DivisionId,
        /// 场地落实.
        pub venue_on: Option<Day>,
        /// 招标.
        pub tender_on: Option<Day>,
        /// 签约.
        pub contract_on: Option<Day>,
        /// 人员到岗.
        pub staff_on: Option<Day>,
        /// 资金到位.
        pub funds_on: Option<Day>,
        /// 挂牌.
        pub plaque_on: Option<Day>,
        /// 验收.
        pub accepted_on: Option<Day>,
        /// 预计.
        pub due_on: Option<Day>,
    }
}

impl SheetRow {
    /// Milestones reached by a day, codes of the list `milestone` (and `funding`), in their order.
    pub fn reached(&self, day: Day) -> Vec<&'static str> {
        [
            ("venue", self.venue_on),
            ("tender", self.tender_on),
            ("funding", self.funds_on),
            ("contract", self.contract_on),
            ("staff", self.staff_on),
            ("plaque", self.plaque_on),
            ("acceptance", self.accepted_on),
        ]
        .into_iter()
        .filter(|(_, on)| on.is_some_and(|d| d <= day))
        .map(|(code, _)| code)
        .collect()
    }
}

/// Townships as the registers show them on a day.
#[derive(Debug, Default)]
pub struct Townships {
    /// Built station of a covered township.
    pub built: HashMap<DivisionId, UnitId>,
    /// Sheets by township.
    pub sheets: HashMap<DivisionId, SheetRow>,
    /// Open obstacles by township: code and text.
    pub stuck: HashMap<DivisionId, Vec<(String, String)>>,
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

/// The townships of these counties on a day: three statements, whatever the number of counties.
pub(crate) async fn townships(c: &mut Conn, counties: &[DivisionId], day: Day) -> Result<Townships> {
    let list = || counties.iter().copied();
    let q = sql("SELECT v.division_id,v.unit_id FROM unit_state s JOIN unit_coverage v ON v.unit_id=s.unit_id WHERE s.tier='T' AND s.county_id IN ")
        .list(list())
        .lit(" AND s.state IN ")
        .list(UnitState::BUILT);
    let q = standing(standing(q, "s.from_day", "s.to_day", day), "v.from_day", "v.to_day", day);
    let built: Vec<(DivisionId, UnitId)> = c.all(q.lit(" ORDER BY v.division_id,v.from_day DESC,v.unit_id")).await?;
    let sheets: Vec<SheetRow> = c
        .all(
            sql("SELECT b.county_id,b.township_id,b.venue_on,b.tender_on,b.contract_on,b.staff_on,b.funds_on,b.plaque_on,b.accepted_on,b.due_on FROM build_out b WHERE b.county_id IN ")
                .list(list())
                .lit(" ORDER BY b.township_id"),
        )
        .await?;
    let q = sql("SELECT o.township_id,o.code,o.text FROM obstacle o WHERE o.county_id IN ").list(list());
    let q = standing(q, "o.from_day", "o.to_day", day);
    let stuck: Vec<(DivisionId, String, String)> = c.all(q.lit(" ORDER BY o.township_id,o.from_day,o.id")).await?;
    let mut out = Townships {
        built: built.into_iter().collect(),
        sheets: sheets.into_iter().map(|s| (s.township_id, s)).collect(),
        stuck: HashMap::new(),
    };
    for (town, code, text) in stuck {
        out.stuck.entry(town).or_default().push((code, text));
    }
    Ok(out)
}

/// Stations built on a day: (county, unit, name), by county and name.
pub(crate) async fn built_stations(
    c: &mut Conn,
    counties: &[DivisionId],
    day: Day,
) -> Result<Vec<(DivisionId, UnitId, String)>> {
    let q = sql("SELECT s.county_id,u.id,u.name FROM unit_state s JOIN unit u ON u.id=s.unit_id WHERE s.tier='T' AND s.county_id IN ")
        .list(counties.iter().copied())
        .lit(" AND s.state IN ")
        .list(UnitState::BUILT);
    c.all(standing(q, "s.from_day", "s.to_day", day).lit(" ORDER BY s.county_id,u.name,u.id")).await
}
