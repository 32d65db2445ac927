//! Pinyin keys for finding people and places by their initials or their spelling.
//!
//! Recall first: every reading of a character makes a key, because a single reading is wrong for 厦门, 长乐,
//! 单, 曾 (architecture.md section 4). Two tables correct the dictionary: words whose reading is settled,
//! and surnames whose reading as a surname comes first. `ü` is spelled `v`, as people type it.

use crate::grams::{half_width, is_han};
use ::pinyin::{ToPinyin, ToPinyinMulti};

/// At most so many alternative spellings of one name; beyond it the rarest readings are dropped.
pub const MAX_KEYS: usize = 32;

/// At most so many keys of a person's name.
const MAX_NAME_KEYS: usize = 160;

/// Syllables before the last one that are mixed with their initials.
const MIXED: usize = 3;

/// Words with one settled reading wherever they stand: places of Fujian and surnames of two characters.
const WORDS: &[(&str, &str)] = &[
    ("厦门", "xia men"),
    ("长乐", "chang le"),
    ("长汀", "chang ting"),
    ("长泰", "chang tai"),
    ("将乐", "jiang le"),
    ("大田", "da tian"),
    ("沙县", "sha xian"),
    ("石狮", "shi shi"),
    ("屏南", "ping nan"),
    ("漳浦", "zhang pu"),
    ("霞浦", "xia pu"),
    ("浦城", "pu cheng"),
    ("洛江", "luo jiang"),
    ("柘荣", "zhe rong"),
    ("尉迟", "yu chi"),
    ("万俟", "mo qi"),
    ("单于", "chan yu"),
    ("澹台", "tan tai"),
    ("长孙", "zhang sun"),
    ("鲜于", "xian yu"),
    ("令狐", "ling hu"),
    ("夏侯", "xia hou"),
    ("呼延", "hu yan"),
    ("赫连", "he lian"),
    ("皇甫", "huang fu"),
    ("濮阳", "pu yang"),
    ("宗政", "zong zheng"),
    ("谷梁", "gu liang"),
    ("乐正", "yue zheng"),
    ("拓跋", "tuo ba"),
    ("亓官", "qi guan"),
];

/// Readings as a surname, the commonest first; the dictionary's other readings follow them.
const SURNAMES: &[(char, &[&str])] = &[
    ('单', &["shan"]),
    ('曾', &["zeng"]),
    ('解', &["xie"]),
    ('仇', &["qiu"]),
    ('区', &["ou"]),
    ('查', &["zha"]),
    ('朴', &["piao"]),
    ('覃', &["qin", "tan"]),
    ('翟', &["zhai", "di"]),
    ('盖', &["ge", "gai"]),
    ('尉', &["wei", "yu"]),
    ('员', &["yun"]),
    ('乐', &["yue", "le"]),
    ('缪', &["miao"]),
    ('种', &["chong"]),
    ('令', &["ling"]),
    ('逄', &["pang"]),
    ('郇', &["xun", "huan"]),
    ('隗', &["wei", "kui"]),
    ('谌', &["chen", "shen"]),
    ('折', &["she"]),
    ('黑', &["he", "hei"]),
    ('洗', &["xian"]),
    ('冼', &["xian"]),
    ('幺', &["yao"]),
    ('牟', &["mu", "mou"]),
    ('佴', &["nai"]),
    ('宓', &["mi", "fu"]),
    ('阚', &["kan"]),
    ('应', &["ying"]),
    ('纪', &["ji"]),
    ('俞', &["yu"]),
    ('华', &["hua"]),
    ('任', &["ren"]),
    ('宁', &["ning"]),
    ('葛', &["ge"]),
    ('燕', &["yan"]),
    ('车', &["che"]),
    ('贾', &["jia"]),
    ('宿', &["su"]),
    ('石', &["shi"]),
    ('柏', &["bai", "bo"]),
    ('薄', &["bo"]),
    ('都', &["du"]),
    ('费', &["fei", "bi"]),
    ('盛', &["sheng"]),
    ('曲', &["qu"]),
    ('撒', &["sa"]),
    ('莘', &["shen", "xin"]),
    ('臧', &["zang"]),
    ('沈', &["shen"]),
    ('秘', &["bi"]),
    ('祭', &["zhai"]),
    ('召', &["shao"]),
    ('晁', &["chao"]),
    ('褚', &["chu"]),
    ('褶', &["zhe"]),
    ('卜', &["bu"]),
    ('万', &["wan"]),
    ('俟', &["qi"]),
    ('长', &["chang"]),
    ('重', &["chong"]),
    ('占', &["zhan"]),
    ('那', &["na"]),
    ('哈', &["ha"]),
    ('过', &["guo"]),
    ('干', &["gan"]),
    ('于', &["yu"]),
    ('后', &["hou"]),
    ('尹', &["yin"]),
    ('荀', &["xun"]),
    ('鲍', &["bao"]),
    ('庞', &["pang"]),
    ('邵', &["shao"]),
];

