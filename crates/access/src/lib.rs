//! Who may do what, and the proof of what was done: actors, grants, scopes, permits, masking, the vault,
//! the settings and the audit chain. `Ctx::permit` is the only way to a `Permit`; a `Permit` is the only way to a scope and
//! to the `Change` that a commit demands.

pub mod anchor;
mod app;
pub mod audit;
pub mod crypto;
mod ctx;
mod limited;
mod pii;
mod policy;
pub mod reseal;
pub mod reveal;
mod role;
mod scope;
pub mod sealed;
pub mod settings;
mod vault;

pub use anchor::Anchored;
pub use app::{App, AppParts};
pub use audit::{AuditChange, AuditChanges, VerifyReport};
pub use ctx::{Ctx, Origin};
pub use limited::Limit;
pub use pii::{MaskPlan, Pii};
pub use policy::{Action, Policy, Reach, Rule};
pub use role::{Actor, ActorKind, Grant, Role};
pub use scope::{Part, Permit, Resource, Scope, Spot};
pub use settings::{Course, Setting, SettingDef, SettingList, Settings};
pub use vault::{KeyFile, Ring, Seen, Vault, hex};
