//! Files of records: sent, attached, shown, fetched and swept up.
//!
//! A field of files holds what is known of each (`records::StoredFile`); the content is a blob. A file is sent first and
//! goes by itself after a day, unless a record is saved with it: from then on it belongs to that record
//! ([`attach`]), and whoever may see the field may fetch it ([`download`]).
//!
//! `upload.rs` takes contents in, `panel.rs` is the tab of a record's page, `api.rs` the same for programs,
//! `forget.rs` lets go of files whose records are no more.

mod api;
mod attach;
mod download;
mod forget;
mod panel;
mod upload;

use std::sync::Arc;

use app::{App, Feature};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use kernel::{Id, limits};
use metadata::{Field, Kind, Object};
use records::Record;

/// The feature, for the server to compose.
pub fn feature() -> Feature {
    Feature {
        name: "files",
        texts: include_str!("en.ftl"),
        behaviours: Some(|| vec![Box::new(attach::Attach)]),
        panels: vec![Arc::new(panel::FilesPanel)],
        jobs: Some(forget::register),
        routes: Some(routes()),
        ..Feature::default()
    }
}

fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/files", post(upload::stage))
        .route("/files/{file}", get(download::own))
        // A field's name takes files in, a file's id gives it out.
        .route("/{plural}/{id}/files/{name}", get(download::of_record).post(upload::attach))
        .route("/{plural}/{id}/files/{name}/remove", post(upload::remove))
        .merge(api::routes())
        .layer(DefaultBodyLimit::max(limits::ATTACHMENT_BYTES + (1 << 20)))
}

/// The fields of an object that hold files.
fn file_fields(object: &Object) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| matches!(field.kind, Kind::File { .. }))
}

/// The field that shows the reader of `record` this file.
fn holder(record: &Record, file: Id) -> Option<&Field> {
    file_fields(&record.object).find(|field| {
        record.shows(field) && records::files(record.get(&field.name)).iter().any(|known| known.id == file)
    })
}
