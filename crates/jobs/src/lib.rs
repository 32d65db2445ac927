//! Durable jobs and the scheduler.
//!
//! A job is work that somebody ordered on a page or by the API: a row written in the transaction that orders it
//! ([`order`]). One process at a time holds it, for a minute that it keeps renewing; it is done with the rights its orderer has
//! when it runs, and audited as their act. What the domain refuses ends it with the words for whoever ordered it; what
//! does not answer is tried again with growing pauses and given up after a number of tries. A process may die between the
//! effect and the mark that the job is done: a handler saves its effect under [`Job::idem`], so that a second run
//! finds the first one's answer. The orderer watches the page of the job (`/jobs/{id}`), or leaves it.
//! The scheduler calls short, repeatable tasks: the recount of cells, due jobs, the audit checkpoint.
//!
//! Table: `job` (schema in migration 0330).

mod api;
mod model;
mod pages;
mod queue;
mod run;
mod scheduler;
mod store;
pub mod views;

pub use model::{JobOut, JobState, Running};
pub use queue::{Job, JobDef, Progress, Queue, order};
pub use scheduler::{Scheduler, Tick, checkpoint, standard_ticks};
pub use zw_indicators::BoxFut;

use zw_ui::Lang;
use zw_web::{Access, Module, Routes};

/// Words of the jobs' pages.
pub const FTL: [(Lang, &str); 2] =
    [(Lang::ZhCn, include_str!("../i18n/zh-CN.ftl")), (Lang::En, include_str!("../i18n/en.ftl"))];

/// The page of a job and its API.
pub fn module() -> Module {
    Module {
        name: "jobs",
        routes: Routes::new().get("/jobs/{id}", Access::SignedIn, pages::show).and(api::routes()),
        ftl: &FTL,
        ..Module::default()
    }
}
