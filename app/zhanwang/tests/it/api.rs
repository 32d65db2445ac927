//! The API says what it does: every declared answer against the real one, by the document a client would read.

use crate::doors::parts;
use crate::forms::followed;
use crate::relations::{Rows, local, plant};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use zw_access::Role;
use zw_core::code::Code as _;
use zw_testkit::{Answer, Engine, TestApp, World};
use zw_web::Site;

const NOTICE: &str = "演示数据·非官方";

/// Where a value breaks its schema; nothing if it fits. Knows the keywords our schemas use and refuses others.
fn misfit(doc: &Value, schema: &Value, v: &Value, at: &str) -> Option<String> {
    let Some(s) = schema.as_object() else {
        return (schema == &json!(false)).then(|| format!("{at}: nothing may be here"));
    };
    for (key, want) in s {
        let bad = match key.as_str() {
            "type" => {
                let fits = |t: &Value| match t.as_str().unwrap_or_default() {
                    "object" => v.is_object(),
                    "array" => v.is_array(),
                    "string" => v.is_string(),
                    "integer" => v.is_i64() || v.is_u64(),
                    "number" => v.is_number(),
                    "boolean" => v.is_boolean(),
                    "null" => v.is_null(),
                    _ => false,
                };
                !want.as_array().map_or_else(|| fits(want), |list| list.iter().any(fits))
            }
            "$ref" => {
                if let Some(e) = misfit(doc, followed(doc, schema), v, at) {
                    return Some(e);
                }
                false
            }
            "enum" => !want.as_array().unwrap().contains(v),
            "const" => want != v,
            "required" => {
                let missing = want.as_array().unwrap().iter().find(|k| v.get(k.as_str().unwrap()).is_none());
                if let Some(k) = missing.filter(|_| v.is_object()) {
                    return Some(format!("{at}: {k} is missing"));
                }
                false
            }
            "properties" => {
                for (k, sub) in want.as_object().unwrap() {
                    if let Some(found) = v.get(k)
                        && let Some(e) = misfit(doc, sub, found, &format!("{at}/{k}"))
                    {
                        return Some(e);
                    }
                }
                false
            }
            "additionalProperties" => {
                let known = s.get("properties").and_then(Value::as_object);
                for (k, found) in v.as_object().into_iter().flatten() {
                    let free = k == "data_notice" || known.is_some_and(|p| p.contains_key(k));
                    if let Some(e) = (!free).then(|| misfit(doc, want, found, &format!("{at}/{k}"))).flatten() {
                        return Some(e);
                    }
                }
                false
            }
            "items" => {
                let mut list = v.as_array().into_iter().flatten();
                if let Some(e) = list.find_map(|item| misfit(doc, want, item, &format!("{at}[]"))) {
                    return Some(e);
                }
                false
            }
            "prefixItems" => {
                let pairs = want.as_array().unwrap().iter().zip(v.as_array().into_iter().flatten());
                if let Some(e) = pairs.into_iter().find_map(|(s, item)| misfit(doc, s, item, &format!("{at}[]"))) {
                    return Some(e);
                }
                false
            }
            "anyOf" | "oneOf" => want.as_array().unwrap().iter().all(|s| misfit(doc, s, v, at).is_some()),
            "allOf" => want.as_array().unwrap().iter().any(|s| misfit(doc, s, v, at).is_some()),
            "minimum" => v.as_f64().is_some_and(|n| n < want.as_f64().unwrap()),
            "minItems" => v.as_array().is_some_and(|l| (l.len() as u64) < want.as_u64().unwrap()),
            "maxItems" => v.as_array().is_some_and(|l| l.len() as u64 > want.as_u64().unwrap()),
            "$schema" | "title" | "description" | "format" | "default" => false,
            other => return Some(format!("{at}: the schema uses {other}, which this test does not know")),
        };
        if bad {
            return Some(format!("{at}: {key} {want} does not hold for {v}"));
        }
    }
    None
}

