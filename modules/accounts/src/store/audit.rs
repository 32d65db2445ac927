//! The audit log, read page by page; and what the home page of an operator counts.

use zw_access::{Permit, Resource};
use zw_core::{DivisionId, PageReq, Result, Stamp, UnitId};
use zw_db::{Conn, Sql, sql};

/// The log as a whole.
pub struct AuditLog;

impl Resource for AuditLog {
    const NAME: &'static str = "audit";
    const COUNTY: &'static str = "e.county_id";
}

/// Which events are asked for.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// From this instant, microseconds.
    pub from_us: i64,
    /// Until before this one.
    pub until_us: i64,
    /// Login or actor.
    pub actor: String,
    /// Beginning of the action.
    pub action: String,
    /// Decision.
    pub decision: Option<&'static str>,
    /// Record.
    pub record: String,
}

zw_db::record! {
    /// An event, without hashes.
    pub struct Event {
        /// County, 0 for directory things.
        pub county_id: DivisionId,
        /// Chain.
        pub chain_id: i64,
        /// Number in it.
        pub seq: i64,
        /// When.
        pub ts_us: i64,
        /// Account id or `system:name`.
        pub actor: String,
        /// Login.
        pub actor_name: String,
        /// Unit it was done from.
        pub unit_id: Option<UnitId>,
        /// Address.
        pub ip: Option<String>,
        /// Action.
        pub action: String,
        /// Kind of record.
        pub resource: String,
        /// Record.
        pub record_id: String,
        /// Names of fields.
        pub fields: String,
        /// Purpose.
        pub purpose: Option<String>,
        /// allow or deny.
        pub decision: String,
        /// Request.
        pub request_id: String,
    }
}

fn filtered(q: Sql, p: &Permit<AuditLog>, f: &AuditFilter) -> Sql {
    let q = q.lit(" FROM audit_event AS e WHERE e.ts_us>=").bind(f.from_us).lit(" AND e.ts_us<").bind(f.until_us);
    let mut q = p.within(q);
    if !f.actor.is_empty() {
        q = q.lit(" AND (e.actor_name=").bind(f.actor.to_lowercase()).lit(" OR e.actor=").bind(&f.actor).lit(")");
    }
    if !f.action.is_empty() {
        let beginning = super::account::like(&f.action)[1..].to_owned();
        q = q.lit(" AND e.action LIKE ").bind(beginning).lit(" ESCAPE '!'");
    }
    if let Some(d) = f.decision {
        q = q.lit(" AND e.decision=").bind(d);
    }
    if !f.record.is_empty() {
        q = q.lit(" AND e.record_id=").bind(&f.record);
    }
    q
}

/// How many events fit, counted up to `most`.
pub async fn count_events(c: &mut Conn, p: &Permit<AuditLog>, f: &AuditFilter, most: i64) -> Result<i64> {
    let inner = filtered(sql("SELECT COUNT(*) FROM (SELECT 1 AS one"), p, f);
    c.scalar(inner.lit(" LIMIT ").bind(most).lit(") AS x")).await
}

/// A page of events, newest first.
pub async fn events(c: &mut Conn, p: &Permit<AuditLog>, f: &AuditFilter, page: PageReq) -> Result<Vec<Event>> {
    let q = sql(
        "SELECT e.county_id,e.chain_id,e.seq,e.ts_us,e.actor,e.actor_name,e.unit_id,e.ip,e.action,e.resource,e.record_id,e.fields,e.purpose,e.decision,e.request_id",
    );
    let q = filtered(q, p, f).lit(" ORDER BY e.ts_us DESC,e.chain_id DESC,e.seq DESC,e.id DESC LIMIT ");
    c.all(q.bind(page.limit()).lit(" OFFSET ").bind(page.offset())).await
}

/// Chains and events.
pub async fn heads(c: &mut Conn, _: &Permit<AuditLog>) -> Result<(i64, i64)> {
    let found = c.one(sql("SELECT COUNT(*),CAST(COALESCE(SUM(seq),0) AS BIGINT) FROM audit_head")).await?;
    Ok(found.unwrap_or_default())
}

/// The last checkpoint: number and time in microseconds.
pub async fn last_checkpoint(c: &mut Conn, _: &Permit<AuditLog>) -> Result<Option<(i64, i64)>> {
    c.one(sql("SELECT seq,ts_us FROM audit_checkpoint ORDER BY seq DESC LIMIT 1")).await
}

/// Refused acts since an instant, counted up to `most`.
pub async fn refused_since(c: &mut Conn, p: &Permit<AuditLog>, since: Stamp, most: i64) -> Result<i64> {
    let f = AuditFilter {
        from_us: since.ms() * 1000,
        until_us: i64::MAX,
        decision: Some("deny"),
        ..AuditFilter::default()
    };
    count_events(c, p, &f, most).await
}
