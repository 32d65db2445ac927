//! Everything a test needs: an app on either engine with a fixed clock and seeded ids, a small two-province world,
//! actors of every role, and the real router in process. PostgreSQL comes from `scripts/pg start`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test support: a failure here is a failed test; the server's address comes from the environment"
)]

mod app;
mod http;
mod jobs;
mod keys;
mod outage;
mod pg;
mod rows;
mod world;

pub use app::{Engine, TestApp, TestParts, on_both};

pub use http::{Answer, Client};
pub use keys::Keys;
pub use rows::{posted, station};
pub use world::{World, actor, actor_of, quietly};
