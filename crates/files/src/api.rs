//! Files for programs: send one, name its id in a field of files, fetch it again.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    body::Body,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::Id;
use serde_json::json;
use web::{Ctx, Error, Path, Query};

use crate::{download, upload};

pub fn routes() -> Router<Arc<App>> {
    let all = Router::new()
        .route("/api/v1/files", post(send))
        .route("/api/v1/{plural}/{id}/files/{file}", get(fetch));
    web::parameters(all, &TAKEN)
}

/// What the addresses take behind the `?`.
static TAKEN: [web::Taken; 1] = [(Method::POST, "/api/v1/files", &["name"])];

/// `POST /api/v1/files?name=offer.pdf` with the content as the body.
async fn send(ctx: Ctx, query: Query, body: Body) -> Result<Response, Error> {
    if !ctx.session.allows("file", true) {
        return Err(Error::denied());
    }
    let blob = upload::receive(&ctx, query.get("name").unwrap_or(""), body).await?;
    let answer = json!({
        "id": blob.id.to_string(),
        "name": blob.name,
        "size": blob.size_bytes,
        "type": blob.media_type,
        "sha256": blob.sha256,
        "expires_at": blob.expires_at.map(|at| at.to_string()),
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn fetch(
    ctx: Ctx,
    Path((plural, id, file)): Path<(String, Id, Id)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    if !ctx.session.allows(&object.name, false) {
        return Err(Error::denied());
    }
    download::of_record(ctx, Path((plural, id, file)), headers).await
}
