//! Connections and transactions. `on!` is the only engine switch of the program.

use crate::row::{Record, Row};
use crate::sql::{Sql, Val, sql};
use crate::{constraints, migrate, wal};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use zw_core::{AccountId, Day, DivisionId, Error, JobId, Result, Stamp, UnitId, Uuid};

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
        w: SqlitePool,
        /// Query-only connections.
        r: SqlitePool,
        /// The connection that copies the write-ahead log into the file.
        log: SqlitePool,
    },
    /// PostgreSQL.
    Pg(PgPool),
}

pub(crate) enum Inner {
    Lite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// A query-only connection without a transaction.
    LiteOne(sqlx::pool::PoolConnection<sqlx::Sqlite>),
    Pg(sqlx::Transaction<'static, sqlx::Postgres>),
    /// A connection without a transaction.
    PgOne(sqlx::pool::PoolConnection<sqlx::Postgres>),
}

/// What stores run on: a transaction of either engine. A read transaction is only this, and is dropped when done.
pub struct Conn(pub(crate) Inner);

/// What changed, made only by a permit of `zw-access`; `Tx::commit` cannot be called without one.
/// It is written last, because on PostgreSQL it locks the head of the audit chain until the commit.
pub trait Change: Send {
    /// Writes the audit rows.
    fn write(self, conn: &mut Conn) -> impl Future<Output = Result<()>> + Send;
}

/// A day (and unit) whose cells must be counted again, because records on it changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// County of the records.
    pub county: DivisionId,
    /// Unit they count for, if any.
    pub unit: Option<UnitId>,
    /// The day they happened: never "today".
    pub day: Day,
}

/// A change that screens may be watching, by topic (`wall`, `board`) and the county it happened in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Live {
    /// Topic.
    pub topic: &'static str,
    /// County, if the topic is watched by county.
    pub county: Option<DivisionId>,
}

/// Work that is ordered with a change and done after it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Id.
    pub id: JobId,
    /// Kind: `module.verb`.
    pub kind: &'static str,
    /// Its argument.
    pub arg: String,
    /// Who ordered it, and with whose rights it is done.
    pub account: AccountId,
    /// Their name, for colleagues.
    pub by: String,
}

/// A write transaction: a `Conn` plus what must be committed with it.
pub struct Tx {
    conn: Conn,
    at: Stamp,
    marks: Vec<Mark>,
    jobs: Vec<Order>,
    live: Vec<Live>,
}

