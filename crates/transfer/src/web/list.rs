//! All imports of a person; of everybody for an administrator.

use axum::response::Response;
use kernel::Message;
use ui::{
    action::{Action, Go},
    bits::Empty,
    content::{Choice, Content},
    page::{Fit, PageHeader, page},
    table::{Align, Column, Group, Row, Table},
    tone::Tone,
};
use web::{Ctx, Error};

use crate::run::{Import, State, list as imports};

/// Imports on the page.
const SHOWN: usize = 100;

pub async fn list(ctx: Ctx) -> Result<Response, Error> {
    super::allowed(&ctx)?;
    if super::importable(&ctx).is_empty() {
        return Err(Error::denied());
    }
    let found = ctx.blocking(|ctx| {
        let owner = if ctx.principal().access.administrator { None } else { ctx.principal().me() };
        ctx.workspace.db().read(|tx| imports(tx, owner, SHOWN))
    });
    let found = found.await.map_err(records::Error::from)?;
    let look = &ctx.look;
    let column = |name: &str, align| Column {
        name: name.to_owned(),
        label: look.text(&format!("imports-{name}")),
        align,
        ..Column::default()
    };
    let new = Action::new(look.text("import-title"), "upload", Go::Page("/import".to_owned())).primary();
    let table = Table {
        id: "imports".to_owned(),
        label: look.text("imports-title"),
        columns: vec![
            column("file", Align::Start),
            column("object", Align::Start),
            column("state", Align::Start),
            column("rows", Align::End),
            column("bad", Align::End),
            column("when", Align::Start),
        ],
        groups: vec![Group {
            rows: found.iter().map(|import| row(&ctx, import)).collect(),
            ..Group::default()
        }],
        empty: Empty {
            icon: "upload".to_owned(),
            title: look.text("imports-none"),
            hint: Some(look.text("import-hint")),
            actions: vec![new.clone()],
        },
        ..Table::default()
    };
    let title = look.text("imports-title");
    let head = PageHeader {
        title: title.clone(),
        icon: Some("history".to_owned()),
        actions: if found.is_empty() { Vec::new() } else { vec![new] },
        ..PageHeader::default()
    };
    Ok(ctx.page(&title, page(&head.render(look), &[table.render(look)], Fit::Full)).await)
}

fn row(ctx: &Ctx, import: &Import) -> Row {
    let look = &ctx.look;
    // Nobody has counted the rows of a file that is still to be looked at.
    let number = |count: u64| match import.state {
        State::New => Content::Empty,
        _ => Content::Integer(i64::try_from(count).unwrap_or(i64::MAX)),
    };
    let counts = import.checked.as_ref().map_or(import.progress.counts, |summary| summary.counts);
    let cells = vec![
        Content::text(import.file_name.clone()),
        Content::text(look.objects(&import.mapping.object, None)),
        Content::Choice(Choice { label: state(ctx, import.state), tone: tone(import.state) }),
        number(counts.rows),
        number(counts.bad),
        Content::Relative(import.created_at),
    ];
    Row {
        id: import.id.to_string(),
        href: format!("/import/{}", import.id),
        title: import.file_name.clone(),
        cells: cells.into_iter().map(Into::into).collect(),
        ..Row::default()
    }
}

/// What a state is called.
pub fn state(ctx: &Ctx, state: State) -> String {
    ctx.look.text_with(&Message { id: format!("import-state-{}", state.as_str()).into(), args: Vec::new() })
}

const fn tone(state: State) -> Tone {
    match state {
        State::New => Tone::Neutral,
        State::Checking | State::Running | State::Reverting => Tone::Blue,
        State::Checked => Tone::Violet,
        State::Done => Tone::Green,
        State::Cancelled | State::Reverted => Tone::Amber,
        State::Failed => Tone::Red,
    }
}
