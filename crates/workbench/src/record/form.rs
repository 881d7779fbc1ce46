//! The forms that make a record or change several of its fields.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message, Problem};
use maud::{Markup, html};
use metadata::{Field, Object};
use records::{Action as May, Draft, Record, Saved, Target};
use ui::{
    form::Form,
    overlay::{Overlay, OverlayKind, Toast},
    page::{Fit, PageHeader, page},
};
use web::{Ctx, Error, Fields, Path, Query};

use super::{
    asked::{asked_at_creation, changeable, focus, initial, preset, sections, sent},
    conflict::Others,
    edit::{asking, standing},
};
use crate::field::{creating, take};

/// `GET /{plural}/new`: what stands behind the `?` is filled in already.
pub async fn new_form(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Response, Error> {
    let object = creatable(&ctx, &plural)?;
    let given = preset(&object, &query.0);
    let registry = ctx.workspace.engine.registry();
    let asking = asking(&ctx, &registry);
    let mut form = form(&ctx, &object, &format!("/{plural}/new"));
    form.sections = sections(&ctx, &object, asked_from(&object, &given), |field| {
        if sent(field, &given) {
            asking.typed(&object, field, &given, None)
        } else {
            asking.control(&object, field, &initial(&ctx, &object, field))
        }
    });
    form.hidden.extend(carried(&object, &given));
    form.also = and_another(&ctx, &given);
    focus(&mut form.sections, |name| !object.field(name).is_some_and(|field| sent(field, &given)));
    framed(&ctx, &titled(&ctx, &object, &given), &form.render(&ctx.look)).await
}

/// Names the link by which the record at hand was to be linked to when the form was asked for.
pub const FROM: &str = "__from";

/// What making this is called where it was asked for, such as on the page of what it links to.
fn titled(ctx: &Ctx, object: &Object, given: &Fields) -> String {
    creating(&ctx.look, object, given.filled(FROM))
}

/// The link by which the record at hand is linked to, when it is known what it leads to.
fn known<'o>(object: &'o Object, given: &Fields) -> Option<&'o Field> {
    object.field(given.filled(FROM)?).filter(|field| field.is_writable() && sent(field, given))
}

/// What a new record's form asks for: not again where it was opened.
fn asked_from<'o>(object: &'o Object, given: &Fields) -> Vec<&'o Field> {
    let known = known(object, given).map(|field| field.name.as_str());
    let mut asked = asked_at_creation(object, given);
    asked.retain(|field| Some(field.name.as_str()) != known);
    asked
}

/// What has to be known again when the form is sent.
fn carried(object: &Object, given: &Fields) -> Vec<(String, String)> {
    let of_link = known(object, given).into_iter().flat_map(|field| {
        let name = &field.name;
        [name.clone(), format!("{name}_object"), format!("{name}_id"), format!("{name}__title")]
    });
    let names = ["pick", FROM].into_iter().map(str::to_owned).chain(of_link);
    names.filter_map(|name| given.get(&name).map(str::to_owned).map(|value| (name, value))).collect()
}

/// The button that goes on with another one; none where the record at hand is wanted by another form.
fn and_another(ctx: &Ctx, given: &Fields) -> Vec<(String, String, String)> {
    let button = || ("also".to_owned(), "another".to_owned(), ctx.look.text("save-and-new"));
    given.filled("pick").is_none().then(button).into_iter().collect()
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
                asked_from(&object, &fields),
                &fields,
                &problems,
            );
            form.also = and_another(&ctx, &fields);
            Ok(again(&ctx, &titled(&ctx, &object, &fields), &form))
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
    focus(&mut form.sections, |_| true);
    let title = titled_edit(&ctx, &object, record.title());
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
            let asked = Arc::clone(&object);
            if let Ok(record) = ctx.read(move |reader| reader.load(&asked, id)).await {
                show_kept(&ctx, &object, &record, &conflict.kept, &mut form);
            }
            form.hidden.push(("version".to_owned(), conflict.version.to_string()));
            form.heading = Some(ctx.look.text("conflict-hint"));
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

/// Shows what stands now in fields that somebody else has changed and this person has not.
fn show_kept(ctx: &Ctx, object: &Object, record: &Record, kept: &[String], form: &mut Form) {
    let registry = ctx.workspace.engine.registry();
    let asking = asking(ctx, &registry);
    let controls = form.sections.iter_mut().flat_map(|section| &mut section.fields);
    for control in controls.filter(|control| kept.contains(&control.name)) {
        if let Some(field) = object.field(&control.name) {
            *control = asking.control(object, field, &standing(record, field));
        }
    }
}

/// The title of a form that is shown once more.
async fn retitled(ctx: &Ctx, object: &Arc<Object>, id: Id) -> String {
    titled_edit(ctx, object, &title_of(ctx, object, id).await)
}

/// "Edit deal: Acme renewal".
fn titled_edit(ctx: &Ctx, object: &Object, title: &str) -> String {
    let kind = ctx.look.object(&object.name, object.label.as_deref());
    ctx.look.text_with(&Message::new("edit-record").with("object", kind).with("title", title))
}

/// What a record is called now; nothing when it is gone meanwhile, since what was typed must stay.
pub async fn title_of(ctx: &Ctx, object: &Arc<Object>, id: Id) -> String {
    let asked = Arc::clone(object);
    let record = ctx.read(move |reader| reader.load(&asked, id)).await;
    record.map(|record: Record| record.title().to_owned()).unwrap_or_default()
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
    form.hidden.extend(carried(object, fields));
    form
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
        // The next one is linked to the same record.
        let carried = Fields(carried(object, fields)).encode();
        return redirect(ctx, &format!("/{}/new?{carried}", object.plural));
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
