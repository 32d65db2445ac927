//! The one test binary of the module: services, pages and API on both databases.

mod coverage;
mod divisions;
mod pages;
mod sheets;
mod support;
mod units;
