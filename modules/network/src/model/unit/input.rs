//! Where a new unit stands, and the other things typed about a unit: its state, the divisions it serves.

use super::fields::UnitInput;
use super::{Tier, UnitState};
use crate::model::{day_field, shown_above};
use serde::{Deserialize, Serialize};
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::tree::{DivisionKind, DivisionVersion, View};
use zw_core::{Day, DivisionId, FieldErrors};

/// Where a new unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Tier.
    pub tier: Tier,
    /// Division it stands for.
    pub division: DivisionId,
    /// Its county.
    pub county: DivisionId,
    /// Its township.
    pub town: Option<DivisionId>,
    /// First day.
    pub since: Day,
}

impl UnitInput {
    /// Checks where a new unit stands: a division of its tier, inside the permit, not in the future.
    pub fn place<R>(&self, today: Day, view: &View, permit: &Permit<R>, e: &mut FieldErrors) -> Option<Place> {
        let tier = Tier::from_code(&self.tier);
        if tier.is_none() {
            e.add("tier", if self.tier.is_empty() { "required" } else { "unknown-code" });
        }
        let since = day_field(e, "since", &self.since).unwrap_or(today);
        if since > today {
            e.add("since", "date-future");
        }
        if self.division.trim().is_empty() {
            e.add("division", "required");
            return None;
        }
        let division = self.division.trim().parse::<DivisionId>().ok().and_then(|d| view.get(d));
        let county = division.and_then(|d| view.county_of(d.id));
        // Outside the permit is the same as not there.
        let (Some(d), Some(county)) = (division, county.filter(|c| permit.covers_county(*c))) else {
            e.add("division", "division-unknown");
            return None;
        };
        let tier = tier?;
        // A city without counties is its own county tier.
        let fits = d.kind == tier.kind() || (tier == Tier::Centre && d.id == county);
        if !fits {
            e.add("division", "division-tier");
            return None;
        }
        let town =
            view.ancestors(d.id).into_iter().find(|a| view.get(*a).is_some_and(|v| v.kind == DivisionKind::Township));
        let town = match tier {
            Tier::Centre => None,
            Tier::Station => Some(d.id),
            Tier::Room => town,
        };
        Some(Place { tier, division: d.id, county, town, since })
    }
}

/// A decision about a unit's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StateInput {
    /// The state to enter.
    pub state: String,
    /// First day of it (default today).
    pub on: String,
    /// Why, where that must be said.
    pub reason: String,
    /// The unit it is merged into.
    pub merged_into: String,
    /// What becomes of the divisions it serves when it is merged: `move` to the receiving unit (default) or `end`.
    pub coverage: String,
    /// Version that was seen.
    pub version: i64,
}

impl StateInput {
    /// Whether the receiving unit takes over what the merged one serves.
    pub fn hands_over(&self) -> bool {
        self.coverage.trim() != "end"
    }
}

/// A division to be served, or no longer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CoverInput {
    /// The division.
    pub division: String,
    /// First day, to begin.
    pub from: String,
    /// The day after the last one, to end.
    pub to: String,
    /// Why, where the county decides.
    pub why: String,
    /// Number or title of the document it was decided by, where the county decides.
    pub document: String,
}

/// Whether a unit's serving a division is decided by the county, with a reason and a document, and never for days that are
/// over: a station that was built once makes a counted township covered by it.
pub fn is_decided((tier, state): (Tier, UnitState), division: &DivisionVersion) -> bool {
    tier == Tier::Station
        && !state.leads_to_acceptance()
        && division.kind == DivisionKind::Township
        && division.in_denominator
}

/// How a coverage was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Why.
    pub why: String,
    /// Document.
    pub document: Option<String>,
    /// Who decided.
    pub by: String,
}

/// The furthest day ahead for which a coverage is decided: anything else is a slip of the hand.
const AHEAD: i64 = 366;

impl CoverInput {
    /// Checks what the county has to say: reason, document, and a day that is not over.
    pub fn decision(&self, today: Day, (field, on): (&str, Day), by: String, e: &mut FieldErrors) -> Option<Decision> {
        if on < today {
            e.add_with(field, "coverage-back-dated", &[("day", &today.to_string())]);
        } else if today.days_until(on) > AHEAD {
            e.add_with(field, "coverage-far", &[("day", &today.add_days(AHEAD).to_string())]);
        }
        let mut said = |field, text: &str| {
            if text.trim().is_empty() {
                e.add(field, "required");
            }
            shown_above(e, field, text, 200)
        };
        let (why, document) = (said("why", &self.why), said("document", &self.document));
        Some(Decision { why: why?, document: Some(document?), by })
    }
}
