use std::io::{Cursor, Read};

use calamine::{Data, DataType, Reader, Xlsx};
use zw_documents::{Cell, ColumnKind, DEMO_MARK, DocumentError, Sheet, SheetColumn, Workbook, clean, sample, xlsx};

use crate::payloads::PAYLOADS;

fn open(file: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(file)).unwrap()
}

fn part(file: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut out = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut out).unwrap();
    out
}

/// A workbook of one sheet without frame: heading in row 1 (after the title), data from row 2.
fn book(columns: Vec<SheetColumn>, rows: Vec<Vec<Cell>>) -> Workbook {
    Workbook {
        title: "试验".into(),
        sheets: vec![Sheet { name: "表".into(), columns, rows, ..Sheet::default() }],
        ..Workbook::default()
    }
}

#[test]
fn numbers_are_numbers_and_codes_are_text() {
    let mut file = open(xlsx(&sample::workbook()).unwrap());
    let range = file.worksheet_range("附件1").unwrap();
    let at = |row: u32, col: u32| range.get_value((row, col)).unwrap().clone();
    assert_eq!(at(0, 0), Data::String(DEMO_MARK.into()));
    assert_eq!(at(1, 0), Data::String("各设区市社工站建设进度表".into()));
    assert_eq!(at(2, 0), Data::String("截至：2021-07-08 09:00（快报）　来源：站网 · 指标口径第1版".into()));
    assert_eq!(at(3, 2), Data::String("应建站（个）".into()));
    assert_eq!(at(4, 0), Data::String("350000000001".into()));
    assert_eq!(at(4, 2), Data::Float(100.0));
    assert!((at(4, 4).as_f64().unwrap() - 0.651).abs() < 1e-12);
    assert_eq!(at(4, 5), Data::Float(1_234_567.89));
    assert_eq!(at(4, 6).get_datetime().map(|d| d.as_f64()), Some(44_385.0), "2021-07-08");
    assert_eq!(at(13, 1), Data::String("全省".into()));
    assert_eq!(at(14, 0), Data::String("注：各设区市数据均为虚构。".into()));
}

#[test]
fn sheet_is_frozen_filtered_and_ready_to_print() {
    let file = xlsx(&sample::workbook()).unwrap();
    let sheet = part(&file, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<pane ySplit=\"4\" topLeftCell=\"A5\""), "frozen below the heading");
    assert!(sheet.contains("<autoFilter ref=\"A4:G13\""), "totals stay outside the filter");
    assert!(sheet.contains("orientation=\"landscape\"") && sheet.contains("fitToHeight=\"0\""));
    assert!(sheet.contains(DEMO_MARK) && sheet.contains("<oddHeader>") && sheet.contains("第 &amp;P 页"));
    let print_header = sheet.split_once("<oddHeader>").unwrap().1.split_once("</oddHeader>").unwrap().0.to_owned();
    assert!(print_header.contains(DEMO_MARK));
    assert!(part(&file, "xl/workbook.xml").contains("附件1!$4:$4"), "heading row is repeated");
    assert!(part(&file, "docProps/core.xml").contains("2021-07-09T00:00:00Z"), "not the clock");
}

#[test]
fn thirty_payloads_stay_text() {
    for kind in [ColumnKind::Text, ColumnKind::Int] {
        let rows = PAYLOADS.iter().map(|p| vec![Cell::from(*p)]).collect();
        let mut given = book(vec![SheetColumn::new("=1+1", kind)], rows);
        given.title = "=1+1".into();
        given.as_of = "=1+1".into();
        given.sheets[0].note = Some("=1+1".into());
        let bytes = xlsx(&given).unwrap();
        assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"), "no formula element");
        let mut file = open(bytes);
        let formulas = file.worksheet_formula("表").unwrap();
        assert!(formulas.cells().all(|(_, _, f)| f.is_empty()));
        let range = file.worksheet_range("表").unwrap();
        for (i, payload) in PAYLOADS.iter().enumerate() {
            let cell = range.get_value((3 + i as u32, 0)).unwrap();
            assert_eq!(cell, &Data::String(clean(payload)), "{payload:?}");
        }
        assert_eq!(range.get_value((0, 0)), Some(&Data::String("=1+1".into())));
        assert_eq!(range.get_value((2, 0)), Some(&Data::String("=1+1".into())));
    }
}

