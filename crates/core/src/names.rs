//! Names of people: normalising, checking (domain.md section 12) and the masks of personal data (security.md
//! MASK-1). A mask never guesses: what it does not recognise is hidden whole.

mod find;
mod mask;
mod variant;
mod within;

use crate::grams::{half_width, is_han};

pub use find::{Keys, Wanted, fold, keys};
pub use mask::{HIDDEN, mask_address, mask_email, mask_id, mask_name, mask_phone};
pub use variant::same_signs;
pub use within::Within;

/// The dot of transliterated names, U+00B7, to which its look-alikes are normalised.
pub const DOT: char = '·';

/// Surnames of two characters, so that a mask keeps the surname whole and a form can split a name.
pub const COMPOUND_SURNAMES: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "南宫",
    "西门", "百里", "东郭", "独孤", "宇文", "长孙", "鲜于", "闻人", "司空", "轩辕", "太史", "申屠", "公冶", "宗政",
    "濮阳", "淳于", "单于", "太叔", "万俟", "澹台", "钟离", "呼延", "公羊", "赫连", "仲孙", "拓跋", "梁丘", "左丘",
    "东门", "南门", "谷梁", "第五", "公西", "漆雕", "乐正", "壤驷", "公良", "巫马", "段干", "羊舌", "微生", "纳兰",
    "完颜", "范姜", "张简", "司寇", "宰父", "子车", "颛孙", "闾丘", "亓官", "夹谷", "归海", "耶律", "哥舒", "爱新",
];

crate::codes! {
    /// Why a name is refused.
    pub enum NameProblem {
        /// Nothing was given.
        Empty = "name-empty",
        /// Fewer than 2 characters.
        TooShort = "name-too-short",
        /// More than 50 characters.
        TooLong = "name-too-long",
        /// A character that is neither Chinese, Latin nor `·`.
        BadChar = "name-bad-char",
        /// A `·` or another mark at an end, or two in a row.
        Dot = "name-dot",
    }
}

fn is_dot(c: char) -> bool {
    matches!(c, '\u{00B7}' | '\u{2022}' | '\u{2027}' | '\u{30FB}' | '\u{FF65}' | '\u{2219}' | '\u{22C5}' | '\u{0387}')
}

/// Marks inside Latin names: `O'Neil`, `Anne-Marie`, `J. Smith`.
fn is_latin_mark(c: char) -> bool {
    matches!(c, '-' | '\'' | '.')
}

fn is_latin(c: char) -> bool {
    c.is_alphabetic() && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Full width to half width, the look-alikes of `·` to U+00B7, outer and repeated spaces gone, spaces kept
/// only between Latin words (`张 三` is 张三). Says nothing about validity.
pub fn normalise(raw: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in raw.chars() {
        let c = if is_dot(c) { DOT } else { half_width(c) };
        if c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}') {
            gap = true;
            continue;
        }
        let after_latin = out.chars().last().is_some_and(|l| is_latin(l) || is_latin_mark(l));
        if gap && after_latin && is_latin(c) {
            out.push(' ');
        }
        gap = false;
        out.push(c);
    }
    out
}

/// The normalised name, or why it is refused: 2–50 characters, Chinese, Latin and `·`; spaces and the marks
/// `- ' .` only inside Latin names.
pub fn check(raw: &str) -> Result<String, NameProblem> {
    let name = normalise(raw);
    let chars: Vec<char> = name.chars().collect();
    match chars.len() {
        0 => return Err(NameProblem::Empty),
        1 => return Err(NameProblem::TooShort),
        51.. => return Err(NameProblem::TooLong),
        _ => {}
    }
    let joins = |c: char| c == DOT || is_latin_mark(c);
    if chars.iter().any(|&c| !(is_han(c) || is_latin(c) || joins(c) || c == ' ')) {
        return Err(NameProblem::BadChar);
    }
    let (first, last) = (chars.first().copied().unwrap_or(DOT), chars.last().copied().unwrap_or(DOT));
    // A full stop may end a Latin name ("Smith Jr.") and a space may follow it.
    let end_bad = joins(first) || (joins(last) && last != '.');
    let pair_bad = chars.windows(2).any(|w| joins(w[0]) && joins(w[1]));
    let latin_mark_in_chinese = chars.iter().any(|&c| is_latin_mark(c)) && chars.iter().any(|&c| is_han(c));
    if end_bad || pair_bad || latin_mark_in_chinese { Err(NameProblem::Dot) } else { Ok(name) }
}

/// The surname of a Chinese name without `·`: two characters if it is a compound surname that is followed by
/// a given name, else one. `None` for other names and for a single character.
pub fn surname(name: &str) -> Option<String> {
    let chars: Vec<char> = name.chars().collect();
    if chars.len() < 2 || !chars.iter().all(|&c| is_han(c)) {
        return None;
    }
    let compound = chars.len() > 2 && COMPOUND_SURNAMES.iter().any(|s| name.starts_with(s));
    Some(chars.iter().take(if compound { 2 } else { 1 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepted_and_how_they_are_stored() {
        for (raw, name) in [
            ("张三", "张三"),
            (" 张 三 ", "张三"),
            ("　张三丰　", "张三丰"),
            ("阿不都•热合曼", "阿不都·热合曼"),
            ("阿不都‧热合曼", "阿不都·热合曼"),
            ("阿不都・热合曼", "阿不都·热合曼"),
            ("阿不都 · 热合曼", "阿不都·热合曼"),
            ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
            ("John   Smith", "John Smith"),
            ("Anne-Marie O'Neil", "Anne-Marie O'Neil"),
            ("José García", "José García"),
            ("𠮷田", "𠮷田"),
            ("王〇", "王〇"),
            ("李A", "李A"),
            ("张三\u{200B}", "张三"),
        ] {
            assert_eq!(check(raw).as_deref(), Ok(name), "{raw:?}");
        }
    }

    #[test]
    fn refused() {
        for (raw, why) in [
            ("", NameProblem::Empty),
            ("  ", NameProblem::Empty),
            ("张", NameProblem::TooShort),
            ("张三1", NameProblem::BadChar),
            ("张三!", NameProblem::BadChar),
            ("<b>张三", NameProblem::BadChar),
            ("张😀", NameProblem::BadChar),
            ("·张三", NameProblem::Dot),
            ("张三·", NameProblem::Dot),
            ("阿··里", NameProblem::Dot),
            ("张-三", NameProblem::Dot),
        ] {
            assert_eq!(check(raw), Err(why), "{raw:?}");
        }
        assert_eq!(check(&"张".repeat(51)), Err(NameProblem::TooLong));
        assert!(check(&"张".repeat(50)).is_ok());
    }

    #[test]
    fn surnames() {
        for (name, s) in [
            ("张三", Some("张")),
            ("欧阳修", Some("欧阳")),
            ("欧阳", Some("欧")),
            ("诸葛孔明", Some("诸葛")),
            ("阿不都·热合曼", None),
            ("John", None),
            ("张", None),
        ] {
            assert_eq!(surname(name).as_deref(), s, "{name}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(raw in ".{0,30}") {
            let once = normalise(&raw);
            prop_assert_eq!(normalise(&once), once);
        }
        #[test]
        fn an_accepted_name_is_accepted_as_stored(raw in "[张三欧阳·a-z •]{1,12}") {
            if let Ok(name) = check(&raw) { prop_assert_eq!(check(&name), Ok(name)); }
        }
    }
}
