//! Which annexes a circular has, in their order, and what they are called: the text refers to them and the paper numbers
//! them by this one list.

use super::snapshot::Snapshot;
use std::collections::BTreeMap;
use zw_core::code::Code as _;

zw_core::codes! {
    /// An annex.
    pub enum Annex {
        /// Progress of the cities; of a province that has some.
        Cities = "cities",
        /// Progress of the counties.
        Counties = "counties",
        /// What is unbuilt, unconfirmed, unreported, late.
        Lists = "lists",
        /// Definitions of the figures.
        Definitions = "definitions",
        /// The month's service by county.
        Service = "service",
        /// What became of the months frozen before.
        Corrections = "corrections",
    }
}

/// What the parts of an area are called.
pub fn part_words(s: &Snapshot) -> &'static str {
    let cities = s.body.cities.iter().all(|c| c.short.ends_with('市'));
    match (s.body.cities.is_empty(), cities, s.direct().next().is_some()) {
        (true, ..) => "县（市、区）",
        (false, true, false) => "设区市",
        (false, true, true) => "设区市和直管县（市、区）",
        (false, false, false) => "市（州、盟、地区）",
        (false, false, true) => "市（州、盟、地区）和直管县（市、区）",
    }
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

    /// The system's name for it.
    pub fn title(self, s: &Snapshot) -> String {
        match self {
            Self::Cities => format!("各{}社工站建设进度表", part_words(s)),
            Self::Counties => "各县（市、区）社工站建设进度表".to_owned(),
            Self::Lists => "未建站、未验收及未确认清单".to_owned(),
            Self::Definitions => "指标口径".to_owned(),
            Self::Service => "各县（市、区）月度服务情况".to_owned(),
            Self::Corrections => "上期数据更正和补录情况".to_owned(),
        }
    }

    /// Its name in a circular: what people called it, else the system's.
    pub fn called(self, s: &Snapshot, names: &BTreeMap<String, String>) -> String {
        names.get(self.code()).cloned().unwrap_or_else(|| self.title(s))
    }
}
