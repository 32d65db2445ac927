//! How likely two records are of one person (domain.md section 11, "Duplicates"; decision 0035): weights and rules in one
//! place. A document number is no weight: the same number is the same person and blocks before this is asked.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use zw_access::Setting;
use zw_core::code::Code as _;
use zw_core::person_id::Sex;
use zw_core::{Day, FieldErrors, names, pinyin};

zw_core::codes! {
    /// What speaks for one person.
    pub enum Why {
        /// The names are the same, whichever signs they are written with.
        Name = "name",
        /// Some reading of both names is the same.
        Sound = "sound",
        /// Some readings differ only as they do in southern mouths.
        NearSound = "near_sound",
        /// The same birth date.
        Birth = "birth",
        /// Month and day changed places.
        BirthSwapped = "birth_swapped",
        /// One digit of the birth date differs.
        BirthDigit = "birth_digit",
        /// One birth date may be the other by the lunar calendar.
        BirthLunar = "birth_lunar",
        /// The same telephone.
        Phone = "phone",
        /// The same household.
        Household = "household",
        /// The same village.
        Village = "village",
    }
}
zw_core::codes! {
    /// Why somebody who resembles a person on file is another person.
    pub enum Distinct {
        /// 同名的两个人.
        Namesake = "namesake",
        /// 双胞胎或兄弟姐妹.
        Sibling = "sibling",
        /// 同住家人，共用电话.
        Family = "family",
        /// 当面核对过证件.
        Checked = "checked",
    }
}
zw_db::code_cols!(Distinct);

/// Setting `practice.duplicates`: from how many points a resemblance is shown, and from how many it must be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Shown from.
    pub show: i64,
    /// To be answered from.
    pub must: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { show: 50, must: 60 }
    }
}

// i18n-keys: practice-set-duplicates practice-set-duplicates-show practice-set-duplicates-must
impl Setting for Thresholds {
    const KEY: &'static str = "practice.duplicates";
    const MEANING: &'static str = "practice-set-duplicates";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        e.within("show", self.show, 30, 80);
        // Never above the number that name, birth date and village make together: that must always be answered.
        e.within("must", self.must, self.show.clamp(30, 80), 80);
        e
    }
}

/// What is compared of one person.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// Name.
    pub name: &'a str,
    /// Birth date.
    pub birth: Day,
    /// Sex, GB/T 2261.1.
    pub sex: &'a str,
    /// Whether there is a document number.
    pub numbered: bool,
}

/// What two records share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// Telephone.
    pub phone: bool,
    /// Household.
    pub household: bool,
    /// Village.
    pub village: bool,
}

/// How alike two records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Points.
    pub points: i64,
    /// What they come from, the names first.
    pub why: Vec<Why>,
}

impl Why {
    /// Points for it.
    pub fn points(self) -> i64 {
        match self {
            Self::Name => 45,
            Self::Sound => 32,
            Self::NearSound | Self::Birth | Self::Phone => 25,
            Self::BirthSwapped => 18,
            Self::BirthDigit => 14,
            Self::BirthLunar => 12,
            Self::Household | Self::Village => 10,
        }
    }
    /// Whether it is about the name.
    pub fn of_name(self) -> bool {
        matches!(self, Self::Name | Self::Sound | Self::NearSound)
    }
}

/// Points against: another birth date that no slip explains, another sex, two document numbers that differ.
const OTHER_BIRTH: i64 = -15;
const OTHER_SEX: i64 = -20;
const OTHER_NUMBER: i64 = -20;

/// The likeness of two records with different document numbers, or of which one has none. Without a name that at least
/// sounds alike it stays below what must be answered: families share telephones and twins share birth dates, and both are
/// commoner than a changed name (曾用名), which is shown all the same.
pub fn likeness(a: &Side<'_>, b: &Side<'_>, shared: Shared, t: &Thresholds) -> Likeness {
    let mut why: Vec<Why> = [same_name(a.name, b.name), same_birth(a.birth, b.birth)].into_iter().flatten().collect();
    let facts = [(shared.phone, Why::Phone), (shared.household, Why::Household), (shared.village, Why::Village)];
    why.extend(facts.into_iter().filter(|f| f.0).map(|f| f.1));
    let known = |s: &str| s == Sex::Male.code() || s == Sex::Female.code();
    let against = [
        (same_birth(a.birth, b.birth).is_none(), OTHER_BIRTH),
        (known(a.sex) && known(b.sex) && a.sex != b.sex, OTHER_SEX),
        (a.numbered && b.numbered, OTHER_NUMBER),
    ];
    let sum = why.iter().map(|w| w.points()).sum::<i64>() + against.iter().filter(|x| x.0).map(|x| x.1).sum::<i64>();
    let named = why.iter().any(|w| w.of_name());
    Likeness { points: if named { sum } else { sum.min(t.must - 1) }, why }
}

