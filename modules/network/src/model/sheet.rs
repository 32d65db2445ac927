//! The build-out sheet of a township (domain.md 5.30) and the acceptance of its station (8.1).

mod acceptance;
mod dates;
mod order;
mod out;
mod put;

pub use acceptance::{AcceptInput, Attempt, Outcome, ReopenInput, Reopened, Standing};
pub use dates::{SheetDates, township_status};
pub use out::{AttemptOut, BuiltBy, CoveredBy, SheetOut};
pub use put::SheetPut;

use super::{day_field, shown_above};
use serde::{Deserialize, Serialize};
use zw_access::Resource;
use zw_core::code::Code as _;
use zw_core::{BuildOutId, Day, DivisionId, FieldErrors, ObstacleId, Result, Stamp, UnitId};
use zw_db::{Val, val};

zw_core::codes! {
    /// Who keeps the sheet (code list `build_out_keeper`).
    pub enum Keeper {
        /// 县.
        County = "county",
        /// 乡镇.
        Township = "township",
    }
}

impl Keeper {
    /// Whether an office fills in a sheet that is kept so: a township its own only, the county, being above it, any.
    pub fn open_to(self, county: bool) -> bool {
        county || self == Self::Township
    }
}

zw_core::codes! {
    /// Where building is stuck (code list `obstacle`).
    pub enum ObstacleCode {
        /// 场地.
        Venue = "venue",
        /// 招标.
        Tender = "tender",
        /// 资金.
        Funding = "funding",
        /// 人员.
        Staff = "staff",
        /// 其他.
        Other = "other",
    }
}
zw_db::code_cols!(Keeper, ObstacleCode);

zw_db::record! {
    /// A township's build-out sheet.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildOut {
        /// Id.
        pub id: BuildOutId,
        /// County.
        pub county_id: DivisionId,
        /// Township.
        pub township_id: DivisionId,
        /// Who keeps it.
        pub kept_by: Keeper,
        /// The station that serves the township, once there is one.
        pub unit_id: Option<UnitId>,
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
        /// 预计 to be accepted.
        pub due_on: Option<Day>,
        /// One line of text.
        pub note: Option<String>,
        /// What is unusual about the order of the milestones and was confirmed, with commas (`sheet::order`).
        pub unusual: Option<String>,
        /// Who confirmed it.
        pub unusual_by: Option<String>,
        /// On which day.
        pub unusual_on: Option<Day>,
        /// Version, for editors who meet.
        pub version: i64,
        /// Last change.
        pub updated_at: Stamp,
        /// Who changed it.
        pub updated_by: String,
    }
}

impl Resource for BuildOut {
    const NAME: &'static str = "build_out";
    const COUNTY: &'static str = "b.county_id";
    const TOWN: Option<&'static str> = Some("b.township_id");
    const UNIT: Option<&'static str> = Some("b.unit_id");
}

zw_db::record! {
    /// An obstacle on a sheet: from a day to the day before `to_day`.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
    pub struct Obstacle {
        /// Id.
        pub id: ObstacleId,
        /// Its sheet.
        pub build_out_id: BuildOutId,
        /// Township.
        pub township_id: DivisionId,
        /// Where it is stuck.
        pub code: ObstacleCode,
        /// One line.
        pub text: String,
        /// First day.
        pub from_day: Day,
        /// The day it was gone.
        pub to_day: Option<Day>,
    }
}

