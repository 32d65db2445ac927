//! Every SQL statement of this module, and its readings of reports and registers.

pub mod circulars;
pub mod registers;
pub mod reports;
pub mod snapshots;
pub(crate) mod told;
