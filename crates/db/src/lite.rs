//! Connections to the embedded file.
//!
//! Each has a thread of its own, to which a statement is an errand: on busy cores every one is a wait, and the writer's are
//! waits for all who want to write. So few are sent: a transaction begins with its first statement and ends with its last
//! one, what nobody needs an answer to goes with the next one, and a connection is not asked how it is before and after
//! its use, as the pool of the driver does.

use crate::constraints;
use crate::sql::{Sql, sql};
use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleResult, Timeouts, WeakPool};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use zw_core::{Error, Result};

/// How long one waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statements that wait for the next one at most: their texts are kept prepared as one.
const MOST_LATER: usize = 12;

#[derive(Debug)]
struct Opener(SqliteConnectOptions);

impl Manager for Opener {
    type Type = SqliteConnection;
    type Error = sqlx::Error;
    async fn create(&self) -> std::result::Result<SqliteConnection, sqlx::Error> {
        self.0.connect().await
    }
    /// `Lane` gives back only those that may be used again.
    async fn recycle(&self, _: &mut SqliteConnection, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

/// Some connections to one file, opened when they are first needed.
#[derive(Clone, Debug)]
pub struct Connections {
    pool: Pool<Opener>,
    most: usize,
    /// Nobody gets one any more.
    shut: Arc<AtomicBool>,
}

impl Connections {
    pub(crate) fn new(options: SqliteConnectOptions, most: usize) -> Result<Self> {
        let pool = Pool::builder(Opener(options))
            .max_size(most)
            .wait_timeout(Some(PATIENCE))
            // The one used last has the pages of the last reader at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(Error::internal)?;
        Ok(Self { pool, most, shut: Arc::default() })
    }

    /// A connection without a transaction.
    pub(crate) async fn lane(&self) -> Result<Lane> {
        self.of(self.pool.get().await)
    }

    /// The same, if one is free.
    pub(crate) async fn free_lane(&self) -> Result<Option<Lane>> {
        match self.pool.timeout_get(&Timeouts { wait: Some(Duration::ZERO), ..Timeouts::new() }).await {
            Err(PoolError::Timeout(_)) => Ok(None),
            got => self.of(got).map(Some),
        }
    }

    fn of(&self, got: std::result::Result<Object<Opener>, PoolError<sqlx::Error>>) -> Result<Lane> {
        let got = if self.is_closed() { Err(PoolError::Closed) } else { got };
        let conn = got.map_err(|e| {
            constraints::map(match e {
                PoolError::Backend(e) => e,
                PoolError::Timeout(_) => sqlx::Error::PoolTimedOut,
                PoolError::Closed => sqlx::Error::PoolClosed,
                e @ (PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_)) => {
                    sqlx::Error::Protocol(e.to_string())
                }
            })
        })?;
        Ok(Lane { conn: Some(conn), later: vec![], sent: 0, state: State::default() })
    }

    pub(crate) fn weak(&self) -> WeakConnections {
        WeakConnections { pool: self.pool.weak(), most: self.most, shut: self.shut.clone() }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shut.load(Ordering::SeqCst)
    }

    /// Lets nobody have one any more, and closes all of them; waits for those in use, because whoever closes the last one
    /// copies the write-ahead log and takes it away.
    pub(crate) async fn close(&self) {
        self.shut.store(true, Ordering::SeqCst);
        let all = async {
            loop {
                for conn in self.pool.retain(|_, _| false).removed {
                    // It is closed either way; nothing that was acknowledged depends on it.
                    drop(conn.close().await);
                }
                if self.pool.status().size == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tracing::warn!("a connection is in use although the database is closed");
        }
        self.pool.close();
    }

    /// Every connection, until they are dropped: for tests of a database that cannot be reached.
    #[doc(hidden)]
    pub async fn occupy(&self) -> Result<Vec<Lane>> {
        let mut all = vec![];
        for _ in 0..self.most {
            all.push(self.lane().await?);
        }
        Ok(all)
    }
}

/// What keeps nothing open.
pub(crate) struct WeakConnections {
    pool: WeakPool<Opener>,
    most: usize,
    shut: Arc<AtomicBool>,
}

impl WeakConnections {
    pub(crate) fn upgrade(&self) -> Option<Connections> {
        Some(Connections { pool: self.pool.upgrade()?, most: self.most, shut: self.shut.clone() })
    }
}

/// What a connection that is given back may be in.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// A transaction began and was not committed.
    open: bool,
    /// A statement is under way, and nobody waits for its answer any more.
    busy: bool,
    /// It did not answer as it must.
    suspect: bool,
    /// A statement of the transaction failed: what waited with it was not done.
    failed: bool,
}

/// A connection for the time of its use.
pub struct Lane {
    conn: Option<Object<Opener>>,
    later: Vec<Sql>,
    /// Statements of the last errand.
    sent: usize,
    state: State,
}

impl Lane {
    /// Begins a transaction with the first statement that is sent.
    pub(crate) fn begun(mut self, begin: &'static str) -> Self {
        self.later.push(sql(begin));
        self
    }

