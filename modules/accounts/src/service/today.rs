//! What waits for an operator today, for the first page.

use crate::model::{Account, GrantRow};
use crate::store::{self, AuditLog};
use crate::{policy, service};
use zw_access::Ctx;
use zw_core::Result;

/// Days ahead in which an ending grant is told.
const SOON: i64 = 30;
/// Refused acts are counted up to this.
const REFUSED_MOST: i64 = 1_000;

/// Figures of the first page; those that the reader has nothing to do with are absent.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// System administrator: accounts whose code was never used.
    pub not_activated: Option<i64>,
    /// System administrator: years of the next twelve months whose holidays are missing, so that deadlines are unknown.
    pub holidays_missing: Vec<i64>,
    /// Security administrator: active accounts without a role, and grants that end soon.
    pub grants: Option<(i64, i64)>,
    /// Audit administrator: refused acts of the last day, and how the log stands.
    pub audit: Option<(i64, service::audit::AuditStatus)>,
    /// Somebody who has no role at all.
    pub no_role: bool,
}

/// Reads them.
pub async fn today(ctx: &Ctx) -> Result<Today> {
    let mut out = Today { no_role: ctx.actor.account().is_some(), ..Today::default() };
    out.no_role &= !ctx.actor.grants.iter().any(|g| g.active_on(ctx.today()));
    if ctx.can(policy::ACCOUNT_CREATE) {
        let p = ctx.permit::<Account>(policy::ACCOUNT_READ)?;
        out.not_activated = Some(store::not_activated(&mut ctx.read().await?, &p).await?);
        out.holidays_missing = ctx.app.calendar.missing_ahead(ctx.today());
    }
    if ctx.can(policy::GRANT_CREATE) {
        let p = ctx.permit::<GrantRow>(policy::GRANT_READ)?;
        let mut c = ctx.read().await?;
        let bare = store::without_grant(&mut c, &p, ctx.today()).await?;
        let ending = store::ending_grants(&mut c, &p, ctx.today(), ctx.today().add_days(SOON)).await?;
        out.grants = Some((bare, ending));
    }
    if ctx.can(policy::AUDIT_READ) {
        let p = ctx.permit::<AuditLog>(policy::AUDIT_READ)?;
        let since = ctx.now().plus_minutes(-24 * 60);
        let refused = store::refused_since(&mut ctx.read().await?, &p, since, REFUSED_MOST).await?;
        out.audit = Some((refused, service::audit::status(ctx).await?));
    }
    Ok(out)
}
