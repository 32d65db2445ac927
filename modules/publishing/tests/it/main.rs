//! One test binary: services, pages, API and files on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

mod circulars;
mod confirmed;
mod editing;
mod figures;
mod files;
mod gaps;
mod kiosk;
mod orders;
mod punctual;
mod returns;
mod sent;
mod snapshots;
mod support;
mod today;
mod wall;
mod wall_levels;
mod words;
mod worked_example;
