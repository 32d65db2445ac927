//! What forms and bodies really ask for: the fields of the pages' forms, and bodies built from the OpenAPI schemas.

use crate::doors::registry;
use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use zw_core::Rng;
use zw_testkit::{Client, TestApp};
use zw_web::Site;

/// A form's fields: name, and the values it offers, what stands in it first.
pub(crate) type Fields = Vec<(String, Vec<String>)>;

fn unescaped(s: &str) -> String {
    s.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag.get(from..)?.split('"').next()
}

/// A form of a page: where it goes, how, and its fields.
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) post: bool,
    pub(crate) fields: Fields,
}

/// The forms of a page of ours. Attributes are quoted and hold no bare `>`: maud wrote them.
pub(crate) fn forms(html: &str) -> Vec<Form> {
    let mut out: Vec<Form> = vec![];
    let (mut open, mut select) = (false, String::new());
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let kind = tag.split([' ', '/']).next().unwrap_or_default();
        let name = attribute(tag, "name").map(unescaped);
        let value = attribute(tag, "value").map(unescaped);
        match kind {
            "form" => {
                let action = unescaped(attribute(tag, "action").unwrap_or_default());
                out.push(Form { action, post: attribute(tag, "method") == Some("post"), fields: vec![] });
                open = true;
            }
            "" if tag == "/form" => open = false,
            "input" | "button" | "select" | "textarea" if open => {
                let (Some(f), Some(name)) = (out.last_mut(), name) else { continue };
                select = if kind == "select" { name.clone() } else { String::new() };
                let value = if kind == "textarea" { unescaped(text.trim()) } else { value.unwrap_or_default() };
                match f.fields.iter_mut().find(|(n, _)| *n == name) {
                    Some((_, offered)) if tag.contains(" checked") => offered.insert(0, value),
                    Some((_, offered)) => offered.push(value),
                    None if kind == "select" => f.fields.push((name, vec![])),
                    None => f.fields.push((name, vec![value])),
                }
            }
            "option" if open && !select.is_empty() => {
                let Some(f) = out.last_mut() else { continue };
                if let Some((_, offered)) = f.fields.iter_mut().find(|(n, _)| *n == select) {
                    let value = value.unwrap_or_default();
                    if tag.contains(" selected") { offered.insert(0, value) } else { offered.push(value) }
                }
            }
            _ => {}
        }
    }
    out
}

