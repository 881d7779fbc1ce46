//! Moving a record along its path, and what an ending asks for.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use kernel::{Id, Message, Problem};
use maud::{Markup, html};
use metadata::Object;
use records::{Draft, Target};
use ui::{
    form::{Form, Section},
    overlay::{Overlay, Toast, partial},
};
use web::{Ctx, Error, Fields, Path};

use super::edit::asking;
use crate::field::{option_label, take};

/// `POST /{plural}/{id}/stage`: the path's field, the version, and whatever the ending asked for.
pub async fn move_to(
    ctx: Ctx,
    Path((plural, id)): Path<(String, Id)>,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let named = fields.filled("stage_field").and_then(|name| object.field(name));
    let path = object.path().map(|(at, _)| &object.fields[at]);
    let field = named.or(path).ok_or_else(Error::not_found)?;
    let to = fields.filled(&field.name).ok_or_else(Error::not_found)?.to_owned();
    let version = fields.get("version").and_then(|version| version.parse().ok());
    match set(&ctx, &object, id, &field.name, &to, version, &fields).await {
        Ok(()) => {
            let mut response = Toast::success(ctx.look.text("saved")).partial(&ctx.look).into_response();
            let triggers = HeaderValue::from_static("overlay:close, record:changed, list:refresh");
            response.headers_mut().insert("hx-trigger", triggers);
            Ok(response)
        }
        Err(error) if asks_more(&object, &error) => {
            let form = form(&ctx, &object, id, &field.name, &to, &error);
            if fields.has("asked") {
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, form).into_response());
            }
            let stage = option_label(&ctx.look, &object, field, &to);
            let title = titled(&ctx, &object, id, &stage).await;
            let overlay = Overlay { id: "stage".to_owned(), title, content: form, ..Overlay::default() };
            Ok(html! { (partial("#overlays", "beforeend", &overlay.render(&ctx.look))) }.into_response())
        }
        Err(error) => Err(error),
    }
}

/// Sets the field, and whatever else came along.
///
/// # Errors
/// As saving.
pub async fn set(
    ctx: &Ctx,
    object: &Arc<Object>,
    id: Id,
    field: &str,
    to: &str,
    version: Option<i64>,
    fields: &Fields,
) -> Result<(), Error> {
    let mut draft = Draft::for_target(object, Target::Existing(id, version)).with(field, to);
    if fields.has("asked") {
        let others = object.fields.iter().filter(|other| other.is_writable() && other.name != field);
        others.for_each(|other| take::take(&ctx.look, &mut draft, other, fields));
    }
    ctx.write(move |writer| writer.save(draft.clone()).map(|_| ())).await.map_err(Error::from)
}

/// Whether what is wrong is fields that can be filled in: a reason for the loss.
pub fn asks_more(object: &Object, error: &Error) -> bool {
    let fillable = |problem: &Problem| {
        problem.field.as_deref().and_then(|name| object.field(name)).is_some_and(metadata::Field::is_writable)
    };
    !error.problems.is_empty() && error.problems.iter().all(fillable)
}

/// Which record goes where: "Acme renewal: Lost".
pub async fn titled(ctx: &Ctx, object: &Arc<Object>, id: Id, stage: &str) -> String {
    let title = super::form::title_of(ctx, object, id).await;
    ctx.look.text_with(&Message::new("record-to-stage").with("title", title).with("stage", stage))
}

/// The fields that an ending asks for.
pub fn form(ctx: &Ctx, object: &Arc<Object>, id: Id, field: &str, to: &str, error: &Error) -> Markup {
    let registry = ctx.workspace.engine.registry();
    let asking = asking(ctx, &registry);
    let asked = error.problems.iter().filter_map(|problem| {
        let field = object.field(problem.field.as_deref()?)?;
        let mut control = asking.typed(object, field, &Fields::default(), Some(ctx.look.problem(problem)));
        control.required = true;
        Some(control)
    });
    let mut controls: Vec<_> = asked.collect();
    controls.dedup_by(|a, b| a.name == b.name);
    Form {
        id: "stage-form".to_owned(),
        action: format!("/{}/{id}/stage", object.plural),
        hidden: vec![
            ("stage_field".to_owned(), field.to_owned()),
            (field.to_owned(), to.to_owned()),
            ("asked".to_owned(), "1".to_owned()),
        ],
        sections: vec![Section {
            fields: controls,
            layout: ui::form::Layout::OneColumn,
            ..Section::default()
        }],
        submit: ctx.look.text("save"),
        cancel: Some(format!("/{}/{id}", object.plural)),
        in_place: true,
        ..Form::default()
    }
    .render(&ctx.look)
}
