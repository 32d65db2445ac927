//! Wall screens: a token of their own kind that shows aggregates of one area for 90 days and can be revoked.

use crate::model::{KIOSK_DAYS, KioskToken};
use crate::{policy, store};
use zw_access::{Ctx, hex};
use zw_core::tree::DivisionKind;
use zw_core::{AccountId, DivisionId, Error, FieldErrors, Result, Uuid};
use zw_web::Idem;

/// A wall screen in a list.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct KioskOut {
    /// Id.
    pub id: Uuid,
    /// Where it hangs.
    pub name: String,
    /// Area it shows.
    pub area: String,
    /// When it was made, Beijing time.
    pub since: String,
    /// When it ends, Beijing time.
    pub until: String,
    /// By whom.
    pub by: String,
    /// Whether it opens now.
    pub open: bool,
}

/// All wall screens.
pub async fn list(ctx: &Ctx) -> Result<Vec<KioskOut>> {
    let permit = ctx.permit::<KioskToken>(policy::KIOSK_MANAGE)?;
    let mut c = ctx.read().await?;
    let view = ctx.tree().as_of(ctx.today());
    Ok(store::kiosks(&mut c, &permit)
        .await?
        .into_iter()
        .map(|k| KioskOut {
            id: k.id,
            area: view.path_name(k.area_id),
            since: k.created_at.minute_cn(),
            until: k.expires_at.minute_cn(),
            open: k.revoked_at.is_none() && ctx.now().ms() < k.expires_at.ms() && k.mac == k.seal(&ctx.app.vault),
            name: k.name,
            by: k.created_by,
        })
        .collect())
}

/// A new wall screen.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewKiosk {
    /// Where it hangs.
    pub name: String,
    /// Division id of the area it shows: province, city or county.
    pub area: String,
}

/// Makes a token. The clear token is returned once; `None` in the answer to a repeated request.
pub async fn create(ctx: &Ctx, input: NewKiosk, idem: &Idem) -> Result<Option<String>> {
    let permit = ctx.permit::<KioskToken>(policy::KIOSK_MANAGE)?;
    let mut errors = FieldErrors::default();
    let name = input.name.trim().to_owned();
    match name.chars().count() {
        0 => errors.add("name", "required"),
        n if n > 50 || name.chars().any(char::is_control) => errors.add("name", "format"),
        _ => {}
    }
    let view = ctx.tree().as_of(ctx.today());
    let area = input.area.trim().parse::<DivisionId>().ok();
    match area.and_then(|a| view.get(a)) {
        None => errors.add("area", "required"),
        Some(d) if matches!(d.kind, DivisionKind::Township | DivisionKind::Village) => {
            errors.add("area", "area-not-area")
        }
        Some(_) => {}
    }
    errors.check()?;
    let area = area.ok_or_else(|| Error::field("area", "required"))?;

    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(None);
    }
    let token = hex(&ctx.app.rng.bytes::<32>());
    let mut row = KioskToken {
        id: ctx.uuid(),
        name,
        area_id: area,
        created_at: ctx.now(),
        created_by: ctx.actor.name.clone(),
        expires_at: ctx.now().plus_minutes(KIOSK_DAYS * 24 * 60),
        revoked_at: None,
        mac: vec![],
    };
    row.mac = row.seal(&ctx.app.vault);
    store::insert_kiosk(&mut tx, &row, &ctx.app.vault.token_hash(&token)).await?;
    idem.save(ctx, &mut tx, "made").await?;
    tx.commit(permit.change(None, row.id).fields(&["name", "area_id"]).digest_of(&input)).await?;
    Ok(Some(token))
}

/// Revokes a token: the screen goes dark at once.
pub async fn revoke(ctx: &Ctx, id: Uuid) -> Result<()> {
    let permit = ctx.permit::<KioskToken>(policy::KIOSK_MANAGE)?;
    let mut tx = ctx.write().await?;
    let mut row = store::kiosk(&mut tx, &permit, id).await?;
    row.revoked_at = Some(ctx.now());
    row.mac = row.seal(&ctx.app.vault);
    if store::revoke_kiosk(&mut tx, &permit, &row).await? == 0 {
        return Err(Error::rule("kiosk-revoked"));
    }
    zw_web::ended(&mut tx, AccountId(id));
    tx.commit(permit.change(None, id).fields(&["revoked_at"])).await
}

/// Opens a screen with its token: the seconds it still lives. `NotFound` for a token that does not open.
pub async fn open(ctx: &Ctx, token: &str) -> Result<i64> {
    let mut c = ctx.read().await?;
    let found = store::kiosk_of(&mut c, &ctx.app.vault.token_hash(token)).await?;
    drop(c);
    let left = |k: &KioskToken| (k.expires_at.ms() - ctx.now().ms()) / 1000;
    let Some(k) = found.filter(|k| k.mac == k.seal(&ctx.app.vault) && left(k) > 0) else {
        zw_web::denied(ctx, policy::KIOSK_OPEN, "token", "unknown").await?;
        return Err(Error::NotFound);
    };
    let tx = ctx.write().await?;
    tx.commit(ctx.event(policy::KIOSK_OPEN).record(None, k.id)).await?;
    Ok(left(&k))
}
