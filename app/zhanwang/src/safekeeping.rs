//! The commands that write and read backups, and the one that saves the key they need.

use crate::anchors::AnchorFile;
use crate::commands::{BackupArgs, RestoreArgs, note};
use crate::config::Config;
use crate::pg_tools::PgTool;
use crate::{backup as bk, keys, private, wire};
use std::path::{Path, PathBuf};
use zw_access::{Action, Ctx, crypto, hex};
use zw_core::{Error, Result};

/// `backup`
pub async fn backup(config: &Config, a: BackupArgs) -> Result<()> {
    let wired = wire::existing(config).await?;
    let app = &wired.app;
    note(app, Action("backup.write"), &a.out.display().to_string()).await?;
    // The unsealed copy lives beside the key, readable by nobody else, and goes however this ends.
    let plain = Scratch::new(keys::secrets(&config.data).join("backup.part"))?;
    // Both tools fill an empty file that is there, and leave its mode alone.
    private::file(&plain.0)?;
    let plain = &plain.0;
    let before = app.vault.kids();
    let kind = if config.database_url.is_empty() {
        app.db.copy_lite_to(plain).await?;
        "sqlite"
    } else {
        PgTool::new("pg_dump", &config.database_url)?.arg("--format=custom").arg("--file").arg(plain).run()?;
        "postgres"
    };
    let (sha256, size) = bk::digest(plain)?;
    let mut c = app.db.read().await?;
    let heads = crate::store::audit_heads(&mut c).await?;
    drop(c);
    // Those of before the copy and of after it: a rotation may go on meanwhile.
    let mut kids = app.vault.kids();
    kids.extend(before.into_iter().filter(|k| !kids.contains(k)).collect::<Vec<_>>());
    let manifest = bk::Manifest {
        kind: kind.into(),
        made_at: app.clock.now().rfc3339_cn(),
        kid: kids.first().cloned().unwrap_or_default(),
        kids,
        program: env!("CARGO_PKG_VERSION").into(),
        size,
        sha256,
        audit_heads: heads.iter().map(|(c, s, h)| format!("{c}:{s}:{}", hex(h))).collect(),
    };
    bk::seal(&app.vault, &app.rng, &manifest, plain, &a.out)?;
    say!("{}: {} bytes, needs key {}", a.out.display(), size, manifest.needs().collect::<Vec<_>>().join(", "))?;
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

/// `restore`: proves the backup wholly before any live data are touched, and only fills what is empty.
pub async fn restore(config: &Config, a: RestoreArgs) -> Result<()> {
    let vault = keys::open(&config.data, &zw_core::Rng::system(), false)?;
    let plain = Scratch::new(keys::secrets(&config.data).join("restore.part"))?;
    let plain = &plain.0;
    let manifest = bk::unseal(&vault, &a.from, plain)?;
    say!("backup of {} ({}), {} bytes: whole", manifest.made_at, manifest.kind, manifest.size)?;
    if a.verify {
        return Ok(());
    }
    let want = if config.database_url.is_empty() { "sqlite" } else { "postgres" };
    if manifest.kind != want {
        return Err(Error::Unavailable(format!("this is a {} backup, the configuration names {want}", manifest.kind)));
    }
    if want == "sqlite" {
        put_in_place(config, plain)?;
    } else {
        let tool = PgTool::new("pg_restore", &config.database_url)?;
        tool.arg("--exit-on-error").arg("--single-transaction").arg("--no-owner").arg(plain).run()?;
    }
    let wired = wire::ready(config).await?;
    let ctx = Ctx::system(wired.app.clone(), "cli", &[]);
    let tx = ctx.write().await?;
    tx.commit(ctx.event(Action("backup.restored")).record(None, heads(&manifest)).purpose(a.reason)).await?;
    // Checkpoints that the abandoned database had and this one has not are no longer expected.
    wired.app.ext::<AnchorFile>()?.restored(&wired.app).await?;
    say!("restored")?;
    Ok(())
}

/// The heads of all chains in one line that fits an audit row: how many, and what they were, as a digest.
fn heads(m: &bk::Manifest) -> String {
    format!(
        "{} audit heads, sha256 {}",
        m.audit_heads.len(),
        hex(&crypto::digest(&[m.audit_heads.join(",").as_bytes()]))
    )
}

fn put_in_place(config: &Config, plain: &Path) -> Result<()> {
    let file = config.lite_file();
    if private::database_files(&file).iter().any(|f| f.exists()) {
        return Err(Error::Unavailable(format!("{} exists: restore only into an empty folder", file.display())));
    }
    private::folder(&config.data)?;
    std::fs::rename(plain, &file).map_err(|e| Error::Unavailable(e.to_string()))?;
    private::sync(&config.data)
}

/// `key export`: written down in the audit log first. Where there is no database to write to, the key is saved all the
/// same, because it may be the last thing that can be.
pub async fn key_export(config: &Config, to: &Path) -> Result<()> {
    let noted = match wire::existing(config).await {
        Ok(wired) => note(&wired.app, Action("key.export"), &to.display().to_string()).await,
        Err(e) => Err(e),
    };
    if let Err(e) = noted {
        crate::say::aside(format_args!(
            "zhanwang: not written down in the audit log: {}",
            crate::commands::explain(&e)
        ));
    }
    keys::export(&config.data, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_many_chains_fit_a_row_and_differ() {
        let with = |n: i64| bk::Manifest {
            kind: "postgres".into(),
            made_at: String::new(),
            kid: String::new(),
            kids: vec![],
            program: String::new(),
            size: 0,
            sha256: String::new(),
            audit_heads: (0..16).map(|c| format!("{c}:{n}:{}", "ab".repeat(32))).collect(),
        };
        assert!(heads(&with(1)).len() < 100);
        assert_ne!(heads(&with(1)), heads(&with(2)));
    }
}
