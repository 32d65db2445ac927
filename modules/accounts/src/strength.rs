//! Whether a password may be chosen (AUTH-3): length, words of the account's own surroundings, a list of more than
//! 100,000 leaked passwords, names and words, and the patterns they are dressed with: keyboard walks, sequences,
//! repeats, years and dates, and their mixtures.

use std::collections::HashSet;
use std::sync::LazyLock;
use zw_core::FieldErrors;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most characters; nothing is cut.
pub const LONGEST: usize = 256;
/// A password whose guessable parts count as one each must still have this many pieces.
const PIECES: usize = 8;
/// Longest part that is looked at as one piece.
const LONGEST_PIECE: usize = 30;

/// Words that guessing programs try first, with the names of this province's cities and of the trade.
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common-words.txt").split_whitespace().collect());

/// What guessing programs try first, from the lists of `@zxcvbn-ts` (assets/build.mjs): lower case, sorted by bytes.
static GUESSED: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../../assets/dist/.guessed.txt").lines().collect());

/// Rows and columns of the keyboard, to find walks along them.
const WALKS: &[&str] = &[
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "!@#$%^&*()_+",
    "147258369",
    "963852741",
    "0123456789",
];

/// Checks a new password; problems are noted at `field`. `context` are words an outsider knows of the account:
/// login, name, unit.
pub fn check(password: &str, context: &[&str], field: &str, errors: &mut FieldErrors) {
    let length = password.chars().count();
    if length < SHORTEST {
        errors.add(field, "password-short");
    } else if length > LONGEST {
        errors.add(field, "password-long");
    } else if holds_context(password, context) {
        errors.add(field, "password-context");
    } else if is_common(password) {
        errors.add(field, "password-common");
    }
}

fn folded(s: &str) -> String {
    s.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect()
}

/// Letters that digits and signs stand for.
fn unleet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        c => c,
    }
}

fn holds_context(password: &str, context: &[&str]) -> bool {
    let plain = folded(password);
    let leet: String = plain.chars().map(unleet).collect();
    // Chinese names are typed as they sound.
    let spelled: Vec<String> = context.iter().map(|w| zw_core::pinyin::full(w).replace(' ', "")).collect();
    context
        .iter()
        .copied()
        .chain(spelled.iter().map(String::as_str))
        .chain(["zhanwang", "站网"])
        .flat_map(|w| w.split(['-', '_', '.', '·', ' ']).filter(|p| p.len() > 3).chain([w]))
        .map(folded)
        .filter(|w| w.chars().count() >= if w.is_ascii() { 3 } else { 2 })
        .any(|w| plain.contains(&w) || leet.contains(&w.chars().map(unleet).collect::<String>()))
}

/// Whether the password is made of what guessing programs try: judged by how many pieces remain when each word,
/// walk, sequence, repeat, year or date counts as one.
pub fn is_common(password: &str) -> bool {
    let chars: Vec<char> = folded(password).chars().collect();
    let mut distinct = chars.clone();
    distinct.sort_unstable();
    distinct.dedup();
    // Digits alone are numbers of phones, people and accounts.
    chars.iter().all(char::is_ascii_digit)
        || distinct.len() < 5
        || period(&chars) * 2 <= chars.len() && period(&chars) < PIECES
        || pieces(&chars) < PIECES
        || is_guessed(&chars)
}

/// Whether a listed entry, as it is or with signs for letters, is all that the digits and signs around it dress:
/// `!!Manchester2019`.
fn is_guessed(chars: &[char]) -> bool {
    let listed = |part: &[char]| {
        let plain: String = part.iter().collect();
        let leet: String = part.iter().copied().map(unleet).collect();
        [plain, leet].iter().any(|w| GUESSED.binary_search(&w.as_str()).is_ok())
    };
    let letter = |c: &char| c.is_alphabetic();
    let (Some(first), Some(last)) = (chars.iter().position(letter), chars.iter().rposition(letter)) else {
        return listed(chars);
    };
    let (before, stem, after) = (&chars[..first], &chars[first..=last], &chars[last + 1..]);
    listed(chars) || listed(stem) && pieces(before) + 1 + pieces(after) < PIECES
}

/// Length of the shortest block whose repetition is the whole text (its last copy may be cut).
fn period(s: &[char]) -> usize {
    (1..=s.len()).find(|p| s.iter().skip(*p).zip(s).all(|(a, b)| a == b)).unwrap_or(s.len())
}

/// Fewest pieces the text can be cut into (dynamic programming over its end).
fn pieces(s: &[char]) -> usize {
    let leet: Vec<char> = s.iter().copied().map(unleet).collect();
    let mut best = vec![0usize; s.len() + 1];
    for end in 1..=s.len() {
        best[end] = best[end - 1] + 1;
        for start in end.saturating_sub(LONGEST_PIECE)..end.saturating_sub(1) {
            if guessable(&s[start..end], &leet[start..end]) {
                best[end] = best[end].min(best[start] + 1);
            }
        }
    }
    best[s.len()]
}

fn guessable(part: &[char], leet: &[char]) -> bool {
    is_word(part)
        || is_word(leet)
        || part.len() >= 3 && (is_sequence(part) || is_walk(part))
        || is_year(part)
        || is_date(part)
}

