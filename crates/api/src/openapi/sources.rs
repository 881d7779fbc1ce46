//! The door to outside data in the warehouse.

use serde_json::{Map, Value as Json, json};

use super::{
    paths::{answers, operation},
    schemas::{id, reference},
    shapes,
};

/// Adds the sources.
pub fn add(paths: &mut Map<String, Json>) {
    let all = answers(&[("200", Some(shapes::list("sources", &reference("Source"))))]);
    let soon = || answers(&[("202", Some(shapes::of(json!({ "job": id() }))))]);
    let text = || json!({ "type": "string", "minLength": 1 });
    let name = json!({ "name": "name", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[a-z0-9_]{1,40}$" } });
    let texts = || json!({ "type": "array", "items": text() });
    let source = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "from": { "oneOf": [from("csv", &["file"]), from("parquet", &["file"]), from("sql", &["database", "query"])] },
            "key": { "type": "array", "items": text(), "minItems": 1 },
            "every": { "type": ["string", "null"], "description": "Such as `every 1h` or `daily 03:30 Europe/Berlin`" },
            "roles": texts(),
        },
        "required": ["from", "key"],
        "additionalProperties": false,
    });
    let source = json!({ "required": true, "content": { "application/json": { "schema": source } } });
    let at = |rest: &str| format!("/api/v1/warehouse/sources{rest}");
    let tag = "Outside data";
    paths.insert(
        at(""),
        json!({ "get": operation(tag, "list_sources", "The sources, with how they were last read", vec![], None, all) }),
    );
    paths.insert(at("/{name}"), json!({
        "parameters": [name.clone()],
        "put": operation(tag, "register_source", "Register a source, and have it read", vec![], Some(source), soon()),
        "delete": operation(tag, "remove_source", "Forget a source and its rows", vec![], None, answers(&[("204", None)])),
    }));
    paths.insert(
        at("/{name}/read"),
        json!({
            "parameters": [name],
            "post": operation(tag, "read_source", "Have a source read", vec![], None, soon()),
        }),
    );
}

fn from(kind: &str, parts: &[&str]) -> Json {
    let mut properties = Map::from_iter([("kind".to_owned(), json!({ "const": kind }))]);
    properties.extend(parts.iter().map(|part| ((*part).to_owned(), json!({ "type": "string" }))));
    let required: Vec<&str> = ["kind"].iter().chain(parts).copied().collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
