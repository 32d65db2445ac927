//! The operators' desks: accounts, grants, sessions of others.

use crate::policy;
use crate::service::accounts::{self, AccountList, AccountOut, AccountQuery, Issued};
use crate::service::area::{self, AreaQuery};
use crate::service::grants::{self, NewGrant};
use crate::service::hold;
use crate::views;
use crate::views::admin::Desk;
use crate::views::grant::Offer;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use zw_core::{AccountId, Error, GrantId, PageReq, Result, SessionId};
use zw_ui::Head;
use zw_web::{FormTrouble, Listed, Page, PageResult, Posted, Sought, redirect, saved};

/// GET /admin/accounts
pub async fn list(page: Page, Query(f): Query<AccountList>) -> PageResult {
    listed(page, &f.into()).await
}

/// POST /admin/accounts/find: a name is asked for in the body, never in an address.
pub async fn find(page: Page, posted: Posted) -> PageResult {
    posted.input::<AccountQuery>()?;
    page.keep_search(&posted).await
}

/// GET /admin/accounts/find: what was found, as long as the search is kept.
pub async fn found(page: Page, Query(sought): Query<Sought>) -> PageResult {
    match page.kept_search(&sought).await? {
        Some(asked) => listed(page, &asked.input::<AccountQuery>()?).await,
        None => Ok(redirect("/admin/accounts")),
    }
}

async fn listed(page: Page, q: &AccountQuery) -> PageResult {
    let found = accounts::list(&page.ctx, q).await?;
    let export = Some(page.export_form("/admin/accounts/export", q));
    let may = (page.ctx.can(policy::ACCOUNT_CREATE), page.ctx.can(policy::GRANT_READ));
    let body = views::admin::list(page.lang, &page.csrf, q, &found, may, export);
    Ok(page.html(&page.lang.t("accounts-list-title"), body))
}

/// POST /admin/accounts/export
pub async fn export(page: Page, posted: Posted) -> PageResult {
    let found = accounts::listed(&page.ctx, &posted.input()?, PageReq::export()).await?;
    let title = page.lang.t("accounts-list-title");
    let what = Listed { list: "accounts", title, total: found.total, ..Listed::default() };
    page.xlsx(what, &views::admin::accounts(page.lang, &found)).await
}

/// GET /admin/accounts/new
pub async fn new_form(page: Page) -> PageResult {
    let body = views::admin::new(page.lang, &page.csrf, &page.idem_key(), &Posted::default(), &FormTrouble::default());
    Ok(page.html_with(&below_list(&page, "accounts-new-title"), body))
}

fn below_list(page: &Page, title: &str) -> Head {
    Head {
        title: page.lang.t(title),
        crumbs: vec![(page.lang.t("accounts-list-title"), "/admin/accounts".into())],
        ..Head::default()
    }
}

/// POST /admin/accounts/new
pub async fn create(page: Page, posted: Posted) -> PageResult {
    let done = async { accounts::create(&page.ctx, posted.input()?, &posted.idem).await };
    match done.await {
        Ok(issued) => Ok(code_page(&page, &issued)),
        Err(e) => {
            let t = page.at_form(e)?;
            let body = views::admin::new(page.lang, &page.csrf, &page.idem_key(), &posted, &t);
            Ok(page.unprocessable(&page.lang.t("accounts-new-title"), body))
        }
    }
}

/// The code is in the answer to the POST, never in an address or a cookie.
fn code_page(page: &Page, issued: &Issued) -> Response {
    page.html_with(&below_list(page, "accounts-code"), views::admin::code(page.lang, issued))
}

async fn desk(page: &Page, a: &AccountOut) -> Result<Desk> {
    let ctx = &page.ctx;
    Ok(Desk {
        may_manage: ctx.can(policy::ACCOUNT_STATE),
        may_link: ctx.can(policy::ACCOUNT_WORKER),
        may_confirm: ctx.can(policy::ACCOUNT_CONFIRM),
        typed: Posted::default(),
        grants: if ctx.can(policy::GRANT_READ) { Some(grants::list(ctx, a.id).await?) } else { None },
        sessions: if ctx.can(policy::SESSION_READ) { Some(grants::sessions(ctx, a.id).await?) } else { None },
    })
}

/// GET /admin/accounts/{id}
pub async fn one(page: Page, Path(id): Path<AccountId>) -> PageResult {
    let a = accounts::get(&page.ctx, id).await?;
    let desk = desk(&page, &a).await?;
    let body = views::admin::one(page.lang, &page.csrf, &a, &desk, &FormTrouble::default());
    let head = Head { title: a.display.clone(), ..below_list(&page, "accounts-list-title") };
    Ok(page.html_with(&head, body))
}

/// The page of an account again, with what was wrong.
async fn again(page: &Page, id: AccountId, typed: Posted, e: Error) -> PageResult {
    let t = page.at_form(e)?;
    let a = accounts::get(&page.ctx, id).await?;
    let desk = Desk { typed, ..desk(page, &a).await? };
    let body = views::admin::one(page.lang, &page.csrf, &a, &desk, &t);
    Ok(page.unprocessable(&a.display, body))
}

