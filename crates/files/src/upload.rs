//! Taking contents in: one file as the body of a request, or the files of a form.

use std::sync::Arc;

use app::Workspace;
use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Multipart, Request},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use blobs::{Blob, Description, Purpose, Staged};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use jiff::SignedDuration;
use kernel::{Id, Message, limits};
use maud::html;
use metadata::{Kind, Object};
use records::{Draft, StoredFile, Target, file_value, files};
use tokio::sync::mpsc;
use ui::{content::FileLink, input::file_item};
use web::{Ctx, Error, Kind as Why, Path, Query};

/// Pieces of a file that wait for the disk.
const WAITING: usize = 16;
/// How long a file waits for the record that it is sent for.
const KEPT_HOURS: i64 = 24;
/// How often adding to a record that others change at the same time is tried.
const TRIES: usize = 5;

/// `POST /files?name=…&field=…`: sends a file for a form that is not saved yet; answers with the form's line for it.
pub async fn stage(ctx: Ctx, query: Query, body: Body) -> Result<Response, Error> {
    let blob = receive(&ctx, query.get("name").unwrap_or(""), body).await?;
    let link = FileLink {
        id: blob.id.to_string(),
        href: format!("/files/{}", blob.id),
        bytes: blob.size_bytes,
        is_picture: blobs::is_picture(&blob.media_type),
        name: blob.name,
    };
    Ok(file_item(&ctx.look, query.get("field").unwrap_or("files"), &link).into_response())
}

/// `POST /{plural}/{id}/files/{field}`: adds files to a field of a record: the body with `?name=`, or a form's.
pub async fn attach(
    ctx: Ctx,
    Path((plural, id, name)): Path<(String, Id, String)>,
    query: Query,
    request: Request,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let position = file_field(&object, &name)?;
    may_change(&ctx, &object, id).await?;
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let mut sent = Vec::new();
    if is_form {
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broken_off())?;
        while let Some(part) = parts.next_field().await.map_err(|_| broken_off())? {
            let name = part.file_name().unwrap_or("").to_owned();
            // A form without a file sends an empty one without a name.
            if !name.is_empty() {
                sent.push(stored(&ctx, &name, part.map(|piece| piece.map_err(|_| ()))).await?.id);
            }
        }
    } else {
        sent.push(receive(&ctx, query.get("name").unwrap_or(""), request.into_body()).await?.id);
    }
    change(&ctx, &object, id, position, move |mut standing| {
        standing.extend(sent.iter().map(|id| named(*id)));
        standing
    })
    .await?;
    Ok(changed(&ctx, &plural, id))
}

/// `POST /{plural}/{id}/files/{file}/remove`: takes a file out of its record.
pub async fn remove(
    ctx: Ctx,
    Path((plural, id, name)): Path<(String, Id, String)>,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let file: Id = name.parse().map_err(|_| Error::not_found())?;
    let asked = Arc::clone(&object);
    let record = ctx.read(move |reader| reader.load(&asked, id)).await?;
    let holder = crate::holder(&record, file).ok_or_else(Error::not_found)?;
    let position = object.position(&holder.name).ok_or_else(Error::not_found)?;
    change(&ctx, &object, id, position, move |mut standing| {
        standing.retain(|known| known.id != file);
        standing
    })
    .await?;
    Ok(changed(&ctx, &plural, id))
}

/// The position of a field of files.
pub fn file_field(object: &Object, name: &str) -> Result<usize, Error> {
    let position = object.position(name).ok_or_else(Error::not_found)?;
    let field = &object.fields[position];
    if matches!(field.kind, Kind::File { .. }) && !field.read_only {
        Ok(position)
    } else {
        Err(Error::not_found())
    }
}

/// Known before anything is written to the disk.
pub async fn may_change(ctx: &Ctx, object: &Arc<Object>, id: Id) -> Result<(), Error> {
    let asked = Arc::clone(object);
    let may = ctx
        .read(move |reader| -> Result<bool, Error> {
            reader.load(&asked, id)?;
            Ok(reader.may_on(&asked, id, records::Action::Update)?)
        })
        .await?;
    if may { Ok(()) } else { Err(Error::denied()) }
}

