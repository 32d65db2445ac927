//! A unit with its past, and what a list is filtered by.

use super::{UnitOut, UnitState, is_decided};
use crate::model::history::Stretch;
use serde::{Deserialize, Serialize};
use zw_core::code::Code as _;
use zw_core::tree::DivisionVersion;
use zw_core::{Day, DivisionId};
use zw_indicators::OpenWork;
use zw_ui::Lang;

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
    /// What still hangs on it, for a reader who may end it.
    pub open: Vec<OpenWork>,
    /// It has been suspended too long.
    pub overlong: Option<super::alarm::Overlong>,
    /// Nobody is on post there.
    pub gap: Option<super::gap::StaffGap>,
    /// It was suspended because nobody was on post, and somebody is again: the county may resume it.
    pub gap_ended: bool,
}

impl UnitFile {
    /// For readers of the API, who have no list of messages: what is open in the words of their language.
    #[must_use]
    pub fn said(mut self, lang: Lang) -> Self {
        self.open.iter_mut().for_each(|w| w.what = lang.t(&w.what));
        self
    }
}

impl UnitOut {
    /// Whether its serving a division is the county's decision.
    pub fn decides(&self, division: &DivisionVersion) -> bool {
        is_decided((self.tier, self.state), division)
    }
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
    /// Why, where the county decided it.
    pub why: Option<String>,
    /// By which document.
    pub document: Option<String>,
    /// Why it ends, where the county decided it.
    pub end_why: Option<String>,
    /// By which document.
    pub end_document: Option<String>,
    /// Whether ending it is the county's decision, with reason and document.
    pub decided: bool,
}

/// What a list of units is filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitQuery {
    /// Tier: X, T or V.
    pub tier: Option<String>,
    /// State code, `built`, or `gap`: built and nobody on post.
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

/// What a list of units is asked for to show stations without staff.
pub const GAP: &str = "gap";

impl UnitQuery {
    /// Whether stations without staff are asked for.
    pub fn asks_gap(&self) -> bool {
        self.state.as_deref() == Some(GAP)
    }
    /// States asked for; empty for all.
    pub fn states(&self) -> Vec<UnitState> {
        match self.state.as_deref() {
            Some("built" | GAP) => UnitState::BUILT.to_vec(),
            Some(code) => UnitState::from_code(code).into_iter().collect(),
            None => vec![],
        }
    }
}
