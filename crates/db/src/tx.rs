//! Write transactions: what goes with a change, and its commit.

use crate::conn::Conn;
use crate::sql::sql;
use zw_core::{AccountId, Day, DivisionId, Error, JobId, Result, Stamp, UnitId, Uuid};

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

impl Tx {
    pub(crate) fn new(conn: Conn, at: Stamp) -> Self {
        Self { conn, at, marks: vec![], jobs: vec![], live: vec![] }
    }
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
        self.conn.commit().await
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
            self.conn.later(q).await?;
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
            self.conn.later(q).await?;
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
            self.conn.later(q.lit(" ON CONFLICT(topic,county_id) DO UPDATE SET seq=outbox.seq+1")).await?;
        }
        Ok(())
    }
}
