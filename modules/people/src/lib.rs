//! The workforce: workers, certificates, postings.
//!
//! Owns `worker`, `certificate`, `posting` and the rows of kind `worker_id` in `identity_index`. Rules: 派驻社工 is
//! counted from postings, never typed; a person counts once a day, at the posting with the largest share; number and
//! telephone are sealed; nobody above the county sees a person.

pub mod measures;
pub mod model;
pub mod policy;
pub mod service;
pub mod store;

pub use measures::PeopleSource;
pub use store::postings::{OnPost, on_post, posted_on, units_of};