/// One step of a name: the ways to spell it, the likeliest first.
type Step = Vec<Vec<String>>;

/// ASCII letters only: `ü` becomes `v`, `ê` (诶, 欸) becomes `e`, marks over m and n fall away.
fn plain(p: ::pinyin::Pinyin) -> String {
    let letter = |c: char| match c {
        'ü' => 'v',
        'ê' | 'ế' | 'ề' => 'e',
        'ń' | 'ň' | 'ǹ' => 'n',
        'ḿ' => 'm',
        _ => c,
    };
    p.plain().chars().map(letter).filter(char::is_ascii_lowercase).collect()
}

fn readings(c: char, as_surname: bool) -> Vec<String> {
    let surname = SURNAMES.iter().find(|(s, _)| as_surname && *s == c).map(|(_, first)| first.iter());
    let dictionary = c.to_pinyin().into_iter().chain(c.to_pinyin_multi().into_iter().flatten()).map(plain);
    let mut out: Vec<String> = Vec::new();
    for r in surname.into_iter().flatten().map(|s| (*s).to_owned()).chain(dictionary) {
        if !r.is_empty() && !out.contains(&r) {
            out.push(r);
        }
    }
    out
}

fn steps(text: &str) -> Vec<Step> {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let mut out: Vec<Step> = Vec::new();
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let word = WORDS.iter().find(|(w, _)| w.chars().eq(chars[i..].iter().copied().take(2)));
        if let Some((_, spelled)) = word {
            out.push(vec![spelled.split(' ').map(str::to_owned).collect()]);
            i += 2;
        } else if c.is_ascii_alphanumeric() {
            let run: String = chars[i..].iter().take_while(|c| c.is_ascii_alphanumeric()).collect();
            i += run.len();
            out.push(vec![vec![run.to_ascii_lowercase()]]);
        } else {
            let ways = if is_han(c) { readings(c, out.is_empty()) } else { vec![] };
            if !ways.is_empty() {
                out.push(ways.into_iter().map(|r| vec![r]).collect());
            }
            i += 1;
        }
    }
    out
}

/// All combinations, the likeliest first. Later characters vary slowest, so that the cap drops rare readings
/// of later characters before it drops a second reading of the surname.
fn combine(steps: &[Step], piece: impl Fn(&[String]) -> String) -> Vec<String> {
    let mut keys = vec![String::new()];
    for step in steps {
        let mut next: Vec<String> = Vec::new();
        for way in step {
            let tail = piece(way);
            for key in &keys {
                let longer = format!("{key}{tail}");
                if next.len() < MAX_KEYS && !next.contains(&longer) {
                    next.push(longer);
                }
            }
        }
        keys = next;
    }
    keys.retain(|k| !k.is_empty());
    keys
}

/// First letters, every combination of readings, likeliest first: 曾三 gives `zs`, `cs`.
pub fn initials(name: &str) -> Vec<String> {
    combine(&steps(name), |way| way.iter().filter_map(|s| s.chars().next()).collect())
}

/// The likeliest spelling with spaces: 厦门 gives `xia men`. Empty when nothing in the text has a reading.
pub fn full(name: &str) -> String {
    let first = |s: &Step| s.first().map(|way| way.join(" "));
    steps(name).iter().filter_map(first).collect::<Vec<_>>().join(" ")
}

/// Everything a search by pinyin compares with by prefix: initials and unspaced spellings, without repeats.
pub fn search_keys(name: &str) -> Vec<String> {
    let steps = steps(name);
    let mut keys = initials(name);
    for spelled in combine(&steps, |way| way.concat()) {
        if !keys.contains(&spelled) {
            keys.push(spelled);
        }
    }
    keys
}

/// Every reading of a name as its syllables, the likeliest first, at most [`MAX_KEYS`].
pub fn syllables(name: &str) -> Vec<Vec<String>> {
    spellings(&steps(name))
}

/// Every spelling as its syllables, the likeliest first.
fn spellings(steps: &[Step]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![vec![]];
    for step in steps {
        let longer = step.iter().flat_map(|way| all.iter().map(move |s| [s.as_slice(), way].concat()));
        all = longer.take(MAX_KEYS).collect();
    }
    all
}

