//! Access on both engines: scopes, denials, the audit chain under attack.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

mod chain;
mod limits;
mod permits;
mod scopes;
