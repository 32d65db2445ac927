//! What the engine says about itself: integrity, and the settings on which durability rests (security.md section 4).
//! They are read back from the running engine, because a setting that was asked for may still not be in force.

use crate::conn::{Conn, Db};
use crate::sql::sql;
use zw_core::{Result, Stamp};

/// What a setting's value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it must be.
    Good,
    /// Works, but a person should know.
    Advice,
    /// Acknowledged changes could be lost or altered: `serve` refuses.
    Wrong,
}

/// A setting as the engine answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Name.
    pub name: &'static str,
    /// Value.
    pub value: String,
    /// What it must be, in words.
    pub want: &'static str,
    /// What that means.
    pub verdict: Verdict,
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.verdict {
            Verdict::Good => write!(f, "{}={}", self.name, self.value),
            _ => write!(f, "{}={}, must be {}", self.name, self.value, self.want),
        }
    }
}

fn setting(name: &'static str, value: impl ToString, want: &'static str, good: bool, otherwise: Verdict) -> Setting {
    Setting { name, value: value.to_string(), want, verdict: if good { Verdict::Good } else { otherwise } }
}

/// Whether a dotted version is at least another.
fn at_least(version: &str, least: [u32; 3]) -> bool {
    let mut parts = version.split('.').map(|p| p.parse().unwrap_or(0));
    let have = [parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0)];
    have >= least
}

impl Db {
    /// The settings on which durability rests, as they are in force on the writing connection.
    pub async fn durability(&self) -> Result<Vec<Setting>> {
        match self {
            // The writer's own connection: most of these belong to a connection, not to the file.
            Self::Lite { .. } => lite(&mut *self.write(Stamp::from_ms(0)).await?).await,
            Self::Pg(_) => pg(&mut self.read().await?).await,
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let _: Option<(i64,)> = self.look().await?.one(sql("SELECT seq FROM outbox LIMIT 1")).await?;
        Ok(())
    }

    /// Runs the engine's own integrity check; an empty list is good news.
    pub async fn integrity(&self) -> Result<Vec<String>> {
        match self {
            Self::Lite { .. } => {
                let mut c = self.read().await?;
                let rows: Vec<(String,)> = c.all(sql("PRAGMA quick_check")).await?;
                Ok(rows.into_iter().map(|(s,)| s).filter(|s| s != "ok").collect())
            }
            // A server has no such check without an extension; its checksums are among the settings.
            Self::Pg(_) => Ok(vec![]),
        }
    }

    /// Whether the database's own rights keep this role from rewriting the audit log; none on the embedded engine,
    /// which has no roles.
    pub async fn audit_is_append_only(&self) -> Result<Option<bool>> {
        match self {
            Self::Lite { .. } => Ok(None),
            Self::Pg(_) => {
                let q = "SELECT NOT (has_table_privilege('audit_event','UPDATE') OR has_table_privilege('audit_event','DELETE') OR has_table_privilege('audit_event','TRUNCATE') OR has_table_privilege('audit_checkpoint','UPDATE') OR has_table_privilege('audit_checkpoint','DELETE') OR has_table_privilege('audit_checkpoint','TRUNCATE'))";
                self.read().await?.scalar(sql(q)).await.map(Some)
            }
        }
    }
}

async fn lite(c: &mut Conn) -> Result<Vec<Setting>> {
    let journal: String = c.scalar(sql("PRAGMA journal_mode")).await?;
    let synchronous: i64 = c.scalar(sql("PRAGMA synchronous")).await?;
    let foreign: i64 = c.scalar(sql("PRAGMA foreign_keys")).await?;
    let secure: i64 = c.scalar(sql("PRAGMA secure_delete")).await?;
    let trusted: i64 = c.scalar(sql("PRAGMA trusted_schema")).await?;
    // A library built without memory mapping has no row to answer.
    let mapped: i64 = c.one::<(i64,)>(sql("PRAGMA mmap_size")).await?.map_or(0, |(n,)| n);
    let version: String = c.scalar(sql("SELECT sqlite_version()")).await?;
    Ok(vec![
        setting("journal_mode", &journal, "wal", journal == "wal", Verdict::Wrong),
        setting("synchronous", synchronous, "2 (FULL) or 3 (EXTRA)", synchronous >= 2, Verdict::Wrong),
        setting("foreign_keys", foreign, "1", foreign == 1, Verdict::Wrong),
        setting("secure_delete", secure, "1", secure == 1, Verdict::Wrong),
        setting("trusted_schema", trusted, "0", trusted == 0, Verdict::Wrong),
        setting("mmap_size", mapped, "0", mapped == 0, Verdict::Wrong),
        setting("sqlite_version", &version, "3.51.3 or newer", at_least(&version, [3, 51, 3]), Verdict::Wrong),
    ])
}

async fn pg(c: &mut Conn) -> Result<Vec<Setting>> {
    let rows: Vec<(String, String)> = c
        .all(sql("SELECT name,setting FROM pg_settings WHERE name IN('fsync','full_page_writes','synchronous_commit','data_sync_retry','data_checksums','server_version_num')"))
        .await?;
    let get = |name: &str| rows.iter().find(|r| r.0 == name).map_or("", |r| r.1.as_str());
    let on = |name: &'static str| setting(name, get(name), "on", get(name) == "on", Verdict::Wrong);
    let commit = get("synchronous_commit");
    let version: i64 = get("server_version_num").parse().unwrap_or(0);
    Ok(vec![
        on("fsync"),
        on("full_page_writes"),
        setting(
            "synchronous_commit",
            commit,
            "on or remote_apply",
            matches!(commit, "on" | "remote_apply"),
            Verdict::Wrong,
        ),
        setting("data_sync_retry", get("data_sync_retry"), "off", get("data_sync_retry") == "off", Verdict::Wrong),
        setting(
            "data_checksums",
            get("data_checksums"),
            "on: without them silent damage of the disk is not noticed (pg_checksums --enable)",
            get("data_checksums") == "on",
            Verdict::Advice,
        ),
        setting("server_version_num", version, "150000 or newer", version >= 150_000, Verdict::Wrong),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LiteOptions;

    #[test]
    fn versions_compare_by_number() {
        assert!(at_least("3.51.3", [3, 51, 3]) && at_least("3.100.0", [3, 51, 3]) && at_least("4.0", [3, 51, 3]));
        assert!(!at_least("3.51.2", [3, 51, 3]) && !at_least("3.9.9", [3, 51, 3]) && !at_least("", [3, 51, 3]));
    }

    #[tokio::test]
    async fn a_database_that_does_not_sync_is_told() {
        let dir = std::env::temp_dir().join(format!("zw-health-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let wrong = async |options| {
            let db = Db::open_lite(&dir.join("a.db"), options).await.unwrap();
            let all = db.durability().await.unwrap();
            assert_eq!(all.len(), 7);
            db.close().await;
            all.into_iter().filter(|s| s.verdict != Verdict::Good).map(|s| s.name).collect::<Vec<_>>()
        };
        assert_eq!(wrong(LiteOptions::Durable).await, [""; 0]);
        assert_eq!(wrong(LiteOptions::Fast).await, ["synchronous"]);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
