//! Units as pages and API show them, and what a list is filtered by.

use super::{Mode, Tier, Unit, UnitState};
use crate::model::history::Stretch;
use serde::{Deserialize, Serialize};
use zw_core::code::Code as _;
use zw_core::tree::View;
use zw_core::{Day, DivisionId, Stamp, UnitId};

/// A unit as pages and API show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct UnitOut {
    /// Id.
    pub id: UnitId,
    /// Tier: X, T or V.
    pub tier: Tier,
    /// Name.
    pub name: String,
    /// County.
    pub county_id: DivisionId,
    /// Its name.
    pub county: String,
    /// Division it stands for.
    pub division_id: DivisionId,
    /// Its name with its parents' names.
    pub division: String,
    /// Township it stands in.
    pub town_id: Option<DivisionId>,
    /// Operating mode.
    pub mode: Mode,
    /// State now.
    pub state: UnitState,
    /// Whether it counts as built.
    pub built: bool,
    /// Why it is in that state.
    pub state_reason: Option<String>,
    /// 挂牌日.
    pub plaque_on: Option<Day>,
    /// 启用日.
    pub opened_on: Option<Day>,
    /// Address.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Host.
    pub host: Option<String>,
    /// Version.
    pub version: i64,
    /// Last change.
    pub updated_at: Stamp,
}

impl UnitOut {
    /// With the names of a day's map.
    pub fn of(u: Unit, view: &View) -> Self {
        Self {
            county: view.get(u.county_id).map(|d| d.name.clone()).unwrap_or_default(),
            division: view.path_name(u.division_id),
            built: u.state.is_built(),
            id: u.id,
            tier: u.tier,
            name: u.name,
            county_id: u.county_id,
            division_id: u.division_id,
            town_id: u.town_id,
            mode: u.mode,
            state: u.state,
            state_reason: u.state_reason,
            plaque_on: u.plaque_on,
            opened_on: u.opened_on,
            address: u.address,
            phone: u.phone,
            host: u.host,
            version: u.version,
            updated_at: u.updated_at,
        }
    }
}

/// A unit with its past and the divisions it serves.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct UnitFile {
    /// The unit.
    pub unit: UnitOut,
    /// States, oldest first.
    pub history: Vec<Stretch>,
    /// Divisions served.
    pub coverage: Vec<CoverageOut>,
    /// States this reader may move it to.
    pub steps: Vec<UnitState>,
}

/// A division served, with its name.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CoverageOut {
    /// The division.
    pub division: DivisionId,
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
}

/// What a list of units is filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(default)]
pub struct UnitQuery {
    /// Tier: X, T or V.
    pub tier: Option<String>,
    /// State code, or `built`.
    pub state: Option<String>,
    /// County id.
    #[serde(deserialize_with = "number")]
    #[schemars(with = "Option<i64>")]
    pub county: Option<i64>,
    /// Name or pinyin initials.
    pub q: Option<String>,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, 1–200.
    pub size: Option<i64>,
}

/// An optional number of a query string; an empty text is none.
fn number<'de, D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Option<i64>, D::Error> {
    Ok(Option::<String>::deserialize(d)?.and_then(|t| t.trim().parse().ok()))
}

impl UnitQuery {
    /// States asked for; empty for all.
    pub fn states(&self) -> Vec<UnitState> {
        match self.state.as_deref() {
            Some("built") => UnitState::BUILT.to_vec(),
            Some(code) => UnitState::from_code(code).into_iter().collect(),
            None => vec![],
        }
    }
}
