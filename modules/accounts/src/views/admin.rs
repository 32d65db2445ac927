//! The desks of the system and the security administrator: accounts, one account, a code shown once.

use super::{refusal, trouble};
use crate::model::{AccountState, Duty, HeldFor};
use crate::service::accounts::{AccountOut, AccountQuery, Issued, OF_GRANTS};
use crate::service::grants::GrantOut;
use crate::service::hold::Held;
use crate::service::own::SessionOut;
use crate::views::own::{idle, off_post, sample_sessions, session_table, span};
use zw_core::{AccountId, GrantId, Paged, Stamp, Uuid};
use zw_ui::form::{buttons, form, hidden, search_form};
use zw_ui::status::badge_with;
use zw_ui::table::cell;
use zw_ui::{
    Choice, Col, Field, Lang, Markup, Row, Status, Table, button_link, button_row, card, columns, definitions, empty,
    field, html, pagination, pagination_of_search, post_button, submit, submit_danger, table,
};
use zw_web::{FormTrouble, Posted};

// i18n-keys: accounts-duty-business accounts-duty-sys_admin accounts-duty-security_admin accounts-duty-audit_admin
fn duty(lang: Lang, d: Duty) -> String {
    lang.t(&format!("accounts-duty-{d}"))
}

/// State of an account in one word.
pub(crate) fn state(lang: Lang, a: &AccountOut) -> Markup {
    match (a.state, a.activated) {
        (AccountState::Active, _) if a.held.is_some() => badge_with(Status::Overdue, &lang.t("accounts-state-held")),
        (AccountState::Disabled, _) => badge_with(Status::NoData, &lang.t("accounts-state-disabled")),
        (AccountState::Active, false) => badge_with(Status::Behind, &lang.t("accounts-state-waiting")),
        (AccountState::Active, true) => badge_with(Status::Done, &lang.t("accounts-state-active")),
    }
}

fn query(q: &AccountQuery, page: i64) -> String {
    // A state is a code that was read before it comes here.
    format!("/admin/accounts?state={}&page={page}", q.state)
}

/// The table of accounts, on the page and in its export.
pub fn accounts(lang: Lang, found: &Paged<AccountOut>) -> Table {
    let rows = found
        .items
        .iter()
        .map(|a| {
            Row::new(vec![
                html! { a href={ "/admin/accounts/" (a.id) } { (a.login) } },
                cell(&a.display),
                cell(duty(lang, a.duty)),
                state(lang, a),
                cell(a.last_login.as_deref().unwrap_or("—")),
            ])
        })
        .collect();
    Table {
        caption: lang.t("accounts-list-title"),
        cols: vec![
            Col::text(lang.t("accounts-login")),
            Col::text(lang.t("accounts-display")),
            Col::text(lang.t("accounts-duty")).wide_only(),
            Col::text(lang.t("accounts-state")),
            Col::text(lang.t("accounts-last-login")).wide_only(),
        ],
        rows,
        empty: Some(empty(&lang.t("accounts-none"), &lang.t("accounts-none-how"), None)),
        ..Table::default()
    }
}

/// The list of accounts, for who may make one, and for who sees what they may do.
pub fn list(
    lang: Lang,
    csrf: &str,
    q: &AccountQuery,
    found: &Paged<AccountOut>,
    (may_create, sees_grants): (bool, bool),
    export: Option<zw_ui::Export>,
) -> Markup {
    // i18n-keys: accounts-state-bare accounts-state-ending accounts-state-held accounts-state-off-post
    let of_grants = OF_GRANTS.iter().filter(|_| sees_grants);
    let words = ["active", "waiting", "disabled"].iter().chain(of_grants);
    let states = words.map(|w| Choice::new(*w, lang.t(&format!("accounts-state-{w}")))).collect();
    html! {
        @if may_create { (button_row(button_link(&lang.t("accounts-new-title"), "/admin/accounts/new", true))) }
        (search_form("/admin/accounts/find", csrf, "zw-filter", html! {
            (field(lang, &Field::text("q", lang.t("accounts-find"), &q.q)))
            (field(lang, &Field::select("state", lang.t("accounts-state"), &q.state, states)))
            (buttons(submit(&lang.t("accounts-show"))))
        }))
        (table(lang, &Table { export, ..accounts(lang, found) }))
        @if q.q.trim().is_empty() {
            (pagination(lang, found.page, found.size, found.total, |p| query(q, p)))
        } @else {
            (pagination_of_search(lang, (found.page, found.size, found.total), "/admin/accounts/find", csrf, &[("q", &q.q), ("state", &q.state)]))
        }
    }
}

