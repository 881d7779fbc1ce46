//! The doors that belong to no object.

use kernel::limits::PAGE_RECORDS;
use serde_json::{Map, Value as Json, json};

use super::{
    paths::{answers, id, operation, query},
    schemas::reference,
    shapes::{self, list, named},
};

/// Adds what belongs to no object.
pub fn add(paths: &mut Map<String, Json>) {
    let one = |schema: Json| answers(&[("200", Some(schema))]);
    paths.insert(
        "/api/v1/me".to_owned(),
        json!({ "get": operation("General", "me", "Who the token stands for", vec![], None, one(reference("Me"))) }),
    );
    let search = vec![
        query("q", json!({ "type": "string" }), "What was typed"),
        query("objects", json!({ "type": "string" }), "Only these, apart by commas"),
        query(
            "limit",
            json!({ "type": "integer", "minimum": 1, "maximum": 100 }),
            "At most this many of each",
        ),
    ];
    paths.insert(
        "/api/v1/search".to_owned(),
        json!({ "get": operation("General", "search", "Search everything", search, None, one(list("hits", &reference("Hit")))) }),
    );
    access(paths);
    definitions(paths);
    work(paths);
    super::sources::add(paths);
    super::imports::add(paths);
    let name = json!({ "name": "name", "in": "query", "required": true, "schema": { "type": "string", "minLength": 1 }, "description": "What the file is called" });
    let content = json!({ "required": true, "content": { "application/octet-stream": { "schema": {} } } });
    let sent = answers(&[("201", Some(shapes::sent_file()))]);
    let summary = "Send a file; name its id in a field of files within a day";
    paths.insert(
        "/api/v1/files".to_owned(),
        json!({ "post": operation("General", "send_file", summary, vec![name], Some(content), sent) }),
    );
}

/// Adds what objects are, and how administrators change them.
fn definitions(paths: &mut Map<String, Json>) {
    let shown = |schema: Json| answers(&[("200", Some(schema))]);
    let made = |what: &str| answers(&[("201", Some(named(what)))]);
    let none = || answers(&[("204", None)]);
    let below = |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } });
    let definition = |required: &[&str]| {
        let texts: Map<String, Json> = required
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "type": "string", "minLength": 1 })))
            .collect();
        let schema = json!({
            "type": "object", "description": "As docs/metadata.md explains it",
            "properties": texts, "required": required,
        });
        Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }))
    };
    let losses = || {
        let description = "Make a change that cannot keep all contents; the history of their records does";
        vec![query("accept_losses", json!({ "type": "string", "enum": ["true", "false"] }), description)]
    };
    let at = |rest: &str| format!("/api/v1/objects{rest}");
    let tag = "Definitions";
    paths.insert(at(""), json!({
        "get": operation(tag, "list_objects", "What objects are", vec![], None, shown(list("objects", &reference("Object")))),
        "post": operation(tag, "define_object", "Make or change an object of one's own", losses(), definition(&["name", "plural"]), made("object")),
    }));
    paths.insert(at("/{object}"), json!({
        "parameters": [below("object")],
        "get": operation(tag, "show_object", "What an object is", vec![], None, shown(reference("Object"))),
        "delete": operation(tag, "remove_object", "Take an object of one's own away, with its records", vec![], None, none()),
    }));
    paths.insert(at("/{object}/overlay"), json!({
        "parameters": [below("object")],
        "get": operation(tag, "show_overlay", "What was changed about an object", vec![], None, shown(json!({ "type": "object" }))),
        "put": operation(tag, "set_overlay", "Change a shipped object", losses(), definition(&["object"]), none()),
    }));
    paths.insert(
        at("/{object}/fields"),
        json!({
            "parameters": [below("object")],
            "post": operation(tag, "add_field", "Add a field", vec![], definition(&["name", "type"]), made("field")),
        }),
    );
    paths.insert(at("/{object}/fields/{field}"), json!({
        "parameters": [below("object"), below("field")],
        "delete": operation(tag, "remove_field", "Take a field of one's own away, with what it holds", vec![], None, none()),
    }));
}

