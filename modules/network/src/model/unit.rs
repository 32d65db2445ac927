//! Centres, stations and rooms (domain.md 5.1) and their life (domain.md 6).

use super::history::Stretch;
use super::{day_field, text_field};
use serde::{Deserialize, Serialize};
use zw_access::{Permit, Resource};
use zw_core::code::Code as _;
use zw_core::codelist::network::{HOST, OPERATING_MODE, UNIT_STATE};
use zw_core::person_id::phone;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, FieldErrors, Result, Stamp, UnitId, pinyin};
use zw_db::{Val, val};

zw_core::codes! {
    /// Tier of a unit: the level of division it belongs to.
    pub enum Tier {
        /// 县级社会工作指导中心.
        Centre = "X",
        /// 乡镇(街道)社会工作服务站.
        Station = "T",
        /// 村(居)社工室.
        Room = "V",
    }
}
zw_core::codes! {
    /// State of a unit (domain.md 6).
    pub enum UnitState {
        /// 拟建.
        Planned = "planned",
        /// 筹建.
        Preparing = "preparing",
        /// 待验收.
        Submitted = "submitted",
        /// 建成运营.
        Operating = "operating",
        /// 整改: built in every figure.
        Rectifying = "rectifying",
        /// 暂停: not built.
        Suspended = "suspended",
        /// 并入 another unit.
        Merged = "merged",
        /// 撤销.
        Closed = "closed",
    }
}
zw_core::codes! {
    /// Who employs and pays (code list `operating_mode`).
    pub enum Mode {
        /// 直聘.
        Direct = "direct",
        /// 购买服务.
        Purchase = "purchase",
        /// 购买岗位, restricted.
        Posts = "posts",
        /// 混合.
        Mixed = "mixed",
        /// 自办.
        Own = "own",
    }
}
zw_db::code_cols!(Tier, UnitState, Mode);

impl Tier {
    /// The level of division such a unit stands for.
    pub fn kind(self) -> DivisionKind {
        match self {
            Self::Centre => DivisionKind::County,
            Self::Station => DivisionKind::Township,
            Self::Room => DivisionKind::Village,
        }
    }
    /// Key in the code list `unit_tier`.
    pub fn list_code(self) -> &'static str {
        match self {
            Self::Centre => "x",
            Self::Station => "t",
            Self::Room => "v",
        }
    }
}

impl UnitState {
    /// The states in which a unit counts as built.
    pub const BUILT: [Self; 2] = [Self::Operating, Self::Rectifying];

    /// 建成运营 in every figure: accepted, and not suspended, merged or closed.
    pub fn is_built(self) -> bool {
        Self::BUILT.contains(&self)
    }
    /// On the way to acceptance.
    pub fn leads_to_acceptance(self) -> bool {
        matches!(self, Self::Planned | Self::Preparing | Self::Submitted)
    }
    /// Nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Merged | Self::Closed)
    }
    /// The states that may follow.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Planned => &[Self::Preparing, Self::Closed],
            Self::Preparing => &[Self::Submitted, Self::Closed],
            Self::Submitted => &[Self::Operating, Self::Preparing, Self::Closed],
            Self::Operating => &[Self::Rectifying, Self::Suspended, Self::Merged, Self::Closed],
            Self::Rectifying => &[Self::Operating, Self::Suspended, Self::Merged, Self::Closed],
            Self::Suspended => &[Self::Operating, Self::Rectifying, Self::Merged, Self::Closed],
            Self::Merged | Self::Closed => &[],
        }
    }
    /// Whether the step to it must say why.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Rectifying | Self::Suspended | Self::Merged | Self::Closed)
    }
    /// Whether entering it is part of preparing (and not a decision of the county).
    pub fn is_advance(self) -> bool {
        matches!(self, Self::Preparing | Self::Submitted)
    }
}

/// A step of the state machine that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepProblem {
    /// The machine has no such step.
    NotFrom(UnitState),
    /// A station becomes operating through the acceptance on its build-out sheet only.
    NeedsAcceptance,
    /// The step must say why.
    NeedsReason,
}