fn is_word(part: &[char]) -> bool {
    WORDS.contains(part.iter().collect::<String>().as_str())
}

/// aaaa, abcd, 8765, 2468: a steady step of at most two.
fn is_sequence(part: &[char]) -> bool {
    let step = |a: char, b: char| i64::from(u32::from(b)) - i64::from(u32::from(a));
    let first = step(part[0], part[1]);
    first.abs() <= 2 && part.windows(2).all(|w| step(w[0], w[1]) == first)
}

fn is_walk(part: &[char]) -> bool {
    let text: String = part.iter().collect();
    let back: String = part.iter().rev().collect();
    WALKS.iter().any(|w| w.contains(&text) || w.contains(&back))
}

fn number(part: &[char]) -> Option<u32> {
    part.iter().try_fold(0u32, |n, c| c.to_digit(10).map(|d| n * 10 + d))
}

fn is_year(part: &[char]) -> bool {
    part.len() == 4 && number(part).is_some_and(|n| (1900..=2099).contains(&n))
}

/// yyyymmdd, yymmdd, mmdd within a longer date.
fn is_date(part: &[char]) -> bool {
    let day = |md: &[char]| number(md).is_some_and(|n| (1..=12).contains(&(n / 100)) && (1..=31).contains(&(n % 100)));
    match part.len() {
        8 => is_year(&part[..4]) && day(&part[4..]),
        6 => number(&part[..2]).is_some() && day(&part[2..]),
        4 => day(part),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> String {
        let mut e = FieldErrors::default();
        check(password, &["lin.xiaomei", "林小梅", "东镇社工站", "陈雄"], "password", &mut e);
        e.of("password").map(|p| p.code.clone()).unwrap_or_default()
    }

    #[test]
    fn sixty_passwords() {
        for short in ["", "a", "Abc12345", "Tr0ub4dor&3", "十一个汉字也还是太短了"] {
            assert_eq!(code(short), "password-short", "{short}");
        }
        for common in [
            "password1234",
            "Password2021!",
            "P@ssw0rd1234",
            "passwordpassword",
            "admin123456789",
            "Admin@12345678",
            "administrator1",
            "qwertyuiop12",
            "qwertyuiop[]\\",
            "1qaz2wsx3edc",
            "1qaz@WSX3edc4rfv",
            "asdfghjkl;'12",
            "123456789012",
            "1234567890123456",
            "111111111111",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijkl",
            "woaini5201314",
            "woaini1314520",
            "iloveyou2021",
            "Welcome20210708",
            "19800101zhang",
            "fujian123456",
            "shegongzhan2021",
            "Shegong@2021",
            "minzheng123456",
            "fuzhou20210101",
            "147258369147",
            "zxcvbnm,./123",
            "asdfasdfasdf",
            "test1234test1234",
            "letmein1234567",
            "summer2021summer",
            "abababababab",
            "121212121212",
        ] {
            assert_eq!(code(common), "password-common", "{common}");
        }
        for own in [
            "linxiaomei-but-long-enough",
            "L1n.Xiaomei#8851",
            "我是林小梅本人没有错误啊",
            "zhanwang-Kd83hs",
            "欢迎来到站网一二三四五六",
            "东镇社工站的密码不好猜吧",
            "dongzhenshegongzhan-7Kq",
            "chenxiong-vR7#kLp2",
        ] {
            assert_eq!(code(own), "password-context", "{own}");
        }
        for good in [
            "correct horse battery staple",
            "Kd83hs-Qw91mz",
            "马走日象走田炮打隔山将",
            "月落乌啼霜满天江枫渔火",
            "vR7#kLp2!xQz9",
            "three small boats at noon",
            "xK9vQ2mL7pR4",
            "Harbour-lamp-41-teacup",
            "海峡两岸的渔船都回港了",
            "grüne Wiesen im Frühling",
            "r4nd0m-but-l0ng-ph4se",
            "9f8a7c6b5d4e3210ff",
            "Lychee.Oolong.Ferry",
            "一二三木头人谁动谁就输了",
            "paper umbrella north gate",
        ] {
            let want = if good.chars().count() < SHORTEST { "password-short" } else { "" };
            assert_eq!(code(good), want, "{good}");
        }
        assert!(GUESSED.len() >= 100_000 && GUESSED.is_sorted());
        // Only the list knows these: a long name, a phrase that leaked, a dressed word.
        for listed in ["Manchester2019!", "!!birmingham1988", "christopher123", "Constantin0ple", "liverpoolfc1"] {
            assert_eq!(code(listed), "password-common", "{listed}");
        }
        assert_eq!(code(&"x7Kq".repeat(65)), "password-long");
        assert_eq!(code(&(0..256u32).map(|i| char::from_u32(0x4e00 + i * 37).unwrap()).collect::<String>()), "");
    }

    #[test]
    fn the_period_of_a_text() {
        let p = |s: &str| period(&s.chars().collect::<Vec<_>>());
        assert_eq!((p("abcabca"), p("aaaa"), p("abcd"), p("")), (3, 1, 4, 0));
    }
}
