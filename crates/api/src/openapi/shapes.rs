//! What the doors answer that belong to no object, and the parts of it.

use serde_json::{Map, Value as Json, json};

use super::schemas::{id, nullable, reference};

/// An object with all of these.
pub fn of(properties: Json) -> Json {
    let names: Vec<String> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}

/// One list under a name.
pub fn list(name: &str, of_what: &Json) -> Json {
    of(json!({ name: { "type": "array", "items": of_what } }))
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn texts() -> Json {
    json!({ "type": "array", "items": text() })
}

fn whole() -> Json {
    json!({ "type": "integer" })
}

fn truth() -> Json {
    json!({ "type": "boolean" })
}

fn at() -> Json {
    json!({ "type": "string", "format": "date-time" })
}

fn perhaps(kind: &str) -> Json {
    json!({ "type": ["string", "null"], "format": kind })
}

/// The schemas of what belongs to no object, by name.
pub fn schemas() -> Vec<(&'static str, Json)> {
    vec![
        ("Me", me()),
        ("Hit", of(json!({ "object": text(), "id": id(), "title": nullable("string") }))),
        ("Token", token()),
        ("Event", event()),
        ("Job", job()),
        ("Group", group()),
        ("Change", change()),
        ("TimelineEntry", timeline_entry()),
        ("Done", done()),
        ("Object", object()),
        ("Cube", cube()),
        ("Answer", answer()),
        ("Source", source()),
        ("Import", super::imports::schema()),
    ]
}

fn me() -> Json {
    of(json!({
        "id": id(),
        "name": text(),
        "email": text(),
        "locale": text(),
        "administrator": truth(),
        "scopes": { "type": ["array", "null"], "items": text(), "description": "What the token may do; null for a person" },
    }))
}

fn token() -> Json {
    of(json!({
        "id": id(),
        "user": id(),
        "name": text(),
        "prefix": { "type": "string", "description": "How its text begins" },
        "scopes": texts(),
        "alive": truth(),
        "made_at": at(),
        "expires_at": perhaps("date-time"),
        "used_at": perhaps("date-time"),
        "revoked_at": perhaps("date-time"),
    }))
}

fn event() -> Json {
    of(json!({
        "seq": whole(),
        "at": at(),
        "event": { "type": "string", "description": "Such as `signed-in` or `token-made`" },
        "user": perhaps("uuid"),
        "email": nullable("string"),
        "by": perhaps("uuid"),
        "address": nullable("string"),
        "agent": nullable("string"),
        "detail": nullable("string"),
    }))
}

fn job() -> Json {
    of(json!({
        "id": id(),
        "name": text(),
        "state": { "type": "string", "enum": jobs::State::ALL.map(jobs::State::as_str) },
        "enqueued_at": at(),
        "due_at": at(),
        "finished_at": perhaps("date-time"),
        "runs": whole(),
        "failures": whole(),
        "done": whole(),
        "total": nullable("integer"),
        "reason": nullable("string"),
    }))
}

fn group() -> Json {
    let sum = of(
        json!({ "field": text(), "currency": nullable("string"), "total": { "type": "string", "description": "A number, with no digit lost" } }),
    );
    of(json!({
        "key": { "description": "The content of the field; null for none" },
        "count": whole(),
        "sums": { "type": "array", "items": sum },
    }))
}

fn change() -> Json {
    let values = of(json!({ "before": {}, "after": {} }));
    of(json!({
        "seq": whole(),
        "at": at(),
        "user": perhaps("uuid"),
        "channel": text(),
        "happening": { "type": "string", "description": "Such as `create`, `update`, `delete`" },
        "version": whole(),
        "fields": { "type": "object", "additionalProperties": values },
    }))
}

fn timeline_entry() -> Json {
    let by = json!({ "anyOf": [reference("Link"), { "type": "null" }], "description": "Who; null for the program" });
    let record = of(json!({ "object": text(), "id": id(), "title": nullable("string") }));
    let activity = of(json!({ "kind": { "const": "activity" }, "at": at(), "by": by, "record": record }));
    let mut change = change();
    let told = &mut change["properties"];
    told.as_object_mut().and_then(|told| told.remove("user"));
    told["kind"] = json!({ "const": "change" });
    told["by"] = by;
    json!({ "oneOf": [activity, of(told.take())] })
}

fn done() -> Json {
    let record = of(json!({ "object": text(), "id": id() }));
    of(json!({
        "message": text(),
        "go_to": { "anyOf": [record, { "type": "null" }], "description": "The record to look at next" },
        "details": { "type": "object" },
    }))
}

fn object() -> Json {
    let option = of(json!({
        "name": text(),
        "label": text(),
        "outcome": nullable("string"),
        "probability": {},
        "forecast_category": nullable("string"),
        "only_for": texts(),
        "retired": truth(),
    }));
    let field = of(json!({
        "name": text(),
        "type": text(),
        "label": text(),
        "required": truth(),
        "unique": truth(),
        "read_only": truth(),
        "custom": truth(),
        "to": { "type": "array", "items": text(), "description": "The objects that a link leads to" },
        "options": { "type": ["array", "null"], "items": option },
    }));
    of(json!({
        "name": text(),
        "plural": text(),
        "label": text(),
        "plural_label": text(),
        "custom": truth(),
        "fields": { "type": "array", "items": field },
    }))
}

fn cube() -> Json {
    let level = of(json!({ "name": text(), "label": text() }));
    let dimension = of(
        json!({ "name": text(), "label": text(), "levels": { "type": "array", "items": level }, "days": truth() }),
    );
    let measure = of(json!({ "name": text(), "label": text(), "format": {}, "needs_time": truth() }));
    of(json!({
        "name": text(),
        "label": text(),
        "time": nullable("string"),
        "dimensions": { "type": "array", "items": dimension },
        "measures": { "type": "array", "items": measure },
    }))
}

fn answer() -> Json {
    let mut column =
        of(json!({ "name": text(), "type": { "type": "string", "description": "As Arrow calls it" } }));
    column["properties"]["label"] = text();
    column["properties"]["level"] =
        json!({ "type": "object", "description": "Of a cube's dimension, and where up and down lead" });
    column["properties"]["format"] = json!({ "description": "Of a cube's measure" });
    of(json!({
        "columns": { "type": "array", "items": column },
        "rows": { "type": "array", "items": { "type": "object", "description": "Contents by the names of the columns" } },
        "more": { "type": "boolean", "description": "Whether there are more rows than were answered" },
    }))
}

fn source() -> Json {
    let problem = of(json!({ "place": text(), "reason": text() }));
    let report = of(json!({
        "at": at(),
        "milliseconds": whole(),
        "rows": whole(),
        "bad": whole(),
        "problems": { "type": "array", "items": problem },
        "error": nullable("string"),
    }));
    of(json!({
        "name": text(),
        "table": { "type": "string", "description": "What queries call it" },
        "from": { "type": "string", "description": "The file, or the address of the database without its password" },
        "key": texts(),
        "every": nullable("string"),
        "roles": texts(),
        "zone": nullable("string"),
        "report": { "anyOf": [report, { "type": "null" }], "description": "How it was last read" },
    }))
}

/// A token that was just made, with its text.
pub fn new_token() -> Json {
    let told = of(json!({ "token": { "type": "string", "description": "Told this once" } }));
    json!({ "allOf": [reference("Token"), told] })
}

/// Lines of the audit, and where those before them begin.
pub fn events() -> Json {
    of(json!({ "events": { "type": "array", "items": reference("Event") }, "next": nullable("integer") }))
}

/// A page of what happened around a record.
pub fn timeline() -> Json {
    let entries = json!({ "type": "array", "items": reference("TimelineEntry") });
    of(json!({ "entries": entries, "next": nullable("string") }))
}

/// A file that was just sent.
pub fn sent_file() -> Json {
    let more = of(json!({ "sha256": text(), "expires_at": perhaps("date-time") }));
    json!({ "allOf": [reference("File"), more] })
}

/// A name that was just made.
pub fn named(what: &str) -> Json {
    of(json!({ what: text() }))
}

/// The problems that any request may meet, by status.
pub const PROBLEMS: [(&str, &str); 9] = [
    ("401", "Nobody is signed in"),
    ("403", "Not allowed"),
    ("404", "Not there, or not to be seen"),
    ("409", "Somebody else changed it, or the key was used before"),
    ("412", "Another version stands"),
    ("413", "Too large"),
    ("422", "The input is wrong"),
    ("429", "Too many requests"),
    ("503", "The database cannot be reached just now, or the disk is full: try again"),
];

/// The problem that any request with a body of JSON may meet besides.
const NO_JSON: (&str, &str) = ("415", "The body does not say that it is JSON");

/// Those problems as answers that operations refer to.
pub fn problems() -> Map<String, Json> {
    let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
    let answer = |(status, said): &(&str, &str)| {
        (format!("Problem{status}"), json!({ "description": said, "content": content }))
    };
    PROBLEMS.iter().chain([&NO_JSON]).map(answer).collect()
}

/// The scopes that a token may have.
pub fn scope() -> Json {
    json!({ "type": "string", "pattern": "^(read|write|admin|[a-z][a-z0-9_]*:(read|write))$" })
}
