//! Connections. `on!` is the only engine switch of the program.

use crate::lite::{Connections, Lane};
use crate::row::{Record, Row};
use crate::sql::{Sql, Val, sql};
use crate::tx::Tx;
use crate::{constraints, migrate, wal};
use futures_util::{Stream, TryStreamExt as _};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use zw_core::{Error, Result, Stamp};

/// Which engine a database runs on: for labels in `doctor` and benchmarks, never for a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// The database: cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// Embedded: one writer, several readers.
    Lite {
        /// The one writing connection.
        w: Connections,
        /// Query-only connections.
        r: Connections,
        /// The connection that copies the write-ahead log into the file.
        log: Connections,
    },
    /// PostgreSQL.
    Pg(PgPool),
}

pub(crate) enum Inner {
    Lite(Lane),
    /// A query-only connection without a transaction.
    LiteOne(Lane),
    Pg(sqlx::Transaction<'static, sqlx::Postgres>),
    /// A connection without a transaction.
    PgOne(sqlx::pool::PoolConnection<sqlx::Postgres>),
}

/// What stores run on: a transaction of either engine. A read transaction is only this, and is dropped when done.
pub struct Conn(pub(crate) Inner);

macro_rules! bound {
    ($s:expr, $v:expr) => {
        match $v {
            Val::Int(x) => $s.bind(x),
            Val::Text(x) => $s.bind(x),
            Val::Id(x) => $s.bind(x),
            Val::Bytes(x) => $s.bind(x),
            Val::Bool(x) => $s.bind(x),
        }
    };
}
/// Binds and runs on one engine's connection.
macro_rules! bound_run {
    ($t:expr, $text:expr, $vals:expr, $engine:path, |$c:ident, $s:ident, $row:ident| $run:expr) => {{
        let $c = $t;
        let mut $s = sqlx::query(AssertSqlSafe($text));
        for v in $vals {
            $s = bound!($s, v);
        }
        let $row = $engine;
        $run
    }};
}
macro_rules! on {
    ($me:expr, $q:expr, |$c:ident, $s:ident, $row:ident| $run:expr) => {{
        match &mut $me.0 {
            Inner::Lite(lane) | Inner::LiteOne(lane) => {
                let Sql { text, vals, .. } = lane.send($q)?;
                let conn = lane.conn()?;
                let done = bound_run!(conn, text, vals, Row::Lite, |$c, $s, $row| $run);
                lane.answered(&done);
                done
            }
            Inner::Pg(t) => {
                let Sql { text, vals, lists } = $q;
                bound_run!(&mut **t, Sql::numbered(&text, &lists), vals, Row::Pg, |$c, $s, $row| $run)
            }
            Inner::PgOne(t) => {
                let Sql { text, vals, lists } = $q;
                bound_run!(&mut **t, Sql::numbered(&text, &lists), vals, Row::Pg, |$c, $s, $row| $run)
            }
        }
    }};
}

/// Nothing is written outside a transaction: it would leave no audit row.
pub(crate) fn outside() -> Error {
    Error::Internal("a change outside a transaction".into())
}

impl Conn {
    /// All rows.
    pub async fn all<T: Record>(&mut self, q: Sql) -> Result<Vec<T>> {
        on!(self, q, |c, s, row| read_all(s.fetch_all(c).await, row))
    }
    /// The first row, if any.
    pub async fn one<T: Record>(&mut self, q: Sql) -> Result<Option<T>> {
        on!(self, q, |c, s, row| match s.fetch_optional(c).await {
            Ok(found) => found.map(|r| T::read(&row(r))).transpose(),
            Err(e) => Err(constraints::map(e)),
        })
    }
    /// The first column of the one row there must be (counts, sums).
    pub async fn scalar<T: crate::FromCol + Send>(&mut self, q: Sql) -> Result<T> {
        let found: Option<(T,)> = self.one(q).await?;
        found.map(|(v,)| v).ok_or_else(|| Error::Internal("no row for a scalar".into()))
    }
    /// Runs a statement; the number of rows it touched.
    pub async fn run(&mut self, q: Sql) -> Result<u64> {
        if matches!(self.0, Inner::LiteOne(_) | Inner::PgOne(_)) {
            return Err(outside());
        }
        let (n, answers) = on!(self, q, |c, s, _row| {
            let _ = _row;
            touched(c.fetch_many(s)).await
        })?;
        match &mut self.0 {
            Inner::Lite(lane) if answers != lane.sent() => Err(lane.ended_early()),
            _ => Ok(n),
        }
    }
    /// Runs a statement of which nobody needs to know what it touched. Whatever is asked afterwards sees what it did, and
    /// the commit waits for it; the embedded database is told of it together with the next statement, and only then is
    /// heard what is wrong with it.
    pub async fn later(&mut self, q: Sql) -> Result<()> {
        let now = match &mut self.0 {
            Inner::Lite(lane) => lane.keep(q),
            _ => Some(q),
        };
        if let Some(q) = now {
            self.run(q).await?;
        }
        Ok(())
    }
    /// Ends a transaction of writing. On the embedded database what waits goes with it, the last rows of the audit log
    /// among it.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if let Inner::Lite(_) = self.0 {
            let ended = self.run(sql("COMMIT")).await;
            ended.map_err(|e| match e {
                e @ (Error::Rule { .. } | Error::Unavailable(_)) => e,
                e => Error::Unavailable(format!("commit: {e}")),
            })?;
        }
        match self.0 {
            Inner::Lite(lane) => {
                lane.done();
                Ok(())
            }
            Inner::Pg(t) => t.commit().await.map_err(constraints::map),
            Inner::LiteOne(_) | Inner::PgOne(_) => Err(outside()),
        }
    }
    /// Number of audit chains: one where there is one writer, 16 (by county) where writers are many.
    pub fn audit_chains(&self) -> i64 {
        match self.0 {
            Inner::Lite(_) | Inner::LiteOne(_) => 1,
            Inner::Pg(_) | Inner::PgOne(_) => 16,
        }
    }
    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Inner::Lite(_) | Inner::LiteOne(_) => Engine::Sqlite,
            Inner::Pg(_) | Inner::PgOne(_) => Engine::Postgres,
        }
    }
}

