//! Use cases, without HTTP.

pub mod accounts;
pub mod area;
pub mod audit;
pub mod codes;
pub mod console;
pub mod grants;
pub mod hold;
pub mod kiosk;
pub mod own;
pub mod signin;
pub mod today;
pub mod told;

use zw_access::{Actor, ActorKind, Ctx};
use zw_core::{AccountId, Error, Result, Stamp};
use zw_db::Tx;

/// The account of whoever acts: a person signed in, not a wall screen.
pub(crate) fn me(ctx: &Ctx) -> Result<AccountId> {
    if ctx.actor.grants.iter().any(|g| g.role == zw_access::Role::Kiosk) {
        return Err(Error::Forbidden);
    }
    ctx.actor.account().ok_or(Error::Unauthenticated)
}

/// Ends all sessions of an account, and the streams they hold open with them.
pub(crate) async fn end_sessions(tx: &mut Tx, account: AccountId, now: Stamp) -> Result<()> {
    if crate::store::end_sessions(tx, account, now).await? > 0 {
        zw_web::ended(tx, account);
    }
    Ok(())
}

/// The same act by an account that has just proved who it is: for its audit row and its session.
pub(crate) fn acting_as(ctx: &Ctx, a: &crate::model::Account) -> Ctx {
    let mut out = ctx.clone();
    out.actor = Actor {
        kind: ActorKind::Account(a.id),
        name: a.login.clone(),
        display: a.display.clone(),
        worker: a.worker_id,
        grants: vec![],
    };
    out
}
