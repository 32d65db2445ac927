//! The page behind every figure: what is counted, as of when, confirmed or live, and which rows.

pub mod ask;
mod differs;
mod flows;
pub mod out;
pub mod pages;
pub mod series;
pub mod service;
mod sure;
pub mod views;
