//! `GET /api/v1/warehouse/sources`, and below it by name `PUT`, `DELETE` and `POST …/read`, for administrators.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post, put},
};
use serde_json::{Value, json};
use web::{Ctx, Error as WebError, Json as Body, Path};

use super::{Kept, Source};
use crate::{Error, api::told, doors};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/warehouse/sources", get(list))
        .route("/api/v1/warehouse/sources/{name}", put(register).delete(remove))
        .route("/api/v1/warehouse/sources/{name}/read", post(read))
}

async fn list(ctx: Ctx) -> Result<Json<Value>, WebError> {
    administrators_only(&ctx, false)?;
    let sources = ctx.blocking(|ctx| doors::of(&ctx.workspace)?.sources()).await.map_err(failed)?;
    Ok(Json(json!({ "sources": sources.iter().map(shown).collect::<Vec<_>>() })))
}

/// Registers a source and has it read; only from what the configuration opens.
async fn register(ctx: Ctx, Path(name): Path<String>, Body(source): Body<Source>) -> Result<Read, WebError> {
    administrators_only(&ctx, true)?;
    let done = ctx.blocking(move |ctx| {
        let warehouse = doors::of(&ctx.workspace)?;
        source.from.check_opened(warehouse.opened())?;
        warehouse.add_source(&Source { name: name.clone(), ..source })?;
        warehouse.queue_source(&name, Some(ctx.session.user))
    });
    Ok(soon(done.await.map_err(failed)?))
}

async fn read(ctx: Ctx, Path(name): Path<String>) -> Result<Read, WebError> {
    administrators_only(&ctx, true)?;
    let user = ctx.session.user;
    let done = ctx.blocking(move |ctx| doors::of(&ctx.workspace)?.queue_source(&name, Some(user))).await;
    Ok(soon(done.map_err(failed)?))
}

async fn remove(ctx: Ctx, Path(name): Path<String>) -> Result<StatusCode, WebError> {
    administrators_only(&ctx, true)?;
    let done = ctx.blocking(move |ctx| doors::of(&ctx.workspace)?.remove_source(&name)).await;
    done.map_err(failed).map(|()| StatusCode::NO_CONTENT)
}

type Read = (StatusCode, Json<Value>);

/// What is answered while a job reads the source.
fn soon(job: kernel::Id) -> Read {
    (StatusCode::ACCEPTED, Json(json!({ "job": job.to_string() })))
}

fn shown(kept: &Kept) -> Value {
    json!({
        "name": kept.source.name,
        "table": format!("{}{}", super::PREFIX, kept.source.name),
        "from": kept.source.from.shown(),
        "key": kept.source.key,
        "every": kept.source.every,
        "roles": kept.source.roles,
        "zone": kept.source.zone,
        "report": kept.report,
    })
}

fn administrators_only(ctx: &Ctx, write: bool) -> Result<(), WebError> {
    match ctx.principal().access.administrator && ctx.session.allows("source", write) {
        true => Ok(()),
        false => Err(WebError::not_found()),
    }
}

fn failed(error: Error) -> WebError {
    told(cube::Error::Engine(error))
}
