//! Devices: binding one, ending one, declaring one lost, and what one is told that shows up.

use crate::model::{Device, MOST_DEVICES, MOST_REASON};
use crate::out::DeviceOut;
use crate::policy;
use crate::store::device as store;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zw_access::{Ctx, Permit, hex};
use zw_core::{DivisionId, Error, FieldErrors, Result, UnitId, Uuid};
use zw_db::Conn;

/// A device is written down as seen at most this often, in minutes: each time is an audit event and a commit.
const SEEN_EVERY_MINUTES: i64 = 10;

/// How a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In use.
    Live,
    /// Ended, or its owner holds no office at its station any more.
    Ended,
    /// Declared lost.
    Lost,
}

/// What is typed to bind a device.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BindInput {
    /// What its owner calls it, at most 40 characters.
    pub name: String,
    /// Station (unit id); may stay empty for who works at one station.
    pub unit: String,
}

/// What is typed to end a device.
#[derive(Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "EndDeviceInput")]
pub struct EndInput {
    /// `lost`: it is gone, and is wiped when it next shows up. `unused`: it is in good hands and no longer needed.
    pub how: String,
    /// Why, at most 200 characters.
    pub reason: String,
}

/// The stations at which the actor may take residents along, with their names.
pub async fn stations(ctx: &Ctx) -> Result<Vec<(DivisionId, UnitId, String)>> {
    let permit = ctx.permit::<Device>(policy::USE)?;
    let mut units = permit.units();
    units.sort_unstable();
    units.dedup();
    let ids: Vec<UnitId> = units.iter().map(|u| u.1).collect();
    let names = store::unit_names(&mut ctx.read().await?, &ids).await?;
    let of = |(county, id): (DivisionId, UnitId)| Some((county, id, names.iter().find(|n| n.0 == id)?.1.clone()));
    Ok(units.into_iter().filter_map(of).collect())
}

/// Whether the actor is somebody who visits: a worker with a file, or a head.
fn visits(ctx: &Ctx) -> Result<()> {
    let head = ctx.actor.has_role(zw_access::Role::StationHead, ctx.today());
    if ctx.actor.worker.is_some() || head { Ok(()) } else { Err(Error::rule("field-no-worker")) }
}

/// The device that a browser's token is of.
pub async fn of_token(ctx: &Ctx, token: Option<&str>) -> Result<Option<Device>> {
    let Some(token) = token.filter(|t| !t.is_empty()) else { return Ok(None) };
    store::of_token(&mut ctx.look().await?, &ctx.app.vault.token_hash(token)).await
}

/// How a device stands today. Who is signed in as its owner is asked by the own grants, else the rows of its owner are.
pub async fn standing(ctx: &Ctx, d: &Device) -> Result<Standing> {
    if d.lost {
        return Ok(Standing::Lost);
    }
    if d.ended_at.is_some() {
        return Ok(Standing::Ended);
    }
    let in_office = if ctx.actor.account() == Some(d.account_id) {
        ctx.permit::<Device>(policy::USE).is_ok_and(|p| p.covers_unit(d.county_id, d.unit_id))
    } else {
        store::in_office(&mut ctx.look().await?, d.account_id, d.unit_id, ctx.today()).await?
    };
    Ok(if in_office { Standing::Live } else { Standing::Ended })
}

/// The device of this browser, if it is the actor's own and in use: what packs and queues hang on.
///
/// # Errors
/// The rule `field-no-device` otherwise.
pub async fn mine(ctx: &Ctx, found: Option<Device>) -> Result<Device> {
    let d =
        found.filter(|d| Some(d.account_id) == ctx.actor.account()).ok_or_else(|| Error::rule("field-no-device"))?;
    match standing(ctx, &d).await? {
        Standing::Live => Ok(d),
        _ => Err(Error::rule("field-no-device")),
    }
}

/// Notes that a device showed up.
pub async fn showed_up(ctx: &Ctx, d: &Device) -> Result<()> {
    let before = ctx.now().plus_minutes(-SEEN_EVERY_MINUTES);
    if d.seen_at > before {
        return Ok(());
    }
    let mut tx = ctx.write().await?;
    if store::seen(&mut tx, d.id, ctx.now(), before).await? == 0 {
        return Ok(());
    }
    tx.commit(ctx.event(policy::SEEN).record(None, d.id)).await
}

/// Notes that a lost device was told to wipe itself, the first time it is.
pub async fn told_to_wipe(ctx: &Ctx, d: &Device) -> Result<()> {
    if d.wiped_at.is_some() {
        return Ok(());
    }
    let mut tx = ctx.write().await?;
    if store::wiped(&mut tx, d.id).await? == 0 {
        return Ok(());
    }
    tx.commit(ctx.event(policy::WIPE).record(None, d.id)).await
}

