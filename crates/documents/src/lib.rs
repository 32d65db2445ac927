//! Documents: one model, three formats; and reading a table that somebody made ([`grid`]).
//!
//! A [`Document`] is written once by the code that knows the figures and is then rendered to DOCX ([`docx`], the
//! copy people edit), to PDF (through a [`Typesetter`], the copy they file) and, where it is a table, a [`Workbook`]
//! is rendered to XLSX ([`xlsx`], real numbers with filters).
//!
//! Layout follows GB/T 9704-2012 in [`Style::Official`]; the numbers of that standard live in [`layout`], so DOCX and
//! PDF cannot drift apart. Commercial fonts are named, never bundled.
//!
//! Rules this crate keeps by itself, whatever the caller does:
//! - a document with a demo mark carries it on every page and never has a red head;
//! - text is text: nothing typed by a user becomes a formula, a field, markup or a link to a file;
//! - the same model gives the same bytes (no clock, no random numbers).
//!
//! Rendering is pure computation that takes from milliseconds to a second: callers on an async runtime run it on a
//! blocking thread, and never inside a write transaction.

mod docx;
pub mod grid;
pub mod layout;
mod model;
mod raster;
pub mod sample;
mod sheet;
mod text;
mod xlsx;

pub use docx::docx;
pub use model::{
    Align, Block, Column, DEMO_MARK, Document, FigureRef, Imprint, Lead, PageSize, Pair, Paragraph, Run, Style, Table,
    TableRow,
};
pub use raster::{figure_width_mm, png};
pub use sheet::{Cell, ColumnKind, Sheet, SheetColumn, Workbook};
pub use text::{clean, is_formula_like, width_em};
pub use xlsx::xlsx;

/// Why a document could not be rendered. None of these is the reader's fault; all are logged at the edge.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// An SVG figure could not be parsed or drawn.
    #[error("figure: {0}")]
    Figure(String),
    /// The DOCX package could not be written.
    #[error("docx: {0}")]
    Docx(String),
    /// The workbook could not be written.
    #[error("xlsx: {0}")]
    Xlsx(String),
    /// The typesetter rejected the document.
    #[error("typesetting: {0}")]
    Typeset(String),
    /// No installed font has Chinese glyphs: the page would be empty boxes.
    #[error("no font with Chinese glyphs is installed (for example fonts-noto-cjk)")]
    NoChineseFont,
    /// Something is larger than the format allows; the text says what and the limit.
    #[error("too large: {0}")]
    TooLarge(String),
}

/// Turns a document into PDF. Implemented by `zw-typeset`, which only the binary links, so that the heavy compiler
/// stays out of every other crate.
pub trait Typesetter: Send + Sync {
    /// Renders `doc` to the bytes of a PDF file.
    ///
    /// # Errors
    /// [`DocumentError::NoChineseFont`] when the machine cannot show Chinese, [`DocumentError::Typeset`] when the
    /// layout fails (for example a broken SVG figure).
    fn pdf(&self, doc: &Document) -> Result<Vec<u8>, DocumentError>;
}
