//! The REST API: every object under `/api/v1/{plural}`, made from its definition, and the document that describes it.
//!
//! [`caller`] is who calls and what the token allows; `list.rs`, `record.rs`, `bulk.rs`, `timeline.rs`, `action.rs`,
//! `search.rs`, `definition.rs` are the doors; `json.rs` writes records; `openapi/` describes all of it at `/api/openapi.json`.
//! Errors are problem documents (RFC 9457), made by crate `web`.

mod action;
mod bulk;
mod caller;
mod definition;
mod idempotency;
mod json;
mod list;
mod openapi;
mod query;
mod record;
mod search;
mod timeline;

use std::sync::Arc;

use app::{App, Feature};
use axum::{
    Router,
    extract::{OriginalUri, Request},
    http::Method,
    middleware::map_request,
    routing::{get, post},
};
use web::Taken;

/// The feature, for the server to compose.
pub fn feature() -> Feature {
    Feature {
        name: "api",
        texts: include_str!("en.ftl"),
        migrations: idempotency::MIGRATIONS.to_vec(),
        routes: Some(routes()),
        ..Feature::default()
    }
}

fn routes() -> Router<Arc<App>> {
    let v1 = Router::new()
        .route("/me", get(caller::me))
        .route("/search", get(search::search))
        .route("/objects", get(definition::list).post(definition::create))
        .route("/objects/{object}", get(definition::show).delete(definition::remove))
        .route("/objects/{object}/overlay", get(definition::overlay).put(definition::set_overlay))
        .route("/objects/{object}/fields", post(definition::add_field))
        .route("/objects/{object}/fields/{field}", axum::routing::delete(definition::remove_field))
        .route("/{plural}", get(list::list).post(record::create))
        .route("/{plural}/count", get(list::count))
        .route("/{plural}/groups", get(list::groups))
        .route("/{plural}/bulk", post(bulk::save))
        .route("/{plural}/{id}", get(record::show).patch(record::update).delete(record::delete))
        .route("/{plural}/{id}/restore", post(record::restore))
        .route("/{plural}/{id}/destroy", post(record::destroy))
        .route("/{plural}/{id}/history", get(record::history))
        .route("/{plural}/{id}/timeline", get(timeline::timeline))
        .route("/{plural}/{id}/actions/{action}", post(action::run))
        .layer(map_request(with_whole_address));
    let all = Router::new().nest("/api/v1", v1).route("/api/openapi.json", get(openapi::document));
    web::parameters(all, &TAKEN)
}

/// What the addresses take behind the `?`, as `openapi/` describes it.
static TAKEN: [Taken; 8] = [
    (Method::GET, "/api/v1/search", &["q", "objects", "limit"]),
    (Method::POST, "/api/v1/objects", &["accept_losses"]),
    (Method::PUT, "/api/v1/objects/{object}/overlay", &["accept_losses"]),
    (
        Method::GET,
        "/api/v1/{plural}",
        &["filter", "q", "cause", "trash", "count", "sort", "fields", "limit", "after", "labels"],
    ),
    (Method::GET, "/api/v1/{plural}/count", &["filter", "q", "cause", "trash", "count"]),
    (Method::GET, "/api/v1/{plural}/groups", &["filter", "q", "cause", "trash", "count", "by", "sum"]),
    (Method::GET, "/api/v1/{plural}/{id}/history", &["before", "limit"]),
    (Method::GET, "/api/v1/{plural}/{id}/timeline", &["kind", "limit", "after"]),
];

/// Handlers see the address as it was sent, as those of other features do.
async fn with_whole_address(OriginalUri(address): OriginalUri, mut request: Request) -> Request {
    *request.uri_mut() = address;
    request
}
