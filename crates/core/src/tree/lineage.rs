//! What became of a division: boundary events and the shares by which old figures are restated on a later map
//! (domain.md section 4). Old rows and locked reports are never rewritten; restating is a view of them.

use crate::{Day, DivisionId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

crate::codes! {
    /// Kind of boundary event.
    pub enum EventKind {
        /// 更名.
        Rename = "rename",
        /// 变更代码.
        Recode = "recode",
        /// 县改区 and the like.
        Upgrade = "upgrade",
        /// 合并.
        Merge = "merge",
        /// 拆分.
        Split = "split",
        /// 划转 to another parent.
        Transfer = "transfer",
        /// 撤销.
        Abolish = "abolish",
    }
}

/// A successor and its share of the predecessor, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Share {
    /// The successor.
    pub id: DivisionId,
    /// Share in thousandths; the shares of one predecessor add up to 1000.
    pub permille: i64,
}

/// One boundary event. Each division of `from` passes to those of `to` by the shares given. A division that goes
/// on under its own id (rename, recode, transfer) stands on both sides or is not listed at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DivisionEvent {
    /// Number of the event.
    pub id: i64,
    /// Kind.
    pub kind: EventKind,
    /// First day of the new state.
    pub on: Day,
    /// Number of the document, such as 国函〔2021〕3号.
    pub doc_no: String,
    /// Before.
    pub from: Vec<DivisionId>,
    /// After; empty only for an abolition without a successor.
    pub to: Vec<Share>,
}

/// Why a set of events is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineageProblem {
    /// The event's shares are not positive or do not add up to 1000.
    #[error("event {0}: shares do not add up to 1000")]
    Shares(i64),
    /// An event without successors that is no abolition, or without predecessors.
    #[error("event {0}: no divisions on one side")]
    Incomplete(i64),
    /// A division would become its own successor by way of others.
    #[error("division {0} would succeed itself")]
    Cycle(DivisionId),
    /// Two events of one day take the same division away.
    #[error("division {0} ends twice on one day")]
    Twice(DivisionId),
}

/// The events in order of their day, or what is wrong with them.
pub(super) fn checked(mut events: Vec<DivisionEvent>) -> Result<Vec<DivisionEvent>, LineageProblem> {
    events.sort_by_key(|e| (e.on, e.id));
    let mut ended = BTreeSet::new();
    let mut next: BTreeMap<DivisionId, BTreeSet<DivisionId>> = BTreeMap::new();
    for e in &events {
        if e.from.is_empty() || (e.to.is_empty() && e.kind != EventKind::Abolish) {
            return Err(LineageProblem::Incomplete(e.id));
        }
        let sum: i64 = e.to.iter().map(|s| s.permille).sum();
        if !e.to.is_empty() && (sum != 1000 || e.to.iter().any(|s| s.permille <= 0)) {
            return Err(LineageProblem::Shares(e.id));
        }
        for from in &e.from {
            if !ended.insert((e.on, *from)) {
                return Err(LineageProblem::Twice(*from));
            }
            next.entry(*from).or_default().extend(e.to.iter().map(|s| s.id).filter(|to| to != from));
        }
    }
    match next.keys().find(|id| reaches_itself(&next, **id)) {
        Some(id) => Err(LineageProblem::Cycle(*id)),
        None => Ok(events),
    }
}

fn reaches_itself(next: &BTreeMap<DivisionId, BTreeSet<DivisionId>>, start: DivisionId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<DivisionId> = next.get(&start).into_iter().flatten().copied().collect();
    while let Some(id) = open.pop() {
        if id == start {
            return true;
        }
        if seen.insert(id) {
            open.extend(next.get(&id).into_iter().flatten().copied());
        }
    }
    false
}

/// Shares are carried in billionths, so that a chain of splits loses nothing that shows in thousandths.
const WHOLE: i128 = 1_000_000_000;

