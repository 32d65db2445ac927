//! The document model: what a document says, not how it looks. Serialisable, so that a draft is stored as JSON.

use serde::{Deserialize, Serialize};

/// The words every page of demonstration output carries.
pub const DEMO_MARK: &str = "演示数据·非官方";

/// The family of layouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// GB/T 9704-2012: official documents (通报, 通知, 督办单 …).
    #[default]
    Official,
    /// Working papers: ledgers, outlines, case files, wall charts.
    Plain,
}

/// Paper of the whole document (ISO 216).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PageSize {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 297 × 420 mm.
    A3,
    /// 841 × 1189 mm, the wall chart.
    A0,
}

/// A document. Every date in it is a string already formatted for the reader.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Layout family.
    pub style: Style,
    /// Title without 《》; a line feed forces a line break, otherwise long titles are balanced.
    pub title: String,
    /// Second title line, e.g. the period.
    pub subtitle: Option<String>,
    /// State of the text, e.g. 草稿 or 快报; shown in （） under the title.
    pub status_mark: Option<String>,
    /// Red head (发文机关标志). Ignored when `demo_mark` is set.
    pub red_head: Option<String>,
    /// Document number, e.g. 闽民〔2021〕12号.
    pub doc_no: Option<String>,
    /// Addressee (主送机关) without the closing colon.
    pub addressee: Option<String>,
    /// The body and its annexes, in order.
    pub blocks: Vec<Block>,
    /// Names of the attachments as listed after the body (附件说明), without numbers.
    pub attachments: Vec<String>,
    /// Issuing unit (发文机关署名).
    pub issuer: Option<String>,
    /// Date under the issuer, e.g. 2021年7月9日.
    pub date: Option<String>,
    /// Imprint (版记) at the foot of the last page.
    pub imprint: Option<Imprint>,
    /// Set for demonstration data: see [`Document::demo_line`].
    pub demo_mark: Option<String>,
    /// Pale text across each page, e.g. 草稿.
    pub watermark: Option<String>,
    /// Line in small type in each footer: the audit head or checksum by which a print-out is found again.
    pub footer_code: Option<String>,
    /// Whole document in landscape (an annex can be turned alone).
    pub landscape: bool,
    /// Paper.
    pub page_size: PageSize,
}

impl Document {
    /// A document of the given style and title; the other fields start empty.
    pub fn new(style: Style, title: impl Into<String>) -> Self {
        Self { style, title: title.into(), ..Self::default() }
    }

    /// The demo line of each page, or nothing. It always contains [`DEMO_MARK`], whatever words the caller chose.
    pub fn demo_line(&self) -> Option<String> {
        demo_line(self.demo_mark.as_deref())
    }

    /// The red head to print: none on demonstration data, which must not look like an issued document.
    pub fn printed_red_head(&self) -> Option<&str> {
        if self.demo_mark.is_some() { None } else { self.red_head.as_deref() }
    }
}

/// The demo line for a mark chosen by the caller; shared with the workbook.
pub(crate) fn demo_line(mark: Option<&str>) -> Option<String> {
    let mark = mark?.trim();
    if mark.contains(DEMO_MARK) {
        Some(mark.to_owned())
    } else if mark.is_empty() {
        Some(DEMO_MARK.to_owned())
    } else {
        Some(format!("{DEMO_MARK} {mark}"))
    }
}

/// Imprint (版记): who gets a copy, who printed it, when.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Imprint {
    /// 抄送: receivers of copies, without the label and the full stop.
    pub copy_to: Option<String>,
    /// 印发机关.
    pub printed_by: Option<String>,
    /// 印发日期, e.g. 2021年7月9日 (the word 印发 is added).
    pub printed_on: Option<String>,
}

/// Where a figure in the text came from, so that an editor can protect it and a reader can open its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureRef {
    /// Key of the figure in its snapshot, e.g. `stations_built`.
    pub key: String,
    /// Path of the page that explains it, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The text; a line feed becomes a line break.
    pub text: String,
    /// Bold type.
    pub bold: bool,
    /// Set when the system placed this text as a figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<FigureRef>,
}

impl Run {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Bold text.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: true, figure: None }
    }

    /// A figure placed by the system under `key`.
    pub fn figure(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: false, figure: Some(FigureRef { key: key.into(), link: None }) }
    }
}

