//! The operators' part of the first page.

use super::admin::{held_words, role_code, sample_out};
use super::own::{off_post, role_name};
use crate::model::{AccountState, Duty, HeldFor};
use crate::service::audit::AuditStatus;
use crate::service::grants::OffPostGrant;
use crate::service::hold::Held;
use crate::service::own::OwnGrant;
use crate::service::today::Today;
use zw_ui::table::cell;
use zw_ui::{Col, Lang, Markup, Row, Stat, Table, card, card_with, empty, html, post_button, stats, table};

/// What stands in the place of work for who holds no grant that counts: why, and whom to ask.
pub(super) fn nothing(lang: Lang, held: Option<&Held>, way: Option<(&str, &str)>) -> Markup {
    match held {
        Some(h) => empty(
            &lang.t("accounts-held-title"),
            &format!("{} {}", held_words(lang, h), lang.t("accounts-held-own")),
            way,
        ),
        None => empty(&lang.t("accounts-no-grants"), &lang.t("accounts-no-grants-how"), way),
    }
}

/// The reader's own stations at which no posting stands any more.
fn own_off_post(lang: Lang, list: &[OwnGrant]) -> Markup {
    card(
        &lang.t("accounts-own-off-title"),
        html! {
            ul class="zw-list" { @for g in list {
                li { (g.place) " · " (role_name(lang, g.role)) ": " (off_post(lang, g.posted_to)) }
            } }
            p class="form-hint" { (lang.t("accounts-own-off-how")) }
        },
    )
}

/// Accounts whose grants wait.
fn held(lang: Lang, t: &Today) -> Markup {
    let (list, total) = &t.held;
    let rows = list.iter().filter_map(|a| {
        let h = a.held.as_ref()?;
        let href = format!("/admin/accounts/{}", a.id);
        Some(Row::new(vec![
            html! { a class="zw-tap" href=(href) { (a.display) " " (a.login) } },
            cell(held_words(lang, h)),
        ]))
    });
    card_with(
        &lang.tf("accounts-today-held", &[("n", (*total).into())]),
        Some(html! { a href="/admin/accounts?state=held" { (lang.t("accounts-today-all")) } }),
        html! {
            (table(lang, &Table {
                caption: lang.t("accounts-state-held"),
                cols: vec![Col::text(lang.t("accounts-who")), Col::text(lang.t("accounts-held-why"))],
                rows: rows.collect(),
                ..Table::default()
            }))
            p class="form-hint" { (lang.t("accounts-today-held-how")) }
        },
    )
}

/// Grants whose posting is over, each with the button that takes it back.
fn off_posts(lang: Lang, csrf: &str, t: &Today) -> Markup {
    let (list, accounts) = &t.off_post;
    let row = |g: &OffPostGrant| {
        let end = post_button(
            &format!("/admin/grants/{}/end", g.id),
            csrf,
            &lang.t("accounts-grant-end"),
            Some(&lang.t("accounts-grant-end-ask")),
        );
        Row::new(vec![
            html! { a class="zw-tap" href={ "/admin/accounts/" (g.account) } { (g.who) } },
            cell(role_code(lang, &g.role)),
            cell(&g.unit),
            cell(off_post(lang, g.posted_to)),
            end,
        ])
    };
    card_with(
        &lang.tf("accounts-today-off-post", &[("n", (*accounts).into())]),
        Some(html! { a href="/admin/accounts?state=off-post" { (lang.t("accounts-today-all")) } }),
        html! {
            (table(lang, &Table {
                caption: lang.t("accounts-off-post-caption"),
                cols: vec![
                    Col::text(lang.t("accounts-who")),
                    Col::text(lang.t("accounts-role")),
                    Col::text(lang.t("accounts-area")).wide_only(),
                    Col::text(lang.t("accounts-state")),
                    Col::text(lang.t("accounts-act")),
                ],
                rows: list.iter().map(row).collect(),
                ..Table::default()
            }))
            p class="form-hint" { (lang.t("accounts-today-off-post-how")) }
        },
    )
}

