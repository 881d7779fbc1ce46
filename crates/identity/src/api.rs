//! Tokens and the audit for programs: `/api/v1/tokens`, `/api/v1/audit`.
//!
//! People manage their own tokens. A program does only when its token has the scope of administrators: otherwise a token
//! could outlive itself. Administrators may name another `user`.

use std::sync::Arc;

use app::App;
use axum::{
    Json, Router,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get},
};
use jiff::{SignedDuration, Timestamp};
use kernel::{Id, limits::PAGE_RECORDS};
use serde::Deserialize;
use serde_json::{Value as JsonValue, json};
use web::{Ctx, Error, Path, Query};

use crate::{
    caller::Caller,
    event::{self, Event, EventQuery},
    token::{self, ApiToken, NewToken},
};

/// Lines of the audit in one answer, unless said.
const LINES: usize = 100;

pub fn routes() -> Router<Arc<App>> {
    let all = Router::new()
        .route("/api/v1/tokens", get(list).post(create))
        .route("/api/v1/tokens/{id}", delete(revoke))
        .route("/api/v1/audit", get(audit));
    web::parameters(all, &TAKEN)
}

/// What the addresses take behind the `?`.
static TAKEN: [web::Taken; 3] = [
    (Method::GET, "/api/v1/tokens", &["user"]),
    (Method::DELETE, "/api/v1/tokens/{id}", &["user"]),
    (Method::GET, "/api/v1/audit", &["user", "refusals", "before", "limit"]),
];

/// A token that is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    scopes: Vec<String>,
    expires_in_days: Option<u16>,
    user: Option<Id>,
}

async fn list(ctx: Ctx, query: Query) -> Result<Response, Error> {
    let user = whose(&ctx, query.parsed("user")?)?;
    let now = ctx.workspace.engine.clock().now();
    let found = ctx.blocking(move |ctx| ctx.workspace.db().read(|tx| token::list(tx, user))).await;
    let tokens = found.map_err(records::Error::from)?;
    let shown: Vec<JsonValue> = tokens.iter().map(|token| token_json(token, now)).collect();
    Ok(Json(json!({ "tokens": shown })).into_response())
}

async fn create(ctx: Ctx, caller: Caller, web::Json(wanted): web::Json<Wanted>) -> Result<Response, Error> {
    let user = whose(&ctx, wanted.user)?;
    let now = ctx.workspace.engine.clock().now();
    let days = |days: u16| now + SignedDuration::from_hours(24 * i64::from(days));
    let new =
        NewToken { name: wanted.name, scopes: wanted.scopes, expires_at: wanted.expires_in_days.map(days) };
    let origin = caller.origin.clone();
    let made = ctx.blocking(move |ctx| token::create(&ctx.workspace.engine, user, &new, &origin)).await;
    let (token, text) = made?;
    let mut answer = token_json(&token, now);
    // Told this once.
    answer["token"] = json!(text);
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

async fn revoke(ctx: Ctx, caller: Caller, Path(id): Path<Id>, query: Query) -> Result<StatusCode, Error> {
    let user = whose(&ctx, query.parsed("user")?)?;
    let origin = caller.origin.clone();
    ctx.blocking(move |ctx| token::revoke(&ctx.workspace.engine, user, id, Some(ctx.session.user), &origin))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is in and who was kept out, the newest first: for administrators.
async fn audit(ctx: Ctx, query: Query) -> Result<Response, Error> {
    if !ctx.principal().access.administrator {
        return Err(Error::denied());
    }
    let limit = query.limit(LINES, PAGE_RECORDS)?;
    let refusals = query.has("refusals");
    let asked = EventQuery { user: query.parsed("user")?, refusals, before: query.parsed("before")?, limit };
    let found = ctx.blocking(move |ctx| ctx.workspace.db().read(|tx| event::list(tx, &asked))).await;
    let events = found.map_err(records::Error::from)?;
    let next = events.last().filter(|_| events.len() >= limit).map(|event| event.seq);
    let shown: Vec<JsonValue> = events.iter().map(event_json).collect();
    Ok(Json(json!({ "events": shown, "next": next })).into_response())
}

/// Whose tokens are meant, if they may be managed.
fn whose(ctx: &Ctx, named: Option<Id>) -> Result<Id, Error> {
    let administrator = ctx.principal().access.administrator;
    let is_program = ctx.session.scopes.is_some();
    let own = ctx.session.user;
    match named.filter(|user| *user != own) {
        Some(other) if administrator => Ok(other),
        None if administrator || !is_program => Ok(own),
        _ => Err(Error::denied()),
    }
}

fn token_json(token: &ApiToken, now: Timestamp) -> JsonValue {
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "id": token.id.to_string(),
        "user": token.user.to_string(),
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "alive": token.is_alive(now),
        "made_at": token.made_at.to_string(),
        "expires_at": at(token.expires_at),
        "used_at": at(token.used_at),
        "revoked_at": at(token.revoked_at),
    })
}

/// A line of the audit as programs read it.
pub fn event_json(event: &Event) -> JsonValue {
    json!({
        "seq": event.seq,
        "at": event.at.to_string(),
        "event": event.happening.as_str(),
        "user": event.user.map(|id| id.to_string()),
        "email": event.email,
        "by": event.actor.map(|id| id.to_string()),
        "address": event.origin.address,
        "agent": event.origin.agent,
        "detail": event.detail,
    })
}
