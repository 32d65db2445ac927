//! Every SQL statement of this module, and its readings of registers.

pub mod circulars;
pub mod registers;
pub mod snapshots;