/// What a person is found by: the keys of the whole name, and those of the rest from every later syllable on (the given
/// name alone), with each syllable but the last spelled or by its first letter: 高素珍 gives `gaoszhen`, `suzhen`, `szhen`.
/// The last one is spelled, for a search compares by prefix.
pub fn name_keys(name: &str) -> Vec<String> {
    let mut keys = search_keys(name);
    for spelled in spellings(&steps(name)) {
        for from in 0..spelled.len() {
            let Some((last, before)) = spelled[from..].split_last() else { continue };
            // Long names have their initials and their spelling only: every mixture of eight syllables would be 128 keys.
            let ways = if before.len() <= MIXED { 1_usize << before.len() } else { 2 };
            for way in 0..ways {
                let short = |i: usize| if before.len() <= MIXED { way >> i & 1 == 1 } else { way == 1 };
                let pieces = before.iter().enumerate().map(|(i, s)| if short(i) { s.get(..1).unwrap_or(s) } else { s });
                let key = pieces.chain(std::iter::once(last.as_str())).collect();
                if keys.len() >= MAX_NAME_KEYS {
                    return keys;
                }
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
    }
    keys
}

/// The search text as a pinyin key (lower case, no spaces or apostrophes); `None` when it is not Latin letters.
pub fn query_key(text: &str) -> Option<String> {
    let key: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != '\'')
        .flat_map(char::to_lowercase)
        .collect();
    let key = key.replace('ü', "v");
    (!key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase())).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn likeliest_spelling() {
        for (name, spelled) in [
            ("厦门", "xia men"),
            ("厦门市", "xia men shi"),
            ("福州市长乐区", "fu zhou shi chang le qu"),
            ("单雄信", "shan xiong xin"),
            ("曾国藩", "zeng guo fan"),
            ("解缙", "xie jin"),
            ("仇英", "qiu ying"),
            ("区志强", "ou zhi qiang"),
            ("查良镛", "zha liang yong"),
            ("尉迟恭", "yu chi gong"),
            ("万俟卨", "mo qi xie"),
            ("吕布", "lv bu"),
            ("阿依·古丽", "a yi gu li"),
            ("Anna Lee", "anna lee"),
            ("", ""),
            ("·", ""),
        ] {
            assert_eq!(full(name), spelled, "{name}");
        }
    }

    #[test]
    fn all_readings_are_keys() {
        let has = |name: &str, key: &str| search_keys(name).iter().any(|k| k == key);
        for (name, key) in [
            ("单三", "ss"),
            ("单三", "ds"),
            ("曾三", "zs"),
            ("曾三", "cengsan"),
            ("查理", "zl"),
            ("查理", "cl"),
            ("张重", "zc"),
            ("张重", "zz"),
            ("厦门", "xm"),
            ("长乐", "changle"),
            ("吕布", "lvbu"),
            ("欧阳修", "oyx"),
            ("Anna Lee", "al"),
        ] {
            assert!(has(name, key), "{name} {key} in {:?}", search_keys(name));
        }
        assert!(!has("厦门", "sm"));
        assert!(!has("长乐", "zl"));
        assert_eq!(initials("曾三").first().map(String::as_str), Some("zs"));
    }

    #[test]
    fn what_counts_as_a_pinyin_query() {
        for (text, key) in [
            ("ZS", Some("zs")),
            ("zhang san", Some("zhangsan")),
            ("xi'an", Some("xian")),
            ("lü", Some("lv")),
            ("ｚｓ", Some("zs")),
            ("张s", None),
            ("12", None),
            ("", None),
        ] {
            assert_eq!(query_key(text).as_deref(), key, "{text}");
        }
    }

    #[test]
    fn every_reading_of_every_character_is_plain_ascii() {
        for c in '\u{4E00}'..='\u{9FFF}' {
            for r in readings(c, false) {
                assert!(r.bytes().all(|b| b.is_ascii_lowercase()), "{c} {r}");
            }
        }
        assert!(readings('欸', false).contains(&"e".to_owned()));
    }

    #[test]
    fn the_tables_are_well_formed() {
        for (word, spelled) in WORDS {
            assert_eq!(word.chars().count(), spelled.split(' ').count(), "{word}");
            assert_eq!(word.chars().count(), 2, "{word}");
        }
        let mut seen = std::collections::HashSet::new();
        assert!(SURNAMES.iter().all(|(c, first)| seen.insert(*c) && !first.is_empty()));
    }

    proptest! {
        #[test]
        fn few_keys_of_letters_only(name in "[一-龥]{0,8}") {
            let keys = search_keys(&name);
            prop_assert!(keys.len() <= 2 * MAX_KEYS);
            let keys = name_keys(&name);
            prop_assert!(keys.len() <= MAX_NAME_KEYS);
            for k in &keys { prop_assert!(k.chars().all(|c| c.is_ascii_lowercase()), "{}", k); }
            if !name.is_empty() && !full(&name).is_empty() { prop_assert!(!keys.is_empty()); }
        }
    }
}
