//! XLSX: a table with a frozen heading, a filter and real numbers, written row by row in constant memory.

use std::collections::HashSet;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, Worksheet, XlsxError,
};

use crate::DocumentError;
use crate::model::demo_line;
use crate::sheet::{Cell, ColumnKind, Sheet, SheetColumn, Workbook, split_date};
use crate::text::{clean, is_formula_like, width_em};

/// Characters a cell can hold.
const MAX_TEXT: usize = 32_767;
/// Rows of a sheet, less the frame around the table.
const MAX_ROWS: usize = 1_048_576 - 16;
/// Columns of a sheet.
const MAX_COLUMNS: usize = 16_384;
/// Whole numbers up to 15 digits survive a spreadsheet.
const MAX_EXACT: u64 = 999_999_999_999_999;

/// Writes `book` as XLSX.
///
/// Text stays text: a cell that looks like a formula is a string and marked as quoted, so that it stays one when the
/// reader edits it. Rows pass through a temporary file of the system, which has no name and goes with the process.
///
/// # Errors
/// [`DocumentError::TooLarge`] beyond the limits of the format, [`DocumentError::Xlsx`] when writing fails.
pub fn xlsx(book: &Workbook) -> Result<Vec<u8>, DocumentError> {
    for sheet in &book.sheets {
        if sheet.rows.len() > MAX_ROWS || sheet.columns.len() > MAX_COLUMNS {
            let (rows, columns) = (sheet.rows.len(), sheet.columns.len());
            return Err(DocumentError::TooLarge(format!(
                "sheet of {rows} rows and {columns} columns, at most {MAX_ROWS} and {MAX_COLUMNS}"
            )));
        }
    }
    write(book).map_err(|e| DocumentError::Xlsx(e.to_string()))
}

fn write(book: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let (y, m, d) = book.dated.and_then(split_date).unwrap_or((1980, 1, 1));
    let mut out = Book::new();
    out.set_properties(
        &DocProperties::new()
            .set_title(clean(&book.title))
            .set_comment(demo_line(book.demo_mark.as_deref()).unwrap_or_default())
            .set_creation_datetime(&ExcelDateTime::from_ymd(y, m, d)?),
    );
    let mut names = HashSet::new();
    for sheet in &book.sheets {
        let worksheet = out.add_worksheet_with_constant_memory()?;
        worksheet.set_name(unique_name(&sheet.name, &mut names))?;
        write_sheet(worksheet, book, sheet)?;
    }
    if book.sheets.is_empty() {
        out.add_worksheet_with_constant_memory()?;
    }
    out.save_to_buffer()
}

fn write_sheet(ws: &mut Worksheet, book: &Workbook, sheet: &Sheet) -> Result<(), XlsxError> {
    let demo = demo_line(book.demo_mark.as_deref()).map(|d| clean(&d));
    let formats: Vec<Formats> = sheet.columns.iter().map(|c| Formats::of(c.kind)).collect();
    let widths: Vec<f64> = sheet.columns.iter().enumerate().map(|(i, c)| width_of(sheet, i, c)).collect();
    for (i, width) in widths.iter().enumerate() {
        ws.set_column_width(col(i), *width)?;
    }

    // Constant memory: rows are written strictly from the top down.
    let mut row = 0;
    if let Some(demo) = &demo {
        let warning = Format::new().set_bold().set_font_color("B00020").set_font_size(11);
        ws.write_string_with_format(row, 0, demo, &warning)?;
        row += 1;
    }
    let title = if sheet.title.is_empty() { &book.title } else { &sheet.title };
    ws.set_row_height(row, 26)?;
    ws.write_string_with_format(row, 0, text(title), &Format::new().set_bold().set_font_size(16))?;
    row += 1;
    let frame = [("截至", &book.as_of), ("来源", &book.source_note)];
    let frame: Vec<String> = frame.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}：{v}")).collect();
    let frame = book.frame.clone().unwrap_or_else(|| frame.join("　"));
    if !frame.is_empty() {
        ws.write_string_with_format(row, 0, text(&frame), &Format::new().set_font_color("555555"))?;
        row += 1;
    }

    let head = row;
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_background_color("E8EEF4");
    ws.set_row_height(head, 32)?;
    for (i, column) in sheet.columns.iter().enumerate() {
        ws.write_string_with_format(head, col(i), text(&column.heading()), &heading)?;
    }
    row += 1;
    for cells in &sheet.rows {
        // Not every program measures wrapped rows when it opens a file: the height is written.
        let lines = cells.iter().zip(&widths).map(|(cell, width)| lines_of(cell, *width)).max().unwrap_or(1);
        if lines > 1 {
            ws.set_row_height(row, LINE_PT * f64::from(lines) + 2.0)?;
        }
        write_row(ws, row, cells, &formats, false)?;
        row += 1;
    }
    let last = row - 1;
    if let Some(totals) = &sheet.totals {
        write_row(ws, row, totals, &formats, true)?;
        row += 1;
    }
    if let Some(note) = sheet.note.as_deref().filter(|n| !n.is_empty()) {
        ws.write_string_with_format(row, 0, text(&format!("注：{note}")), &Format::new().set_font_color("555555"))?;
    }

    if !sheet.columns.is_empty() {
        ws.autofilter(head, 0, last.max(head), col(sheet.columns.len() - 1))?;
        ws.set_repeat_rows(head, head)?;
    }
    ws.set_freeze_panes(head + 1, 0)?;
    ws.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
    ws.set_margins(0.5, 0.5, 0.75, 0.6, 0.3, 0.3);
    if let Some(demo) = &demo {
        ws.set_header(format!("&C&\"SimHei,Bold\"&12{}", print_text(demo)));
    }
    ws.set_footer("&C第 &P 页，共 &N 页");
    Ok(())
}

