//! The HTTP kit: who asks and in which workspace, pages and their frame, errors as answers, live updates, guards.
//!
//! A handler takes a [`Ctx`] (somebody signed in) or a [`Visitor`] (nobody yet), does its work in
//! [`Ctx::read`] or [`Ctx::write`], and answers with [`Ctx::page`] or a piece of one. Everything that goes wrong is
//! an [`Error`], which [`layers`] turns into a page, a piece or a problem document, as the request wants it.
//!
//! What must not be here: SQL, and anything that knows one feature.

mod again;
mod assets;
mod context;
mod cookie;
mod error;
mod fields;
mod guard;
mod json;
mod line;
mod live;
mod page;
mod parameters;
mod path;

use std::sync::Arc;

use app::App;
use axum::{Router, middleware};

pub use context::{Ctx, Visitor};
pub use cookie::{SECURE_SESSION_COOKIE, SESSION_COOKIE, cookie, expired_cookie, session_cookie, set_cookie};
pub use error::{Error, Kind};
pub use fields::{Fields, Query};
pub use json::{Json, JsonBody};
pub use page::{Nav, Whose, lookup_address};
pub use parameters::{Taken, parameters};
pub use path::Path;

/// The texts of the frame, the navigation and errors, for the server to compose.
pub fn feature() -> app::Feature {
    app::Feature { name: "web", texts: include_str!("en.ftl"), ..app::Feature::default() }
}

/// The program's routes with everything that holds for all of them: guards, error pages, assets, live updates.
pub fn router(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    routes
        .route("/assets/{*path}", axum::routing::get(assets::serve))
        .route("/events", axum::routing::get(live::events))
        .fallback(error::no_such_page)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), error::render))
        .layer(middleware::from_fn(guard::same_origin))
        .layer(middleware::from_fn(guard::headers))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(error::panicked))
        .layer(axum::extract::DefaultBodyLimit::max(kernel::limits::BODY_BYTES))
        .with_state(app)
}
