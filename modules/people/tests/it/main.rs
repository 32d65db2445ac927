//! The one test binary of the module: services, pages and API on both databases.

mod measures;
mod pages;
mod postings;
mod support;
mod workers;