/// The POST route that a path belongs to; literal parts go before places.
pub(crate) fn route_of(routes: &[&'static str], path: &str) -> Option<&'static str> {
    let parts: Vec<_> = path.split('?').next()?.split('/').collect();
    let fits = |route: &&&'static str| {
        let want: Vec<_> = route.split('/').collect();
        want.len() == parts.len() && want.iter().zip(&parts).all(|(w, p)| w.starts_with('{') || w == p)
    };
    routes.iter().filter(fits).min_by_key(|r| r.matches('{').count()).copied()
}

/// What the pages offer to post: of each route the form with the most fields that any of these people was shown.
pub(crate) async fn offered(t: &TestApp, people: &[&Client<'_>], paths: &[String]) -> BTreeMap<&'static str, Fields> {
    let posts: Vec<_> = registry(t)
        .into_iter()
        .filter(|(m, p, _)| *m == Method::POST && !p.starts_with("/api/"))
        .map(|r| r.1)
        .collect();
    let mut found: BTreeMap<&'static str, Fields> = BTreeMap::new();
    for c in people {
        for path in paths {
            let a = c.get(path).await;
            if a.status != StatusCode::OK {
                continue;
            }
            for f in forms(&a.text()).into_iter().filter(|f| f.post) {
                let Some(route) = route_of(&posts, &f.action) else { continue };
                let fields: Fields =
                    f.fields.into_iter().filter(|(n, _)| n != "csrf" && n != "idempotency_key").collect();
                let known = found.entry(route).or_default();
                if fields.len() > known.len() {
                    *known = fields;
                }
            }
        }
    }
    found
}

/// What a reference of the document leads to; anything else is itself.
pub(crate) fn followed<'a>(doc: &'a Value, v: &'a Value) -> &'a Value {
    match v["$ref"].as_str() {
        Some(to) => doc.pointer(to.trim_start_matches('#')).unwrap_or_else(|| panic!("{to} leads nowhere")),
        None => v,
    }
}

/// A schema with everything it refers to in its place; what stands beside a reference is added.
pub(crate) fn inlined(doc: &Value, schema: &Value) -> Value {
    match schema {
        Value::Object(m) if m.contains_key("$ref") => {
            let mut out = inlined(doc, followed(doc, schema));
            for (k, v) in m.iter().filter(|(k, _)| *k != "$ref") {
                match (out[k].as_array_mut(), v.as_array()) {
                    (Some(all), Some(more)) => all.extend(more.iter().cloned()),
                    _ => out[k] = v.clone(),
                }
            }
            out
        }
        Value::Object(m) => m.iter().map(|(k, v)| (k.clone(), inlined(doc, v))).collect::<Map<_, _>>().into(),
        Value::Array(l) => l.iter().map(|v| inlined(doc, v)).collect::<Vec<_>>().into(),
        v => v.clone(),
    }
}

/// The JSON body's schema of an operation.
pub(crate) fn schema(t: &TestApp, method: &Method, route: &str) -> Option<Value> {
    let doc = t.app.ext::<Site>().unwrap().openapi(false);
    let operation = &doc["paths"][route][method.as_str().to_lowercase()];
    operation["requestBody"]["content"]["application/json"].get("schema").map(|s| inlined(&doc, s))
}

/// A body that fits a schema, with the values of `known` wherever a field has that name.
pub(crate) fn built(schema: &Value, name: &str, known: &[(&'static str, String)], rng: &Rng) -> Value {
    let given = known.iter().find(|(k, _)| *k == name).map(|(_, v)| v.as_str());
    if let Some(any) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
        let one = any.iter().find(|s| s["type"] != "null").cloned().unwrap_or(Value::Null);
        return built(&one, name, known, rng);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let fit = values.iter().find(|v| v.as_str() == given && given.is_some());
        return fit.unwrap_or(&values[pick(rng, values.len())]).clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find_map(|k| k.as_str().filter(|k| *k != "null")).unwrap_or_default(),
        k => k.as_str().unwrap_or_default(),
    };
    match kind {
        "object" => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            Value::Object(properties.iter().map(|(k, s)| (k.clone(), built(s, k, known, rng))).collect::<Map<_, _>>())
        }
        // Elements are named after their list: `workers` holds a worker.
        "array" => json!([built(&schema["items"], name, known, rng)]),
        "integer" => json!(given.and_then(|v| v.parse::<i64>().ok()).unwrap_or(1)),
        "boolean" => json!(rng.below(2) == 0),
        "number" => json!(1),
        _ => json!(given.unwrap_or("测试")),
    }
}

pub(crate) fn pick(rng: &Rng, n: usize) -> usize {
    usize::try_from(rng.below(u64::try_from(n.max(1)).unwrap())).unwrap()
}

#[test]
fn forms_are_read_as_a_browser_reads_them() {
    let html = r#"<form action="/a/1" method="post"><input type="hidden" name="csrf" value="x"><select name="s"><option value="1">a</option><option value="2" selected>b</option></select><textarea name="t">
a &amp; b</textarea><input type="radio" name="r" value="p"><input type="radio" name="r" value="q" checked></form><input name="out" value="1"><form action="/b" method="get"><input name="q"></form>"#;
    let f = forms(html);
    assert_eq!((f.len(), f[0].post, f[1].post), (2, true, false));
    let fields: Vec<_> = f[0].fields.iter().map(|(n, v)| (n.as_str(), v.join("|"))).collect();
    let want = [("csrf", "x"), ("s", "2|1"), ("t", "a & b"), ("r", "q|p")];
    assert_eq!(fields, want.map(|(n, v)| (n, v.to_owned())));
    assert_eq!(route_of(&["/a/{id}", "/a/new", "/b"], "/a/new?x=1"), Some("/a/new"));
    assert_eq!(route_of(&["/a/{id}", "/a/new", "/b"], "/a/7"), Some("/a/{id}"));
}
