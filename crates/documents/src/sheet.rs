//! The workbook model: tables with real values, for XLSX.

use serde::{Deserialize, Serialize};

/// A workbook: one file, several sheets, the same frame on each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Workbook {
    /// Title, also the file's title property.
    pub title: String,
    /// Set for demonstration data: first row and print header of every sheet, see [`crate::Document::demo_line`].
    pub demo_mark: Option<String>,
    /// The date or moment the figures are of, formatted for the reader.
    pub as_of: String,
    /// Source and rule version of the figures.
    pub source_note: String,
    /// Date written into the file's properties, yyyymmdd; 19800101 (the epoch of ZIP) when absent, never the clock.
    pub dated: Option<i64>,
    /// The sheets in order.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sheet {
    /// Name on the tab; signs Excel forbids are replaced, names are cut at 31 characters and made unique.
    pub name: String,
    /// Title above the table.
    pub title: String,
    /// Columns from left to right.
    pub columns: Vec<SheetColumn>,
    /// Rows of values; missing cells stay empty, surplus cells are dropped.
    pub rows: Vec<Vec<Cell>>,
    /// Totals in bold below the rows, outside the filter.
    pub totals: Option<Vec<Cell>>,
    /// Note below the table.
    pub note: Option<String>,
}

/// What a column holds: the number format and alignment of its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Names, sentences, and every identifier or code: numbers in such a column are written as text.
    #[default]
    Text,
    /// Whole numbers with thousands separators.
    Int,
    /// Numbers with this many decimals.
    Decimal(u8),
    /// Percentages with one decimal.
    Percent,
    /// Civil dates.
    Date,
    /// Yuan with two decimals.
    Yuan,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SheetColumn {
    /// Heading.
    pub header: String,
    /// Unit, shown in brackets after the heading.
    pub unit: Option<String>,
    /// What the column holds.
    pub kind: ColumnKind,
    /// Width in characters of the default font; without it the width follows heading and kind.
    pub width: Option<f64>,
}

impl SheetColumn {
    /// A column.
    pub fn new(header: impl Into<String>, kind: ColumnKind) -> Self {
        Self { header: header.into(), kind, ..Self::default() }
    }

    /// The same column with a unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// The same column with a width in characters.
    #[must_use]
    pub fn wide(mut self, width: f64) -> Self {
        self.width = Some(width);
        self
    }

    /// Heading with unit.
    pub(crate) fn heading(&self) -> String {
        match self.unit.as_deref().filter(|u| !u.is_empty()) {
            Some(unit) => format!("{}（{unit}）", self.header),
            None => self.header.clone(),
        }
    }
}

/// A value. The variant says what it is; the column only says how to show it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, never a formula.
    Text(String),
    /// A whole number; beyond 15 digits it is written as text, because a spreadsheet would round it.
    Int(i64),
    /// A number.
    Number(f64),
    /// A percentage in percent: 65.1 means 65.1 %.
    Percent(f64),
    /// Money in fen.
    Fen(i64),
    /// A civil date as yyyymmdd; an impossible date is written as text.
    Date(i64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl Cell {
    /// The value as plain text without separators: what a text column shows.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Int(value) => value.to_string(),
            Self::Number(value) | Self::Percent(value) if !value.is_finite() => String::new(),
            Self::Number(value) => value.to_string(),
            Self::Percent(value) => format!("{value}%"),
            Self::Fen(fen) => {
                let sign = if *fen < 0 { "-" } else { "" };
                let fen = fen.unsigned_abs();
                format!("{sign}{}.{:02}", fen / 100, fen % 100)
            }
            Self::Date(date) => match split_date(*date) {
                Some((y, m, d)) => format!("{y:04}-{m:02}-{d:02}"),
                None => date.to_string(),
            },
        }
    }
}

/// Year, month, day of a yyyymmdd number, if its parts are in range (the calendar itself is checked by the writer).
pub(crate) fn split_date(date: i64) -> Option<(u16, u8, u8)> {
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let year = u16::try_from(year).ok().filter(|y| (1900..=9999).contains(y))?;
    let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m))?;
    let day = u8::try_from(day).ok().filter(|d| (1..=31).contains(d))?;
    Some((year, month, day))
}
