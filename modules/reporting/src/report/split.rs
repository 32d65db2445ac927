//! What cells say code by code (domain.md 7.1: M01 to M04 by category of the people on the register): laid out as lines,
//! added up over reports, and what of it is shown above the county, where numbers of few people are not (domain.md 13,
//! decision 0038).

use crate::report::identities::register_end;
use crate::report::model::Cells;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use zw_indicators::Measures;

/// Numbers from 1 to one less are of few people.
const FEW: i64 = 5;

/// The line of what came and went without anybody entering or leaving the register: people on it were recognised or ceased
/// to be. It follows from the others.
pub const CHANGED: &str = "changed";

/// The stocks, which stand above the county also where the rest of their line does not.
const STOCKS: [&str; 2] = ["M01", "M04"];

/// Values by code, then by measure.
pub type Split = BTreeMap<String, BTreeMap<String, i64>>;

/// A number of a split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SplitValue {
    /// The number; none above the county where it is of 1 to 4 people or would tell such a number.
    pub value: Option<i64>,
    /// Numbers of counties that are not shown are missing from it.
    pub at_least: bool,
}

/// A line of a split.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SplitRow {
    /// Code of the category.
    pub code: String,
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// Numbers, in the order of the columns.
    pub values: Vec<SplitValue>,
}

/// Measures by code. Somebody may have several codes: the lines add up to more than the measure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SplitOut {
    /// Key and name of each column; `changed` is who was recognised or ceased to be while on the register, net.
    pub columns: Vec<(String, String)>,
    /// Lines, of codes with numbers only.
    pub rows: Vec<SplitRow>,
    /// Where the words of the codes are.
    #[serde(skip)]
    pub words: String,
}

/// Adds the split of a report's cells.
pub fn add(to: &mut Split, cells: &Cells) {
    for (key, cell) in cells {
        for (code, n) in &cell.split {
            *to.entry(code.clone()).or_default().entry(key.clone()).or_default() += n;
        }
    }
}

/// Adds another split.
pub fn join(to: &mut Split, other: &Split) {
    for (code, line) in other {
        let to = to.entry(code.clone()).or_default();
        for (key, n) in line {
            *to.entry(key.clone()).or_default() += n;
        }
    }
}

/// The number of a column in a line.
fn number(line: &BTreeMap<String, i64>, key: &str) -> i64 {
    let of = |key: &str| line.get(key).copied().unwrap_or(0);
    if key == CHANGED { of("M04") - register_end(of) } else { of(key) }
}

/// A line with every number.
fn whole(line: &BTreeMap<String, i64>, keys: &[&str]) -> Vec<SplitValue> {
    keys.iter().map(|k| SplitValue { value: Some(number(line, k)), at_least: false }).collect()
}

/// A county's line as it is shown above it: a line with a number of few people keeps its stocks at most, because the others
/// would tell that number.
fn protected(line: &BTreeMap<String, i64>, keys: &[&str]) -> Vec<SplitValue> {
    let few = |k: &&str| (1..FEW).contains(&number(line, k).abs());
    let all = !keys.iter().any(few);
    let shown = |k: &&str| all || STOCKS.contains(k) && !few(k);
    keys.iter().map(|k| SplitValue { value: shown(k).then(|| number(line, k)), at_least: false }).collect()
}

/// The sum of what is shown of counties, so that taking one sum from another tells nothing that is not shown itself.
fn sum<'a>(lines: impl Iterator<Item = &'a [SplitValue]>) -> Vec<SplitValue> {
    let mut out: Vec<SplitValue> = vec![];
    for line in lines {
        out.resize(line.len(), SplitValue { value: Some(0), at_least: false });
        for (to, v) in out.iter_mut().zip(line) {
            to.value = to.value.map(|n| n + v.value.unwrap_or(0));
            to.at_least |= v.value.is_none() || v.at_least;
        }
    }
    for v in out.iter_mut().filter(|v| v.at_least && v.value == Some(0)) {
        *v = SplitValue::default();
    }
    out
}

/// Who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The county or below it: every number.
    Within,
    /// Above the county.
    Above,
}