fn write_row(ws: &mut Worksheet, row: u32, cells: &[Cell], formats: &[Formats], totals: bool) -> Result<(), XlsxError> {
    for (i, f) in formats.iter().enumerate() {
        let cell = cells.get(i).unwrap_or(&Cell::Empty);
        write_cell(ws, row, col(i), cell, f.pick(totals))?;
    }
    Ok(())
}

fn write_cell(ws: &mut Worksheet, row: u32, col: u16, cell: &Cell, f: &CellFormats) -> Result<(), XlsxError> {
    let number = match cell {
        Cell::Empty => {
            ws.write_blank(row, col, &f.text)?;
            return Ok(());
        }
        Cell::Text(_) => None,
        _ if f.as_text => None,
        Cell::Int(value) => (value.unsigned_abs() <= MAX_EXACT).then_some(*value as f64),
        Cell::Number(value) => value.is_finite().then_some(*value),
        Cell::Percent(value) => value.is_finite().then(|| hundredth(*value)),
        Cell::Fen(fen) => (fen.unsigned_abs() <= MAX_EXACT).then_some(*fen as f64 / 100.0),
        Cell::Date(date) => {
            let day = split_date(*date).and_then(|(y, m, d)| ExcelDateTime::from_ymd(y, m, d).ok());
            if let Some(day) = day {
                ws.write_datetime_with_format(row, col, &day, &f.date)?;
                return Ok(());
            }
            None
        }
    };
    match (number, cell) {
        (Some(value), Cell::Percent(_)) => ws.write_number_with_format(row, col, value, &f.percent)?,
        (Some(value), Cell::Fen(_)) => ws.write_number_with_format(row, col, value, &f.yuan)?,
        (Some(value), _) => ws.write_number_with_format(row, col, value, &f.number)?,
        (None, _) => {
            let value = text(&cell.plain());
            let format = if is_formula_like(&value) { &f.quoted } else { &f.text };
            ws.write_string_with_format(row, col, value, format)?
        }
    };
    Ok(())
}

/// A percentage as a share. The double nearest to 92.3 divided by 100 is not the one nearest to 0.923, and a reader sees
/// the difference in the cell: the quotient of two whole numbers is.
fn hundredth(percent: f64) -> f64 {
    const MILLIONTHS: f64 = 1e6;
    (percent * MILLIONTHS).round() / (100.0 * MILLIONTHS)
}

/// The formats of one column, made once per sheet: for ordinary rows and for the totals.
struct Formats {
    row: CellFormats,
    totals: CellFormats,
}

struct CellFormats {
    /// The column is text: numbers in it are written as text.
    as_text: bool,
    text: Format,
    quoted: Format,
    number: Format,
    percent: Format,
    yuan: Format,
    date: Format,
}

impl Formats {
    fn of(kind: ColumnKind) -> Self {
        let base = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let totals = base.clone().set_bold().set_background_color("F4F4F4");
        Self { row: CellFormats::of(kind, &base), totals: CellFormats::of(kind, &totals) }
    }

    fn pick(&self, totals: bool) -> &CellFormats {
        if totals { &self.totals } else { &self.row }
    }
}

