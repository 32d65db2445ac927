//! What changed between two reports.

use crate::report::model::Cells;
use serde::Serialize;

/// A cell that is not what it was in the report before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CellChange {
    /// Key.
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
}
