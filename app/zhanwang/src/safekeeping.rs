//! The commands that write and read backups.

use crate::commands::{BackupArgs, RestoreArgs, note};
use crate::config::Config;
use crate::{backup as bk, keys, wire};
use std::path::PathBuf;
use zw_access::{Action, Ctx, hex};
use zw_core::{Error, Result};

/// `backup`
pub async fn backup(config: &Config, a: BackupArgs) -> Result<()> {
    let wired = wire::existing(config).await?;
    let app = &wired.app;
    note(app, Action("backup.write"), &a.out.display().to_string()).await?;
    // The unsealed copy lives beside the key, readable by nobody else, and goes however this ends.
    let plain = Scratch::new(config.data.join("secrets").join("backup.part"))?;
    let plain = &plain.0;
    let kind = if config.database_url.is_empty() {
        app.db.copy_lite_to(plain).await?;
        "sqlite"
    } else {
        tool("pg_dump", &["--format=custom", "--file", &plain.display().to_string(), &config.database_url])?;
        "postgres"
    };
    let (sha256, size) = bk::digest(plain)?;
    let mut c = app.db.read().await?;
    let heads = crate::store::audit_heads(&mut c).await?;
    drop(c);
    let manifest = bk::Manifest {
        kind: kind.into(),
        made_at: app.clock.now().rfc3339_cn(),
        kid: app.vault.kid().into(),
        program: env!("CARGO_PKG_VERSION").into(),
        size,
        sha256,
        audit_heads: heads.iter().map(|(c, s, h)| format!("{c}:{s}:{}", hex(h))).collect(),
    };
    bk::seal(&app.vault, &app.rng, &manifest, plain, &a.out)?;
    println!("{}: {} bytes, needs key {}", a.out.display(), size, manifest.kid);
    Ok(())
}

/// A file that is removed when it goes out of scope; its folder (of the keys) is open to the owner only.
struct Scratch(PathBuf);

impl Scratch {
    fn new(file: PathBuf) -> Result<Self> {
        if file.exists() {
            std::fs::remove_file(&file).map_err(|e| Error::Unavailable(e.to_string()))?;
        }
        Ok(Self(file))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.0.exists()
            && let Err(e) = std::fs::remove_file(&self.0)
        {
            tracing::error!("{}: {e}", self.0.display());
        }
    }
}

fn tool(name: &str, args: &[&str]) -> Result<()> {
    let status =
        std::process::Command::new(name).args(args).status().map_err(|e| Error::Unavailable(format!("{name}: {e}")))?;
    if status.success() { Ok(()) } else { Err(Error::Unavailable(format!("{name} failed"))) }
}

/// `restore`: proves the backup wholly before any live data are touched, and only fills what is empty.
pub async fn restore(config: &Config, a: RestoreArgs) -> Result<()> {
    let vault = keys::open(&config.data, &zw_core::Rng::system(), false)?;
    let plain = Scratch::new(config.data.join("secrets").join("restore.part"))?;
    let plain = &plain.0;
    let manifest = bk::unseal(&vault, &a.from, plain)?;
    println!("backup of {} ({}), {} bytes: whole", manifest.made_at, manifest.kind, manifest.size);
    let want = if config.database_url.is_empty() { "sqlite" } else { "postgres" };
    let done = if a.verify {
        Ok(())
    } else if manifest.kind != want {
        Err(Error::Unavailable(format!("this is a {} backup, the configuration names {want}", manifest.kind)))
    } else if want == "sqlite" {
        let file = config.lite_file();
        if ["", "-wal", "-shm"].iter().any(|end| config.data.join(format!("zhanwang.db{end}")).exists()) {
            Err(Error::Unavailable(format!("{} exists: restore only into an empty folder", file.display())))
        } else {
            std::fs::rename(plain, &file).map_err(|e| Error::Unavailable(e.to_string()))
        }
    } else {
        tool(
            "pg_restore",
            &[
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--dbname",
                &config.database_url,
                &plain.display().to_string(),
            ],
        )
    };
    done?;
    if !a.verify {
        let wired = wire::ready(config).await?;
        let ctx = Ctx::system(wired.app.clone(), "cli", &[]);
        let tx = ctx.write().await?;
        let heads = manifest.audit_heads.join(",");
        tx.commit(ctx.event(Action("backup.restored")).record(None, heads).purpose(a.reason)).await?;
        println!("restored");
    }
    Ok(())
}