/// POST /admin/accounts/{id}/code
pub async fn issue_code(page: Page, Path(id): Path<AccountId>, posted: Posted) -> PageResult {
    match accounts::issue_code(&page.ctx, id, &posted.idem).await {
        Ok(issued) => Ok(code_page(&page, &issued)),
        Err(e) => again(&page, id, posted, e).await,
    }
}

/// POST /admin/accounts/{id}/state
pub async fn set_state(page: Page, Path(id): Path<AccountId>, posted: Posted) -> PageResult {
    let done = async { accounts::set_state(&page.ctx, id, posted.input()?).await };
    match done.await {
        Ok(_) => Ok(saved(&format!("/admin/accounts/{id}"), "accounts-state-saved")),
        Err(e) => again(&page, id, posted, e).await,
    }
}

/// POST /admin/accounts/{id}/confirm
pub async fn confirm(page: Page, Path(id): Path<AccountId>, posted: Posted) -> PageResult {
    let done = async { hold::confirm(&page.ctx, id, &posted.input()?).await };
    match done.await {
        Ok(_) => Ok(saved(&format!("/admin/accounts/{id}"), "accounts-confirmed")),
        Err(e) => again(&page, id, posted, e).await,
    }
}

/// POST /admin/accounts/{id}/worker
pub async fn set_worker(page: Page, Path(id): Path<AccountId>, posted: Posted) -> PageResult {
    let done = async { accounts::set_worker(&page.ctx, id, posted.input()?).await };
    match done.await {
        Ok(_) => Ok(saved(&format!("/admin/accounts/{id}"), "accounts-linked")),
        Err(e) => again(&page, id, posted, e).await,
    }
}

/// GET /admin/area-picker: the cascade again, for what was chosen.
pub async fn area_picker(page: Page, Query(q): Query<AreaQuery>) -> PageResult {
    Ok(views::area::picker(page.lang, &area::levels(&page.ctx, &q), None).into_response())
}

/// What the cascade of a posted form says.
pub(crate) fn chosen(posted: &Posted) -> AreaQuery {
    let v = |name: &str| posted.value(name).to_owned();
    AreaQuery { province: v("province"), city: v("city"), county: v("county"), township: v("township") }
}

async fn offer(page: &Page, posted: &Posted) -> Result<Offer> {
    Ok(Offer {
        levels: area::levels(&page.ctx, &chosen(posted)),
        units: grants::find_units(&page.ctx, posted.value("unit_text")).await?,
    })
}

async fn grant_body(page: &Page, a: &AccountOut, posted: &Posted, t: &FormTrouble) -> Result<zw_ui::Markup> {
    let offer = offer(page, posted).await?;
    Ok(views::grant::new(page.lang, &page.csrf, &page.idem_key(), a, posted, &offer, t))
}

/// GET /admin/accounts/{id}/grants/new
pub async fn grant_form(page: Page, Path(id): Path<AccountId>) -> PageResult {
    let a = accounts::get(&page.ctx, id).await?;
    let body = grant_body(&page, &a, &Posted::default(), &FormTrouble::default()).await?;
    Ok(page.html_with(&below_list(&page, "accounts-grant-new"), body))
}

/// POST /admin/accounts/{id}/grants/new
pub async fn grant(page: Page, Path(id): Path<AccountId>, posted: Posted) -> PageResult {
    if !posted.value("reload").is_empty() {
        let a = accounts::get(&page.ctx, id).await?;
        let body = grant_body(&page, &a, &posted, &FormTrouble::default()).await?;
        return Ok(page.html_with(&below_list(&page, "accounts-grant-new"), body));
    }
    let done = async { grants::create(&page.ctx, id, new_grant(&posted)?, &posted.idem).await };
    match done.await {
        Ok(_) => Ok(saved(&format!("/admin/accounts/{id}"), "accounts-grant-given")),
        Err(e) => {
            let t = page.at_form(e)?;
            let a = accounts::get(&page.ctx, id).await?;
            let body = grant_body(&page, &a, &posted, &t).await?;
            Ok(page.unprocessable(&page.lang.t("accounts-grant-new"), body))
        }
    }
}

/// The form's fields, those that only help to choose included; any other is refused.
#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct GrantForm {
    role: String,
    province: String,
    city: String,
    county: String,
    township: String,
    #[serde(rename = "unit_text")]
    _unit_text: String,
    unit: String,
    from: String,
    to: String,
}

fn new_grant(posted: &Posted) -> Result<NewGrant> {
    let f: GrantForm = posted.input()?;
    let q = AreaQuery { province: f.province, city: f.city, county: f.county, township: f.township };
    Ok(NewGrant { role: f.role, area: q.lowest().to_owned(), unit: f.unit, from: f.from, to: f.to })
}

/// POST /admin/grants/{id}/end
pub async fn end_grant(page: Page, Path(id): Path<GrantId>, _posted: Posted) -> PageResult {
    let account = grants::end(&page.ctx, id).await?;
    Ok(saved(&format!("/admin/accounts/{account}"), "accounts-grant-taken"))
}

/// POST /admin/sessions/{id}/end
pub async fn end_session(page: Page, Path(id): Path<SessionId>, _posted: Posted) -> PageResult {
    let account = grants::end_session(&page.ctx, id).await?;
    Ok(saved(&format!("/admin/accounts/{account}"), "accounts-session-ended"))
}
