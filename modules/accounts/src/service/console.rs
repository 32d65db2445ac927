//! What only the command line does: operators' accounts (AUTH-1). They come into being, get their codes and end at
//! the console, never on a page, so that no operator can raise another's rights or take over another's account.

use crate::model::{Account, AccountState, Duty, GrantRow, login_ok, normal_login};
use crate::service::codes;
use crate::{policy, service, store};
use zw_access::{Ctx, Role};
use zw_core::code::Code as _;
use zw_core::{AccountId, Error, FieldErrors, GrantId, Result};

/// A code for an operator, printed once.
#[derive(Clone, Debug)]
pub struct OperatorCode {
    /// Whose.
    pub account: AccountId,
    /// Login.
    pub login: String,
    /// The clear code: 15 minutes, once.
    pub code: String,
}

/// Makes an operator's account, or issues a new code if it exists with the same role. `role` must be one of the
/// three operators' roles.
pub async fn issue_operator_code(ctx: &Ctx, login: &str, display: &str, role: Role) -> Result<OperatorCode> {
    let permit = ctx.permit::<Account>(policy::OPERATOR_CODE)?;
    let login = normal_login(login);
    let duty = Duty::of(role);
    let mut errors = FieldErrors::default();
    if !login_ok(&login) {
        errors.add("login", "login-form");
    }
    if !duty.is_operator() {
        errors.add("role", "unknown-code");
    }
    errors.check()?;

    let mut tx = ctx.write().await?;
    let account = match store::by_login(&mut tx, &login).await? {
        Some(a) if a.duty == duty && a.state == AccountState::Active => a.id,
        Some(_) => return Err(Error::field("login", "login-taken")),
        None => {
            let id = AccountId(ctx.uuid());
            let display = if display.trim().is_empty() { login.as_str() } else { display.trim() };
            store::insert_account(&mut tx, id, &login, display, duty, None, ctx.now(), &ctx.actor.name).await?;
            let mut grant = GrantRow {
                id: GrantId(ctx.uuid()),
                account_id: id,
                duty: duty.code().into(),
                role: role.code().into(),
                area_id: None,
                county_id: None,
                unit_id: None,
                from_day: ctx.today(),
                to_day: None,
                ended_at: None,
                created_at: ctx.now(),
                created_by: ctx.actor.name.clone(),
                mac: vec![],
            };
            grant.mac = grant.seal(&ctx.app.vault);
            store::insert_grant(&mut tx, &grant).await?;
            id
        }
    };
    let code = codes::issue(ctx, &mut tx, account, codes::CONSOLE_MINUTES).await?;
    tx.commit(permit.change(None, account).fields(&["account", "grant", "code"]).purpose(role.code())).await?;
    Ok(OperatorCode { account, login, code })
}

/// Disables an operator's account; its sessions and codes end at once.
pub async fn disable_operator(ctx: &Ctx, login: &str) -> Result<()> {
    let permit = ctx.permit::<Account>(policy::OPERATOR_DISABLE)?;
    let mut tx = ctx.write().await?;
    let a = store::by_login(&mut tx, &normal_login(login)).await?.ok_or(Error::NotFound)?;
    if !a.duty.is_operator() {
        return Err(Error::NotFound);
    }
    store::set_state(&mut tx, &permit, &a, AccountState::Disabled, ctx.now(), &ctx.actor.name).await?;
    service::end_sessions(&mut tx, a.id, ctx.now()).await?;
    store::void_codes(&mut tx, a.id, ctx.now()).await?;
    tx.commit(permit.change(None, a.id).fields(&["state"])).await
}
