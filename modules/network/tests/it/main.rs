//! The one test binary of the module: services, pages and API on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a failure here is a failed test")]

mod acceptance;
mod counting;
mod coverage;
mod decided;
mod divisions;
mod pages;
mod shared_station;
mod sheets;
mod support;
mod targets;
mod units;
