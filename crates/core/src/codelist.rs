//! Code lists of domain.md section 11 and of the fields of section 5: stable codes with Chinese and English words. What
//! residents and encounters are described with are enums and categories of `modules/practice`, their one home.
//!
//! Codes are never reused. National standards keep their own codes (GB/T 2261, 3304, 4658, 4761, 4762); lists of
//! ours have English words as codes. These are the values shipped; a province that edits a list does so in its
//! settings, and a code it retires keeps its label here for old records.

/// National standards and documents of people.
pub mod national;
/// Build-out, stations, contracts, money, staff and coordination.
pub mod network;

pub use network::EXCLUSION_REASON;

/// One code and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// Stable code.
    pub code: &'static str,
    /// Chinese label.
    pub zh: &'static str,
    /// English label.
    pub en: &'static str,
}

/// A code list. Entries stand in display order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// Key of the list, such as `obstacle`.
    pub key: &'static str,
    /// Its entries.
    pub entries: &'static [Entry],
}

impl CodeList {
    /// The entry with that code.
    pub fn get(&self, code: &str) -> Option<&'static Entry> {
        self.entries.iter().find(|e| e.code == code)
    }
    /// Whether the code is in the list.
    pub fn has(&self, code: &str) -> bool {
        self.get(code).is_some()
    }
    /// The Chinese label; an unknown code is shown as it is.
    pub fn zh<'a>(&self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |e| e.zh)
    }
    /// The English label; an unknown code is shown as it is.
    pub fn en<'a>(&self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |e| e.en)
    }
    /// The code of a Chinese label, for imports.
    pub fn code_of_zh(&self, zh: &str) -> Option<&'static str> {
        self.entries.iter().find(|e| e.zh == zh.trim()).map(|e| e.code)
    }
    /// Codes, in display order.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|e| e.code)
    }
}

/// Every list of this crate.
pub fn all() -> impl Iterator<Item = &'static CodeList> {
    [national::LISTS, network::LISTS].into_iter().flatten().copied()
}

/// The list with that key.
pub fn list(key: &str) -> Option<&'static CodeList> {
    all().find(|l| l.key == key)
}

/// Defines the lists of a file and `LISTS`, all of them.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $key:literal { $($code:literal $zh:literal $en:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            pub static $name: $crate::codelist::CodeList = $crate::codelist::CodeList {
                key: $key,
                entries: &[$($crate::codelist::Entry { code: $code, zh: $zh, en: $en }),+],
            };
        )+
        /// Every list of this file.
        pub(super) static LISTS: &[&$crate::codelist::CodeList] = &[$(&$name),+];
    };
}
use lists;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use std::collections::HashSet;

    #[test]
    fn keys_codes_and_labels_are_unique_and_complete() {
        let mut keys = HashSet::new();
        for l in all() {
            assert!(keys.insert(l.key), "{} twice", l.key);
            let codes: HashSet<_> = l.codes().collect();
            assert_eq!(codes.len(), l.entries.len(), "{}: a code twice", l.key);
            let zh: HashSet<_> = l.entries.iter().map(|e| e.zh).collect();
            assert_eq!(zh.len(), l.entries.len(), "{}: a Chinese label twice", l.key);
            for e in l.entries {
                assert!(!e.zh.is_empty() && !e.en.is_empty() && e.zh == e.zh.trim() && e.en == e.en.trim());
                assert!(e.en.is_ascii() || e.en.chars().all(|c| !crate::grams::is_han(c)), "{}", e.en);
                assert!(
                    e.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                    "{}: code {}",
                    l.key,
                    e.code
                );
            }
        }
        assert_eq!(keys.len(), 43);
    }

    #[test]
    fn look_ups() {
        let obstacle = list("obstacle").unwrap();
        assert_eq!(obstacle.codes().collect::<Vec<_>>(), ["venue", "tender", "funding", "staff", "other"]);
        assert_eq!((obstacle.zh("venue"), obstacle.en("venue")), ("场地", "Venue"));
        assert_eq!(obstacle.zh("unknown"), "unknown");
        assert_eq!(obstacle.code_of_zh(" 招标 "), Some("tender"));
        assert!(!obstacle.has("VENUE"));
        assert!(list("nothing").is_none());
    }

    /// The enums elsewhere in this crate and the lists must not drift apart.
    #[test]
    fn enums_and_lists_agree() {
        fn same<T: Code>(key: &str, also: &[&str]) {
            let listed: HashSet<_> = list(key).unwrap().codes().filter(|c| !also.contains(c)).collect();
            assert_eq!(listed, T::ALL.iter().map(|v| v.code()).collect(), "{key}");
        }
        same::<crate::person_id::IdKind>("id_type", &["none"]);
        same::<crate::person_id::Sex>("sex", &[]);
        same::<crate::person_id::uscc::OrgKind>("org_kind", &[]);
        same::<crate::deadline::Timeliness>("timeliness", &["amended"]);
    }
}
