//! The doors of an object: what each address takes and answers.

use metadata::Object;
use serde_json::{Map, Value as Json, json};

use super::{schemas::reference, shapes};
use crate::caller::Caller;

/// Adds the addresses of an object.
pub fn object(paths: &mut Map<String, Json>, caller: &Caller, object: &Object) {
    let (name, plural) = (object.name.as_str(), object.plural.as_str());
    let label = caller.ctx.look.objects(name, object.plural_label.as_deref());
    let base = format!("/api/v1/{plural}");
    let input = || body(&format!("{name}_input"));
    let one = |status: &str| leading(answers(&[(status, Some(reference(name)))]), status, name, FROM_RECORD);
    paths.insert(base.clone(), json!({
        "get": operation(&label, &format!("list_{plural}"), "List records", list_parameters(), None, answers(&[("200", Some(page(name)))])),
        "post": operation(&label, &format!("create_{name}"), "Create a record", vec![idempotency()], Some(input()), one("201")),
    }));
    paths.insert(format!("{base}/count"), json!({
        "get": operation(&label, &format!("count_{plural}"), "Count records", choosing(), None, answers(&[("200", Some(count()))])),
    }));
    let mut grouping = choosing();
    grouping.push(query("by", json!({ "type": "string" }), "The field whose contents make the groups"));
    grouping.push(query("sum", json!({ "type": "string" }), "Number fields to add up, apart by commas"));
    paths.insert(format!("{base}/groups"), json!({
        "get": operation(&label, &format!("group_{plural}"), "Count and add up by a field", grouping, None, answers(&[("200", Some(shapes::list("groups", &reference("Group"))))])),
    }));
    paths.insert(format!("{base}/bulk"), json!({
        "post": operation(&label, &format!("bulk_{plural}"), "Create, update or upsert many", vec![idempotency()], Some(bulk(object)), answers(&[("200", Some(bulk_results()))])),
    }));
    let version = json!({ "type": "string", "pattern": "^(\"[0-9]{1,18}\"|\\*)$" });
    let if_match = header("If-Match", version, "The version, in quotes, that the change is made upon");
    paths.insert(format!("{base}/{{id}}"), json!({
        "parameters": [id()],
        "get": operation(&label, &format!("read_{name}"), "Read a record", vec![], None, one("200")),
        "patch": operation(&label, &format!("update_{name}"), "Change fields of a record", vec![if_match, idempotency()], Some(input()), one("200")),
        "delete": operation(&label, &format!("delete_{name}"), "Put a record into the trash", vec![], None, leading(answers(&[("204", None)]), "204", name, FROM_TRASH)),
    }));
    for (verb, summary) in
        [("restore", "Take a record out of the trash"), ("destroy", "Delete a record for good")]
    {
        paths.insert(format!("{base}/{{id}}/{verb}"), json!({
            "parameters": [id()],
            "post": operation(&label, &format!("{verb}_{name}"), summary, vec![], None, answers(&[("204", None)])),
        }));
    }
    let mut fetched = answers(&[("200", None)]);
    fetched["200"]["content"] = json!({ "*/*": { "schema": {} } });
    paths.insert(format!("{base}/{{id}}/files/{{file}}"), json!({
        "parameters": [id(), in_path("file")],
        "get": operation(&label, &format!("file_of_{name}"), "The content of a file of a record", vec![], None, fetched),
    }));
    let log = vec![
        query("before", json!({ "type": "integer", "format": "int64" }), "Older than this entry"),
        query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 200 }), "At most this many"),
    ];
    paths.insert(format!("{base}/{{id}}/history"), json!({
        "parameters": [id()],
        "get": operation(&label, &format!("history_of_{name}"), "What happened to a record", log, None, answers(&[("200", Some(shapes::list("changes", &reference("Change"))))])),
    }));
    let page = [
        query("kind", timeline_kind(caller, object), "Only changes, or only activities of one object"),
        query(
            "limit",
            json!({ "type": "integer", "minimum": 1, "maximum": kernel::limits::PAGE_RECORDS }),
            "Entries on the page",
        ),
        query("after", json!({ "type": "string" }), "The cursor that the page before gave"),
    ];
    paths.insert(format!("{base}/{{id}}/timeline"), json!({
        "parameters": [id()],
        "get": operation(&label, &format!("timeline_of_{name}"), "Activities around a record, and its changes", page.into(), None, answers(&[("200", Some(shapes::timeline()))])),
    }));
    super::views::add(paths, &label, object);
    for action in caller.ctx.app.actions(name) {
        let summary = caller.ctx.look.text(&format!("{name}-action-{}", action.name));
        paths.insert(format!("{base}/{{id}}/actions/{}", action.name), json!({
            "parameters": [id()],
            "post": operation(&label, &format!("{}_{name}", action.name), &summary, vec![idempotency()], Some(json!({ "content": { "application/json": { "schema": { "type": "object" } } } })), answers(&[("200", Some(reference("Done")))])),
        }));
    }
}

fn timeline_kind(caller: &Caller, object: &Object) -> Json {
    let registry = caller.ctx.workspace.engine.registry();
    let activities = records::activities(&registry, object);
    let names: Vec<&str> =
        activities.iter().map(|(activity, _)| activity.name.as_str()).chain(["changes"]).collect();
    json!({ "type": "string", "enum": names })
}

/// What can be done next with a record that was answered, and where its id stands in the answer.
const FROM_RECORD: (&[&str], &str) =
    (&["read", "update", "delete", "history_of", "timeline_of"], "$response.body#/id");

/// What can be done next with a record that was put into the trash, and where its id stands in the request.
const FROM_TRASH: (&[&str], &str) = (&["read", "restore", "destroy"], "$request.path.id");

