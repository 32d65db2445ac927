//! OpenAPI 3.1 of the API routes, made from the registry.

use crate::route::{ApiDoc, Route};
use serde_json::{Map, Value, json};

/// The description of one API route, kept when the handlers are gone into the router.
#[derive(Clone)]
pub(crate) struct Operation {
    method: String,
    path: &'static str,
    access: String,
    doc: ApiDoc,
}

impl Operation {
    pub(crate) fn of(r: &Route) -> Option<Self> {
        Some(Self {
            method: r.method.as_str().to_lowercase(),
            path: r.path,
            access: format!("{:?}", r.access),
            doc: r.doc.clone()?,
        })
    }
}

/// The document.
pub(crate) fn document(ops: &[Operation], demo: bool) -> Value {
    let mut paths = Map::new();
    for op in ops {
        let mut params: Vec<Value> = op
            .path
            .split('/')
            .filter_map(|p| p.strip_prefix('{').and_then(|p| p.strip_suffix('}')))
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        if let Some(q) = &op.doc.query
            && let Some(Value::Object(fields)) = q.get("properties")
        {
            for (name, schema) in fields {
                params.push(json!({"name": name, "in": "query", "required": false, "schema": schema}));
            }
        }
        let media = op.doc.media.unwrap_or("application/json");
        let ok = match &op.doc.response {
            Some(s) => json!({"description": "ok", "content": {media: {"schema": s}}}),
            None => json!({"description": "ok", "content": {media: {}}}),
        };
        let problem = json!({"description": "problem", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
        let mut body = json!({
            "summary": op.doc.summary,
            "operationId": format!("{}{}", op.method, op.path.replace(['/', '{', '}', '-'], "_")),
            "parameters": params,
            "x-access": op.access,
            "responses": {"200": ok, "default": problem},
        });
        if let Some(r) = &op.doc.request {
            body["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": r}}});
        }
        let entry = paths.entry(op.path).or_insert_with(|| json!({}));
        entry[&op.method] = body;
    }
    let description = if demo { "演示数据·非官方 / demo data, unofficial" } else { "" };
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Zhanwang", "version": "1", "description": description},
        "paths": paths,
        "components": {"schemas": {"Problem": {"type": "object", "required": ["type", "title", "status", "code"], "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
            "request_id": {"type": "string"},
            "errors": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}}}},
            "current": {"type": "object"}
        }}}}
    })
}
