//! Devices, shifts and what comes back from them: types and pure rules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zw_access::{Resource, Setting, Spot};
use zw_core::{AccountId, DivisionId, Error, FieldErrors, ResidentId, Stamp, UnitId, Uuid, WorkerId};
use zw_practice::model::EncounterInput;
use zw_practice::service::contact::ContactFix;
use zw_ui::Lang;

/// Most live devices of one account.
pub const MOST_DEVICES: usize = 2;
/// Longest shift in minutes; the setting only shortens it.
pub const SHIFT_MINUTES: i64 = 600;
/// Minutes without a touch after which the phone asks for the PIN again; the setting only shortens it.
pub const IDLE_MINUTES: i64 = 5;
/// Minutes after the opening of a shift in which its pack may be fetched.
pub const PACK_MINUTES: i64 = 10;
/// Most residents of a pack.
pub const MOST_PERSONS: usize = 5000;
/// Most items of one sending.
pub const MOST_ITEMS: usize = 200;
/// Longest reason, in characters.
pub const MOST_REASON: usize = 200;

zw_core::codes! {
    /// What an item is.
    pub enum ItemKind {
        /// A visit.
        Visit = "visit",
        /// Telephone or address of a resident.
        Contact = "contact",
    }
}
zw_core::codes! {
    /// Where an item stands.
    pub enum ItemState {
        /// It has become a record.
        Sent = "sent",
        /// It was joined to the record of the same visit, or stood there already.
        Merged = "merged",
        /// Two versions: somebody decides.
        Waiting = "waiting",
        /// A rule refused it; it is kept.
        Refused = "refused",
        /// Put away with a reason.
        Away = "away",
    }
}
zw_db::code_cols!(ItemKind, ItemState);

impl ItemState {
    /// Whether somebody has to do something about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Refused)
    }
}

zw_db::record! {
    /// A device as stored; its token only as a hash, which is not read back.
    #[derive(Clone, Debug)]
    pub struct Device {
        /// Row.
        pub id: Uuid,
        /// Whose.
        pub account_id: AccountId,
        /// Their login.
        pub account_name: String,
        /// Their worker.
        pub worker_id: Option<WorkerId>,
        /// County of the station.
        pub county_id: DivisionId,
        /// Station.
        pub unit_id: UnitId,
        /// What its owner calls it.
        pub name: String,
        /// Since when.
        pub bound_at: Stamp,
        /// Last heard of.
        pub seen_at: Stamp,
        /// Until when.
        pub ended_at: Option<Stamp>,
        /// By whom.
        pub ended_by: Option<String>,
        /// Declared lost.
        pub lost: bool,
        /// Why it ended.
        pub reason: Option<String>,
        /// When it was told to wipe itself.
        pub wiped_at: Option<Stamp>,
    }
}

impl Resource for Device {
    const NAME: &'static str = "field_device";
    const COUNTY: &'static str = "d.county_id";
    const UNIT: Option<&'static str> = Some("d.unit_id");
}

zw_db::record! {
    /// A shift as stored.
    #[derive(Clone, Debug)]
    pub struct Shift {
        /// County of the station.
        pub county_id: DivisionId,
        /// Row.
        pub id: Uuid,
        /// Device.
        pub device_id: Uuid,
        /// Whose.
        pub account_id: AccountId,
        /// Their worker.
        pub worker_id: Option<WorkerId>,
        /// Station.
        pub unit_id: UnitId,
        /// Key of its queue, sealed; none once the device was lost.
        pub data_key: Option<Vec<u8>>,
        /// Since when.
        pub opened_at: Stamp,
        /// Until when.
        pub ends_at: Stamp,
    }
}

impl Shift {
    /// Until when its pack may be fetched.
    pub fn pack_until(&self) -> Stamp {
        self.opened_at.plus_minutes(PACK_MINUTES)
    }
    /// When something recorded in it happened, from what the device's clock said: corrected by how far that clock is off,
    /// and never outside the shift. `None` beside it when the device's word could not be true.
    pub fn instant(&self, device_ms: i64, off_ms: i64, now: Stamp) -> (Stamp, bool) {
        let said = device_ms.saturating_add(off_ms);
        let (from, to) = (self.opened_at.ms(), self.ends_at.ms().min(now.ms()));
        let at = said.clamp(from, to.max(from));
        // Two minutes are what two requests and two clocks differ by.
        (Stamp::from_ms(at), said.abs_diff(at) <= 120_000)
    }
}

