//! Binding a device, opening a shift, the lists of devices.

use super::{Here, Reached, with_device};
use crate::model::{Device, ShiftLimits};
use crate::policy;
use crate::service::device::{self, BindInput, EndInput, Standing};
use crate::service::{item, shift};
use crate::views::home::{self as view, Home};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use zw_core::{Error, Uuid};
use zw_web::{FormTrouble, FormView, Page, PageResult, Posted, redirect, saved};

/// Seconds a browser keeps a device's token: until somebody ends the device.
const COOKIE_S: i64 = 400 * 86_400;

async fn home(page: Page, device: Option<Device>, typed: Option<(Posted, FormTrouble)>) -> PageResult {
    let ctx = &page.ctx;
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let live = match &device {
        Some(d) => device::standing(ctx, d).await? == Standing::Live && Some(d.account_id) == ctx.actor.account(),
        None => false,
    };
    let device = device.filter(|_| live);
    let h = Home {
        open: match &device {
            Some(d) => shift::current(ctx, d).await?.map(|s| s.ends_at),
            None => None,
        },
        minutes: ctx.app.settings().get::<ShiftLimits>().shift(),
        own: device::own(ctx, device.as_ref().map(|d| d.id)).await?,
        here: device,
        stations: device::stations(ctx).await?,
        waiting: item::open_count(ctx).await?,
        head: ctx.can(policy::DEVICES),
    };
    let key = page.idem_key();
    let f = FormView { lang: page.lang, csrf: &page.csrf, key: &key, posted: &posted, trouble: &trouble };
    let (title, body) = (page.lang.t("field-title"), view::home(&f, &h));
    Ok(if again { page.unprocessable(&title, body) } else { page.html(&title, body) })
}

/// GET /field.
pub(crate) async fn show(page: Page, here: Here) -> PageResult {
    match here.reach(&page.ctx).await? {
        Reached::Gone(answer) => Ok(answer),
        Reached::Here(d) => home(page, d, None).await,
    }
}

/// POST /field/bind.
pub(crate) async fn bind(page: Page, here: Here, posted: Posted) -> PageResult {
    let found = match here.reach(&page.ctx).await? {
        Reached::Gone(answer) => return Ok(answer),
        Reached::Here(d) => d,
    };
    let done = match posted.input::<BindInput>() {
        Ok(input) => device::bind(&page.ctx, &input, found.clone()).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(token) => Ok(with_device(&page.ctx, saved("/field", "field-bound-now"), &token, COOKIE_S)?),
        Err(e) => {
            let trouble = page.at_form(e)?;
            home(page, found, Some((posted, trouble))).await
        }
    }
}

/// POST /field/shift.
pub(crate) async fn open(page: Page, here: Here, posted: Posted) -> PageResult {
    let found = match here.reach(&page.ctx).await? {
        Reached::Gone(answer) => return Ok(answer),
        Reached::Here(d) => d,
    };
    match shift::open(&page.ctx, found.clone()).await {
        Ok(_) => Ok(redirect("/field/kit")),
        Err(e) => {
            let trouble = page.at_form(e)?;
            home(page, found, Some((posted, trouble))).await
        }
    }
}

/// GET /field/devices.
pub(crate) async fn devices(page: Page, here: Here) -> PageResult {
    let d = here.device(&page.ctx).await?;
    let list = device::list(&page.ctx, d.map(|d| d.id)).await?;
    let body = view::devices(page.lang, &list, true);
    Ok(page.html(&page.lang.t("field-devices"), body))
}

/// The list that a device was found in.
fn back(page: &Page) -> &'static str {
    if page.ctx.can(policy::USE) { "/field" } else { "/field/devices" }
}

async fn ending(
    page: Page,
    here: Option<Uuid>,
    id: Uuid,
    typed: Option<(Posted, FormTrouble)>,
) -> PageResult<Response> {
    let d = device::one(&page.ctx, id, here).await?;
    let again = typed.is_some();
    let (posted, trouble) = typed.unwrap_or_default();
    let key = page.idem_key();
    let f = FormView { lang: page.lang, csrf: &page.csrf, key: &key, posted: &posted, trouble: &trouble };
    let mut r = page.html(&page.lang.t("field-end-title"), view::end(&f, &d, back(&page)));
    if again {
        *r.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(r)
}

/// GET /field/devices/{id}/end.
pub(crate) async fn end_form(page: Page, here: Here, Path(id): Path<Uuid>) -> PageResult {
    let d = here.device(&page.ctx).await?;
    ending(page, d.map(|d| d.id), id, None).await
}

/// POST /field/devices/{id}/end.
pub(crate) async fn end(page: Page, here: Here, Path(id): Path<Uuid>, posted: Posted) -> PageResult {
    let d = here.device(&page.ctx).await?;
    let done = match posted.input::<EndInput>() {
        Ok(input) => device::end(&page.ctx, id, &input).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(saved(back(&page), "field-ended-now")),
        Err(e @ Error::NotFound) => Err(e.into()),
        Err(e) => {
            let trouble = page.at_form(e)?;
            ending(page, d.map(|d| d.id), id, Some((posted, trouble))).await
        }
    }
}
