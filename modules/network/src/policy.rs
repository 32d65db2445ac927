//! What may be done here, and by whom (domain.md 2 and 2.1).

use zw_access::{Action, Reach, Role, Rule};

/// See the division tree.
pub const DIVISION_READ: Action = Action("division.read");
/// Import a divisions file.
pub const DIVISION_IMPORT: Action = Action("division.import");
/// Take a division out of the denominators or into them.
pub const DIVISION_COUNT: Action = Action("division.count");
/// See centres, stations and rooms.
pub const UNIT_READ: Action = Action("unit.read");
/// Register a unit and say which divisions it serves.
pub const UNIT_CREATE: Action = Action("unit.create");
/// Change what is written about a unit.
pub const UNIT_EDIT: Action = Action("unit.edit");
/// Move a unit towards acceptance.
pub const UNIT_ADVANCE: Action = Action("unit.advance");
/// Decide about a unit: operate, rectify, suspend, merge, close; who looks after its people while nobody is on post.
pub const UNIT_DECIDE: Action = Action("unit.decide");
/// See build-out sheets.
pub const SHEET_READ: Action = Action("build_out.read");
/// Keep build-out sheets.
pub const SHEET_EDIT: Action = Action("build_out.edit");
/// Accept a station (验收), reopen or withdraw an acceptance.
pub const SHEET_ACCEPT: Action = Action("build_out.accept");
/// Hear of units that have been suspended too long, and of stations without staff.
pub const UNIT_ALARM: Action = Action("unit.alarm");
/// Note why a station has nobody on post.
pub const UNIT_GAP: Action = Action("unit.gap");
/// See targets.
pub const TARGET_READ: Action = Action("target.read");
/// Set targets in the own area.
pub const TARGET_SET: Action = Action("target.set");
/// Read aggregate figures of the network (command line, wall).
pub const FIGURES: Action = Action("network.figures");

use Reach::{Area, Global, Town, Unit};
use Role::{
    AuditAdmin, CenterStaff, CityAdmin, CountyAdmin, Kiosk, Leader, LinkedCadre, ProvAdmin, SecurityAdmin, StationHead,
    SysAdmin, TownOfficer, Worker,
};

/// This module's rules. Province and city read build-out sheets as confirmed in the weekly report, so they have no
/// action on the live sheets.
pub const RULES: &[Rule] = &[
    Rule::new(DIVISION_READ, ProvAdmin, Global),
    Rule::new(DIVISION_READ, CityAdmin, Global),
    Rule::new(DIVISION_READ, CountyAdmin, Global),
    Rule::new(DIVISION_READ, CenterStaff, Global),
    Rule::new(DIVISION_READ, TownOfficer, Global),
    Rule::new(DIVISION_READ, StationHead, Global),
    Rule::new(DIVISION_READ, Worker, Global),
    Rule::new(DIVISION_READ, LinkedCadre, Global),
    Rule::new(DIVISION_READ, Leader, Global),
    Rule::new(DIVISION_READ, SysAdmin, Global),
    Rule::new(DIVISION_READ, SecurityAdmin, Global),
    Rule::new(DIVISION_READ, AuditAdmin, Global),
    Rule::new(DIVISION_IMPORT, SysAdmin, Global),
    Rule::new(DIVISION_COUNT, ProvAdmin, Area),
    Rule::new(UNIT_READ, ProvAdmin, Area),
    Rule::new(UNIT_READ, CityAdmin, Area),
    Rule::new(UNIT_READ, CountyAdmin, Area),
    Rule::new(UNIT_READ, CenterStaff, Area),
    Rule::new(UNIT_READ, TownOfficer, Town),
    Rule::new(UNIT_READ, StationHead, Unit),
    Rule::new(UNIT_READ, Worker, Unit),
    Rule::new(UNIT_READ, LinkedCadre, Area),
    Rule::new(UNIT_READ, Leader, Area),
    Rule::new(UNIT_ALARM, CityAdmin, Area),
    Rule::new(UNIT_ALARM, CountyAdmin, Area),
    Rule::new(UNIT_ALARM, CenterStaff, Area),
    Rule::new(UNIT_GAP, CountyAdmin, Area),
    Rule::new(UNIT_GAP, CenterStaff, Area),
    Rule::new(UNIT_CREATE, CountyAdmin, Area),
    Rule::new(UNIT_CREATE, CenterStaff, Area),
    Rule::new(UNIT_EDIT, CountyAdmin, Area),
    Rule::new(UNIT_EDIT, CenterStaff, Area),
    Rule::new(UNIT_EDIT, StationHead, Unit),
    Rule::new(UNIT_ADVANCE, CountyAdmin, Area),
    Rule::new(UNIT_ADVANCE, CenterStaff, Area),
    Rule::new(UNIT_DECIDE, CountyAdmin, Area),
    Rule::new(SHEET_READ, CountyAdmin, Area),
    Rule::new(SHEET_READ, CenterStaff, Area),
    Rule::new(SHEET_READ, LinkedCadre, Area),
    Rule::new(SHEET_READ, TownOfficer, Town),
    Rule::new(SHEET_READ, StationHead, Unit),
    Rule::new(SHEET_EDIT, CountyAdmin, Area),
    Rule::new(SHEET_EDIT, CenterStaff, Area),
    Rule::new(SHEET_EDIT, TownOfficer, Town),
    Rule::new(SHEET_ACCEPT, CountyAdmin, Area),
    Rule::new(TARGET_READ, ProvAdmin, Area),
    Rule::new(TARGET_READ, CityAdmin, Area),
    Rule::new(TARGET_READ, CountyAdmin, Area),
    Rule::new(TARGET_READ, CenterStaff, Area),
    Rule::new(TARGET_READ, TownOfficer, Town),
    Rule::new(TARGET_READ, StationHead, Unit),
    Rule::new(TARGET_READ, Worker, Unit),
    Rule::new(TARGET_READ, LinkedCadre, Area),
    Rule::new(TARGET_READ, Leader, Area),
    Rule::new(TARGET_SET, ProvAdmin, Area),
    Rule::new(TARGET_SET, CityAdmin, Area),
    Rule::new(TARGET_SET, CountyAdmin, Area),
    Rule::new(FIGURES, ProvAdmin, Area),
    Rule::new(FIGURES, CityAdmin, Area),
    Rule::new(FIGURES, CountyAdmin, Area),
    Rule::new(FIGURES, CenterStaff, Area),
    Rule::new(FIGURES, LinkedCadre, Area),
    Rule::new(FIGURES, Leader, Area),
    Rule::new(FIGURES, Kiosk, Area),
];
