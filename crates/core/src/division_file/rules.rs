//! Which divisions do not count in denominators, and why.

use super::PlannedDivision;
use crate::tree::DivisionKind;
use std::collections::{BTreeMap, HashSet};

/// Reason code: a farm, zone or similar among townships or counties.
pub(super) const FUNCTIONAL: &str = "functional_unit";
/// Reason code: a row that only groups others.
pub(super) const PSEUDO: &str = "pseudo_division";

/// Reason code: the province decided so.
pub const DECIDED: &str = "decided";

/// Whether a reason holds for everything in a division too. What lies in a farm or a zone, or under a row that only groups
/// others, is judged by itself.
pub fn holds_below(reason: &str) -> bool {
    reason != FUNCTIONAL && reason != PSEUDO
}

/// Name endings of regular township-level units: towns, townships (民族乡 too), sub-districts, 苏木 of Inner Mongolia,
/// 区公所.
const REGULAR: [&str; 6] = ["镇", "乡", "街道", "街道办事处", "苏木", "区公所"];
/// Endings that are regular only with a code of a regular class: 地区 of Beijing, 街 and 办事处 elsewhere.
const REGULAR_BY_CODE: [&str; 3] = ["地区", "街", "办事处"];

/// Whether a row is a functional unit and no regular division of its level: only townships and counties have such.
pub fn is_functional(kind: DivisionKind, code12: &str, name: &str) -> bool {
    match kind {
        DivisionKind::Township => is_functional_township(code12, name),
        DivisionKind::County => is_functional_county(code12),
        DivisionKind::Province | DivisionKind::City | DivisionKind::Village => false,
    }
}

/// Whether a county row is a zone kept for statistics (开发区, 高新区, 工业园区, 管理区, 兰州新区, …): the code table gives
/// them 71–79 as fifth and sixth digit. The code alone decides: 新区 is the name of districts too (浦东新区 310115).
fn is_functional_county(code12: &str) -> bool {
    code12.get(4..6).is_some_and(|own| ("71"..="79").contains(&own))
}

/// Whether a township row is a functional unit (农场, 林场, 开发区, 管委会, …) and no regular township. The third code
/// segment 001–399 is for 街道, 镇 and 乡, 400 and above for others (domain.md source 25); names decide first,
/// because sources give such codes to regular townships too (马祖乡 has 400).
fn is_functional_township(code12: &str, name: &str) -> bool {
    let regular_class = code12.get(6..7).is_some_and(|c| matches!(c, "0" | "1" | "2" | "3"));
    let ends = |list: &[&str]| list.iter().any(|s| name.ends_with(s));
    !(ends(&REGULAR) || (regular_class && ends(&REGULAR_BY_CODE)) || name.ends_with("直辖村级区划"))
}

/// The data file of divisions outside the denominators: `code,reason`. It holds for everything in them too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exclusions(BTreeMap<String, String>);

/// The exclusions file cannot be read at this line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("exclusions file, line {0}")]
pub struct ExclusionsError(pub u64);

impl Exclusions {
    /// Reads the file: a header `code,reason`, twelve-digit codes, reasons of the list `exclusion_reason`.
    pub fn parse(csv_text: &str) -> Result<Self, ExclusionsError> {
        let text = csv_text.strip_prefix('\u{FEFF}').unwrap_or(csv_text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        if reader.headers().map_err(|_| ExclusionsError(1))?.iter().ne(["code", "reason"]) {
            return Err(ExclusionsError(1));
        }
        let mut out = BTreeMap::new();
        for row in reader.records() {
            let row = row.map_err(|e| ExclusionsError(e.position().map_or(0, csv::Position::line)))?;
            let (code, reason) = (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
            let code_fits = code.len() == 12 && code.bytes().all(|b| b.is_ascii_digit());
            if !code_fits || !crate::codelist::EXCLUSION_REASON.has(reason) {
                return Err(ExclusionsError(row.position().map_or(0, csv::Position::line)));
            }
            out.insert(code.to_owned(), reason.to_owned());
        }
        Ok(Self(out))
    }

    /// Marks the listed divisions and all below them. `divisions` stand parents first.
    pub(super) fn apply(&self, divisions: &mut [PlannedDivision]) {
        let mut reasons: Vec<(&str, HashSet<String>)> = Vec::new();
        for (code, reason) in &self.0 {
            match reasons.iter_mut().find(|(r, _)| r == reason) {
                Some((_, codes)) => drop(codes.insert(code.clone())),
                None => reasons.push((reason, HashSet::from([code.clone()]))),
            }
        }
        for (reason, codes) in &mut reasons {
            for d in divisions.iter_mut() {
                if codes.contains(&d.code12) || d.parent_code.as_ref().is_some_and(|p| codes.contains(p)) {
                    codes.insert(d.code12.clone());
                    d.in_denominator = false;
                    d.exclusion = Some((*reason).to_owned());
                }
            }
        }
    }
}