#[test]
fn the_validator_bites() {
    let schema = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": ["integer", "null"]},
        "b": {"type": "array", "items": {"$ref": "#/components/schemas/X"}}, "c": {"anyOf": [{"type": "null"}, {"type": "string"}]}}});
    let doc = json!({"components": {"schemas": {"X": {"enum": ["x"]}}}});
    for (v, fits) in [
        (json!({"a": 1, "b": ["x"], "c": "s", "d": 0}), true),
        (json!({"a": null, "c": null}), true),
        (json!({}), false),
        (json!({"a": "1"}), false),
        (json!({"a": 1, "b": ["y"]}), false),
        (json!({"a": 1, "c": 1}), false),
        (json!([]), false),
    ] {
        assert_eq!(misfit(&doc, &schema, &v, "").is_none(), fits, "{v}");
    }
}

/// Times as docs/API.md says: a text that begins with a date is a date, a minute in Beijing time, or RFC 3339.
fn odd_time(v: &Value) -> Option<String> {
    match v {
        Value::String(s) => {
            let shape: String = s.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
            let dated = shape.starts_with("9999-99-99") && shape.len() < 36;
            let known = ["9999-99-99", "9999-99-99 99:99", "9999-99-99T99:99:99+99:99"];
            let dated = dated && !(shape == known[2] && s.ends_with("+08:00") || known[..2].contains(&shape.as_str()));
            dated.then(|| s.clone())
        }
        Value::Array(l) => l.iter().find_map(odd_time),
        Value::Object(m) => m.values().find_map(odd_time),
        _ => None,
    }
}

/// A text that is the key of a message and not its words: who reads the API has no list of messages.
fn bare_key(v: &Value) -> Option<String> {
    match v {
        Value::String(s) => zw_ui::Lang::ZhCn.has(s).then(|| s.clone()),
        Value::Array(l) => l.iter().find_map(bare_key),
        Value::Object(m) => m.values().find_map(bare_key),
        _ => None,
    }
}

fn document(t: &TestApp) -> Value {
    t.app.ext::<Site>().unwrap().openapi(t.app.demo)
}

/// The declared success: its status, and the schema of its JSON if it has one.
fn success(op: &Value) -> (StatusCode, Option<&Value>) {
    let all = op["responses"].as_object().unwrap();
    let (status, answer) = all.iter().find(|(k, _)| k.starts_with('2')).unwrap();
    (status.parse().unwrap(), answer.pointer("/content/application~1json/schema"))
}

/// Compares one answer with its operation.
fn check(doc: &Value, method: &Method, route: &str, a: &Answer) {
    let op = &doc["paths"][route][method.as_str().to_lowercase()];
    let (status, schema) = success(op);
    assert_eq!(a.status, status, "{method} {route}: {}", a.text());
    match schema {
        Some(schema) => {
            let v = a.json();
            assert_eq!(misfit(doc, schema, &v, ""), None, "{method} {route}: {v}");
            assert_eq!(odd_time(&v), None, "{method} {route}");
            assert!(bare_key(&v).is_none(), "{method} {route}: {:?} in {v}", bare_key(&v));
            assert_eq!(v["data_notice"], NOTICE, "{method} {route}");
        }
        None => assert!(status != StatusCode::NO_CONTENT || a.body.is_empty(), "{method} {route}"),
    }
}

#[tokio::test]
async fn the_document_is_complete() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let doc = document(&t);
    assert_eq!(doc["components"]["securitySchemes"]["session"]["name"], t.cookie_name());
    let mut keyed = 0;
    for (path, ops) in doc["paths"].as_object().unwrap() {
        for (method, op) in ops.as_object().unwrap() {
            let at = format!("{method} {path}");
            let header = |name: &str| {
                op["parameters"].as_array().unwrap().iter().any(|p| p["in"] == "header" && p["name"] == name)
            };
            assert_eq!(header("X-CSRF-Token"), method != "get", "{at}");
            keyed += usize::from(header("Idempotency-Key"));
            let (status, schema) = success(op);
            if let Some(schema) = schema {
                assert_eq!(
                    followed(&doc, schema)["type"],
                    "object",
                    "{at}: an answer without a place for the demo's notice"
                );
            }
            let wanted: &[&str] = if method == "get" {
                &["401", "403", "503"]
            } else {
                &["401", "403", "408", "409", "413", "422", "503"]
            };
            for code in wanted.iter().chain(path.contains('{').then_some(&"404")) {
                let problem = &followed(&doc, &op["responses"][code])["content"]["application/problem+json"];
                assert!(problem.is_object(), "{at}: {code} is not told");
            }
            assert!(status.is_success(), "{at}");
        }
    }
    assert!(keyed > 20, "{keyed}");
}

