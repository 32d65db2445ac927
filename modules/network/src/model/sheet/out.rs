//! A sheet as pages and API show it.

use super::{Keeper, Obstacle};
use crate::model::unit::UnitState;
use serde::Serialize;
use zw_core::{Day, DivisionId, Stamp, UnitId};

/// A sheet as pages and API show it; a township without a sheet yet has version 0.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct SheetOut {
    /// Township.
    pub township_id: DivisionId,
    /// Its name.
    pub township: String,
    /// County.
    pub county_id: DivisionId,
    /// Its name.
    pub county: String,
    /// Who keeps it.
    pub kept_by: Keeper,
    /// Station, once there is one.
    pub unit_id: Option<UnitId>,
    /// Its name.
    pub unit: Option<String>,
    /// Its state.
    pub unit_state: Option<UnitState>,
    /// Whether the township has a built station.
    pub built: bool,
    /// 场地落实.
    pub venue_on: Option<Day>,
    /// 招标.
    pub tender_on: Option<Day>,
    /// 签约.
    pub contract_on: Option<Day>,
    /// 人员到岗.
    pub staff_on: Option<Day>,
    /// 挂牌.
    pub plaque_on: Option<Day>,
    /// 验收.
    pub accepted_on: Option<Day>,
    /// 资金到位.
    pub funds_on: Option<Day>,
    /// Group 有场地 passed.
    pub accept_venue: bool,
    /// Group 有人员 passed.
    pub accept_staff: bool,
    /// Group 有服务 passed.
    pub accept_service: bool,
    /// 预计.
    pub due_on: Option<Day>,
    /// Line of text.
    pub note: Option<String>,
    /// Obstacles, open ones first.
    pub obstacles: Vec<Obstacle>,
    /// State against its own due date: done, on_course, behind, overdue, no_data.
    #[schemars(with = "String")]
    pub status: zw_ui::Status,
    /// Version; 0 when the sheet is not open yet.
    pub version: i64,
    /// Last change.
    pub updated_at: Option<Stamp>,
    /// Who changed it.
    pub updated_by: String,
}