#[test]
fn what_a_number_cannot_hold_becomes_text() {
    let columns = |kind| vec![SheetColumn::new("值", kind)];
    for (kind, cell, expected) in [
        (ColumnKind::Int, Cell::Int(999_999_999_999_999), Data::Float(999_999_999_999_999.0)),
        (ColumnKind::Int, Cell::Int(3_501_000_000_000_001), Data::String("3501000000000001".into())),
        (ColumnKind::Int, Cell::Int(i64::MIN), Data::String(i64::MIN.to_string())),
        (ColumnKind::Text, Cell::Int(350_102), Data::String("350102".into())),
        (ColumnKind::Int, Cell::from("未报"), Data::String("未报".into())),
        (ColumnKind::Decimal(2), Cell::Number(f64::NAN), Data::String(String::new())),
        (ColumnKind::Date, Cell::Date(20_210_230), Data::String("2021-02-30".into())),
        (ColumnKind::Date, Cell::Date(0), Data::String("0".into())),
        (ColumnKind::Text, Cell::Date(20_210_708), Data::String("2021-07-08".into())),
        (ColumnKind::Yuan, Cell::Fen(-5), Data::Float(-0.05)),
        (ColumnKind::Text, Cell::from("a\u{1}b"), Data::String("ab".into())),
    ] {
        let mut file = open(xlsx(&book(columns(kind), vec![vec![cell.clone()]])).unwrap());
        let range = file.worksheet_range("表").unwrap();
        let found = range.get_value((2, 0)).cloned().unwrap_or_default();
        assert!(
            found == expected || expected == Data::String(String::new()) && found == Data::Empty,
            "{cell:?}: {found:?}"
        );
    }
}

#[test]
fn long_text_is_cut_visibly_and_rows_are_squared() {
    let long = "长".repeat(40_000);
    let rows = vec![vec![Cell::from(long)], vec![], vec![Cell::from("a"), Cell::from("surplus")]];
    let mut file = open(xlsx(&book(vec![SheetColumn::new("文", ColumnKind::Text)], rows)).unwrap());
    let range = file.worksheet_range("表").unwrap();
    let cell = range.get_value((2, 0)).unwrap().to_string();
    assert!(cell.chars().count() == 32_767 && cell.ends_with("…已截断"));
    assert_eq!(range.width(), 1);
}

#[test]
fn sheet_names_are_made_valid() {
    let sheet = |name: &str| Sheet { name: name.into(), ..Sheet::default() };
    let names = ["附件[1]:*?/\\", "A", "a", "", "''", &"长".repeat(40), &"长".repeat(41)];
    let given = Workbook { sheets: names.map(sheet).to_vec(), ..Workbook::default() };
    let file = open(xlsx(&given).unwrap());
    let long = "长".repeat(31);
    let expected = ["附件_1______", "A", "a_2", "Sheet", "Sheet_2", &long, &format!("{}_2", "长".repeat(29))];
    assert_eq!(file.sheet_names(), expected);
    assert!(xlsx(&Workbook::default()).is_ok(), "a workbook needs a sheet");
}

#[test]
fn limits_are_told() {
    let too_many = book(vec![SheetColumn::default(); 16_385], vec![]);
    assert!(matches!(xlsx(&too_many), Err(DocumentError::TooLarge(_))));
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    assert!(xlsx(&sample::workbook()).unwrap() == xlsx(&sample::workbook()).unwrap());
}