/// Draws it; nothing for readers whom none of it concerns.
pub fn section(lang: Lang, csrf: &str, t: &Today) -> Option<Markup> {
    if !t.own_off_post.is_empty() {
        return Some(own_off_post(lang, &t.own_off_post));
    }
    let unit = lang.t("accounts-unit-accounts");
    let mut list = vec![];
    let mut put = |label: &str, value: i64, unit: &str, href: &str| {
        list.push(Stat {
            label: lang.t(label),
            value: zw_ui::format::num(value),
            unit: unit.to_owned(),
            href: Some(href.to_owned()),
            ..Stat::default()
        });
    };
    // i18n-keys: accounts-today-waiting accounts-today-bare accounts-today-ending accounts-today-refused
    if let Some(n) = t.not_activated {
        put("accounts-today-waiting", n, &unit, "/admin/accounts?state=waiting");
    }
    if let Some((bare, ending)) = t.grants {
        put("accounts-today-bare", bare, &unit, "/admin/accounts?state=bare");
        put("accounts-today-ending", ending, &unit, "/admin/accounts?state=ending");
    }
    if let Some((refused, _)) = &t.audit {
        put("accounts-today-refused", *refused, &lang.t("accounts-unit-times"), "/admin/audit?decision=deny");
    }
    if t.no_role {
        return Some(nothing(lang, t.own_held.as_ref(), Some((&lang.t("accounts-own-title"), "/account"))));
    }
    if list.is_empty() && t.holidays_missing.is_empty() {
        return None;
    }
    let years: Vec<String> = t.holidays_missing.iter().map(i64::to_string).collect();
    let years = years.join(lang.comma());
    let seal = t.audit.as_ref().map(|(_, s)| match &s.checkpoint_at {
        Some(at) => lang.tf("accounts-today-seal", &[("at", at.as_str().into())]),
        None => lang.t("accounts-audit-no-checkpoint"),
    });
    let desk = card(
        &lang.t("accounts-today-title"),
        html! {
            @if !t.holidays_missing.is_empty() {
                div class="zw-notice n-warning" { span class="zw-mark" aria-hidden="true" { "!" } p {
                    (lang.tf("accounts-today-holidays", &[("years", years.as_str().into())]))
                } }
            }
            (stats(lang, &list))
            @if let Some(s) = seal { p class="form-hint" { (s) } }
        },
    );
    Some(html! {
        @if t.held.1 > 0 { (held(lang, t)) }
        @if t.off_post.1 > 0 { (off_posts(lang, csrf, t)) }
        (desk)
    })
}

/// Every desk at once.
pub fn sample(lang: Lang) -> Markup {
    let status = AuditStatus {
        events: 12,
        chains: 1,
        checkpoint: Some(1),
        checkpoint_at: Some("2021-07-08 08:59".into()),
        stale: false,
    };
    let from = zw_core::Day::from_stored(20210701);
    let grant = |posted_to| OffPostGrant {
        id: zw_core::GrantId(zw_core::Uuid::nil()),
        account: zw_core::AccountId(zw_core::Uuid::nil()),
        who: "林小梅 lin.xm".into(),
        role: "worker".into(),
        unit: "示例站".into(),
        posted_to,
    };
    let own = |posted_to| OwnGrant {
        role: zw_access::Role::Worker,
        place: "示例县 示例站".into(),
        from,
        to: None,
        active: false,
        upcoming: false,
        off_post: true,
        posted_to,
    };
    let all = Today {
        not_activated: Some(3),
        holidays_missing: vec![2022],
        grants: Some((2, 5)),
        audit: Some((7, status)),
        held: (vec![sample_out(4, Duty::Business, AccountState::Active)], 1),
        off_post: (vec![grant(Some(from)), grant(None)], 2),
        ..Today::default()
    };
    let why = Held { since: "2021-07-08 09:00".into(), by: "sys.one".into(), why: HeldFor::Worker };
    let waits = Today { no_role: true, own_held: Some(why), ..Today::default() };
    let left = Today { own_off_post: vec![own(Some(from)), own(None)], ..Today::default() };
    html! {
        @for t in [all, Today { no_role: true, ..Today::default() }, waits, left] {
            @if let Some(s) = section(lang, "t", &t) { (s) }
        }
    }
}
