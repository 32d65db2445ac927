//! Practice: the people a station serves and what is done with them. Owns `household`, `resident`,
//! `resident_category`, `resident_move` (the register's ledger), `encounter`, `encounter_person`, `encounter_worker`
//! and `limited_act`.
//!
//! Rules in one place each: what may be registered (`model::ResidentInput::check`), what may be recorded
//! (`model::EncounterInput::parse`, `EncounterDraft::check`), when the next visit is due (`service::encounter`),
//! who sees what (`policy`, the permit's mask). An encounter is made once and counted once.

pub mod measures;
pub mod model;
pub mod out;
pub mod policy;
pub mod service;
mod store;

pub use measures::Practice;
pub use store::neighbour::VillageOption;
