//! The whole program, every module joined, both engines: in process, and its commands as processes.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

mod api;
mod canary;
mod chain;
mod commands;
mod divisions;
mod doors;
mod drafts;
mod edge;
mod exports;
mod mistakes;
mod process;
mod relations;
mod search;
mod settings;