pub(super) fn successors(events: &[DivisionEvent], id: DivisionId, from_day: Day, to_day: Day) -> Vec<Share> {
    let mut held: BTreeMap<DivisionId, i128> = BTreeMap::from([(id, WHOLE)]);
    for day in
        events.iter().filter(|e| e.on > from_day && e.on <= to_day).collect::<Vec<_>>().chunk_by(|a, b| a.on == b.on)
    {
        // Events of one day act together, on what was held the day before.
        let before = std::mem::take(&mut held);
        for (owner, part) in before {
            match day.iter().find(|e| e.from.contains(&owner)) {
                None => *held.entry(owner).or_default() += part,
                Some(e) => {
                    for to in &e.to {
                        *held.entry(to.id).or_default() += part * i128::from(to.permille) / 1000;
                    }
                }
            }
        }
    }
    to_permille(&held)
}

/// Rounds to thousandths that add up to what is held in all, by largest remainder.
fn to_permille(held: &BTreeMap<DivisionId, i128>) -> Vec<Share> {
    let unit = WHOLE / 1000;
    let total: i128 = held.values().sum();
    let mut shares: Vec<(Share, i128)> = held
        .iter()
        .map(|(id, part)| (Share { id: *id, permille: i64::try_from(part / unit).unwrap_or(0) }, part % unit))
        .collect();
    let given: i128 = shares.iter().map(|(s, _)| i128::from(s.permille)).sum();
    let missing = usize::try_from((total + unit / 2) / unit - given).unwrap_or(0);
    shares.sort_by_key(|(s, rest)| (std::cmp::Reverse(*rest), s.id));
    for (share, _) in shares.iter_mut().take(missing) {
        share.permille += 1;
    }
    let mut out: Vec<Share> = shares.into_iter().map(|(s, _)| s).filter(|s| s.permille > 0).collect();
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;
    use proptest::prelude::*;

    fn id(n: i64) -> DivisionId {
        DivisionId(n)
    }
    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn event(no: i64, kind: EventKind, on: &str, from: &[i64], to: &[(i64, i64)]) -> DivisionEvent {
        DivisionEvent {
            id: no,
            kind,
            on: day(on),
            doc_no: String::new(),
            from: from.iter().copied().map(DivisionId).collect(),
            to: to.iter().map(|&(n, permille)| Share { id: id(n), permille }).collect(),
        }
    }
    fn shares(list: &[(i64, i64)]) -> Vec<Share> {
        list.iter().map(|&(n, permille)| Share { id: id(n), permille }).collect()
    }
    fn tree(events: Vec<DivisionEvent>) -> Tree {
        Tree::build(vec![]).with_events(events).unwrap()
    }

    /// domain.md section 4: 三明 in February 2021. 1 梅列区, 2 old 三元区, 3 new 三元区, 4 沙县 (沙县区 keeps the id).
    #[test]
    fn sanming_2021() {
        let t = tree(vec![
            event(1, EventKind::Merge, "2021-02-03", &[1, 2], &[(3, 1000)]),
            event(2, EventKind::Upgrade, "2021-02-03", &[4], &[(4, 1000)]),
        ]);
        let (before, after) = (day("2021-01-31"), day("2021-07-08"));
        assert_eq!(t.lineage(id(1), before, after), shares(&[(3, 1000)]));
        assert_eq!(t.lineage(id(2), before, after), shares(&[(3, 1000)]));
        assert_eq!(t.lineage(id(4), before, after), shares(&[(4, 1000)]));
        assert_eq!(t.lineage(id(9), before, after), shares(&[(9, 1000)]));
        assert_eq!(t.lineage(id(1), before, day("2021-02-02")), shares(&[(1, 1000)]));
        assert_eq!(t.lineage(id(1), before, day("2021-02-03")), shares(&[(3, 1000)]));
        assert_eq!(t.lineage(id(1), day("2021-02-03"), after), shares(&[(1, 1000)]), "the day's map already has it");
    }

    #[test]
    fn chains_of_splits_and_merges() {
        let t = tree(vec![
            event(1, EventKind::Split, "2020-01-01", &[1], &[(2, 333), (3, 667)]),
            event(2, EventKind::Merge, "2021-01-01", &[3, 4], &[(5, 1000)]),
            event(3, EventKind::Split, "2022-01-01", &[5], &[(6, 500), (2, 500)]),
            event(4, EventKind::Abolish, "2023-01-01", &[6], &[]),
        ]);
        let start = day("2019-01-01");
        assert_eq!(t.lineage(id(1), start, day("2020-06-01")), shares(&[(2, 333), (3, 667)]));
        assert_eq!(t.lineage(id(1), start, day("2021-06-01")), shares(&[(2, 333), (5, 667)]));
        let later: i64 = t.lineage(id(1), start, day("2022-06-01")).iter().map(|s| s.permille).sum();
        assert_eq!(later, 1000);
        assert_eq!(t.lineage(id(6), start, day("2023-06-01")), shares(&[]));
        assert_eq!(t.lineage(id(4), start, day("2023-06-01")), shares(&[(2, 500)]));
    }

    #[test]
    fn swaps_of_one_day_act_together() {
        // Part of 1 goes to 2 while part of 2 goes to 3: what 1 gave on that day does not move on.
        let t = tree(vec![
            event(1, EventKind::Split, "2020-01-01", &[1], &[(1, 600), (2, 400)]),
            event(2, EventKind::Split, "2020-01-01", &[2], &[(2, 900), (3, 100)]),
        ]);
        assert_eq!(t.lineage(id(1), day("2019-01-01"), day("2021-01-01")), shares(&[(1, 600), (2, 400)]));
    }

    #[test]
    fn refused_events() {
        let refused = |events: Vec<DivisionEvent>| Tree::build(vec![]).with_events(events).map(|_| ()).unwrap_err();
        let merge = EventKind::Merge;
        assert_eq!(refused(vec![event(7, merge, "2020-01-01", &[1], &[(2, 900)])]), LineageProblem::Shares(7));
        assert_eq!(
            refused(vec![event(7, merge, "2020-01-01", &[1], &[(2, 1100), (3, -100)])]),
            LineageProblem::Shares(7)
        );
        assert_eq!(refused(vec![event(7, merge, "2020-01-01", &[1], &[])]), LineageProblem::Incomplete(7));
        assert_eq!(refused(vec![event(7, merge, "2020-01-01", &[], &[(2, 1000)])]), LineageProblem::Incomplete(7));
        assert_eq!(
            refused(vec![
                event(1, merge, "2020-01-01", &[1], &[(2, 1000)]),
                event(2, merge, "2021-01-01", &[2], &[(3, 1000)]),
                event(3, merge, "2022-01-01", &[3], &[(1, 1000)]),
            ]),
            LineageProblem::Cycle(id(1))
        );
        assert_eq!(
            refused(vec![
                event(1, merge, "2020-01-01", &[1], &[(2, 1000)]),
                event(2, merge, "2020-01-01", &[1], &[(3, 1000)]),
            ]),
            LineageProblem::Twice(id(1))
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_on_the_way(cuts in proptest::collection::vec(1_i64..999, 1..6)) {
            // Division n splits into n+1 and n+100 with the given share, year by year.
            let events = cuts.iter().enumerate().map(|(i, cut)| {
                let n = i64::try_from(i).unwrap();
                event(n, EventKind::Split, &format!("{}-01-01", 2000 + n), &[n], &[(n + 1, *cut), (n + 100, 1000 - cut)])
            }).collect();
            let got = tree(events).lineage(id(0), day("1999-01-01"), day("2020-01-01"));
            prop_assert_eq!(got.iter().map(|s| s.permille).sum::<i64>(), 1000);
        }
    }
}