impl From<&str> for Run {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// A heading that opens a paragraph instead of standing on its own line (一、总体进展。全省……).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// Heading level 1..=4; others count as the nearest.
    pub level: u8,
    /// Text with its number and full stop.
    pub text: String,
}

/// A paragraph of the body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Paragraph {
    /// Heading words that open the paragraph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<Lead>,
    /// The text.
    pub runs: Vec<Run>,
    /// No first line indent (greetings, continuation after a table).
    pub flush: bool,
}

/// Horizontal alignment in a table column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Names and sentences.
    #[default]
    Left,
    /// Short words, states, dates.
    Center,
    /// Figures.
    Right,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    /// Heading of the column.
    pub header: String,
    /// Unit, shown in brackets under the heading.
    pub unit: Option<String>,
    /// Alignment of its cells (headings are centred).
    pub align: Align,
    /// Relative width; without it the width follows the longest cell.
    pub width: Option<f32>,
    /// Heading above this one; neighbours with the same group share it.
    pub group: Option<String>,
}

impl Column {
    /// A left-aligned text column.
    pub fn text(header: impl Into<String>) -> Self {
        Self { header: header.into(), ..Self::default() }
    }

    /// A centred column.
    pub fn centered(header: impl Into<String>) -> Self {
        Self { header: header.into(), align: Align::Center, ..Self::default() }
    }

    /// A right-aligned column of figures with its unit.
    pub fn figure(header: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { header: header.into(), unit: Some(unit.into()), align: Align::Right, ..Self::default() }
    }

    /// The same column under a shared heading.
    #[must_use]
    pub fn under(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// The same column with a relative width.
    #[must_use]
    pub fn wide(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }
}

/// One row of cells, already formatted; missing cells stay empty, surplus cells are dropped.
pub type TableRow = Vec<String>;

/// A table. Its heading is repeated on each page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Table {
    /// Columns from left to right.
    pub columns: Vec<Column>,
    /// Rows from top to bottom.
    pub rows: Vec<TableRow>,
    /// Totals, in bold after the rows.
    pub totals: Option<TableRow>,
    /// Words above the table.
    pub caption: Option<String>,
    /// Note under the table (the words 注： are added).
    pub note: Option<String>,
}

/// A label and its value in a [`Block::KeyValue`] block.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pair {
    /// Label.
    pub key: String,
    /// Value; a line feed becomes a line break.
    pub value: String,
}

impl Pair {
    /// A pair.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// Heading on its own line: 一、 / （一） / 1. / （1）. The text holds its number, see [`crate::layout::ordinal`].
    Heading {
        /// Level 1..=4; others count as the nearest.
        level: u8,
        /// Text with its number.
        text: String,
    },
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
    /// A drawing. In PDF it stays a drawing, in DOCX it becomes a picture.
    Figure {
        /// The SVG text. References to files or the network are not followed.
        svg: String,
        /// Words under the figure; also its description for screen readers.
        caption: Option<String>,
        /// Width in millimetres; without it the full text width.
        width_mm: Option<f32>,
    },
    /// A list, one entry per line.
    List {
        /// Numbered 1. 2. … or with dots.
        ordered: bool,
        /// The entries.
        items: Vec<Vec<Run>>,
    },
    /// The next block starts on a new page.
    PageBreak,
    /// Labels and values in a two-column table.
    KeyValue {
        /// The pairs in order.
        pairs: Vec<Pair>,
    },
    /// Starts annex `number` on a new page.
    Annex {
        /// Number of the annex; 0 when there is only one (附件 without a number).
        number: u32,
        /// Title of the annex.
        title: String,
        /// Turn this annex.
        #[serde(default)]
        landscape: bool,
    },
}

impl Block {
    /// A paragraph of plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Paragraph(Paragraph { runs: vec![Run::text(text)], ..Paragraph::default() })
    }

    /// A paragraph of runs.
    pub fn runs(runs: Vec<Run>) -> Self {
        Self::Paragraph(Paragraph { runs, ..Paragraph::default() })
    }

    /// A paragraph that opens with a heading.
    pub fn led(level: u8, lead: impl Into<String>, runs: Vec<Run>) -> Self {
        Self::Paragraph(Paragraph { lead: Some(Lead { level, text: lead.into() }), runs, flush: false })
    }

    /// A heading.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading { level, text: text.into() }
    }
}
