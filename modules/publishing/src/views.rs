//! Pure functions from data to pages.

pub mod circulars;
pub mod figure_words;
pub mod snapshots;
pub mod today;
pub mod wall;
