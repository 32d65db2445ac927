//! The lists of a snapshot: what is unconfirmed, late, unreported, unbuilt, corrected since the last freeze.

use super::snapshot::LateDifference;
use serde::{Deserialize, Serialize};
use zw_core::deadline::Timeliness;
use zw_core::{Day, Stamp, UnitId};
use zw_network::model::unit::UnitState;

/// A county whose figures were not confirmed although it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Unconfirmed {
    /// County.
    pub division: i64,
    /// Its code.
    pub code: String,
    /// City and county.
    pub name: String,
    /// `no_report`: the week's report was not confirmed; `changed`: the registers changed since it was.
    pub reason: UnconfirmedReason,
    /// The week it was asked to confirm.
    #[serde(default)]
    pub week: Option<String>,
    /// 时效 of that week's report when the snapshot was taken: before the deadline nobody is late.
    #[serde(default)]
    pub timeliness: Option<Timeliness>,
    /// The last week it confirmed.
    pub last_week: Option<String>,
    /// When.
    pub confirmed_at: Option<Stamp>,
    /// For `changed`: the figures that are not what the county confirmed.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// A figure that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    /// Measure.
    pub key: String,
    /// What was confirmed or frozen.
    pub before: i64,
    /// What it is.
    pub now: i64,
}

zw_core::codes! {
    /// Why a county's figures are unconfirmed.
    pub enum UnconfirmedReason {
        /// 本周未确认.
        NoReport = "no_report",
        /// 确认后有变动.
        Changed = "changed",
    }
}

/// A county's weekly or a station's monthly report that came late, or did not come within the grace: by its 时效
/// when the snapshot was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Overdue {
    /// County.
    pub division: i64,
    /// Its code.
    pub code: String,
    /// City and county.
    pub name: String,
    /// The station, of a monthly report.
    pub unit: Option<UnitId>,
    /// Its name.
    pub unit_name: Option<String>,
    /// Period key.
    pub period: String,
    /// `late` or `missing`.
    pub timeliness: Timeliness,
    /// When it came, if it did.
    pub sent_at: Option<Stamp>,
}

/// A station without an approved monthly report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Unreported {
    /// Station.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// City and county.
    pub county: String,
    /// Code of the county.
    #[serde(default)]
    pub county_code: String,
    /// State of its report: `none`, `draft`, `submitted`, `returned`; approved and more where the county did not pass on.
    pub state: String,
}

/// A county in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct County {
    /// Division.
    pub division: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A counted township without a built station, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Gap {
    /// Township.
    pub division: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// City and county.
    pub county: String,
    /// Code of the county.
    pub county_code: String,
    /// How far it is.
    pub stage: Stage,
    /// Milestones reached, codes of the list `milestone`.
    pub reached: Vec<String>,
    /// Open obstacles: code and text.
    pub obstacles: Vec<(String, String)>,
    /// When the county expects acceptance.
    pub due_on: Option<Day>,
    /// Of a township that was accepted: what its station is now. None where it is over, and in snapshots that were taken
    /// before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

/// A station that was accepted and is not built any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Stopped {
    /// Its state.
    pub state: UnitState,
    /// Since when.
    pub since: Day,
    /// Why, as the county said it.
    pub why: Option<String>,
}

zw_core::codes! {
    /// How far a township without a built station is.
    pub enum Stage {
        /// 未启动: no sheet, or nothing on it.
        NotBegun = "not_begun",
        /// 筹建: at least one milestone.
        Preparing = "preparing",
        /// 已挂牌未验收: a plaque makes no station.
        Plaque = "plaque",
        /// 已验收, 现不在运营: accepted once, its station is suspended or gone.
        Stopped = "stopped",
    }
}

/// What became of the months frozen before (domain.md 7: a correction is shown in the next issue with its reason, never
/// silently rewritten).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Corrections {
    /// The frozen month before.
    pub period: Option<String>,
    /// 更正: reports of frozen months that were corrected and approved since that freeze.
    pub amended: Vec<Amended>,
    /// 补报: stations whose report of a frozen month began to count after that freeze, of the frozen month before and of
    /// older ones.
    #[serde(default)]
    pub supplied: Vec<Supplied>,
    /// 补录差额 of the frozen month before: counted again when this snapshot was taken.
    pub late: Vec<LateDifference>,
}

impl Corrections {
    /// The month that a station supplied.
    pub fn month<'a>(&'a self, s: &'a Supplied) -> &'a str {
        s.period.as_deref().or(self.period.as_deref()).unwrap_or_default()
    }
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.amended.is_empty() && self.supplied.is_empty() && self.late.iter().all(|d| d.difference == 0)
    }
}

/// A station that supplied its report of a frozen month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Supplied {
    /// The month. None in snapshots of before it was told: then the frozen month before.
    #[serde(default)]
    pub period: Option<String>,
    /// City and county.
    pub county: String,
    /// Code of the county.
    pub county_code: String,
    /// Station.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
}

/// A corrected report of a frozen month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Amended {
    /// City and county.
    pub county: String,
    /// Code of the county.
    pub county_code: String,
    /// Station.
    pub name: String,
    /// Its month.
    pub period: String,
    /// Why.
    pub reason: String,
    /// Cells that differ: as frozen, and as corrected.
    pub changes: Vec<Change>,
}
