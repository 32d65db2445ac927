//! The golden table of writes through HTTP: for every writing action, everybody and every relation, with bodies that go
//! through at home. What the table of `allowed.rs` does not allow is refused and changes nothing.

use crate::allowed::{PLACES, Table, everybody};
use crate::bodies::{Act, acts};
use crate::doors::parts;
use crate::dump::dump;
use crate::relations::{Rows, plant};
use axum::http::{Method, StatusCode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use zw_testkit::{Answer, Client, Engine, TestApp};

/// The path about a plant's row.
fn path(route: &str, r: &Rows) -> String {
    let id = match route {
        p if p.contains("/obstacles/") => r.obstacle.to_string(),
        p if p.contains("/postings/{id}") => r.posting.to_string(),
        p if p.contains("/workers/") => r.worker.to_string(),
        p if p.contains("/units/") => r.unit.to_string(),
        p if p.contains("/consents/{county}") => r.consent.to_string(),
        p if p.contains("/refusals/") => r.refusal.to_string(),
        p if p.contains("/residents/") => r.residents[0].to_string(),
        p if p.contains("/encounters/") => r.encounters[0].to_string(),
        _ => r.report.to_string(),
    };
    route
        .replace("{county}", &r.county.to_string())
        .replace("{town}", &r.town.to_string())
        .replace("{division}", &r.village.to_string())
        .replace("{id}", &id)
        .replace("{other}", &r.residents[1].to_string())
}

async fn send(c: &Client<'_>, act: &Act, r: &Rows, body: &Value) -> Answer {
    let path = path(act.route, r);
    if path.starts_with("/api/") {
        return c.send(act.method.clone(), &path, "application/json", body.to_string().into_bytes()).await;
    }
    let fields: Vec<_> = body.as_object().unwrap().iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
    assert_eq!(act.method, Method::POST);
    c.post(&path, &fields).await
}

/// Once more with the version that stands, as somebody does who reads the conflict.
async fn done(c: &Client<'_>, act: &Act, r: &Rows, n: u128) -> Answer {
    let mut body = (act.body)(r, n);
    let a = send(c, act, r, &body).await;
    if a.status != StatusCode::CONFLICT {
        return a;
    }
    body["version"] = a.json()["current"]["version"].clone();
    send(c, act, r, &body).await
}

/// Refused because of the place: not found, or told at the field that names the place.
fn out_of_place(a: &Answer) -> bool {
    const PLACE: [&str; 8] = ["division", "county", "area", "unit", "village", "worker", "workers", "persons"];
    let told = || {
        let body = a.json();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().any(|e| {
            let (field, code) = (e["field"].as_str().unwrap_or_default(), e["code"].as_str().unwrap_or_default());
            // `items[0].unit`: of one of several.
            PLACE.contains(&field.rsplit('.').next().unwrap_or_default())
                && (code.contains("unknown") || code.contains("outside") || code.contains("not-yours"))
        })
    };
    a.status == StatusCode::NOT_FOUND || a.status == StatusCode::UNPROCESSABLE_ENTITY && told()
}

/// Writes that the planted rows are past: a built station is not prepared again.
const PAST: &[&str] = &["/api/v1/units/{id}/state unit.advance"];

async fn table(engine: Engine) {
    let t = TestApp::new(engine, parts()).await;
    let mut plants = vec![];
    for (n, (county, town)) in (0u128..).zip(PLACES) {
        plants.push(plant(&t, n, county, town, "本地").await);
    }
    let printed = Table::printed();
    let people: Vec<_> = everybody(&plants[0]).into_iter().map(|(n, a)| (n, t.client(a.clone()), a)).collect();
    let before: Vec<String> = dumps(&t, &plants).await;
    let (mut wrong, mut n, mut refused) = (vec![], 0u128, 0);
    let mut open: Vec<(usize, usize, usize)> = vec![];
    let acts = acts();
    for (k, act) in acts.iter().enumerate() {
        for (w, (name, client, who)) in people.iter().enumerate() {
            for (p, rows) in plants.iter().enumerate() {
                if printed.allowed(who, act.action, &(act.place)(rows), false) {
                    open.push((k, w, p));
                    continue;
                }
                let has = printed.has(who, act.action);
                // Who lacks the action is refused before any row is looked at: one row shows it.
                if !has && p != 0 {
                    continue;
                }
                n += 1;
                let a = send(client, act, rows, &(act.body)(rows, n)).await;
                let fits = if has {
                    out_of_place(&a)
                } else {
                    matches!(a.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
                };
                refused += usize::from(fits);
                if !fits {
                    wrong.push(format!("{name} {} {} place {p}: {} {}", act.action, act.route, a.status, short(&a)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{engine:?}: let through\n{}", wrong.join("\n"));
    assert!(before == dumps(&t, &plants).await, "{engine:?}: a refused write changed something");
    assert!(refused > 700, "{refused}");

    let mut reached: BTreeMap<String, (bool, String)> = BTreeMap::new();
    for (k, w, p) in open {
        let (act, (name, client, _), rows) = (&acts[k], &people[w], &plants[p]);
        n += 1;
        let a = done(client, act, rows, n).await;
        let closed = matches!(a.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) || out_of_place(&a);
        if closed || a.status.is_server_error() {
            wrong.push(format!("{name} {} {} place {p}: {} {}", act.action, act.route, a.status, short(&a)));
        }
        let so_far = reached.entry(format!("{} {}", act.route, act.action)).or_default();
        so_far.0 |= a.status.is_success();
        so_far.1 = short(&a);
    }
    assert!(wrong.is_empty(), "{engine:?}: refused\n{}", wrong.join("\n"));
    // A body that never goes through would prove nothing.
    let other = |(what, (success, _)): &(&String, &(bool, String))| *success == PAST.contains(&what.as_str());
    let stuck: Vec<_> = reached.iter().filter(other).map(|(what, (_, last))| format!("{what}: {last}")).collect();
    assert!(stuck.is_empty(), "{engine:?}: never went through, or did although it should not\n{}", stuck.join("\n"));
    t.run_jobs().await;
    assert_eq!(reached.len(), acts.iter().map(|a| (a.route, a.action)).collect::<BTreeSet<_>>().len());
}

fn short(a: &Answer) -> String {
    a.text().chars().take(400).collect()
}

async fn dumps(t: &TestApp, plants: &[Rows]) -> Vec<String> {
    let mut out = vec![];
    for p in plants {
        out.push(dump(t, p, false).await);
    }
    out
}

#[tokio::test]
async fn every_write_is_open_to_whom_the_table_names_on_the_embedded_database() {
    table(Engine::Sqlite).await;
}

#[tokio::test]
async fn every_write_is_open_to_whom_the_table_names_on_postgres() {
    table(Engine::Postgres).await;
}