fn same_name(a: &str, b: &str) -> Option<Why> {
    if names::same_signs(a) == names::same_signs(b) {
        return Some(Why::Name);
    }
    let (a, b) = (pinyin::syllables(a), pinyin::syllables(b));
    let joined = |all: &[Vec<String>], sound: fn(&str) -> String| -> HashSet<String> {
        let spelled = all.iter().map(|s| s.iter().map(|x| sound(x)).collect::<Vec<_>>().join(" "));
        spelled.filter(|s| !s.is_empty()).collect()
    };
    let meet = |sound: fn(&str) -> String| !joined(&a, sound).is_disjoint(&joined(&b, sound));
    if meet(str::to_owned) {
        return Some(Why::Sound);
    }
    meet(near).then_some(Why::NearSound)
}

/// A syllable as it is confused in the south: zh z, ch c, sh s; n l and r l; a final ng and n; hu- and f-.
fn near(syllable: &str) -> String {
    let s = match syllable {
        "hu" => "fu".to_owned(),
        "hui" => "fei".to_owned(),
        "hun" => "fen".to_owned(),
        "hua" | "huan" | "huang" => format!("f{}", &syllable[2..]),
        other => other.to_owned(),
    };
    let s =
        ["zh", "ch", "sh"].iter().find(|i| s.starts_with(**i)).map_or(s.clone(), |i| format!("{}{}", &i[..1], &s[2..]));
    let s = match s.strip_prefix(['n', 'r']) {
        Some(rest) if !rest.is_empty() => format!("l{rest}"),
        _ => s,
    };
    match s.strip_suffix("ng") {
        Some(stem) => format!("{stem}n"),
        None => s,
    }
}

/// The first letters under which a name that sounds alike may be filed, a few for each reading.
pub fn near_initials(name: &str) -> Vec<String> {
    const MOST: usize = 24;
    let mut out: Vec<String> = vec![];
    for one in pinyin::initials(name) {
        let mut all = vec![String::new()];
        for c in one.chars() {
            let ways: &[char] = match c {
                'n' | 'l' | 'r' => &['n', 'l', 'r'],
                'f' | 'h' => &['f', 'h'],
                _ => &[],
            };
            // As it is typed first: the cap drops the rarest confusion.
            let ways = std::iter::once(c).chain(ways.iter().copied().filter(|w| *w != c));
            all =
                ways.flat_map(|w| all.iter().map(move |s| format!("{s}{w}")).collect::<Vec<_>>()).take(MOST).collect();
        }
        for key in all {
            if !key.is_empty() && !out.contains(&key) && out.len() < MOST {
                out.push(key);
            }
        }
    }
    out
}

/// The date with month and day in each other's place.
pub fn swapped(d: Day) -> Option<Day> {
    Day::new(d.year(), d.day(), d.month())
}

fn same_birth(a: Day, b: Day) -> Option<Why> {
    if a == b {
        return Some(Why::Birth);
    }
    if swapped(a) == Some(b) {
        return Some(Why::BirthSwapped);
    }
    let (x, y) = (a.yyyymmdd().to_string(), b.yyyymmdd().to_string());
    if x.len() == y.len() && x.bytes().zip(y.bytes()).filter(|(p, q)| p != q).count() == 1 {
        return Some(Why::BirthDigit);
    }
    // A lunar month and day written as they are lie 17 to 52 days before the same day of the common calendar.
    (17..=52).contains(&a.days_until(b).abs()).then_some(Why::BirthLunar)
}

#[cfg(test)]
#[path = "duplicate_tests.rs"]
mod tests;