/// Binds this browser to the actor's account and a station: the token that its cookie holds.
pub async fn bind(ctx: &Ctx, input: &BindInput, here: Option<Device>) -> Result<String> {
    let permit = ctx.permit::<Device>(policy::USE)?;
    visits(ctx)?;
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    if let Some(d) = here
        && standing(ctx, &d).await? == Standing::Live
    {
        // Two accounts in one browser would each find the other's queue.
        return Err(Error::rule(if d.account_id == account { "field-bound" } else { "field-bound-other" }));
    }
    let mut e = FieldErrors::default();
    let name = input.name.trim();
    if name.is_empty() {
        e.add("name", "required");
    }
    if name.chars().count() > 40 {
        e.add_with("name", "too-long", &[("max", "40")]);
    }
    e.check()?;
    let (county, unit) = station(&permit, &input.unit)?;
    let token = hex(&ctx.app.rng.bytes::<32>());
    let mut tx = ctx.write().await?;
    let taken = store::slots(&mut tx, account).await?;
    let most = i64::try_from(MOST_DEVICES).unwrap_or(0);
    let Some(slot) = (1..=most).find(|s| !taken.contains(s)) else {
        return Err(Error::field("name", "field-two-devices"));
    };
    let d = Device {
        id: ctx.uuid(),
        account_id: account,
        account_name: ctx.actor.name.clone(),
        worker_id: ctx.actor.worker,
        county_id: county,
        unit_id: unit,
        name: name.to_owned(),
        bound_at: ctx.now(),
        seen_at: ctx.now(),
        ended_at: None,
        ended_by: None,
        lost: false,
        reason: None,
        wiped_at: None,
    };
    store::insert(&mut tx, &d, slot, ctx.app.vault.token_hash(&token)).await?;
    tx.commit(ctx.event(policy::BIND).record(Some(county), d.id)).await?;
    Ok(token)
}

fn station(permit: &Permit<Device>, typed: &str) -> Result<(DivisionId, UnitId)> {
    let mut units = permit.units();
    units.sort_unstable();
    units.dedup();
    match (typed.trim(), units.as_slice()) {
        (_, []) => Err(Error::Forbidden),
        ("", [one]) => Ok(*one),
        ("", _) => Err(Error::field("unit", "required")),
        (id, _) => {
            let found = units.iter().find(|u| u.1.to_string() == id).copied();
            found.ok_or_else(|| Error::field("unit", "field-unit-outside"))
        }
    }
}

/// The permit over other people's devices: the head's for the station, else the security administrator's.
fn others(ctx: &Ctx) -> Result<Permit<Device>> {
    ctx.permit::<Device>(policy::DEVICES).or_else(|_| ctx.permit::<Device>(policy::DEVICES_ANY))
}

/// From rows to what is shown; `here` is the device that asks.
async fn shown(ctx: &Ctx, rows: Vec<Device>, here: Option<Uuid>) -> Result<Vec<DeviceOut>> {
    let ids: Vec<UnitId> = rows.iter().map(|d| d.unit_id).collect();
    let names = store::unit_names(&mut ctx.read().await?, &ids).await?;
    let unit = |id: UnitId| names.iter().find(|n| n.0 == id).map(|n| n.1.clone()).unwrap_or_default();
    Ok(rows.into_iter().map(|d| DeviceOut::of(&d, unit(d.unit_id), here == Some(d.id))).collect())
}

/// The actor's own devices.
pub async fn own(ctx: &Ctx, here: Option<Uuid>) -> Result<Vec<DeviceOut>> {
    ctx.permit::<Device>(policy::USE)?;
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    let rows = store::all_own(&mut ctx.read().await?, account).await?;
    shown(ctx, rows, here).await
}

/// The devices of the station, or of all stations for the security administrator; own ones for everybody else.
pub async fn list(ctx: &Ctx, here: Option<Uuid>) -> Result<Vec<DeviceOut>> {
    let Ok(permit) = others(ctx) else { return own(ctx, here).await };
    let rows = store::list(&mut ctx.read().await?, &permit).await?;
    shown(ctx, rows, here).await
}

/// A device that the actor may end: one's own, one of the station, any.
async fn may_end(ctx: &Ctx, c: &mut Conn, id: Uuid) -> Result<Device> {
    let account = ctx.actor.account().ok_or(Error::Unauthenticated)?;
    let found = match store::own(c, account, id).await? {
        Some(d) => Some(d),
        None => match others(ctx) {
            Ok(permit) => store::get(c, &permit, id).await?,
            Err(_) => None,
        },
    };
    found.ok_or(Error::NotFound)
}

/// One device, for who may end it.
pub async fn one(ctx: &Ctx, id: Uuid, here: Option<Uuid>) -> Result<DeviceOut> {
    let d = may_end(ctx, &mut ctx.read().await?, id).await?;
    shown(ctx, vec![d], here).await?.pop().ok_or(Error::NotFound)
}

/// Ends a device: one's own, one of the station, any. One that is lost is wiped when it next shows up, and the keys of
/// what it still holds are gone at once.
pub async fn end(ctx: &Ctx, id: Uuid, input: &EndInput) -> Result<Device> {
    let mut tx = ctx.write().await?;
    let d = may_end(ctx, &mut tx, id).await?;
    let (mut e, reason) = (FieldErrors::default(), input.reason.trim());
    if !matches!(input.how.as_str(), "lost" | "unused") {
        e.add("how", if input.how.is_empty() { "required" } else { "unknown-code" });
    }
    if reason.is_empty() {
        e.add("reason", "required");
    }
    if reason.chars().count() > MOST_REASON {
        e.add_with("reason", "too-long", &[("max", &MOST_REASON.to_string())]);
    }
    e.check()?;
    let lost = input.how == "lost";
    if store::end(&mut tx, id, lost, &ctx.actor.name, reason).await? == 0 {
        return Err(Error::rule("field-device-ended"));
    }
    if lost {
        store::forget_keys(&mut tx, d.county_id, id).await?;
    }
    tx.commit(ctx.event(policy::END).record(Some(d.county_id), id).purpose(reason).digest_of(input)).await?;
    Ok(d)
}
