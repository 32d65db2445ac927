//! The definitions, one line each. Words: `network-m-<key>` and `network-m-<key>-def`. In Chinese
//! all but the acceptances count 个; other languages say of what.

use super::{How, SheetKey, count};
use crate::model::unit::Tier;
use zw_core::tree::DivisionKind;
use zw_indicators::{MeasureDef, MeasureKind};

/// Version of the counting rules below; shown with every figure.
const RULE: &str = "2021-1";

macro_rules! defs {
    ($($key:literal $kind:ident $unit:literal $label:literal $definition:literal $source:literal $how:expr;)+) => {
        /// Every measure of the network.
        pub static DEFS: [MeasureDef; [$($key),+].len()] = [$(MeasureDef {
            key: $key,
            kind: MeasureKind::$kind,
            label: $label,
            unit: $unit,
            definition: $definition,
            rule_version: RULE,
            source: $source,
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
    "townships_counted" Stock "network-u-townships" "network-m-townships-counted" "network-m-townships-counted-def" "handbook 4, I1" How::Counted(DivisionKind::Township);
    "townships_covered" Stock "network-u-townships" "network-m-townships-covered" "network-m-townships-covered-def" "mission 23, handbook I1" How::Covered(Tier::Station);
    "no_station_townships" Stock "network-u-townships" "network-m-no-station-townships" "network-m-no-station-townships-def" "mission 55, handbook I1" How::Uncovered;
    "stations_built" Stock "network-u-stations" "network-m-stations-built" "network-m-stations-built-def" "mission 22, handbook 6" How::Units(Tier::Station, count::BUILT);
    "stations_built_new" Distinct "network-u-stations" "network-m-stations-built-new" "network-m-stations-built-new-def" "handbook 7, weekly table" How::NewlyBuilt;
    "acceptances_submitted" Distinct "network-u-ci" "network-m-acceptances-submitted" "network-m-acceptances-submitted-def" "handbook I5" How::Acceptances(false);
    "acceptances_passed" Distinct "network-u-ci" "network-m-acceptances-passed" "network-m-acceptances-passed-def" "handbook I5" How::Acceptances(true);
    "stations_in_progress" Stock "network-u-stations" "network-m-stations-in-progress" "network-m-stations-in-progress-def" "handbook 7, weekly table" How::Sheet(SheetKey::InProgress);
    "stations_plaque" Stock "network-u-stations" "network-m-stations-plaque" "network-m-stations-plaque-def" "handbook 7, weekly table" How::Sheet(SheetKey::Plaque);
    "suspended" Stock "network-u-stations" "network-m-suspended" "network-m-suspended-def" "handbook 6" How::Units(Tier::Station, count::SUSPENDED);
    "counties_counted" Stock "network-u-counties" "network-m-counties-counted" "network-m-counties-counted-def" "handbook 4, I2" How::Counted(DivisionKind::County);
    "counties_covered" Stock "network-u-counties" "network-m-counties-covered" "network-m-counties-covered-def" "mission 25, handbook I2" How::Covered(Tier::Centre);
    "county_centres" Stock "network-u-centres" "network-m-county-centres" "network-m-county-centres-def" "mission 25" How::Units(Tier::Centre, count::BUILT);
    "villages_counted" Stock "network-u-villages" "network-m-villages-counted" "network-m-villages-counted-def" "handbook 4, I3" How::Counted(DivisionKind::Village);
    "villages_covered" Stock "network-u-villages" "network-m-villages-covered" "network-m-villages-covered-def" "mission 26, handbook I3" How::Covered(Tier::Room);
    "village_rooms" Stock "network-u-rooms" "network-m-village-rooms" "network-m-village-rooms-def" "mission 26" How::Units(Tier::Room, count::BUILT);
    "venue_ready" Stock "network-u-townships" "network-m-venue-ready" "network-m-venue-ready-def" "handbook 7, I4" How::Sheet(SheetKey::Venue);
    "staff_ready" Stock "network-u-townships" "network-m-staff-ready" "network-m-staff-ready-def" "handbook 7, I4" How::Sheet(SheetKey::Staff);
    "funds_ready" Stock "network-u-townships" "network-m-funds-ready" "network-m-funds-ready-def" "handbook 7, I4" How::Sheet(SheetKey::Funds);
    "three_ready" Stock "network-u-townships" "network-m-three-ready" "network-m-three-ready-def" "handbook 7, I4" How::Sheet(SheetKey::Three);
    "tender_done" Stock "network-u-townships" "network-m-tender-done" "network-m-tender-done-def" "handbook 7, weekly table" How::Sheet(SheetKey::Tender);
    "obstacles_venue" Stock "network-u-townships" "network-m-obstacles-venue" "network-m-obstacles-venue-def" "handbook 5.30" How::Obstacle("venue");
    "obstacles_tender" Stock "network-u-townships" "network-m-obstacles-tender" "network-m-obstacles-tender-def" "handbook 5.30" How::Obstacle("tender");
    "obstacles_funds" Stock "network-u-townships" "network-m-obstacles-funds" "network-m-obstacles-funds-def" "handbook 5.30" How::Obstacle("funding");
    "obstacles_staff" Stock "network-u-townships" "network-m-obstacles-staff" "network-m-obstacles-staff-def" "handbook 5.30" How::Obstacle("staff");
    "obstacles_other" Stock "network-u-townships" "network-m-obstacles-other" "network-m-obstacles-other-def" "handbook 5.30" How::Obstacle("other");
}

/// The obstacle code (list `obstacle`) behind an obstacle measure.
pub fn obstacle_of(key: &str) -> Option<&'static str> {
    match how(key)? {
        How::Obstacle(code) => Some(code),
        _ => None,
    }
}
