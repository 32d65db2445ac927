//! How a name is found: folded for those who type it as it is written, in pinyin for those who type its sound. One
//! function makes what is stored, one what is asked, so that both go through the same folding.

use super::is_dot;
use crate::grams::{half_width, is_han};
use crate::pinyin;
use unicode_normalization::UnicodeNormalization as _;

/// What is stored beside a name to find it: `|` before each key, letters only between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The folded name, and the folded rest from every later part on: `|anneoneil|oneil`.
    pub folded: String,
    /// Initials and spellings in pinyin, every reading, from every syllable on; those of each part of a name with `·` too.
    pub pinyin: String,
}

/// Letters that no decomposition takes apart.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        _ => return None,
    })
}

/// The text as names are compared: half width, lower case, Latin letters without accents, nothing but letters, digits and
/// Chinese characters (dots, apostrophes, hyphens and spaces fall away).
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().map(half_width).flat_map(char::to_lowercase) {
        match plain(c) {
            Some(p) => out.push_str(p),
            None if is_han(c) || c.is_alphanumeric() => out.push(c),
            None => {}
        }
    }
    out
}

fn joined(keys: impl IntoIterator<Item = String>) -> String {
    let mut seen: Vec<String> = vec![];
    for k in keys {
        if !k.is_empty() && !seen.contains(&k) {
            seen.push(k);
        }
    }
    seen.iter().fold(String::new(), |out, k| out + "|" + k)
}

/// The keys of a name.
pub fn keys(name: &str) -> Keys {
    let parts_by = |gap: fn(char) -> bool| -> Vec<usize> {
        let starts = name.char_indices().filter(|(_, c)| gap(*c)).map(|(i, c)| i + c.len_utf8());
        std::iter::once(0).chain(starts).collect()
    };
    let rests = parts_by(|c| !(is_han(c) || c.is_alphanumeric()));
    let folded = joined(rests.iter().filter_map(|i| name.get(*i..)).map(fold));
    let dotted = name.split(is_dot).skip(1).flat_map(pinyin::search_keys);
    Keys { folded, pinyin: joined(pinyin::name_keys(name).into_iter().chain(dotted)) }
}

/// One word of a search text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The word folded.
    pub folded: String,
    /// The word as pinyin, when it is Latin letters.
    pub pinyin: Option<String>,
}