impl std::ops::Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}
impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

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
        let $c = &mut **$t;
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
        let Sql { text, vals } = $q;
        match &mut $me.0 {
            Inner::Lite(t) => bound_run!(t, text, vals, Row::Lite, |$c, $s, $row| $run),
            Inner::LiteOne(t) => bound_run!(t, text, vals, Row::Lite, |$c, $s, $row| $run),
            Inner::Pg(t) => bound_run!(t, Sql::numbered(&text), vals, Row::Pg, |$c, $s, $row| $run),
            Inner::PgOne(t) => bound_run!(t, Sql::numbered(&text), vals, Row::Pg, |$c, $s, $row| $run),
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
        on!(self, q, |c, s, row| s
            .fetch_all(c)
            .await
            .map_err(constraints::map)?
            .into_iter()
            .map(|r| T::read(&row(r)))
            .collect())
    }
    /// The first row, if any.
    pub async fn one<T: Record>(&mut self, q: Sql) -> Result<Option<T>> {
        on!(self, q, |c, s, row| s
            .fetch_optional(c)
            .await
            .map_err(constraints::map)?
            .map(|r| T::read(&row(r)))
            .transpose())
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
        on!(self, q, |c, s, _row| {
            let _ = _row;
            Ok(s.execute(c).await.map_err(constraints::map)?.rows_affected())
        })
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

impl Tx {
    /// The instant of the transaction, from the program's clock.
    pub fn at(&self) -> Stamp {
        self.at
    }
    /// Marks days whose cells must be counted again.
    pub fn mark(&mut self, marks: impl IntoIterator<Item = Mark>) {
        self.marks.extend(marks);
    }
    /// Enqueues a durable job in this transaction.
    pub fn enqueue(&mut self, order: Order) {
        self.jobs.push(order);
    }
    /// Tells watching screens, after the commit, that something changed.
    pub fn live(&mut self, topic: &'static str, county: Option<DivisionId>) {
        self.live.push(Live { topic, county });
    }
    /// Flushes marks, jobs and live notes, then the audit rows LAST, and commits. Whatever keeps the audit rows from
    /// being written makes the whole act unavailable (security.md AUD-2): no data leave, nothing is changed.
    pub async fn commit(mut self, change: impl Change) -> Result<()> {
        self.flush().await?;
        change.write(&mut self.conn).await.map_err(|e| Error::Unavailable(format!("audit log: {e}")))?;
        match self.conn.0 {
            Inner::Lite(t) => t.commit().await,
            Inner::Pg(t) => t.commit().await,
            Inner::LiteOne(_) | Inner::PgOne(_) => return Err(outside()),
        }
        .map_err(constraints::map)
    }
    async fn flush(&mut self) -> Result<()> {
        self.marks.sort_unstable();
        self.marks.dedup();
        // Numbers begin at the instant: a mark that was counted, dropped and set again must not look like the old one to
        // a process that read the old one and counts still.
        let at = self.at;
        for m in std::mem::take(&mut self.marks) {
            let q = sql("INSERT INTO mark(county_id,unit_id,day,seq) VALUES(")
                .bind(m.county)
                .lit(",")
                .bind(m.unit.map_or(Uuid::nil(), |u| u.0))
                .lit(",")
                .bind(m.day)
                .lit(",")
                .bind(at)
                .lit(") ON CONFLICT(county_id,unit_id,day) DO UPDATE SET seq=mark.seq+1");
            self.conn.run(q).await?;
        }
        for o in std::mem::take(&mut self.jobs) {
            let q =
                sql("INSERT INTO job(id,kind,arg,account_id,ordered_by,state,run_at,tries,step,created_at) VALUES(")
                    .bind(o.id)
                    .lit(",")
                    .bind(o.kind)
                    .lit(",")
                    .bind(o.arg)
                    .lit(",")
                    .bind(o.account)
                    .lit(",")
                    .bind(o.by)
                    .lit(",'waiting',")
                    .bind(at)
                    .lit(",0,0,")
                    .bind(at)
                    .lit(")");
            self.conn.run(q).await?;
        }
        self.live.sort_unstable();
        self.live.dedup();
        let live = std::mem::take(&mut self.live);
        if !live.is_empty() {
            // One statement, in the order of the key: two transactions wait for one another, never both.
            let mut q = sql("INSERT INTO outbox(topic,county_id,seq) VALUES");
            for (i, l) in live.into_iter().enumerate() {
                q = q
                    .lit(if i == 0 { "(" } else { ",(" })
                    .bind(l.topic)
                    .lit(",")
                    .bind(l.county.map_or(0, |c| c.0))
                    .lit(",1)");
            }
            self.conn.run(q.lit(" ON CONFLICT(topic,county_id) DO UPDATE SET seq=outbox.seq+1")).await?;
        }
        Ok(())
    }
}

/// A transaction or connection that cannot even begin: whatever the reason, the database is not to be reached and nothing was written.
fn unreachable(e: sqlx::Error) -> Error {
    match constraints::map(e) {
        Error::Internal(what) => Error::Unavailable(what),
        other => other,
    }
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
        let w = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(base.clone())
            .await
            .map_err(constraints::map)?;
        let r = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(base.clone().read_only(true).pragma("query_only", "ON"))
            .await
            .map_err(constraints::map)?;
        let db = Self::Lite { log: wal::copy_beside(base, &w), w, r };
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
            Self::Lite { r, .. } => Inner::Lite(r.begin().await.map_err(unreachable)?),
            Self::Pg(p) => Inner::Pg(p.begin_with(PG_READ).await.map_err(unreachable)?),
        }))
    }

    /// A second read transaction for whoever has one already and may go on beside it; none where no connection is free:
    /// readers that wait for a second one while they hold the first would in the end wait for each other. What it sees may
    /// be a change younger or older than the first.
    pub async fn read_beside(&self) -> Result<Option<Conn>> {
        Ok(match self {
            Self::Lite { r, .. } => r.try_begin().await.map_err(unreachable)?.map(Inner::Lite),
            Self::Pg(p) => p.try_begin_with(PG_READ).await.map_err(unreachable)?.map(Inner::Pg),
        }
        .map(Conn))
    }

    /// A connection for reading without a transaction: for a single statement, or for several that need not see one
    /// picture. Beginning and ending a transaction costs as much as a small statement.
    pub async fn look(&self) -> Result<Conn> {
        Ok(Conn(match self {
            Self::Lite { r, .. } => Inner::LiteOne(r.acquire().await.map_err(unreachable)?),
            Self::Pg(p) => Inner::PgOne(p.acquire().await.map_err(unreachable)?),
        }))
    }

    /// A write transaction at the program's instant `at`.
    pub async fn write(&self, at: Stamp) -> Result<Tx> {
        let inner = match self {
            Self::Lite { w, .. } => Inner::Lite(w.begin_with("BEGIN IMMEDIATE").await.map_err(unreachable)?),
            Self::Pg(p) => Inner::Pg(p.begin().await.map_err(unreachable)?),
        };
        Ok(Tx { conn: Conn(inner), at, marks: vec![], jobs: vec![], live: vec![] })
    }

    /// Brings the schema up to date. Refuses a database newer than this program. Nothing is run when it is up to date,
    /// so that a role without the right to create tables can serve.
    pub async fn migrate(&self) -> Result<()> {
        let run = match self {
            Self::Lite { w, .. } => migrate::run(&migrate::lite(), w).await,
            Self::Pg(p) => migrate::run(&migrate::pg(), p).await,
        };
        run.map_err(|e| Error::Unavailable(format!("migration: {e}")))
    }

    /// Copies the embedded database, while it is in use, into a new file.
    pub async fn copy_lite_to(&self, file: &Path) -> Result<()> {
        match self {
            Self::Lite { w, .. } => {
                sqlx::query("VACUUM INTO $1")
                    .bind(file.display().to_string())
                    .execute(w)
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
