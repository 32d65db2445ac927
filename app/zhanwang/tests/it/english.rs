//! English pages have English punctuation: the signs of Chinese stand in proper names and in what people wrote, nowhere else.

use crate::doors::{parts, registry};
use crate::relations::{Rows, local, plant};
use axum::http::{Method, StatusCode};
use std::collections::BTreeSet;
use zw_access::Role;
use zw_core::code::Code as _;
use zw_testkit::{Engine, TestApp, World};

/// The address of a page about a plant's rows.
fn fill(route: &str, r: &Rows) -> String {
    let id = match route {
        p if p.contains("/units/") => r.unit.to_string(),
        p if p.contains("/workers/") => r.worker.to_string(),
        p if p.starts_with("/consents/") => r.consent.to_string(),
        p if p.starts_with("/people/") => r.residents[0].to_string(),
        p if p.starts_with("/official-lists/") => r.list.to_string(),
        p if p.starts_with("/visits/") => r.encounters[0].to_string(),
        _ => r.report.to_string(),
    };
    let key = if route.contains("settings") { "reporting.cycle" } else { "stations_built" };
    let path = route.replace("{county}", &r.county.to_string()).replace("{town}", &r.town.to_string());
    path.replace("{key}", key)
        .replace("{id}", &id)
        .replace("{other}", &r.residents[1].to_string())
        .replace("{period}", "2021-06")
}

/// The text of a page, an element's end told by a space.
fn text(html: &str) -> String {
    let (mut out, mut within) = (String::new(), false);
    for c in html.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            c if !within => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Signs of Chinese that do not stand between Chinese characters, and lists of names joined as in Chinese, with what is
/// around them.
fn misplaced(text: &str) -> Vec<String> {
    let all: Vec<char> = text.chars().collect();
    let near = |i: usize| all[i.saturating_sub(20)..(i + 20).min(all.len())].iter().collect::<String>();
    let solid = |c: Option<&char>| c.copied().filter(|c| !c.is_whitespace());
    (0..all.len())
        .filter(|i| "，。：；（）、！？".contains(all[*i]))
        .filter(|i| {
            let (before, after) = (i.checked_sub(1).and_then(|b| solid(all.get(b))), solid(all.get(i + 1)));
            all[*i] == '、' || !(before.is_some_and(is_han) || after.is_some_and(is_han))
        })
        .map(near)
        .collect()
}

#[test]
fn the_check_bites() {
    for (said, wrong) in [
        ("2020-12-31：1 Coverage", 1),
        ("Low income （Civil affairs）", 2),
        ("甲站、乙站", 1),
        ("Notice: 各县（市、区）建站", 1),
        ("说明：本周", 0),
        ("Coverage: 1, done (twice).", 0),
    ] {
        assert_eq!(misplaced(said).len(), wrong, "{said}");
    }
}

#[tokio::test]
async fn pages_in_english_have_english_punctuation() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
    plant(&t, 2, World::COUNTY, World::TOWN2, "邻镇").await;
    let (mut wrong, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for role in Role::ALL {
        let c = t.client(local(*role, &home));
        for (method, route, _) in registry(&t) {
            let page = method == Method::GET && !["/api/", "/assets/", "/live"].iter().any(|p| route.starts_with(p));
            if !page || route.ends_with("/export") {
                continue;
            }
            let a = c.get_in("en", &fill(route, &home)).await;
            let html = a.headers.get("content-type").is_some_and(|k| k.as_bytes().starts_with(b"text/html"));
            if a.status == StatusCode::OK && html {
                seen.insert(route);
                wrong.extend(misplaced(&text(&a.text())).into_iter().map(|near| format!("{route}: {near}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(seen.len() > 40, "{}", seen.len());
}
