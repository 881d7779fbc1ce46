//! Imports for programs: a file is sent, its mapping looked at and replaced, checked, run, taken back.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    body::Body,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use futures_util::StreamExt;
use kernel::{Id, Message};
use records::Action;
use serde_json::{Value, json};
use web::{Ctx, Error, Kind, Path, Query};

use super::{
    allowed, load, mapping,
    upload::{Sent, begin, staged},
};
use crate::{
    mapping::Mapping,
    run::{
        Bad, Import, State, bad_rows, cancel, enqueue, enqueue_revert, find, list as imports, open, said,
        set_mapping,
    },
};

/// Imports, and refused rows, in one answer.
const SHOWN: usize = 100;

pub fn routes() -> Router<Arc<App>> {
    let all = Router::new()
        .route("/api/v1/imports", get(list).post(send))
        .route("/api/v1/imports/{id}", get(show))
        .route("/api/v1/imports/{id}/mapping", put(map))
        .route("/api/v1/imports/{id}/problems", get(problems))
        .route("/api/v1/imports/{id}/{verb}", post(act));
    web::parameters(all, &TAKEN)
}

/// What the addresses take behind the `?`.
static TAKEN: [web::Taken; 2] = [
    (Method::POST, "/api/v1/imports", &["name", "object", "mapping"]),
    (Method::GET, "/api/v1/imports/{id}/problems", &["after"]),
];

/// Those of everybody for an administrator, else one's own; the newest first.
async fn list(ctx: Ctx) -> Result<Response, Error> {
    allowed(&ctx)?;
    let owner = if ctx.principal().access.administrator { None } else { ctx.principal().me() };
    let found = ctx.blocking(move |ctx| ctx.workspace.db().read(|tx| imports(tx, owner, SHOWN))).await;
    let found = found.map_err(records::Error::from)?;
    let shown: Vec<Value> = found.iter().map(|import| shown(&ctx, import)).collect();
    Ok(Json(json!({ "imports": shown })).into_response())
}

/// `POST /api/v1/imports?name=export.zip&object=company` with the content as the body; `mapping` names a kept one.
async fn send(ctx: Ctx, query: Query, body: Body) -> Result<Response, Error> {
    allowed(&ctx)?;
    let told = |name: &str| query.filled(name).unwrap_or_default().to_owned();
    let name = told("name");
    if name.is_empty() || told("object").is_empty() && told("mapping").is_empty() {
        return Err(Error::invalid(Message::new("import-problem-what")));
    }
    let pieces = body.into_data_stream().map(|piece| piece.map_err(|_| ()));
    let content = staged(&ctx, pieces).await.map_err(refused)?;
    let sent = Sent { object: told("object"), mapping: told("mapping"), file: Some((name, content)) };
    let import = ctx.blocking(move |ctx| begin(ctx, sent)).await.map_err(refused)?;
    let place = [(header::LOCATION, format!("/api/v1/imports/{}", import.id))];
    Ok((StatusCode::CREATED, place, Json(shown(&ctx, &import))).into_response())
}

async fn show(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    Ok(Json(shown(&ctx, &import)).into_response())
}

/// `PUT …/mapping`: the whole mapping, as `docs/import.md` explains it; what a check found is forgotten.
async fn map(ctx: Ctx, Path(id): Path<Id>, sent: web::Json<Mapping>) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    if import.state.is_busy() || import.state == State::Done {
        return Err(Error::new(Kind::Conflict));
    }
    if !ctx.principal().access.may(&sent.0.object, Action::Import) {
        return Err(Error::denied());
    }
    let import = Import { mapping: sent.0, ..import };
    let import = ctx
        .blocking(move |ctx| -> Result<Import, Error> {
            sound(ctx, &import)?;
            let stored = ctx.workspace.db().write(|tx| set_mapping(tx, import.id, &import.mapping));
            stored.map_err(records::Error::from)?;
            Ok(Import { state: State::New, checked: None, ..import })
        })
        .await?;
    Ok(Json(shown(&ctx, &import)).into_response())
}

/// `POST …/check`, `…/run`, `…/cancel`, `…/revert`: has a job do it, or stop.
async fn act(ctx: Ctx, Path((id, verb)): Path<(Id, String)>) -> Result<Response, Error> {
    load(&ctx, id).await?;
    let import = ctx.blocking(move |ctx| carry_out(ctx, id, &verb)).await?;
    Ok((StatusCode::ACCEPTED, Json(shown(&ctx, &import))).into_response())
}