/// The form for a new account.
pub fn new(lang: Lang, csrf: &str, key: &str, p: &Posted, t: &FormTrouble) -> Markup {
    html! {
        (trouble(lang, t))
        p { (lang.t("accounts-new-lead")) }
        (form("/admin/accounts/new", csrf, Some(key), html! {
            (field(lang, &Field::text("login", lang.t("accounts-login"), p.value("login")).required()
                .hint(lang.t("accounts-login-hint")).error(t.of(lang, "login").as_deref())))
            (field(lang, &Field::text("display", lang.t("accounts-display"), p.value("display")).required()
                .error(t.of(lang, "display").as_deref())))
            (field(lang, &Field::text("worker", lang.t("accounts-worker"), p.value("worker"))
                .hint(lang.t("accounts-worker-hint")).error(t.of(lang, "worker").as_deref())))
            (buttons(submit(&lang.t("accounts-create"))))
        }))
    }
}

/// A code, shown this once.
pub fn code(lang: Lang, i: &Issued) -> Markup {
    html! {
        @match &i.code {
            Some(code) => {
                p { (lang.tf("accounts-code-for", &[("login", i.account.login.as_str().into()), ("name", i.account.display.as_str().into())])) }
                p class="zw-code" { code { (code) } }
                p { (lang.tf("accounts-code-until", &[("until", i.until.as_str().into())])) }
                p { strong { (lang.t("accounts-code-once")) } }
                @if i.account.held.is_some() { p { (lang.t("accounts-code-held")) } }
            }
            None => { (refusal(&lang.t("accounts-code-shown"))) }
        }
        (button_row(button_link(&lang.t("accounts-back-to-account"), &format!("/admin/accounts/{}", i.account.id), true)))
    }
}

/// What the reader may do with an account, and what is shown because of it.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// System administrator: code, state.
    pub may_manage: bool,
    /// System administrator: says which worker it belongs to.
    pub may_link: bool,
    /// Security administrator: confirms grants that wait.
    pub may_confirm: bool,
    /// What was typed into a form of the page that did not go through.
    pub typed: Posted,
    /// Security administrator: grants, if they may be seen.
    pub grants: Option<Vec<GrantOut>>,
    /// Security administrator: sessions, if they may be seen.
    pub sessions: Option<Vec<SessionOut>>,
}

/// One account.
pub fn one(lang: Lang, csrf: &str, a: &AccountOut, d: &Desk, t: &FormTrouble) -> Markup {
    let base = format!("/admin/accounts/{}", a.id);
    html! {
        (trouble(lang, t))
        (columns(card(&lang.t("accounts-who"), definitions([
            (lang.t("accounts-display"), cell(&a.display)),
            (lang.t("accounts-login"), cell(&a.login)),
            (lang.t("accounts-duty"), cell(duty(lang, a.duty))),
            (lang.t("accounts-state"), state(lang, a)),
            (lang.t("accounts-worker"), cell(a.worker.map_or_else(|| "—".to_owned(), |w| w.number()))),
            (lang.t("accounts-last-login"), cell(a.last_login.as_deref().unwrap_or("—"))),
            (lang.t("accounts-created"), cell(&a.created)),
        ]))))
        @if let Some(h) = &a.held { (held(lang, csrf, a, h, &base, d.may_confirm)) }
        @if a.duty.is_operator() { p class="form-hint" { (lang.t("rule-operator-console")) } }
        @if d.may_manage && !a.duty.is_operator() { (manage(lang, csrf, a, &base)) }
        @if d.may_link && !a.duty.is_operator() { (link(lang, csrf, a, &base, &d.typed, t)) }
        @if let Some(list) = &d.grants { (grants(lang, csrf, a, list, &base)) }
        @if let Some(list) = &d.sessions {
            h2 { (lang.t("accounts-sessions-title")) }
            (session_table(lang, csrf, list, |id| format!("/admin/sessions/{id}/end")))
        }
    }
}

