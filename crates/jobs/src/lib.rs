//! Durable jobs and the scheduler.
//!
//! A job is a row written in the transaction that wants it done (`Tx::enqueue`). It is claimed by one process at a
//! time, run as a named system actor with a listed set of actions, tried again with growing pauses and given up after
//! a number of tries. Handlers are idempotent: a process may die between the effect and the mark that it is done.
//! The scheduler calls short, repeatable tasks: the recount of cells, due jobs, the audit checkpoint.
//!
//! Table: `job` (schema in migration 0001).

mod queue;
mod scheduler;
mod store;

pub use queue::{JobDef, Queue};
pub use scheduler::{Scheduler, Tick, checkpoint, standard_ticks};
pub use zw_indicators::BoxFut;
