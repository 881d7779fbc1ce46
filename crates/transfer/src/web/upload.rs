//! The first page: a file, and what is in it.

use std::sync::Arc;

use axum::{
    extract::Multipart,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use blobs::Staged;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use kernel::{Message, limits};
use maud::{Markup, html};
use records::Action;
use tokio::sync::mpsc;
use ui::{
    action::{Action as Button, Go},
    form::{Form, Layout, Section},
    input::{ChoiceOption, Field, Input},
    page::{Fit, PageHeader, page},
    steps::Steps,
};
use web::{Ctx, Error, Query};

use super::{allowed, importable};
use crate::{
    mapping::{Mapping, saved},
    run::{Import, insert},
    start,
    table::Reading,
};

/// Pieces of a file that wait for the disk.
const WAITING: usize = 16;

pub async fn form(ctx: Ctx, query: Query) -> Result<Response, Error> {
    allowed(&ctx)?;
    let object = query.filled("object").map(str::to_owned);
    let mapping = query.filled("mapping").map(str::to_owned);
    shown(&ctx, object.as_deref(), mapping.as_deref(), None).await
}

/// What came with the form.
#[derive(Default)]
pub struct Sent {
    pub object: String,
    pub mapping: String,
    pub file: Option<(String, Staged)>,
}

pub async fn take_in(ctx: Ctx, parts: Multipart) -> Result<Response, Error> {
    allowed(&ctx)?;
    let sent = match read(&ctx, parts).await {
        Ok(sent) => sent,
        Err(message) => return shown(&ctx, None, None, Some(&message)).await,
    };
    let (object, mapping) = (sent.object.clone(), sent.mapping.clone());
    let result = ctx.blocking(move |ctx| begin(ctx, sent)).await;
    match result {
        Ok(import) => Ok(Redirect::to(&format!("/import/{}", import.id)).into_response()),
        Err(message) => shown(&ctx, Some(&object), Some(&mapping), Some(&message)).await,
    }
}

async fn read(ctx: &Ctx, mut parts: Multipart) -> Result<Sent, Message> {
    let broken = |_| Message::new("import-problem-upload");
    let mut sent = Sent::default();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name().unwrap_or("") {
            "object" => sent.object = part.text().await.map_err(broken)?,
            "mapping" => sent.mapping = part.text().await.map_err(broken)?,
            "file" => {
                let name = part.file_name().unwrap_or("").to_owned();
                let staged = staged(ctx, part.map(|piece| piece.map_err(|_| ()))).await?;
                if staged.size_bytes() > 0 {
                    sent.file = Some((name, staged));
                }
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// Writes a content to the disk, as its pieces come.
pub async fn staged(
    ctx: &Ctx,
    mut pieces: impl Stream<Item = Result<Bytes, ()>> + Unpin,
) -> Result<Staged, Message> {
    let broken_off = || Message::new("import-problem-upload");
    let (sender, receiver) = mpsc::channel(WAITING);
    let workspace = Arc::clone(&ctx.workspace);
    let writing = tokio::task::spawn_blocking(move || store(&workspace, receiver));
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|()| broken_off())?;
        if sender.send(piece).await.is_err() {
            break;
        }
    }
    drop(sender);
    let staged = writing.await.map_err(|_| broken_off())?;
    staged.map_err(|error| start::refused(&error))
}

fn store(workspace: &app::Workspace, mut pieces: mpsc::Receiver<Bytes>) -> Result<Staged, blobs::Error> {
    let mut incoming = workspace.blobs.begin(limits::UPLOAD_BYTES as u64)?;
    while let Some(piece) = pieces.blocking_recv() {
        incoming.write(&piece)?;
    }
    incoming.finish()
}

/// An import of what was sent, with a mapping to be looked at.
pub fn begin(ctx: &Ctx, sent: Sent) -> Result<Import, Message> {
    let (name, staged) = sent.file.ok_or_else(|| Message::new("import-problem-no-file"))?;
    let (workspace, who) = (&ctx.workspace, ctx.principal());
    let broken = |error: db::Error| Message::new("import-problem-broken").with("why", error.to_string());
    let kept = match sent.mapping.as_str() {
        "" => None,
        name => {
            let found = workspace.db().read(|tx| saved::find(tx, name)).map_err(broken)?;
            Some(found.ok_or_else(|| Message::new("import-problem-no-mapping").with("name", name))?)
        }
    };
    let object = kept.as_ref().map_or(sent.object, |mapping: &Mapping| mapping.object.clone());
    if !who.access.may(&object, Action::Import) {
        return Err(Message::new("import-problem-denied"));
    }
    let blob = start::keep(workspace, &staged, &name, who.me())?;
    let mapping = match kept {
        Some(mapping) => mapping,
        None => {
            let table = start::likely_table(workspace, &blob, &object)?;
            let table = table.or(start::tables(workspace, &blob)?.into_iter().next());
            let reading = Reading { table, ..Reading::default() };
            let examined = start::examine(workspace, &blob, &reading)?;
            let proposed = start::suggest(workspace, who, &ctx.look, &examined, &object, false)?.mapping;
            Mapping { reading, ..proposed }
        }
    };
    let import = Import::new(&blob, who.me(), mapping, workspace.engine.clock().now());
    workspace.db().write(|tx| insert(tx, &import)).map_err(broken)?;
    Ok(import)
}

async fn shown(
    ctx: &Ctx,
    object: Option<&str>,
    mapping: Option<&str>,
    problem: Option<&Message>,
) -> Result<Response, Error> {
    let look = &ctx.look;
    let objects = importable(ctx);
    if objects.is_empty() {
        return Err(Error::denied());
    }
    let kept = ctx.blocking(|ctx| ctx.workspace.db().read(|tx| saved::list(tx, None))).await;
    let kept = kept.map_err(records::Error::from)?;
    let option = |(name, label): (String, String)| ChoiceOption::new(name, label);
    let options: Vec<ChoiceOption> = objects.into_iter().map(option).collect();
    let first = object.filter(|name| !name.is_empty()).map(str::to_owned);
    let mut fields = vec![
        Field::new(
            "object",
            look.text("import-object"),
            Input::Choice { value: first, options, radio: false },
        )
        .help(look.text("import-object-help")),
    ];
    if !kept.is_empty() {
        let options =
            kept.iter().map(|kept| ChoiceOption::new(kept.name.clone(), kept.name.clone())).collect();
        let value = mapping.filter(|name| !name.is_empty()).map(str::to_owned);
        let input = Input::Choice { value, options, radio: false };
        fields.push(
            Field::new("mapping", look.text("import-mapping"), input).help(look.text("import-mapping-help")),
        );
    }
    let file = Input::File {
        current: Vec::new(),
        accept: Some(".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.gz,.zip,text/csv".to_owned()),
        multiple: false,
        max_bytes: Some(limits::UPLOAD_BYTES as u64),
        upload: None,
    };
    let problem = problem.map(|message| look.text_with(message));
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    fields.push(
        Field::new("file", look.text("import-file"), file)
            .required()
            .help(look.text("import-file-help"))
            .problem(problem),
    );
    let form = Form {
        id: "import".to_owned(),
        action: "/import".to_owned(),
        sections: vec![Section { fields, layout: Layout::OneColumn, ..Section::default() }],
        submit: look.text("import-next"),
        multipart: true,
        ..Form::default()
    };
    let title = look.text("import-title");
    let head = PageHeader {
        title: title.clone(),
        icon: Some("upload".to_owned()),
        subtitle: Some(look.text("import-hint")),
        actions: vec![Button::new(look.text("imports-title"), "history", Go::Page("/imports".to_owned()))],
        ..PageHeader::default()
    };
    let content = page(&head.render(look), &[steps(ctx, 0, None), form.render(look)], Fit::Narrow);
    let mut response = ctx.page(&title, content).await;
    *response.status_mut() = status;
    Ok(response)
}

/// Where in the work the page stands.
pub fn steps(ctx: &Ctx, current: usize, import: Option<&Import>) -> Markup {
    let names = ["import-step-file", "import-step-columns", "import-step-check", "import-step-run"];
    let href = |at: usize| {
        (at == 1).then(|| import.map(|import| format!("/import/{}?step=columns", import.id))).flatten()
    };
    let steps = Steps {
        label: ctx.look.text("import-steps"),
        steps: names.iter().enumerate().map(|(at, name)| (ctx.look.text(name), href(at))).collect(),
        current,
    };
    html! { (steps.render(&ctx.look)) }
}