impl BuildOut {
    /// An empty sheet.
    pub fn open(id: BuildOutId, county: DivisionId, township: DivisionId, at: Stamp) -> Self {
        Self {
            id,
            county_id: county,
            township_id: township,
            kept_by: Keeper::County,
            unit_id: None,
            venue_on: None,
            tender_on: None,
            contract_on: None,
            staff_on: None,
            plaque_on: None,
            accepted_on: None,
            reinspected_on: None,
            round_from: None,
            funds_on: None,
            accept_venue: false,
            accept_staff: false,
            accept_service: false,
            due_on: None,
            note: None,
            unusual: None,
            unusual_by: None,
            unusual_on: None,
            version: 0,
            updated_at: at,
            updated_by: String::new(),
        }
    }
    /// The columns a change writes.
    pub fn written(&self) -> Vec<(&'static str, Val)> {
        vec![
            ("kept_by", val(self.kept_by)),
            ("unit_id", val(self.unit_id)),
            ("venue_on", val(self.venue_on)),
            ("tender_on", val(self.tender_on)),
            ("contract_on", val(self.contract_on)),
            ("staff_on", val(self.staff_on)),
            ("plaque_on", val(self.plaque_on)),
            ("accepted_on", val(self.accepted_on)),
            ("reinspected_on", val(self.reinspected_on)),
            ("round_from", val(self.round_from)),
            ("funds_on", val(self.funds_on)),
            ("accept_venue", val(self.accept_venue)),
            ("accept_staff", val(self.accept_staff)),
            ("accept_service", val(self.accept_service)),
            ("due_on", val(self.due_on)),
            ("note", val(self.note.clone())),
            ("unusual", val(self.unusual.clone())),
            ("unusual_by", val(self.unusual_by.clone())),
            ("unusual_on", val(self.unusual_on)),
            ("version", val(self.version)),
            ("updated_at", val(self.updated_at)),
            ("updated_by", val(&self.updated_by)),
        ]
    }
    /// The six milestones of domain.md 5.30, in their usual order, with the codes of the list `milestone`.
    pub fn milestones(&self) -> [(&'static str, Option<Day>); 6] {
        [
            ("venue", self.venue_on),
            ("tender", self.tender_on),
            ("contract", self.contract_on),
            ("staff", self.staff_on),
            ("plaque", self.plaque_on),
            ("acceptance", self.accepted_on),
        ]
    }
    /// What is unusual about the order of its milestones and was confirmed.
    pub fn unusual(&self) -> Vec<&str> {
        order::kept(self)
    }
    /// The same sheet, changed by somebody.
    fn touched(&self, at: Stamp, by: &str) -> Self {
        Self { version: self.version + 1, updated_at: at, updated_by: by.to_owned(), ..self.clone() }
    }
    /// The sheet once its station has ended on a day: the township is open for another one.
    pub fn freed(&self, ended: Day, at: Stamp, by: &str) -> Self {
        Self {
            unit_id: None,
            accepted_on: None,
            reinspected_on: None,
            round_from: Some(ended),
            accept_venue: false,
            accept_staff: false,
            accept_service: false,
            ..self.touched(at, by)
        }
    }
    /// The sheet while its station rectifies: the groups must be ticked again.
    pub fn unticked(&self, at: Stamp, by: &str) -> Self {
        Self { accept_venue: false, accept_staff: false, accept_service: false, ..self.touched(at, by) }
    }
    /// The sheet after a 复验 of its station.
    pub fn inspected_again(&self, on: Day, at: Stamp, by: &str) -> Self {
        Self {
            reinspected_on: Some(on),
            accept_venue: true,
            accept_staff: true,
            accept_service: true,
            ..self.touched(at, by)
        }
    }
    /// The sheet handed over to the station that took over, acceptance and all.
    pub fn handed_to(&self, heir: UnitId, at: Stamp, by: &str) -> Self {
        Self { unit_id: Some(heir), ..self.touched(at, by) }
    }
}

/// What is typed on a sheet: all of it. A form leaves out what is empty; the API says that it is ([`SheetPut`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SheetInput {
    /// Who keeps it; only the county changes it.
    pub kept_by: String,
    /// 场地落实.
    pub venue_on: String,
    /// 招标.
    pub tender_on: String,
    /// 签约.
    pub contract_on: String,
    /// 人员到岗.
    pub staff_on: String,
    /// 挂牌.
    pub plaque_on: String,
    /// 资金到位.
    pub funds_on: String,
    /// 预计 to be accepted; stands once it is.
    pub due_on: String,
    /// One line of text.
    pub note: String,
    /// A new obstacle, if any: its code.
    pub obstacle: String,
    /// Its text.
    pub obstacle_text: String,
    /// `1`: the order of the milestones is unusual, and it was so.
    pub unusual: String,
    /// Version that was edited.
    pub version: i64,
}

/// Two dates in the wrong order: the later field, the earlier one, and the code of the sentence.
const ORDER: [(&str, &str, &str); 3] = [
    ("contract_on", "tender_on", "contract-before-tender"),
    ("staff_on", "contract_on", "staff-before-contract"),
    ("plaque_on", "venue_on", "plaque-before-venue"),
];

/// No station was built before this year; an earlier one is a slip of the keyboard.
const FIRST_YEAR: i64 = 2000;

