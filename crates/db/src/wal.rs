//! The write-ahead log of the embedded database is copied into the file beside the writers. Left to the writing
//! connection, every thousand pages some writer would copy and sync them all before its commit is answered, and whoever
//! waits behind it waits too: at 300 submissions a second that is several times a second, for 10 to 20 ms on a small disk.

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::time::Duration;

/// How often the log is copied. Nothing is done when nothing was written.
const EVERY: Duration = Duration::from_millis(500);

/// Pages after which the writing connection copies the log itself, so that it begins again: 32 MiB. Beside writers that
/// never rest, the log is never copied to its very end, and only then may it begin again.
pub(crate) const MOST_PAGES: &str = "8192";

/// Copies the log from time to time until the writing pool `w` closes. The pool that is returned is to be closed before
/// `w`: whoever closes the last connection takes the log away.
pub(crate) fn copy_beside(base: SqliteConnectOptions, w: &SqlitePool) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(base);
    let (mut closed, mine) = (w.close_event(), pool.clone());
    tokio::spawn(async move {
        let turns = async {
            while !mine.is_closed() {
                tokio::time::sleep(EVERY).await;
                // PASSIVE waits for nobody, neither reader nor writer. If it fails, the writer copies the log in the end; a pool
                // that was closed meanwhile is no failure.
                let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mine).await;
                if let Some(e) = done.err().filter(|_| !mine.is_closed()) {
                    tracing::warn!(error = %e, "the write-ahead log was not copied");
                }
            }
        };
        drop(closed.do_until(turns).await);
    });
    pool
}