/// Whether a unit of `tier` may go from one state to another by a decision on the unit itself.
pub fn step(tier: Tier, from: UnitState, to: UnitState, reason: &str) -> Result<(), StepProblem> {
    if !from.next().contains(&to) {
        return Err(StepProblem::NotFrom(from));
    }
    if tier == Tier::Station && to == UnitState::Operating && from.leads_to_acceptance() {
        return Err(StepProblem::NeedsAcceptance);
    }
    // Sending a submitted unit back to preparation is a refusal, and says why.
    let back = from == UnitState::Submitted && to == UnitState::Preparing;
    if (to.needs_reason() || back) && reason.trim().is_empty() {
        return Err(StepProblem::NeedsReason);
    }
    Ok(())
}

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
        /// 挂牌日.
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
    /// The columns a create or an edit writes. A new field is added here, in the struct and in `UnitInput`; the
    /// statements of the store are made from this list.
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

/// What the search box compares with: the name and its pinyin keys, each between bars.
pub fn search_key(name: &str) -> String {
    let mut key = format!("|{}|", name.to_lowercase());
    for k in pinyin::search_keys(name) {
        key.push_str(&k);
        key.push('|');
    }
    key
}

/// A division served, from a day to the day before `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Coverage {
    /// The division.
    pub division: DivisionId,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
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

/// Words of a unit's codes are those of the code lists; a test keeps the two in step.
pub const LISTS: [(&str, &zw_core::codelist::CodeList); 2] = [("state", &UNIT_STATE), ("mode", &OPERATING_MODE)];

#[cfg(test)]
mod tests {
    use super::*;
    use UnitState::{Closed, Merged, Operating, Planned, Preparing, Rectifying, Submitted, Suspended};

    #[test]
    fn codes_are_those_of_the_lists() {
        assert!(UnitState::ALL.iter().map(|s| s.code()).eq(UNIT_STATE.codes()));
        assert!(Mode::ALL.iter().map(|m| m.code()).eq(OPERATING_MODE.codes()));
        for t in Tier::ALL {
            assert!(zw_core::codelist::network::UNIT_TIER.has(t.list_code()));
        }
    }

    /// The whole table of domain.md 6: every pair that is allowed, and none besides.
    #[test]
    fn the_state_machine() {
        let allowed = [
            (Planned, Preparing),
            (Planned, Closed),
            (Preparing, Submitted),
            (Preparing, Closed),
            (Submitted, Operating),
            (Submitted, Preparing),
            (Submitted, Closed),
            (Operating, Rectifying),
            (Operating, Suspended),
            (Operating, Merged),
            (Operating, Closed),
            (Rectifying, Operating),
            (Rectifying, Suspended),
            (Rectifying, Merged),
            (Rectifying, Closed),
            (Suspended, Operating),
            (Suspended, Rectifying),
            (Suspended, Merged),
            (Suspended, Closed),
        ];
        for from in UnitState::ALL {
            for to in UnitState::ALL {
                let may = step(Tier::Room, *from, *to, "why").is_ok();
                assert_eq!(may, allowed.contains(&(*from, *to)), "{from} -> {to}");
            }
        }
        let built: Vec<_> = UnitState::ALL.iter().filter(|s| s.is_built()).collect();
        assert_eq!(built, [&Operating, &Rectifying]);
    }

    #[test]
    fn stations_need_an_acceptance_and_decisions_a_reason() {
        assert_eq!(step(Tier::Station, Submitted, Operating, ""), Err(StepProblem::NeedsAcceptance));
        assert_eq!(step(Tier::Centre, Submitted, Operating, ""), Ok(()));
        assert_eq!(step(Tier::Station, Suspended, Operating, ""), Ok(()));
        assert_eq!(step(Tier::Station, Operating, Suspended, " "), Err(StepProblem::NeedsReason));
        assert_eq!(step(Tier::Station, Submitted, Preparing, ""), Err(StepProblem::NeedsReason));
        assert_eq!(step(Tier::Station, Closed, Operating, "x"), Err(StepProblem::NotFrom(Closed)));
    }

    #[test]
    fn names_are_found_by_pinyin_initials() {
        assert!(search_key("厦门路街道社工站").contains("|xmljdsgz|"));
        assert!(search_key("A站").starts_with("|a站|"));
    }
}
