//! Accounts, roles, sessions and the audit viewer.
//!
//! Owns: `account`, `account_grant`, `account_token`, `session`, `login_failure`, `kiosk_token`; reads `unit` for names,
//! `posting` for whether the grants of a station's people stand today, and `audit_event` for the viewer.
//!
//! Rules: passwords are known to nobody but their owner; a first or forgotten one comes by a one-time code. An account is
//! either one of the three operators (system, security, audit) or does business, never both, and the table refuses
//! anything else. Operators' accounts are made, reset and disabled at the console only. A session is read anew on every
//! request, so what is ended is dead on the next one; a new or ended grant ends the account's sessions, so that the next
//! one has a new token. A grant row changed without the key is ignored and reported.
//!
//! A grant of a worker, or of a head who is one, counts on days with a posting at its unit only, and all grants of an account
//! wait for the security administrator from a one-time code, or another worker, on (decision 0042, `service::hold`).
//!
//! Sessions are written down as seen every five minutes only, because each time is a commit and an audit event: a session
//! may end up to five minutes before its idle time is over, never after. Refused sign-ins lock one login for one network;
//! from unknown networks the whole account waits at most a minute, so that nobody can lock somebody else out.
//!
//! Wall screens carry a token of their own kind (`Role::Kiosk`, one area, 90 days), never an account.

mod api;
mod auth;
pub mod model;
mod pages;
pub mod password;
pub mod policy;
pub mod seed;
pub mod service;
pub mod standing;
mod store;
pub mod strength;
pub mod throttle;
pub mod views;

use policy::{ACCOUNT_CODE, ACCOUNT_CONFIRM, ACCOUNT_CREATE, ACCOUNT_READ, ACCOUNT_STATE, ACCOUNT_WORKER, AUDIT_READ};
use policy::{GRANT_CREATE, GRANT_END, KIOSK_MANAGE, SESSION_END};
use zw_access::{Ctx, Role, SettingDef};
use zw_core::Result;
use zw_ui::shell::Area;
use zw_ui::{Lang, Markup};
use zw_web::{Access, Auth, Module, NavDef, Routes};

pub use auth::Sessions;
pub use policy::CONSOLE as CLI_ACTIONS;
pub use standing::source;

/// Words of this module.
pub const FTL: &[(Lang, &str)] =
    &[(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// Reads sessions; the binary puts it into `App::new`.
pub fn authenticator() -> Auth {
    Auth(Box::<Sessions>::default())
}

/// Makes an operator's account, or a new code for it: the clear code, 15 minutes, once. For the command line.
pub async fn create_admin(ctx: &Ctx, login: &str, role: Role) -> Result<String> {
    service::console::issue_operator_code(ctx, login, "", role).await.map(|c| c.code)
}

/// What waits for an operator, on the first page.
pub async fn today_section(ctx: &Ctx, lang: Lang, csrf: &str) -> Result<Option<Markup>> {
    Ok(views::today::section(lang, csrf, &service::today::today(ctx).await?))
}

// i18n-keys: accounts-list-title accounts-kiosk-title accounts-audit-title
/// The module.
pub fn module() -> Module {
    let entry = |href, label, actions| NavDef { area: Area::Admin, href, label, actions };
    Module {
        name: "accounts",
        routes: own_routes().and(desk_routes()).and(api::routes()),
        policy: policy::RULES,
        settings: vec![SettingDef::of::<model::SessionLimits>()],
        ftl: FTL,
        drafts: &[],
        named: Some(service::told::NAMED),
        nav: vec![
            entry("/admin/accounts", "accounts-list-title", &[ACCOUNT_READ]),
            entry("/admin/kiosks", "accounts-kiosk-title", &[KIOSK_MANAGE]),
            entry("/admin/audit", "accounts-audit-title", &[AUDIT_READ]),
        ],
    }
}

// i18n-keys: accounts-activated accounts-signed-out accounts-password-changed accounts-session-ended
fn own_routes() -> Routes {
    let sign_in = Access::Public("nobody is signed in before signing in");
    let code = Access::Public("a one-time code is what its bearer has");
    Routes::new()
        .get("/login", sign_in, pages::signin::login_form)
        .post("/login", sign_in, pages::signin::login)
        .post("/logout", Access::Public("ends the session that comes along, if any"), pages::signin::logout)
        .get("/activate", code, pages::signin::code_form)
        .post("/activate", code, pages::signin::activate)
        .screen("/kiosk/{token}", Access::Public("a wall screen's token is what its bearer has"), pages::kiosk::open)
        .get("/account", Access::SignedIn, pages::own::overview)
        .get("/account/password", Access::SignedIn, pages::own::password_form)
        .post("/account/password", Access::SignedIn, pages::own::password)
        .get("/account/sessions", Access::SignedIn, pages::own::sessions)
        .post("/account/sessions/{id}/end", Access::SignedIn, pages::own::end_session)
}

// i18n-keys: accounts-confirmed accounts-linked accounts-state-saved accounts-grant-given accounts-grant-taken accounts-kiosk-gone
fn desk_routes() -> Routes {
    let (action, fresh) = (Access::Action, Access::Fresh);
    Routes::new()
        .get("/admin/accounts", action(ACCOUNT_READ), pages::admin::list)
        .post("/admin/accounts/export", fresh(ACCOUNT_READ), pages::admin::export)
        .get("/admin/accounts/find", action(ACCOUNT_READ), pages::admin::found)
        .post("/admin/accounts/find", action(ACCOUNT_READ), pages::admin::find)
        .get("/admin/accounts/new", action(ACCOUNT_CREATE), pages::admin::new_form)
        .post("/admin/accounts/new", action(ACCOUNT_CREATE), pages::admin::create)
        .get("/admin/accounts/{id}", action(ACCOUNT_READ), pages::admin::one)
        .post("/admin/accounts/{id}/code", action(ACCOUNT_CODE), pages::admin::issue_code)
        .post("/admin/accounts/{id}/state", action(ACCOUNT_STATE), pages::admin::set_state)
        .post("/admin/accounts/{id}/worker", fresh(ACCOUNT_WORKER), pages::admin::set_worker)
        .post("/admin/accounts/{id}/confirm", fresh(ACCOUNT_CONFIRM), pages::admin::confirm)
        .get("/admin/accounts/{id}/grants/new", action(GRANT_CREATE), pages::admin::grant_form)
        .post("/admin/accounts/{id}/grants/new", fresh(GRANT_CREATE), pages::admin::grant)
        .post("/admin/grants/{id}/end", fresh(GRANT_END), pages::admin::end_grant)
        .post("/admin/sessions/{id}/end", action(SESSION_END), pages::admin::end_session)
        .get("/admin/area-picker", Access::AnyOf(&[GRANT_CREATE, KIOSK_MANAGE]), pages::admin::area_picker)
        .get("/admin/kiosks", action(KIOSK_MANAGE), pages::kiosk::list)
        .get("/admin/kiosks/new", action(KIOSK_MANAGE), pages::kiosk::new_form)
        .post("/admin/kiosks/new", fresh(KIOSK_MANAGE), pages::kiosk::create)
        .post("/admin/kiosks/{id}/revoke", action(KIOSK_MANAGE), pages::kiosk::revoke)
        .get("/admin/audit", action(AUDIT_READ), pages::audit::list)
        .post("/admin/audit/export", fresh(AUDIT_READ), pages::audit::export)
        .post("/admin/audit/verify", action(AUDIT_READ), pages::audit::verify)
}