/// Every reference of a value.
fn references<'a>(v: &'a Value, found: &mut BTreeSet<&'a str>) {
    match v {
        Value::Object(m) => {
            found.extend(m.get("$ref").and_then(Value::as_str));
            m.values().for_each(|v| references(v, found));
        }
        Value::Array(l) => l.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

/// A type is described once and referred to: two types have two names, chosen and not counted, and every name is used.
#[tokio::test]
async fn schemas_are_shared_and_named() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let doc = document(&t);
    assert_eq!(doc, document(&t), "the same document every time");
    assert!(doc.to_string().len() < 600_000, "{}: something is described again and again", doc.to_string().len());
    let mut used = BTreeSet::new();
    references(&doc, &mut used);
    for to in &used {
        assert!(doc.pointer(to.trim_start_matches('#')).is_some_and(Value::is_object), "{to} leads nowhere");
    }
    for kind in ["schemas", "responses"] {
        let all = doc["components"][kind].as_object().unwrap();
        assert!(all.len() >= 10, "{kind}: {}", all.len());
        for name in all.keys() {
            assert!(
                name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)),
                "{name}: no name of OpenAPI's"
            );
            assert!(used.contains(format!("#/components/{kind}/{name}").as_str()), "{name} is used nowhere");
            let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
            assert!(
                kind == "responses" || base == name || !all.contains_key(base),
                "two types are called {base}: name one"
            );
        }
    }
    let by_name: Vec<&String> = doc["components"]["schemas"].as_object().unwrap().keys().collect();
    assert!(by_name.is_sorted());
}

/// A path with the rows of a plant in it.
fn fill(route: &str, r: &Rows) -> String {
    let id = if route.contains("units") {
        r.unit.0
    } else if route.contains("workers") {
        r.worker.0
    } else if route.contains("/consents/{county}") {
        r.consent.0
    } else if route.contains("refusals") {
        r.refusal.0
    } else if route.contains("residents") {
        r.residents[0].0
    } else if route.contains("official-lists") {
        r.list.0
    } else if route.contains("encounters") {
        r.encounters[0].0
    } else {
        r.report.0
    };
    let path = route
        .replace("{county}", &r.county.to_string())
        .replace("{town}", &r.town.to_string())
        .replace("{division}", &r.village.to_string())
        .replace("{key}", if route.contains("settings") { "reporting.cycle" } else { "stations_built" })
        .replace("{id}", &id.to_string())
        .replace("{other}", &r.residents[1].to_string());
    match route {
        "/api/v1/wall/town" => path + &format!("?area={}", r.town),
        "/api/v1/targets" | "/api/v1/targets/changes" => path + &format!("?area={}", r.county),
        "/api/v1/reports/draft" => path + &format!("?period=2021-W26&county={}", r.county),
        _ => path,
    }
}

#[tokio::test]
async fn what_is_read_is_what_the_document_says() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::demo(engine, parts()).await;
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let doc = document(&t);
        let mut open: BTreeSet<&str> = doc["paths"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, o)| o["get"].is_object())
            .map(|(p, _)| p.as_str())
            .collect();
        for role in Role::ALL {
            let c = t.client(local(*role, &home));
            for (route, ops) in doc["paths"].as_object().unwrap() {
                // One's own account: the actors of these tests have none in the table.
                if !ops["get"].is_object() || route.starts_with("/api/v1/me") {
                    continue;
                }
                let a = c.get(&fill(route, &home)).await;
                if a.status.is_success() {
                    check(&doc, &Method::GET, route, &a);
                    open.remove(route.as_str());
                } else {
                    let problem = a.json();
                    let told = &ops["get"]["responses"][a.status.as_str()];
                    assert!(told.is_object(), "{role} {route}: {} is not told: {problem}", a.status);
                    let schema = &doc["components"]["schemas"]["Problem"];
                    assert_eq!(misfit(&doc, schema, &problem, ""), None, "{role} {route}: {problem}");
                    assert_eq!(problem["data_notice"], NOTICE);
                }
            }
        }
        // What this world has no row or no real account for.
        let none = [
            "/api/v1/accounts/{id}",
            "/api/v1/accounts/{id}/grants",
            "/api/v1/accounts/{id}/sessions",
            "/api/v1/circulars/{id}",
            "/api/v1/circulars/{id}/files/{format}",
            "/api/v1/jobs/{id}",
            "/api/v1/me",
            "/api/v1/me/sessions",
            "/api/v1/snapshots/{id}",
        ];
        assert_eq!(open.into_iter().collect::<Vec<_>>(), none, "{engine:?}: never answered");
    }
}

