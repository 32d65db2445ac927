//! The whole program, every module joined, both engines: in process, and its commands as processes.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests: a failure is a failed test")]

mod aim;
mod allowed;
mod api;
mod audit_words;
mod bodies;
mod canary;
mod chain;
mod commands;
mod demo;
mod divisions;
mod doors;
mod drafts;
mod dump;
mod edge;
mod english;
mod exports;
mod forms;
mod logs;
mod missing;
mod mistakes;
mod named;
mod names;
mod process;
mod relations;
mod sealed;
mod search;
mod settings;
mod step_up;
mod writes;