/// Adds to an answer the links by which programs go on from it (OpenAPI 3.1.0, 4.8.20).
fn leading(mut answers: Json, status: &str, name: &str, (verbs, id): (&[&str], &str)) -> Json {
    let link = |verb: &&str| {
        let operation = format!("{verb}_{name}");
        (operation.clone(), json!({ "operationId": operation, "parameters": { "id": id } }))
    };
    answers[status]["links"] = Json::Object(verbs.iter().map(link).collect());
    answers
}

pub(super) fn operation(
    tag: &str,
    id: &str,
    summary: &str,
    parameters: Vec<Json>,
    body: Option<Json>,
    responses: Json,
) -> Json {
    let mut operation = json!({ "tags": [tag], "operationId": id, "summary": summary, "parameters": parameters, "responses": responses });
    let Some(body) = body else { return operation };
    if body["content"].get("application/json").is_some() {
        operation["responses"]["415"] = problem("415");
    }
    operation["requestBody"] = body;
    operation
}

/// The answers that are told, and the problems that any request may meet.
pub(super) fn answers(good: &[(&str, Option<Json>)]) -> Json {
    let mut answers = Map::new();
    for (status, schema) in good {
        let answer = match schema {
            Some(schema) => {
                json!({ "description": "Done", "content": { "application/json": { "schema": schema } } })
            }
            None => json!({ "description": "Done" }),
        };
        answers.insert((*status).to_owned(), answer);
    }
    for (status, _) in shapes::PROBLEMS {
        answers.insert(status.to_owned(), problem(status));
    }
    Json::Object(answers)
}

fn problem(status: &str) -> Json {
    json!({ "$ref": format!("#/components/responses/Problem{status}") })
}

/// The parameters that choose records.
fn choosing() -> Vec<Json> {
    vec![
        query("filter", json!({ "type": "string" }), "A condition in the expression language"),
        query("q", json!({ "type": "string" }), "Words to be found by full-text search"),
        query(
            "cause",
            json!({ "type": "string", "format": "uuid" }),
            "Only what this import or bulk change made or changed",
        ),
        query(
            "trash",
            json!({ "type": "string", "enum": ["without", "only", "included"] }),
            "What of the trash is shown",
        ),
        query("count", json!({ "type": "string", "enum": ["limited", "exact"] }), "Count the records too"),
    ]
}

fn list_parameters() -> Vec<Json> {
    let mut parameters = choosing();
    parameters.extend([
        query("sort", json!({ "type": "string" }), "Fields apart by commas, a minus in front for descending"),
        query("fields", json!({ "type": "string" }), "Only these fields, apart by commas"),
        query(
            "limit",
            json!({ "type": "integer", "minimum": 1, "maximum": kernel::limits::PAGE_RECORDS }),
            "Records on the page",
        ),
        query("after", json!({ "type": "string" }), "The cursor that the page before gave"),
        query(
            "labels",
            json!({ "type": "string", "enum": ["true", "false"] }),
            "Whether links come with titles",
        ),
    ]);
    parameters
}

pub(super) fn query(name: &str, schema: Json, description: &str) -> Json {
    json!({ "name": name, "in": "query", "required": false, "schema": schema, "description": description })
}

fn header(name: &str, schema: Json, description: &str) -> Json {
    json!({ "name": name, "in": "header", "required": false, "schema": schema, "description": description })
}

fn idempotency() -> Json {
    let schema = json!({ "type": "string", "minLength": 1, "maxLength": crate::idempotency::KEY_CHARS });
    header("Idempotency-Key", schema, "A request with the same key and body is done once")
}

pub(super) fn id() -> Json {
    in_path("id")
}

pub(super) fn in_path(name: &str) -> Json {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } })
}

pub(super) fn body(schema: &str) -> Json {
    json!({ "required": true, "content": { "application/json": { "schema": reference(schema) } } })
}

fn page(name: &str) -> Json {
    json!({
        "type": "object",
        "properties": {
            "records": { "type": "array", "items": reference(name) },
            "next": { "type": ["string", "null"] },
            "count": { "type": "integer" },
            "more": { "type": "boolean" },
        },
        "required": ["records", "next"],
    })
}

fn count() -> Json {
    json!({
        "type": "object",
        "properties": { "count": { "type": "integer" }, "more": { "type": "boolean" } },
        "required": ["count", "more"],
    })
}

fn bulk(object: &Object) -> Json {
    let fields = object.fields.iter().filter(|field| field.columns.len() == 1);
    let keys: Vec<Option<&str>> = fields.map(|field| Some(field.name.as_str())).chain([None]).collect();
    let record = json!({
        "allOf": [reference(&format!("{}_input", object.name))],
        "properties": {
            "id": { "type": ["string", "null"], "format": "uuid", "description": "Which record to change" },
            "ref": { "type": "string", "minLength": 1, "description": "A name by which links of this request lead here: {\"ref\": \"…\"}" },
        },
    });
    // What is wrong with one record is told in its result, and is no fault of the request.
    let entry =
        json!({ "anyOf": [record, { "type": "object", "description": "Answered with its problems" }] });
    let schema = json!({
        "type": "object",
        "properties": {
            "mode": { "type": "string", "enum": ["create", "update", "upsert"] },
            "key": { "enum": keys },
            "records": { "type": "array", "items": entry, "maxItems": kernel::limits::BULK_RECORDS },
        },
        "required": ["records"],
    });
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn bulk_results() -> Json {
    json!({ "type": "object", "properties": { "results": { "type": "array", "items": reference("BulkResult") } }, "required": ["results"] })
}
