//! Keeping, changing and deleting views.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::Id;
use maud::html;
use metadata::Object;
use records::SavedView;
use ui::{
    form::{Form, Section},
    input::{Field, Input},
    overlay::Overlay,
};
use web::{Ctx, Error, Fields, Path, Query};

use super::{NAME_CHARS, check, href, name_problem, part_of};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/{plural}/views", post(create))
        .route("/{plural}/views/new", get(new))
        .route("/{plural}/views/{id}", get(open).post(save))
        .route("/{plural}/views/{id}/edit", get(edit))
        .route("/{plural}/views/{id}/content", post(keep))
        .route("/{plural}/views/{id}/delete", post(delete))
}

/// `GET …/views/new?filter=…`: what to call the list as it is.
async fn new(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Response, Error> {
    readable(&ctx, &plural)?;
    let asked = Asked { hidden: part_of(&query.0).0, ..Asked::default() };
    Ok(asked.dialog(&ctx, &plural, &format!("/{plural}/views"), "saved-view-new"))
}

async fn create(ctx: Ctx, Path(plural): Path<String>, fields: Fields) -> Result<Response, Error> {
    let object = readable(&ctx, &plural)?;
    let query = part_of(&fields);
    let asked = Asked::read(&ctx, &fields);
    if asked.problem.is_some() {
        let asked = Asked { hidden: query.0, ..asked };
        return Ok(asked.again(&ctx, &plural, &format!("/{plural}/views")));
    }
    let view = SavedView {
        id: Id::generate(),
        object: object.name.clone(),
        owner: ctx.session.user,
        shared: asked.shared,
        name: asked.name,
        query: query.encode(),
    };
    ctx.read(move |reader| check(reader, &object, &query)).await?;
    put(&ctx, &plural, view).await
}

/// `GET …/views/{id}`: the address to pass on.
async fn open(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let view = load(&ctx, &plural, id).await?;
    Ok(Redirect::to(&href(&view, &plural)).into_response())
}

async fn edit(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let view = changeable(&ctx, &plural, id).await?;
    let asked = Asked { name: view.name, shared: view.shared, ..Asked::default() };
    Ok(asked.dialog(&ctx, &plural, &format!("/{plural}/views/{id}"), "saved-view-edit"))
}

/// `POST …/views/{id}`: another name, shared or no longer.
async fn save(ctx: Ctx, Path((plural, id)): Path<(String, Id)>, fields: Fields) -> Result<Response, Error> {
    let view = changeable(&ctx, &plural, id).await?;
    let asked = Asked::read(&ctx, &fields);
    if asked.problem.is_some() {
        return Ok(asked.again(&ctx, &plural, &format!("/{plural}/views/{id}")));
    }
    put(&ctx, &plural, SavedView { name: asked.name, shared: asked.shared, ..view }).await
}

/// `POST …/views/{id}/content?filter=…`: the list as it is now takes the place of the one that was kept.
async fn keep(ctx: Ctx, Path((plural, id)): Path<(String, Id)>, query: Query) -> Result<Response, Error> {
    let view = changeable(&ctx, &plural, id).await?;
    let (object, part) = (ctx.object(&plural)?, part_of(&query.0));
    let query = part.encode();
    ctx.read(move |reader| check(reader, &object, &part)).await?;
    put(&ctx, &plural, SavedView { query, ..view }).await
}

async fn delete(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    changeable(&ctx, &plural, id).await?;
    ctx.write(move |writer| writer.forget_view(id)).await?;
    go(&ctx, &format!("/{plural}"))
}

/// Keeps the view and goes there.
async fn put(ctx: &Ctx, plural: &str, view: SavedView) -> Result<Response, Error> {
    let to = href(&view, plural);
    ctx.write(move |writer| writer.keep_view(&view)).await?;
    go(ctx, &to)
}

/// What was typed about a view.
#[derive(Default)]
struct Asked {
    name: String,
    shared: bool,
    hidden: Vec<(String, String)>,
    problem: Option<String>,
}

impl Asked {
    fn read(ctx: &Ctx, fields: &Fields) -> Asked {
        let name = fields.filled("name").unwrap_or("").to_owned();
        let shared = fields.all("shared").any(|entry| entry == "true" || entry == "on");
        let problem = name_problem(&name).map(|message| ctx.look.text_with(&message));
        Asked { name, shared, hidden: Vec::new(), problem }
    }

    fn form(&self, ctx: &Ctx, plural: &str, action: &str) -> Form {
        let look = &ctx.look;
        let name = Input::Text {
            value: self.name.clone(),
            max: Some(NAME_CHARS),
            placeholder: None,
            autocomplete: Some("off".to_owned()),
        };
        let name =
            Field::new("name", look.text("saved-view-name"), name).required().problem(self.problem.clone());
        let name = Field { autofocus: true, ..name };
        let shared = Input::Bool { value: self.shared };
        let shared = Field::new("shared", look.text("saved-view-share"), shared)
            .help(look.text("saved-view-share-help"));
        Form {
            id: "saved-view".to_owned(),
            action: action.to_owned(),
            hidden: self.hidden.clone(),
            sections: vec![Section { fields: vec![name, shared], ..Section::default() }],
            submit: look.text("save"),
            cancel: Some(format!("/{plural}")),
            in_place: ctx.partial,
            ..Form::default()
        }
    }

    fn dialog(&self, ctx: &Ctx, plural: &str, action: &str, title: &str) -> Response {
        let overlay = Overlay {
            id: "saved-view-dialog".to_owned(),
            title: ctx.look.text(title),
            content: self.form(ctx, plural, action).render(&ctx.look),
            ..Overlay::default()
        };
        overlay.render(&ctx.look).into_response()
    }

    fn again(&self, ctx: &Ctx, plural: &str, action: &str) -> Response {
        let form = self.form(ctx, plural, action).render(&ctx.look);
        (StatusCode::UNPROCESSABLE_ENTITY, form).into_response()
    }
}

/// The object, for whoever may see its records.
pub fn readable(ctx: &Ctx, plural: &str) -> Result<Arc<Object>, Error> {
    let object = ctx.object(plural)?;
    let may = ctx.principal().access.may(&object.name, records::Action::Read);
    if may { Ok(object) } else { Err(Error::not_found()) }
}

/// The view, if it is of this object and one's own or shared.
async fn load(ctx: &Ctx, plural: &str, id: Id) -> Result<SavedView, Error> {
    let object = readable(ctx, plural)?;
    let view = ctx.read(move |reader| reader.saved_view(id)).await?;
    if view.object == object.name { Ok(view) } else { Err(Error::not_found()) }
}

/// As [`load`], for whoever may change it.
async fn changeable(ctx: &Ctx, plural: &str, id: Id) -> Result<SavedView, Error> {
    let view = load(ctx, plural, id).await?;
    let asked = view.clone();
    let may = ctx.read(move |reader| Ok::<_, records::Error>(reader.may_change_view(&asked))).await?;
    if may { Ok(view) } else { Err(Error::denied()) }
}

fn go(ctx: &Ctx, to: &str) -> Result<Response, Error> {
    if !ctx.partial {
        return Ok(Redirect::to(to).into_response());
    }
    let mut response = html! {}.into_response();
    response.headers_mut().insert("hx-redirect", HeaderValue::from_str(to).map_err(|_| Error::not_found())?);
    Ok(response)
}
