//! The forms that make a record or change several of its fields.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message, Problem};
use maud::{Markup, html};
use metadata::{Field, Kind, Object};
use records::{Action as May, Draft, Saved, Target};
use ui::{
    form::{Form, Section},
    overlay::{Overlay, OverlayKind, Toast},
    page::{Fit, PageHeader, page},
};
use web::{Ctx, Error, Fields, Path, Query};

use super::{
    conflict::Others,
    edit::{asking, standing},
};
use crate::field::{ask::Standing, take};

/// `GET /{plural}/new`: what stands behind the `?` is filled in already.
pub async fn new_form(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Response, Error> {
    let object = creatable(&ctx, &plural)?;
    let given = preset(&object, &query.0);
    let registry = ctx.workspace.engine.registry();
    let asking = asking(&ctx, &registry);
    let mut form = form(&ctx, &object, &format!("/{plural}/new"));
    form.sections = sections(&ctx, &object, asked_at_creation(&object, &given), |field| {
        let sent = field.kind.parts().iter().any(|part| given.has(&key(field, part.name)));
        if sent {
            asking.typed(&object, field, &given, None)
        } else {
            asking.control(&object, field, &initial(&ctx, &object, field))
        }
    });
    if let Some(pick) = query.get("pick") {
        form.hidden.push(("pick".to_owned(), pick.to_owned()));
    }
    form.also = vec![("also".to_owned(), "another".to_owned(), ctx.look.text("save-and-new"))];
    framed(&ctx, &creating(&ctx, &object), &form.render(&ctx.look)).await
}

fn creating(ctx: &Ctx, object: &Object) -> String {
    let name = ctx.look.object(&object.name, object.label.as_deref());
    ctx.look.text_with(&Message::new("create-object").with("object", name))
}

/// `POST /{plural}/new`
pub async fn create(ctx: Ctx, Path(plural): Path<String>, fields: Fields) -> Result<Response, Error> {
    let object = creatable(&ctx, &plural)?;
    let mut draft = Draft::new(&object);
    // What is left empty on a new record gets its default.
    let typed = Fields(fields.0.iter().filter(|(_, value)| !value.trim().is_empty()).cloned().collect());
    object
        .fields
        .iter()
        .filter(|field| field.is_writable())
        .for_each(|field| take::take(&ctx.look, &mut draft, field, &typed));
    match save_draft(&ctx, draft).await {
        Ok(saved) => Ok(made(&ctx, &object, &saved, &fields)),
        Err(records::Error::Invalid(problems)) => {
            let mut form = refused(
                &ctx,
                &object,
                &format!("/{plural}/new"),
                asked_at_creation(&object, &fields),
                &fields,
                &problems,
            );
            form.also = vec![("also".to_owned(), "another".to_owned(), ctx.look.text("save-and-new"))];
            Ok(again(&ctx, &creating(&ctx, &object), &form))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /{plural}/{id}/edit`
pub async fn edit_form(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let asked = Arc::clone(&object);
    let record = ctx.read(move |reader| reader.load(&asked, id)).await?;
    let registry = ctx.workspace.engine.registry();
    let asking = asking(&ctx, &registry);
    let mut form = form(&ctx, &object, &format!("/{plural}/{id}/edit"));
    form.cancel = Some(format!("/{plural}/{id}"));
    form.hidden.push(("version".to_owned(), record.version().to_string()));
    let shown = changeable(&object).filter(|field| record.shows(field)).collect();
    form.sections =
        sections(&ctx, &object, shown, |field| asking.control(&object, field, &standing(&record, field)));
    let title = ctx.look.text_with(&Message::new("edit-record").with("title", record.title()));
    framed(&ctx, &title, &form.render(&ctx.look)).await
}

/// `POST /{plural}/{id}/edit`
pub async fn save(
    ctx: Ctx,
    Path((plural, id)): Path<(String, Id)>,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let version = fields.get("version").and_then(|version| version.parse().ok());
    let mut draft = Draft::for_target(&object, Target::Existing(id, version));
    object
        .fields
        .iter()
        .filter(|field| field.is_writable())
        .for_each(|field| take::take(&ctx.look, &mut draft, field, &fields));
    let url = format!("/{plural}/{id}/edit");
    let problems = match save_draft(&ctx, draft).await {
        Ok(_) => {
            return Ok(done(&ctx, &format!("/{plural}/{id}"), "overlay:close, record:changed", "saved"));
        }
        Err(records::Error::Invalid(problems)) => problems,
        Err(records::Error::Conflict(conflict)) => {
            // What was typed stays; the next try is made upon what stands now, knowing what it overwrites.
            let fields = fields.with("version", Some(&conflict.version.to_string()));
            let others = Others::of(&ctx, &conflict).await;
            let beside = |field| others.beside(&ctx.look, &object, field);
            let problems: Vec<Problem> = conflict.fields.iter().map(beside).collect();
            let mut form = refused(&ctx, &object, &url, changeable(&object).collect(), &fields, &problems);
            form.hidden.push(("version".to_owned(), conflict.version.to_string()));
            form.problems.insert(0, ctx.look.text("conflict-hint"));
            let mut response = again(&ctx, &retitled(&ctx, &object, id).await, &form);
            *response.status_mut() = StatusCode::CONFLICT;
            return Ok(response);
        }
        Err(error) => return Err(error.into()),
    };
    let mut form = refused(&ctx, &object, &url, changeable(&object).collect(), &fields, &problems);
    form.hidden.extend(fields.get("version").map(|version| ("version".to_owned(), version.to_owned())));
    Ok(again(&ctx, &retitled(&ctx, &object, id).await, &form))
}

/// The title of a form that is shown once more.
async fn retitled(ctx: &Ctx, object: &Arc<Object>, id: Id) -> String {
    let asked = Arc::clone(object);
    let record = ctx.read(move |reader| reader.load(&asked, id)).await;
    // The record may be gone meanwhile; what was typed stays.
    let title = record.map(|record: records::Record| record.title().to_owned()).unwrap_or_default();
    ctx.look.text_with(&Message::new("edit-record").with("title", title))
}

async fn save_draft(ctx: &Ctx, draft: Draft) -> Result<Saved, records::Error> {
    ctx.write(move |writer| writer.save(draft.clone())).await
}

fn creatable(ctx: &Ctx, plural: &str) -> Result<Arc<Object>, Error> {
    let object = ctx.object(plural)?;
    let may = ctx.principal().access.may(&object.name, May::Create) || object.part_of.is_some();
    if may { Ok(object) } else { Err(Error::denied()) }
}

fn form(ctx: &Ctx, object: &Object, action: &str) -> Form {
    Form {
        id: format!("form-{}", object.name),
        action: action.to_owned(),
        submit: ctx.look.text("save"),
        cancel: Some(format!("/{}", object.plural)),
        in_place: ctx.partial,
        ..Form::default()
    }
}

/// The same form with what was typed and what is wrong.
fn refused(
    ctx: &Ctx,
    object: &Object,
    action: &str,
    shown: Vec<&Field>,
    fields: &Fields,
    problems: &[Problem],
) -> Form {
    let registry = ctx.workspace.engine.registry();
    let asking = asking(ctx, &registry);
    let mut form = form(ctx, object, action);
    let problem = |name: &str| {
        let of = problems.iter().filter(|problem| problem.field.as_deref() == Some(name));
        let said: Vec<String> = of.map(|problem| ctx.look.problem(problem)).collect();
        (!said.is_empty()).then(|| said.join(" "))
    };
    form.sections = sections(ctx, object, shown.clone(), |field| {
        asking.typed(object, field, fields, problem(&field.name))
    });
    let elsewhere = problems.iter().filter(|problem| {
        problem.field.as_deref().is_none_or(|name| !shown.iter().any(|field| field.name == name))
    });
    form.problems = elsewhere
        .map(|problem| match problem.field.as_deref().and_then(|name| object.field(name)) {
            Some(field) => {
                format!("{}: {}", crate::field::label(&ctx.look, object, field), ctx.look.problem(problem))
            }
            None => ctx.look.problem(problem),
        })
        .collect();
    form.hidden.extend(fields.get("pick").map(|pick| ("pick".to_owned(), pick.to_owned())));
    form
}

/// The fields in the layout's sections, the rest after them.
fn sections(
    ctx: &Ctx,
    object: &Object,
    shown: Vec<&Field>,
    mut control: impl FnMut(&Field) -> ui::input::Field,
) -> Vec<Section> {
    let mut names: Vec<String> = shown.iter().map(|field| field.name.clone()).collect();
    let mut sections = Vec::new();
    let is_long = shown.len() > 12;
    for section in object.layout.sections.iter().filter(|_| is_long) {
        let own: Vec<&Field> = section
            .fields
            .iter()
            .filter_map(|name| shown.iter().find(|field| field.name == *name).copied())
            .collect();
        names.retain(|name| !own.iter().any(|field| field.name == *name));
        let title = section
            .label
            .clone()
            .or_else(|| ctx.look.find(&format!("{}-section-{}", object.name, section.name)));
        if !own.is_empty() {
            sections.push(Section {
                title,
                fields: own.into_iter().map(&mut control).collect(),
                ..Section::default()
            });
        }
    }
    let rest: Vec<&Field> = shown.into_iter().filter(|field| names.contains(&field.name)).collect();
    let title = (!sections.is_empty()).then(|| ctx.look.text("section-more"));
    if !rest.is_empty() {
        sections.push(Section {
            title,
            fields: rest.into_iter().map(&mut control).collect(),
            ..Section::default()
        });
    }
    if let Some(first) = sections.first_mut().and_then(|section| section.fields.first_mut()) {
        first.autofocus = true;
    }
    let sent: Vec<String> =
        sections.iter().flat_map(|section| &section.fields).map(|field| field.name.clone()).collect();
    if let Some(last) = sections.last_mut() {
        let value = sent.join(",");
        last.fields.push(ui::input::Field::new("fields", "", ui::input::Input::Hidden { value }));
    }
    sections
}

fn changeable(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| {
        // What is attached has a tab of its own on the record's page.
        field.is_writable()
            && field.kind != Kind::Json
            && !matches!(field.name.as_str(), "external_id" | "files")
    })
}

/// The required fields, those the layout asks for, and those that came with the address.
fn asked_at_creation<'o>(object: &'o Object, given: &Fields) -> Vec<&'o Field> {
    let layout = &object.layout;
    let asked = |field: &&Field| {
        let named = layout.create.contains(&field.name);
        let sent =
            given.has(&field.name) || field.kind.parts().iter().any(|part| given.has(&key(field, part.name)));
        let all = layout.create.is_empty() && !matches!(field.name.as_str(), "owner" | "team" | "tags");
        field.required || named || sent || all
    };
    let mut fields: Vec<&Field> = changeable(object).filter(asked).collect();
    fields
        .sort_by_key(|field| layout.create.iter().position(|name| *name == field.name).unwrap_or(usize::MAX));
    fields
}

/// A title that was typed into a link's control, into the field that is the title.
fn preset(object: &Object, given: &Fields) -> Fields {
    let Some(title) = given.filled("title") else { return given.clone() };
    let Some(first) = object.title.first().map(|at| &object.fields[*at]) else { return given.clone() };
    let mut fields = given.with("title", None);
    if first.kind == Kind::PersonName {
        let (start, last) = title.rsplit_once(' ').unwrap_or(("", title));
        fields = fields
            .with(&format!("{}_first", first.name), Some(start))
            .with(&format!("{}_last", first.name), Some(last));
    } else {
        fields = fields.with(&first.name, Some(title));
    }
    fields
}

/// What a new record's field holds before anybody types: its maker as owner, constants among the defaults.
fn initial(ctx: &Ctx, object: &Object, field: &Field) -> Standing {
    if field.name == "owner" && object.owned {
        let values = vec![ctx.principal().me().into()];
        return Standing { values, title: Some(ctx.session.name.clone()), ..Standing::default() };
    }
    let Some(default) = &field.default else { return Standing::default() };
    if default.reads_links() || field.columns.is_empty() {
        return Standing::default();
    }
    let binding = expr::Binding {
        now: ctx.look.now(),
        zone: &ctx.principal().zone,
        me: ctx.principal().me(),
        my_teams: &ctx.principal().teams,
        guard: None,
    };
    let mut values = vec![kernel::Value::Null; object.columns[field.columns.clone()].len()];
    values[0] = expr::eval(default, &binding);
    let title = matches!(values[0], kernel::Value::Id(_)).then(|| ctx.session.name.clone());
    Standing { values, title, ..Standing::default() }
}

fn key(field: &Field, part: &str) -> String {
    if part.is_empty() { field.name.clone() } else { format!("{}_{part}", field.name) }
}

/// Over the page it was asked from, or as a page.
async fn framed(ctx: &Ctx, title: &str, form: &Markup) -> Result<Response, Error> {
    if ctx.partial || ctx.overlay {
        let overlay = Overlay {
            id: "edit".to_owned(),
            title: title.to_owned(),
            kind: OverlayKind::Drawer,
            content: form.clone(),
        };
        return Ok(overlay.render(&ctx.look).into_response());
    }
    let head = PageHeader { title: title.to_owned(), ..PageHeader::default() };
    Ok(ctx.page(title, page(&head.render(&ctx.look), std::slice::from_ref(form), Fit::Narrow)).await)
}

/// The form once more: over the page that asked for it, or as a page where no script did.
pub fn again(ctx: &Ctx, title: &str, form: &Form) -> Response {
    let markup = form.render(&ctx.look);
    if ctx.partial {
        return (StatusCode::UNPROCESSABLE_ENTITY, markup).into_response();
    }
    let head = PageHeader { title: title.to_owned(), ..PageHeader::default() };
    let shell = ctx.framed(title, &page(&head.render(&ctx.look), &[markup], Fit::Narrow));
    (StatusCode::UNPROCESSABLE_ENTITY, shell).into_response()
}

/// After a record was made: back to the control that asked for it, another one, or its page.
fn made(ctx: &Ctx, object: &Object, saved: &Saved, fields: &Fields) -> Response {
    let title = saved.get("title").as_text().map(str::to_owned);
    let title = title.unwrap_or_else(|| saved.after[Object::TITLE].as_text().unwrap_or("").to_owned());
    if let Some(pick) = fields.filled("pick") {
        let event = serde_json::json!({
            "overlay:close": true,
            "pick": { "control": pick, "id": saved.id.to_string(), "title": title },
        });
        return triggered(html! {}, &event.to_string());
    }
    if fields.get("also") == Some("another") {
        return redirect(ctx, &format!("/{}/new", object.plural));
    }
    // A part, and whatever has no page of its own to speak of, leaves people where they were.
    if object.part_of.is_some() || (ctx.partial && object.area.is_none()) {
        return done(ctx, &ctx.here, "overlay:close, record:changed, list:refresh", "saved");
    }
    redirect(ctx, &format!("/{}/{}", object.plural, saved.id))
}

/// Closes what lies over the page, says that it is done, and lets the page draw itself anew.
fn done(ctx: &Ctx, to: &str, triggers: &'static str, text: &str) -> Response {
    if !ctx.partial {
        return Redirect::to(to).into_response();
    }
    triggered(Toast::success(ctx.look.text(text)).partial(&ctx.look), triggers)
}

fn triggered(markup: Markup, triggers: &str) -> Response {
    let mut response = markup.into_response();
    if let Ok(value) = HeaderValue::from_str(triggers) {
        response.headers_mut().insert("hx-trigger", value);
    }
    response
}

fn redirect(ctx: &Ctx, to: &str) -> Response {
    if !ctx.partial {
        return Redirect::to(to).into_response();
    }
    let mut response = html! {}.into_response();
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert("hx-redirect", value);
    }
    response
}
