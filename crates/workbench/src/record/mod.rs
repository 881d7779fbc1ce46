//! One record: its page, its forms, its stages, its verbs.

mod actions;
mod asked;
mod conflict;
mod edit;
mod form;
mod page;
mod related;
pub mod stage;
mod timeline;
mod trash;

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    routing::{get, post},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/{plural}/new", get(form::new_form).post(form::create))
        .route("/{plural}/{id}", get(page::show))
        .route("/{plural}/{id}/edit", get(form::edit_form).post(form::save))
        .route("/{plural}/{id}/fields/{field}", get(edit::editor).patch(edit::save).post(edit::save))
        .route("/{plural}/{id}/stage", post(stage::move_to))
        .route("/{plural}/{id}/delete", post(trash::delete))
        .route("/{plural}/{id}/restore", post(trash::restore))
        .route("/{plural}/{id}/destroy", post(trash::destroy))
        .route("/{plural}/{id}/actions/{action}", get(actions::form).post(actions::run))
}