fn carry_out(ctx: &Ctx, id: Id, verb: &str) -> Result<Import, Error> {
    let standing = || -> Result<Import, Error> {
        let found = ctx.workspace.db().read(|tx| find(tx, id)).map_err(records::Error::from)?;
        found.ok_or_else(Error::not_found)
    };
    let before = standing()?;
    let is_possible = match verb {
        "check" | "run" => {
            matches!(before.state, State::New | State::Checked | State::Cancelled | State::Failed)
        }
        "cancel" => before.state.is_busy(),
        "revert" => matches!(before.state, State::Done | State::Cancelled | State::Failed),
        _ => return Err(Error::not_found()),
    };
    if !is_possible {
        return Err(Error::new(Kind::Conflict));
    }
    if matches!(verb, "check" | "run") {
        sound(ctx, &before)?;
    }
    let now = ctx.workspace.engine.clock().now();
    let done = ctx.workspace.db().write(|tx| match verb {
        "check" | "run" => {
            set_mapping(tx, id, &before.mapping)?;
            enqueue(tx, now, &before, verb == "check").map(|_| ())
        }
        "cancel" => cancel(tx, now, &before),
        _ => enqueue_revert(tx, now, &before).map(|_| ()),
    });
    done.map_err(|error: jobs::Error| {
        tracing::error!(%error, "an import could not be changed");
        Error::new(Kind::Unavailable)
    })?;
    standing()
}

/// Whether the mapping fits the file.
fn sound(ctx: &Ctx, import: &Import) -> Result<(), Error> {
    let examined = mapping::examined(ctx, import)?;
    match mapping::plan(ctx, import, &examined) {
        Ok(_) => Ok(()),
        Err(problems) => Err(Error { problems, ..Error::new(Kind::Invalid) }),
    }
}

/// `GET …/problems?after=`: rows that were refused, with what is wrong with them.
async fn problems(ctx: Ctx, Path(id): Path<Id>, query: Query) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    let after: i64 = query.parsed("after")?.unwrap_or(0);
    let answer = ctx.blocking(move |ctx| -> Result<Value, Error> {
        let headers = open(&ctx.workspace, &import).map(|table| table.shape.headers).unwrap_or_default();
        let bad = ctx.workspace.db().read(|tx| bad_rows(tx, import.id, after, SHOWN));
        let bad = bad.map_err(records::Error::from)?;
        let column = |at: usize| headers.iter().find(|header| header.at == at).map(|header| &header.name);
        let row = |(_, bad): &(i64, Bad)| {
            let problem = |fault: &crate::table::Fault| {
                json!({
                    "column": fault.column.and_then(column),
                    "code": fault.message.id,
                    "message": said(fault, &headers, &import.mapping.object, &ctx.look),
                })
            };
            json!({
                "row": bad.number,
                "cells": bad.cells,
                "problems": bad.faults.iter().map(problem).collect::<Vec<_>>(),
            })
        };
        let next = (bad.len() == SHOWN).then(|| bad.last().map(|(seq, _)| *seq)).flatten();
        Ok(json!({ "rows": bad.iter().map(row).collect::<Vec<_>>(), "next": next }))
    });
    Ok(Json(answer.await?).into_response())
}

fn shown(ctx: &Ctx, import: &Import) -> Value {
    let checked = import.checked.as_ref().filter(|_| import.state == State::Checked);
    json!({
        "id": import.id.to_string(),
        "state": import.state.as_str(),
        "object": import.mapping.object,
        "file": import.file_name,
        "mapping": import.mapping,
        "counts": checked.map_or(import.progress.counts, |summary| summary.counts),
        "reason": import.reason.as_ref().map(|reason| ctx.look.text_with(reason)),
        "created_at": import.created_at.to_string(),
        "finished_at": import.finished_at.map(|at| at.to_string()),
    })
}

fn refused(message: Message) -> Error {
    match &*message.id {
        "import-problem-too-large" => Error { message: Some(message), ..Error::new(Kind::TooLarge) },
        "import-problem-disk-full" => Error { message: Some(message), ..Error::new(Kind::Unavailable) },
        "import-problem-denied" => Error { message: Some(message), ..Error::new(Kind::Denied) },
        _ => Error::invalid(message),
    }
}
