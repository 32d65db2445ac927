//! What changed between two reports.

use crate::report::model::{Cell, Cells};
use serde::Serialize;
use std::collections::BTreeSet;

/// A cell that is not what it was in the report before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CellChange {
    /// Key; `KEY.CODE` for a part of a cell that is split.
    pub key: String,
    /// Value before; none if the cell is new.
    pub before: Option<i64>,
    /// Counted value now.
    pub now: i64,
}

/// Which counted cells changed since the report before. Cells that count what happened within the period
/// (`per_period`) changed if they are not zero: nothing happened is what "no change" means.
pub fn changes(before: Option<&Cells>, now: &Cells, per_period: &[&str]) -> Vec<CellChange> {
    let Some(before) = before else { return vec![] };
    now.iter()
        .filter_map(|(key, cell)| {
            let was = before.get(key).map(|c| c.auto);
            let differs = if per_period.contains(&key.as_str()) { cell.auto != 0 } else { was != Some(cell.auto) };
            differs.then(|| CellChange { key: key.clone(), before: was, now: cell.auto })
        })
        .collect()
}

/// Where the split of a cell differs between what was reported and what is counted now, although or because the cell does:
/// the key is `KEY.CODE`. A report that was made before there were splits has none to compare.
pub fn split_changes(before: &Cells, now: &Cells) -> Vec<CellChange> {
    let mut out = vec![];
    if before.values().all(|c| c.split.is_empty()) {
        return out;
    }
    for (key, cell) in now {
        let Some(was) = before.get(key) else { continue };
        for code in was.split.keys().chain(cell.split.keys()).collect::<BTreeSet<_>>() {
            let of = |c: &Cell| c.split.get(code).copied().unwrap_or(0);
            if of(was) != of(cell) {
                out.push(CellChange { key: format!("{key}.{code}"), before: Some(of(was)), now: of(cell) });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample_cells::cells;

    #[test]
    fn no_change_means_the_same_stocks_and_no_events() {
        let before = cells(&[("stations_built", 5), ("stations_opened", 1), ("posted_workers", 9)]);
        let same = cells(&[("stations_built", 5), ("stations_opened", 0), ("posted_workers", 9)]);
        assert!(changes(Some(&before), &same, &["stations_opened"]).is_empty());
        let other = cells(&[("stations_built", 6), ("stations_opened", 1), ("posted_workers", 9)]);
        let got = changes(Some(&before), &other, &["stations_opened"]);
        assert_eq!(got.iter().map(|c| c.key.as_str()).collect::<Vec<_>>(), ["stations_built", "stations_opened"]);
        assert_eq!(got[0], CellChange { key: "stations_built".into(), before: Some(5), now: 6 });
        assert!(changes(None, &same, &[]).is_empty());
    }

    #[test]
    fn a_split_differs_code_by_code() {
        let by = |codes: &[(&str, i64)]| {
            let mut c = cells(&[("M04", 3)]);
            c.get_mut("M04").unwrap().split = codes.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
            c
        };
        let found = split_changes(&by(&[("01", 2), ("21", 2)]), &by(&[("01", 2), ("11", 1)]));
        let said: Vec<_> = found.iter().map(|c| (c.key.as_str(), c.before, c.now)).collect();
        assert_eq!(said, [("M04.11", Some(0), 1), ("M04.21", Some(2), 0)]);
        assert!(split_changes(&by(&[]), &by(&[("01", 2)])).is_empty(), "made before there were splits");
    }
}
