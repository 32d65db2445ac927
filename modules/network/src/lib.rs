//! The network: divisions over time, centres, stations and rooms, the build-out sheets of townships, targets.
//!
//! Owns `division`, `division_version`, `division_event`, `unit`, `unit_state`, `unit_coverage`, `build_out`,
//! `obstacle` and `target`. Rules: a station is built when its acceptance passed, never by a plaque; coverage counts
//! distinct townships of the map of the day; what a unit was and served on a day is answered by its rows.

pub mod measures;
pub mod model;
pub mod policy;
pub mod service;
pub mod store;

pub use measures::NetworkSource;
pub use service::divisions::{import, load_tree};
