//! A shift: the stretch of a day in which a device holds residents.

use super::device::mine;
use crate::model::{Device, IDLE_MINUTES, MOST_PERSONS, Shift, ShiftLimits};
use crate::out::PackOut;
use crate::policy;
use crate::store::device as store;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zw_access::sealed::{FIELD_SHIFT_KEY, Place};
use zw_access::{AuditChanges, Ctx};
use zw_core::{Error, Result};
use zw_practice::service::pack;

/// Place of a shift's key.
pub(super) fn key_place(s: &Shift) -> Place {
    FIELD_SHIFT_KEY.at(s.county_id, s.id)
}

/// Opens a shift on the actor's device. A shift that is open already ends: one device holds one pack.
pub async fn open(ctx: &Ctx, device: Option<Device>) -> Result<Shift> {
    ctx.permit::<Device>(policy::USE)?;
    let d = mine(ctx, device).await?;
    let limits: ShiftLimits = ctx.app.settings().get();
    let mut s = Shift {
        county_id: d.county_id,
        id: ctx.uuid(),
        device_id: d.id,
        account_id: d.account_id,
        worker_id: ctx.actor.worker,
        unit_id: d.unit_id,
        data_key: None,
        opened_at: ctx.now(),
        ends_at: ctx.now().plus_minutes(limits.shift()),
    };
    let key = ctx.app.rng.bytes::<32>();
    s.data_key = Some(ctx.app.vault.seal(&ctx.app.rng, &key_place(&s), &key)?);
    let mut tx = ctx.write().await?;
    store::open(&mut tx, &s).await?;
    tx.commit(ctx.event(policy::SHIFT).record(Some(s.county_id), s.id)).await?;
    Ok(s)
}

/// The newest shift of a device, while it lasts.
pub async fn current(ctx: &Ctx, d: &Device) -> Result<Option<Shift>> {
    let found = store::newest(&mut ctx.look().await?, d).await?;
    Ok(found.filter(|s| ctx.now() < s.ends_at))
}

/// Key and pack of the shift just opened. Handed out only in its first minutes, under the session that answers for it; who
/// leaves with it is written down before a byte does (AUD-2).
pub async fn take(ctx: &Ctx, device: Option<Device>) -> Result<PackOut> {
    ctx.permit::<Device>(policy::USE)?;
    let d = mine(ctx, device).await?;
    let s = current(ctx, &d).await?.filter(|s| ctx.now() < s.pack_until());
    let s = s.ok_or_else(|| Error::rule("field-open-first"))?;
    let sealed = s.data_key.as_ref().ok_or_else(|| Error::rule("field-open-first"))?;
    let key = ctx.app.vault.open(&key_place(&s), sealed)?;
    let (pack, seen) = pack::pack(ctx, (s.county_id, s.unit_id), MOST_PERSONS).await?;
    let weak = zw_people::service::own::phone_runs(ctx).await?;
    let persons = i64::try_from(pack.rows.len()).unwrap_or(i64::MAX);
    let mut tx = ctx.write().await?;
    store::packed(&mut tx, &s, persons).await?;
    let taken = ctx.event(policy::PACK).record(Some(s.county_id), s.id).purpose(persons.to_string());
    tx.commit(AuditChanges(vec![taken, seen])).await?;
    let limits: ShiftLimits = ctx.app.settings().get();
    Ok(PackOut {
        device: d.id,
        shift: s.id,
        key: STANDARD.encode(key),
        now_ms: ctx.now().ms(),
        ends_ms: s.ends_at.ms(),
        idle_minutes: limits.idle().min(IDLE_MINUTES),
        weak,
        pack,
    })
}
