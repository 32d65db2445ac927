//! Field: a station's residents on a bound phone, sealed, for one shift; and the way back of what was recorded there. Owns
//! `field_device`, `field_shift` and `field_item`.
//!
//! Rules in one place each: who is on a phone (`zw_practice::service::pack`), what a visit may say and when two are one
//! (`zw_practice::service::take`), when something happened (`model::Shift::instant`), what an item becomes
//! (`service::send`). The phone's side is `assets/src/field*.js`. Decision 0029.

mod api;
pub mod model;
pub mod out;
mod pages;
pub mod policy;
pub mod service;
mod store;
pub mod views;

pub use pages::today_section;

use crate::out::{ContactOut, DeviceOut, ItemOut, PackOut};
use axum::http::Method;
use zw_access::SettingDef;
use zw_core::Paged;
use zw_ui::Lang;
use zw_ui::shell::Area;
use zw_web::{Access, ApiDoc, Items, Module, NavDef, Routes};

/// The words of the module.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

const ENDS: Access = Access::AnyOf(&[policy::USE, policy::DEVICES, policy::DEVICES_ANY]);
const DEVICES: Access = Access::AnyOf(&[policy::DEVICES, policy::DEVICES_ANY]);

fn page_routes() -> Routes {
    use Access::Action as A;
    use pages::{home, items, kit};
    Routes::new()
        .get("/field", A(policy::USE), home::show)
        .post("/field/bind", Access::Fresh(policy::USE), home::bind)
        .post("/field/shift", Access::Fresh(policy::USE), home::open)
        .get("/field/kit", Access::Public("an empty frame: what it shows is sealed on the device"), kit::kit)
        .get("/field/worker.js", Access::Public("the script that keeps that frame; static"), kit::worker)
        .get("/field/devices", DEVICES, home::devices)
        .get("/field/devices/{id}/end", ENDS, home::end_form)
        .post("/field/devices/{id}/end", ENDS, home::end)
        .get("/field/items", A(policy::ITEMS), items::list)
        .get("/field/items/{county}/{id}", A(policy::ITEMS), items::show)
        .post("/field/items/{county}/{id}/settle", A(policy::ITEMS), items::settle)
        .post("/field/items/{county}/{id}/correct", A(policy::ITEMS), items::correct)
}

fn api_routes() -> Routes {
    use crate::service::device::EndInput;
    use crate::service::item::{FindItems, SettleInput};
    use crate::service::send::SendInput;
    use Access::Action as A;
    const LONELY: &str = "what a phone asks that is signed out: whether it is lost, and the time";
    Routes::new()
        .api(
            Method::GET,
            "/api/v1/field/contact",
            Access::Public(LONELY),
            ApiDoc::json::<ContactOut>("How this device stands; 410 when it is to wipe itself"),
            api::contact,
        )
        .api(
            Method::POST,
            "/api/v1/field/pack",
            A(policy::USE),
            ApiDoc::json::<PackOut>("Key and residents of the shift just opened, for the bound device"),
            api::pack,
        )
        .api(
            Method::POST,
            "/api/v1/field/items",
            Access::SignedIn,
            ApiDoc::json::<Items<out::Answer>>("What a device recorded: one answer for each, repeats have one effect")
                .body::<SendInput>(),
            api::send,
        )
        .api(
            Method::GET,
            "/api/v1/field/items",
            A(policy::ITEMS),
            ApiDoc::json::<Paged<ItemOut>>("What came from devices, newest first").query::<FindItems>(),
            api::items,
        )
        .api(
            Method::POST,
            "/api/v1/field/items/{county}/{id}/settle",
            A(policy::ITEMS),
            ApiDoc::done("Decide between two versions, or put an item away").sent::<SettleInput>(),
            api::settle,
        )
        .api(
            Method::GET,
            "/api/v1/field/devices",
            ENDS,
            ApiDoc::json::<Items<DeviceOut>>("Devices: own ones, the station's, all"),
            api::devices,
        )
        .api(
            Method::POST,
            "/api/v1/field/devices/{id}/end",
            ENDS,
            ApiDoc::done("End a device or declare it lost").body::<EndInput>(),
            api::end,
        )
}

/// What the module brings to the site.
pub fn module() -> Module {
    Module {
        name: "field",
        routes: page_routes().and(api_routes()),
        policy: policy::RULES,
        settings: vec![SettingDef::of::<model::ShiftLimits>()],
        ftl: &FTL,
        named: Some(service::told::NAMED),
        nav: vec![
            NavDef { area: Area::Service, href: "/field", label: "field-title", actions: &[policy::USE] },
            NavDef {
                area: Area::Admin,
                href: "/field/devices",
                label: "field-devices",
                actions: &[policy::DEVICES_ANY],
            },
        ],
        ..Module::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_complete() {
        assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
    }

    #[test]
    fn every_view_draws_its_sample() {
        zw_ui::I18n::install(&FTL);
        zw_ui::I18n::install(&zw_practice::FTL);
        for lang in Lang::ALL {
            for (name, m) in [
                ("home", views::home::sample(lang)),
                ("items", views::items::sample(lang)),
                ("kit", views::kit::kit(lang)),
            ] {
                zw_ui::gallery::lint(&m.into_string()).unwrap_or_else(|e| panic!("{name} {lang:?}: {e}"));
            }
        }
    }
}
