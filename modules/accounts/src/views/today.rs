//! The operators' part of the first page.

use crate::service::audit::AuditStatus;
use crate::service::today::Today;
use zw_ui::{Lang, Markup, Stat, card, empty, html, stats};

/// Draws it; nothing for readers whom none of it concerns.
pub fn section(lang: Lang, t: &Today) -> Option<Markup> {
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
        return Some(empty(
            &lang.t("accounts-no-grants"),
            &lang.t("accounts-no-grants-how"),
            Some((&lang.t("accounts-own-title"), "/account")),
        ));
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
    Some(card(
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
    ))
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
    let all = Today {
        not_activated: Some(3),
        holidays_missing: vec![2022],
        grants: Some((2, 5)),
        audit: Some((7, status)),
        no_role: false,
    };
    html! {
        @for t in [all, Today { no_role: true, ..Today::default() }] {
            @if let Some(s) = section(lang, &t) { (s) }
        }
    }
}
