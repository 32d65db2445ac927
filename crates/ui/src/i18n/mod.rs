//! The two languages of the pages: Fluent bundles filled once at start, read everywhere through [`Lang::t`].
//!
//! Keys are kebab-case with the module's name first (`network-station-open`). A key that is missing shows as
//! `⟦key⟧`; [`assert_complete`] finds such keys in a test.

mod check;

pub use check::{assert_complete, check_ftl, unused_keys, used_keys};

use crate::format;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use std::collections::HashSet;
use std::sync::{OnceLock, PoisonError, RwLock};

/// The words of the layout and components in Chinese.
pub const UI_ZH: &str = include_str!("../../i18n/zh-CN.ftl");
/// The words of the layout and components in English.
pub const UI_EN: &str = include_str!("../../i18n/en.ftl");

/// A language of the pages. Chinese is the first and the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Lang {
    /// 简体中文
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// Both languages, Chinese first.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// Language tag for `<html lang>`, the cookie and `Content-Language`: `zh-CN` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// Reads a tag such as `zh`, `zh-Hans-CN`, `en-US`; `None` for any other language.
    pub fn from_code(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or("");
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The cookie decides; else the `Accept-Language` entry with the highest weight that we speak; else Chinese.
    pub fn negotiate(cookie: Option<&str>, accept_language: Option<&str>) -> Self {
        if let Some(lang) = cookie.and_then(Self::from_code) {
            return lang;
        }
        let mut best: Option<(u32, Self)> = None;
        for part in accept_language.unwrap_or("").split(',').take(20) {
            let mut bits = part.split(';');
            let Some(lang) = bits.next().and_then(Self::from_code) else { continue };
            let weight = bits.find_map(|b| b.trim().strip_prefix("q=")).map_or(1000, permille_of_weight);
            if weight > 0 && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, lang));
            }
        }
        best.map_or(Self::default(), |(_, lang)| lang)
    }

    /// The words for `key`; `⟦key⟧` when there are none.
    pub fn t(self, key: &str) -> String {
        self.look_up(key, None)
    }

    /// Between the members of a list in running text.
    pub fn comma(self) -> &'static str {
        if self == Self::En { ", " } else { "、" }
    }

    /// Between sentences of which each could stand alone.
    pub fn semicolon(self) -> &'static str {
        if self == Self::En { "; " } else { "；" }
    }

    /// Between a name and what is said of it.
    pub fn colon(self) -> &'static str {
        if self == Self::En { ": " } else { "：" }
    }

    /// A remark in brackets, to stand behind a word.
    pub fn aside(self, text: &str) -> String {
        if self == Self::En { format!(" ({text})") } else { format!("（{text}）") }
    }

    /// The words for `key` with arguments filled in. Whole numbers get thousands separators, so pass years,
    /// codes and document numbers as text.
    pub fn tf(self, key: &str, args: &[(&str, Arg)]) -> String {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            match value {
                Arg::Int(n) => fluent.set(name.to_string(), FluentValue::from(*n)),
                Arg::Text(s) => fluent.set(name.to_string(), FluentValue::from(s.clone())),
            }
        }
        self.look_up(key, Some(&fluent))
    }

    /// Whether `key` has words in this language.
    pub fn has(self, key: &str) -> bool {
        let store = store().read().unwrap_or_else(PoisonError::into_inner);
        store.bundle(self).get_message(key).is_some_and(|m| m.value().is_some())
    }

    /// The words for `key`, or `fallback` when there are none: for texts of code lists kept in the database.
    pub fn t_or(self, key: &str, fallback: &str) -> String {
        if self.has(key) { self.t(key) } else { fallback.to_owned() }
    }

    fn look_up(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let store = store().read().unwrap_or_else(PoisonError::into_inner);
        let bundle = store.bundle(self);
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else { return format!("⟦{key}⟧") };
        let mut errors = Vec::new();
        let words = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        // A variable nobody filled in would reach a reader as `{$name}`: every test that renders the page fails instead.
        debug_assert!(errors.is_empty(), "{key} ({}): {errors:?}", self.code());
        words
    }
}

/// `q=0.8` as 800; what cannot be read counts as 0.
fn permille_of_weight(q: &str) -> u32 {
    let (whole, frac) = q.trim().split_once('.').unwrap_or((q.trim(), ""));
    let digits: String = frac.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().unwrap_or(0);
    (whole * 1000 + digits.parse::<u32>().unwrap_or(0)).min(1000)
}

