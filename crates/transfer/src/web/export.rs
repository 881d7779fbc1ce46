//! A list as a file.

use std::io::{self, BufWriter, Write};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use web::{Ctx, Error, Path, Query};

use crate::export::{Export, For, Format, query::of_list};

/// Bytes that are sent at a time, and how many such pieces wait for a slow receiver.
const PIECE: usize = 64 << 10;
const WAITING: usize = 8;

pub async fn download(ctx: Ctx, Path(file): Path<String>, query: Query) -> Result<Response, Error> {
    let (plural, format) = file.rsplit_once('.').ok_or_else(Error::not_found)?;
    let format = Format::parse(format).ok_or_else(Error::not_found)?;
    let object = ctx.object(plural)?;
    let registry = ctx.workspace.engine.registry();
    // As it is imported again: the names of the API, and the ids of records and of what they link to.
    let readers = if query.0.get("ids") == Some("1") { For::Programs } else { For::People };
    let (query, fields) = of_list(&registry, &object, &query.0).map_err(Error::invalid)?;
    let name = format!("{plural}-{}.{}", ctx.look.today(), file.rsplit_once('.').map_or("", |(_, end)| end));
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    let worker = ctx.clone();
    // Refused or not is known before the answer begins; what goes wrong later cuts it off.
    let (told, checked) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || {
        let (engine, who) = (&worker.workspace.engine, worker.principal());
        let export = Export::new(engine, who, &worker.look, query, fields, readers);
        let refused = export.check();
        let goes_on = refused.is_ok();
        if told.send(refused).is_err() || !goes_on {
            return;
        }
        let mut out = BufWriter::with_capacity(PIECE, Pieces(sender.clone()));
        let result = export.write(format, &mut out).map_err(io::Error::other).and_then(|_| out.flush());
        if let Err(error) = result {
            tracing::warn!(%error, "an export was cut off");
            let _ = sender.blocking_send(Err(error));
        }
    });
    checked.await.map_err(|_| Error::new(web::Kind::Broken))??;
    let mut response = Body::from_stream(ReceiverStream::new(receiver)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let disposition = format!("attachment; filename=\"{name}\"");
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(|_| Error::not_found())?,
    );
    Ok(response)
}

/// The content of a file, a piece at a time.
pub fn file_body(mut file: std::fs::File) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE, Pieces(sender));
        // A receiver that has gone needs no answer.
        let _ = io::copy(&mut file, &mut out).and_then(|_| out.flush());
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// Hands what is written to the answer's body.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
