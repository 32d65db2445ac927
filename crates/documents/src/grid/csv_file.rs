//! CSV: UTF-8 with or without its mark, UTF-16 with its mark, or GB 18030, which is what Excel and WPS save as CSV in China;
//! commas, or tabs where the first line has no comma.

use super::{COLUMNS_MOST, Counted, Grid, GridCell, GridLine, GridTrouble, text_cell};
use encoding_rs::{Encoding, GB18030};

fn decoded(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, GridTrouble> {
    if let Some((marked, n)) = Encoding::for_bom(bytes) {
        let (text, bad) = marked.decode_without_bom_handling(bytes.get(n..).unwrap_or_default());
        return if bad { Err(GridTrouble::Encoding) } else { Ok(text) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.into());
    }
    let (text, bad) = GB18030.decode_without_bom_handling(bytes);
    if bad { Err(GridTrouble::Encoding) } else { Ok(text) }
}

/// The line of a place, counted as an editor counts. The reader's own count lags behind: a record may begin, for it, at the
/// end of the line before.
struct Place<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Place<'_> {
    /// Line of the first sign at or after a byte that ends no line; places come in their order.
    fn line_at(&mut self, byte: u64) -> u64 {
        let to = usize::try_from(byte).unwrap_or(usize::MAX);
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        for (i, b) in rest.iter().enumerate() {
            if self.at + i >= to && !matches!(b, b'\r' | b'\n') {
                self.at += i;
                return self.line;
            }
            self.line += u64::from(*b == b'\n');
        }
        self.at = self.text.len();
        self.line
    }
}

/// Reads a CSV.
pub(super) fn read(bytes: &[u8]) -> Result<Grid, GridTrouble> {
    let text = decoded(bytes)?;
    // No text has these; a picture or a program that was renamed does.
    if text.contains('\0') {
        return Err(GridTrouble::Unreadable);
    }
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let delimiter = if first.contains('\t') && !first.contains(',') { b'\t' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut out, mut counted, mut before) = (Grid::default(), Counted::default(), 0);
    let mut place = Place { text: &text, at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|_| GridTrouble::Unreadable)?;
        let line = place.line_at(record.position().map_or(0, csv::Position::byte));
        // The reader leaves out lines without a sign.
        for _ in before + 1..line {
            counted.line(true)?;
        }
        before = line;
        let cells: Vec<GridCell> = record.iter().take(COLUMNS_MOST).map(text_cell).collect();
        let empty = cells.iter().all(GridCell::is_empty);
        counted.line(empty)?;
        if !empty {
            out.lines.push(GridLine { line, cells });
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::{EMPTY_MOST, GridCell, GridTrouble, LINES_MOST, grid};

    fn texts(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let found = grid(bytes).unwrap();
        found.lines.iter().map(|l| (l.line, l.cells.iter().map(GridCell::text).collect())).collect()
    }

    #[test]
    fn encodings_of_excel_and_wps_say_the_same() {
        let text = "姓名,村居\r\n张三,示例村\r\n";
        let want = vec![(1, vec!["姓名".to_owned(), "村居".into()]), (2, vec!["张三".into(), "示例村".into()])];
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (gbk, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes().to_vec(), format!("\u{FEFF}{text}").into_bytes(), gbk.into_owned(), utf16] {
            assert_eq!(texts(&bytes), want);
        }
        assert_eq!(texts("姓名\t村居\n张三\t示例村\n".as_bytes()), want);
        assert_eq!(grid(b"\xFF\xFF\x80"), Err(GridTrouble::Encoding));
        assert_eq!(grid(b"a\0b"), Err(GridTrouble::Unreadable));
    }

    #[test]
    fn lines_are_counted_as_the_editor_counts_them() {
        let found = texts("题目,,\n\n,,\n姓名,号码\n\"张\n三\",1\n李四,2\n".as_bytes());
        assert_eq!(found.iter().map(|l| l.0).collect::<Vec<_>>(), [1, 4, 5, 7]);
    }

    #[test]
    fn too_much_of_anything_is_refused() {
        let n = usize::try_from(EMPTY_MOST).unwrap();
        assert!(grid(format!("a,b\n{}c,d\n", ",\n".repeat(n)).as_bytes()).is_ok());
        for blank in [",\n", "\n"] {
            let file = format!("a,b\n{}c,d\n", blank.repeat(200_000));
            assert_eq!(grid(file.as_bytes()), Err(GridTrouble::TooManyEmpty), "{blank:?}");
        }
        let most = usize::try_from(LINES_MOST).unwrap();
        assert_eq!(grid("a,b\n".repeat(most + 1).as_bytes()), Err(GridTrouble::TooManyLines));
    }
}
