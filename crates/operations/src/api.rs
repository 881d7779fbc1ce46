//! Background jobs for programs: `GET /api/v1/jobs`, `POST /api/v1/jobs/{id}/{cancel|retry|discard}`.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jobs::{Entry, Filter, State};
use kernel::Id;
use serde_json::{Value, json};
use web::{Ctx, Error, Path, Query};

use crate::{Verb, page::broken};

/// Jobs in one answer.
const SHOWN: usize = 100;

pub fn routes() -> Router<Arc<App>> {
    let all = Router::new().route("/api/v1/jobs", get(list)).route("/api/v1/jobs/{id}/{verb}", post(act));
    web::parameters(all, &TAKEN)
}

/// What the addresses take behind the `?`.
static TAKEN: [web::Taken; 1] = [(Method::GET, "/api/v1/jobs", &["state", "before"])];

/// Those of everybody for an administrator, else one's own.
async fn list(ctx: Ctx, query: Query) -> Result<Response, Error> {
    let owner = (!ctx.principal().access.administrator).then_some(ctx.session.user);
    if !ctx.session.allows("job", false) {
        return Err(Error::not_found());
    }
    let state = query.one_of("state", &State::ALL.map(|state| (state.as_str(), state)))?;
    let before = query.parsed("before")?;
    let entries = ctx
        .blocking(move |ctx| {
            ctx.workspace.db().read(|tx| {
                let filter = Filter { state, owner, before, ..Filter::default() };
                jobs::list(tx, &filter, SHOWN)
            })
        })
        .await
        .map_err(broken)?;
    Ok(Json(json!({ "jobs": entries.iter().map(shown).collect::<Vec<_>>() })).into_response())
}

async fn act(ctx: Ctx, Path((id, verb)): Path<(Id, String)>) -> Result<StatusCode, Error> {
    let verb = Verb::parse(&verb).ok_or_else(Error::not_found)?;
    let everybody = ctx.principal().access.administrator;
    let user = ctx.session.user;
    let allowed = ctx
        .blocking(move |ctx| -> Result<bool, jobs::Error> {
            let found = ctx.workspace.db().read(|tx| jobs::find(tx, id))?;
            Ok(found.is_some_and(|entry| everybody || entry.owner == Some(user)))
        })
        .await
        .map_err(broken)?;
    if !allowed || !ctx.session.allows("job", true) {
        return Err(Error::not_found());
    }
    ctx.blocking(move |ctx| verb.carry_out(&ctx.workspace, id)).await.map_err(broken)?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(entry: &Entry) -> Value {
    json!({
        "id": entry.id.to_string(),
        "name": entry.name,
        "state": entry.state.as_str(),
        "enqueued_at": entry.enqueued_at.to_string(),
        "due_at": entry.due_at.to_string(),
        "finished_at": entry.finished_at.map(|at| at.to_string()),
        "runs": entry.runs,
        "failures": entry.failures,
        "done": entry.progress.done,
        "total": entry.progress.total,
        "reason": entry.reason,
    })
}
