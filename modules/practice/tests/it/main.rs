//! The one test binary of the module: services, pages and API on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here is a failed test; helpers are not marked #[test]"
)]

mod absent;
mod care;
mod consent_moves;
mod consents;
mod covered;
mod duplicates;
mod encounters;
mod hints;
mod last_used;
mod lost;
mod measures;
mod merges;
mod named;
mod official;
mod official_pages;
mod once;
mod pages;
mod refusals;
mod residents;
mod round;
mod sight;
mod split;
mod support;
mod times;
mod waiting;
