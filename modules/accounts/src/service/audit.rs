//! The audit administrator's desk. Every look at the log is itself an event, written before anything is shown.

use crate::policy;
use crate::service::told::{self, Words};
use crate::store::{self, AuditFilter, AuditLog, Event};
use zw_access::Ctx;
use zw_access::audit::VerifyReport;
use zw_core::code::Code as _;
use zw_core::{Day, Error, FieldErrors, PageReq, Paged, Result, Stamp};
use zw_ui::Lang;

/// Rows that are counted at most: beyond, the list says "more than".
pub const COUNT_MOST: i64 = 10_000;
/// Events that a page verifies at most; longer logs are verified by the command line.
pub const VERIFY_MOST: i64 = 100_000;
/// Days shown when none are asked for.
const DAYS: i64 = 7;

zw_core::codes! {
    /// Decision of an event.
    pub enum Decision {
        /// Done.
        Allow = "allow",
        /// Refused.
        Deny = "deny",
    }
}

/// Which events are asked for.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuditQuery {
    /// First day; a week before the last if empty.
    pub from: String,
    /// Last day; today if empty.
    pub to: String,
    /// Login, account id or `system:name`.
    pub actor: String,
    /// Action or its beginning, e.g. `session.` or `report.approve`.
    pub action: String,
    /// `allow`, `deny` or empty.
    pub decision: String,
    /// Id of the record.
    pub record: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page.
    pub size: Option<i64>,
}

/// An event as shown.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct AuditOut {
    /// Chain and number in it.
    pub seq: String,
    /// When, Beijing time.
    pub at: String,
    /// Login or system actor.
    pub actor: String,
    /// Address.
    pub ip: Option<String>,
    /// Action.
    pub action: String,
    /// Kind of record.
    pub resource: String,
    /// Record.
    pub record: String,
    /// Names of fields.
    pub fields: String,
    /// Purpose.
    pub purpose: Option<String>,
    /// allow or deny.
    pub decision: String,
    /// Request.
    pub request_id: String,
}

impl From<Event> for AuditOut {
    fn from(e: Event) -> Self {
        Self {
            seq: format!("{}:{}", e.chain_id, e.seq),
            at: Stamp::from_ms(e.ts_us / 1000).rfc3339_cn(),
            actor: e.actor_name,
            ip: e.ip,
            action: e.action,
            resource: e.resource,
            record: e.record_id,
            fields: e.fields,
            purpose: e.purpose,
            decision: e.decision,
            request_id: e.request_id,
        }
    }
}

/// The days a query means.
pub fn days(ctx: &Ctx, q: &AuditQuery) -> Result<(Day, Day)> {
    let mut errors = FieldErrors::default();
    let mut day = |field: &str, typed: &str, default: Day| match typed.trim() {
        "" => default,
        s => Day::parse(s).unwrap_or_else(|| {
            errors.add(field, "date-format");
            default
        }),
    };
    let to = day("to", &q.to, ctx.today());
    let from = day("from", &q.from, to.add_days(1 - DAYS));
    if from > to {
        errors.add("from", "audit-days");
    }
    if !matches!(q.decision.as_str(), "" | "allow" | "deny") {
        errors.add("decision", "unknown-code");
    }
    errors.check()?;
    Ok((from, to))
}

/// A page of events, newest first; the total is counted up to [`COUNT_MOST`].
pub async fn list(ctx: &Ctx, q: &AuditQuery) -> Result<Paged<AuditOut>> {
    let page = PageReq::new(q.page, q.size);
    let (rows, total) = rows(ctx, q, page).await?;
    Ok(Paged::of(page, rows.into_iter().map(AuditOut::from).collect(), total))
}

/// A page of events with what is said of each in words.
pub struct Told {
    /// The events.
    pub found: Paged<AuditOut>,
    /// The words of each.
    pub words: Vec<Words>,
}

/// The same in words: whoever reads a page knows stations and areas by their names and not by their ids.
pub async fn told(ctx: &Ctx, lang: Lang, q: &AuditQuery, page: PageReq) -> Result<Told> {
    let (rows, total) = rows(ctx, q, page).await?;
    let words = told::words(ctx, lang, &rows).await?;
    Ok(Told { found: Paged::of(page, rows.into_iter().map(AuditOut::from).collect(), total), words })
}

async fn rows(ctx: &Ctx, q: &AuditQuery, page: PageReq) -> Result<(Vec<Event>, i64)> {
    let permit = ctx.permit::<AuditLog>(policy::AUDIT_READ)?;
    let (from, to) = days(ctx, q)?;
    let short = |s: &str| s.trim().chars().take(100).collect::<String>();
    let filter = AuditFilter {
        from_us: Stamp::from_cn(from, 0, 0).ms() * 1000,
        until_us: Stamp::from_cn(to.add_days(1), 0, 0).ms() * 1000,
        actor: short(&q.actor),
        action: short(&q.action),
        decision: Decision::from_code(&q.decision).map(Decision::code),
        record: short(&q.record),
    };
    let what = format!(
        "{from}..{to} actor={} action={} decision={} record={} page={}",
        filter.actor,
        filter.action,
        q.decision,
        filter.record,
        page.page()
    );
    let tx = ctx.write().await?;
    tx.commit(permit.change(None, "list").purpose(what)).await?;
    let mut c = ctx.read().await?;
    let total = store::count_events(&mut c, &permit, &filter, COUNT_MOST).await?;
    Ok((store::events(&mut c, &permit, &filter, page).await?, total))
}

/// How the log stands.
#[derive(Clone, Debug, serde::Serialize, schemars::JsonSchema)]
pub struct AuditStatus {
    /// Events in all chains.
    pub events: i64,
    /// Chains.
    pub chains: i64,
    /// Number of the last signed checkpoint, if there is one.
    pub checkpoint: Option<i64>,
    /// When it was signed, Beijing time.
    pub checkpoint_at: Option<String>,
    /// Whether it is older than an hour although something happened since.
    pub stale: bool,
}

/// How the log stands: numbers of the heads and the last signed checkpoint.
pub async fn status(ctx: &Ctx) -> Result<AuditStatus> {
    let permit = ctx.permit::<AuditLog>(policy::AUDIT_READ)?;
    let mut c = ctx.read().await?;
    let (chains, events) = store::heads(&mut c, &permit).await?;
    let last = store::last_checkpoint(&mut c, &permit).await?;
    let at = last.map(|(_, us)| Stamp::from_ms(us / 1000));
    Ok(AuditStatus {
        events,
        chains,
        checkpoint: last.map(|(n, _)| n),
        checkpoint_at: at.map(|t| t.minute_cn()),
        stale: at.is_none_or(|t| ctx.now().ms() > t.plus_minutes(60).ms()),
    })
}

/// Verifies the whole log, if it is short enough for a page.
pub async fn verify(ctx: &Ctx) -> Result<VerifyReport> {
    let permit = ctx.permit::<AuditLog>(policy::AUDIT_READ)?;
    let mut c = ctx.read().await?;
    let (_, events) = store::heads(&mut c, &permit).await?;
    if events > VERIFY_MOST {
        return Err(Error::rule("audit-verify-long"));
    }
    let report = zw_access::audit::verify(&mut c, &ctx.app.vault).await?;
    drop(c);
    let tx = ctx.write().await?;
    tx.commit(permit.change(None, "verify").purpose(report.exit_code().to_string())).await?;
    Ok(report)
}
