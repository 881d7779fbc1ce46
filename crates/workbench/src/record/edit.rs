//! One field, changed where it stands.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use kernel::{Id, Value};
use maud::{Markup, html};
use metadata::{Field, Object};
use records::{Draft, Record, Target};
use ui::{
    diff::{Diff, DiffRow},
    edit::{Editor, editable},
    input::LinkValue,
    overlay::{Overlay, OverlayKind, partial},
};
use web::{Ctx, Error, Fields, Kind, Path, Query};

use super::conflict::Others;
use crate::field::{
    ask::{Asking, Standing},
    label, show, take,
};

/// `GET`: the control in the value's place.
pub async fn editor(
    ctx: Ctx,
    Path((plural, id, name)): Path<(String, Id, String)>,
    query: Query,
) -> Result<Markup, Error> {
    let object = ctx.object(&plural)?;
    let asked = Arc::clone(&object);
    let record = ctx.read(move |reader| reader.load(&asked, id)).await?;
    let field = editable_field(&object, &name)?;
    let registry = ctx.workspace.engine.registry();
    let control = asking(&ctx, &registry).control(&object, field, &standing(&record, field));
    Ok(Editor {
        url: url(&object, id, &name, &query),
        field: control,
        version: Some(record.version()),
        csrf: None,
    }
    .render(&ctx.look))
}

/// `PATCH`: the new value, or the control again with what is wrong.
pub async fn save(
    ctx: Ctx,
    Path((plural, id, name)): Path<(String, Id, String)>,
    query: Query,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let field = editable_field(&object, &name)?;
    let version = fields.get("version").and_then(|version| version.parse().ok());
    let mut draft = Draft::for_target(&object, Target::Existing(id, version));
    let sent = Fields(fields.0.iter().cloned().chain([("fields".to_owned(), name.clone())]).collect());
    take::take(&ctx.look, &mut draft, field, &sent);
    let asked = Arc::clone(&object);
    let saved = ctx
        .write(move |writer| -> Result<Record, records::Error> {
            writer.save(draft.clone())?;
            writer.load(&asked, id)
        })
        .await;
    let registry = ctx.workspace.engine.registry();
    let address = url(&object, id, &name, &query);
    match saved {
        Ok(record) => {
            let content = show::content(&ctx.look, &registry, &record, field);
            let mut response =
                editable(&ctx.look, &label(&ctx.look, &object, field), Some(&address), &content)
                    .into_response();
            response.headers_mut().insert("hx-trigger", HeaderValue::from_static("record:changed"));
            Ok(response)
        }
        Err(records::Error::Conflict(conflict)) => {
            Ok(conflicting(&ctx, &object, field, &address, &sent, &conflict).await)
        }
        Err(records::Error::Invalid(problems)) => {
            let said: Vec<String> = problems.iter().map(|problem| ctx.look.problem(problem)).collect();
            let control = asking(&ctx, &registry).typed(&object, field, &fields, Some(said.join(" ")));
            let editor = Editor { url: address, field: control, version, csrf: None };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, editor.render(&ctx.look)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Who changed the same field meanwhile, and to what: the person decides.
async fn conflicting(
    ctx: &Ctx,
    object: &Object,
    field: &Field,
    url: &str,
    sent: &Fields,
    conflict: &records::Conflict,
) -> Response {
    let look = &ctx.look;
    let lines = Others::of(ctx, conflict).await.lines(look, conflict);
    let rows = conflict.fields.iter().filter_map(|conflicting| {
        let field = object.field(&conflicting.field)?;
        Some(DiffRow {
            label: label(look, object, field),
            name: None,
            values: vec![
                show::parts(look, object, field, &conflicting.theirs),
                show::parts(look, object, field, &conflicting.ours),
            ],
            chosen: 1,
        })
    });
    let diff = Diff {
        label: look.text("conflict-title"),
        sides: vec![look.text("conflict-theirs"), look.text("conflict-ours")],
        rows: rows.collect(),
        agreeing: 0,
    };
    let overwrite = sent.with("version", Some(&conflict.version.to_string()));
    let content = html! {
        p { @for line in &lines { (line) " " } (look.text("conflict-choose")) }
        (diff.render(look))
        form class="form-buttons" method="post" action=(url) hx-patch=(url) hx-swap="none" {
            @for (name, value) in &overwrite.0 { input type="hidden" name=(name) value=(value); }
            button class="btn btn-primary" type="submit" data-close { (look.text("conflict-overwrite")) }
            a class="btn btn-ghost" href="" data-close { (look.text("conflict-keep")) }
        }
    };
    let overlay = Overlay {
        id: "conflict".to_owned(),
        title: look.text("conflict-title"),
        kind: OverlayKind::Wide,
        content,
    };
    let registry = ctx.workspace.engine.registry();
    let control = asking(ctx, &registry).typed(object, field, sent, Some(look.text("problem-conflict")));
    let version = sent.get("version").and_then(|version| version.parse().ok());
    let editor = Editor { url: url.to_owned(), field: control, version, csrf: None };
    let body = html! { (editor.render(look)) (partial("#overlays", "beforeend", &overlay.render(look))) };
    (Kind::Conflict.status(), body).into_response()
}

fn editable_field<'o>(object: &'o Object, name: &str) -> Result<&'o Field, Error> {
    object.field(name).filter(|field| crate::list::is_editable(field)).ok_or_else(Error::not_found)
}

fn url(object: &Object, id: Id, name: &str, query: &Query) -> String {
    let cell = if query.has("in") { "?in=cell" } else { "" };
    format!("/{}/{id}/fields/{name}{cell}", object.plural)
}

pub fn asking<'a>(ctx: &'a Ctx, registry: &'a metadata::Registry) -> Asking<'a> {
    Asking {
        look: &ctx.look,
        registry,
        access: &ctx.principal().access,
        currency: ctx.workspace.config.currency,
    }
}

/// What stands in a record's field.
pub fn standing(record: &Record, field: &Field) -> Standing {
    let position = record.object.position(&field.name);
    let members = record.members.iter().find(|(at, _)| Some(*at) == position);
    let link = |member: &records::Member| LinkValue {
        id: member.id.to_string(),
        title: member.title.clone(),
        href: None,
    };
    Standing {
        values: if field.columns.is_empty() { vec![Value::Null] } else { record.parts(field).to_vec() },
        title: record.label(&field.name).map(str::to_owned),
        members: members.map(|(_, members)| members.iter().map(link).collect()).unwrap_or_default(),
        record: Some(record.id()),
    }
}
