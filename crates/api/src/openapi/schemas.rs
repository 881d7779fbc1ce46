//! What goes in and out: a schema for each object as it is read, and one as it is written.

use i18n::Reader;
use kernel::{ColumnType, limits};
use metadata::{Field, Kind, Object};
use serde_json::{Map, Value as Json, json};

/// The schemas that all objects share.
pub fn common() -> Map<String, Json> {
    let link = json!({
        "type": "object",
        "properties": { "id": id(), "title": { "type": ["string", "null"] } },
        "required": ["id", "title"],
    });
    let problem = json!({
        "type": "object",
        "properties": {
            "field": { "type": ["string", "null"] },
            "code": { "type": "string" },
            "message": { "type": "string" },
        },
        "required": ["field", "code", "message"],
    });
    let document = json!({
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "problems": { "type": "array", "items": reference("FieldProblem") },
        },
        "required": ["type", "title", "status", "detail", "problems"],
    });
    let saved = json!({
        "type": "object",
        "properties": {
            "id": id(),
            "version": { "type": "integer" },
            "created": { "type": "boolean" },
            "problems": { "type": "array", "items": reference("FieldProblem") },
        },
    });
    let file = json!({
        "type": "object",
        "description": "A file of a record; its content is at /api/v1/{plural}/{id}/files/{file}",
        "properties": {
            "id": id(),
            "name": { "type": "string" },
            "size": { "type": "integer", "description": "Bytes" },
            "type": { "type": "string", "description": "The media type, told from the content" },
        },
        "required": ["id", "name", "size", "type"],
    });
    [("Link", link), ("File", file), ("FieldProblem", problem), ("Problem", document), ("BulkResult", saved)]
        .into_iter()
        .chain(super::shapes::schemas())
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

/// Adds `deal` as it is read and `deal_input` as it is written.
pub fn object(schemas: &mut Map<String, Json>, look: &Reader, object: &Object) {
    let mut read = Map::new();
    read.insert("id".to_owned(), id());
    read.insert("version".to_owned(), json!({ "type": "integer" }));
    read.insert("title".to_owned(), json!({ "type": ["string", "null"] }));
    let mut write = Map::new();
    for field in object.shown_fields() {
        let label = look.field(&object.name, &field.name, field.label.as_deref());
        read.insert(field.name.clone(), described(read_schema(object, field), &label));
        if field.is_writable() {
            write.insert(field.name.clone(), described(write_schema(field), &label));
        }
    }
    read.insert("deleted_at".to_owned(), json!({ "type": ["string", "null"], "format": "date-time" }));
    let name = look.object(&object.name, object.label.as_deref());
    let read = json!({ "type": "object", "title": name, "properties": read, "required": ["id", "version", "title"] });
    let write = json!({ "type": "object", "title": name, "properties": write });
    schemas.insert(object.name.clone(), read);
    schemas.insert(format!("{}_input", object.name), write);
}

fn described(mut schema: Json, label: &str) -> Json {
    if let Json::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), json!(label));
    }
    schema
}

pub(super) fn id() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(super) fn nullable(kind: &str) -> Json {
    json!({ "type": [kind, "null"] })
}

fn read_schema(object: &Object, field: &Field) -> Json {
    match &field.kind {
        Kind::Link(_) => json!({ "anyOf": [reference("Link"), { "type": "null" }] }),
        Kind::LinkAny(_) => json!({
            "type": ["object", "null"],
            "properties": { "object": { "type": "string" }, "id": id(), "title": { "type": ["string", "null"] } },
        }),
        Kind::LinkMany { .. } => json!({ "type": "array", "items": reference("Link") }),
        Kind::File { .. } => json!({ "type": ["array", "null"], "items": reference("File") }),
        _ if field.is_computed_money() => money(),
        Kind::Formula { .. } | Kind::RollUp(_) => computed(object, field),
        _ => write_schema(field),
    }
}

fn computed(object: &Object, field: &Field) -> Json {
    let column = match (&field.kind, &field.formula) {
        (Kind::RollUp(roll_up), _) => roll_up.column,
        (_, Some(formula)) => object
            .columns
            .get(field.columns.start)
            .filter(|_| !field.columns.is_empty())
            .map_or_else(|| formula.column_type(), |column| column.column),
        _ => ColumnType::Text,
    };
    match column {
        ColumnType::Bool => nullable("boolean"),
        ColumnType::Int => nullable("integer"),
        _ => nullable("string"),
    }
}

fn write_schema(field: &Field) -> Json {
    match &field.kind {
        Kind::Text { max } => json!({ "type": ["string", "null"], "maxLength": max }),
        Kind::LongText | Kind::RichText => {
            json!({ "type": ["string", "null"], "maxLength": limits::LONG_TEXT_CHARS })
        }
        Kind::Integer | Kind::Duration => nullable("integer"),
        Kind::Decimal { .. } | Kind::Percent { .. } => number(),
        Kind::Money => money(),
        Kind::Date => json!({ "type": ["string", "null"], "format": "date" }),
        Kind::DateTime => json!({ "type": ["string", "null"], "format": "date-time" }),
        Kind::Boolean => nullable("boolean"),
        Kind::Choice(choice) => {
            let mut names: Vec<Json> = choice.options.iter().map(|option| json!(option.name)).collect();
            names.push(Json::Null);
            json!({ "type": ["string", "null"], "enum": names })
        }
        Kind::MultiChoice(choice) => {
            let names: Vec<&str> = choice.options.iter().map(|option| option.name.as_str()).collect();
            json!({ "type": ["array", "null"], "items": { "type": "string", "enum": names }, "maxItems": limits::LIST_ENTRIES })
        }
        Kind::Tags => {
            json!({ "type": ["array", "null"], "items": { "type": "string" }, "maxItems": limits::LIST_ENTRIES })
        }
        Kind::Email => json!({ "type": ["string", "null"], "format": "email" }),
        Kind::Address => parts(&["street", "city", "state", "postal_code", "country"]),
        Kind::PersonName => parts(&["salutation", "first", "middle", "last", "suffix"]),
        Kind::File { max } => json!({
            "type": ["array", "null"],
            "maxItems": max,
            "items": { "anyOf": [id(), { "type": "object", "properties": { "id": id() }, "required": ["id"] }] },
        }),
        Kind::Link(_) => json!({ "type": ["string", "null"], "format": "uuid" }),
        Kind::LinkAny(to) => json!({
            "type": ["object", "null"],
            "properties": { "object": { "type": ["string", "null"], "enum": to }, "id": { "type": ["string", "null"], "format": "uuid" } },
        }),
        Kind::LinkMany { .. } => json!({ "type": "array", "items": id(), "maxItems": limits::LIST_ENTRIES }),
        Kind::Json => json!({}),
        Kind::Phone | Kind::Url | Kind::AutoNumber { .. } | Kind::Formula { .. } | Kind::RollUp(_) => {
            nullable("string")
        }
    }
}

fn number() -> Json {
    json!({ "type": ["string", "null"], "pattern": "^-?[0-9]{1,14}(\\.[0-9]{1,4})?$" })
}

fn money() -> Json {
    json!({
        "type": ["object", "null"],
        "properties": { "amount": number(), "currency": { "type": ["string", "null"], "pattern": "^[A-Z]{3}$" } },
    })
}

fn parts(names: &[&str]) -> Json {
    let parts: Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), nullable("string"))).collect();
    json!({ "type": ["object", "null"], "properties": parts })
}