    /// The connection, to run what `send` answers.
    pub(crate) fn conn(&mut self) -> Result<&mut SqliteConnection> {
        self.conn.as_deref_mut().ok_or_else(|| Error::Internal("a connection that was given back".into()))
    }

    /// The statements that wait, and then this one, as they are sent now. Nothing is done in a transaction of which
    /// something failed, as on PostgreSQL: what waited was lost with it.
    pub(crate) fn send(&mut self, q: Sql) -> Result<Sql> {
        if self.state.failed {
            return Err(Error::Unavailable("the transaction has failed".into()));
        }
        self.state.busy = true;
        self.sent = self.later.len() + 1;
        if self.later.is_empty() {
            return Ok(q);
        }
        self.state.open = true;
        let mut waiting = std::mem::take(&mut self.later).into_iter();
        let first = waiting.next().unwrap_or_default();
        Ok(waiting.chain([q]).fold(first, |all, one| all.lit(";").join(one)))
    }

    /// What came of it.
    pub(crate) fn answered<T>(&mut self, done: &Result<T>) {
        self.state.busy = false;
        self.state.suspect |= matches!(done, Err(Error::Unavailable(_)));
        self.state.failed |= self.state.open && done.is_err();
    }

    /// Statements that were to be done with the last errand.
    pub(crate) fn sent(&self) -> usize {
        self.sent
    }

    /// The errand ended without an answer to everything that was sent: its thread is gone.
    pub(crate) fn ended_early(&mut self) -> Error {
        (self.state.suspect, self.state.failed) = (true, true);
        Error::Unavailable("the connection ended in the middle".into())
    }

    /// Keeps a statement for the next one to take along; gives it back when enough wait.
    pub(crate) fn keep(&mut self, q: Sql) -> Option<Sql> {
        debug_assert!(!q.text.contains("RETURNING"), "its row would be taken for an answer to the next statement");
        if self.later.len() >= MOST_LATER {
            return Some(q);
        }
        self.later.push(q);
        None
    }

    /// The transaction was committed.
    pub(crate) fn done(mut self) {
        self.state = State::default();
    }
}

impl Drop for Lane {
    /// A transaction that was not committed is undone, and a statement that nobody waits for is waited for, before anybody
    /// has the connection again; where that fails, nobody has.
    fn drop(&mut self) {
        let State { open, busy, suspect, .. } = self.state;
        let Some(conn) = self.conn.take().filter(|_| open || busy || suspect) else { return };
        let mut lent = Lent(Some(conn));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let Some(conn) = lent.0.as_deref_mut() else { return };
            let fit = match sqlx::query("ROLLBACK").execute(conn).await {
                Ok(_) => true,
                // Committed after all, or only read from.
                Err(sqlx::Error::Database(e)) => !suspect && e.message().contains("no transaction is active"),
                Err(_) => false,
            };
            if fit {
                drop(lent.0.take());
            }
        });
    }
}

/// A connection that nobody may have again unless it is taken out of here.
struct Lent(Option<Object<Opener>>);

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Object::take(conn));
        }
    }
}
