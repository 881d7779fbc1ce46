//! Giving contents out, to whoever may see the field that holds them.

use std::{
    io::{self, Read},
    sync::Arc,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use blobs::Blob;
use kernel::Id;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use web::{Ctx, Error, Kind as Why, Path};

/// Bytes that are sent at a time, and how many such pieces wait for a slow receiver.
const PIECE: usize = 64 << 10;
const WAITING: usize = 8;

/// Whatever a file is, it can do nothing here: no script, no form, no frame, an origin of its own.
const POLICY: &str =
    "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// `GET /{plural}/{id}/files/{file}`
pub async fn of_record(
    ctx: Ctx,
    Path((plural, id, file)): Path<(String, Id, Id)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let blob = ctx
        .read(move |reader| -> Result<Option<Blob>, Error> {
            let record = reader.load(&object, id)?;
            if crate::holder(&record, file).is_none() {
                return Ok(None);
            }
            blobs::find(reader.tx(), file).map_err(|_| Error::new(Why::Broken))
        })
        .await?;
    served(&ctx, blob, &headers).await
}

/// `GET /files/{file}`: what somebody has sent for a form that is not saved yet; theirs alone.
pub async fn own(ctx: Ctx, Path(file): Path<Id>, headers: HeaderMap) -> Result<Response, Error> {
    let (me, now) = (ctx.principal().me(), ctx.workspace.engine.clock().now());
    let found =
        ctx.read(move |reader| blobs::find(reader.tx(), file).map_err(|_| Error::new(Why::Broken))).await?;
    let blob = found.filter(|blob| {
        blob.record.is_none()
            && blob.purpose == blobs::Purpose::Attachment
            && blob.created_by.is_some()
            && blob.created_by == me
            && blob.expires_at.is_none_or(|until| until > now)
    });
    served(&ctx, blob, &headers).await
}

async fn served(ctx: &Ctx, blob: Option<Blob>, headers: &HeaderMap) -> Result<Response, Error> {
    let blob = blob.ok_or_else(Error::not_found)?;
    let tag = format!("\"{}\"", &blob.sha256[..32.min(blob.sha256.len())]);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let mut response = if known == Some(tag.as_str()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let wanted = blob.clone();
        let workspace = Arc::clone(&ctx.workspace);
        let file = ctx.blocking(move |_| workspace.blobs.read(&wanted)).await.map_err(|error| {
            tracing::error!(%error, file = %blob.id, "a file cannot be read");
            match error {
                blobs::Error::NotFound => Error::not_found(),
                _ => Error::new(Why::Broken),
            }
        })?;
        body(file).into_response()
    };
    let headers = response.headers_mut();
    // A document may not run even in a sandbox of the browser's viewer: only pictures are shown, all else is saved.
    let disposition = if blobs::is_picture(&blob.media_type) {
        blob.content_disposition()
    } else {
        blob.content_disposition().replacen("inline", "attachment", 1)
    };
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Error::new(Why::Broken));
    headers.insert(header::CONTENT_TYPE, value(&blob.media_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition)?);
    headers.insert(header::ETAG, value(&tag)?);
    // Asked for anew each time: rights change.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if response.status() == StatusCode::OK {
        response.headers_mut().insert(header::CONTENT_LENGTH, value(&blob.size_bytes.to_string())?);
    }
    Ok(response)
}

/// The content of a file, a piece at a time.
fn body(mut file: std::fs::File) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut piece = vec![0; PIECE];
        loop {
            let read = match file.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => Ok(Bytes::copy_from_slice(&piece[..count])),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Err(error),
            };
            let is_last = read.is_err();
            // A receiver that has gone needs no more.
            if sender.blocking_send(read).is_err() || is_last {
                break;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}