/// Changes the files of a record upon what stands there, again when somebody else was faster.
async fn change(
    ctx: &Ctx,
    object: &Arc<Object>,
    id: Id,
    position: usize,
    lay: impl Fn(Vec<StoredFile>) -> Vec<StoredFile> + Send + Sync + 'static,
) -> Result<(), Error> {
    let lay = Arc::new(lay);
    for tried in 1.. {
        let (object, lay) = (Arc::clone(object), Arc::clone(&lay));
        let saved = ctx
            .write(move |writer| {
                let record = writer.load(&object, id)?;
                let field = &object.fields[position];
                let version = Some(record.version());
                let mut draft = Draft::for_target(&object, Target::Existing(id, version));
                draft.put_column(field.columns.start, file_value(&lay(files(record.get(&field.name)))));
                writer.save(draft)
            })
            .await;
        match saved {
            Err(records::Error::Conflict(_)) if tried < TRIES => {}
            other => return other.map(|_| ()).map_err(Error::from),
        }
    }
    Ok(())
}

/// Takes in the body of a request as a file.
pub async fn receive(ctx: &Ctx, name: &str, body: Body) -> Result<Blob, Error> {
    if name.is_empty() {
        return Err(Error::invalid(Message::new("files-problem-name")));
    }
    // What says itself that it is too large need not be sent.
    if body.size_hint().lower() > limits::ATTACHMENT_BYTES as u64 {
        return Err(too_large(ctx));
    }
    stored(ctx, name, body.into_data_stream().map(|piece| piece.map_err(|_| ()))).await
}

/// Writes a content to the disk and then its row, which goes by itself unless a record takes it.
async fn stored(
    ctx: &Ctx,
    name: &str,
    mut pieces: impl Stream<Item = Result<Bytes, ()>> + Unpin,
) -> Result<Blob, Error> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let workspace = Arc::clone(&ctx.workspace);
    let writing = tokio::task::spawn_blocking(move || write(&workspace, receiver));
    let mut was_cut_off = false;
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else {
            was_cut_off = true;
            break;
        };
        if sender.send(Ok(piece)).await.is_err() {
            break;
        }
    }
    if was_cut_off {
        let _ = sender.send(Err(())).await;
    }
    drop(sender);
    let staged = writing.await.map_err(|_| broken_off())?;
    let staged = staged.map_err(|error| refused(ctx, &error))?.ok_or_else(broken_off)?;
    if staged.size_bytes() == 0 {
        return Err(Error::invalid(Message::new("files-problem-empty").with("name", name)));
    }
    let name = name.to_owned();
    let kept = ctx.blocking(move |ctx| {
        let now = ctx.workspace.engine.clock().now();
        let description = Description {
            name: &name,
            purpose: Purpose::Attachment,
            created_by: ctx.principal().me(),
            expires_at: Some(now + SignedDuration::from_hours(KEPT_HOURS)),
        };
        ctx.workspace.db().write(|tx| staged.keep(tx, now, &description))
    });
    kept.await.map_err(|error| refused(ctx, &error))
}

/// None when the sender went away in the middle.
fn write(
    workspace: &Workspace,
    mut pieces: mpsc::Receiver<Result<Bytes, ()>>,
) -> Result<Option<Staged>, blobs::Error> {
    let mut incoming = workspace.blobs.begin(limits::ATTACHMENT_BYTES as u64)?;
    while let Some(piece) = pieces.blocking_recv() {
        let Ok(piece) = piece else { return Ok(None) };
        incoming.write(&piece)?;
    }
    incoming.finish().map(Some)
}

/// What is wrong with a file, or with the disk.
fn refused(ctx: &Ctx, error: &blobs::Error) -> Error {
    match error {
        blobs::Error::TooLarge(_) => too_large(ctx),
        blobs::Error::NotFound => Error::not_found(),
        blobs::Error::DiskFull => {
            tracing_error(error);
            Error { message: Some(Message::new("files-problem-disk")), ..Error::new(Why::Unavailable) }
        }
        _ => {
            tracing_error(error);
            Error::new(Why::Broken)
        }
    }
}

fn tracing_error(error: &blobs::Error) {
    tracing::error!(%error, "a file could not be taken in");
}

fn too_large(ctx: &Ctx) -> Error {
    let said = ui::input::too_large(&ctx.look, limits::ATTACHMENT_BYTES as u64);
    Error { message: Some(Message::verbatim(said)), ..Error::new(Why::TooLarge) }
}

fn broken_off() -> Error {
    Error::invalid(Message::new("files-problem-cut-off"))
}

const fn named(id: Id) -> StoredFile {
    StoredFile { id, name: String::new(), size_bytes: 0, media_type: String::new() }
}

/// Back to the tab, or a sign to the page to draw itself anew.
fn changed(ctx: &Ctx, plural: &str, id: Id) -> Response {
    if !ctx.partial {
        return Redirect::to(&format!("/{plural}/{id}?tab=files-title")).into_response();
    }
    let mut response = html! {}.into_response();
    response.headers_mut().insert("hx-trigger", HeaderValue::from_static("record:changed"));
    response
}