// i18n-keys: accounts-held-code accounts-held-worker
/// Why grants wait, in one sentence.
pub(crate) fn held_words(lang: Lang, h: &Held) -> String {
    let key = match h.why {
        HeldFor::Code => "accounts-held-code",
        HeldFor::Worker => "accounts-held-worker",
    };
    lang.tf(key, &[("by", h.by.as_str().into()), ("at", h.since.as_str().into())])
}

/// That the grants of an account wait, and for who may: the button that lets them count again.
fn held(lang: Lang, csrf: &str, a: &AccountOut, h: &Held, base: &str, may_confirm: bool) -> Markup {
    card(
        &lang.t("accounts-held-title"),
        html! {
            p { (held_words(lang, h)) " " (lang.t("accounts-held-means")) }
            @if may_confirm {
                p { (lang.t("accounts-held-ask")) }
                (form(&format!("{base}/confirm"), csrf, None, html! {
                    (hidden("version", &a.version.to_string()))
                    (buttons(submit(&lang.t("accounts-confirm"))))
                }))
            }
        },
    )
}

fn manage(lang: Lang, csrf: &str, a: &AccountOut, base: &str) -> Markup {
    let active = a.state == AccountState::Active;
    let next = if active { AccountState::Disabled } else { AccountState::Active };
    html! {
        h2 { (lang.t("accounts-manage")) }
        (button_row(html! {
            @if active {
                (post_button(&format!("{base}/code"), csrf, &lang.t("accounts-issue-code"), Some(&lang.t("accounts-issue-ask"))))
            }
            (form(&format!("{base}/state"), csrf, None, html! {
                (hidden("state", zw_core::code::Code::code(next)))
                (hidden("version", &a.version.to_string()))
                @if active { (submit_danger(&lang.t("accounts-disable"), &lang.t("accounts-disable-ask"))) }
                @else { (submit(&lang.t("accounts-enable"))) }
            }))
        }))
        p class="form-hint" { (lang.t("accounts-manage-hint")) }
    }
}

/// Which worker an account belongs to, said afterwards or put right.
fn link(lang: Lang, csrf: &str, a: &AccountOut, base: &str, typed: &Posted, t: &FormTrouble) -> Markup {
    let now = a.worker.map(|w| w.number()).unwrap_or_default();
    let value = if t.of(lang, "worker").is_some() { typed.value("worker") } else { &now };
    html! {
        h2 { (lang.t("accounts-link")) }
        (form(&format!("{base}/worker"), csrf, None, html! {
            (hidden("version", &a.version.to_string()))
            (field(lang, &Field::text("worker", lang.t("accounts-worker"), value).required()
                .hint(lang.t("accounts-worker-hint")).error(t.of(lang, "worker").as_deref())))
            (buttons(submit(&lang.t("accounts-link-save"))))
        }))
        p class="form-hint" { (lang.t("accounts-link-hint")) }
    }
}

/// Name of a role by its code; an unknown code stays as it is.
pub(crate) fn role_code(lang: Lang, code: &str) -> String {
    lang.t_or(&format!("role-{code}"), code)
}

fn grants(lang: Lang, csrf: &str, a: &AccountOut, list: &[GrantOut], base: &str) -> Markup {
    let rows = list
        .iter()
        .map(|g| {
            let state = if !g.genuine {
                badge_with(Status::Overdue, &lang.t("accounts-grant-forged"))
            } else if let Some(at) = &g.ended {
                cell(lang.tf("accounts-grant-ended", &[("at", at.as_str().into())]))
            } else if a.held.is_some() {
                badge_with(Status::Behind, &lang.t("accounts-grant-held"))
            } else if g.off_post {
                badge_with(Status::Overdue, &off_post(lang, g.posted_to))
            } else if g.active {
                badge_with(Status::Done, &lang.t("accounts-grant-active"))
            } else {
                badge_with(Status::NoData, &idle(lang, g.upcoming))
            };
            let end = if g.ended.is_none() && !a.duty.is_operator() {
                post_button(
                    &format!("/admin/grants/{}/end", g.id),
                    csrf,
                    &lang.t("accounts-grant-end"),
                    Some(&lang.t("accounts-grant-end-ask")),
                )
            } else {
                html! {}
            };
            Row::new(vec![
                cell(role_code(lang, &g.role)),
                cell(&g.place),
                cell(span(lang, g.from, g.to)),
                state,
                cell(&g.by),
                end,
            ])
        })
        .collect();
    html! {
        h2 { (lang.t("accounts-grants")) }
        @if !a.duty.is_operator() && a.state == AccountState::Active {
            (button_row(button_link(&lang.t("accounts-grant-new"), &format!("{base}/grants/new"), true)))
        }
        (table(lang, &Table {
            caption: lang.t("accounts-grants"),
            cols: vec![
                Col::text(lang.t("accounts-role")),
                Col::text(lang.t("accounts-area")),
                Col::text(lang.t("accounts-span")).wide_only(),
                Col::text(lang.t("accounts-state")),
                Col::text(lang.t("accounts-by")).wide_only(),
                Col::text(lang.t("accounts-act")),
            ],
            rows,
            empty: Some(empty(&lang.t("accounts-no-grants"), &lang.t("accounts-grant-how"), None)),
            ..Table::default()
        }))
    }
}

