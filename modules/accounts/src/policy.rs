//! Actions of this module and who has them. The three operators' roles split what one of them must not do alone:
//! the system administrator makes accounts, the security administrator gives roles, the audit administrator reads
//! the log. None of them has an action on business data, nor gets one through somebody else's account: who knows its code
//! holds nothing by it until the security administrator has confirmed (decision 0042).

use zw_access::{Action, Reach, Role, Rule};

/// See accounts (never what they are used for).
pub const ACCOUNT_READ: Action = Action("account.read");
/// Make an account and issue its first one-time code.
pub const ACCOUNT_CREATE: Action = Action("account.create");
/// Disable or enable an account.
pub const ACCOUNT_STATE: Action = Action("account.set_state");
/// Say which worker an account belongs to.
pub const ACCOUNT_WORKER: Action = Action("account.link_worker");
/// Issue a one-time code for a new password.
pub const ACCOUNT_CODE: Action = Action("account.issue_code");
/// Confirm the grants of an account that wait since a one-time code, or another worker, was given to it.
pub const ACCOUNT_CONFIRM: Action = Action("account.confirm");
/// See the grants of an account.
pub const GRANT_READ: Action = Action("grant.read");
/// Give a role to an account.
pub const GRANT_CREATE: Action = Action("grant.create");
/// Take a role back.
pub const GRANT_END: Action = Action("grant.end");
/// See the sessions of any account.
pub const SESSION_READ: Action = Action("session.read_any");
/// End a session of any account.
pub const SESSION_END: Action = Action("session.end_any");
/// Make, see and revoke tokens of wall screens.
pub const KIOSK_MANAGE: Action = Action("kiosk.manage");
/// Read the audit log.
pub const AUDIT_READ: Action = Action("audit.read");

/// Only the command line: make an operator's account or give it a new one-time code.
pub const OPERATOR_CODE: Action = Action("operator.issue_code");
/// Only the command line: disable an operator's account.
pub const OPERATOR_DISABLE: Action = Action("operator.disable");
/// Only the command line: load accounts with their grants (demo, take-over of an old system).
pub const ACCOUNT_SEED: Action = Action("account.seed");
/// What the command line's system actor may do here.
pub const CONSOLE: &[&str] = &["operator.issue_code", "operator.disable", "account.seed"];

/// Audit names of acts that need no grant: one's own sign-in and account.
pub const LOGIN: Action = Action("session.login");
/// Signing out.
pub const LOGOUT: Action = Action("session.logout");
/// Giving the password again before a sensitive act.
pub const CONFIRM: Action = Action("session.confirm");
/// A session is in use (at most once in five minutes).
pub const SEEN: Action = Action("session.seen");
/// Ending one of one's own sessions.
pub const END_OWN: Action = Action("session.end_own");
/// Setting one's own password.
pub const PASSWORD: Action = Action("account.set_password");
/// Setting the first or a new password with a one-time code.
pub const ACTIVATE: Action = Action("account.activate");
/// A grant or wall-screen token whose MAC does not fit its row.
pub const TAMPERED: Action = Action("grant.tampered");

/// A wall screen is opened with its token.
pub const KIOSK_OPEN: Action = Action("kiosk.open");

/// Rules of this module.
pub const RULES: &[Rule] = &[
    Rule::new(ACCOUNT_READ, Role::SysAdmin, Reach::Global),
    Rule::new(ACCOUNT_READ, Role::SecurityAdmin, Reach::Global),
    Rule::new(ACCOUNT_CREATE, Role::SysAdmin, Reach::Global),
    Rule::new(ACCOUNT_STATE, Role::SysAdmin, Reach::Global),
    Rule::new(ACCOUNT_WORKER, Role::SysAdmin, Reach::Global),
    Rule::new(ACCOUNT_CODE, Role::SysAdmin, Reach::Global),
    Rule::new(ACCOUNT_CONFIRM, Role::SecurityAdmin, Reach::Global),
    Rule::new(GRANT_READ, Role::SecurityAdmin, Reach::Global),
    Rule::new(GRANT_CREATE, Role::SecurityAdmin, Reach::Global),
    Rule::new(GRANT_END, Role::SecurityAdmin, Reach::Global),
    Rule::new(SESSION_READ, Role::SecurityAdmin, Reach::Global),
    Rule::new(SESSION_END, Role::SecurityAdmin, Reach::Global),
    Rule::new(KIOSK_MANAGE, Role::SecurityAdmin, Reach::Global),
    Rule::new(AUDIT_READ, Role::AuditAdmin, Reach::Global),
];
