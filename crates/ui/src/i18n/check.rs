//! Completeness of translations, for the tests of every module.

use fluent_bundle::FluentResource;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Keys of a Fluent source with the variables each one uses.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn keys_of(source: &str, what: &str, problems: &mut Vec<String>) -> Keys {
    // Variables are found by text, the key set by the real parser: a key the parser drops is a problem of its own.
    let mut keys = Keys::new();
    if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
        problems.extend(errors.iter().map(|e| format!("{what}: {e}")));
    }
    let mut current: Option<String> = None;
    for line in source.lines() {
        let starts_key = line.starts_with(|c: char| c.is_ascii_alphabetic());
        if starts_key && let Some((key, _)) = line.split_once('=') {
            let key = key.trim().to_owned();
            if keys.insert(key.clone(), BTreeSet::new()).is_some() {
                problems.push(format!("{what}: key {key} is defined twice"));
            }
            current = Some(key);
        } else if !line.starts_with([' ', '\t', '}']) && !line.is_empty() {
            current = None;
        }
        let Some(vars) = current.as_ref().and_then(|k| keys.get_mut(k)) else { continue };
        for piece in line.split('$').skip(1) {
            vars.insert(piece.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect());
        }
    }
    keys
}

/// Compares two Fluent sources: syntax errors, keys present in one only, keys with different variables.
pub fn check_ftl(zh: &str, en: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let zh = keys_of(zh, "zh-CN", &mut problems);
    let en = keys_of(en, "en", &mut problems);
    for key in zh.keys().filter(|k| !en.contains_key(*k)) {
        problems.push(format!("en: key {key} is missing"));
    }
    for (key, vars) in &en {
        match zh.get(key) {
            None => problems.push(format!("zh-CN: key {key} is missing")),
            Some(other) if other != vars => problems.push(format!("{key}: variables differ: {other:?} and {vars:?}")),
            Some(_) => {}
        }
    }
    problems
}

/// Every key written as a literal in a `.t("…")`, `.tf("…"` or `.t_or("…"` call of a `.rs` file under `dir`, plus
/// the words of a comment `// i18n-keys: a b c`, the way to name keys that are put together at run time.
pub fn used_keys(dir: impl AsRef<Path>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(dir.as_ref(), &mut |text| {
        for call in [".t(", ".tf(", ".t_or("] {
            for piece in text.split(call).skip(1) {
                if let Some(rest) = piece.trim_start().strip_prefix('"')
                    && let Some((key, _)) = rest.split_once('"')
                    && is_key(key)
                {
                    found.insert(key.to_owned());
                }
            }
        }
        for line in text.lines() {
            if let Some((before, names)) = line.split_once("i18n-keys:")
                && before.trim() == "//"
            {
                found.extend(names.split_whitespace().filter(|n| is_key(n)).map(str::to_owned));
            }
        }
    });
    found
}

fn is_key(s: &str) -> bool {
    s.starts_with(|c: char| c.is_ascii_alphabetic())
        && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn walk(dir: &Path, each: &mut dyn FnMut(&str)) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, each);
        } else if path.extension().is_some_and(|e| e == "rs")
            && let Ok(text) = fs::read_to_string(&path)
        {
            // Everything after the tests begin is left out: tests name keys that do not exist on purpose.
            each(text.split("#[cfg(test)]").next().unwrap_or(""));
        }
    }
}

/// Checks one module folder (`i18n/zh-CN.ftl`, `i18n/en.ftl`, `src/`): the two languages agree and every used key is
/// defined there or in this crate. A module's test asserts that the answer is empty:
///
/// `assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());`
pub fn assert_complete(module_dir: impl AsRef<Path>) -> Vec<String> {
    let dir = module_dir.as_ref();
    let read = |name: &str| fs::read_to_string(dir.join("i18n").join(name));
    let (zh, en) = match (read("zh-CN.ftl"), read("en.ftl")) {
        (Ok(zh), Ok(en)) => (zh, en),
        (zh, en) => {
            let lost = [("zh-CN.ftl", zh.is_err()), ("en.ftl", en.is_err())];
            return lost.iter().filter(|l| l.1).map(|l| format!("i18n/{} cannot be read", l.0)).collect();
        }
    };
    let mut problems = check_ftl(&zh, &en);
    let mut ignored = Vec::new();
    let mut defined = keys_of(&zh, "zh-CN", &mut ignored);
    defined.extend(keys_of(super::UI_ZH, "zh-CN", &mut ignored));
    let used = used_keys(dir.join("src"));
    problems.extend(used.iter().filter(|k| !defined.contains_key(*k)).map(|k| format!("key {k} is used, not defined")));
    problems
}

/// Keys of the module's Chinese file that no source names: candidates for removal. Not part of [`assert_complete`],
/// because keys put together at run time look unused until a comment names them.
pub fn unused_keys(module_dir: impl AsRef<Path>) -> Vec<String> {
    let dir = module_dir.as_ref();
    let zh = fs::read_to_string(dir.join("i18n/zh-CN.ftl")).unwrap_or_default();
    let used = used_keys(dir.join("src"));
    keys_of(&zh, "zh-CN", &mut Vec::new()).into_keys().filter(|k| !used.contains(k)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_between_languages_are_named() {
        let zh = "a = 甲 { $n }\nb = 乙\nmany = { $n ->\n   *[other] { $n } 个{ $what }\n}\n";
        let en = "a = A { $m }\nc = C\nmany = { $n ->\n    [one] one\n   *[other] { $n } { $what }\n}\n";
        let got = check_ftl(zh, en);
        assert_eq!(
            got,
            [
                "en: key b is missing".to_owned(),
                "a: variables differ: {\"n\"} and {\"m\"}".to_owned(),
                "zh-CN: key c is missing".to_owned(),
            ]
        );
        assert!(check_ftl("a = 甲\na = 乙\n", "a = A\n").iter().any(|p| p.contains("defined twice")));
        assert!(!check_ftl("= 坏\n", "").is_empty());
    }

    #[test]
    fn used_keys_are_read_from_the_sources() {
        let used = used_keys(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
        assert!(used.contains("ui-skip"), "{used:?}");
        assert!(used.contains("ui-status-done"), "named in an i18n-keys comment");
    }
}
