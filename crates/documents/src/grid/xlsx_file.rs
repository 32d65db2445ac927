//! XLSX. The package is unpacked once into nothing, with a limit, before the reader of the sheets sees it: what an archive says
//! of its own sizes proves nothing.

use super::{
    COLUMNS_MOST, Counted, ENTRIES_MOST, Grid, GridCell, GridLine, GridTrouble, RATIO_FROM, RATIO_MOST, UNPACKED_MOST,
    text_cell,
};
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// Refuses a package that unpacks to more than it may.
fn weigh(bytes: &[u8]) -> Result<(), GridTrouble> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| GridTrouble::Unreadable)?;
    if zip.len() > ENTRIES_MOST {
        return Err(GridTrouble::Unpacks);
    }
    let mut total = 0;
    for i in 0..zip.len() {
        let entry = zip.by_index(i).map_err(|_| GridTrouble::Unreadable)?;
        let packed = entry.compressed_size().max(1);
        let most = (UNPACKED_MOST - total).min(packed.saturating_mul(RATIO_MOST).max(RATIO_FROM));
        let seen = std::io::copy(&mut entry.take(most + 1), &mut std::io::sink());
        let seen = seen.map_err(|_| GridTrouble::Unreadable)?;
        if seen > most {
            return Err(GridTrouble::Unpacks);
        }
        total += seen;
    }
    Ok(())
}

/// A date of a workbook: days since its first day.
fn date(serial: f64, is_1904: bool) -> Option<i64> {
    // 1900-01-00 of Excel, which thinks that 1900 was a leap year: right from March 1900 on.
    let days = serial.floor() + if is_1904 { 1462.0 } else { 0.0 };
    if !(61.0..=2_958_465.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let z = days as i64 - 25_569 + 719_468;
    // Civil from days, proleptic Gregorian.
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let y = yoe + era * 400 + i64::from(m <= 2);
    Some(y * 10_000 + m * 100 + d)
}

fn cell(value: &DataRef<'_>, formula: bool, is_1904: bool) -> GridCell {
    if formula {
        return GridCell::Formula;
    }
    match value {
        DataRef::Empty => GridCell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "what Excel has is a float as well")]
        DataRef::Int(n) => GridCell::Number(*n as f64),
        DataRef::Float(n) => GridCell::Number(*n),
        DataRef::String(t) => written(t),
        DataRef::SharedString(t) => written(t),
        DataRef::Bool(b) => GridCell::Text(if *b { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(d) if d.is_datetime() => match date(d.as_f64(), is_1904) {
            Some(day) => GridCell::Date(day),
            None => GridCell::Number(d.as_f64()),
        },
        DataRef::DateTime(d) => GridCell::Number(d.as_f64()),
        DataRef::DateTimeIso(t) => {
            let day: String = t.chars().take(10).filter(char::is_ascii_digit).collect();
            day.parse().ok().filter(|_| day.len() == 8).map_or_else(|| text_cell(t), GridCell::Date)
        }
        DataRef::DurationIso(t) => text_cell(t),
        DataRef::Error(_) => GridCell::Broken,
    }
}

/// A text of a sheet is a text whatever it begins with: formulas are told apart by the file.
fn written(t: &str) -> GridCell {
    match text_cell(t) {
        GridCell::Formula => GridCell::Text(t.trim().to_owned()),
        other => other,
    }
}

/// Reads the first visible sheet with anything in it.
pub(super) fn read(bytes: &[u8]) -> Result<Grid, GridTrouble> {
    weigh(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| GridTrouble::Unreadable)?;
    let is_1904 = book.has_1904_epoch();
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible)
        .map(|s| s.name.clone())
        .collect();
    for (n, name) in names.iter().enumerate() {
        let mut lines = sheet(&mut book, name, is_1904)?;
        if lines.is_empty() {
            continue;
        }
        fill_merged(&mut book, name, &mut lines);
        let sheets = std::iter::once(name.clone()).chain(names.iter().skip(n + 1).cloned()).collect();
        let lines = lines.into_iter().map(|(line, cells)| GridLine { line, cells }).collect();
        return Ok(Grid { lines, sheets });
    }
    Err(GridTrouble::Empty)
}

type Lines = BTreeMap<u64, Vec<GridCell>>;

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, is_1904: bool) -> Result<Lines, GridTrouble> {
    let bad = |_| GridTrouble::Unreadable;
    let mut reader = book.worksheet_cells_reader(name).map_err(bad)?;
    let (mut lines, mut counted): (Lines, _) = (BTreeMap::new(), Counted::default());
    let mut at: Option<(u64, bool)> = None;
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(bad)? {
        let (line, column) = (u64::from(found.pos.0) + 1, usize::try_from(found.pos.1).unwrap_or(usize::MAX));
        let value = cell(&found.value, found.formula.is_some(), is_1904);
        if at.is_none_or(|(l, _)| l != line) {
            if let Some((_, empty)) = at {
                counted.line(empty)?;
            }
            at = Some((line, true));
        }
        if value.is_empty() || column >= COLUMNS_MOST {
            continue;
        }
        at = Some((line, false));
        let cells = lines.entry(line).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, GridCell::Empty);
        }
        if let Some(slot) = cells.get_mut(column) {
            *slot = value;
        }
    }
    if let Some((_, empty)) = at {
        counted.line(empty)?;
    }
    Ok(lines)
}

