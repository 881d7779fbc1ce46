//! Telling open pages what has changed, by server-sent events.
//!
//! One thread a workspace hears of saved records; every open page gets the names of those that its reader may see.

use std::{convert::Infallible, sync::Arc, time::Duration};

use app::{Session, Workspace};
use axum::response::{
    IntoResponse, Response, Sse,
    sse::{self, KeepAlive},
};
use futures_util::{Stream, StreamExt};
use records::{Action, Event, Events};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{Ctx, Visitor};

/// Events that wait for one slow page; beyond it the page is told that it missed some.
const BACKLOG: usize = 64;

/// Only who is let in hears anything, and as long as they are: each event asks anew.
pub async fn events(_: Ctx, visitor: Visitor) -> Response {
    let stream = stream(visitor);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

fn stream(visitor: Visitor) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let (sender, receiver) = mpsc::channel::<String>(BACKLOG);
    let events = Events::of(visitor.workspace.db());
    // The thread ends with the page: a closed channel is noticed within a second.
    std::thread::spawn(move || {
        while !sender.is_closed() {
            let Some(event) = events.receive(Duration::from_secs(1)) else { continue };
            let Some(session) = still_here(&visitor) else { return };
            if let Some(names) = names(&visitor.workspace, &session, event)
                && sender.blocking_send(names).is_err()
            {
                return;
            }
        }
    });
    ReceiverStream::new(receiver).map(|names| Ok(sse::Event::default().event("change").data(names)))
}

/// The session with the rights of now; nobody whose session, token or account has ended.
fn still_here(visitor: &Visitor) -> Option<Arc<Session>> {
    visitor.session().unwrap_or_else(|error| {
        tracing::warn!(%error, "an open page is told of no more changes");
        None
    })
}

/// `deal deal:0193…`: what changed, as far as the reader may see it.
fn names(workspace: &Workspace, session: &Session, event: Event) -> Option<String> {
    let (object, ids) = match event {
        Event::Missed => return Some("*".to_owned()),
        Event::Saved { object, ids } => (object, ids),
    };
    if !session.principal.access.may(&object, Action::Read) && !session.principal.access.administrator {
        let is_part = workspace.engine.object(&object).is_ok_and(|object| object.part_of.is_some());
        if !is_part {
            return None;
        }
    }
    let mut names = object.clone();
    let visible = workspace.engine.read(&session.principal, |reader| {
        let object = reader.object(&object)?;
        reader.visible(&object, &ids)
    });
    for id in visible.unwrap_or_default() {
        names.push_str(&format!(" {object}:{id}"));
    }
    Some(names)
}
