//! Reports: what is owed, drafts filled by the system, submission, review, correction.

pub(crate) mod advance;
pub mod api;
pub mod chain;
mod changes;
pub mod derive;
pub mod identities;
pub mod model;
pub mod out;
pub mod overrides;
pub mod owed;
pub mod pages;
pub mod read;
#[cfg(test)]
pub(crate) mod sample_cells;
pub mod seen;
pub mod service;
pub mod split;
pub mod standing;
pub mod store;
pub(crate) mod told;
pub mod unpassed;
pub mod views;
