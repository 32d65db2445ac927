//! Reading a table that somebody made in Excel or WPS: XLSX or CSV, as lines of cells with their place in the file.
//!
//! What is read is what the eye sees: texts as texts, numbers as numbers (so that a number that lost its last digits can be
//! told), dates as dates, and that a cell is a formula. Nothing is computed, nothing followed. A file that would unpack to
//! more than it may, or that has more lines than anybody typed, is refused before it is read (security.md INP-4).

mod csv_file;
mod xlsx_file;

/// Lines with something in them that a file may have.
pub const LINES_MOST: u64 = 60_000;
/// Lines without anything in them that a file may have: a sheet that was filled down to its end has more.
pub const EMPTY_MOST: u64 = 5_000;
/// Columns that are looked at.
pub(crate) const COLUMNS_MOST: usize = 100;
/// Bytes of the entries of an XLSX together, unpacked.
pub const UNPACKED_MOST: u64 = 200 * 1024 * 1024;
/// Entries of an XLSX.
pub const ENTRIES_MOST: usize = 2_000;
/// How many times its packed size an entry may have unpacked, once it is larger than [`RATIO_FROM`].
pub const RATIO_MOST: u64 = 100;
/// Small entries pack well: the ratio says something above this size only.
pub(crate) const RATIO_FROM: u64 = 4 * 1024 * 1024;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum GridCell {
    /// Nothing.
    Empty,
    /// A text, its ends trimmed.
    Text(String),
    /// A number.
    Number(f64),
    /// A date, yyyymmdd.
    Date(i64),
    /// A formula, whatever it says.
    Formula,
    /// An error of the program that made the file (`#REF!`).
    Broken,
}

impl GridCell {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
    /// As a text: a whole number without decimals, a date as 2021-07-08; a formula or an error is nothing.
    pub fn text(&self) -> String {
        match self {
            Self::Empty | Self::Formula | Self::Broken => String::new(),
            Self::Text(t) => t.clone(),
            Self::Number(n) => n.to_string(),
            Self::Date(d) => format!("{:04}-{:02}-{:02}", d / 10_000, d / 100 % 100, d % 100),
        }
    }
}

/// A line with something in it.
#[derive(Clone, Debug, PartialEq)]
pub struct GridLine {
    /// Its number in the file, from 1, as the program that made it counts.
    pub line: u64,
    /// Its cells, from the first column.
    pub cells: Vec<GridCell>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Its lines with something in them.
    pub lines: Vec<GridLine>,
    /// Name of the sheet that was read, and of the others with anything in them.
    pub sheets: Vec<String>,
}

/// Why a file is no table that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GridTrouble {
    /// Neither XLSX nor CSV, or damaged.
    #[error("unreadable")]
    Unreadable,
    /// An old .xls, or protected by a password: both look alike from outside.
    #[error("old or protected")]
    OldOrProtected,
    /// Neither UTF-8 nor GB 18030.
    #[error("no known encoding")]
    Encoding,
    /// Nothing is in it.
    #[error("empty")]
    Empty,
    /// More lines than [`LINES_MOST`].
    #[error("too many lines")]
    TooManyLines,
    /// More empty lines than [`EMPTY_MOST`].
    #[error("too many empty lines")]
    TooManyEmpty,
    /// Unpacks to more than it may.
    #[error("unpacks too large")]
    Unpacks,
}

impl GridTrouble {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::OldOrProtected => "old-or-protected",
            Self::Encoding => "encoding",
            Self::Empty => "empty",
            Self::TooManyLines => "too-many-lines",
            Self::TooManyEmpty => "too-many-empty",
            Self::Unpacks => "unpacks",
        }
    }
    /// The limit that was passed, if it is one of numbers.
    pub fn most(&self) -> Option<u64> {
        match self {
            Self::TooManyLines => Some(LINES_MOST),
            Self::TooManyEmpty => Some(EMPTY_MOST),
            Self::Unpacks => Some(UNPACKED_MOST / 1024 / 1024),
            _ => None,
        }
    }
}

/// The letters of a column, from 0: A, B, … AA.
pub fn column_letters(column: usize) -> String {
    let mut n = column + 1;
    let mut out = vec![];
    while n > 0 {
        out.push(char::from(b'A' + u8::try_from((n - 1) % 26).unwrap_or(0)));
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

/// Reads the first sheet with anything in it.
pub fn grid(bytes: &[u8]) -> Result<Grid, GridTrouble> {
    let found = match bytes {
        [] => return Err(GridTrouble::Empty),
        [0x50, 0x4B, 0x03, 0x04, ..] => xlsx_file::read(bytes)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(GridTrouble::OldOrProtected),
        _ => csv_file::read(bytes)?,
    };
    if found.lines.is_empty() { Err(GridTrouble::Empty) } else { Ok(found) }
}

/// Counts lines as they come and refuses a file with too many of a kind.
#[derive(Default)]
pub(crate) struct Counted {
    full: u64,
    empty: u64,
}

impl Counted {
    pub(crate) fn line(&mut self, empty: bool) -> Result<(), GridTrouble> {
        if empty {
            self.empty += 1;
            return if self.empty > EMPTY_MOST { Err(GridTrouble::TooManyEmpty) } else { Ok(()) };
        }
        self.full += 1;
        if self.full > LINES_MOST { Err(GridTrouble::TooManyLines) } else { Ok(()) }
    }
}

/// A text of a cell: trimmed, with what Excel puts around a number that shall stay a text (`="35…"`, `'35…`) taken off. What
/// else begins with `=` is a formula.
pub(crate) fn text_cell(raw: &str) -> GridCell {
    let t = raw.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'));
    let plain = t.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).filter(|t| !t.contains('"'));
    match plain.or_else(|| t.strip_prefix('\'')).map(str::trim) {
        Some("") => GridCell::Empty,
        Some(plain) => GridCell::Text(plain.to_owned()),
        None if t.is_empty() => GridCell::Empty,
        None if t.starts_with('=') => GridCell::Formula,
        None => GridCell::Text(t.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (n, want) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(n), want);
        }
    }

    #[test]
    fn a_number_kept_as_a_text_is_a_text_and_a_formula_is_none() {
        for (raw, want) in [
            ("=\"359900199001010015\"", GridCell::Text("359900199001010015".into())),
            ("'359900199001010015", GridCell::Text("359900199001010015".into())),
            ("\t359900\t", GridCell::Text("359900".into())),
            ("=A1", GridCell::Formula),
            ("=\"a\"&\"b\"", GridCell::Formula),
            ("  ", GridCell::Empty),
            ("=\"\"", GridCell::Empty),
        ] {
            assert_eq!(text_cell(raw), want, "{raw}");
        }
    }

    #[test]
    fn what_is_no_table_is_said_so() {
        assert_eq!(grid(b""), Err(GridTrouble::Empty));
        assert_eq!(grid(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 rest"), Err(GridTrouble::OldOrProtected));
        assert_eq!(grid(b"PK\x03\x04 no archive"), Err(GridTrouble::Unreadable));
    }
}
