//! Keys of the measures that reports, indicators and the wall chart ask for by name. The owning module defines
//! them (`MeasureDef`); a key that nobody defines is left out where it would be shown.

/// 应建: townships in the denominator (owner: network).
pub const TOWNSHIPS_COUNTED: &str = "townships_counted";
/// Distinct townships covered by a built station (network).
pub const TOWNSHIPS_COVERED: &str = "townships_covered";
/// Stations built: 建成运营, rectifying included (network).
pub const STATIONS_BUILT: &str = "stations_built";
/// Stations that became built within the span: 本周新增 (network).
pub const STATIONS_OPENED: &str = "stations_built_new";
/// Township sheets with a plaque: 已挂牌 (network).
pub const STATIONS_PLAQUED: &str = "stations_plaque";
/// Township sheets begun and not yet accepted: 在建 (network).
pub const STATIONS_PREPARING: &str = "stations_in_progress";
/// 场地到位 (network).
pub const VENUE_READY: &str = "venue_ready";
/// 人员到位 (network).
pub const STAFF_READY: &str = "staff_ready";
/// 资金到位 (network).
pub const FUNDS_READY: &str = "funds_ready";
/// 三到位: all three (network).
pub const THREE_READY: &str = "three_ready";
/// 招标完成 (network).
pub const TENDERS_DONE: &str = "tender_done";
/// Open obstacles 场地 (network).
pub const OBSTACLES_VENUE: &str = "obstacles_venue";
/// Open obstacles 招标 (network).
pub const OBSTACLES_TENDER: &str = "obstacles_tender";
/// Open obstacles 资金 (network).
pub const OBSTACLES_FUNDS: &str = "obstacles_funds";
/// Open obstacles 人员 (network).
pub const OBSTACLES_STAFF: &str = "obstacles_staff";
/// Open obstacles 其他 (network).
pub const OBSTACLES_OTHER: &str = "obstacles_other";
/// Acceptances held: 提请验收 (network).
pub const ACCEPTANCES_SUBMITTED: &str = "acceptances_submitted";
/// Acceptances passed (network).
pub const ACCEPTANCES_PASSED: &str = "acceptances_passed";
/// Counties in the denominator (network).
pub const COUNTIES_COUNTED: &str = "counties_counted";
/// Counties with a built guidance centre (network).
pub const COUNTIES_COVERED: &str = "counties_covered";
/// Built guidance centres: 县中心 (network).
pub const COUNTY_CENTRES: &str = "county_centres";
/// Villages and communities in the denominator (network).
pub const VILLAGES_COUNTED: &str = "villages_counted";
/// Villages and communities with a built room (network).
pub const VILLAGES_COVERED: &str = "villages_covered";
/// Built rooms: 社工室 (network).
pub const VILLAGE_ROOMS: &str = "village_rooms";
/// 在岗社工: persons posted to built stations on the day (people).
pub const POSTED_WORKERS: &str = "posted_workers";
/// 其中持证: of these with a certificate issued by the day (people).
pub const CERTIFIED_WORKERS: &str = "certified_workers";
/// Everybody posted to a unit, built or not yet (people).
pub const POSTED_ALL: &str = "posted_all";
/// Stations with fewer workers than the setting asks for; the number is its rule's value (people).
pub const STATIONS_SHORT: &str = "workers_short_stations";
/// Reports due (reporting).
pub const REPORTS_DUE: &str = "reports_due";
/// Reports sent on time (reporting).
pub const REPORTS_ON_TIME: &str = "reports_on_time";
/// Cells of submitted reports that the system filled and nobody overrode (reporting).
pub const CELLS_AUTO: &str = "cells_auto";
/// All cells of submitted reports (reporting).
pub const CELLS_ALL: &str = "cells_all";
/// 名册应建档人数: persons on official lists without recorded refusals (practice).
pub const OFFICIAL_DUE: &str = "official_due";
/// 其中已建档 (practice).
pub const OFFICIAL_FILED: &str = "official_filed";
/// Residents due a visit in the period: 应访人数 (practice).
pub const VISITS_DUE: &str = "M05";
/// Of these who were visited as often as they were owed (practice).
pub const VISITED_DUE: &str = "visited_due";
