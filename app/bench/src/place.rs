//! Where a database under test lives: a folder with keys, and either its embedded file or a database of a PostgreSQL
//! server. Places are copied, so that every scene begins with the same data.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use zw_access::{Ring, Vault};
use zw_core::{Error, Result};
use zw_db::{Db, LiteOptions};

/// Engine of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum EngineArg {
    /// The embedded file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl EngineArg {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A database and its keys.
#[derive(Clone, Debug)]
pub struct Place {
    /// Folder: `secrets/master.key`, the embedded file, logs.
    pub dir: PathBuf,
    /// URL of the database when it is on a server.
    pub url: Option<String>,
}

fn io(what: &Path) -> impl Fn(std::io::Error) -> Error {
    move |e| Error::Unavailable(format!("{}: {e}", what.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).map_err(io(to))?;
    for entry in std::fs::read_dir(from).map_err(io(from))? {
        let entry = entry.map_err(io(from))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).map_err(io(&path))?;
        }
    }
    let mode = std::fs::metadata(from).map_err(io(from))?.permissions();
    std::fs::set_permissions(to, mode).map_err(io(to))
}

async fn admin(server: &str, statement: String) -> Result<()> {
    let fail = |e: sqlx::Error| Error::Unavailable(format!("{server}: {e}"));
    let mut c = sqlx::PgConnection::connect(&format!("{server}/postgres")).await.map_err(fail)?;
    // Names of databases cannot be bound; ours are made of a prefix and a number.
    sqlx::query(AssertSqlSafe(statement)).execute(&mut c).await.map_err(fail)?;
    c.close().await.map_err(fail)
}

