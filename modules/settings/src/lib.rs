//! Settings of all modules: seeing them, changing them, and telling the running processes.
//!
//! Writes `setting_change`; `zw_access::Settings` reads `setting`, and of the changes what stood on a past day. Which settings there are, their defaults and their
//! bounds is declared by the modules (`Module::settings`). A value that does not parse is never stored; every change is
//! audited and kept with what stood before; another process has it within a second.

mod api;
pub mod describe;
pub mod fields;
pub mod model;
mod pages;
pub mod policy;
pub mod seed;
pub mod service;
mod store;
pub mod ticks;
mod told;
pub mod views;

use zw_ui::{Area, Lang};
use zw_web::{Access, Module, NavDef, Routes};

/// Words of this module.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// Actions the command line may use here.
pub const CLI_ACTIONS: &[&str] = &[policy::READ.0, policy::WRITE.0];

/// Pages, API, rules, words and navigation.
pub fn module() -> Module {
    let (read, write) = (Access::Action(policy::READ), Access::Action(policy::WRITE));
    Module {
        name: "settings",
        routes: Routes::new()
            .get("/admin/settings", read, pages::list)
            .get("/admin/settings/{key}", read, pages::one)
            .post("/admin/settings/{key}", write, pages::set)
            .and(api::routes()),
        policy: policy::RULES,
        ftl: &FTL,
        named: Some(told::NAMED),
        nav: vec![NavDef {
            area: Area::Admin,
            href: "/admin/settings",
            label: "settings-title",
            actions: &[policy::READ],
        }],
        ..Module::default()
    }
}
