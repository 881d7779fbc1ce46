//! The page of background jobs, for administrators.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jobs::{Entry, Filter, State};
use kernel::{Id, Message};
use maud::Markup;
use ui::{
    action::{Action, Go},
    bits::Empty,
    content::{Choice, Content},
    page::{Fit, PageHeader, ViewBar, ViewTab, page},
    table::{Cell, Column, Group, Row, Table},
    tone::Tone,
};
use web::{Ctx, Error, Path, Query};

use crate::Verb;

/// Jobs on the page.
const SHOWN: usize = 100;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/jobs", get(list)).route("/jobs/{id}/{verb}", post(act))
}

async fn list(ctx: Ctx, query: Query) -> Result<Response, Error> {
    if !ctx.principal().access.administrator {
        return Err(Error::denied());
    }
    let state = query.get("state").and_then(State::parse);
    let read = ctx
        .blocking(move |ctx| {
            ctx.workspace.db().read(|tx| {
                let filter = Filter { state, ..Filter::default() };
                Ok::<_, jobs::Error>((jobs::list(tx, &filter, SHOWN)?, jobs::count(tx)?))
            })
        })
        .await;
    let (entries, counts) = read.map_err(broken)?;
    let look = &ctx.look;
    let tab = |state_of: Option<State>, text: String| ViewTab {
        label: text,
        href: state_of.map_or("/jobs".to_owned(), |state| format!("/jobs?state={}", state.as_str())),
        current: state == state_of,
        ..ViewTab::default()
    };
    let mut views = vec![tab(None, look.text("jobs-all"))];
    views.extend(State::ALL.into_iter().map(|state| {
        let count = counts.iter().find(|(counted, _)| *counted == state).map_or(0, |(_, count)| *count);
        let name = look.text(&format!("job-state-{}", state.as_str()));
        tab(Some(state), format!("{name} {}", look.integer(i64::try_from(count).unwrap_or(i64::MAX))))
    }));
    let title = look.text("nav-jobs");
    let head = PageHeader {
        title: title.clone(),
        icon: Some("settings".to_owned()),
        subtitle: Some(look.text("jobs-hint")),
        ..PageHeader::default()
    };
    let parts = [ViewBar { views, ..ViewBar::default() }.render(look), table(&ctx, &entries)];
    Ok(ctx.page(&title, page(&head.render(look), &parts, Fit::Full)).await)
}

fn table(ctx: &Ctx, entries: &[Entry]) -> Markup {
    let look = &ctx.look;
    let columns =
        [("name", 210), ("state", 130), ("enqueued", 140), ("runs", 80), ("reason", 240), ("actions", 200)];
    let column = |(name, width): (&str, u16)| Column {
        name: name.to_owned(),
        label: look.text(&format!("jobs-{name}")),
        width: Some(width),
        ..Column::default()
    };
    Table {
        id: "list".to_owned(),
        label: look.text("nav-jobs"),
        columns: columns.map(column).to_vec(),
        groups: vec![Group {
            rows: entries.iter().map(|entry| row(ctx, entry)).collect(),
            ..Group::default()
        }],
        empty: Empty {
            icon: "circle-check".to_owned(),
            title: look.text("jobs-none"),
            hint: Some(look.text("jobs-none-hint")),
            actions: Vec::new(),
        },
        ..Table::default()
    }
    .render(look)
}

fn row(ctx: &Ctx, entry: &Entry) -> Row {
    let look = &ctx.look;
    let cells = [
        Content::text(job_name(ctx, entry)),
        Content::Choice(Choice {
            label: look.text(&format!("job-state-{}", entry.state.as_str())),
            tone: tone(entry.state),
        }),
        Content::Relative(entry.enqueued_at),
        Content::Integer(entry.runs.into()),
        said(ctx, entry),
        Content::markup(verbs(ctx, entry)),
    ];
    Row {
        id: entry.id.to_string(),
        href: format!("/jobs?state={}", entry.state.as_str()),
        title: job_name(ctx, entry),
        cells: cells.into_iter().map(Cell::from).collect(),
        selected: false,
    }
}

/// What people call such a job; a kind that no feature knows any more keeps its own name.
fn job_name(ctx: &Ctx, entry: &Entry) -> String {
    let known = ctx.look.find(&format!("job-name-{}", entry.name.replace('/', "-")));
    known.unwrap_or_else(|| entry.name.clone())
}

/// How far it has come, or why it did not.
fn said(ctx: &Ctx, entry: &Entry) -> Content {
    match (&entry.progress.message, &entry.reason) {
        (_, Some(reason)) => Content::text(reason.clone()),
        (Some(message), None) => Content::text(ctx.look.text_with(message)),
        (None, None) => match entry.progress.total {
            Some(total) => {
                let number = |count: u64| ctx.look.integer(i64::try_from(count).unwrap_or(i64::MAX));
                let said = Message::new("jobs-done-of").with("done", number(entry.progress.done));
                Content::text(ctx.look.text_with(&said.with("total", number(total))))
            }
            None => Content::Empty,
        },
    }
}

const fn tone(state: State) -> Tone {
    match state {
        State::Waiting => Tone::Neutral,
        State::Running => Tone::Blue,
        State::Retrying => Tone::Amber,
        State::Done => Tone::Green,
        State::Dead => Tone::Red,
        State::Cancelled => Tone::Neutral,
    }
}

fn verbs(ctx: &Ctx, entry: &Entry) -> Markup {
    let button = |verb: &str, icon: &str| {
        Action::new(
            ctx.look.text(&format!("job-{verb}")),
            icon,
            Go::Submit(format!("/jobs/{}/{verb}", entry.id)),
        )
        .quiet()
    };
    let mut buttons = Vec::new();
    if matches!(entry.state, State::Dead | State::Cancelled | State::Retrying) {
        buttons.push(button("retry", "refresh-cw"));
    }
    if entry.state.is_finished() {
        buttons.push(button("discard", "trash-2"));
    } else {
        buttons.push(button("cancel", "ban"));
    }
    maud::html! { @for button in &buttons { (button.button(&ctx.look)) } }
}

async fn act(ctx: Ctx, Path((id, verb)): Path<(Id, String)>) -> Result<Response, Error> {
    if !ctx.principal().access.administrator {
        return Err(Error::denied());
    }
    let verb = Verb::parse(&verb).ok_or_else(Error::not_found)?;
    ctx.blocking(move |ctx| verb.carry_out(&ctx.workspace, id)).await.map_err(broken)?;
    Ok(Redirect::to("/jobs").into_response())
}

/// What a queue's error means to whoever asked.
pub fn broken(error: jobs::Error) -> Error {
    match error {
        jobs::Error::Database(error) => records::Error::from(error).into(),
        other => Error::invalid(Message::new("job-problem").with("reason", other.to_string())),
    }
}
