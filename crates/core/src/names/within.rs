//! Whether a name stands in a text: for texts that are read by those who must not see a person.

use super::{fold, is_dot, is_latin_mark};
use crate::grams::is_han;
use std::fmt::Write as _;

/// Words that follow the name of a person.
const AFTER_PERSONS: [&str; 20] = [
    "老人",
    "家",
    "户",
    "一户",
    "夫妇",
    "夫妻",
    "同志",
    "先生",
    "女士",
    "奶奶",
    "爷爷",
    "阿姨",
    "叔叔",
    "大爷",
    "大妈",
    "大娘",
    "阿婆",
    "阿公",
    "本人",
    "小朋友",
];

/// A text in which names are looked for.
#[derive(Clone, Debug, Default)]
pub struct Within {
    /// The stretches between marks and line ends, folded, each between two `|`.
    stretches: String,
    /// The words, folded, each between two spaces.
    words: String,
}

impl Within {
    /// Reads a text.
    pub fn of(text: &str) -> Self {
        let joins =
            |c: char| c.is_alphanumeric() || is_han(c) || is_dot(c) || is_latin_mark(c) || c == ' ' || c == '\u{3000}';
        let mut out = Self { stretches: "|".to_owned(), words: words(text) };
        for part in text.split(|c| !joins(c)).map(fold).filter(|p| !p.is_empty()) {
            // Writing to a text does not fail.
            let _ = write!(out.stretches, "{part}|");
        }
        out
    }

    /// Whether a name of two characters or more stands in the text: a name with Chinese characters anywhere, however it is
    /// spaced; any other name as whole words, so that Li Na is not found in Carolina. Names of two Chinese characters are
    /// often words as well (高峰, 和平): they are taken for a name alone between marks, or before a word that follows persons.
    pub fn holds(&self, name: &str) -> bool {
        let folded = fold(name);
        match folded.chars().count() {
            0 | 1 => false,
            2 if name.chars().any(is_han) => {
                self.stretches.contains(&format!("|{folded}|"))
                    || self.stretches.match_indices(&folded).any(|(at, _)| {
                        let after = &self.stretches[at + folded.len()..];
                        AFTER_PERSONS.iter().any(|w| after.starts_with(w))
                    })
            }
            _ if name.chars().any(is_han) => self.stretches.contains(&folded),
            _ => self.words.contains(&words(name)),
        }
    }
}

fn words(text: &str) -> String {
    let split = text.split(|c: char| is_han(c) || !c.is_alphanumeric()).map(fold).filter(|w| !w.is_empty());
    split.fold(" ".to_owned(), |out, w| out + &w + " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_texts() {
        for (text, name, found) in [
            ("走访陈小红家三次", "陈小红", true),
            ("走访陈 小 红家", "陈小红", true),
            ("走访陈　小红家", "陈小红", true),
            ("阿卜杜拉•买买提的低保", "阿卜杜拉·买买提", true),
            ("阿卜杜拉买买提的低保", "阿卜杜拉·买买提", true),
            ("met José  GARCIA at home", "Jose Garcia", true),
            ("与Jose Garcia谈", "José García", true),
            ("in Carolina", "Li Na", false),
            ("王", "王", false),
            ("防汛高峰期间走访", "高峰", false),
            ("走访高峰老人三次", "高峰", true),
            ("走访高峰一户", "高峰", true),
            ("走访对象：高峰、陈小红", "高峰", true),
            ("走访老陈，小红没在", "陈小红", false),
            ("走访老陈\n小红没在", "陈小红", false),
            ("走访陈某某家三次", "陈小红", false),
            ("", "陈小红", false),
        ] {
            assert_eq!(Within::of(text).holds(name), found, "{name} in {text:?}");
        }
    }
}
