//! OpenAPI 3.1 of the API routes, made from the registry.

use crate::route::{ApiDoc, Route, is_safe};
use axum::http::Method;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The description of one API route, kept when the handlers are gone into the router.
#[derive(Clone)]
pub(crate) struct Operation {
    method: Method,
    path: &'static str,
    access: String,
    doc: ApiDoc,
}

/// Refusals that any operation may answer, with their words; those of writes alone; those of rows alone.
const ALWAYS: [(&str, &str); 4] = [
    ("401", "no session"),
    ("403", "no right, or not sent from this site"),
    ("429", "too many"),
    ("503", "the database does not answer"),
];
const OF_WRITES: [(&str, &str); 4] = [
    ("408", "the body took too long"),
    ("409", "somebody else was faster: the current row"),
    ("413", "the body is too large"),
    ("422", "the input or the state does not allow it"),
];
const OF_ROWS: (&str, &str) = ("404", "does not exist, or lies outside the scope");
const OF_QUERIES: (&str, &str) = ("422", "a parameter is wrong");
const ANY: (&str, &str) = ("default", "any other problem");

/// Where the shared schemas lie.
const SCHEMAS: &str = "/components/schemas";
/// What every refusal answers.
const PROBLEM: &str = "Problem";

/// Makes schemas that refer to each other in the document's components.
pub(crate) fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().with(|s| s.definitions_path = SCHEMAS.into()).into_generator()
}

/// A shared response that answers a problem: one for each wording.
fn refusal((status, words): (&str, &str)) -> (String, Value) {
    let name = match (status, words == OF_QUERIES.1) {
        ("default", _) => format!("{PROBLEM}Other"),
        (_, true) => format!("{PROBLEM}{status}Query"),
        _ => format!("{PROBLEM}{status}"),
    };
    let content = json!({"application/problem+json": {"schema": {"$ref": format!("#{SCHEMAS}/{PROBLEM}")}}});
    (name, json!({"description": words, "content": content}))
}

impl Operation {
    pub(crate) fn of(r: &Route) -> Option<Self> {
        Some(Self { method: r.method.clone(), path: r.path, access: r.access.to_string(), doc: r.doc.clone()? })
    }

    fn is_write(&self) -> bool {
        !is_safe(&self.method)
    }

    fn parameters(&self, shapes: &mut SchemaGenerator) -> Vec<Value> {
        let mut all: Vec<Value> = self
            .path
            .split('/')
            .filter_map(|p| p.strip_prefix('{').and_then(|p| p.strip_suffix('}')))
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        if let Some(q) = self.doc.query.map(|q| (q.whole)(shapes))
            && let Some(Value::Object(fields)) = q.get("properties")
        {
            let required = q.get("required").and_then(Value::as_array);
            for (name, schema) in fields {
                let must = required.is_some_and(|r| r.iter().any(|n| n == name));
                all.push(json!({"name": name, "in": "query", "required": must, "schema": schema}));
            }
        }
        if self.is_write() {
            all.push(json!({"name": "X-CSRF-Token", "in": "header", "required": true, "schema": {"type": "string"},
                "description": "the session's form token, as /api/v1/me answers it"}));
            all.push(json!({"name": "Origin", "in": "header", "required": true, "schema": {"type": "string"},
                "description": "the address of the site, scheme to port; instead of it Sec-Fetch-Site: same-origin. A write with a cookie and neither of the two is refused (foreign-origin)"}));
        }
        if self.doc.keyed {
            all.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
                "schema": {"type": "string", "maxLength": 100},
                "description": "a repeat of the same request under the same key has no second effect"}));
        }
        all
    }

    fn responses(&self, shapes: &mut SchemaGenerator) -> Value {
        let mut ok = json!({"description": "ok"});
        let media = self.doc.media.unwrap_or("application/json");
        match &self.doc.response {
            Some(s) => ok["content"] = json!({media: {"schema": (s.named)(shapes)}}),
            None if self.doc.status != axum::http::StatusCode::NO_CONTENT => ok["content"] = json!({media: {}}),
            None => {}
        }
        let mut all = Map::new();
        all.insert(self.doc.status.as_str().to_owned(), ok);
        let mut problem = |told: (&str, &str)| {
            all.insert(told.0.to_owned(), json!({"$ref": format!("#/components/responses/{}", refusal(told).0)}));
        };
        ALWAYS.into_iter().for_each(&mut problem);
        if self.is_write() {
            OF_WRITES.into_iter().for_each(&mut problem);
        } else if self.doc.query.is_some() {
            problem(OF_QUERIES);
        }
        if self.path.contains('{') {
            problem(OF_ROWS);
        }
        problem(ANY);
        all.into()
    }

    fn json(&self, shapes: &mut SchemaGenerator) -> Value {
        let method = self.method.as_str().to_lowercase();
        let mut body = json!({
            "summary": self.doc.summary,
            "operationId": format!("{method}{}", self.path.replace(['/', '{', '}', '-'], "_")),
            "parameters": self.parameters(shapes),
            "x-access": self.access,
            "responses": self.responses(shapes),
        });
        if let Some(r) = &self.doc.request {
            let mut schema = Value::from((r.named)(shapes));
            // What the type leaves open the write to a row must say: beside the reference, not in it.
            if self.doc.versioned {
                schema["required"] = json!(["version"]);
            }
            body["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
        } else if let Some(media) = self.doc.takes {
            let schema = json!({"type": "string", "format": "binary"});
            body["requestBody"] = json!({"required": true, "content": {media: {"schema": schema}}});
        }
        body
    }
}

/// The document; `cookie` names the session's.
pub(crate) fn document(ops: &[Operation], demo: bool, cookie: &str) -> Value {
    let mut shapes = generator();
    let mut ops: Vec<&Operation> = ops.iter().collect();
    // By address: the document, and the names in it, do not hang on the order in which modules are joined.
    ops.sort_by_key(|op| (op.path, op.method.as_str()));
    let mut paths = Map::new();
    for op in ops {
        let entry = paths.entry(op.path).or_insert_with(|| json!({}));
        entry[op.method.as_str().to_lowercase()] = op.json(&mut shapes);
    }
    let mut schemas = shapes.take_definitions(true);
    schemas.insert(PROBLEM.into(), json!({"type": "object", "required": ["type", "title", "status", "code"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}}}},
        "current": {"type": "object"}
    }}));
    schemas.sort_keys();
    let refusals = ALWAYS.into_iter().chain(OF_WRITES).chain([OF_ROWS, OF_QUERIES, ANY]);
    let responses: Map<String, Value> = refusals.map(refusal).collect();
    let description = if demo { "演示数据·非官方 / demo data, unofficial" } else { "" };
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Zhanwang", "version": "1", "description": description},
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": cookie,
                "description": "sign in at /login; __Host-zw under https, zw_session on this machine"}},
            "responses": responses,
            "schemas": schemas
        }
    })
}
