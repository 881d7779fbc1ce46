//! Kept views for programs: `/api/v1/{plural}/views`.
//!
//! A view reads `{"id", "object", "owner", "may_change", "href", "name", "shared", "view", "filter", "q", "sort",
//! "columns", "kind", "group"}`; the last nine are written, each part of the list as it stands in an address, or null.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{Id, Problem};
use metadata::Object;
use records::{Reader, SavedView, Writer};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use web::{Ctx, Error, Fields, Kind, Path};

use super::{PARTS, check, href, name_problem, part_of};

pub fn routes() -> Router<Arc<App>> {
    let all = Router::new()
        .route("/api/v1/{plural}/views", get(list).post(create))
        .route("/api/v1/{plural}/views/{id}", get(show).patch(update).delete(delete));
    web::parameters(all, &[])
}

/// What is to be kept, or to be changed about what is.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default, deserialize_with = "set")]
    name: Option<String>,
    #[serde(default, deserialize_with = "set")]
    shared: Option<bool>,
    #[serde(default, deserialize_with = "said")]
    view: Part,
    #[serde(default, deserialize_with = "said")]
    filter: Part,
    #[serde(default, deserialize_with = "said")]
    q: Part,
    #[serde(default, deserialize_with = "said")]
    sort: Part,
    #[serde(default, deserialize_with = "said")]
    columns: Part,
    #[serde(default, deserialize_with = "said")]
    kind: Part,
    #[serde(default, deserialize_with = "said")]
    group: Part,
}

/// Not named, taken out, or set.
type Part = Option<Option<String>>;

fn said<'de, D: Deserializer<'de>>(from: D) -> Result<Part, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

fn set<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl Wanted {
    /// The parts in the order of [`PARTS`].
    const fn parts(&self) -> [&Part; PARTS.len()] {
        [&self.view, &self.filter, &self.q, &self.sort, &self.columns, &self.kind, &self.group]
    }

    /// Lays what is wanted over a view, if a list can be shown by it.
    fn over(
        &self,
        reader: &mut Reader<'_, '_>,
        object: &Arc<Object>,
        view: SavedView,
    ) -> Result<SavedView, Error> {
        let name = self.name.as_deref().map_or(view.name, |name| name.trim().to_owned());
        if let Some(message) = name_problem(&name) {
            return Err(Error { problems: vec![Problem::at("name", message)], ..Error::new(Kind::Invalid) });
        }
        let standing = Fields::parse(&view.query);
        let named = PARTS.iter().zip(self.parts()).filter_map(|(name, part)| Some((name, part.as_ref()?)));
        let laid =
            named.fold(standing.clone(), |fields, (name, content)| fields.with(name, content.as_deref()));
        let part = part_of(&laid);
        // A view whose fields are gone can still be given another name.
        if part != standing {
            check(reader, object, &part)?;
        }
        Ok(SavedView { name, shared: self.shared.unwrap_or(view.shared), query: part.encode(), ..view })
    }
}

/// `GET /api/v1/{plural}/views`: one's own and those that are shared, by name.
async fn list(ctx: Ctx, Path(plural): Path<String>) -> Result<Response, Error> {
    let object = readable(&ctx, &plural)?;
    let shown = ctx.read(move |reader| -> Result<Vec<Value>, Error> {
        let views = reader.saved_views(&object.name)?;
        Ok(views.iter().map(|view| written(reader, &object, view)).collect())
    });
    Ok(Json(json!({ "views": shown.await? })).into_response())
}

async fn create(
    ctx: Ctx,
    Path(plural): Path<String>,
    web::Json(wanted): web::Json<Wanted>,
) -> Result<Response, Error> {
    let object = readable(&ctx, &plural)?;
    let view = SavedView {
        id: Id::generate(),
        object: object.name.clone(),
        owner: ctx.session.user,
        shared: false,
        name: String::new(),
        query: String::new(),
    };
    let at = format!("/api/v1/{plural}/views/{}", view.id);
    let kept = write(&ctx, &object, move |writer, object| {
        let view = wanted.over(writer, object, view.clone())?;
        writer.keep_view(&view)?;
        Ok(written(writer, object, &view))
    });
    Ok((StatusCode::CREATED, [(header::LOCATION, at)], Json(kept.await?)).into_response())
}

async fn show(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Json<Value>, Error> {
    let object = readable(&ctx, &plural)?;
    ctx.read(move |reader| {
        let view = find(reader, &object, id)?;
        Ok(Json(written(reader, &object, &view)))
    })
    .await
}

/// `PATCH …/views/{id}`: what is named changes, all else stays.
async fn update(
    ctx: Ctx,
    Path((plural, id)): Path<(String, Id)>,
    web::Json(wanted): web::Json<Wanted>,
) -> Result<Json<Value>, Error> {
    let object = readable(&ctx, &plural)?;
    let kept = write(&ctx, &object, move |writer, object| {
        let view = changeable(writer, object, id)?;
        let view = wanted.over(writer, object, view)?;
        writer.keep_view(&view)?;
        Ok(written(writer, object, &view))
    });
    Ok(Json(kept.await?))
}

async fn delete(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<StatusCode, Error> {
    let object = readable(&ctx, &plural)?;
    write(&ctx, &object, move |writer, object| {
        changeable(writer, object, id)?;
        Ok(writer.forget_view(id)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The object, for whoever may see its records, by this token.
fn readable(ctx: &Ctx, plural: &str) -> Result<Arc<Object>, Error> {
    let object = super::web::readable(ctx, plural)?;
    if ctx.session.allows(&object.name, false) { Ok(object) } else { Err(Error::denied()) }
}

async fn write<T: Send + 'static>(
    ctx: &Ctx,
    object: &Arc<Object>,
    mut work: impl FnMut(&mut Writer<'_, '_>, &Arc<Object>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    if !ctx.session.allows(&object.name, true) {
        return Err(Error::denied());
    }
    let object = Arc::clone(object);
    ctx.write(move |writer| work(writer, &object)).await
}

fn find(reader: &mut Reader<'_, '_>, object: &Object, id: Id) -> Result<SavedView, Error> {
    let view = reader.saved_view(id)?;
    if view.object == object.name { Ok(view) } else { Err(Error::not_found()) }
}

fn changeable(reader: &mut Reader<'_, '_>, object: &Object, id: Id) -> Result<SavedView, Error> {
    let view = find(reader, object, id)?;
    if reader.may_change_view(&view) { Ok(view) } else { Err(Error::denied()) }
}

fn written(reader: &Reader<'_, '_>, object: &Object, view: &SavedView) -> Value {
    let mut shown = json!({
        "id": view.id.to_string(),
        "object": view.object,
        "owner": view.owner.to_string(),
        "may_change": reader.may_change_view(view),
        "href": href(view, &object.plural),
        "name": view.name,
        "shared": view.shared,
    });
    let query = Fields::parse(&view.query);
    for name in PARTS {
        shown[name] = json!(query.get(name));
    }
    shown
}