impl SheetInput {
    /// The sheet as typed, or every problem at its field.
    pub fn apply(&self, old: &BuildOut, today: Day, at: Stamp, by: &str) -> Result<BuildOut> {
        let mut e = FieldErrors::default();
        let mut next = old.clone();
        for (field, text, slot) in [
            ("venue_on", &self.venue_on, &mut next.venue_on),
            ("tender_on", &self.tender_on, &mut next.tender_on),
            ("contract_on", &self.contract_on, &mut next.contract_on),
            ("staff_on", &self.staff_on, &mut next.staff_on),
            ("plaque_on", &self.plaque_on, &mut next.plaque_on),
            ("funds_on", &self.funds_on, &mut next.funds_on),
        ] {
            *slot = day_field(&mut e, field, text);
            if slot.is_some_and(|d| d > today) {
                e.add(field, "date-future");
            } else if slot.is_some_and(|d| d.year() < FIRST_YEAR) {
                e.add(field, "date-too-early");
            }
        }
        next.due_on = day_field(&mut e, "due_on", &self.due_on);
        // What stands may stay, then the township is late; what is expected anew lies ahead.
        let expects = old.accepted_on.is_none() && next.due_on != old.due_on;
        if expects && next.due_on.is_some_and(|d| d < today) {
            e.add("due_on", "due-past");
        }
        if old.accepted_on.is_some() && next.due_on != old.due_on && e.of("due_on").is_none() {
            e.add("due_on", "due-after-acceptance");
        }
        next.note = shown_above(&mut e, "note", &self.note, 200);
        let date = |field: &str| match field {
            "venue_on" => next.venue_on,
            "tender_on" => next.tender_on,
            "contract_on" => next.contract_on,
            "staff_on" => next.staff_on,
            _ => next.plaque_on,
        };
        for (later, earlier, code) in ORDER {
            if let (Some(l), Some(f)) = (date(later), date(earlier))
                && l < f
                && e.of(later).is_none()
            {
                e.add_with(later, code, &[("day", &f.to_string())]);
            }
        }
        // What an acceptance rested on cannot be taken away from under it.
        if let Some(accepted) = old.accepted_on {
            for (field, day) in [("venue_on", next.venue_on), ("staff_on", next.staff_on)] {
                if day.is_none_or(|d| d > accepted) && e.of(field).is_none() {
                    e.add_with(field, "after-acceptance", &[("day", &accepted.to_string())]);
                }
            }
        }
        if !self.kept_by.is_empty() {
            match Keeper::from_code(&self.kept_by) {
                Some(k) => next.kept_by = k,
                None => e.add("kept_by", "unknown-code"),
            }
        }
        if e.0.is_empty() {
            order::confirm(old, &mut next, self.unusual.trim() == "1", (today, by), &mut e);
        }
        e.check()?;
        Ok(next.touched(at, by))
    }

    /// The new obstacle on the same form, if one was typed.
    pub fn obstacle(&self) -> Option<ObstacleInput> {
        let typed = !self.obstacle.trim().is_empty() || !self.obstacle_text.trim().is_empty();
        typed.then(|| ObstacleInput {
            code: self.obstacle.clone(),
            text: self.obstacle_text.clone(),
            on: String::new(),
        })
    }
}

/// A new obstacle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ObstacleInput {
    /// Where it is stuck.
    pub code: String,
    /// One line.
    pub text: String,
    /// First day (default today).
    pub on: String,
}

impl ObstacleInput {
    /// Checked: code, text, first day.
    pub fn check(&self, today: Day, names: (&str, &str, &str)) -> Result<(ObstacleCode, String, Day)> {
        let mut e = FieldErrors::default();
        let code = ObstacleCode::from_code(self.code.trim());
        if code.is_none() {
            e.add(names.0, if self.code.trim().is_empty() { "required" } else { "unknown-code" });
        }
        let text = shown_above(&mut e, names.1, &self.text, 100);
        if text.is_none() && e.of(names.1).is_none() {
            e.add(names.1, "required");
        }
        let on = day_field(&mut e, names.2, &self.on).unwrap_or(today);
        if on > today {
            e.add(names.2, "date-future");
        }
        match (code, text) {
            (Some(code), Some(text)) if e.0.is_empty() => Ok((code, text, on)),
            _ => Err(zw_core::Error::Invalid(e)),
        }
    }
}

/// An obstacle is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CloseObstacleInput {
    /// The day it was gone (default today).
    pub on: String,
}

#[cfg(test)]
mod tests;
