//! What the modules tell each other of a unit, besides figures.

use zw_core::{Day, DivisionId, UnitId};

/// A station with nobody on post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithoutStaff {
    /// County.
    pub county: DivisionId,
    /// Station.
    pub unit: UnitId,
    /// The first day without staff.
    pub since: Day,
}

/// What still hangs on a unit that somebody wants to close or merge.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct OpenWork {
    /// The thing counted: a Fluent key of the module that keeps it, until it is said to a reader in words.
    pub what: String,
    /// How many.
    pub n: i64,
    /// Where they are ended.
    pub href: String,
    /// Whether the unit cannot end while they are open.
    pub stops: bool,
}