impl CellFormats {
    fn of(kind: ColumnKind, base: &Format) -> Self {
        let number = match kind {
            ColumnKind::Decimal(places) if places > 0 => format!("#,##0.{}", "0".repeat(usize::from(places.min(9)))),
            ColumnKind::Percent => "0.0".to_owned(),
            ColumnKind::Yuan => "#,##0.00".to_owned(),
            ColumnKind::Int | ColumnKind::Date | ColumnKind::Text | ColumnKind::Decimal(_) => "#,##0".to_owned(),
        };
        let words = base.clone().set_num_format("@").set_text_wrap().set_align(match kind {
            ColumnKind::Text => FormatAlign::Left,
            _ => FormatAlign::Center,
        });
        Self {
            as_text: kind == ColumnKind::Text,
            quoted: words.clone().set_quote_prefix(),
            text: words,
            number: base.clone().set_num_format(number),
            percent: base.clone().set_num_format("0.0%"),
            yuan: base.clone().set_num_format("#,##0.00"),
            date: base.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
        }
    }
}

/// Text as a cell can hold it; the cut is visible.
fn text(value: &str) -> String {
    let value = clean(value);
    if value.chars().count() <= MAX_TEXT {
        return value;
    }
    let mut cut: String = value.chars().take(MAX_TEXT - 4).collect();
    cut.push_str("…已截断");
    cut
}

/// Text of a print header: `&` starts a code there, and Excel allows 255 characters with the codes.
fn print_text(value: &str) -> String {
    value.replace('\n', " ").replace('&', "&&").chars().take(200).collect()
}

/// Height of a line of a cell, in points.
const LINE_PT: f64 = 15.0;
/// Columns that follow their content grow to this many characters; longer text is wrapped.
const WIDEST: f64 = 44.0;

/// Width of a text in characters: a Chinese one counts two.
fn characters(text: &str) -> f64 {
    f64::from(width_em(text)) * 2.0
}

/// The width asked for, or what heading and longest text need, within bounds.
fn width_of(sheet: &Sheet, i: usize, column: &SheetColumn) -> f64 {
    column.width.unwrap_or_else(|| {
        let texts = sheet.rows.iter().filter_map(|r| r.get(i));
        let longest = texts.flat_map(|c| c.plain().lines().map(characters).collect::<Vec<_>>()).fold(0.0, f64::max);
        default_width(column).max((longest + 2.0).min(WIDEST))
    })
}

/// Lines a cell takes in a column of this width.
fn lines_of(cell: &Cell, width: f64) -> u32 {
    let Cell::Text(text) = cell else { return 1 };
    let room = (width - 1.0).max(1.0);
    let lines: f64 = text.lines().map(|l| (characters(l) / room).ceil().max(1.0)).sum();
    // Excel's own limit of a row's height is 409 points.
    lines.clamp(1.0, 27.0) as u32
}

fn default_width(column: &SheetColumn) -> f64 {
    let heading = f64::from(width_em(&column.heading())) * 2.0 + 3.0;
    let least = match column.kind {
        ColumnKind::Text => 14.0,
        ColumnKind::Int | ColumnKind::Decimal(_) | ColumnKind::Percent => 9.0,
        ColumnKind::Date => 12.0,
        ColumnKind::Yuan => 16.0,
    };
    heading.clamp(least, 40.0)
}

/// Column index; `xlsx` has checked the number of columns.
fn col(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// A name Excel accepts: no `[]:*?/\`, no apostrophe at the ends, at most 31 characters, different from the others
/// whatever the case.
fn unique_name(wanted: &str, taken: &mut HashSet<String>) -> String {
    let name: String =
        clean(wanted).chars().map(|c| if "[]:*?/\\\n\t".contains(c) { '_' } else { c }).take(31).collect();
    let name = name.trim().trim_matches('\'').to_owned();
    let name = if name.is_empty() { "Sheet".to_owned() } else { name };
    let mut candidate = name.clone();
    let mut n = 2;
    while !taken.insert(candidate.to_lowercase()) {
        let suffix = format!("_{n}");
        candidate = name.chars().take(31 - suffix.len()).collect::<String>() + &suffix;
        n += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_a_percent_is_written_exactly() {
        assert_ne!((92.3 / 100.0).to_string(), "0.923", "what made this rule");
        for tenths in -1000..=2000_i32 {
            let percent = f64::from(tenths) / 10.0;
            assert_eq!(hundredth(percent), f64::from(tenths) / 1000.0, "{percent}");
        }
        assert_eq!(hundredth(92.3).to_string(), "0.923");
        assert_eq!(hundredth(33.3333).to_string(), "0.333333");
    }
}
