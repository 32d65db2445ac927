//! One's own account.

use super::signin::password_rules;
use super::trouble;
use crate::model::{Account, AccountState, Duty};
use crate::service::hold::Held;
use crate::service::own::{OwnGrant, SessionOut};
use zw_access::Role;
use zw_core::{AccountId, Day, SessionId, Stamp, Uuid};
use zw_ui::form::{buttons, form};
use zw_ui::table::cell;
use zw_ui::{
    Col, Field, Kind, Lang, Markup, Row, Table, button_link, button_row, card, columns, definitions, empty, field,
    html, post_button, submit, table,
};
use zw_web::FormTrouble;

fn when(at: Option<Stamp>, ip: Option<&str>) -> String {
    at.map_or_else(|| "—".into(), |t| format!("{} · {}", t.minute_cn(), ip.unwrap_or("—")))
}

// i18n-keys: role-prov_admin role-city_admin role-county_admin role-center_staff role-town_officer role-station_head
// i18n-keys: role-worker role-linked_cadre role-leader role-sys_admin role-security_admin role-audit_admin role-kiosk role-none
/// Name of a role.
pub(crate) fn role_name(lang: Lang, role: Role) -> String {
    lang.t(&format!("role-{role}"))
}

/// Days of a grant.
pub(crate) fn span(lang: Lang, from: Day, to: Option<Day>) -> String {
    match to {
        Some(t) => format!("{from} – {t}"),
        None => lang.tf("accounts-from-on", &[("day", from.to_string().as_str().into())]),
    }
}

/// Why a grant does not count: its time is still to come, or over.
pub(crate) fn idle(lang: Lang, upcoming: bool) -> String {
    lang.t(if upcoming { "accounts-grant-upcoming" } else { "accounts-grant-over" })
}

/// That a grant counts for nothing because its posting is over, or never was.
pub(crate) fn off_post(lang: Lang, posted_to: Option<Day>) -> String {
    match posted_to {
        Some(day) => lang.tf("accounts-off-post", &[("day", day.to_string().as_str().into())]),
        None => lang.t("accounts-never-posted"),
    }
}

/// The account page: who I am here, what I may do, when I was last here.
pub fn overview(lang: Lang, a: &Account, grants: &[OwnGrant]) -> Markup {
    let rows = grants
        .iter()
        .map(|g| {
            let state = if g.off_post {
                off_post(lang, g.posted_to)
            } else if g.active {
                lang.t("accounts-grant-active")
            } else {
                idle(lang, g.upcoming)
            };
            Row::texts([role_name(lang, g.role), g.place.clone(), span(lang, g.from, g.to), state])
        })
        .collect();
    html! {
        (columns(html! {
            (card(&lang.t("accounts-who"), definitions([
                (lang.t("accounts-display"), a.display.clone()),
                (lang.t("accounts-login"), a.login.clone()),
                (lang.t("accounts-password-at"), a.password_at.map_or_else(|| "—".into(), |t| t.minute_cn())),
            ])))
            (card(&lang.t("accounts-last-logins"), html! {
                (definitions([
                    (lang.t("accounts-this-login"), when(a.last_login_at, a.last_login_ip.as_deref())),
                    (lang.t("accounts-prev-login"), when(a.prev_login_at, a.prev_login_ip.as_deref())),
                ]))
                p class="form-hint" { (lang.t("accounts-not-me")) }
            }))
        }))
        (button_row(html! {
            (button_link(&lang.t("accounts-password-title"), "/account/password", true))
            (button_link(&lang.t("accounts-sessions-title"), "/account/sessions", false))
        }))
        h2 { (lang.t("accounts-my-grants")) }
        (table(lang, &Table {
            caption: lang.t("accounts-my-grants"),
            cols: vec![Col::text(lang.t("accounts-role")), Col::text(lang.t("accounts-area")), Col::text(lang.t("accounts-span")), Col::text(lang.t("accounts-state"))],
            rows,
            empty: Some(super::today::nothing(lang, Held::of(a).as_ref(), None)),
            ..Table::default()
        }))
    }
}

