//! The document that describes the API (OpenAPI 3.1.0), made from the definitions for whoever asks.

mod cubes;
mod general;
mod imports;
mod paths;
mod schemas;
mod shapes;
mod sources;
mod views;

use axum::response::{IntoResponse, Response};
use metadata::{Field, Kind};
use records::Action;
use serde_json::{Map, json};

use crate::caller::Caller;

/// `GET /api/openapi.json`
pub async fn document(caller: Caller) -> Response {
    let registry = caller.ctx.workspace.engine.registry();
    let access = &caller.principal().access;
    let mut paths = Map::new();
    let mut components = schemas::common();
    views::schemas(&mut components);
    for object in registry.objects() {
        let open = access.may(&object.name, Action::Read) || object.part_of.is_some();
        if !open {
            continue;
        }
        schemas::object(&mut components, &caller.ctx.look, object);
        paths::object(&mut paths, &caller, object);
    }
    general::add(&mut paths);
    axum::Json(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Rapport",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every object of the workspace: list, read, create, change, delete; the same rights as on the screen.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": shapes::problems(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": web::SESSION_COOKIE },
            },
        },
    }))
    .into_response()
}

/// A field's type by its name in definitions.
pub fn type_name(field: &Field) -> &'static str {
    match &field.kind {
        Kind::Text { .. } => "text",
        Kind::LongText => "long_text",
        Kind::RichText => "rich_text",
        Kind::Integer => "integer",
        Kind::Decimal { .. } => "decimal",
        Kind::Money => "money",
        Kind::Percent { .. } => "percent",
        Kind::Date => "date",
        Kind::DateTime => "date_time",
        Kind::Duration => "duration",
        Kind::Boolean => "boolean",
        Kind::Choice(_) => "choice",
        Kind::MultiChoice(_) => "multi_choice",
        Kind::Email => "email",
        Kind::Phone => "phone",
        Kind::Url => "url",
        Kind::Address => "address",
        Kind::PersonName => "person_name",
        Kind::Link(link) if link.to == "user" => "user",
        Kind::Link(_) => "link",
        Kind::LinkAny(_) => "link_any",
        Kind::LinkMany { .. } => "link_many",
        Kind::File { .. } => "file",
        Kind::AutoNumber { .. } => "auto_number",
        Kind::Formula { .. } => "formula",
        Kind::RollUp(_) => "roll_up",
        Kind::Json => "json",
        Kind::Tags => "tags",
    }
}
