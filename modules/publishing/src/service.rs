//! Use cases: permit, load, decide, write, mark, commit.

pub mod circulars;
pub mod draft;
pub mod files;
pub(crate) mod gather;
pub(crate) mod late;
pub(crate) mod layout;
pub mod orders;
pub(crate) mod punctual;
pub mod snapshots;
pub mod today;
pub(crate) mod told;
pub mod wall;

use zw_access::{ActorKind, Ctx};

/// How the actor is named to colleagues.
fn display(ctx: &Ctx) -> String {
    let name = if ctx.actor.display.is_empty() { &ctx.actor.name } else { &ctx.actor.display };
    name.chars().take(60).collect()
}

/// The actor's lasting name: account id, or the system actor.
fn account(ctx: &Ctx) -> String {
    match &ctx.actor.kind {
        ActorKind::Account(id) => id.to_string(),
        ActorKind::System(_) => format!("system:{}", ctx.actor.name),
        ActorKind::Anonymous => "anonymous".into(),
    }
}
