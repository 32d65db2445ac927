//! Use cases: no HTTP. Pages and API call these and only these.

mod asked;
pub mod assign;
mod basis;
pub mod consent;
pub mod contact;
pub mod duplicate;
pub mod encounter;
pub mod form;
pub mod merge;
pub(crate) mod named;
pub mod official;
pub(crate) mod official_match;
pub mod official_show;
mod once;
pub mod pack;
pub mod refusal;
pub mod register;
pub mod resident;
pub mod reveal;
pub mod round;
pub(crate) mod schedule;
pub(crate) mod show;
pub(crate) mod sight;
pub mod take;
pub mod today;
pub(crate) mod told;

use crate::model::Rhythm;
use zw_access::sealed::Column;
use zw_access::{Ctx, Permit, Pii, Role};
use zw_core::{DivisionId, Error, Result, Stamp, UnitId, WorkerId};

/// The rhythm setting.
pub(crate) fn rhythm(ctx: &Ctx) -> Rhythm {
    ctx.app.settings().get()
}

/// Whose persons a day's work is about: a worker's own; none means everybody of the station, for its head and for who is
/// no worker.
pub(crate) fn own_persons(ctx: &Ctx) -> Option<WorkerId> {
    ctx.actor.worker.filter(|_| !ctx.actor.has_role(Role::StationHead, ctx.today()))
}

/// Somebody else was faster: who saved the row when, and which version stands. Says nothing of a row that is gone.
pub(crate) fn overtaken(changed: Option<(Stamp, String, i64)>) -> Error {
    let current = changed.map_or(vec![], |(at, by, version)| {
        vec![("version".to_owned(), version.to_string()), ("saved_by".to_owned(), format!("{by} {}", at.minute_cn()))]
    });
    Error::Conflict { current }
}

/// Seals a text for its place.
pub(crate) fn seal(
    ctx: &Ctx,
    column: Column,
    county: DivisionId,
    row: &impl std::fmt::Display,
    text: &str,
) -> Result<Vec<u8>> {
    ctx.app.vault.seal(&ctx.app.rng, &column.at(county, row), text.as_bytes())
}

/// Seals what there is.
pub(crate) fn seal_opt(
    ctx: &Ctx,
    column: Column,
    county: DivisionId,
    row: &impl std::fmt::Display,
    text: Option<&str>,
) -> Result<Option<Vec<u8>>> {
    text.map(|t| seal(ctx, column, county, row, t)).transpose()
}

/// The blind index of a telephone number in its stored form: found by equality, read by nobody. It is made with the root
/// keys, which never rotate (decision 0019).
pub(crate) fn blind_phone(vault: &zw_access::Vault, stored: &str) -> Vec<u8> {
    vault.blind("resident_phone", stored)
}

/// Opens a sealed text of its place; only a masking plan shows it.
pub(crate) fn open(
    ctx: &Ctx,
    column: Column,
    county: DivisionId,
    row: &impl std::fmt::Display,
    sealed: Option<&Vec<u8>>,
) -> Result<Option<Pii<String>>> {
    sealed.map(|s| ctx.app.vault.open_text(&column.at(county, row), s).map(Pii::new)).transpose()
}

/// The station an act is for: the one named, or the only one of the scope.
pub(crate) fn station<R>(permit: &Permit<R>, typed: &str) -> Result<(DivisionId, UnitId)> {
    let mut units = permit.units();
    units.sort_unstable();
    units.dedup();
    let typed = typed.trim();
    if typed.is_empty() {
        return match units.as_slice() {
            [] => Err(Error::Forbidden),
            [one] => Ok(*one),
            _ => Err(Error::field("unit", "required")),
        };
    }
    units.into_iter().find(|(_, u)| u.to_string() == typed).ok_or_else(|| Error::field("unit", "practice-unit-outside"))
}
