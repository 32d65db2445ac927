//! One test binary: services, pages and API on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

mod support;
mod words;
