//! What may be done with reports, and by whom (domain.md 2 and 2.1). A tier never reviews its own report: each act
//! of the chain has an action of its own, so that no grant of one tier opens the next tier's step.

use zw_access::{Action, Reach, Role, Rule};

/// See reports.
pub const READ: Action = Action("report.read");
/// Save the draft of a county's report.
pub const WRITE_COUNTY: Action = Action("report.write_county");
/// Save the draft of a station's report.
pub const WRITE_STATION: Action = Action("report.write_station");
/// Confirm and submit a county's report.
pub const SUBMIT_COUNTY: Action = Action("report.submit_county");
/// Confirm and submit a station's report.
pub const SUBMIT_STATION: Action = Action("report.submit_station");
/// Approve or return stations' reports (county).
pub const REVIEW_STATION: Action = Action("report.review_station");
/// Approve or return counties' reports (city).
pub const REVIEW_COUNTY: Action = Action("report.review_county");
/// Approve or return the reports of counties without a city (province).
pub const REVIEW_DIRECT: Action = Action("report.review_direct");
/// Excuse a station from a report (county).
pub const EXEMPT_STATION: Action = Action("report.exempt_station");
/// Excuse a county from a report (city).
pub const EXEMPT_COUNTY: Action = Action("report.exempt_county");
/// Excuse a county without a city from a report (province).
pub const EXEMPT_DIRECT: Action = Action("report.exempt_direct");
/// Pass on the stations' approved reports to the tier above (county).
pub const PASS_ON_COUNTY: Action = Action("pass_on.county");
/// Pass on the counties' reports to the province (city).
pub const PASS_ON_CITY: Action = Action("pass_on.city");
/// Approve or return what a county passed on (city).
pub const REVIEW_PASS_ON: Action = Action("pass_on.review");
/// Approve or return what a city, or a county without a city, passed on (province).
pub const REVIEW_PASS_ON_PROVINCE: Action = Action("pass_on.review_province");
/// See the boards of a county, city or province.
pub const BOARD: Action = Action("board.read");
/// See figures with their definitions and, within the reader's own scope, the rows behind.
pub const FIGURE: Action = Action("figure.read");

use Reach::{Area, Town, Unit};
use Role::{
    CenterStaff, CityAdmin, CountyAdmin, Kiosk, Leader, LinkedCadre, ProvAdmin, StationHead, TownOfficer, Worker,
};

/// This module's rules.
pub const RULES: &[Rule] = &[
    Rule::new(READ, ProvAdmin, Area),
    Rule::new(READ, CityAdmin, Area),
    Rule::new(READ, CountyAdmin, Area),
    Rule::new(READ, CenterStaff, Area),
    Rule::new(READ, LinkedCadre, Area),
    Rule::new(READ, TownOfficer, Town),
    Rule::new(READ, StationHead, Unit),
    Rule::new(READ, Worker, Unit),
    Rule::new(WRITE_COUNTY, CountyAdmin, Area),
    Rule::new(WRITE_COUNTY, CenterStaff, Area),
    Rule::new(WRITE_STATION, StationHead, Unit),
    Rule::new(SUBMIT_COUNTY, CountyAdmin, Area),
    Rule::new(SUBMIT_STATION, StationHead, Unit),
    Rule::new(REVIEW_STATION, CountyAdmin, Area),
    Rule::new(REVIEW_COUNTY, CityAdmin, Area),
    Rule::new(REVIEW_DIRECT, ProvAdmin, Area),
    Rule::new(EXEMPT_STATION, CountyAdmin, Area),
    Rule::new(EXEMPT_COUNTY, CityAdmin, Area),
    Rule::new(EXEMPT_DIRECT, ProvAdmin, Area),
    Rule::new(PASS_ON_COUNTY, CountyAdmin, Area),
    Rule::new(PASS_ON_CITY, CityAdmin, Area),
    Rule::new(REVIEW_PASS_ON, CityAdmin, Area),
    Rule::new(REVIEW_PASS_ON_PROVINCE, ProvAdmin, Area),
    Rule::new(BOARD, ProvAdmin, Area),
    Rule::new(BOARD, CityAdmin, Area),
    Rule::new(BOARD, CountyAdmin, Area),
    Rule::new(BOARD, CenterStaff, Area),
    Rule::new(BOARD, LinkedCadre, Area),
    Rule::new(BOARD, Leader, Area),
    Rule::new(FIGURE, ProvAdmin, Area),
    Rule::new(FIGURE, CityAdmin, Area),
    Rule::new(FIGURE, CountyAdmin, Area),
    Rule::new(FIGURE, CenterStaff, Area),
    Rule::new(FIGURE, LinkedCadre, Area),
    Rule::new(FIGURE, Leader, Area),
    Rule::new(FIGURE, Kiosk, Area),
    Rule::new(FIGURE, TownOfficer, Town),
    Rule::new(FIGURE, StationHead, Unit),
    Rule::new(FIGURE, Worker, Unit),
];
