use zw_documents::{Cell, csv, is_formula_like};

use crate::payloads::PAYLOADS;

/// A strict RFC 4180 reader for the test: rows of fields, CRLF between rows.
fn read(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap().strip_prefix('\u{FEFF}').unwrap();
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'), "CRLF");
                rows.push(vec![String::new()]);
            }
            c => row.last_mut().unwrap().push(c),
        }
    }
    assert!(!quoted && rows.pop() == Some(vec![String::new()]), "ends with CRLF");
    rows
}

#[test]
fn fields_survive_quoting() {
    let rows = vec![vec![Cell::from("a,b"), Cell::from("他说“好”\"x\""), Cell::from("第一行\r\n第二行"), Cell::Empty]];
    let back = read(&csv(&["一", "二", "三", "四"], &rows).unwrap());
    assert_eq!(back, [vec!["一", "二", "三", "四"], vec!["a,b", "他说“好”\"x\"", "第一行\r\n第二行", ""]]);
}

#[test]
fn values_are_plain() {
    let rows = vec![vec![
        Cell::Int(-1100),
        Cell::Number(-0.5),
        Cell::Percent(65.1),
        Cell::Fen(-123_405),
        Cell::Date(20_210_708),
        Cell::Date(20_211_399),
        Cell::Number(f64::NAN),
    ]];
    let back = read(&csv(&["x"; 7], &rows).unwrap());
    assert_eq!(back[1], ["-1100", "-0.5", "65.1%", "-1234.05", "2021-07-08", "20211399", ""]);
}

#[test]
fn no_payload_opens_as_a_formula() {
    let rows: Vec<Vec<Cell>> = PAYLOADS.iter().map(|p| vec![Cell::from(*p)]).collect();
    let bytes = csv(&["内容"], &rows).unwrap();
    let back = read(&bytes);
    assert_eq!(back.len(), 31);
    for (payload, row) in PAYLOADS.iter().zip(&back[1..]) {
        let field = &row[0];
        assert_eq!(row.len(), 1, "{payload:?} split into cells");
        assert!(!is_formula_like(field), "{field:?}");
        if is_formula_like(payload) {
            assert_eq!(field.strip_prefix('\''), Some(*payload));
        } else {
            assert_eq!(field, payload);
        }
    }
    // A heading is user text too.
    let back = read(&csv(&["=1+1"], &[]).unwrap());
    assert_eq!(back[0][0], "'=1+1");
}
