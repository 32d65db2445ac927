//! The definitions, one line each. Words: `network-m-<key>` and `network-m-<key>-def`. In Chinese
//! all but the acceptances count 个; other languages say of what.

use super::{How, SheetKey, count};
use crate::model::unit::Tier;
use zw_core::tree::DivisionKind;
use zw_indicators::{Basis, MeasureDef, MeasureKind};

/// Version of the counting rules below; shown with every figure.
const RULE: &str = "2021-1";

macro_rules! defs {
    ($($key:literal $kind:ident $unit:literal $label:literal $definition:literal $source:ident $how:expr;)+) => {
        /// Every measure of the network.
        pub static DEFS: [MeasureDef; [$($key),+].len()] = [$(MeasureDef {
            key: $key,
            kind: MeasureKind::$kind,
            label: $label,
            unit: $unit,
            definition: $definition,
            rule_version: RULE,
            source: Basis::$source,
        }),+];

        /// How a key is counted; `None` for keys of other modules.
        pub(super) fn how(key: &str) -> Option<How> {
            Some(match key {
                $($key => $how,)+
                _ => return None,
            })
        }
    };
}

defs! {
    "townships_counted" Stock "network-u-townships" "network-m-townships-counted" "network-m-townships-counted-def" Map How::Counted(DivisionKind::Township); // handbook 4, I1
    "townships_covered" Stock "network-u-townships" "network-m-townships-covered" "network-m-townships-covered-def" Circular How::Covered(Tier::Station); // mission 23, handbook I1
    "no_station_townships" Stock "network-u-townships" "network-m-no-station-townships" "network-m-no-station-townships-def" Circular How::Uncovered; // mission 55, handbook I1
    "stations_built" Stock "network-u-stations" "network-m-stations-built" "network-m-stations-built-def" Circular How::Units(Tier::Station, count::BUILT); // mission 22, handbook 6
    "stations_built_new" Distinct "network-u-stations" "network-m-stations-built-new" "network-m-stations-built-new-def" Weekly How::NewlyBuilt; // handbook 7, weekly table
    "acceptances_submitted" Distinct "network-u-ci" "network-m-acceptances-submitted" "network-m-acceptances-submitted-def" Acceptance How::Acceptances(false); // handbook I5
    "acceptances_passed" Distinct "network-u-ci" "network-m-acceptances-passed" "network-m-acceptances-passed-def" Acceptance How::Acceptances(true); // handbook I5
    "stations_in_progress" Stock "network-u-stations" "network-m-stations-in-progress" "network-m-stations-in-progress-def" Weekly How::Sheet(SheetKey::InProgress); // handbook 7, weekly table
    "stations_plaque" Stock "network-u-stations" "network-m-stations-plaque" "network-m-stations-plaque-def" Weekly How::Sheet(SheetKey::Plaque); // handbook 7, weekly table
    "suspended" Stock "network-u-stations" "network-m-suspended" "network-m-suspended-def" Own How::Units(Tier::Station, count::SUSPENDED); // handbook 6
    "counties_counted" Stock "network-u-counties" "network-m-counties-counted" "network-m-counties-counted-def" Map How::Counted(DivisionKind::County); // handbook 4, I2
    "counties_covered" Stock "network-u-counties" "network-m-counties-covered" "network-m-counties-covered-def" Circular How::Covered(Tier::Centre); // mission 25, handbook I2
    "county_centres" Stock "network-u-centres" "network-m-county-centres" "network-m-county-centres-def" Circular How::Units(Tier::Centre, count::BUILT); // mission 25
    "villages_counted" Stock "network-u-villages" "network-m-villages-counted" "network-m-villages-counted-def" Map How::Counted(DivisionKind::Village); // handbook 4, I3
    "villages_covered" Stock "network-u-villages" "network-m-villages-covered" "network-m-villages-covered-def" Circular How::Covered(Tier::Room); // mission 26, handbook I3
    "village_rooms" Stock "network-u-rooms" "network-m-village-rooms" "network-m-village-rooms-def" Circular How::Units(Tier::Room, count::BUILT); // mission 26
    "venue_ready" Stock "network-u-townships" "network-m-venue-ready" "network-m-venue-ready-def" Acceptance How::Sheet(SheetKey::Venue); // handbook 7, I4
    "staff_ready" Stock "network-u-townships" "network-m-staff-ready" "network-m-staff-ready-def" Acceptance How::Sheet(SheetKey::Staff); // handbook 7, I4
    "funds_ready" Stock "network-u-townships" "network-m-funds-ready" "network-m-funds-ready-def" Acceptance How::Sheet(SheetKey::Funds); // handbook 7, I4
    "three_ready" Stock "network-u-townships" "network-m-three-ready" "network-m-three-ready-def" Acceptance How::Sheet(SheetKey::Three); // handbook 7, I4
    "tender_done" Stock "network-u-townships" "network-m-tender-done" "network-m-tender-done-def" Weekly How::Sheet(SheetKey::Tender); // handbook 7, weekly table
    "obstacles_venue" Stock "network-u-townships" "network-m-obstacles-venue" "network-m-obstacles-venue-def" Weekly How::Obstacle("venue"); // handbook 5.30
    "obstacles_tender" Stock "network-u-townships" "network-m-obstacles-tender" "network-m-obstacles-tender-def" Weekly How::Obstacle("tender"); // handbook 5.30
    "obstacles_funds" Stock "network-u-townships" "network-m-obstacles-funds" "network-m-obstacles-funds-def" Weekly How::Obstacle("funding"); // handbook 5.30
    "obstacles_staff" Stock "network-u-townships" "network-m-obstacles-staff" "network-m-obstacles-staff-def" Weekly How::Obstacle("staff"); // handbook 5.30
    "obstacles_other" Stock "network-u-townships" "network-m-obstacles-other" "network-m-obstacles-other-def" Weekly How::Obstacle("other"); // handbook 5.30
}