impl Place {
    /// A new, empty place: `name` below `root`, and on a server a database of that name. What was there is deleted.
    pub async fn fresh(root: &Path, name: &str, server: Option<&str>) -> Result<Self> {
        let dir = root.join(name);
        if dir.exists() {
            std::fs::remove_dir_all(&dir).map_err(io(&dir))?;
        }
        std::fs::create_dir_all(&dir).map_err(io(&dir))?;
        let Some(server) = server else { return Ok(Self { dir, url: None }) };
        let database = database(name)?;
        admin(server, format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await?;
        admin(server, format!("CREATE DATABASE {database}")).await?;
        Ok(Self { dir, url: Some(format!("{server}/{database}")) })
    }
    /// A copy below `root`, while nobody uses the original.
    pub async fn copy(&self, root: &Path, name: &str) -> Result<Self> {
        let dir = root.join(name);
        if dir.exists() {
            std::fs::remove_dir_all(&dir).map_err(io(&dir))?;
        }
        copy_folder(&self.dir, &dir)?;
        let Some(url) = &self.url else { return Ok(Self { dir, url: None }) };
        let (server, from) = url.rsplit_once('/').ok_or_else(|| Error::Internal("database URL".into()))?;
        let to = database(name)?;
        admin(server, format!("DROP DATABASE IF EXISTS {to} WITH (FORCE)")).await?;
        // A killed server's sessions take a moment to be noticed; until then its database cannot be copied.
        let mut tries = 0;
        while let Err(e) = admin(server, format!("CREATE DATABASE {to} TEMPLATE {from}")).await {
            tries += 1;
            if tries > 100 {
                return Err(e);
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        Ok(Self { dir, url: Some(format!("{server}/{to}")) })
    }
    /// Deletes it.
    pub async fn remove(self) -> Result<()> {
        if let Some(url) = &self.url
            && let Some((server, name)) = url.rsplit_once('/')
        {
            admin(server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
        std::fs::remove_dir_all(&self.dir).map_err(io(&self.dir))
    }
    /// The program with this place as its data.
    pub fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut c = Command::new(program);
        c.args(arguments).arg("--data").arg(&self.dir);
        // Nothing of the caller's own configuration may leak into a measurement.
        for key in ["ZHANWANG_DATA", "ZHANWANG_PUBLIC_URL", "ZHANWANG_TRUSTED_PROXIES", "ZHANWANG_PG_CONNECTIONS"] {
            c.env_remove(key);
        }
        c.env("DATABASE_URL", self.url.as_deref().unwrap_or_default()).env("ZHANWANG_LOG", "warn");
        c
    }
    /// Runs the program to its end; its output, or its words when it fails.
    pub fn run(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        let out = self.command(program, arguments).output().map_err(io(program))?;
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        if out.status.success() {
            return Ok(text(&out.stdout));
        }
        let what =
            format!("zhanwang {}: {}: {}{}", arguments.join(" "), out.status, text(&out.stdout), text(&out.stderr));
        Err(Error::Unavailable(what))
    }
    /// Opens the database through our own layer, for preparing and checking. `fast` does not sync (preparing only).
    pub async fn db(&self, fast: bool) -> Result<Db> {
        match &self.url {
            Some(url) => Db::open_pg(url, 4).await,
            None => {
                let how = if fast { LiteOptions::Fast } else { LiteOptions::Durable };
                Db::open_lite(&self.dir.join("zhanwang.db"), how).await
            }
        }
    }
    /// Damage that the engine's own checks find: integrity and foreign keys of the embedded file, every B-tree of a
    /// server against its table (amcheck).
    pub async fn integrity(&self) -> Result<Vec<String>> {
        let fail = |e: sqlx::Error| Error::Unavailable(format!("integrity check: {e}"));
        let mut bad = vec![];
        match &self.url {
            None => {
                let options = SqliteConnectOptions::new().filename(self.dir.join("zhanwang.db"));
                let mut c = sqlx::SqliteConnection::connect_with(&options).await.map_err(fail)?;
                for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut c).await.map_err(fail)? {
                    let found: String = row.try_get(0).map_err(fail)?;
                    if found != "ok" {
                        bad.push(found);
                    }
                }
                for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut c).await.map_err(fail)? {
                    let table: String = row.try_get(0).map_err(fail)?;
                    bad.push(format!("{table}: a row points nowhere"));
                }
                c.close().await.map_err(fail)?;
            }
            Some(url) => {
                let mut c = sqlx::PgConnection::connect(url).await.map_err(fail)?;
                sqlx::query("CREATE EXTENSION IF NOT EXISTS amcheck").execute(&mut c).await.map_err(fail)?;
                let all = "SELECT c.relname,bt_index_check(c.oid,true)::text FROM pg_class c JOIN pg_am a ON a.oid=c.relam JOIN pg_namespace n ON n.oid=c.relnamespace WHERE c.relkind='i' AND a.amname='btree' AND n.nspname='public'";
                if let Err(e) = sqlx::query(all).fetch_all(&mut c).await {
                    bad.push(e.to_string());
                }
                c.close().await.map_err(fail)?;
            }
        }
        Ok(bad)
    }
    /// The keys of this place.
    pub fn vault(&self) -> Result<Vault> {
        Vault::of(self.ring()?)
    }
    /// The same as they lie on the disk.
    pub fn ring(&self) -> Result<Ring> {
        let file = self.dir.join("secrets").join("master.key");
        Ring::parse(&std::fs::read(&file).map_err(io(&file))?)
    }
    /// Size of the embedded file in bytes, its log included; 0 on a server.
    pub fn size(&self) -> u64 {
        ["zhanwang.db", "zhanwang.db-wal"]
            .iter()
            .filter_map(|f| std::fs::metadata(self.dir.join(f)).ok())
            .map(|m| m.len())
            .sum()
    }
}

/// A database's name from a place's: letters, digits and underscores only, because it stands in statements.
fn database(name: &str) -> Result<String> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return Err(Error::Internal(format!("{name} cannot name a database")));
    }
    Ok(format!("zw_bench_{}", name.replace('-', "_").to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_is_whole_and_its_own() {
        let root = std::env::temp_dir().join(format!("zw-bench-place-{}", std::process::id()));
        let a = Place::fresh(&root, "a", None).await.unwrap();
        std::fs::create_dir(a.dir.join("secrets")).unwrap();
        std::fs::write(a.dir.join("secrets/master.key"), [7; 32]).unwrap();
        let b = a.copy(&root, "b").await.unwrap();
        assert_eq!(b.vault().unwrap().kid(), a.vault().unwrap().kid());
        b.remove().await.unwrap();
        assert!(a.vault().is_ok());
        a.remove().await.unwrap();
        std::fs::remove_dir(&root).unwrap();
        assert!(database("a; drop").is_err());
    }
}
