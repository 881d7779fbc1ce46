//! Kept views of an object.

use metadata::Object;
use serde_json::{Map, Value as Json, json};

use super::{
    paths::{answers, body, id, operation},
    schemas::{id as uuid, reference},
    shapes,
};

/// Adds the addresses of an object's kept views.
pub fn add(paths: &mut Map<String, Json>, label: &str, object: &Object) {
    let (name, plural) = (&object.name, &object.plural);
    let base = format!("/api/v1/{plural}/views");
    let one = |status: &str| answers(&[(status, Some(reference("View")))]);
    let all = shapes::list("views", &reference("View"));
    let create = operation(
        label,
        &format!("create_view_of_{plural}"),
        "Keep a view",
        vec![],
        Some(body("View_input")),
        one("201"),
    );
    paths.insert(base.clone(), json!({
        "get": operation(label, &format!("list_views_of_{plural}"), "Kept views: one's own, and those that are shared", vec![], None, answers(&[("200", Some(all))])),
        "post": create,
    }));
    let update = json!({ "required": true, "content": { "application/json": { "schema": changes() } } });
    paths.insert(format!("{base}/{{id}}"), json!({
        "parameters": [id()],
        "get": operation(label, &format!("show_view_of_{name}"), "Read a kept view", vec![], None, one("200")),
        "patch": operation(label, &format!("update_view_of_{name}"), "Change what is named of a kept view", vec![], Some(update), one("200")),
        "delete": operation(label, &format!("delete_view_of_{name}"), "Delete a kept view; the records stay", vec![], None, answers(&[("204", None)])),
    }));
}

/// A kept view as it is read, and as it is written.
pub fn schemas(schemas: &mut Map<String, Json>) {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let mut read = json!({
        "id": uuid(),
        "object": text("The name of the object whose records it lists"),
        "owner": uuid(),
        "may_change": { "type": "boolean", "description": "Whether whoever asks may change and delete it" },
        "href": text("Where a browser finds it"),
    });
    let written = written();
    if let (Json::Object(read), Json::Object(written)) = (&mut read, &written) {
        read.extend(written.clone());
    }
    schemas.insert("View".to_owned(), shapes::of(read));
    let mut input = changes();
    input["required"] = json!(["name"]);
    schemas.insert("View_input".to_owned(), input);
}

fn changes() -> Json {
    json!({ "type": "object", "properties": written(), "additionalProperties": false })
}

fn written() -> Json {
    let part = |description: &str| json!({ "type": ["string", "null"], "description": description });
    json!({
        "name": { "type": "string", "minLength": 1, "maxLength": 60, "description": "What it is called" },
        "shared": { "type": "boolean", "description": "Whether everybody who may see these records finds it" },
        "view": part("The shipped view that it starts from, by name"),
        "filter": part("A condition in the expression language; empty for none, null for the shipped view's"),
        "q": part("Words to be found by full-text search"),
        "sort": part("Fields apart by commas, a minus in front for descending"),
        "columns": part("Fields apart by commas"),
        "kind": { "type": ["string", "null"], "enum": ["list", "board", null], "description": "How the records are shown" },
        "group": part("The choice that makes the columns of a board"),
    })
}
