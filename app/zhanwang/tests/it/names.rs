//! A name that somebody looks for stays out of addresses, and with them out of the browser's history and of every log
//! on the way (MASK-3, AUD-4).

use crate::aim::aim;
use crate::doors::{parts, registry};
use crate::forms::forms;
use crate::logs;
use crate::relations::{local, plant};
use axum::http::{Method, StatusCode};
use std::collections::BTreeSet;
use zw_access::Role;
use zw_core::Rng;
use zw_core::code::Code as _;
use zw_testkit::{Engine, TestApp, World};
use zw_web::Site;

/// Forms that send what is typed in the address: none of them asks for a person.
const BY_ADDRESS: &[&str] = &["/units", "/divisions", "/admin/audit"];
/// Parameters of an address that could hold a name.
const NAMELIKE: &[&str] =
    &["q", "name", "person", "resident_name", "text", "display", "login", "id_no", "phone", "address"];
/// Addresses that take a word, and what it is.
const WORDS: &[(&str, &str)] =
    &[("/api/v1/units", "a station's name"), ("/units", "a station's name"), ("/divisions", "a division's name")];

#[tokio::test]
async fn no_address_takes_a_persons_name() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let own = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
    let known = |path: &str| WORDS.iter().any(|(p, _)| *p == path);
    // What the API says it takes.
    let doc = t.app.ext::<Site>().unwrap().openapi(false);
    let mut looked = 0;
    for (path, operations) in doc["paths"].as_object().unwrap() {
        for parameter in operations["get"]["parameters"].as_array().into_iter().flatten() {
            looked += 1;
            let name = parameter["name"].as_str().unwrap();
            assert!(parameter["in"] != "query" || !NAMELIKE.contains(&name) || known(path), "GET {path} takes {name}");
        }
    }
    assert!(looked > 30, "{looked}");
    // What pages ask for, and what they do with a name all the same.
    let rng = Rng::seeded(1);
    let (mut asked, mut searches) = (0, BTreeSet::new());
    for role in Role::ALL {
        let c = t.client(local(*role, &own));
        for (method, route, _) in registry(&t) {
            if method != Method::GET || route == "/live" || route.starts_with("/assets/") {
                continue;
            }
            let path = aim(route, &own, &own, &rng);
            let a = c.get(&path).await;
            if a.status == StatusCode::OK && !path.starts_with("/api/") {
                for f in forms(&a.text()) {
                    let words = f.fields.iter().any(|(n, _)| NAMELIKE.contains(&n.as_str()));
                    if words && f.post && f.fields.len() <= 6 {
                        searches.insert(f.action.clone());
                    }
                    let by_address = BY_ADDRESS.iter().any(|p| f.action == *p);
                    assert!(f.post || !words || by_address, "{path}: a form sends a name to {}", f.action);
                }
            }
            for name in NAMELIKE {
                if known(route) {
                    continue;
                }
                asked += 1;
                let a = c.get(&format!("{path}?{name}=%E5%AF%BB%E6%89%BE%E7%8E%8B%E4%BA%94")).await;
                // Where it comes back at all: the way to this very page, which nobody looks people up by.
                let page = a.text();
                let body = page.split("<main").nth(1).unwrap_or(&page);
                assert!(!a.status.is_success() || !body.contains("寻找王五"), "{route}?{name} took a name");
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
    for search in ["/search", "/people/find", "/workers/find", "/admin/accounts/find"] {
        assert!(searches.contains(search), "no form of {search} was seen: {searches:?}");
    }
}

#[tokio::test]
async fn whom_somebody_looks_for_is_in_no_log() {
    logs::listen();
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let own = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
    let head = t.client(local(Role::StationHead, &own));
    let who = "寻找赵六";
    for path in ["/search", "/people/find", "/workers/find", "/people/new"] {
        let field = if path == "/people/new" { "name" } else { "q" };
        let a = head.post(path, &[(field, who)]).await;
        let a = if path == "/people/new" {
            a
        } else {
            assert_eq!(a.status, StatusCode::SEE_OTHER, "{path}");
            assert!(a.location().starts_with(&format!("{path}?s=")), "{}", a.location());
            assert!(!a.headers.values().any(|v| String::from_utf8_lossy(v.as_bytes()).contains(who)));
            head.get(&a.location()).await
        };
        assert_eq!(a.status, StatusCode::OK, "{path}");
        assert!(a.text().contains(who), "{path}: what was typed stands on the page");
        assert!(!a.headers.values().any(|v| String::from_utf8_lossy(v.as_bytes()).contains(who)));
    }
    // A defect and an outage are logged, with their path: of a search that is no more than where it goes.
    let (kept, plain) = t
        .without_database(async {
            (head.post("/people/find", &[("q", who)]).await, head.get("/people?due=1&page=987654").await)
        })
        .await;
    assert_eq!((kept.status, plain.status), (StatusCode::SERVICE_UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE));
    let log = logs::written();
    assert!(log.contains("path=/people/find"), "the outage was logged: {log}");
    // With their names: the log holds times and identifiers, in which any six digits may stand.
    let told = [who, "%E5%AF%BB", "page=987654", "due=1"].into_iter().find(|w| log.contains(w));
    assert_eq!(told, None, "the log says what was looked for");
}
