//! Pure functions from data to pages.

pub mod circulars;
pub mod snapshots;
pub mod today;
pub mod wall;
