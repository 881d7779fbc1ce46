//! Doing something with many records: those that are ticked, or all that match.

use std::sync::Arc;

use axum::{
    http::HeaderValue,
    response::{IntoResponse, Response},
};
use kernel::{Id, Message, limits};
use maud::html;
use metadata::Object;
use records::{Draft, ListQuery, Writer};
use ui::{
    form::{Form, Section},
    overlay::{Overlay, Toast},
};
use web::{Ctx, Error, Fields, Path, Query};

use super::request::ListRequest;
use crate::{
    field::{
        ask::{Asking, Standing},
        take,
    },
    list::table::is_editable,
};

/// Records that one request changes in one go; beyond that an import or the API is the tool.
const MOST: usize = limits::COUNT;

/// What to do with each record.
#[derive(Clone)]
enum Verb {
    Delete,
    Restore,
    Destroy,
    Set(Draft),
}

/// `POST /{plural}/bulk/{verb}`: `record` once each, or `all=1` and the list's own `query`.
pub async fn act(
    ctx: Ctx,
    Path((plural, verb)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let verb = match verb.as_str() {
        "delete" => Verb::Delete,
        "restore" => Verb::Restore,
        "destroy" => Verb::Destroy,
        "edit" => Verb::Set(wish(&ctx, &object, &fields)?),
        _ => return Err(Error::not_found()),
    };
    let undo = matches!(verb, Verb::Delete | Verb::Set(_));
    let cause = Id::generate();
    let registry = ctx.workspace.engine.registry();
    let chosen = chosen(&registry, &object, &fields)?;
    let (done, kept) = ctx
        .write(move |writer| {
            writer.set_cause(cause);
            run(writer, &object, &chosen, &verb)
        })
        .await?;
    let said = Message::new(if kept == 0 { "bulk-done" } else { "bulk-done-some" })
        .with("done", done)
        .with("kept", kept);
    let mut toast = Toast::success(ctx.look.text_with(&said));
    if undo && done > 0 {
        toast = toast.undo(format!("/undo/{cause}"));
    }
    Ok(refreshed(&ctx, &toast))
}

/// `POST /{plural}/bulk/edit`: beside its form, since an address that is spelt out hides the one with a place for it.
pub async fn edit(ctx: Ctx, Path(plural): Path<String>, fields: Fields) -> Result<Response, Error> {
    act(ctx, Path((plural, "edit".to_owned())), fields).await
}

/// `GET /{plural}/bulk/edit`: which field to set, and to what.
pub async fn edit_form(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let registry = ctx.workspace.engine.registry();
    let asking = Asking {
        look: &ctx.look,
        registry: &registry,
        access: &ctx.principal().access,
        currency: ctx.workspace.config.currency,
    };
    let fields = object.fields.iter().filter(|field| {
        is_editable(field)
            && !field.unique
            && !object.title.iter().any(|at| object.fields[*at].name == field.name)
    });
    let controls = fields.map(|field| {
        let mut control = asking.control(&object, field, &Standing::default());
        control.required = false;
        control
    });
    let form = Form {
        id: "bulk".to_owned(),
        action: format!("/{plural}/bulk/edit"),
        hidden: query.0.0.clone(),
        sections: vec![Section {
            hint: Some(ctx.look.text("bulk-edit-hint")),
            fields: controls.collect(),
            ..Section::default()
        }],
        submit: ctx.look.text("save"),
        cancel: Some(format!("/{plural}")),
        in_place: ctx.partial,
        ..Form::default()
    };
    let objects = ctx.look.objects(&object.name, object.plural_label.as_deref());
    let overlay = Overlay {
        id: "bulk-edit".to_owned(),
        title: ctx.look.text_with(&Message::new("bulk-edit-objects").with("objects", objects)),
        content: form.render(&ctx.look),
        ..Overlay::default()
    };
    Ok(overlay.render(&ctx.look).into_response())
}

/// `POST /undo/{cause}`: takes back what was done together.
pub async fn undo(ctx: Ctx, Path(cause): Path<Id>) -> Result<Response, Error> {
    let reverted = ctx.write(move |writer| writer.revert(cause)).await?;
    let done = reverted.deleted + reverted.restored + reverted.updated;
    let said = Message::new("undone").with("done", done).with("kept", reverted.kept);
    Ok(refreshed(&ctx, &Toast::success(ctx.look.text_with(&said))))
}

/// The answer that says what happened and lets the page draw itself anew.
fn refreshed(ctx: &Ctx, toast: &Toast) -> Response {
    let mut response = html! { (toast.partial(&ctx.look)) }.into_response();
    let headers = response.headers_mut();
    headers.insert("hx-trigger", HeaderValue::from_static("overlay:close, list:refresh"));
    headers.insert("hx-reswap", HeaderValue::from_static("none"));
    response
}

/// The fields that were filled in, as one draft that is laid over each record.
fn wish(ctx: &Ctx, object: &Arc<Object>, fields: &Fields) -> Result<Draft, Error> {
    let mut draft = Draft::change(object, Id::generate());
    let filled = Fields(fields.0.iter().filter(|(_, value)| !value.trim().is_empty()).cloned().collect());
    for field in
        object.fields.iter().filter(|field| is_editable(field) && filled.filled(&field.name).is_some())
    {
        take::take(&ctx.look, &mut draft, field, &filled);
    }
    if draft.is_empty() { Err(Error::invalid(Message::new("bulk-nothing"))) } else { Ok(draft) }
}

/// Which records are meant.
enum Chosen {
    Ids(Vec<Id>),
    All(Box<ListQuery>),
}

fn chosen(registry: &metadata::Registry, object: &Arc<Object>, fields: &Fields) -> Result<Chosen, Error> {
    if fields.get("all") == Some("1") {
        let given = Fields::parse(fields.get("query").unwrap_or(""));
        let request = ListRequest::new(registry, object, given);
        if !request.problems.is_empty() {
            return Err(Error::invalid(Message::new("problem-filter")));
        }
        let mut query = request.query();
        query.fields = records::FieldSet::default();
        query.labels = false;
        query.limit = limits::PAGE_RECORDS;
        return Ok(Chosen::All(Box::new(query)));
    }
    let ids = fields.all("record").map(str::parse).collect::<Result<Vec<Id>, _>>();
    match ids {
        Ok(ids) if !ids.is_empty() => Ok(Chosen::Ids(ids)),
        _ => Err(Error::invalid(Message::new("bulk-none-chosen"))),
    }
}

/// Does it to each; counts those that could not be, and goes on.
fn run(
    writer: &mut Writer<'_, '_>,
    object: &Arc<Object>,
    chosen: &Chosen,
    verb: &Verb,
) -> Result<(usize, usize), records::Error> {
    let ids = match chosen {
        Chosen::Ids(ids) => ids.clone(),
        Chosen::All(query) => matching(writer, query)?,
    };
    let (mut done, mut kept) = (0, 0);
    for id in ids {
        let result = match verb {
            Verb::Delete => writer.delete(object, id),
            Verb::Restore => writer.restore(object, id),
            Verb::Destroy => writer.destroy(object, id),
            Verb::Set(wish) => writer.save(wish.for_record(id)).map(|_| ()),
        };
        match result {
            Ok(()) => done += 1,
            Err(records::Error::Database(error)) => return Err(error.into()),
            Err(_) => kept += 1,
        }
    }
    Ok((done, kept))
}

fn matching(writer: &mut Writer<'_, '_>, query: &ListQuery) -> Result<Vec<Id>, records::Error> {
    let mut query = query.clone();
    let mut ids = Vec::new();
    loop {
        let page = writer.list(&query)?;
        ids.extend(page.records.iter().map(records::Record::id));
        if ids.len() > MOST {
            return Err(records::Error::invalid(Message::new("bulk-too-many").with("max", MOST)));
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(ids),
        }
    }
}
