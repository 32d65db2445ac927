//! Every SQL statement of the workforce.

pub(crate) mod corrections;
pub mod postings;
pub mod seed;
pub(crate) mod told;
pub(crate) mod workers;
