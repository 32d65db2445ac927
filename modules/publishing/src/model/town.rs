//! A township of the wall, opened: what its tile is made of. No names of persons.

use super::wall::Basis;
use serde::{Deserialize, Serialize};
use zw_core::{Day, Stamp, UnitId};
use zw_indicators::{Cell, keys};
use zw_ui::Status;

/// Which township, when, which figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TownQuery {
    /// Division id of the township.
    pub area: Option<String>,
    /// As of this day; today by default.
    pub as_of: Option<String>,
    /// `confirmed` or `live`, as on the wall.
    pub basis: Option<String>,
}

/// Figures of a township, with what they are a part of: keys of the wall's strip.
pub const TOWN_FIGURES: [(&str, &str, Option<&str>); 5] = [
    (keys::STATIONS_BUILT, keys::STATIONS_BUILT, None),
    (keys::POSTED_WORKERS, keys::POSTED_WORKERS, None),
    (keys::CERTIFIED_WORKERS, keys::CERTIFIED_WORKERS, None),
    (keys::VILLAGE_ROOMS, keys::VILLAGE_ROOMS, None),
    ("coverage_village", keys::VILLAGES_COVERED, Some(keys::VILLAGES_COUNTED)),
];

/// A township.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct TownOut {
    /// Division.
    pub area: i64,
    /// Twelve-digit code.
    pub code: String,
    /// Its name with those above it.
    pub name: String,
    /// Its county.
    pub county: i64,
    /// The wall's day.
    pub as_of: Day,
    /// The day everything below is of: that of the week the county confirmed last, or the wall's.
    pub on: Day,
    /// Made at.
    pub at: Stamp,
    /// Figures shown.
    pub basis: Basis,
    /// Whether the reader may switch to live figures.
    pub may_live: bool,
    /// The reader stands above the county: what the county did not confirm is marked so.
    pub above_county: bool,
    /// The week the county confirmed; none: the registers.
    pub week: Option<String>,
    /// When it confirmed that week.
    pub confirmed_at: Option<Stamp>,
    /// Where it stands with its station.
    #[schemars(with = "String")]
    pub status: Status,
    /// Milestones of its sheet; none where nothing is being built.
    pub milestones: Vec<MilestoneOut>,
    /// Open obstacles, the oldest first.
    pub obstacles: Vec<ObstacleOut>,
    /// When acceptance is expected.
    pub due_on: Option<Day>,
    /// Stations that serve it, built or not.
    pub units: Vec<TownUnit>,
    /// Its figures.
    pub figures: Vec<TownFigure>,
    /// Way up: id and name, the county first.
    pub above: Vec<(i64, String)>,
    /// Whether the reader may open its build-out sheet.
    pub sheet: bool,
}

/// A milestone of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MilestoneOut {
    /// Code of the list `milestone`, or `funding`.
    pub code: String,
    /// The day it was reached; none: not by the day shown.
    pub on: Option<Day>,
}

/// An open obstacle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ObstacleOut {
    /// Code of the list `obstacle`.
    pub code: String,
    /// In the words of the sheet.
    pub text: String,
}

/// A station that serves the township.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TownUnit {
    /// Id.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its state on the day.
    pub state: Cell,
    /// For how many days it has had nobody on post; none: somebody is.
    pub gap_days: Option<i64>,
    /// Whether the reader may open its page.
    pub open: bool,
}

/// A figure of the township.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TownFigure {
    /// Measure or indicator.
    pub key: String,
    /// As printed.
    pub value: String,
    /// Numerator or count.
    pub num: i64,
    /// Denominator of a percentage.
    pub den: Option<i64>,
}

impl TownOut {
    /// The day to ask the page behind a figure for. Above the county that page finds the confirmed week itself; a county
    /// sees its registers there, so it is asked for the day the figures are of.
    pub fn asked_on(&self) -> Day {
        if self.above_county { self.as_of } else { self.on }
    }
}