/// A value filled into a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A whole number; decides plurals and is shown with thousands separators.
    Int(i64),
    /// Text, shown as it is.
    Text(String),
}
impl From<i64> for Arg {
    fn from(v: i64) -> Self {
        Self::Int(v)
    }
}
impl From<i32> for Arg {
    fn from(v: i32) -> Self {
        Self::Int(v.into())
    }
}
impl From<u32> for Arg {
    fn from(v: u32) -> Self {
        Self::Int(v.into())
    }
}
impl From<usize> for Arg {
    fn from(v: usize) -> Self {
        Self::Int(i64::try_from(v).unwrap_or(i64::MAX))
    }
}
impl From<&str> for Arg {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}
impl From<String> for Arg {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}
impl From<&String> for Arg {
    fn from(v: &String) -> Self {
        Self::Text(v.clone())
    }
}

struct Store {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
    seen: HashSet<(Lang, &'static str)>,
}

impl Store {
    fn new() -> Self {
        let mut made = Self { zh: empty(Lang::ZhCn), en: empty(Lang::En), seen: HashSet::new() };
        made.add(Lang::ZhCn, UI_ZH);
        made.add(Lang::En, UI_EN);
        made
    }

    fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::ZhCn => &self.zh,
            Lang::En => &self.en,
        }
    }

    fn add(&mut self, lang: Lang, source: &'static str) -> Vec<String> {
        if !self.seen.insert((lang, source)) {
            return Vec::new();
        }
        let mut problems = Vec::new();
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                problems.extend(errors.iter().map(|e| format!("{}: {e}", lang.code())));
                resource
            }
        };
        let bundle = match lang {
            Lang::ZhCn => &mut self.zh,
            Lang::En => &mut self.en,
        };
        if let Err(errors) = bundle.add_resource(resource) {
            problems.extend(errors.iter().map(|e| match e {
                FluentError::Overriding { id, .. } => format!("{}: key {id} is defined twice", lang.code()),
                other => format!("{}: {other}", lang.code()),
            }));
        }
        problems
    }
}

fn empty(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.code().parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(n) if n.value.fract() == 0.0 && n.value.abs() < 9e15 => Some(format::num(n.value as i64)),
        _ => None,
    }));
    bundle
}

fn store() -> &'static RwLock<Store> {
    static STORE: OnceLock<RwLock<Store>> = OnceLock::new();
    STORE.get_or_init(|| RwLock::new(Store::new()))
}

/// The set of installed messages.
pub struct I18n;

impl I18n {
    /// Adds the messages of the modules; called by the binary at start and by tests. The words of this crate are
    /// always there. Installing the same source again changes nothing. Returns syntax errors and keys defined twice
    /// (the first definition stays).
    pub fn install(sources: &[(Lang, &'static str)]) -> Vec<String> {
        let mut store = store().write().unwrap_or_else(PoisonError::into_inner);
        sources.iter().flat_map(|(lang, source)| store.add(*lang, source)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_are_complete_and_used_keys_exist() {
        assert_eq!(assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
    }

    #[test]
    fn install_merges_and_repeats_without_harm() {
        let zh = "ui-test-n = 共 { $n } 站，{ $name }\n";
        let en = "ui-test-n = { $n ->\n    [one] one station\n   *[other] { $n } stations\n } of { $name }\n";
        assert!(I18n::install(&[(Lang::ZhCn, zh), (Lang::En, en)]).is_empty());
        assert!(I18n::install(&[(Lang::ZhCn, zh), (Lang::En, en)]).is_empty());
        assert_eq!(Lang::ZhCn.tf("ui-test-n", &[("n", 1100.into()), ("name", "福州".into())]), "共 1,100 站，福州");
        assert_eq!(Lang::En.tf("ui-test-n", &[("n", 1.into()), ("name", "Fuzhou".into())]), "one station of Fuzhou");
        assert_eq!(Lang::En.tf("ui-test-n", &[("n", 2026.into()), ("name", "x".into())]), "2,026 stations of x");
        assert_eq!(Lang::En.t("ui-test-absent"), "⟦ui-test-absent⟧");
        let twice = I18n::install(&[(Lang::En, "ui-test-n = again\n")]);
        assert_eq!(twice, ["en: key ui-test-n is defined twice"]);
    }

    #[test]
    fn language_is_negotiated() {
        for (cookie, accept, want) in [
            (None, None, Lang::ZhCn),
            (Some("en"), Some("zh-CN"), Lang::En),
            (Some("fr"), Some("en-GB,en;q=0.9"), Lang::En),
            (None, Some("fr, en;q=0.5, zh-CN;q=0.8"), Lang::ZhCn),
            (None, Some("zh;q=0, en;q=0.001"), Lang::En),
            (None, Some("de"), Lang::ZhCn),
        ] {
            assert_eq!(Lang::negotiate(cookie, accept), want, "{cookie:?} {accept:?}");
        }
    }
}
