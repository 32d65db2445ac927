//! App-made bigrams for searching Chinese text (architecture.md section 4): the same tokens feed FTS5 on
//! SQLite and `tsvector('simple')` on PostgreSQL. Trigram indexes silently miss words of two characters.
//!
//! A run of Chinese characters 张三丰 is indexed as `张三 三丰 丰`: each pair, then the last character alone.
//! The lone last character lets a search for one character be a prefix search (`丰*`, `张*`) and keeps two
//! neighbouring runs from forming a phrase. A run of Latin letters or digits is one token, lower case.
//! Tokens hold letters and digits only, so they can be put into a search expression without escaping.

/// What one run of a search text asks for. All terms of a query must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// These tokens in this order, next to each other.
    Phrase(Vec<String>),
    /// A token that begins with this.
    Prefix(String),
}

/// Full-width forms to half width, letters to lower case: both sides of a search go through it.
pub fn fold(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).collect()
}

/// The half-width form of a full-width ASCII character or space; every other character as it is.
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Whether the character is a Chinese character (extensions and 〇 included).
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Han,
    Word,
    Gap,
}

fn class(c: char) -> Class {
    if is_han(c) {
        Class::Han
    } else if c.is_alphanumeric() {
        Class::Word
    } else {
        Class::Gap
    }
}

fn runs(text: &str) -> Vec<(Class, Vec<char>)> {
    let mut out: Vec<(Class, Vec<char>)> = Vec::new();
    let mut before = Class::Gap;
    for c in fold(text).chars() {
        let now = class(c);
        match out.last_mut() {
            Some((_, run)) if now == before && now != Class::Gap => run.push(c),
            _ if now != Class::Gap => out.push((now, vec![c])),
            _ => {}
        }
        before = now;
    }
    out
}

fn pairs(run: &[char]) -> impl Iterator<Item = String> + '_ {
    run.windows(2).map(|w| w.iter().collect())
}

/// The tokens to index, in text order.
pub fn index_tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (class, run) in runs(text) {
        if class == Class::Han {
            out.extend(pairs(&run));
            out.extend(run.last().map(char::to_string));
        } else {
            out.push(run.into_iter().collect());
        }
    }
    out
}

/// The tokens to index, as one text with single spaces.
pub fn index_text(text: &str) -> String {
    index_tokens(text).join(" ")
}

/// What to look for; empty when the text holds no letter, digit or Chinese character.
pub fn query_terms(text: &str) -> Vec<Term> {
    runs(text)
        .into_iter()
        .map(|(class, run)| {
            if class == Class::Han && run.len() > 1 {
                Term::Phrase(pairs(&run).collect())
            } else {
                Term::Prefix(run.into_iter().collect())
            }
        })
        .collect()
}

/// Whether indexed `tokens` satisfy all `terms`: what the database does, for lists held in memory.
pub fn matches(tokens: &[String], terms: &[Term]) -> bool {
    terms.iter().all(|t| match t {
        Term::Phrase(p) => tokens.windows(p.len()).any(|w| w == p.as_slice()),
        Term::Prefix(p) => tokens.iter().any(|t| t.starts_with(p.as_str())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_of_names_and_addresses() {
        for (text, tokens) in [
            ("张三丰", "张三 三丰 丰"),
            ("张", "张"),
            ("鼓东街道12号", "鼓东 东街 街道 道 12 号"),
            ("阿不都·热合曼", "阿不 不都 都 热合 合曼 曼"),
            ("ＡＢＣ　Zhang San", "abc zhang san"),
            ("", ""),
            ("、。!", ""),
            ("二〇二一", "二〇 〇二 二一 一"),
            ("𠮷野家", "𠮷野 野家 家"),
        ] {
            assert_eq!(index_text(text), tokens, "{text}");
        }
    }

    #[test]
    fn found_or_not() {
        for (text, query, found) in [
            ("张三丰", "三丰", true),
            ("张三丰", "张三丰", true),
            ("张三丰", "丰", true),
            ("张三丰", "张", true),
            ("张三丰", "张丰", false),
            ("张三 三丰", "张三丰", false),
            ("福州市鼓楼区", "鼓楼", true),
            ("福州市鼓楼区", "鼓楼 福州", true),
            ("王zhang", "ZH", true),
            ("王zhang", "hang", false),
            ("甲", "", true),
        ] {
            assert_eq!(matches(&index_tokens(text), &query_terms(query)), found, "{query} in {text}");
        }
        assert_eq!(query_terms("\" OR *"), vec![Term::Prefix("or".into())]);
    }

    proptest! {
        #[test]
        fn every_part_of_a_chinese_text_is_found(text in "[一-龥]{1,12}", from in 0_usize..12, len in 1_usize..6) {
            let chars: Vec<char> = text.chars().collect();
            let from = from % chars.len();
            let part: String = chars[from..(from + len).min(chars.len())].iter().collect();
            prop_assert!(matches(&index_tokens(&text), &query_terms(&part)));
        }
        #[test]
        fn what_is_not_inside_is_not_found(text in "[一-十]{1,8}", part in "[一-十]{2,4}") {
            prop_assert_eq!(matches(&index_tokens(&text), &query_terms(&part)), text.contains(&part));
        }
        #[test]
        fn tokens_hold_no_signs(text in ".{0,40}") {
            for t in index_tokens(&text) { prop_assert!(t.chars().all(|c| c.is_alphanumeric() || is_han(c))); }
        }
    }
}
