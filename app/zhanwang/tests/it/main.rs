//! The whole program in process: every module joined, both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

mod canary;
mod divisions;
mod doors;
mod edge;
mod relations;
mod settings;
