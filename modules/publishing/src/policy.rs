//! What may be done here, and by whom (domain.md 2 and 2.1: the province writes circulars, a city those of its own
//! area, everybody below reads what was sent; the wall shows aggregates only).

use zw_access::{Action, Reach, Role, Rule};

/// See the wall chart.
pub const WALL_READ: Action = Action("wall.read");
/// See snapshots.
pub const SNAPSHOT_READ: Action = Action("snapshot.read");
/// Take a flash snapshot (快报) of the own area.
pub const SNAPSHOT_FLASH: Action = Action("snapshot.flash");
/// Freeze a month.
pub const SNAPSHOT_FREEZE: Action = Action("snapshot.freeze");
/// Read circulars that were sent.
pub const CIRCULAR_READ: Action = Action("circular.read");
/// Draft, edit and void circulars of the own area.
pub const CIRCULAR_EDIT: Action = Action("circular.edit");
/// Check a circular (核稿), as the second person.
pub const CIRCULAR_CHECK: Action = Action("circular.check");
/// Return a circular that was not sent to its writers, with remarks (退回修改): whoever may check it or record it as sent.
pub const CIRCULAR_RETURN: Action = Action("circular.return");
/// Record that a circular was sent, with number and date.
pub const CIRCULAR_SEND: Action = Action("circular.send");
/// Correct number or date in the record of a sent circular: whoever may record it.
pub const CIRCULAR_CORRECT: Action = Action("circular.correct");

use Reach::{Area, Town, Unit};
use Role::{
    CenterStaff, CityAdmin, CountyAdmin, Kiosk, Leader, LinkedCadre, ProvAdmin, StationHead, TownOfficer, Worker,
};

/// This module's rules.
pub const RULES: &[Rule] = &[
    Rule::new(WALL_READ, ProvAdmin, Area),
    Rule::new(WALL_READ, CityAdmin, Area),
    Rule::new(WALL_READ, CountyAdmin, Area),
    Rule::new(WALL_READ, CenterStaff, Area),
    Rule::new(WALL_READ, LinkedCadre, Area),
    Rule::new(WALL_READ, Leader, Area),
    Rule::new(WALL_READ, Kiosk, Area),
    Rule::new(SNAPSHOT_READ, ProvAdmin, Area),
    Rule::new(SNAPSHOT_READ, CityAdmin, Area),
    Rule::new(SNAPSHOT_READ, CountyAdmin, Area),
    Rule::new(SNAPSHOT_READ, CenterStaff, Area),
    Rule::new(SNAPSHOT_READ, LinkedCadre, Area),
    Rule::new(SNAPSHOT_READ, Leader, Area),
    Rule::new(SNAPSHOT_FLASH, ProvAdmin, Area),
    Rule::new(SNAPSHOT_FLASH, CityAdmin, Area),
    Rule::new(SNAPSHOT_FREEZE, ProvAdmin, Area),
    Rule::new(CIRCULAR_READ, ProvAdmin, Area),
    Rule::new(CIRCULAR_READ, CityAdmin, Area),
    Rule::new(CIRCULAR_READ, CountyAdmin, Area),
    Rule::new(CIRCULAR_READ, CenterStaff, Area),
    Rule::new(CIRCULAR_READ, LinkedCadre, Area),
    Rule::new(CIRCULAR_READ, Leader, Area),
    Rule::new(CIRCULAR_READ, TownOfficer, Town),
    Rule::new(CIRCULAR_READ, StationHead, Unit),
    Rule::new(CIRCULAR_READ, Worker, Unit),
    Rule::new(CIRCULAR_EDIT, ProvAdmin, Area),
    Rule::new(CIRCULAR_EDIT, CityAdmin, Area),
    Rule::new(CIRCULAR_CHECK, ProvAdmin, Area),
    Rule::new(CIRCULAR_CHECK, CityAdmin, Area),
    Rule::new(CIRCULAR_RETURN, ProvAdmin, Area),
    Rule::new(CIRCULAR_RETURN, CityAdmin, Area),
    Rule::new(CIRCULAR_SEND, ProvAdmin, Area),
    Rule::new(CIRCULAR_SEND, CityAdmin, Area),
    Rule::new(CIRCULAR_CORRECT, ProvAdmin, Area),
    Rule::new(CIRCULAR_CORRECT, CityAdmin, Area),
];
