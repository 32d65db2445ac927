//! A fresh PostgreSQL database per test, copied from a migrated template.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::OnceCell;
use zw_db::Db;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT: AtomicU64 = AtomicU64::new(0);

fn base() -> String {
    std::env::var("ZW_TEST_PG").unwrap_or_else(|_| "postgres://zw@127.0.0.1:54329".into())
}

pub(crate) async fn admin(sql: String) {
    use sqlx::Connection as _;
    let url = format!("{}/postgres", base());
    let mut c = sqlx::PgConnection::connect(&url)
        .await
        .expect("PostgreSQL for the tests does not answer: run `scripts/pg start` (scripts/test does)");
    // Template copies must not run at once with its creation: one advisory lock for all test processes.
    sqlx::query("SELECT pg_advisory_lock(4711)").execute(&mut c).await.unwrap();
    let run = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut c).await;
    sqlx::query("SELECT pg_advisory_unlock(4711)").execute(&mut c).await.unwrap();
    run.unwrap();
}

/// Drops the databases of test processes that are gone; otherwise a run would fill the memory they lie in.
async fn sweep() {
    use sqlx::Connection as _;
    if !base().contains("@127.0.0.1") {
        return;
    }
    let mut c = sqlx::PgConnection::connect(&format!("{}/postgres", base())).await.expect("PostgreSQL for the tests");
    let names: Vec<String> = sqlx::query_scalar("SELECT datname FROM pg_database WHERE datname LIKE 'zw\\_t%'")
        .fetch_all(&mut c)
        .await
        .unwrap();
    for name in names {
        let gone = |pid: &str| !std::path::Path::new("/proc").join(pid).exists();
        if name.split('_').nth(2).is_some_and(gone) {
            // Another process may be sweeping the same one: whoever comes second has nothing left to do.
            let _ = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).execute(&mut c).await;
        }
    }
}

async fn template() -> String {
    sweep().await;
    let pid = std::process::id();
    let name = format!("zw_tpl_{pid}");
    admin(format!("CREATE DATABASE {name}")).await;
    let db = Db::open_pg(&format!("{}/{name}", base()), 2).await.unwrap();
    db.migrate().await.unwrap();
    crate::world::load(&db).await;
    db.close().await;
    name
}

/// A fresh database.
pub(crate) async fn fresh() -> (Db, String) {
    let template = TEMPLATE.get_or_init(template).await;
    let name = format!("zw_t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    admin(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    let url = format!("{}/{name}", base());
    (Db::open_pg(&url, 8).await.unwrap(), url)
}
