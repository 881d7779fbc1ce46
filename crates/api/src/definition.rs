//! What objects are: read by everybody who may see them, changed by administrators while everything runs.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Message;
use metadata::{
    Field, Object,
    definition::{DefinitionError, FieldDef, ObjectDef, Overlay},
};
use records::{
    Action,
    schema::{self, Customs, Losses, SchemaError},
};
use serde_json::json;
use web::{Error, Json, Path, Query};

use crate::caller::Caller;

/// `GET /api/v1/objects`
pub async fn list(caller: Caller) -> Response {
    let registry = caller.ctx.workspace.engine.registry();
    let objects: Vec<serde_json::Value> = registry
        .objects()
        .filter(|object| {
            caller.principal().access.may(&object.name, Action::Read) || object.part_of.is_some()
        })
        .map(|object| described(&caller, object))
        .collect();
    axum::Json(json!({ "objects": objects })).into_response()
}

/// `GET /api/v1/objects/{object}`
pub async fn show(caller: Caller, Path(name): Path<String>) -> Result<Response, Error> {
    let registry = caller.ctx.workspace.engine.registry();
    let object = registry.object(&name).ok_or_else(Error::not_found)?;
    if !caller.principal().access.may(&name, Action::Read) && object.part_of.is_none() {
        return Err(Error::not_found());
    }
    Ok(axum::Json(described(&caller, object)).into_response())
}

/// `POST /api/v1/objects`: a new object, with its table.
pub async fn create(
    caller: Caller,
    given: Query,
    Json(definition): Json<ObjectDef>,
) -> Result<Response, Error> {
    let name = definition.name.clone();
    change(&caller, losses(&given)?, move |customs| {
        customs.objects.retain(|known| known.name != definition.name);
        customs.objects.push(definition.clone());
        Ok(())
    })
    .await?;
    Ok((StatusCode::CREATED, axum::Json(json!({ "object": name }))).into_response())
}

