//! A sheet as pages and API show it.

use super::{Attempt, Keeper, Obstacle};
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
    /// The built station that serves the township without an acceptance on this sheet.
    pub covered_by: Option<CoveredBy>,
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
    /// The last 复验 that passed.
    pub reinspected_on: Option<Day>,
    /// First day of the present round of building, where an earlier station has ended.
    pub round_from: Option<Day>,
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
    /// What is unusual about the order of the milestones and was confirmed: `tender:skipped`, `plaque:early`.
    pub unusual: Vec<String>,
    /// Who confirmed it.
    pub unusual_by: Option<String>,
    /// On which day.
    pub unusual_on: Option<Day>,
    /// Obstacles, open ones first.
    pub obstacles: Vec<Obstacle>,
    /// Every time a station was put to the acceptance, newest first; with a single sheet only.
    pub attempts: Vec<AttemptOut>,
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

/// A built station that serves a township which has no acceptance of its own.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct CoveredBy {
    /// The station.
    pub unit_id: UnitId,
    /// Its name.
    pub unit: String,
    /// First day.
    pub from: Day,
    /// Why, where the county decided it.
    pub why: Option<String>,
    /// By which document.
    pub document: Option<String>,
}

zw_db::record! {
    /// A township that a built station serves on a day, since when and how that was decided.
    #[derive(Clone, Debug)]
    pub struct BuiltBy {
        /// The township.
        pub division_id: DivisionId,
        /// The station.
        pub id: UnitId,
        /// Its name.
        pub name: String,
        /// First day.
        pub from_day: Day,
        /// Why, where the county decided it.
        pub why: Option<String>,
        /// By which document.
        pub document: Option<String>,
    }
}

impl From<&BuiltBy> for CoveredBy {
    fn from(b: &BuiltBy) -> Self {
        Self { unit_id: b.id, unit: b.name.clone(), from: b.from_day, why: b.why.clone(), document: b.document.clone() }
    }
}

/// One time a station was put to the acceptance, as pages and API show it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct AttemptOut {
    /// Day.
    pub held_on: Day,
    /// 复验, after rectifying.
    pub again: bool,
    /// Whether it passed.
    pub passed: bool,
    /// Groups that lacked: venue, staff, service.
    pub lacked: Vec<String>,
    /// What was said about it.
    pub reason: Option<String>,
    /// The day the station it accepted ended for good.
    pub ended_on: Option<Day>,
    /// Why it does not count: it was recorded by mistake.
    pub withdrawn: Option<String>,
    /// When it was recorded.
    pub recorded_at: Stamp,
    /// By whom.
    pub recorded_by: String,
}

impl From<Attempt> for AttemptOut {
    fn from(a: Attempt) -> Self {
        Self {
            held_on: a.held_on,
            again: a.again,
            passed: a.passed,
            lacked: a.lacked.split(',').filter(|g| !g.is_empty()).map(str::to_owned).collect(),
            reason: a.reason,
            ended_on: a.ended_on,
            withdrawn: a.withdrawn,
            recorded_at: a.created_at,
            recorded_by: a.created_by,
        }
    }
}
