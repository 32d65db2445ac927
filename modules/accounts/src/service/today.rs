//! What waits for an operator today, for the first page.

use crate::service::accounts::{AccountList, AccountOut, how_many};
use crate::service::grants::OffPostGrant;
use crate::service::hold::Held;
use crate::service::own::OwnGrant;
use crate::store::{self, AuditLog};
use crate::{policy, service};
use zw_access::Ctx;
use zw_core::Result;

/// Refused acts are counted up to this.
const REFUSED_MOST: i64 = 1_000;

/// Rows of a list on the first page; the rest stands behind its link.
const FEW: i64 = 20;

/// Figures of the first page; those that the reader has nothing to do with are absent.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// System administrator: accounts whose code was never used.
    pub not_activated: Option<i64>,
    /// System administrator: years of the next twelve months whose holidays are missing, so that deadlines are unknown.
    pub holidays_missing: Vec<i64>,
    /// Security administrator: active accounts without a role, and those with a role that ends soon.
    pub grants: Option<(i64, i64)>,
    /// Audit administrator: refused acts of the last day, and how the log stands.
    pub audit: Option<(i64, service::audit::AuditStatus)>,
    /// Security administrator: accounts whose grants wait to be confirmed, the first few and how many.
    pub held: (Vec<AccountOut>, i64),
    /// Security administrator: grants whose posting is over, the first few, and how many accounts have some.
    pub off_post: (Vec<OffPostGrant>, i64),
    /// Somebody who has no role at all.
    pub no_role: bool,
    /// The reader's own grants wait.
    pub own_held: Option<Held>,
    /// The reader's own grants whose posting is over.
    pub own_off_post: Vec<OwnGrant>,
}

/// Reads them.
pub async fn today(ctx: &Ctx) -> Result<Today> {
    let mut out = Today { no_role: ctx.actor.account().is_some(), ..Today::default() };
    out.no_role &= !ctx.actor.grants.iter().any(|g| g.active_on(ctx.today()));
    if ctx.actor.grants.iter().any(|g| g.off_post) {
        out.own_off_post = service::own::grants(ctx).await?;
        out.own_off_post.retain(|g| g.off_post);
    } else if out.no_role {
        // An account that is no row, as a wall screen's, waits for nothing.
        let mine = ctx.actor.account();
        let found = match mine {
            Some(id) => store::own(&mut ctx.read().await?, id).await?,
            None => None,
        };
        out.own_held = found.as_ref().and_then(Held::of);
    }
    if ctx.can(policy::ACCOUNT_CONFIRM) {
        let ask = AccountList { state: "held".into(), size: Some(FEW), ..AccountList::default() };
        let held = service::accounts::list(ctx, &ask.into()).await?;
        out.held = (held.items, held.total);
        out.off_post = (service::grants::off_posts(ctx, FEW).await?, how_many(ctx, "off-post").await?);
    }
    if ctx.can(policy::ACCOUNT_CREATE) {
        out.not_activated = Some(how_many(ctx, "waiting").await?);
        out.holidays_missing = ctx.app.calendar.missing_ahead(ctx.today());
    }
    if ctx.can(policy::GRANT_CREATE) {
        out.grants = Some((how_many(ctx, "bare").await?, how_many(ctx, "ending").await?));
    }
    if ctx.can(policy::AUDIT_READ) {
        let p = ctx.permit::<AuditLog>(policy::AUDIT_READ)?;
        let since = ctx.now().plus_minutes(-24 * 60);
        let refused = store::refused_since(&mut ctx.read().await?, &p, since, REFUSED_MOST).await?;
        out.audit = Some((refused, service::audit::status(ctx).await?));
    }
    Ok(out)
}