/// `DELETE /api/v1/objects/{object}`: a custom object goes, with its records.
pub async fn remove(caller: Caller, Path(name): Path<String>) -> Result<StatusCode, Error> {
    administrator(&caller)?;
    let sought = name.clone();
    found(&caller, move |customs| customs.objects.iter().any(|known| known.name == sought)).await?;
    change(&caller, Losses::Accept, move |customs| {
        let before = customs.objects.len();
        customs.objects.retain(|known| known.name != name);
        if customs.objects.len() == before { Err(missing("custom object", &name)) } else { Ok(()) }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v1/objects/{object}/overlay`: what was changed about a shipped object.
pub async fn overlay(caller: Caller, Path(name): Path<String>) -> Result<Response, Error> {
    administrator(&caller)?;
    known(&caller, &name)?;
    let customs = caller.ctx.blocking(|ctx| schema::customs(&ctx.workspace.engine)).await?;
    let found = customs.overlays.into_iter().find(|overlay| overlay.object == name);
    let overlay = found.unwrap_or_else(|| Overlay { object: name, ..Overlay::default() });
    Ok(axum::Json(overlay).into_response())
}

/// `PUT /api/v1/objects/{object}/overlay`
pub async fn set_overlay(
    caller: Caller,
    Path(name): Path<String>,
    given: Query,
    Json(overlay): Json<Overlay>,
) -> Result<StatusCode, Error> {
    administrator(&caller)?;
    known(&caller, &name)?;
    change(&caller, losses(&given)?, move |customs| {
        customs.overlays.retain(|known| known.object != name);
        customs.overlays.push(Overlay { object: name.clone(), ..overlay.clone() });
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/objects/{object}/fields`: a new field, with its column.
pub async fn add_field(
    caller: Caller,
    Path(name): Path<String>,
    Json(field): Json<FieldDef>,
) -> Result<Response, Error> {
    administrator(&caller)?;
    known(&caller, &name)?;
    let added = field.name.clone();
    change(&caller, Losses::Refuse, move |customs| {
        fields_of(customs, &name).push(field.clone());
        Ok(())
    })
    .await?;
    Ok((StatusCode::CREATED, axum::Json(json!({ "field": added }))).into_response())
}

/// `DELETE /api/v1/objects/{object}/fields/{field}`: a custom field goes, with its content.
pub async fn remove_field(
    caller: Caller,
    Path((name, field)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    administrator(&caller)?;
    let (object, sought) = (name.clone(), field.clone());
    found(&caller, move |customs| fields_of(customs, &object).iter().any(|known| known.name == sought))
        .await?;
    change(&caller, Losses::Accept, move |customs| {
        let fields = fields_of(customs, &name);
        let before = fields.len();
        fields.retain(|known| known.name != field);
        if fields.len() == before { Err(missing("custom field", &field)) } else { Ok(()) }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The customers' fields of an object: of their own object, or laid over a shipped one.
fn fields_of<'c>(customs: &'c mut Customs, object: &str) -> &'c mut Vec<FieldDef> {
    if let Some(at) = customs.objects.iter().position(|known| known.name == object) {
        return &mut customs.objects[at].fields;
    }
    let at = customs.overlays.iter().position(|known| known.object == object).unwrap_or_else(|| {
        customs.overlays.push(Overlay { object: object.to_owned(), ..Overlay::default() });
        customs.overlays.len() - 1
    });
    &mut customs.overlays[at].fields
}

fn missing(what: &str, name: &str) -> DefinitionError {
    DefinitionError::new("definition", format!("there is no {what} `{name}`"))
}

/// Refuses what is about an object that is not there.
fn known(caller: &Caller, object: &str) -> Result<(), Error> {
    let registry = caller.ctx.workspace.engine.registry();
    registry.object(object).map(|_| ()).ok_or_else(Error::not_found)
}

/// Refuses what is about a definition that customers have not made.
async fn found(
    caller: &Caller,
    is_there: impl Fn(&mut Customs) -> bool + Send + 'static,
) -> Result<(), Error> {
    let mut customs = caller.ctx.blocking(|ctx| schema::customs(&ctx.workspace.engine)).await?;
    if is_there(&mut customs) { Ok(()) } else { Err(Error::not_found()) }
}

fn administrator(caller: &Caller) -> Result<(), Error> {
    if caller.principal().access.administrator { Ok(()) } else { Err(Error::denied()) }
}

/// `accept_losses=true` on definitions that cannot keep all contents there are.
fn losses(given: &Query) -> Result<Losses, Error> {
    let accepted = given.one_of("accept_losses", &[("false", Losses::Refuse), ("true", Losses::Accept)])?;
    Ok(accepted.unwrap_or(Losses::Refuse))
}

async fn change(
    caller: &Caller,
    losses: Losses,
    edit: impl FnMut(&mut Customs) -> Result<(), DefinitionError> + Send + 'static,
) -> Result<(), Error> {
    administrator(caller)?;
    caller.allow("definition", crate::caller::Verb::Write)?;
    let changed = caller
        .ctx
        .blocking(move |ctx| schema::change(&ctx.workspace.engine, ctx.app.shipped(), losses, edit))
        .await;
    changed.map_err(|error| match error {
        SchemaError::Losses(_) => {
            Error::invalid(Message::new("api-losses").with("losses", error.to_string().replace('\n', "; ")))
        }
        SchemaError::Definitions(problems) => {
            let reason: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Error::invalid(Message::new("api-definition").with("reason", reason.join("; ")))
        }
        SchemaError::Database(error) => records::Error::from(error).into(),
    })
}

fn described(caller: &Caller, object: &Arc<Object>) -> serde_json::Value {
    let look = &caller.ctx.look;
    let fields: Vec<serde_json::Value> =
        object.shown_fields().map(|field| described_field(caller, object, field)).collect();
    json!({
        "name": object.name,
        "plural": object.plural,
        "label": look.object(&object.name, object.label.as_deref()),
        "plural_label": look.objects(&object.name, object.plural_label.as_deref()),
        "custom": object.origin == metadata::Origin::Custom,
        "fields": fields,
    })
}

fn described_field(caller: &Caller, object: &Object, field: &Field) -> serde_json::Value {
    let look = &caller.ctx.look;
    let options = field.kind.choice().map(|choice| {
        let option = |option: &metadata::definition::OptionDef| {
            json!({
                "name": option.name,
                "label": look.option(&object.name, &field.name, &option.name, option.label.as_deref()),
                "outcome": option.outcome.map(|outcome| outcome.as_str()),
                "probability": option.probability,
                "forecast_category": option.forecast_category,
                "only_for": option.only_for,
                "retired": option.retired,
            })
        };
        choice.options.iter().map(option).collect::<Vec<_>>()
    });
    json!({
        "name": field.name,
        "type": crate::openapi::type_name(field),
        "label": look.field(&object.name, &field.name, field.label.as_deref()),
        "required": field.required,
        "unique": field.unique,
        "read_only": !field.is_writable(),
        "custom": field.origin == metadata::Origin::Custom,
        "to": field.kind.targets(),
        "options": options,
    })
}
