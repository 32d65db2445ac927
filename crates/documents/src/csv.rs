//! CSV: RFC 4180 with a defence against formulas.

use std::io::{self, Write};

use crate::sheet::Cell;
use crate::text::is_formula_like;

/// Writes rows as CSV: comma, CRLF, UTF-8 with a byte order mark (without it Chinese Excel reads GBK).
///
/// Text that a spreadsheet would take for a formula gets a leading `'`; numbers, dates and money are written plainly,
/// so a negative number stays a number.
#[derive(Debug)]
pub struct CsvWriter<W: Write> {
    sink: W,
}

impl<W: Write> CsvWriter<W> {
    /// Starts a file on `sink`.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn new(mut sink: W) -> io::Result<Self> {
        sink.write_all("\u{FEFF}".as_bytes())?;
        Ok(Self { sink })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a Cell>) -> io::Result<()> {
        for (i, cell) in cells.into_iter().enumerate() {
            if i > 0 {
                self.sink.write_all(b",")?;
            }
            self.sink.write_all(field(cell).as_bytes())?;
        }
        self.sink.write_all(b"\r\n")
    }

    /// Writes a row of headings or other text.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn header<S: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = S>) -> io::Result<()> {
        let cells: Vec<Cell> = texts.into_iter().map(|t| Cell::from(t.as_ref())).collect();
        self.row(&cells)
    }

    /// Flushes and gives the sink back.
    ///
    /// # Errors
    /// When the sink fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.sink.flush()?;
        Ok(self.sink)
    }
}

/// A small CSV in memory: headings and rows.
///
/// # Errors
/// Never in practice: the sink is memory.
pub fn csv<S: AsRef<str>>(header: &[S], rows: &[Vec<Cell>]) -> io::Result<Vec<u8>> {
    let mut writer = CsvWriter::new(Vec::new())?;
    writer.header(header)?;
    for row in rows {
        writer.row(row)?;
    }
    writer.finish()
}

fn field(cell: &Cell) -> String {
    let text = match cell {
        Cell::Text(text) if is_formula_like(text) => format!("'{text}"),
        other => other.plain(),
    };
    // Quoted more often than RFC 4180 asks: readers that split at semicolons or tabs must not make a new cell of
    // what follows, and leading blanks must survive.
    let quote = text.contains(['"', ',', '\r', '\n', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ');
    if quote { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