/// Adds background jobs, and questions to the warehouse.
fn work(paths: &mut Map<String, Json>) {
    let one = |schema: Json| answers(&[("200", Some(schema))]);
    let state = json!({ "type": "string", "enum": jobs::State::ALL.map(jobs::State::as_str) });
    let before = json!({ "type": "string", "format": "uuid" });
    let filter = vec![query("state", state, "Only these"), query("before", before, "Older than this job")];
    paths.insert(
        "/api/v1/jobs".to_owned(),
        json!({ "get": operation("General", "list_jobs", "Background jobs, the newest first", filter, None, one(list("jobs", &reference("Job")))) }),
    );
    let verb = json!({ "name": "verb", "in": "path", "required": true, "schema": { "type": "string", "enum": ["cancel", "retry", "discard"] } });
    paths.insert(
        "/api/v1/jobs/{id}/{verb}".to_owned(),
        json!({
            "parameters": [id(), verb],
            "post": operation("General", "act_on_job", "Cancel, try again or remove a job", vec![], None, answers(&[("204", None)])),
        }),
    );
    let question = json!({
        "type": "object",
        "properties": {
            "sql": { "type": "string" },
            "cube": super::cubes::question(),
            "limit": { "type": ["integer", "null"], "minimum": 0 },
            "format": { "type": "string", "enum": ["json", "csv", "parquet"] },
        },
        "oneOf": [{ "required": ["sql"] }, { "required": ["cube"] }],
        "additionalProperties": false,
    });
    let question = json!({ "required": true, "content": { "application/json": { "schema": question } } });
    let mut answered = one(reference("Answer"));
    for file in ["text/csv", "application/vnd.apache.parquet"] {
        answered["200"]["content"][file] = json!({ "schema": {} });
    }
    paths.insert(
        "/api/v1/query".to_owned(),
        json!({ "post": operation("General", "query", "Ask the warehouse, in SQL or of a cube", vec![], Some(question), answered) }),
    );
    let summary = "The cubes that can be asked, with their dimensions and measures";
    paths.insert(
        "/api/v1/cubes/known".to_owned(),
        json!({ "get": operation("General", "known_cubes", summary, vec![], None, one(list("cubes", &reference("Cube")))) }),
    );
}

/// Adds tokens and the audit.
fn access(paths: &mut Map<String, Json>) {
    let user =
        || query("user", json!({ "type": "string", "format": "uuid" }), "Somebody else, for administrators");
    let one = |status: &str, schema: Json| answers(&[(status, Some(schema))]);
    let wanted = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "minLength": 1 },
            "scopes": { "type": "array", "items": shapes::scope(), "minItems": 1 },
            "expires_in_days": { "type": ["integer", "null"], "minimum": 1, "maximum": 65_535 },
            "user": { "type": ["string", "null"], "format": "uuid" },
        },
        "required": ["name", "scopes"],
        "additionalProperties": false,
    });
    let wanted = json!({ "required": true, "content": { "application/json": { "schema": wanted } } });
    paths.insert(
        "/api/v1/tokens".to_owned(),
        json!({
            "get": operation("General", "list_tokens", "The tokens of a user", vec![user()], None, one("200", list("tokens", &reference("Token")))),
            "post": operation("General", "create_token", "Make a token; its text is told this once", vec![], Some(wanted), one("201", shapes::new_token())),
        }),
    );
    paths.insert(
        "/api/v1/tokens/{id}".to_owned(),
        json!({
            "parameters": [id()],
            "delete": operation("General", "revoke_token", "Withdraw a token", vec![user()], None, answers(&[("204", None)])),
        }),
    );
    let lines = vec![
        user(),
        query("refusals", json!({ "type": "string" }), "Only where somebody was kept out"),
        query("before", json!({ "type": "integer" }), "Older than this line"),
        query(
            "limit",
            json!({ "type": "integer", "minimum": 1, "maximum": PAGE_RECORDS }),
            "At most this many",
        ),
    ];
    paths.insert(
        "/api/v1/audit".to_owned(),
        json!({ "get": operation("General", "audit", "Who came in, who was kept out", lines, None, one("200", shapes::events())) }),
    );
}