/// A cell that was merged over several lines says the same of each of them: 乡镇 beside its villages.
fn fill_merged(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, lines: &mut Lines) {
    let Ok(merged) = book.merge_cells_by_sheet_name(name) else { return };
    for m in merged.iter().filter(|m| m.end.0 > m.start.0 && m.start.1 == m.end.1).take(20_000) {
        let column = usize::try_from(m.start.1).unwrap_or(usize::MAX);
        let (from, to) = (u64::from(m.start.0) + 1, u64::from(m.end.0) + 1);
        let Some(value) = lines.get(&from).and_then(|cells| cells.get(column)).cloned() else { continue };
        if column >= COLUMNS_MOST || value.is_empty() {
            continue;
        }
        for (_, cells) in lines.range_mut(from + 1..=to) {
            if cells.len() <= column {
                cells.resize(column + 1, GridCell::Empty);
            }
            if let Some(slot) = cells.get_mut(column).filter(|c| c.is_empty()) {
                *slot = value.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GridCell, GridTrouble, column_letters, grid};
    use super::date;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    use std::io::{Cursor, Write as _};

    #[test]
    fn serial_dates_are_civil_dates() {
        for (serial, is_1904, want) in [
            (61.0, false, Some(19_000_301)),
            (25_569.0, false, Some(19_700_101)),
            (44_377.5, false, Some(20_210_630)),
            (43_890.0, false, Some(20_200_229)),
            (44_377.0 - 1462.0, true, Some(20_210_630)),
            (2.0, false, None),
        ] {
            assert_eq!(date(serial, is_1904), want, "{serial}");
        }
    }

    #[test]
    fn a_sheet_is_read_as_the_eye_sees_it() {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("空").unwrap();
        let s = book.add_worksheet().set_name("名单").unwrap();
        s.merge_range(0, 0, 0, 3, "某县低保名单", &Format::new()).unwrap();
        for (i, h) in ["乡镇", "姓名", "证件号", "日期"].into_iter().enumerate() {
            s.write(1, u16::try_from(i).unwrap(), h).unwrap();
        }
        s.merge_range(2, 0, 3, 0, "示例镇", &Format::new()).unwrap();
        s.write(2, 1, "张三").unwrap();
        s.write(2, 2, "359900199001010015").unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        s.write_with_format(2, 3, ExcelDateTime::from_ymd(2021, 6, 30).unwrap(), &day).unwrap();
        s.write(3, 1, "=不是公式").unwrap();
        s.write(3, 2, 359_900_199_001_010_050_f64).unwrap();
        s.write_formula(3, 3, "=TODAY()").unwrap();
        let found = grid(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!((found.sheets[0].as_str(), found.lines.len()), ("名单", 4));
        let line = |i: usize| (found.lines[i].line, found.lines[i].cells.clone());
        assert_eq!(line(2).0, 3);
        assert_eq!(line(2).1[2..], [GridCell::Text("359900199001010015".into()), GridCell::Date(20_210_630)]);
        let (last, cells) = line(3);
        assert_eq!((last, &cells[0], &cells[3]), (4, &GridCell::Text("示例镇".into()), &GridCell::Formula));
        assert_eq!((cells[1].text(), cells[2].text()), ("=不是公式".to_owned(), "359900199001010050".to_owned()));
        assert!(matches!(cells[2], GridCell::Number(_)), "a number that lost its last digits is seen to be one");
        assert_eq!(column_letters(3), "D");
    }

    #[test]
    fn a_sheet_filled_down_to_its_end_is_refused() {
        let mut book = Workbook::new();
        let s = book.add_worksheet();
        s.write(0, 0, "姓名").unwrap();
        let grey = Format::new().set_background_color("#eeeeee");
        for row in 1..=200_000 {
            s.write_blank(row, 0, &grey).unwrap();
        }
        assert_eq!(grid(&book.save_to_buffer().unwrap()), Err(GridTrouble::TooManyEmpty));
    }

    #[test]
    fn a_package_that_unpacks_too_large_is_refused_before_it_is_read() {
        let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
        let how = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file("xl/sharedStrings.xml", how).unwrap();
        let zeros = vec![b'0'; 1024 * 1024];
        for _ in 0..40 {
            zip.write_all(&zeros).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 100_000, "{}", bytes.len());
        assert_eq!(grid(&bytes), Err(GridTrouble::Unpacks));
        let mut many = zip::ZipWriter::new(Cursor::new(vec![]));
        for n in 0..2_001 {
            many.start_file(format!("{n}"), how).unwrap();
        }
        assert_eq!(grid(&many.finish().unwrap().into_inner()), Err(GridTrouble::Unpacks));
    }
}
