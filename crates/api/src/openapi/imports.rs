//! Imports: a file with the records of an object, from its sending to what was refused of it.

use serde_json::{Map, Value as Json, json};

use super::{
    paths::{answers, id, operation, query},
    schemas::{id as uuid, nullable, reference},
    shapes::{list, of},
};

const STATES: [&str; 9] =
    ["new", "checking", "checked", "running", "done", "cancelled", "failed", "reverting", "reverted"];
const COUNTS: [&str; 9] =
    ["rows", "created", "updated", "unchanged", "passed", "bad", "unlinked", "unmatched", "made"];

/// Adds the addresses of imports.
pub fn add(paths: &mut Map<String, Json>) {
    let import = |status: &str| answers(&[(status, Some(reference("Import")))]);
    let shown = |schema: Json| answers(&[("200", Some(schema))]);
    let tag = "Imports";
    let at = |rest: &str| format!("/api/v1/imports{rest}");
    let name = json!({ "name": "name", "in": "query", "required": true, "schema": { "type": "string", "minLength": 1 }, "description": "What the file is called" });
    let text = || json!({ "type": "string" });
    let sending = vec![
        name,
        query("object", text(), "What its rows are; a mapping is proposed"),
        query("mapping", text(), "A kept mapping, by name"),
    ];
    let content = json!({ "required": true, "content": { "application/octet-stream": { "schema": {} } } });
    paths.insert(at(""), json!({
        "get": operation(tag, "list_imports", "Imports, the newest first", vec![], None, shown(list("imports", &reference("Import")))),
        "post": operation(tag, "send_import", "Send a file to be imported", sending, Some(content), import("201")),
    }));
    paths.insert(
        at("/{id}"),
        json!({
            "parameters": [id()],
            "get": operation(tag, "show_import", "Where an import stands", vec![], None, import("200")),
        }),
    );
    let mapping = json!({ "type": "object", "description": "As docs/import.md explains it", "properties": { "object": { "type": "string", "minLength": 1 } }, "required": ["object"] });
    let mapping = json!({ "required": true, "content": { "application/json": { "schema": mapping } } });
    paths.insert(at("/{id}/mapping"), json!({
        "parameters": [id()],
        "put": operation(tag, "map_import", "Say what becomes of the columns", vec![], Some(mapping), import("200")),
    }));
    let after = vec![query("after", json!({ "type": "integer" }), "What the answer before gave as next")];
    paths.insert(at("/{id}/problems"), json!({
        "parameters": [id()],
        "get": operation(tag, "problems_of_import", "Rows that were refused", after, None, shown(refused())),
    }));
    let verb = json!({ "name": "verb", "in": "path", "required": true, "schema": { "type": "string", "enum": ["check", "run", "cancel", "revert"] } });
    paths.insert(at("/{id}/{verb}"), json!({
        "parameters": [id(), verb],
        "post": operation(tag, "act_on_import", "Check it without changing anything, run it, stop it, or take it back", vec![], None, import("202")),
    }));
}

/// An import as it is read.
pub fn schema() -> Json {
    let counts: Map<String, Json> =
        COUNTS.iter().map(|name| ((*name).to_owned(), json!({ "type": "integer" }))).collect();
    of(json!({
        "id": uuid(),
        "state": { "type": "string", "enum": STATES },
        "object": { "type": "string" },
        "file": { "type": "string" },
        "mapping": { "type": "object" },
        "counts": of(Json::Object(counts)),
        "reason": nullable("string"),
        "created_at": { "type": "string", "format": "date-time" },
        "finished_at": { "type": ["string", "null"], "format": "date-time" },
    }))
}

fn refused() -> Json {
    let text = || json!({ "type": "string" });
    let problem = of(json!({ "column": nullable("string"), "code": text(), "message": text() }));
    let row = of(json!({
        "row": { "type": "integer", "description": "As a spreadsheet counts: the header is 1" },
        "cells": { "type": "array", "items": text() },
        "problems": { "type": "array", "items": problem },
    }));
    of(json!({ "rows": { "type": "array", "items": row }, "next": nullable("integer") }))
}
