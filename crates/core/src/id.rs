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
            /// A consent or a refusal of somebody on file.
            ConsentId,
            /// A refusal of a file.
            RefusalId,
            /// A service encounter.
            EncounterId,
            /// An official list of a county (官方名册).
            OfficialListId,
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

/// A row's number to read aloud, where its id is too long and its name not for everybody: as [`WorkerId::number`].
pub fn number(id: Uuid) -> String {
    const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let sign = |i: u32| SIGNS.iter().copied().nth(usize::try_from((id.as_u128() >> (5 * i)) & 31).unwrap_or(0));
    let mut out: String = (0..8).rev().filter_map(sign).map(char::from).collect();
    out.insert(4, '-');
    out
}

impl WorkerId {
    /// The number that people read aloud and copy, as it stands in the worker's file: eight signs without look-alikes
    /// (Crockford's base 32), the last 40 bits of the id, which are random. It says nothing about the person.
    pub fn number(self) -> String {
        number(self.0)
    }
    /// Whether somebody who typed this meant this worker's number: small letters, spaces, I for 1 and O for 0 do no harm.
    pub fn is_number(self, typed: &str) -> bool {
        let plain = |c: char| match c.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            c => c,
        };
        let signs = |s: &str| s.chars().filter(|c| !matches!(c, '-' | ' ')).map(plain).collect::<String>();
        signs(typed.trim()) == signs(&self.number())
    }
}

/// Key of a row of the *county* table class: primary key (county_id, id) (architecture.md 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "KeyOf{I}")]
pub struct Key<I> {
    /// The county of the day it happened, for ever.
    pub county: DivisionId,
    /// The row.
    pub id: I,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workers_number_is_read_as_people_copy_it() {
        let id = |n: u128| WorkerId(Uuid::from_u128(n));
        assert_eq!(id(0).number(), "0000-0000");
        let one = id(0x017a_83a0_ee80_7108_830c_d301_0a56_7f31);
        assert_eq!(one.number().len(), 9);
        for typed in
            [one.number(), one.number().to_lowercase(), one.number().replace('-', ""), format!(" {} ", one.number())]
        {
            assert!(one.is_number(&typed), "{typed}");
        }
        assert!(id(1).is_number("oooo-oooi") && id(1).is_number("0000 0001"));
        for other in ["", "0000-000", "0000-00010", "1"] {
            assert!(!id(1).is_number(other), "{other}");
        }
        assert!(!one.is_number(&id(2).number()));
    }
}
