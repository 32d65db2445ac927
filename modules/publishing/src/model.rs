//! Snapshots, figures by key, templates, circulars, the wall's data: pure, no SQL and no HTTP.

pub mod annexes;
pub mod body;
pub mod circular;
mod circular_edit;
pub mod circular_file;
mod circular_out;
mod circular_return;
pub mod clash;
pub mod figures;
pub mod lists;
mod numbers;
pub mod sample;
pub mod settings;
pub mod snapshot;
pub mod template;
pub mod town;
pub mod wall;
