//! Use cases of the settings.

use crate::model::{Change, SettingFile, SettingInput, SettingOut, SettingRow, at_value};
use crate::{policy, store};
use std::sync::Arc;
use zw_access::{App, Ctx, SettingDef, Settings};
use zw_core::{Error, Result};
use zw_web::{Idem, Site};

fn out(module: &str, def: &SettingDef, settings: &Settings) -> SettingOut {
    let (value, problems) = def.in_force(settings);
    let stored = settings.version(def.key);
    SettingOut {
        key: def.key.to_owned(),
        module: module.to_owned(),
        meaning: def.meaning.to_owned(),
        value,
        default: (def.default)(),
        schema: (def.schema)(),
        version: stored.map_or(0, |s| s.0),
        at: stored.map(|s| s.1.minute_cn()),
        problems: problems.0,
    }
}

/// All settings, in the order of the modules.
pub async fn list(ctx: &Ctx) -> Result<Vec<SettingOut>> {
    ctx.permit::<SettingRow>(policy::READ)?;
    let (site, settings) = (ctx.app.ext::<Site>()?, Settings::load(&mut ctx.read().await?).await?);
    Ok(site.settings.all().map(|(module, def)| out(module, def, &settings)).collect())
}

/// One setting with its changes.
pub async fn get(ctx: &Ctx, key: &str) -> Result<SettingFile> {
    ctx.permit::<SettingRow>(policy::READ)?;
    let site = ctx.app.ext::<Site>()?;
    let (module, def) = site.settings.find(key).ok_or(Error::NotFound)?;
    let mut c = ctx.read().await?;
    let settings = Settings::load(&mut c).await?;
    let changes = store::changes(&mut c, key).await?.into_iter().map(Change::out).collect();
    Ok(SettingFile { setting: out(module, def, &settings), changes })
}

/// Sets a value. One that does not parse or is out of bounds is refused with all problems at their paths.
pub async fn set(ctx: &Ctx, input: &SettingInput, idem: &Idem) -> Result<SettingFile> {
    let permit = ctx.permit::<SettingRow>(policy::WRITE)?;
    let site = ctx.app.ext::<Site>()?;
    let (_, def) = site.settings.find(&input.key).ok_or(Error::NotFound)?;
    def.read(&input.value).map_err(at_value)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        drop(tx);
        return get(ctx, def.key).await;
    }
    let old = store::get(&mut tx, def.key).await?;
    let seen = old.as_ref().map_or(0, |o| o.1);
    let conflict =
        |value: Option<String>| Error::Conflict { current: vec![("value".into(), value.unwrap_or_default())] };
    if input.version.is_some_and(|v| v != seen) {
        return Err(conflict(old.map(|o| o.0)));
    }
    let new = input.value.to_string();
    if !store::put(&mut tx, def.key, &new, seen).await? {
        return Err(conflict(None));
    }
    let change = Change {
        key: def.key.to_owned(),
        version: seen + 1,
        at: ctx.now(),
        set_by: by(ctx),
        old: old.map(|o| o.0),
        new,
    };
    store::note(&mut tx, &change).await?;
    idem.save(ctx, &mut tx, def.key).await?;
    tx.commit(permit.change(None, def.key).fields(&["value"]).digest_of(input)).await?;
    follow(&ctx.app).await?;
    get(ctx, def.key).await
}

/// Name and login of who acts, as the history keeps it.
fn by(ctx: &Ctx) -> String {
    let (display, name) = (&ctx.actor.display, &ctx.actor.name);
    if display.is_empty() || display == name { name.clone() } else { format!("{display}（{name}）") }
}

/// Loads the settings again if the database has others; tells whether it did.
pub async fn follow(app: &Arc<App>) -> Result<bool> {
    let mut c = app.db.read().await?;
    if app.settings().current(&mut c).await? {
        return Ok(false);
    }
    app.set_settings(app.ext::<Site>()?.settings.load(&mut c).await?);
    Ok(true)
}
