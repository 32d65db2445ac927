//! Accounts, roles, sessions and the audit viewer.
//!
//! Owns: `account`, `account_grant`, `account_token`, `session`, `login_failure`, `kiosk_token`; reads `unit` for names
//! and `audit_event` for the viewer.
//!
//! Rules: passwords are known to nobody but their owner; a first or forgotten one comes by a one-time code. An account is
//! either one of the three operators (system, security, audit) or does business, never both, and the table refuses
//! anything else. Operators' accounts are made at the console only. A session is read anew on every request, so what is
//! ended is dead on the next one. A grant row changed without the key is ignored and reported.

mod auth;
pub mod model;
mod pages;
pub mod password;
pub mod policy;
pub mod seed;
pub mod service;
mod store;
pub mod strength;
pub mod throttle;
pub mod views;

use std::any::Any;
use std::sync::Arc;
use zw_ui::Lang;
use zw_web::{Access, Auth, Module, Routes};

pub use auth::Sessions;

/// Words of this module.
pub const FTL: &[(Lang, &str)] =
    &[(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// What the binary puts into `App::new` for sign-in to work.
pub fn parts() -> Vec<Arc<dyn Any + Send + Sync>> {
    vec![Arc::new(Auth(Box::<Sessions>::default()))]
}

/// The module.
pub fn module() -> Module {
    Module { name: "accounts", routes: routes(), policy: policy::RULES, ftl: FTL, nav: vec![] }
}

fn routes() -> Routes {
    let sign_in = Access::Public("nobody is signed in before signing in");
    let code = Access::Public("a one-time code is what its bearer has");
    Routes::new()
        .get("/login", sign_in, pages::signin::login_form)
        .post("/login", sign_in, pages::signin::login)
        .post("/logout", Access::Public("ends the session that comes along, if any"), pages::signin::logout)
        .get("/activate", code, pages::signin::code_form)
        .post("/activate", code, pages::signin::activate)
        .get("/account", Access::SignedIn, pages::own::overview)
        .get("/account/password", Access::SignedIn, pages::own::password_form)
        .post("/account/password", Access::SignedIn, pages::own::password)
        .get("/account/sessions", Access::SignedIn, pages::own::sessions)
        .post("/account/sessions/{id}/end", Access::SignedIn, pages::own::end_session)
}
