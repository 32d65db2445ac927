//! The one test binary of the module: services, pages and API on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here is a failed test; helpers are not marked #[test]"
)]

mod devices;
mod edge;
mod send;
mod settle;
mod shifts;
mod support;
