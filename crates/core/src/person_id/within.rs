//! Whether a number of a person stands in a text: for texts that are read by those who must not see a person, whether the
//! person is on file or not.

use super::{birth_in, capital, digit, h_or_m, has_shape, part};
use crate::FieldErrors;
use crate::grams::half_width;

/// An unbroken run of so many digits is a number of a person or an account: ID numbers have 15 or 18, disability
/// certificates 20, bank cards 16 to 19, a mobile number after 0086 15. No figure of a report is that long.
const LONGEST_FIGURE: usize = 14;

fn invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// What stands between the groups of one number.
fn joins(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\t' | '-' | '\u{2010}'..='\u{2013}' | '\u{2212}')
}

fn mobile(t: &str) -> bool {
    let t = t.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(t);
    let b = t.as_bytes();
    b.len() == 11 && b.iter().all(u8::is_ascii_digit) && b[0] == b'1' && matches!(b[1], b'3'..=b'9')
}

/// An ID number written in groups: its birth date tells it from figures that stand side by side.
fn id_in_groups(t: &str) -> bool {
    !t.starts_with('0') && birth_in(t).is_some_and(|d| (1850..2100).contains(&d.year()))
}

/// Whether groups of digits that stand side by side are one number of a person, some of them or all.
fn in_groups(groups: &[String]) -> bool {
    (0..groups.len()).any(|from| {
        let mut t = String::new();
        groups[from..].iter().any(|g| {
            t.push_str(g);
            t.len() <= 18 && (mobile(&t) || id_in_groups(&t))
        })
    })
}

/// Whether a text holds what has the shape of a person's number: an ID number or residence permit of 15 or 18 digits, a
/// permit of Hong Kong or Macau, an older card of a foreigner, a mobile number; however it is spaced and whatever its width.
pub fn holds_number(text: &str) -> bool {
    let chars = text.chars().filter(|c| !invisible(*c)).map(half_width).flat_map(char::to_uppercase);
    let text: String = chars.collect();
    let permit = |t: &str| {
        has_shape(t, &[part(h_or_m, 1, 1), part(digit, 8, 8)])
            || has_shape(t, &[part(h_or_m, 1, 1), part(digit, 10, 10)])
            || has_shape(t, &[part(capital, 3, 3), part(digit, 12, 12)])
    };
    if text.split(|c: char| !c.is_ascii_alphanumeric()).any(permit) {
        return true;
    }
    // Runs of groups of digits; a group may end in the X of an ID number.
    let (mut runs, mut groups, mut group) = (vec![], vec![], String::new());
    for c in text.chars() {
        if c.is_ascii_digit() || (c == 'X' && group.len() == 17) {
            group.push(c);
            continue;
        }
        if !group.is_empty() {
            groups.push(std::mem::take(&mut group));
        }
        // The X of a number in groups stands at the end of its last one.
        if c == 'X' && groups.iter().map(String::len).sum::<usize>() >= 17 {
            if let Some(last) = groups.last_mut() {
                last.push(c);
            }
        } else if !joins(c) {
            runs.push(std::mem::take(&mut groups));
        }
    }
    groups.extend(Some(group).filter(|g| !g.is_empty()));
    runs.push(groups);
    runs.iter().any(|run| run.iter().any(|g| g.len() > LONGEST_FIGURE || mobile(g)) || in_groups(run))
}

impl FieldErrors {
    /// Notes at `field` that a text which is read above the station holds a number of a person. Every such text is asked
    /// here: what was written in reports and their reasons, on build-out sheets, in decisions about units, in circulars.
    pub fn holds_no_number(&mut self, field: &str, text: &str) {
        if holds_number(text) {
            self.add(field, "number-of-person");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts() {
        for text in [
            "某某，身份证35990019290211002X，情况好转",
            "某某，身份证35990019290211002x",
            "身份证３５９９００１９２９０２１１００２Ｘ",
            "身份证 359900 19290211 002X",
            "身份证 3599 0019 2902 1100 2X。",
            "身份证359900-1929-0211-0024",
            "3599\u{200B}0019290211002X",
            "港澳台居民居住证810000199408230021",
            "旧证359900290211002",
            "旧证 359900 290211 002",
            "残疾证35990019290211002X43",
            "电话13800001234",
            "电话138 0000 1234",
            "电话１３８－００００－１２３４",
            "电话+8613800001234",
            "电话 +86 138-0000-1234",
            "电话008613800001234",
            "低保户30户138 0000 1234",
            "通行证H12345678",
            "通行证m1234567890，",
            "永居证USA359900123456",
            "卡号6222021234567890",
        ] {
            assert!(holds_number(text), "{text}");
        }
    }

    #[test]
    fn figures_are_none() {
        for text in [
            "",
            "本周探访1200人次，覆盖35户",
            "2021-07-01至2021-07-08走访156户",
            "2021-07-01 2021-07-08 2021-07-09",
            "2021-06-30 2021-07-08 10 12",
            "站内电话0591-87654321",
            "010-87654321-123",
            "按闽民〔2021〕12号文件，20210708前完成",
            "资金1234567890.50元",
            "1 2 3 4 5 6 7 8 9 10 11 12",
            "X光机1台，型号X100",
            "第1至第14项 10000000001234 分",
            "编号ABC123",
            "2021年1月至6月 12800001234 分",
        ] {
            assert!(!holds_number(text), "{text}");
        }
    }
}
