//! Text: what may enter a file, how wide it is, and what a spreadsheet would take for a formula.

/// Removes what XML 1.0 cannot hold (control characters, U+FFFE, U+FFFF) and turns CR LF and CR into LF.
/// Tab and line feed stay.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\t' | '\n' => out.push(c),
            c if c.is_control() || c == '\u{FFFE}' || c == '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Width of the longest line in em: 1 for Chinese and full-width signs, ½ for the rest. An estimate for column
/// widths and centring, not for typesetting.
pub fn width_em(text: &str) -> f32 {
    text.lines().map(|line| line.chars().map(char_em).sum::<f32>()).fold(0.0, f32::max)
}

fn char_em(c: char) -> f32 {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F => 0.0,
        // Signs that Chinese fonts draw a full em wide although Unicode calls them ambiguous: — ‘’ “” … ·
        0x2014 | 0x2018..=0x201D | 0x2026 | 0x00B7 => 1.0,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF => 1.0,
        0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 1.0,
        0x2460..=0x24FF | 0x25A0..=0x25FF => 1.0,
        _ => 0.5,
    }
}

/// Whether a spreadsheet program may take `text` for a formula when the table is saved as CSV and read again (OWASP "CSV injection"):
/// it starts, after blanks and invisible characters, with `=`, `+`, `-`, `@`, tab, CR or LF, or with the full-width
/// forms that Chinese input methods produce and some programs accept.
pub fn is_formula_like(text: &str) -> bool {
    let first = text.chars().find(|c| !matches!(c, ' ' | '\u{3000}' | '\u{A0}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}'));
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_keeps_what_xml_can_hold() {
        for (given, expected) in [
            ("县\u{0}级\u{8}", "县级"),
            ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
            ("\u{FFFE}x\u{FFFF}\u{85}", "x"),
            ("𠮷野家", "𠮷野家"),
        ] {
            assert_eq!(clean(given), expected);
        }
    }

    #[test]
    fn width_counts_full_and_half() {
        for (text, em) in [("全省", 2.0), ("65.1%", 2.5), ("", 0.0), ("长\n更长的", 3.0), ("〔2021〕", 4.0)] {
            assert!((width_em(text) - em).abs() < f32::EPSILON, "{text}: {}", width_em(text));
        }
    }

    #[test]
    fn formula_starts_are_seen_through_blanks() {
        for text in ["=1", "+1", "-1", "@x", "\tx", "\rx", "\n=1", "  =1", "\u{3000}=1", "\u{FEFF}=1", "＝1", "－1"] {
            assert!(is_formula_like(text), "{text:?}");
        }
        for text in ["", "1=1", "福州", "a+b", "'=1", "(1)"] {
            assert!(!is_formula_like(text), "{text:?}");
        }
    }
}
