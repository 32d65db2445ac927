//! The fields of a unit: as stored, as typed and checked, as shown. A new field is added in this file, in both
//! migrations, in `views/units.rs` and in the words of both languages, and nowhere else.

use super::input::Place;
use super::{Mode, Tier, UnitState, search_key};
use crate::model::{day_field, text_field};
use serde::{Deserialize, Serialize};
use zw_access::Resource;
use zw_core::code::Code as _;
use zw_core::codelist::network::HOST;
use zw_core::person_id::phone;
use zw_core::tree::View;
use zw_core::{Day, DivisionId, FieldErrors, Stamp, UnitId};
use zw_db::{Val, val};

zw_db::record! {
    /// A centre, station or room.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Unit {
        /// Id.
        pub id: UnitId,
        /// Tier.
        pub tier: Tier,
        /// Name, at most 60 characters.
        pub name: String,
        /// County it works in.
        pub county_id: DivisionId,
        /// Division it stands for: a county, township or village.
        pub division_id: DivisionId,
        /// Township it stands in; none for a centre.
        pub town_id: Option<DivisionId>,
        /// Unit of the tier above.
        pub parent_id: Option<UnitId>,
        /// Where it went when it was merged.
        pub merged_into: Option<UnitId>,
        /// Operating mode.
        pub mode: Mode,
        /// State now.
        pub state: UnitState,
        /// Why it is in that state, where that must be said.
        pub state_reason: Option<String>,
        /// 挂牌日 of a centre or room, and of a station that has ended; a standing station's is on its build-out sheet.
        pub plaque_on: Option<Day>,
        /// 启用日.
        pub opened_on: Option<Day>,
        /// Address, at most 120 characters.
        pub address: Option<String>,
        /// Telephone of the unit.
        pub phone: Option<String>,
        /// 依托, code list `host`.
        pub host: Option<String>,
        /// Version, for editors who meet.
        pub version: i64,
        /// Last change.
        pub updated_at: Stamp,
        /// Who changed it.
        pub updated_by: String,
    }
}

impl Unit {
    /// A planned unit of which nothing is known but its name and place. Whoever builds one fills in from here, so that a
    /// new field is no business of theirs.
    pub fn new(id: UnitId, name: impl Into<String>, place: &Place, at: Stamp, by: &str) -> Self {
        Self {
            id,
            tier: place.tier,
            name: name.into(),
            county_id: place.county,
            division_id: place.division,
            town_id: place.town,
            parent_id: None,
            merged_into: None,
            mode: Mode::Purchase,
            state: UnitState::Planned,
            state_reason: None,
            plaque_on: None,
            opened_on: None,
            address: None,
            phone: None,
            host: None,
            version: 1,
            updated_at: at,
            updated_by: by.to_owned(),
        }
    }

    /// The fields an edit may change, as a form begins with them and as the second of two editors sees them.
    pub fn typed(&self) -> Vec<(&'static str, String)> {
        let text = |v: &Option<String>| v.clone().unwrap_or_default();
        let day = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
        vec![
            ("tier", self.tier.code().to_owned()),
            ("name", self.name.clone()),
            ("mode", self.mode.code().to_owned()),
            ("host", text(&self.host)),
            ("address", text(&self.address)),
            ("phone", text(&self.phone)),
            ("plaque_on", day(self.plaque_on.filter(|_| self.tier != Tier::Station))),
            ("opened_on", day(self.opened_on)),
            ("version", self.version.to_string()),
        ]
    }

    /// The columns a create or an edit writes; the statements of the store are made from this list.
    pub fn written(&self) -> Vec<(&'static str, Val)> {
        vec![
            ("tier", val(self.tier)),
            ("name", val(&self.name)),
            ("county_id", val(self.county_id)),
            ("division_id", val(self.division_id)),
            ("town_id", val(self.town_id)),
            ("parent_id", val(self.parent_id)),
            ("merged_into", val(self.merged_into)),
            ("mode", val(self.mode)),
            ("state", val(self.state)),
            ("state_reason", val(self.state_reason.clone())),
            ("plaque_on", val(self.plaque_on)),
            ("opened_on", val(self.opened_on)),
            ("address", val(self.address.clone())),
            ("phone", val(self.phone.clone())),
            ("host", val(self.host.clone())),
            ("search_key", val(search_key(&self.name))),
            ("version", val(self.version)),
            ("updated_at", val(self.updated_at)),
            ("updated_by", val(&self.updated_by)),
        ]
    }
}

impl Resource for Unit {
    const NAME: &'static str = "unit";
    const COUNTY: &'static str = "u.county_id";
    const TOWN: Option<&'static str> = Some("u.town_id");
    const UNIT: Option<&'static str> = Some("u.id");
}

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
    /// 挂牌日 of a centre or room; a station's is a milestone of its township's build-out sheet.
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

impl UnitInput {
    /// Checks what both a create and an edit of a unit of that tier say.
    pub fn fields(&self, tier: Option<Tier>, today: Day, e: &mut FieldErrors) -> UnitFields {
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
        if tier == Some(Tier::Station) && !self.plaque_on.trim().is_empty() {
            e.add("plaque_on", "plaque-on-sheet");
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
}

impl UnitFields {
    /// A new unit.
    pub fn create(self, id: UnitId, place: Place, at: Stamp, by: &str) -> Unit {
        self.onto(Unit::new(id, "", &place, at, by))
    }
    /// The unit as edited.
    pub fn edit(self, old: &Unit, at: Stamp, by: &str) -> Unit {
        Unit { version: old.version + 1, updated_at: at, updated_by: by.to_owned(), ..self.onto(old.clone()) }
    }
    fn onto(self, u: Unit) -> Unit {
        Unit {
            name: self.name,
            mode: self.mode,
            host: self.host,
            address: self.address,
            phone: self.phone,
            plaque_on: if u.tier == Tier::Station { u.plaque_on } else { self.plaque_on },
            opened_on: self.opened_on,
            ..u
        }
    }
}

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
