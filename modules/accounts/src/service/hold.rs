//! Grants that wait (decision 0042): nobody becomes somebody else alone. A one-time code, or another worker said to be whose
//! an account is, makes all of the account's grants wait until the security administrator has asked its owner and confirms
//! them anew.

use crate::model::{Account, AccountState, HeldFor};
use crate::service::accounts::{AccountOut, refuse_operator};
use crate::{policy, service, store};
use zw_access::Ctx;
use zw_core::{AccountId, Error, Result};
use zw_db::Tx;

/// Since when the grants of an account wait, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Held {
    /// Beijing time.
    pub since: String,
    /// Whose act it was.
    pub by: String,
    /// Which act.
    pub why: HeldFor,
}

impl Held {
    /// Of an account as stored.
    pub(crate) fn of(a: &Account) -> Option<Self> {
        Some(Self { since: a.held_at?.minute_cn(), by: a.held_by.clone()?, why: a.held_for? })
    }
}

/// Makes the grants of an account wait, if it has any. Whoever is signed in as it holds nothing from the next request on.
pub(crate) async fn hold(ctx: &Ctx, tx: &mut Tx, id: AccountId, why: HeldFor) -> Result<()> {
    if store::hold(tx, id, why, ctx.today(), ctx.now(), &ctx.actor.name).await? > 0 {
        zw_web::ended(tx, id);
    }
    Ok(())
}

/// Which state of an account is confirmed.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Confirm {
    /// Version that was shown: whatever happened to the account since, another code among it, is looked at first.
    pub version: i64,
}

/// Lets the grants of an account count again. Its sessions end, so that it signs in anew with what it now may do (SESS-1).
pub async fn confirm(ctx: &Ctx, id: AccountId, input: &Confirm) -> Result<AccountOut> {
    let permit = ctx.permit::<Account>(policy::ACCOUNT_CONFIRM)?;
    let mut tx = ctx.write().await?;
    let was = store::account(&mut tx, &permit, id).await?;
    refuse_operator(&was)?;
    let Some(why) = was.held_for else { return Err(Error::rule("grants-not-held")) };
    if was.state == AccountState::Disabled {
        return Err(Error::rule("account-disabled"));
    }
    if was.version != input.version {
        return Err(Error::Conflict { current: vec![("version".into(), was.version.to_string())] });
    }
    store::release(&mut tx, &permit, &was, ctx.now(), &ctx.actor.name).await?;
    service::end_sessions(&mut tx, id, ctx.now()).await?;
    let now = store::account(&mut tx, &permit, id).await?;
    let purpose = match why {
        HeldFor::Code => "held-code",
        HeldFor::Worker => "held-worker",
    };
    tx.commit(permit.change(None, id).fields(&["held_at"]).purpose(purpose)).await?;
    Ok(now.into())
}
