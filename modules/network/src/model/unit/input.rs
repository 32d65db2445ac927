//! What is typed about a unit, and its checks.

use super::{Mode, Tier, Unit, UnitState};
use crate::model::{day_field, text_field};
use serde::{Deserialize, Serialize};
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::codelist::network::HOST;
use zw_core::person_id::phone;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, FieldErrors, Stamp, UnitId};

/// What is typed about a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnitInput {
    /// Tier X, T or V (new units only).
    pub tier: String,
    /// Id of the division it stands for (new units only).
    pub division: String,
    /// First day of the state it is registered in (new units only; default today).
    pub since: String,
    /// Name.
    pub name: String,
    /// Operating mode.
    pub mode: String,
    /// Host, code list `host`.
    pub host: String,
    /// Address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// 挂牌日.
    pub plaque_on: String,
    /// 启用日.
    pub opened_on: String,
    /// Version that was edited.
    pub version: i64,
}

/// The checked part of an input that an edit may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitFields {
    name: String,
    mode: Mode,
    host: Option<String>,
    address: Option<String>,
    phone: Option<String>,
    plaque_on: Option<Day>,
    opened_on: Option<Day>,
}

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
    /// Checks what both a create and an edit say.
    pub fn fields(&self, today: Day, e: &mut FieldErrors) -> UnitFields {
        let name = text_field(e, "name", &self.name, 60).unwrap_or_default();
        if name.is_empty() {
            e.add("name", "required");
        }
        let mode = Mode::from_code(&self.mode);
        if mode.is_none() {
            e.add("mode", if self.mode.is_empty() { "required" } else { "unknown-code" });
        }
        let host = text_field(e, "host", &self.host, 40);
        if host.as_deref().is_some_and(|h| !HOST.has(h)) {
            e.add("host", "unknown-code");
        }
        let typed = text_field(e, "phone", &self.phone, 40);
        let number = typed.as_deref().and_then(|p| phone::normalise_mobile(p).or_else(|| phone::normalise_landline(p)));
        if typed.is_some() && number.is_none() {
            e.add("phone", "phone-format");
        }
        let plaque_on = day_field(e, "plaque_on", &self.plaque_on);
        let opened_on = day_field(e, "opened_on", &self.opened_on);
        for (field, day) in [("plaque_on", plaque_on), ("opened_on", opened_on)] {
            if day.is_some_and(|d| d > today) {
                e.add(field, "date-future");
            }
        }
        if let (Some(plaque), Some(opened)) = (plaque_on, opened_on)
            && opened < plaque
        {
            e.add("opened_on", "opened-before-plaque");
        }
        UnitFields {
            name,
            mode: mode.unwrap_or(Mode::Purchase),
            host,
            address: text_field(e, "address", &self.address, 120),
            phone: number,
            plaque_on,
            opened_on,
        }
    }

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

impl UnitFields {
    /// A new unit.
    pub fn create(self, id: UnitId, place: Place, at: Stamp, by: &str) -> Unit {
        Unit {
            id,
            tier: place.tier,
            name: self.name,
            county_id: place.county,
            division_id: place.division,
            town_id: place.town,
            parent_id: None,
            merged_into: None,
            mode: self.mode,
            state: UnitState::Planned,
            state_reason: None,
            plaque_on: self.plaque_on,
            opened_on: self.opened_on,
            address: self.address,
            phone: self.phone,
            host: self.host,
            version: 1,
            updated_at: at,
            updated_by: by.to_owned(),
        }
    }
    /// The unit as edited.
    pub fn edit(self, old: &Unit, at: Stamp, by: &str) -> Unit {
        Unit {
            name: self.name,
            mode: self.mode,
            host: self.host,
            address: self.address,
            phone: self.phone,
            plaque_on: self.plaque_on,
            opened_on: self.opened_on,
            version: old.version + 1,
            updated_at: at,
            updated_by: by.to_owned(),
            ..old.clone()
        }
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
    /// Version that was seen.
    pub version: i64,
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
}
