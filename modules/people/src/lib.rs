//! The workforce: workers, certificates, postings.
//!
//! Owns `worker`, `certificate`, `posting` and the rows of kind `worker_id` in `identity_index`. Rules: 派驻社工 is
//! counted from postings, never typed; a person counts once a day, at the posting with the largest share; number and
//! telephone are sealed; nobody above the county sees a person.

mod api;
pub mod measures;
pub mod model;
mod pages;
pub mod policy;
pub mod service;
pub mod store;
pub mod ticks;
pub mod views;

pub use measures::PeopleSource;
pub use pages::search_section;
pub use store::postings::{OnPost, on_post, posted_on, units_of};
pub use store::seed;

use std::sync::Arc;
use zw_access::{MaskPlan, SettingDef};
use zw_indicators::Source;
use zw_ui::{Area, Lang};
use zw_web::{Module, NavDef};

/// Words of this module.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// How staff are shown to whoever reaches the row: names in clear, numbers and telephones masked. Who works at a station is
/// of class P1, sign-in and division scope (domain.md 13, decision 0015); one plan for every list and figure.
pub const STAFF: MaskPlan = MaskPlan { names: true, revealed: false };

/// The module's measures.
pub fn source() -> Arc<dyn Source> {
    Arc::new(PeopleSource)
}

/// Pages, API, rules, words and navigation.
pub fn module() -> Module {
    Module {
        name: "people",
        routes: pages::routes().and(api::routes()),
        policy: policy::RULES,
        settings: vec![SettingDef::of::<measures::RequiredWorkers>()],
        ftl: &FTL,
        drafts: &[],
        named: Some(service::told::NAMED),
        nav: vec![NavDef {
            area: Area::People,
            href: "/workers",
            label: "people-nav-workers",
            actions: &[policy::WORKER_READ],
        }],
    }
}
