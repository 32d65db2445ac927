//! A job as whoever ordered it reads it.

use serde::Serialize;
use zw_core::{AccountId, JobId, Stamp};
use zw_web::Refusal;

zw_core::codes! {
    /// Where a job stands.
    pub enum JobState {
        /// Ordered, or to be tried again.
        Waiting = "waiting",
        /// A process is at it.
        Running = "running",
        /// Done.
        Done = "done",
        /// The domain refused it: nothing was changed.
        Refused = "refused",
        /// Given up after its last try.
        Failed = "failed",
    }
}
zw_db::code_cols!(JobState);

impl JobState {
    /// Whether nothing will happen any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Refused | Self::Failed)
    }
}

zw_db::record! {
    /// A job.
    #[derive(Clone, Debug)]
    pub(crate) struct Row {
        pub id: JobId,
        pub kind: String,
        pub arg: String,
        pub account_id: AccountId,
        pub ordered_by: String,
        pub state: JobState,
        pub run_at: Stamp,
        pub tries: i64,
        pub step: i64,
        pub created_at: Stamp,
        pub ended_at: Option<Stamp>,
        pub result: Option<String>,
        pub refusal: Option<String>,
    }
}

impl Row {
    /// Why it was refused.
    pub(crate) fn refused(&self) -> Option<Refusal> {
        self.refusal.as_deref().and_then(|json| serde_json::from_str(json).ok())
    }
}

/// A job in lists of what is going on.
#[derive(Clone, Debug)]
pub struct Running {
    /// Id.
    pub id: JobId,
    /// Kind.
    pub kind: String,
    /// Its argument.
    pub arg: String,
    /// Where it stands.
    pub state: JobState,
    /// Who ordered it.
    pub account: AccountId,
    /// Their name.
    pub by: String,
    /// When.
    pub at: Stamp,
}

impl From<Row> for Running {
    fn from(r: Row) -> Self {
        Self {
            id: r.id,
            kind: r.kind,
            arg: r.arg,
            state: r.state,
            account: r.account_id,
            by: r.ordered_by,
            at: r.created_at,
        }
    }
}

/// A job.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct JobOut {
    /// Id.
    pub id: JobId,
    /// Kind.
    pub kind: String,
    /// What it does, in words.
    pub title: String,
    /// Where it stands.
    pub state: JobState,
    /// Its steps, in words.
    pub steps: Vec<String>,
    /// How many of them are behind it.
    pub steps_done: i64,
    /// Tries so far.
    pub tries: i64,
    /// When it was ordered.
    pub ordered_at: Stamp,
    /// When it is tried again, if a try found something that does not answer.
    pub again_at: Option<Stamp>,
    /// When it was over.
    pub ended_at: Option<Stamp>,
    /// Id of what it made.
    pub result: Option<String>,
    /// Address of what it made, under the API.
    pub location: Option<String>,
    /// Code of the refusal.
    pub code: Option<String>,
    /// Why it was refused or given up, in words.
    pub problems: Vec<String>,
}
