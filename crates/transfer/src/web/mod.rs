//! The pages of import and export.
//!
//! `/import` takes a file, `/import/{id}` is one import from the choice of its columns to its report, `/imports` are
//! all of them, `/export/{plural}.{format}` is a list as a file.

mod api;
mod export;
mod form;
mod link;
mod list;
mod mapping;
mod run;
mod taken;
mod upload;

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use kernel::{Id, limits};
use records::Action;
use web::{Ctx, Error};

use crate::run::{Import, find};

pub fn routes() -> Router<Arc<App>> {
    let upload = Router::new()
        .route("/import", get(upload::form).post(upload::take_in))
        .layer(DefaultBodyLimit::max(limits::UPLOAD_BYTES + (1 << 20)));
    Router::new()
        .merge(upload)
        .merge(api::routes())
        .route("/imports", get(list::list))
        .route("/import/{id}", get(run::show))
        .route("/import/{id}/mapping", post(mapping::save))
        .route("/import/{id}/mapping.toml", get(mapping::download))
        .route("/import/{id}/run", post(run::start))
        .route("/import/{id}/change", post(run::change))
        .route("/import/{id}/cancel", post(run::stop))
        .route("/import/{id}/revert", post(run::revert))
        .route("/import/{id}/delete", post(run::forget))
        .route("/import/{id}/progress", get(run::progress))
        .route("/import/{id}/problems.csv", get(run::problems))
        .route("/export/{file}", get(export::download))
}

/// Imports run with all rights of their person, also where a token has fewer: it needs the scope for all of them.
fn allowed(ctx: &Ctx) -> Result<(), Error> {
    if ctx.session.allows("import", true) { Ok(()) } else { Err(Error::denied()) }
}

/// The import, if it is the person's own or they are an administrator.
async fn load(ctx: &Ctx, id: Id) -> Result<Import, Error> {
    allowed(ctx)?;
    let found = ctx.blocking(move |ctx| ctx.workspace.db().read(|tx| find(tx, id))).await;
    let found = found.map_err(records::Error::from)?;
    let principal = ctx.principal();
    found
        .filter(|import| {
            principal.access.administrator || import.owner.is_some() && import.owner == principal.me()
        })
        .ok_or_else(Error::not_found)
}

/// The objects that the person may import, with what they are called.
fn importable(ctx: &Ctx) -> Vec<(String, String)> {
    let registry = ctx.workspace.engine.registry();
    let may = |name: &str| ctx.principal().access.may(name, Action::Import);
    let objects = registry.objects().filter(|object| may(&object.name));
    objects
        .map(|object| (object.name.clone(), ctx.look.objects(&object.name, object.plural_label.as_deref())))
        .collect()
}
