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

use zw_access::{Ctx, Permit, Resource};
use zw_core::{DivisionId, FieldErrors, Result};
use zw_indicators::Measures;

/// How the actor is named beside a change that colleagues see.
fn by(ctx: &Ctx) -> String {
    let name = if ctx.actor.display.is_empty() { &ctx.actor.name } else { &ctx.actor.display };
    name.chars().take(60).collect()
}

/// Refuses texts (field, text) that city and province will read and that name a person on file in the county of a place the
/// reader has; asked before the writing transaction. Of a place outside the reader's scope nothing is said here.
async fn no_names<R: Resource>(ctx: &Ctx, permit: &Permit<R>, place: DivisionId, texts: &[(&str, &str)]) -> Result<()> {
    let Some(county) = ctx.tree().as_of(ctx.today()).county_of(place) else { return Ok(()) };
    if !permit.covers_town(county, place) {
        return Ok(());
    }
    let typed = texts.iter().filter(|t| !t.1.trim().is_empty());
    let texts: Vec<(String, String)> = typed.map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    let mut e = FieldErrors::default();
    ctx.app.ext::<Measures>()?.named_in(ctx, (county, None), &texts, &mut e).await?;
    e.check()
}
