//! Whether texts of a report name somebody on file. The names stay here: the answer says at which field, never whom.

use crate::store;
use zw_access::Ctx;
use zw_core::names::Within;
use zw_core::{DivisionId, FieldErrors, Result, UnitId};

/// The problem of every text (field, text) that holds a name on file at the station, or in the county without one. Closed
/// records count: whoever was served is as little to be seen above the county as whoever is.
pub(crate) async fn named_in(
    ctx: &Ctx,
    (county, unit): (DivisionId, Option<UnitId>),
    texts: &[(String, String)],
) -> Result<FieldErrors> {
    let mut e = FieldErrors::default();
    let mut read: Vec<(&str, Within)> = texts
        .iter()
        .filter(|t| !t.1.trim().is_empty())
        .map(|(field, text)| (field.as_str(), Within::of(text)))
        .collect();
    if read.is_empty() {
        return Ok(e);
    }
    let names = store::named::names_at(&mut ctx.look().await?, county, unit).await?;
    for name in names.for_rules().lines() {
        read.retain(|(field, text)| {
            let held = text.holds(name);
            if held {
                e.add(field, "named-on-file");
            }
            !held
        });
    }
    Ok(e)
}