zw_db::record! {
    /// An item as stored.
    #[derive(Clone, Debug)]
    pub struct Item {
        /// County of the station.
        pub county_id: DivisionId,
        /// Row.
        pub id: Uuid,
        /// Device.
        pub device_id: Uuid,
        /// The device's own id of it.
        pub client_id: Uuid,
        /// Whose.
        pub account_id: AccountId,
        /// Their login.
        pub account_name: String,
        /// Their worker.
        pub worker_id: Option<WorkerId>,
        /// Station.
        pub unit_id: UnitId,
        /// What it is.
        pub kind: ItemKind,
        /// Where it stands.
        pub state: ItemState,
        /// County part of the resident's key.
        pub resident_county: Option<DivisionId>,
        /// The resident it is about, as far as it names one.
        pub resident_id: Option<ResidentId>,
        /// County part of the key of the record it became, or of the one it meets.
        pub ref_county: Option<DivisionId>,
        /// That record.
        pub ref_id: Option<Uuid>,
        /// What was typed, sealed; none once it is a record.
        pub body: Option<Vec<u8>>,
        /// Digest of what was typed: the same id with other content is another item.
        pub digest: Vec<u8>,
        /// Why it stands there, as JSON of [`Why`].
        pub why: String,
        /// What else its owner is told, as JSON of [`Why`].
        pub told: String,
        /// When it was recorded, by a clock put right.
        pub recorded_at: Stamp,
        /// When it came in.
        pub received_at: Stamp,
        /// When somebody settled it.
        pub settled_at: Option<Stamp>,
        /// Who.
        pub settled_by: Option<String>,
        /// Why.
        pub settled_why: Option<String>,
        /// Version.
        pub version: i64,
    }
}

impl Resource for Item {
    const NAME: &'static str = "field_item";
    const COUNTY: &'static str = "i.county_id";
    const UNIT: Option<&'static str> = Some("i.unit_id");
    const OWNER: Option<&'static str> = Some("i.worker_id");
}

impl Item {
    /// Where the row lies, for the permit.
    pub fn spot(&self) -> Spot {
        Spot { county: self.county_id, town: None, unit: Some(self.unit_id), owner: self.worker_id }
    }
}

/// One reason, as words with their arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Fluent key.
    pub key: String,
    /// Arguments.
    pub args: Vec<(String, String)>,
}

impl Why {
    /// Words without arguments.
    pub fn of(key: &str) -> Self {
        Self { key: key.to_owned(), args: vec![] }
    }
    /// In a language.
    pub fn words(&self, lang: Lang) -> String {
        let args: Vec<(&str, zw_ui::Arg)> = self.args.iter().map(|(k, v)| (k.as_str(), v.as_str().into())).collect();
        lang.tf(&self.key, &args)
    }
    // i18n-keys: field-why-not-found field-why-no-grant
    /// What refuses an item, or nothing for an error that may pass by itself.
    pub fn refusal(e: &Error) -> Option<Vec<Self>> {
        Some(match e {
            Error::Invalid(list) => {
                list.0.iter().map(|f| Self { key: format!("err-{}", f.code), args: f.args.clone() }).collect()
            }
            Error::Rule { code, args } => vec![Self { key: format!("rule-{code}"), args: args.clone() }],
            Error::NotFound => vec![Self::of("field-why-not-found")],
            Error::Forbidden => vec![Self::of("field-why-no-grant")],
            _ => return None,
        })
    }
    /// As stored.
    pub fn stored(list: &[Self]) -> String {
        serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
    }
    /// From what is stored.
    pub fn read(text: &str) -> Vec<Self> {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// What a device sealed: one record as it was typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Body {
    /// What it is: `visit` or `contact`.
    pub kind: String,
    /// When, by the device's clock, in milliseconds.
    pub at: i64,
    /// The day the form showed, where nobody typed another one.
    pub shown: String,
    /// The visit.
    pub visit: Option<EncounterInput>,
    /// County part of the resident's key.
    pub county: Option<DivisionId>,
    /// The resident whose telephone or address it is.
    pub resident: Option<ResidentId>,
    /// Telephone and address.
    pub contact: Option<ContactFix>,
}

impl Body {
    /// The resident it is about: for a visit the first one named.
    pub fn about(&self) -> Option<ResidentId> {
        self.resident.or_else(|| self.visit.as_ref()?.persons.iter().find_map(|p| p.resident))
    }
}

/// Where a sealed item of a queue lives; the device says the same (assets/src/fieldkeys.js).
pub fn aad(shift: Uuid, client: Uuid) -> String {
    format!("zw-field|{shift}|{client}")
}

/// How long a shift may last and how soon the phone locks itself: the setting only shortens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ShiftLimits {
    /// Minutes of a shift.
    #[schemars(extend("x-unit" = "minutes"))]
    pub shift_minutes: Option<i64>,
    /// Minutes without a touch until the PIN is asked again.
    #[schemars(extend("x-unit" = "minutes"))]
    pub idle_minutes: Option<i64>,
}

