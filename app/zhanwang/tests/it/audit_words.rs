//! Whatever is written into the audit log has words in both languages: the viewer shows people what was done, not codes.

use std::collections::BTreeSet;
use std::path::Path;
use zhanwang::wire;
use zw_accounts::views::audit::words::{self, ACTIONS};
use zw_ui::Lang;
use zw_web::{Site, WebConfig};

/// What stands between `before` and the next quote in the sources of a folder, tests left out.
fn literals(dir: &Path, before: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "tests" && name != "target" {
            literals(&path, before, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // Comments name actions that do not exist.
            let lines = text.split("#[cfg(test)]").next().unwrap_or("").lines();
            for line in lines.filter(|l| !l.trim_start().starts_with("//")) {
                found.extend(
                    line.split(before).skip(1).filter_map(|p| p.split_once('"')).map(|(code, _)| code.to_owned()),
                );
            }
        }
    }
}

fn in_sources(before: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = BTreeSet::new();
    for dir in ["crates", "modules", "app/zhanwang"] {
        literals(&root.join(dir), before, &mut found);
    }
    found
}

#[test]
fn every_act_and_kind_of_record_of_the_log_has_words() {
    // Joining the site installs the words of all modules.
    let _ = Site::join(WebConfig { public_url: "http://127.0.0.1".into(), trusted_proxies: vec![] }, wire::modules());
    let mut acts: BTreeSet<String> = wire::policy().all().map(|(a, ..)| a.0.to_owned()).collect();
    let named = in_sources("Action(\"");
    assert!(named.len() > acts.len(), "the sources name more acts than the permissions: {}", named.len());
    acts.extend(named);
    for code in &acts {
        assert!(ACTIONS.contains(&code.as_str()), "{code} is not offered by the filter of the audit log");
    }
    for code in ACTIONS {
        assert!(acts.contains(*code), "{code} is written by nothing any more");
    }
    let mut kinds: BTreeSet<String> =
        acts.iter().filter_map(|a| a.split_once('.')).map(|(k, _)| k.to_owned()).collect();
    let resources = in_sources("const NAME: &'static str = \"");
    assert!(resources.contains("resident") && resources.contains("report"), "{resources:?}");
    kinds.extend(resources);
    for lang in Lang::ALL {
        let bare = |said: &str, code: &str| said == code || said.trim().is_empty();
        let acts = acts.iter().filter(|a| bare(&words::action(lang, a), a));
        let kinds = kinds.iter().filter(|k| bare(&words::kind(lang, k), k));
        let missing: Vec<&String> = acts.chain(kinds).collect();
        assert!(missing.is_empty(), "{}: no words for {missing:?}", lang.code());
    }
}