/// An account for samples.
pub(crate) fn sample_out(n: u128, duty: Duty, state: AccountState) -> AccountOut {
    AccountOut {
        id: AccountId(Uuid::from_u128(n)),
        login: format!("lin.xm{n}"),
        display: "林小梅".into(),
        duty,
        state,
        activated: n != 2,
        worker: None,
        last_login: (n == 1).then(|| "2021-07-08 08:30".into()),
        created: "2021-01-04 10:00".into(),
        held: (n == 4).then(|| Held { since: "2021-07-08 09:00".into(), by: "sys.one".into(), why: HeldFor::Code }),
        version: 1,
    }
}

/// Every page of this file.
pub fn sample(lang: Lang) -> Markup {
    let a = sample_out(1, Duty::Business, AccountState::Active);
    let items = vec![
        a.clone(),
        sample_out(2, Duty::Business, AccountState::Active),
        sample_out(3, Duty::AuditAdmin, AccountState::Disabled),
    ];
    let found = Paged { items, page: 1, size: 50, total: 3 };
    let none = Paged { items: vec![], page: 1, size: 50, total: 0 };
    let from = Stamp::from_ms(1_609_459_200_000).day_cn();
    let grant = |n: u128, ended: Option<&str>, genuine| GrantOut {
        id: GrantId(Uuid::from_u128(n)),
        role: "county_admin".into(),
        place: "示例市样板县".into(),
        area: None,
        unit: None,
        from,
        to: None,
        ended: ended.map(str::to_owned),
        by: "sec.one".into(),
        active: ended.is_none() && genuine && n < 4,
        upcoming: n == 4,
        off_post: n == 5,
        posted_to: (n == 5).then_some(from),
        genuine,
    };
    let desk = Desk {
        may_manage: true,
        may_link: true,
        may_confirm: true,
        typed: Posted::default(),
        grants: Some(vec![
            grant(1, None, true),
            grant(2, Some("2021-07-01 09:00"), true),
            grant(3, None, false),
            grant(4, None, true),
            grant(5, None, true),
        ]),
        sessions: Some(sample_sessions()),
    };
    let mut fields = zw_core::FieldErrors::default();
    fields.add("login", "login-taken");
    let t = FormTrouble { fields, note: Some(lang.t("rule-account-disabled")), current: vec![] };
    let issued = |code: Option<&str>| Issued {
        account: a.clone(),
        code: code.map(str::to_owned),
        until: "2021-07-11 09:00".into(),
    };
    html! {
        (list(lang, "t", &AccountQuery { q: "林".into(), ..AccountQuery::default() }, &found, (true, true), None))
        (list(lang, "t", &AccountQuery::default(), &none, (false, false), None))
        (new(lang, "t", "k", &Posted::prefilled([("login", "lin.xm")]), &t))
        (code(lang, &issued(Some("01Z0A-BCJKM-NPQRS-TVWXZ"))))
        (code(lang, &issued(None)))
        (one(lang, "t", &a, &desk, &t))
        (one(lang, "t", &sample_out(3, Duty::AuditAdmin, AccountState::Active), &desk, &FormTrouble::default()))
        (one(lang, "t", &sample_out(4, Duty::Business, AccountState::Active), &desk, &FormTrouble::default()))
        (one(lang, "t", &sample_out(5, Duty::Business, AccountState::Disabled), &desk, &FormTrouble::default()))
    }
}
