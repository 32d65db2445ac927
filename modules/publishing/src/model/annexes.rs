//! Which annexes a circular has, in their order: the text refers to them and the paper numbers them by this one list.

use super::snapshot::Snapshot;

/// An annex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annex {
    /// Progress of the cities; of a province that has some.
    Cities,
    /// Progress of the counties.
    Counties,
    /// What is unbuilt, unconfirmed, unreported, late.
    Lists,
    /// Definitions of the figures.
    Definitions,
    /// The month's service by county.
    Service,
    /// What became of the months frozen before.
    Corrections,
}

impl Annex {
    /// The annexes of a circular on a snapshot.
    pub fn all(s: &Snapshot) -> Vec<Self> {
        let b = &s.body;
        [
            (Self::Cities, !b.cities.is_empty()),
            (Self::Counties, true),
            (Self::Lists, true),
            (Self::Definitions, true),
            (Self::Service, !b.flows.is_empty()),
            (Self::Corrections, !b.corrections.is_empty()),
        ]
        .into_iter()
        .filter_map(|(a, has)| has.then_some(a))
        .collect()
    }
    /// How the text calls it: 附件3; empty where the circular has none.
    pub fn named(self, s: &Snapshot) -> String {
        Self::all(s).iter().position(|a| *a == self).map(|i| format!("附件{}", i + 1)).unwrap_or_default()
    }
}
