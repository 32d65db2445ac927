//! Benchmarks and the kill test of Zhanwang: an open-loop load driver, ceilings to measure against, generated worlds.

pub mod ceiling;
pub mod driver;
pub mod http;
pub mod kill;
pub mod nation;
pub mod place;
pub mod prepare;
pub mod report;
pub mod rotate;
pub mod run;
pub mod server;
pub mod site;
pub mod store;
pub mod transfer;
pub mod world;
