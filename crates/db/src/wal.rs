//! The write-ahead log of the embedded database is copied into the file beside the writers. Left to the writing
//! connection, every thousand pages some writer would copy and sync them all before its commit is answered, and whoever
//! waits behind it waits too: at 300 submissions a second that is several times a second, for 10 to 20 ms on a small disk.

use crate::lite::Connections;
use sqlx::sqlite::SqliteConnectOptions;
use std::time::Duration;
use zw_core::Result;

/// How often the log is copied. Nothing is done when nothing was written.
const EVERY: Duration = Duration::from_millis(500);

/// Pages after which the writing connection copies the log itself, so that it begins again: 32 MiB. Beside writers that
/// never rest, the log is never copied to its very end, and only then may it begin again.
pub(crate) const MOST_PAGES: &str = "8192";

/// Copies the log from time to time until what is returned is closed or dropped. It is to be closed before the writer:
/// whoever closes the last connection takes the log away.
pub(crate) fn copy_beside(base: SqliteConnectOptions) -> Result<Connections> {
    let mine = Connections::new(base, 1)?;
    let weak = mine.weak();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            let Some(mine) = weak.upgrade().filter(|c| !c.is_closed()) else { return };
            // PASSIVE waits for nobody, neither reader nor writer. If it fails, the writer copies the log in the end; one
            // that was closed meanwhile is no failure.
            if let Err(e) = copy(&mine).await
                && !mine.is_closed()
            {
                tracing::warn!(error = %e, "the write-ahead log was not copied");
            }
        }
    });
    Ok(mine)
}

async fn copy(mine: &Connections) -> Result<()> {
    let mut lane = mine.lane().await?;
    let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(lane.conn()?).await;
    let done = done.map(drop).map_err(crate::constraints::map);
    lane.answered(&done);
    done
}