fn read_all<R, T: Record>(found: std::result::Result<Vec<R>, sqlx::Error>, row: impl Fn(R) -> Row) -> Result<Vec<T>> {
    found.map_err(constraints::map)?.into_iter().map(|r| T::read(&row(r))).collect()
}

/// What either driver says of a statement that was run.
trait Touched {
    fn rows(&self) -> u64;
}
impl Touched for sqlx::sqlite::SqliteQueryResult {
    fn rows(&self) -> u64 {
        self.rows_affected()
    }
}
impl Touched for sqlx::postgres::PgQueryResult {
    fn rows(&self) -> u64 {
        self.rows_affected()
    }
}

/// What the last of some statements touched, which is the one that was asked for, and how many answered.
async fn touched<Q: Touched, R>(
    mut steps: impl Stream<Item = std::result::Result<sqlx::Either<Q, R>, sqlx::Error>> + Unpin,
) -> Result<(u64, usize)> {
    let (mut n, mut answers) = (0, 0);
    while let Some(step) = steps.try_next().await.map_err(constraints::map)? {
        if let sqlx::Either::Left(result) = step {
            n = result.rows();
            answers += 1;
        }
    }
    Ok((n, answers))
}

/// A transaction or connection that cannot even begin: whatever the reason, the database is not to be reached and nothing was written.
fn out_of_reach(e: Error) -> Error {
    match e {
        Error::Internal(what) => Error::Unavailable(what),
        other => other,
    }
}

fn unreachable(e: sqlx::Error) -> Error {
    out_of_reach(constraints::map(e))
}

/// One consistent picture.
const PG_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// How an embedded file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteOptions {
    /// WAL with synchronous=FULL: acknowledged commits survive a power loss.
    Durable,
    /// No syncing: only for tests and for generating benchmark data, never for work.
    Fast,
}

impl Db {
    /// Opens (and creates) the embedded file. Durability pragmas are read back; a mismatch is an error.
    pub async fn open_lite(file: &Path, options: LiteOptions) -> Result<Self> {
        let sync = if options == LiteOptions::Durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
        let base = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(sync)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(300)
            // Rows come over a channel from the connection's thread: a short one makes both threads wake for every few.
            .row_buffer_size(1024)
            .pragma("cache_size", "-6000")
            .pragma("temp_store", "MEMORY")
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF")
            .pragma("mmap_size", "0")
            .pragma("wal_autocheckpoint", wal::MOST_PAGES);
        let w = Connections::new(base.clone(), 1)?;
        // It makes the file, which no reader may.
        drop(w.lane().await?);
        let r = Connections::new(base.clone().read_only(true).pragma("query_only", "ON"), 4)?;
        let db = Self::Lite { log: wal::copy_beside(base)?, w, r };
        let mut c = db.read().await?;
        let mode: String = c.scalar(sql("PRAGMA journal_mode")).await?;
        if mode != "wal" {
            return Err(Error::Unavailable(format!(
                "journal mode is {mode}, not wal: is the folder on a network drive?"
            )));
        }
        Ok(db)
    }