impl Wanted {
    /// The word, unless nothing of it can be part of a name.
    pub fn of(word: &str) -> Option<Self> {
        let folded: String = fold(word).chars().take(30).collect();
        if folded.is_empty() {
            return None;
        }
        let latin = || folded.chars().all(|c| c.is_ascii_lowercase()).then(|| folded.clone());
        let typed = pinyin::query_key(word).map(|k| k.chars().take(30).collect());
        Some(Self { pinyin: typed.or_else(latin), folded })
    }
    /// The words of a text, at most five; all of them must fit.
    pub fn all(text: &str) -> Vec<Self> {
        text.split_whitespace().filter_map(Self::of).take(5).collect()
    }
    /// Whether a name that is not in the database fits: the rule of the two patterns.
    pub fn fits(&self, name: &str) -> bool {
        let k = keys(name);
        let begins = |stored: &str, key: &str| stored.contains(&format!("|{key}"));
        match &self.pinyin {
            Some(p) => begins(&k.folded, &self.folded) || begins(&k.pinyin, p),
            None => k.folded.contains(&self.folded),
        }
    }
    /// Pattern for the folded column: Latin letters begin a part, anything else may stand anywhere in the name. Letters and
    /// digits only, so that nothing needs escaping.
    pub fn folded_like(&self) -> String {
        if self.pinyin.is_some() { format!("%|{}%", self.folded) } else { format!("%{}%", self.folded) }
    }
    /// Pattern for the column of pinyin keys; one that fits nothing when the word is no Latin.
    pub fn pinyin_like(&self) -> String {
        self.pinyin.as_ref().map_or_else(|| "-".to_owned(), |k| format!("%|{k}%"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `LIKE` does with the two patterns.
    fn finds(name: &str, text: &str) -> bool {
        let k = keys(name);
        let like = |stored: &str, pattern: &str| match pattern.strip_prefix('%') {
            Some(p) => stored.contains(p.trim_end_matches('%')),
            None => stored == pattern,
        };
        let words = Wanted::all(text);
        let found = !words.is_empty()
            && words.iter().all(|w| like(&k.folded, &w.folded_like()) || like(&k.pinyin, &w.pinyin_like()));
        assert_eq!(found, !words.is_empty() && words.iter().all(|w| w.fits(name)), "{text} in {name}");
        found
    }

    #[test]
    fn found_however_it_is_typed() {
        for (name, text) in [
            ("张三丰", "三丰"),
            ("张三丰", "zsf"),
            ("张三丰", "ＺＨＡＮＧ"),
            ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
            ("阿卜杜拉·买买提", "阿卜杜拉•买买提"),
            ("阿卜杜拉·买买提", "买买提"),
            ("阿卜杜拉·买买提", "mmt"),
            ("阿卜杜拉·买买提", "abdl mmt"),
            ("A·B", "ab"),
            ("A·B", "a.b"),
            ("A·B", "b"),
            ("Anne-Marie O'Neil", "oneil"),
            ("Anne-Marie O'Neil", "O’NEIL anne"),
            ("Anne-Marie O'Neil", "ｍａｒｉｅ"),
            ("José García", "jose garcia"),
            ("Jose Garcia", "JOSÉ"),
            ("Müller", "muller"),
            ("Muller", "müller"),
            ("Łukasz Đặng", "lukasz dang"),
            ("李A", "李a"),
            ("吕布", "lü"),
        ] {
            assert!(finds(name, text), "{text} {name} {:?}", keys(name));
        }
    }

    /// As people type pinyin: with spaces between syllables, syllables and initials mixed, the given name alone.
    #[test]
    fn pinyin_as_it_is_typed() {
        for (name, texts) in [
            (
                "高素珍",
                &[
                    "gao suzhen",
                    "gao su zhen",
                    "gaosuzhen",
                    "gsz",
                    "g s z",
                    "gao s z",
                    "gaosz",
                    "gsuzhen",
                    "suzhen",
                    "su zhen",
                    "sz",
                    "szhen",
                    "zhen",
                    "Gao SuZhen",
                    "ｇａｏ ｓｚ",
                    "高 sz",
                ][..],
            ),
            (
                "欧阳秀英",
                &["ou yang", "ouyang", "ou yang xiu ying", "ouyang xiuying", "oyxy", "oy xy", "xiuying", "xy"],
            ),
            ("单红梅", &["shan hongmei", "shan hm", "dan hm", "chan hong mei", "shm", "hongmei", "hm"]),
            ("曾三", &["zeng san", "ceng san", "z s", "zs", "cs", "san"]),
            ("王曾", &["wang zeng", "wang ceng", "wz", "wc"]),
            ("吕布", &["lv bu", "lü bu", "lvb"]),
            ("单于明", &["chan yu ming", "chanyu m", "cym"]),
            ("阿卜杜拉·买买提", &["abu mai", "maimaiti", "mai mai ti", "abdl"]),
        ] {
            for text in texts {
                assert!(finds(name, text), "{text} {name} {:?}", keys(name));
            }
        }
        for (name, text) in
            [("高素珍", "gao li"), ("高素珍", "gaozs"), ("高素珍", "uzhen"), ("欧阳秀英", "wu yang"), ("曾三", "zsi")]
        {
            assert!(!finds(name, text), "{text} {name} {:?}", keys(name));
        }
    }

    #[test]
    fn nothing_else_is_found() {
        for (name, text) in [
            ("张三丰", "丰张"),
            ("张三丰", "0015"),
            ("张三丰", "%"),
            ("张三丰", "_"),
            ("张三丰", "|"),
            ("张三丰", " ' · "),
            ("Anna Lee", "nna"),
            ("Anna Lee", "ee"),
        ] {
            assert!(!finds(name, text), "{text} {name} {:?}", keys(name));
        }
    }
}
