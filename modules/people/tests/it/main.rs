//! The one test binary of the module: services, pages and API on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a failure here is a failed test")]

mod corrections;
mod gaps;
mod measures;
mod pages;
mod postings;
mod support;
mod workers;
