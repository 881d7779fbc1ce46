//! The verbs that features register: asked for in a dialog, run in one transaction.

use std::sync::Arc;

use axum::{
    http::HeaderValue,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message, Problem};
use maud::Markup;
use metadata::Object;
use records::{Draft, plain};
use ui::{
    form::{Form, Section},
    overlay::{Overlay, Toast},
};
use web::{Ctx, Error, Fields, Path};

use super::edit::{asking, standing};
use crate::field::take;

pub async fn form(ctx: Ctx, Path((plural, id, name)): Path<(String, Id, String)>) -> Result<Markup, Error> {
    let object = ctx.object(&plural)?;
    let action = *ctx.app.action(&object.name, &name).ok_or_else(Error::not_found)?;
    let asked = Arc::clone(&object);
    let record = ctx.read(move |reader| reader.load(&asked, id)).await?;
    let registry = ctx.workspace.engine.registry();
    let asking = asking(&ctx, &registry);
    let controls = action.fields.iter().filter_map(|wanted| {
        let field = object.field(wanted.name)?;
        let mut control = asking.control(&object, field, &standing(&record, field));
        control.required = wanted.required;
        Some(control)
    });
    let form = dialog(&ctx, &object, id, &name, controls.collect());
    let title = titled(&ctx, &object, &name, record.title());
    Ok(Overlay { id: "action".to_owned(), title, content: form.render(&ctx.look), ..Overlay::default() }
        .render(&ctx.look))
}

pub async fn run(
    ctx: Ctx,
    Path((plural, id, name)): Path<(String, Id, String)>,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let action = *ctx.app.action(&object.name, &name).ok_or_else(Error::not_found)?;
    let input = match read(&ctx, &object, &action, &fields) {
        Ok(input) => input,
        Err(problems) => return Ok(again(&ctx, &object, id, &action, &fields, &problems).await),
    };
    let done = ctx.write(move |writer| (action.run)(writer, id, &input)).await;
    let done = match done {
        Ok(done) => done,
        Err(records::Error::Invalid(problems)) if !action.fields.is_empty() => {
            return Ok(again(&ctx, &object, id, &action, &fields, &problems).await);
        }
        Err(error) => return Err(error.into()),
    };
    let registry = ctx.workspace.engine.registry();
    let to = done.go_to.as_ref().and_then(|(object, id)| crate::field::href(&registry, object, *id));
    if !ctx.partial {
        return Ok(Redirect::to(&to.unwrap_or_else(|| format!("/{plural}/{id}"))).into_response());
    }
    let mut response = Toast::success(ctx.look.text_with(&done.message)).partial(&ctx.look).into_response();
    let headers = response.headers_mut();
    match to.and_then(|to| HeaderValue::from_str(&to).ok()) {
        Some(to) => headers.insert("hx-redirect", to),
        None => headers
            .insert("hx-trigger", HeaderValue::from_static("overlay:close, record:changed, list:refresh")),
    };
    Ok(response)
}

fn dialog(ctx: &Ctx, object: &Object, id: Id, name: &str, mut controls: Vec<ui::input::Field>) -> Form {
    if let Some(first) = controls.first_mut() {
        first.autofocus = true;
    }
    let hint = ctx.look.find(&format!("{}-action-{name}-question", object.name));
    Form {
        id: "action-form".to_owned(),
        action: format!("/{}/{id}/actions/{name}", object.plural),
        sections: vec![Section {
            hint,
            fields: controls,
            layout: ui::form::Layout::OneColumn,
            ..Section::default()
        }],
        submit: ctx.look.text(&format!("{}-action-{name}", object.name)),
        cancel: Some(format!("/{}/{id}", object.plural)),
        in_place: ctx.partial,
        ..Form::default()
    }
}

/// What was answered, as the API would say it.
fn read(
    ctx: &Ctx,
    object: &Arc<Object>,
    action: &app::Action,
    fields: &Fields,
) -> Result<app::ActionInput, Vec<Problem>> {
    let mut draft = Draft::change(object, Id::generate());
    let wanted: Vec<_> = action.fields.iter().filter_map(|wanted| object.field(wanted.name)).collect();
    wanted.iter().for_each(|field| take::take(&ctx.look, &mut draft, field, fields));
    if let Some(problems) = draft.problems() {
        return Err(problems.to_vec());
    }
    let mut input = app::ActionInput::new();
    for field in wanted {
        if let Some(value) = draft.wanted(&field.name) {
            input.insert(field.name.clone(), plain::to_json(value));
        }
    }
    Ok(input)
}

async fn again(
    ctx: &Ctx,
    object: &Arc<Object>,
    id: Id,
    action: &app::Action,
    fields: &Fields,
    problems: &[Problem],
) -> Response {
    let title = titled(ctx, object, action.name, &super::form::title_of(ctx, object, id).await);
    let registry = ctx.workspace.engine.registry();
    let asking = asking(ctx, &registry);
    let controls = action.fields.iter().filter_map(|wanted| {
        let field = object.field(wanted.name)?;
        let problem = problems.iter().find(|problem| problem.field.as_deref() == Some(wanted.name));
        let mut control =
            asking.typed(object, field, fields, problem.map(|problem| ctx.look.problem(problem)));
        control.required = wanted.required;
        Some(control)
    });
    let mut form = dialog(ctx, object, id, action.name, controls.collect());
    let elsewhere = problems.iter().filter(|problem| {
        problem.field.as_deref().is_none_or(|name| !action.fields.iter().any(|wanted| wanted.name == name))
    });
    form.problems = elsewhere.map(|problem| ctx.look.problem(problem)).collect();
    super::form::again(ctx, &title, &form)
}

/// What is about to be done, and with which record: "Lose deal: Acme renewal".
fn titled(ctx: &Ctx, object: &Object, name: &str, title: &str) -> String {
    let verb = ctx.look.text(&format!("{}-action-{name}", object.name));
    let kind = ctx.look.object(&object.name, object.label.as_deref());
    let said = Message::new("action-on-record").with("action", verb).with("object", kind);
    ctx.look.text_with(&said.with("title", title))
}
