//! JSON under /api/v1: parse, call the service, answer.

use crate::out::{ContactOut, DeviceOut, ItemOut, PackOut};
use crate::pages::{Here, Reached};
use crate::service::device::{self, EndInput, Standing};
use crate::service::item::{self, FindItems, SettleInput};
use crate::service::send::{self, SendInput};
use crate::service::shift;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use zw_core::{DivisionId, Paged, Uuid};
use zw_web::{ApiCtx, Items, Json, Page, PageResult, Query, Sent};

/// GET /api/v1/field/contact.
pub(crate) async fn contact(page: Page, here: Here) -> PageResult<Response> {
    let ctx = &page.ctx;
    let d = match here.reach(ctx).await? {
        Reached::Gone(answer) => return Ok(answer),
        Reached::Here(d) => d,
    };
    let mut out = ContactOut {
        device: "none",
        id: None,
        signed_in: false,
        csrf: page.csrf.clone(),
        now_ms: ctx.now().ms(),
        shift: None,
        ends_ms: None,
        pack: false,
    };
    if let Some(d) = d {
        out.device = if device::standing(ctx, &d).await? == Standing::Live { "live" } else { "ended" };
        out.signed_in = ctx.actor.account() == Some(d.account_id);
        let s = shift::current(ctx, &d).await?.filter(|_| out.device == "live");
        out.pack = out.signed_in && s.as_ref().is_some_and(|s| ctx.now() < s.pack_until());
        (out.shift, out.ends_ms) = (s.as_ref().map(|s| s.id), s.as_ref().map(|s| s.ends_at.ms()));
        out.id = Some(d.id);
    }
    Ok(Json(out).into_response())
}

/// POST /api/v1/field/pack.
pub(crate) async fn pack(ApiCtx(ctx): ApiCtx, here: Here) -> PageResult<Response> {
    match here.reach(&ctx).await? {
        Reached::Gone(answer) => Ok(answer),
        Reached::Here(d) => Ok(Json::<PackOut>(shift::take(&ctx, d).await?).into_response()),
    }
}

/// POST /api/v1/field/items.
pub(crate) async fn send(page: Page, here: Here, Json(input): Json<SendInput>) -> PageResult<Response> {
    match here.reach(&page.ctx).await? {
        Reached::Gone(answer) => Ok(answer),
        Reached::Here(d) => {
            let items = send::send(&page.ctx, page.lang, d, &input).await?;
            Ok(Json(Items { items }).into_response())
        }
    }
}

/// GET /api/v1/field/items.
pub(crate) async fn items(page: Page, Query(ask): Query<FindItems>) -> PageResult<Json<Paged<ItemOut>>> {
    Ok(Json(item::list(&page.ctx, page.lang, &ask).await?))
}

/// POST /api/v1/field/items/{county}/{id}/settle.
pub(crate) async fn settle(
    ApiCtx(ctx): ApiCtx,
    Path((county, id)): Path<(DivisionId, Uuid)>,
    Sent(input, idem): Sent<SettleInput>,
) -> PageResult<()> {
    Ok(item::settle(&ctx, county, id, &input, &idem).await?)
}

/// GET /api/v1/field/devices.
pub(crate) async fn devices(ApiCtx(ctx): ApiCtx, here: Here) -> PageResult<Json<Items<DeviceOut>>> {
    let d = here.device(&ctx).await?;
    Ok(Json(Items { items: device::list(&ctx, d.map(|d| d.id)).await? }))
}

/// POST /api/v1/field/devices/{id}/end.
pub(crate) async fn end(ApiCtx(ctx): ApiCtx, Path(id): Path<Uuid>, Json(input): Json<EndInput>) -> PageResult<()> {
    device::end(&ctx, id, &input).await?;
    Ok(())
}
