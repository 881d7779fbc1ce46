//! Verbs on records: `POST /api/v1/deals/{id}/actions/win`.

use axum::{http::HeaderMap, response::Response};
use kernel::Id;
use serde_json::{Map, json};
use web::{Error, JsonBody, Path};

use crate::{
    caller::{Caller, Verb},
    idempotency::{Answer, once},
    record::parse,
};

pub async fn run(
    caller: Caller,
    Path((plural, id, name)): Path<(String, Id, String)>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    let action = *caller.ctx.app.action(&object.name, &name).ok_or_else(Error::not_found)?;
    let input = if body.bytes().is_empty() { Map::new() } else { parse(&body)? };
    let look = caller.ctx.look.clone();
    once(&caller, &headers, body.bytes(), move |writer| {
        let done = (action.run)(writer, id, &input)?;
        let body = json!({
            "message": look.text_with(&done.message),
            "go_to": done.go_to.as_ref().map(|(object, id)| json!({ "object": object, "id": id.to_string() })),
            "details": done.details,
        });
        Ok(Answer { status: 200, body: body.to_string(), location: None, version: None })
    })
    .await
}
