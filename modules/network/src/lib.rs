//! The network: divisions over time, centres, stations and rooms, the build-out sheets of townships, targets.
//!
//! Owns `division`, `division_version`, `division_event`, `count_decision`, `unit`, `unit_state`, `unit_coverage`,
//! `staff_gap`, `build_out`, `acceptance`, `obstacle` and `target`. Rules: a station is built when its acceptance passed, never by a plaque; coverage counts
//! distinct townships of the map of the day; what a unit was and served on a day is answered by its rows.

mod api;
pub mod measures;
pub mod model;
mod pages;
pub mod policy;
pub mod service;
pub mod store;
pub mod ticks;
pub mod views;

pub use measures::NetworkSource;
pub use model::division::ImportReport;
pub use model::history::Stretch;
pub use model::plan::{Level, Phase, PlanPoint, PlanStatus, Target, deviation, forecast, planned_on, status};
pub use model::sheet::{BuildOut, Keeper, Obstacle, ObstacleCode, SheetOut};
pub use model::unit::{Coverage, Mode, Place, Tier, Unit, UnitOut, UnitState};
pub use pages::home::{search_section, today_section};
pub use service::divisions::{Import, import as import_divisions, import_with as import_divisions_with, load_tree};
pub use service::figures::{NetworkFigures, figures};
pub use store::seed;

use std::sync::Arc;
use zw_access::SettingDef;
use zw_indicators::Source;
use zw_ui::{Area, Lang};
use zw_web::{DraftDef, Module, NavDef};

/// Words of this module.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// Actions the command line may use here.
pub const CLI_ACTIONS: &[&str] = &[policy::DIVISION_IMPORT.0, policy::FIGURES.0];

/// The module's measures.
pub fn source() -> Arc<dyn Source> {
    Arc::new(NetworkSource)
}

// i18n-keys: network-draft-unit-new network-draft-unit network-draft-sheet
const DRAFTS: &[DraftDef] = &[
    DraftDef { prefix: "unit-new-", label: "network-draft-unit-new", href: "/units/new" },
    DraftDef { prefix: "unit-", label: "network-draft-unit", href: "" },
    DraftDef { prefix: "build-out-", label: "network-draft-sheet", href: "" },
];

/// Pages, API, rules, words and navigation.
pub fn module() -> Module {
    Module {
        name: "network",
        routes: pages::routes().and(api::routes()),
        policy: policy::RULES,
        ftl: &FTL,
        drafts: DRAFTS,
        named: Some(service::told::NAMED),
        settings: vec![
            SettingDef::of::<model::unit::alarm::SuspendedDays>(),
            SettingDef::of::<model::unit::gap::GapDays>(),
        ],
        nav: vec![
            NavDef { area: Area::Stations, href: "/units", label: "network-nav-units", actions: &[policy::UNIT_READ] },
            NavDef {
                area: Area::Stations,
                href: "/build-out",
                label: "network-nav-sheets",
                actions: &[policy::SHEET_READ],
            },
            NavDef {
                area: Area::Stations,
                href: "/targets",
                label: "network-nav-targets",
                actions: &[policy::TARGET_READ],
            },
            NavDef {
                area: Area::Stations,
                href: "/divisions",
                label: "network-nav-divisions",
                actions: &[policy::UNIT_READ, policy::DIVISION_IMPORT],
            },
        ],
    }
}
