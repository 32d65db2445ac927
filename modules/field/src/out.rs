//! What pages and API answer with.

use crate::model::{Device, ItemKind, ItemState};
use schemars::JsonSchema;
use serde::Serialize;
use zw_core::{DivisionId, Uuid};
use zw_practice::service::pack::Pack;

/// A device in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeviceOut {
    /// Device.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// Login of its owner.
    pub owner: String,
    /// Station.
    pub unit_name: String,
    /// Since when, Asia/Shanghai.
    pub bound_at: String,
    /// Last heard of.
    pub seen_at: String,
    /// Until when.
    pub ended_at: Option<String>,
    /// Declared lost.
    pub lost: bool,
    /// Why it ended.
    pub reason: Option<String>,
    /// When it was told to wipe itself.
    pub wiped_at: Option<String>,
    /// Whether it is the device that asks.
    pub here: bool,
}

impl DeviceOut {
    pub(crate) fn of(d: &Device, unit_name: String, here: bool) -> Self {
        Self {
            id: d.id,
            name: d.name.clone(),
            owner: d.account_name.clone(),
            unit_name,
            bound_at: d.bound_at.minute_cn(),
            seen_at: d.seen_at.minute_cn(),
            ended_at: d.ended_at.map(|t| t.minute_cn()),
            lost: d.lost,
            reason: d.reason.clone(),
            wiped_at: d.wiped_at.map(|t| t.minute_cn()),
            here,
        }
    }
}

/// What a device is told that shows up. Nothing of it is secret to whoever holds the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ContactOut {
    /// `none`: no device is bound in this browser. `live`, `ended`.
    pub device: &'static str,
    /// The device.
    pub id: Option<Uuid>,
    /// Whether its owner is signed in here.
    pub signed_in: bool,
    /// Form token of the session; empty without one.
    pub csrf: String,
    /// The server's clock, in milliseconds.
    pub now_ms: i64,
    /// Its shift that is open.
    pub shift: Option<Uuid>,
    /// When that shift ends.
    pub ends_ms: Option<i64>,
    /// Whether its pack may be fetched now.
    pub pack: bool,
}

/// Key and pack of a shift.
#[derive(Clone, Serialize, JsonSchema)]
pub struct PackOut {
    /// The device.
    pub device: Uuid,
    /// The shift.
    pub shift: Uuid,
    /// Its key of 32 bytes, base64.
    pub key: String,
    /// The server's clock, in milliseconds.
    pub now_ms: i64,
    /// When the shift ends.
    pub ends_ms: i64,
    /// Minutes without a touch until the device locks itself.
    pub idle_minutes: i64,
    /// Digits that are no PIN: parts of the own telephone number.
    pub weak: Vec<String>,
    /// The residents.
    pub pack: Pack,
}

/// What became of an item that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// The device's own id of it.
    pub client: Uuid,
    /// `sent`, `merged`, `waiting` (two versions), `refused`, `away` (settled since); `later`: the server could not be
    /// reached behind its door, send again; `unread`: not under the key of its shift.
    pub state: String,
    /// Why, in words.
    pub why: Vec<String>,
    /// County part of the item's key.
    pub county: Option<DivisionId>,
    /// The item.
    pub item: Option<Uuid>,
}

/// An item in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ItemOut {
    /// County part of the key.
    pub county: DivisionId,
    /// Item.
    pub id: Uuid,
    /// What it is.
    pub kind: ItemKind,
    /// Where it stands.
    pub state: ItemState,
    /// Whom it is about, as the reader sees them today; empty where the reader sees nobody.
    pub person: String,
    /// Who recorded it (login).
    pub by: String,
    /// When it was recorded, Asia/Shanghai.
    pub recorded_at: String,
    /// When it came in.
    pub received_at: String,
    /// Why it stands there, in words.
    pub why: Vec<String>,
    /// What else is to be known of it.
    pub told: Vec<String>,
    /// Who settled it, when and why.
    pub settled: Option<String>,
    /// Where its record is to be read, for who may read it.
    pub href: Option<String>,
    /// Version, to be sent back with a decision.
    pub version: i64,
}
