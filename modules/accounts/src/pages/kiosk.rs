//! Wall screens: the security administrator's list, and the door a screen comes through.

use super::admin::chosen;
use super::with_cookie;
use crate::service::area;
use crate::service::kiosk::{self, NewKiosk};
use crate::views;
use axum::extract::Path;
use zw_access::Role;
use zw_core::{Error, Result, Uuid};
use zw_ui::Head;
use zw_web::{FormTrouble, Page, PageResult, Posted, Site, redirect, saved};

/// GET /admin/kiosks
pub async fn list(page: Page) -> PageResult {
    let screens = kiosk::list(&page.ctx).await?;
    let body = views::kiosk::list(page.lang, &page.csrf, &screens);
    Ok(page.html(&page.lang.t("accounts-kiosk-title"), body))
}

fn head(page: &Page) -> Head {
    Head {
        title: page.lang.t("accounts-kiosk-new"),
        crumbs: vec![(page.lang.t("accounts-kiosk-title"), "/admin/kiosks".into())],
        ..Head::default()
    }
}

fn form(page: &Page, posted: &Posted, t: &FormTrouble) -> zw_ui::Markup {
    let levels = area::levels(&page.ctx, &chosen(posted));
    views::kiosk::new(page.lang, &page.csrf, &page.idem_key(), posted, &levels, t)
}

/// GET /admin/kiosks/new
pub async fn new_form(page: Page) -> PageResult {
    let body = form(&page, &Posted::default(), &FormTrouble::default());
    Ok(page.html_with(&head(&page), body))
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct KioskForm {
    name: String,
    province: String,
    city: String,
    county: String,
    township: String,
}

fn input(posted: &Posted) -> Result<NewKiosk> {
    let f: KioskForm = posted.input()?;
    let q = area::AreaQuery { province: f.province, city: f.city, county: f.county, township: f.township };
    Ok(NewKiosk { name: f.name, area: q.lowest().to_owned() })
}

/// POST /admin/kiosks/new
pub async fn create(page: Page, posted: Posted) -> PageResult {
    if !posted.value("reload").is_empty() {
        let body = form(&page, &posted, &FormTrouble::default());
        return Ok(page.html_with(&head(&page), body));
    }
    let done = async { kiosk::create(&page.ctx, input(&posted)?, &posted.idem).await };
    match done.await {
        Ok(token) => {
            let site = page.ctx.app.ext::<Site>()?;
            let address = token.map(|t| format!("{}/kiosk/{t}", site.config.public_url));
            Ok(page.html_with(&head(&page), views::kiosk::made(page.lang, address.as_deref())))
        }
        Err(e) => {
            let t = page.at_form(e)?;
            let body = form(&page, &posted, &t);
            Ok(page.unprocessable(&page.lang.t("accounts-kiosk-new"), body))
        }
    }
}

/// POST /admin/kiosks/{id}/revoke
pub async fn revoke(page: Page, Path(id): Path<Uuid>, _posted: Posted) -> PageResult {
    kiosk::revoke(&page.ctx, id).await?;
    Ok(saved("/admin/kiosks", "accounts-kiosk-gone"))
}

/// GET /kiosk/{token}: the screen keeps the token as its cookie. A browser in which somebody is signed in is left
/// alone: a link must not swap a person's session.
pub async fn open(page: Page, Path(token): Path<String>) -> PageResult {
    if page.ctx.actor.account().is_some() && !page.ctx.actor.has_role(Role::Kiosk, page.ctx.today()) {
        return Err(Error::rule("kiosk-signed-in").into());
    }
    let left = kiosk::open(&page.ctx, &token).await?;
    Ok(with_cookie(&page, redirect(zw_web::SCREEN_HOME), &token, left)?)
}
