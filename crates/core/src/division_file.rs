//! Reading the divisions file: columns `code,name,level,parent_code`, UTF-8 with or without a byte-order mark.
//!
//! Every row is checked and every problem is told; one problem and nothing is imported. Real files have oddities
//! that are no errors and have a rule with a name:
//! * **SelfParent**: a row whose code is its parent's code repeats a division on the levels below it (金门县 as its
//!   own township and village, 东莞市 as its own county). It is dropped and reported; what names it as parent belongs
//!   to the real division of that code, which may be more than one level up;
//! * **functional units**: farms, forest farms, zones and the like stand among townships, zones of the statistical code
//!   table among counties. They are kept, marked and left out of the denominators; what lies in them is judged by itself;
//! * **pseudo divisions**: 市辖区, 省直辖县级行政区划 and the like only group rows (see [`crate::tree`]).

mod rules;

#[cfg(test)]
mod tests;

use crate::tree::{DivisionKind, is_pseudo};
use std::collections::HashMap;

pub use rules::{DECIDED, Exclusions, ExclusionsError, holds_below, is_functional};

crate::codes! {
    /// What is wrong with a row.
    pub enum RowReason {
        /// The file is not UTF-8; the line is the first that is not.
        NotUtf8 = "not_utf8",
        /// The header lacks the column or names one twice.
        MissingColumn = "missing_column",
        /// The file has no rows.
        NoRows = "no_rows",
        /// The row has more or fewer fields than the header, or its quotes do not close.
        FieldCount = "field_count",
        /// The level is none of province, city, county, township, village.
        UnknownLevel = "unknown_level",
        /// Not twelve digits, or not the shape of the level.
        CodeShape = "code_shape",
        /// The name is empty.
        EmptyName = "empty_name",
        /// The code stands in an earlier row.
        DuplicateCode = "duplicate_code",
        /// No row has the parent's code, or a parent is needed and not given.
        MissingParent = "missing_parent",
        /// The parent's level cannot hold this level.
        ParentLevel = "parent_level",
        /// The code does not begin with the parent's code (functional units excepted).
        ParentPrefix = "parent_prefix",
    }
}

/// A problem of the file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct RowProblem {
    /// Line in the file; the header is line 1.
    pub line: u64,
    /// Column by its header name; empty when the whole row is meant.
    pub column: String,
    /// Stable reason.
    pub reason: RowReason,
    /// The value as it stands in the file.
    pub value: String,
}

/// A division to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDivision {
    /// Line in the file.
    pub line: u64,
    /// Twelve-digit code.
    pub code12: String,
    /// Name.
    pub name: String,
    /// Level.
    pub kind: DivisionKind,
    /// Code of the parent; `None` for a province.
    pub parent_code: Option<String>,
    /// A farm, zone or similar among townships, or a zone among counties.
    pub is_functional: bool,
    /// A row that only groups others.
    pub is_pseudo: bool,
    /// Whether it counts in denominators.
    pub in_denominator: bool,
    /// Why it does not: a code of the list `exclusion_reason`.
    pub exclusion: Option<String>,
}

/// A row dropped by the rule SelfParent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FoldedRow {
    /// Line in the file.
    pub line: u64,
    /// Its code, which is also its parent's.
    pub code12: String,
    /// Its name.
    pub name: String,
    /// The level it stood on.
    pub kind: DivisionKind,
}

/// A file that passed every check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// Data rows read, dropped ones included.
    pub rows_read: usize,
    /// What to import, parents before children, each level by code.
    pub divisions: Vec<PlannedDivision>,
    /// Rows dropped by the rule SelfParent.
    pub folded: Vec<FoldedRow>,
}

impl ImportPlan {
    /// How many divisions of a level are kept and how many of them count in denominators.
    pub fn count(&self, kind: DivisionKind) -> (usize, usize) {
        let of = || self.divisions.iter().filter(|d| d.kind == kind);
        (of().count(), of().filter(|d| d.in_denominator).count())
    }
}

struct Row {
    line: u64,
    code: String,
    name: String,
    level: String,
    parent: String,
}

const COLUMNS: [&str; 4] = ["code", "name", "level", "parent_code"];

fn problem(line: u64, column: &str, reason: RowReason, value: &str) -> RowProblem {
    RowProblem { line, column: column.to_owned(), reason, value: value.to_owned() }
}

/// The level by its word in the file.
fn level(word: &str) -> Option<DivisionKind> {
    Some(match word {
        "province" => DivisionKind::Province,
        "city" => DivisionKind::City,
        "county" => DivisionKind::County,
        "township" => DivisionKind::Township,
        "village" => DivisionKind::Village,
        _ => return None,
    })
}

/// How many leading digits of a code belong to a level; the rest are zeros.
fn digits(kind: DivisionKind) -> usize {
    match kind {
        DivisionKind::Province => 2,
        DivisionKind::City => 4,
        DivisionKind::County => 6,
        DivisionKind::Township => 9,
        DivisionKind::Village => 12,
    }
}

/// Twelve digits, zeros after the level's own digits, and not zero in the level's own segment.
fn shape_fits(kind: DivisionKind, code: &str) -> bool {
    let own = digits(kind);
    let segment = match kind {
        DivisionKind::Province => 0..2,
        DivisionKind::City => 2..4,
        DivisionKind::County => 4..6,
        DivisionKind::Township => 6..9,
        DivisionKind::Village => 9..12,
    };
    code.len() == 12
        && code.bytes().all(|b| b.is_ascii_digit())
        && code.bytes().skip(own).all(|b| b == b'0')
        && code.bytes().skip(segment.start).take(segment.len()).any(|b| b != b'0')
}

