//! Use cases of the network: permit, load, decide, write, mark, commit.

pub mod acceptance;
pub mod area;
pub mod divisions;
pub mod ending;
pub mod figures;
pub mod gaps;
pub mod sheets;
pub mod targets;
pub(crate) mod told;
pub mod units;

use zw_access::Ctx;

/// How the actor is named beside a change that colleagues see.
fn by(ctx: &Ctx) -> String {
    let name = if ctx.actor.display.is_empty() { &ctx.actor.name } else { &ctx.actor.display };
    name.chars().take(60).collect()
}