/// The form for a new password.
pub fn password(lang: Lang, csrf: &str, must: bool, t: &FormTrouble) -> Markup {
    let secret = |name: &str, label: &str, auto| {
        field(
            lang,
            &Field::new(name, lang.t(label), "", Kind::Password(auto)).required().error(t.of(lang, name).as_deref()),
        )
    };
    html! {
        (trouble(lang, t))
        @if must { p { strong { (lang.t("accounts-must-change")) } } }
        (form("/account/password", csrf, None, html! {
            (secret("current", "accounts-current-password", "current-password"))
            (password_rules(lang))
            (secret("password", "accounts-new-password", "new-password"))
            (secret("repeat", "accounts-repeat", "new-password"))
            (buttons(html! { (submit(&lang.t("accounts-set-password"))) }))
        }))
        p class="form-hint" { (lang.t("accounts-password-ends-sessions")) }
    }
}

/// Rows of sessions with a button that ends each; `action` makes the address from the id.
pub(crate) fn session_table(
    lang: Lang,
    csrf: &str,
    list: &[SessionOut],
    action: impl Fn(SessionId) -> String,
) -> Markup {
    let rows = list
        .iter()
        .map(|s| {
            let end = if s.this {
                html! { (lang.t("accounts-this-session")) }
            } else {
                post_button(&action(s.id), csrf, &lang.t("accounts-end-session"), None)
            };
            Row::new(vec![cell(&s.since), cell(&s.seen), cell(s.ip.as_deref().unwrap_or("—")), cell(&s.browser), end])
        })
        .collect();
    table(
        lang,
        &Table {
            caption: lang.t("accounts-sessions-title"),
            cols: vec![
                Col::text(lang.t("accounts-since")),
                Col::text(lang.t("accounts-seen")),
                Col::text(lang.t("accounts-address")),
                Col::text(lang.t("accounts-browser")).wide_only(),
                Col::text(lang.t("accounts-state")),
            ],
            rows,
            empty: Some(empty(&lang.t("accounts-no-sessions"), "", None)),
            ..Table::default()
        },
    )
}

/// One's own sessions.
pub fn sessions(lang: Lang, csrf: &str, list: &[SessionOut]) -> Markup {
    html! {
        p { (lang.t("accounts-sessions-lead")) }
        (session_table(lang, csrf, list, |id| format!("/account/sessions/{id}/end")))
    }
}

/// An account for samples.
pub(crate) fn sample_account() -> Account {
    let at = Stamp::from_ms(1_625_706_000_000);
    Account {
        id: AccountId(Uuid::nil()),
        login: "lin.xm".into(),
        display: "林小梅".into(),
        duty: Duty::Business,
        password_hash: Some(String::new()),
        password_at: Some(at),
        state: AccountState::Active,
        worker_id: None,
        must_change: false,
        held_at: None,
        held_by: None,
        held_for: None,
        last_login_at: Some(at),
        last_login_ip: Some("203.0.113.9".into()),
        prev_login_at: None,
        prev_login_ip: None,
        version: 1,
        created_at: at,
    }
}

/// Sessions for samples.
pub(crate) fn sample_sessions() -> Vec<SessionOut> {
    let one = |n: u128, this| SessionOut {
        id: SessionId(Uuid::from_u128(n)),
        since: "2021-07-08 08:30".into(),
        seen: "2021-07-08 09:00".into(),
        ip: Some("203.0.113.9".into()),
        browser: "Mozilla/5.0".into(),
        this,
    };
    vec![one(1, true), one(2, false)]
}

/// Every page of this file.
pub fn sample(lang: Lang) -> Markup {
    let from = Stamp::from_ms(1_609_459_200_000).day_cn();
    let grant = |role, to| OwnGrant {
        role,
        place: "示例市样板县".into(),
        from,
        to,
        active: to.is_none(),
        upcoming: false,
        off_post: role == Role::Worker,
        posted_to: to,
    };
    let mut fields = zw_core::FieldErrors::default();
    fields.add("current", "password-wrong");
    let t = FormTrouble { fields, note: None, current: vec![] };
    html! {
        (overview(lang, &sample_account(), &[grant(Role::CountyAdmin, None), grant(Role::Leader, Some(from)), grant(Role::Worker, Some(from)), grant(Role::Worker, None)]))
        (overview(lang, &sample_account(), &[]))
        (password(lang, "t", true, &t))
        (sessions(lang, "t", &sample_sessions()))
        (sessions(lang, "t", &[]))
    }
}