/// Splits of counties side by side, laid out under the measures that are split; none where there is nothing.
pub fn laid_out(measures: &Measures, keys: &[&'static str], counties: &[Split], reader: Reader) -> Option<SplitOut> {
    let mut keys: Vec<&str> = keys.iter().copied().filter(|k| measures.split_by(k).is_some()).collect();
    let words = measures.split_by(keys.first()?)?;
    let label = |k: &str| measures.def(k).map_or_else(|| "reporting-split-changed".to_owned(), |d| d.label.to_owned());
    if let Some(last) = keys.pop() {
        keys.extend([CHANGED, last]);
    }
    let codes: BTreeSet<&String> = counties.iter().flat_map(|s| s.keys()).collect();
    let rows: Vec<SplitRow> = codes
        .into_iter()
        .map(|code| {
            let lines = counties.iter().filter_map(|s| s.get(code));
            let shown: Vec<Vec<SplitValue>> = match reader {
                Reader::Within => lines.map(|l| whole(l, &keys)).collect(),
                Reader::Above => lines.map(|l| protected(l, &keys)).collect(),
            };
            let values = sum(shown.iter().map(Vec::as_slice));
            SplitRow { code: code.clone(), label: format!("{words}{code}"), values }
        })
        .collect();
    let columns = keys.iter().map(|k| ((*k).to_owned(), label(k))).collect();
    (!rows.is_empty()).then(|| SplitOut { columns, rows, words: words.to_owned() })
}

/// A split for pages with invented data.
pub(crate) fn sample() -> SplitOut {
    let value = |n: i64| SplitValue { value: Some(n).filter(|n| *n != 3), at_least: n == 12 };
    let row = |code: &str, label: &str, list: [i64; 4]| SplitRow {
        code: code.into(),
        label: label.into(),
        values: list.map(value).to_vec(),
    };
    // Labels of this module's own, because the gallery knows no other module's.
    let columns = ["M01", "M02", CHANGED, "M04"].map(|key| (key, "reporting-split-changed"));
    SplitOut {
        columns: columns.map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec(),
        rows: vec![row("01", "低保", [5, 6, 1, 12]), row("21", "独居老人", [3, 0, 0, 3])],
        words: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 5] = ["M01", "M02", "M03", CHANGED, "M04"];

    fn line(start: i64, filed: i64, closed: i64, end: i64) -> BTreeMap<String, i64> {
        let all = [("M01", start), ("M02", filed), ("M03", closed), ("M04", end)];
        all.into_iter().map(|(k, n)| (k.to_owned(), n)).collect()
    }
    fn said(values: &[SplitValue]) -> String {
        let one = |v: &SplitValue| match v.value {
            None => "*".to_owned(),
            Some(n) if v.at_least => format!("≥{n}"),
            Some(n) => n.to_string(),
        };
        values.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_change_follows_from_the_rest() {
        assert_eq!(said(&whole(&line(10, 6, 5, 12), &KEYS)), "10 6 5 1 12");
        assert_eq!(said(&whole(&line(10, 0, 0, 8), &KEYS)), "10 0 0 -2 8");
    }

    #[test]
    fn numbers_of_few_people_are_not_shown_above_and_cannot_be_told() {
        for (l, want) in [
            (line(10, 6, 5, 11), "10 6 5 0 11"),
            (line(10, 6, 0, 16), "10 6 0 0 16"),
            (line(10, 1, 0, 11), "10 * * * 11"),
            (line(3, 9, 0, 12), "* * * * 12"),
            (line(10, 0, 7, 3), "10 * * * *"),
            // Nobody entered or left, two were recognised.
            (line(10, 0, 0, 12), "10 * * * 12"),
            (line(0, 2, 0, 2), "0 * * * *"),
        ] {
            assert_eq!(said(&protected(&l, &KEYS)), want, "{l:?}");
        }
    }

    /// MASK-5: what is shown of an area less what is shown of its parts is never a number of few people.
    #[test]
    fn an_area_less_its_parts_tells_nothing() {
        let rng = zw_core::Rng::seeded(5);
        let n = |most: u64| i64::try_from(rng.below(most)).unwrap();
        for _ in 0..500 {
            let counties: Vec<Vec<SplitValue>> = (0..4)
                .map(|_| {
                    let (start, filed) = (n(14), n(9));
                    protected(&line(start, filed, n(6).min(start), start + filed), &KEYS)
                })
                .collect();
            let area = sum(counties.iter().map(Vec::as_slice));
            for (i, v) in area.iter().enumerate() {
                let parts: i64 = counties.iter().filter_map(|c| c[i].value).sum();
                assert_eq!(v.value.unwrap_or(0), parts);
                assert_eq!(v.value.is_none() || v.at_least, counties.iter().any(|c| c[i].value.is_none()));
                for c in &counties {
                    assert!(!c[i].value.is_some_and(|n| (1..FEW).contains(&n.abs())));
                }
            }
        }
    }
}