#[tokio::test]
async fn what_is_written_is_answered_as_the_document_says() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::demo(engine, parts()).await;
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let doc = document(&t);
        let county = t.client(local(Role::CountyAdmin, &home));
        let send = async |role: Role, method: Method, route: &str, path: &str, body: Value| -> Value {
            let c = t.client(local(role, &home));
            let body = if body.is_null() { vec![] } else { body.to_string().into_bytes() };
            let a = c.send(method.clone(), path, "application/json", body).await;
            check(&doc, &method, route, &a);
            serde_json::from_slice(&a.body).unwrap_or_default()
        };
        let unit = json!({"tier": "X", "division": "100", "name": "子一县中心", "mode": "own"});
        let made = send(Role::CountyAdmin, Method::POST, "/api/v1/units", "/api/v1/units", unit).await;
        let id = made["id"].as_str().unwrap();
        assert_eq!(county.get(&format!("/api/v1/units/{id}")).await.status, StatusCode::OK);
        let target = json!({"division": "100", "measure": "stations_built", "due_on": "2021-12-31", "value": "3", "phase": "coverage"});
        let made = send(Role::CountyAdmin, Method::POST, "/api/v1/targets", "/api/v1/targets", target).await;
        let path = format!("/api/v1/targets/{}", made["id"].as_str().unwrap());
        // Without the form token nothing is deleted, though a DELETE has no body that could hold one.
        let bare = county.send_with(Method::DELETE, &path, &[("x-csrf-token", "")], vec![]).await;
        assert_eq!(
            (bare.status, bare.json()["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("form-expired"))
        );
        send(Role::CountyAdmin, Method::DELETE, "/api/v1/targets/{id}", &format!("{path}?why=double"), Value::Null)
            .await;
        let review = "/api/v1/reports/{county}/{id}/approve";
        send(Role::CountyAdmin, Method::POST, review, &fill(review, &home), json!({"version": 1})).await;
        let void = "/api/v1/encounters/{county}/{id}/void";
        let body = json!({"reason": "重复登记", "version": 1});
        send(Role::StationHead, Method::POST, void, &fill(void, &home), body).await;
        let search = "/api/v1/search";
        let found = send(Role::StationHead, Method::POST, search, search, json!({"q": "本地"})).await;
        assert_eq!((found["workers"]["total"].as_i64(), found["residents"].as_array().unwrap().len()), (Some(1), 2));
        let reveal = "/api/v1/workers/{id}/reveal";
        let body = json!({"field": "phone", "purpose": "contact"});
        let shown = send(Role::CountyAdmin, Method::POST, reveal, &fill(reveal, &home), body).await;
        assert_eq!(shown["value"].as_str(), home.digits.last().map(String::as_str));
        // A file as it is, larger than a form may be.
        let rows = "code,name,level,parent_code\n".to_owned() + &"x,y,z,\n".repeat(400_000);
        let import = "/api/v1/divisions/import";
        let operator = t.client(local(Role::SysAdmin, &home));
        let a = operator.send(Method::POST, import, "text/csv", rows.into_bytes()).await;
        assert!(doc["paths"][import]["post"]["responses"]["422"].is_object());
        assert_eq!((a.status, a.json()["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("invalid")));
        assert_eq!(a.headers["content-type"], "application/problem+json");
        let errors = a.json()["errors"].as_array().unwrap().clone();
        assert_eq!(errors.len(), 501, "the first 500, and how many there are besides");
        let (first, last) = (errors[0].clone(), errors[500].clone());
        assert_eq!(
            (first["field"].as_str().map(|f| &f[..9]), last["code"].as_str()),
            (Some("lines[2]."), Some("row-more"))
        );
        assert!(errors.iter().all(|e| !e["message"].as_str().unwrap().contains("row-")), "words: {first}");
    }
}
