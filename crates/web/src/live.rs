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

use crate::Ctx;

/// Events that wait for one slow page; beyond it the page is told that it missed some.
const BACKLOG: usize = 64;

pub async fn events(ctx: Ctx) -> Response {
    let stream = stream(Arc::clone(&ctx.workspace), Arc::clone(&ctx.session));
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

fn stream(
    workspace: Arc<Workspace>,
    session: Arc<Session>,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let (sender, receiver) = mpsc::channel::<String>(BACKLOG);
    let events = Events::of(workspace.db());
    // The thread ends with the page: a closed channel is noticed within a second.
    std::thread::spawn(move || {
        while !sender.is_closed() {
            let Some(event) = events.receive(Duration::from_secs(1)) else { continue };
            if let Some(names) = names(&workspace, &session, event)
                && sender.blocking_send(names).is_err()
            {
                return;
            }
        }
    });
    ReceiverStream::new(receiver).map(|names| Ok(sse::Event::default().event("change").data(names)))
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
