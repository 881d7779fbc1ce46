//! The page of the audit.

use std::sync::Arc;

use app::App;
use axum::{Router, response::Response, routing::get};
use kernel::Id;
use maud::html;
use ui::{
    Content, Tone,
    content::{Choice, RecordLink},
    page::Fit,
    tabs::{Tab, Tabs},
};
use web::{Ctx, Error, Query};

use super::{Event, EventQuery, list};
use crate::{
    form,
    profile::{browser, row, table},
};

/// Lines on one page.
const PAGE: usize = 100;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/sign-ins", get(show))
}

/// `GET /sign-ins?user=&refusals=1&before=`.
async fn show(ctx: Ctx, query: Query) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let wanted = EventQuery {
        user: query.filled("user").and_then(|id| id.parse().ok()),
        refusals: query.has("refusals"),
        before: query.filled("before").and_then(|seq| seq.parse().ok()),
        limit: PAGE,
    };
    let asked = wanted.clone();
    let (events, names) = ctx
        .read(move |reader| -> Result<_, records::Error> {
            let events = list(reader.tx(), &asked)?;
            let ids: Vec<Id> = events.iter().flat_map(|event| [event.user, event.actor]).flatten().collect();
            let users = reader.object("user")?;
            Ok((events, reader.titles(&users, &ids)?))
        })
        .await?;
    let look = &ctx.look;
    let person = |id: Option<Id>| match id {
        Some(id) => Content::Link(RecordLink {
            title: names.get(&id).cloned().unwrap_or_else(|| look.text("unknown")),
            href: Some(format!("/people-and-teams/{id}")),
            icon: None,
        }),
        None => Content::Empty,
    };
    let rows = events.iter().map(|event| {
        let cells = vec![
            Content::Instant(event.at),
            happening(look, event),
            match event.user {
                Some(_) => person(event.user),
                None => Content::text(event.email.clone().unwrap_or_default()),
            },
            person(event.actor.filter(|actor| event.user != Some(*actor))),
            Content::text(event.origin.address.clone().unwrap_or_default()),
            Content::text(browser(event.origin.agent.as_deref()).unwrap_or_default()),
        ];
        row(event.user.unwrap_or_else(|| Id::from_bytes([0; 16])), cells)
    });
    let columns = [
        ("identity-event-at", 170),
        ("identity-event-what", 200),
        ("identity-event-who", 150),
        ("identity-event-by", 130),
        ("identity-address", 120),
        ("identity-event-agent", 170),
    ];
    let mut table = table(look, "sign-ins", "identity-events-title", &columns, rows.collect());
    if let (Some(last), true) = (events.last(), events.len() == PAGE) {
        let next = query.with("before", Some(&last.seq.to_string()));
        table.more = Some(format!("/sign-ins?{}", next.encode()));
    }
    let tab = |text: &str, href: &str, current: bool| Tab {
        label: look.text(text),
        href: href.to_owned(),
        current,
        ..Tab::default()
    };
    let tabs = Tabs {
        label: look.text("identity-events-title"),
        tabs: vec![
            tab("identity-events-all", "/sign-ins", !wanted.refusals),
            tab("identity-events-refusals", "/sign-ins?refusals=1", wanted.refusals),
        ],
        target: None,
    };
    let parts = [html! { (tabs.render(look)) }, table.render(look)];
    Ok(form::framed(&ctx, &look.text("identity-events-title"), &[], &parts, Fit::Flow).await)
}

fn happening(look: &i18n::Reader, event: &Event) -> Content {
    let tone = if event.happening.is_refusal() { Tone::Red } else { Tone::Neutral };
    let mut label = look.text(&format!("identity-event-{}", event.happening.as_str()));
    if let Some(detail) = &event.detail {
        label = format!("{label}: {detail}");
    }
    Content::Choice(Choice { label, tone })
}
