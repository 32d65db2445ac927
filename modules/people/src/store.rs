//! Every SQL statement of the workforce.

pub mod postings;
pub mod seed;
pub(crate) mod workers;
