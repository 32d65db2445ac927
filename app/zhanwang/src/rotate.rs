//! `key rotate` and `key retire` (security.md CRY-3, decision 0019). The new key is on the disk before anything is sealed
//! with it, and an old one leaves the ring only when nothing is; in between the command may be killed at any point and
//! run again, while the program serves.

use crate::commands::note;
use crate::config::Config;
use crate::keys::Keeper;
use crate::{exit, keys, wire};
use std::collections::BTreeMap;
use std::path::Path;
use zw_access::reseal::{self, Done};
use zw_access::{Action, App, sealed};
use zw_core::{Error, Result};

/// Rounds over all columns until one finds nothing: the second finds what was written between the look of the first and
/// the moment every process had learned of the key.
const ROUNDS: usize = 5;

/// How many values each key sealed.
async fn census(app: &App) -> Result<BTreeMap<Option<String>, i64>> {
    let mut c = app.db.read().await?;
    reseal::census(&mut c).await
}

/// `key rotate`
pub async fn rotate(config: &Config) -> Result<u8> {
    let wired = wire::existing(config).await?;
    let app = &wired.app;
    let keeper = Keeper::new(&config.data)?;
    let mut ring = keeper.ring()?;
    if !ring.is_rotating() {
        ring = ring.with_new_key(&app.rng);
        keeper.put(&ring)?;
    }
    let kids = ring.kids();
    let [newest, older @ ..] = kids.as_slice() else { return Err(Error::Internal("no key".into())) };
    say!("key {newest} seals from now on")?;
    note(app, Action("key.rotate"), newest).await?;
    let mut all = Done::default();
    for _ in 0..ROUNDS {
        let mut round = Done::default();
        for column in sealed::ALL {
            round += reseal::column(app, *column).await?;
        }
        all = Done { sealed: all.sealed + round.sealed, broken: round.broken };
        if round.sealed == 0 {
            break;
        }
    }
    say!("{} values sealed anew", all.sealed)?;
    note(app, Action("key.rotated"), &format!("{newest} {} {}", all.sealed, all.broken)).await?;
    keeper.put(&ring.rotated())?;
    say!("Save the keys now: zhanwang key export FILE")?;
    for old in older {
        say!(
            "key {old} is kept: backups made before today need it. To let it go: zhanwang key retire {old} --saved FILE"
        )?;
    }
    if all.broken > 0 {
        crate::say::aside(format_args!(
            "zhanwang: {} values do not open and were left as they are; the log names them",
            all.broken
        ));
        return Ok(exit::FOUND);
    }
    Ok(exit::OK)
}

/// `key retire`
pub async fn retire(config: &Config, kid: &str, saved: &Path) -> Result<()> {
    let wired = wire::existing(config).await?;
    let app = &wired.app;
    let keeper = Keeper::new(&config.data)?;
    let ring = keeper.ring()?;
    let without = ring.without(kid)?;
    if ring.is_rotating() {
        return Err(Error::Unavailable("a rotation was begun and not ended: run key rotate again".into()));
    }
    if !keeper.is_saved_in(kid, saved)? {
        return Err(Error::Unavailable(format!(
            "{} is no saved copy of key {kid}: backups that need it could never be read again",
            saved.display()
        )));
    }
    needed(app, kid).await?;
    note(app, Action("key.retire"), kid).await?;
    keeper.put(&without)?;
    // Sealed by a process just before it learned of the new key, and written after the look above.
    if let Err(e) = needed(app, kid).await {
        keeper.put(&ring)?;
        return Err(e);
    }
    say!("key {kid} is retired; backups made while it sealed can be read with {} only", saved.display())?;
    Ok(())
}

/// Refuses while values wait for a key; those that name none may be anybody's.
async fn needed(app: &App, kid: &str) -> Result<()> {
    let n: i64 =
        census(app).await?.into_iter().filter(|(k, _)| k.as_deref().is_none_or(|k| k == kid)).map(|(_, n)| n).sum();
    if n > 0 {
        return Err(Error::Unavailable(format!("{n} values still need key {kid}: run key rotate again")));
    }
    Ok(())
}

/// What `doctor` says of the ring: good words, what is wrong, and advice.
pub async fn examine(app: &App, config: &Config) -> Result<(String, Vec<String>, Option<String>)> {
    let kids = app.vault.kids();
    let by = census(app).await?;
    let count = |k: &str| by.get(&Some(k.to_owned())).copied().unwrap_or(0);
    let words: Vec<String> = kids.iter().map(|k| format!("{k} sealed {} values", count(k))).collect();
    let unknown = by.iter().filter_map(|(k, n)| k.as_ref().filter(|k| !kids.contains(k)).map(|k| (k, n)));
    let wrong = unknown.map(|(k, n)| format!("{n} values need key {k}, which is not in the key file")).collect();
    let advice =
        keys::is_rotating(&config.data)?.then(|| "a rotation was begun and not ended: run key rotate again".to_owned());
    Ok((words.join(", "), wrong, advice))
}
