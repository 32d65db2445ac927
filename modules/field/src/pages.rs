//! Forms and pages: parse, call the service, redirect or show again.

pub(crate) mod home;
pub(crate) mod items;
pub(crate) mod kit;

use crate::model::Device;
use crate::policy;
use crate::service::device::{self, Standing};
use crate::service::item;
use crate::views;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maud::Markup;
use std::sync::Arc;
use zw_access::{App, Ctx};
use zw_core::Result;
use zw_ui::Lang;
use zw_web::{Fail, Json, Site, cookie};

/// What a device that is gone must drop: everything of ours.
const WIPE: &str = "\"cache\", \"cookies\", \"storage\"";

/// The token of the device that a request comes from, if its browser is bound.
pub(crate) struct Here(Option<String>);

impl FromRequestParts<Arc<App>> for Here {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> std::result::Result<Self, Fail> {
        let name = app.ext::<Site>()?.config.device_cookie();
        Ok(Self(cookie(&parts.headers, &name).map(str::to_owned)))
    }
}

/// Whether the device of a request may go on.
pub(crate) enum Reached {
    /// It is bound, or no device at all.
    Here(Option<Device>),
    /// It was declared lost: the answer that wipes it.
    Gone(Response),
}

impl Here {
    /// The device of the request, however it stands.
    pub(crate) async fn device(&self, ctx: &Ctx) -> Result<Option<Device>> {
        device::of_token(ctx, self.0.as_deref()).await
    }
    /// The device of the request, noted as seen; a lost one is told to wipe itself, whoever holds it.
    pub(crate) async fn reach(&self, ctx: &Ctx) -> Result<Reached> {
        let Some(d) = self.device(ctx).await? else { return Ok(Reached::Here(None)) };
        if device::standing(ctx, &d).await? != Standing::Lost {
            device::showed_up(ctx, &d).await?;
            return Ok(Reached::Here(Some(d)));
        }
        device::told_to_wipe(ctx, &d).await?;
        let body = Json(serde_json::json!({"device": "lost"})).into_response();
        Ok(Reached::Gone((StatusCode::GONE, [("clear-site-data", WIPE)], body).into_response()))
    }
}

/// Gives the browser a device's token, or takes it away.
pub(crate) fn with_device(ctx: &Ctx, mut response: Response, token: &str, max_age: i64) -> Result<Response> {
    let site = ctx.app.ext::<Site>()?;
    let value = HeaderValue::from_str(&site.config.set_device_cookie(token, max_age));
    response.headers_mut().append(header::SET_COOKIE, value.map_err(zw_core::Error::internal)?);
    Ok(response)
}

/// The way to field work on the home page 今日, and what waits there; nothing for who takes nobody along.
pub async fn today_section(ctx: &Ctx, lang: Lang) -> Result<Option<Markup>> {
    if !ctx.can(policy::USE) {
        return Ok(None);
    }
    Ok(Some(views::home::today(lang, item::open_count(ctx).await?)))
}
