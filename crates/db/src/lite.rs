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
        Ok(Self { pool, most })
    }

    /// A connection without a transaction.
    pub(crate) async fn lane(&self) -> Result<Lane> {
        Lane::of(self.pool.get().await)
    }

    /// The same, if one is free.
    pub(crate) async fn free_lane(&self) -> Result<Option<Lane>> {
        match self.pool.timeout_get(&Timeouts { wait: Some(Duration::ZERO), ..Timeouts::new() }).await {
            Err(PoolError::Timeout(_)) => Ok(None),
            got => Lane::of(got).map(Some),
        }
    }

    pub(crate) fn weak(&self) -> WeakConnections {
        WeakConnections { pool: self.pool.weak(), most: self.most }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// Closes those that are free and lets nobody have one any more; those in use close when they are given back.
    pub(crate) async fn close(&self) {
        for conn in self.pool.retain(|_, _| false).removed {
            // It is closed either way; nothing that was acknowledged depends on it.
            drop(conn.close().await);
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
}

impl WeakConnections {
    pub(crate) fn upgrade(&self) -> Option<Connections> {
        Some(Connections { pool: self.pool.upgrade()?, most: self.most })
    }
}

/// A connection for the time of its use.
pub struct Lane {
    conn: Option<Object<Opener>>,
    later: Vec<Sql>,
    /// It may be in a transaction, or of no use any more.
    open: bool,
}

impl Lane {
    fn of(got: std::result::Result<Object<Opener>, PoolError<sqlx::Error>>) -> Result<Self> {
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
        Ok(Self { conn: Some(conn), later: vec![], open: false })
    }

    /// Begins a transaction with the first statement that is sent.
    pub(crate) fn begun(mut self, begin: &'static str) -> Self {
        self.later.push(sql(begin));
        self
    }

    /// The connection, to run what `with_later` answers.
    pub(crate) fn conn(&mut self) -> Result<&mut SqliteConnection> {
        self.conn.as_deref_mut().ok_or_else(|| Error::Internal("a connection that was given back".into()))
    }

    /// The statements that wait, and then this one.
    pub(crate) fn with_later(&mut self, q: Sql) -> Sql {
        if self.later.is_empty() {
            return q;
        }
        self.open = true;
        let mut waiting = std::mem::take(&mut self.later).into_iter();
        let first = waiting.next().unwrap_or_default();
        waiting.chain([q]).fold(first, |all, one| all.lit(";").join(one))
    }

    /// Keeps a statement for the next one to take along; gives it back when enough wait.
    pub(crate) fn keep(&mut self, q: Sql) -> Option<Sql> {
        if self.later.len() >= MOST_LATER {
            return Some(q);
        }
        self.later.push(q);
        None
    }

    /// It did not answer: it is looked at before anybody has it again.
    pub(crate) fn suspect(&mut self) {
        self.open = true;
    }

    /// The transaction was committed.
    pub(crate) fn done(mut self) {
        self.open = false;
    }
}

impl Drop for Lane {
    /// A transaction that was not committed is undone before anybody has the connection again; where that fails, nobody has.
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take().filter(|_| self.open) else { return };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                if sqlx::query("ROLLBACK").execute(&mut *conn).await.is_err() {
                    drop(Object::take(conn));
                }
            })),
            Err(_) => drop(Object::take(conn)),
        }
    }
}
