//! Whatever is written into the audit log has words in both languages: the viewer shows people what was done, not codes.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::StatusCode;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use zhanwang::wire;
use zw_access::Role;
use zw_accounts::views::audit::words::{self, ACTIONS};
use zw_testkit::{Engine, TestApp, World};
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

/// Kinds of record without a row of their own: an area, a figure, the log itself.
const NO_ROWS: &[&str] = &["audit", "division", "figure", "network", "wall"];

#[test]
fn every_kind_of_row_is_named_by_its_module_and_by_one() {
    let named: Vec<&str> = wire::modules().iter().filter_map(|m| m.named).flat_map(|n| n.kinds).copied().collect();
    let once: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(once.len(), named.len(), "{named:?}");
    for kind in in_sources("const NAME: &'static str = \"") {
        assert!(
            once.contains(kind.as_str()) || NO_ROWS.contains(&kind.as_str()),
            "rows of {kind} are only ids in the log"
        );
    }
}

/// The log names stations, reports and areas. A person is a number in it, whatever the record.
#[tokio::test]
async fn the_log_names_what_it_is_about_and_no_person() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::new(engine, parts()).await;
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let (county, head) = (t.client(local(Role::CountyAdmin, &home)), t.client(local(Role::StationHead, &home)));
        let review = format!("/api/v1/reports/{}/{}/approve", home.county, home.report);
        assert_eq!(county.post_json(&review, &json!({"version": 1})).await.status, StatusCode::OK);
        let reveal = format!("/api/v1/workers/{}/reveal", home.worker);
        let why = json!({"field": "phone", "purpose": "contact"});
        assert_eq!(county.post_json(&reveal, &why).await.status, StatusCode::OK);
        let void = format!("/api/v1/encounters/{}/{}/void", home.county, home.encounters[0]);
        let why = json!({"reason": "重复登记", "version": 1});
        assert_eq!(head.post_json(&void, &why).await.status, StatusCode::NO_CONTENT);
        let open = format!("/people/{}/{}", home.county, home.residents[0]);
        assert_eq!(head.get(&open).await.status, StatusCode::OK);
        let log = t.client(local(Role::AuditAdmin, &home));
        let page = log.get("/admin/audit").await.text();
        let list = page.split("<table").nth(1).unwrap();
        for want in [
            // The report with its period and station; the visit with its station and day; whose station acted.
            "月报 2021年6月 · 本地社工站".to_owned(),
            "本地社工站 · 2021-06-15".to_owned(),
            "<small class=\"zw-muted\">本地社工站</small>".to_owned(),
            home.worker.number(),
            zw_core::id::number(home.residents[0].0),
        ] {
            assert!(list.contains(&want), "{engine:?}: {want} in {list}");
        }
        let all = format!("record={}", home.report.to_string().replace('-', "%2D"));
        assert!(list.contains(&all), "the name leads to all that was done with it");
        let export = log.post("/admin/audit/export", &[]).await;
        assert!(export.status == StatusCode::OK && !export.body.is_empty());
        let english = log.get_in("en", "/admin/audit").await.text();
        for html in [&page, &english] {
            for name in ["本地居民0", "本地居民1", "本地社工<", "本地社工 "] {
                assert!(!html.contains(name), "{engine:?}: {name} in the log");
            }
            for digits in &home.digits {
                assert!(!html.contains(digits.as_str()));
            }
        }
    }
}