/// Which levels may hold a level. A county may lie directly in a province, a township directly in a city.
fn may_hold(parent: DivisionKind, child: DivisionKind) -> bool {
    use DivisionKind::{City, County, Province, Township, Village};
    matches!(
        (parent, child),
        (Province, City | County) | (City, County | Township) | (County, Township) | (Township, Village)
    )
}

/// The rows as text, or what is wrong with the file as a whole. Rows of the wrong length become problems.
fn read(bytes: &[u8], problems: &mut Vec<RowProblem>) -> Vec<Row> {
    let text = match std::str::from_utf8(bytes) {
        Ok(t) => t.strip_prefix('\u{FEFF}').unwrap_or(t),
        Err(e) => {
            let before = bytes.get(..e.valid_up_to()).unwrap_or_default();
            let line = 1 + before.iter().filter(|b| **b == b'\n').count();
            problems.push(problem(u64::try_from(line).unwrap_or(u64::MAX), "", RowReason::NotUtf8, ""));
            return vec![];
        }
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let mut at = [0_usize; 4];
    for (slot, column) in at.iter_mut().zip(COLUMNS) {
        let mut found = header.iter().enumerate().filter(|(_, h)| *h == column);
        match (found.next(), found.next()) {
            (Some((i, _)), None) => *slot = i,
            _ => problems.push(problem(
                1,
                column,
                RowReason::MissingColumn,
                &header.iter().collect::<Vec<_>>().join(","),
            )),
        }
    }
    if !problems.is_empty() {
        return vec![];
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(r) => r,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                problems.push(problem(line, "", RowReason::FieldCount, &e.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            problems.push(problem(line, "", RowReason::FieldCount, &record.iter().collect::<Vec<_>>().join(",")));
            continue;
        }
        let field = |column: usize| at.get(column).and_then(|i| record.get(*i)).unwrap_or_default().to_owned();
        rows.push(Row { line, code: field(0), name: field(1), level: field(2), parent: field(3) });
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push(problem(1, "", RowReason::NoRows, ""));
    }
    rows
}

/// Checks the file and plans its import. `exclusions` is the data file of divisions outside the denominators.
pub fn parse(bytes: &[u8], exclusions: &Exclusions) -> Result<ImportPlan, Vec<RowProblem>> {
    let mut problems = Vec::new();
    let rows = read(bytes, &mut problems);
    let mut plan = ImportPlan { rows_read: rows.len(), ..ImportPlan::default() };

    // First pass: which codes there are, so that a parent may stand after its children.
    let mut kinds: HashMap<&str, DivisionKind> = HashMap::with_capacity(rows.len());
    let mut kept: Vec<(&Row, DivisionKind)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(kind) = level(&row.level) else {
            problems.push(problem(row.line, "level", RowReason::UnknownLevel, &row.level));
            continue;
        };
        if row.name.is_empty() {
            problems.push(problem(row.line, "name", RowReason::EmptyName, ""));
        }
        if !row.code.is_empty() && row.code == row.parent {
            plan.folded.push(FoldedRow { line: row.line, code12: row.code.clone(), name: row.name.clone(), kind });
            continue;
        }
        if !shape_fits(kind, &row.code) {
            problems.push(problem(row.line, "code", RowReason::CodeShape, &row.code));
        } else if kinds.insert(&row.code, kind).is_some() {
            problems.push(problem(row.line, "code", RowReason::DuplicateCode, &row.code));
        }
        kept.push((row, kind));
    }
    for folded in &plan.folded {
        if !kinds.contains_key(folded.code12.as_str()) {
            problems.push(problem(folded.line, "parent_code", RowReason::MissingParent, &folded.code12));
        }
    }

    // Second pass: parents.
    for (row, kind) in kept {
        let functional = is_functional(kind, &row.code, &row.name);
        check_parent(row, kind, functional, &kinds, &mut problems);
        let pseudo = is_pseudo(kind, &row.name);
        let own_reason = if pseudo {
            Some(rules::PSEUDO)
        } else if functional {
            Some(rules::FUNCTIONAL)
        } else {
            None
        };
        plan.divisions.push(PlannedDivision {
            line: row.line,
            code12: row.code.clone(),
            name: row.name.clone(),
            kind,
            parent_code: (!row.parent.is_empty()).then(|| row.parent.clone()),
            is_functional: functional,
            is_pseudo: pseudo,
            in_denominator: own_reason.is_none(),
            exclusion: own_reason.map(str::to_owned),
        });
    }
    if !problems.is_empty() {
        problems.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
        return Err(problems);
    }
    plan.divisions.sort_by(|a, b| (a.kind, &a.code12).cmp(&(b.kind, &b.code12)));
    exclusions.apply(&mut plan.divisions);
    Ok(plan)
}

fn check_parent(
    row: &Row,
    kind: DivisionKind,
    functional: bool,
    kinds: &HashMap<&str, DivisionKind>,
    problems: &mut Vec<RowProblem>,
) {
    let mut say = |reason: RowReason| problems.push(problem(row.line, "parent_code", reason, &row.parent));
    if kind == DivisionKind::Province {
        if !row.parent.is_empty() {
            say(RowReason::ParentLevel);
        }
        return;
    }
    let Some(parent) = kinds.get(row.parent.as_str()).copied() else { return say(RowReason::MissingParent) };
    if !may_hold(parent, kind) {
        say(RowReason::ParentLevel);
    } else if !functional && row.code.get(..digits(parent)) != row.parent.get(..digits(parent)) {
        say(RowReason::ParentPrefix);
    }
}