    /// Connects to PostgreSQL.
    pub async fn open_pg(url: &str, max_connections: u32) -> Result<Self> {
        let o = PgConnectOptions::from_str(url)
            .map_err(|e| Error::Unavailable(format!("DATABASE_URL: {e}")))?
            .application_name("zhanwang")
            .statement_cache_capacity(300)
            // Statements are planned once for each connection. Left to itself the server plans some of them again at every
            // call, because a plan for these very days looks a little cheaper: 1–5 ms for one that runs in 0.05 ms.
            .options([
                ("statement_timeout", "60000"),
                ("lock_timeout", "10000"),
                ("plan_cache_mode", "force_generic_plan"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(o)
            .await
            .map_err(constraints::map)?;
        Ok(Self::Pg(pool))
    }

    /// A read transaction: one consistent picture.
    pub async fn read(&self) -> Result<Conn> {
        Ok(Conn(match self {
            Self::Lite { r, .. } => Inner::Lite(r.lane().await.map_err(out_of_reach)?.begun("BEGIN")),
            Self::Pg(p) => Inner::Pg(p.begin_with(PG_READ).await.map_err(unreachable)?),
        }))
    }

    /// A second read transaction for whoever has one already and may go on beside it; none where no connection is free:
    /// readers that wait for a second one while they hold the first would in the end wait for each other. What it sees may
    /// be a change younger or older than the first.
    pub async fn read_beside(&self) -> Result<Option<Conn>> {
        Ok(match self {
            Self::Lite { r, .. } => {
                r.free_lane().await.map_err(out_of_reach)?.map(|lane| Inner::Lite(lane.begun("BEGIN")))
            }
            Self::Pg(p) => p.try_begin_with(PG_READ).await.map_err(unreachable)?.map(Inner::Pg),
        }
        .map(Conn))
    }

    /// A connection for reading without a transaction: for a single statement, or for several that need not see one
    /// picture. Beginning and ending a transaction costs as much as a small statement.
    pub async fn look(&self) -> Result<Conn> {
        Ok(Conn(match self {
            Self::Lite { r, .. } => Inner::LiteOne(r.lane().await.map_err(out_of_reach)?),
            Self::Pg(p) => Inner::PgOne(p.acquire().await.map_err(unreachable)?),
        }))
    }

    /// A write transaction at the program's instant `at`.
    pub async fn write(&self, at: Stamp) -> Result<Tx> {
        let inner = match self {
            Self::Lite { w, .. } => Inner::Lite(w.lane().await.map_err(out_of_reach)?.begun("BEGIN IMMEDIATE")),
            Self::Pg(p) => Inner::Pg(p.begin().await.map_err(unreachable)?),
        };
        Ok(Tx::new(Conn(inner), at))
    }

    /// Brings the schema up to date. Refuses a database newer than this program. Nothing is run when it is up to date,
    /// so that a role without the right to create tables can serve.
    pub async fn migrate(&self) -> Result<()> {
        let told = |e| Error::Unavailable(format!("migration: {e}"));
        match self {
            Self::Lite { w, .. } => {
                let (mut lane, all) = (w.lane().await?, migrate::lite());
                let conn = lane.conn()?;
                if !migrate::stands(&all, conn).await.map_err(told)? {
                    all.run(conn).await.map_err(told)?;
                }
            }
            Self::Pg(p) => {
                let (mut conn, all) = (p.acquire().await.map_err(unreachable)?, migrate::pg());
                if !migrate::stands(&all, &mut *conn).await.map_err(told)? {
                    all.run(&mut *conn).await.map_err(told)?;
                }
            }
        }
        Ok(())
    }

    /// Copies the embedded database, while it is in use, into a new file.
    pub async fn copy_lite_to(&self, file: &Path) -> Result<()> {
        match self {
            Self::Lite { w, .. } => {
                sqlx::query("VACUUM INTO $1")
                    .bind(file.display().to_string())
                    .execute(w.lane().await?.conn()?)
                    .await
                    .map_err(constraints::map)?;
                Ok(())
            }
            Self::Pg(_) => Err(Error::Unavailable("a PostgreSQL database is copied by its own tools".into())),
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Lite { .. } => Engine::Sqlite,
            Self::Pg(_) => Engine::Postgres,
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Lite { w, r, log } => {
                log.close().await;
                r.close().await;
                w.close().await;
            }
            Self::Pg(p) => p.close().await,
        }
    }
}
