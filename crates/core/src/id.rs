//! Identifiers. Identity never carries meaning: divisions are small integers for life, all else UUIDv7.

use crate::Uuid;
use serde::{Deserialize, Serialize};

/// A division for life, whatever its code, name or parent become (architecture.md 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct DivisionId(pub i64);

impl std::fmt::Display for DivisionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
impl std::str::FromStr for DivisionId {
    type Err = std::num::ParseIntError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Self)
    }
}

/// Calls `$m!` with the list of all UUID identifiers: the one place where a new identifier is added.
#[macro_export]
macro_rules! all_ids {
    ($m:ident) => {
        $m! {
            /// A sign-in account.
            AccountId,
            /// A grant of a role.
            GrantId,
            /// A session (not its token).
            SessionId,
            /// A centre, station or room.
            UnitId,
            /// A township's build-out sheet.
            BuildOutId,
            /// One time a station was put to the acceptance.
            AcceptanceId,
            /// An obstacle on a build-out sheet.
            ObstacleId,
            /// A plan target.
            TargetId,
            /// A social worker.
            WorkerId,
            /// A posting of a worker to a unit.
            PostingId,
            /// A certificate.
            CertificateId,
            /// A resident on file.
            ResidentId,
            /// A household.
            HouseholdId,
            /// A service encounter.
            EncounterId,
            /// A report (weekly, monthly).
            ReportId,
            /// A snapshot (freeze or flash).
            SnapshotId,
            /// A circular.
            CircularId,
            /// A durable job.
            JobId,
        }
    };
}

macro_rules! define_ids { ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
    #[serde(transparent)]
    pub struct $name(pub Uuid);
    impl std::fmt::Display for $name {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
    }
    impl std::str::FromStr for $name {
        type Err = uuid::Error;
        fn from_str(s: &str) -> Result<Self, Self::Err> { Uuid::parse_str(s).map(Self) }
    }
)+ } }
all_ids!(define_ids);

/// Key of a row of the *county* table class: primary key (county_id, id) (architecture.md 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Key<I> {
    /// The county of the day it happened, for ever.
    pub county: DivisionId,
    /// The row.
    pub id: I,
}