// i18n-keys: field-set-shift field-set-shift-does field-set-shift-shift-minutes field-set-shift-idle-minutes
impl Setting for ShiftLimits {
    const KEY: &'static str = "field.shift";
    const MEANING: &'static str = "field-set-shift";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        e.within("shift_minutes", self.shift_minutes.unwrap_or(SHIFT_MINUTES), 10, SHIFT_MINUTES);
        e.within("idle_minutes", self.idle_minutes.unwrap_or(IDLE_MINUTES), 1, IDLE_MINUTES);
        e
    }
}

impl ShiftLimits {
    /// Minutes of a shift.
    pub fn shift(self) -> i64 {
        self.shift_minutes.unwrap_or(SHIFT_MINUTES).clamp(10, SHIFT_MINUTES)
    }
    /// Minutes until the lock.
    pub fn idle(self) -> i64 {
        self.idle_minutes.unwrap_or(IDLE_MINUTES).clamp(1, IDLE_MINUTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::Day;

    #[test]
    fn a_clock_a_year_off_changes_nothing_and_a_lie_is_told() {
        let from = Stamp::from_cn(Day::from_stored(20_210_708), 8, 0);
        let nobody = Uuid::nil();
        let s = Shift {
            county_id: DivisionId(1),
            id: nobody,
            device_id: nobody,
            account_id: AccountId(nobody),
            worker_id: None,
            unit_id: UnitId(nobody),
            data_key: None,
            opened_at: from,
            ends_at: from.plus_minutes(600),
        };
        let (now, year) = (from.plus_minutes(300), 365 * 86_400_000);
        // Recorded at 9:00 by a clock that is a year slow, and sent with that clock's own word for now.
        let said = from.plus_minutes(60).ms() - year;
        assert_eq!(s.instant(said, year, now), (from.plus_minutes(60), true));
        assert_eq!(s.instant(from.plus_minutes(60).ms() + year, -year, now), (from.plus_minutes(60), true));
        // The clock was changed between recording and sending: the shift is all that is known.
        assert_eq!(s.instant(said, 0, now), (from, false));
        assert_eq!(s.instant(from.plus_minutes(900).ms(), 0, now), (now, false));
        assert_eq!(s.instant(i64::MAX, 5, now), (now, false));
        assert_eq!(s.instant(i64::MIN, -5, now), (from, false));
    }

    #[test]
    fn the_setting_only_shortens() {
        assert_eq!((ShiftLimits::default().shift(), ShiftLimits::default().idle()), (600, 5));
        let long = ShiftLimits { shift_minutes: Some(900), idle_minutes: Some(60) };
        assert_eq!((long.shift(), long.idle()), (600, 5));
        assert_eq!(long.check().0.len(), 2);
        assert!(ShiftLimits { shift_minutes: Some(240), idle_minutes: Some(2) }.check().0.is_empty());
    }
}
