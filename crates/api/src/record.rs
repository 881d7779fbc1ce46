//! One record: read, made, changed, deleted, its history.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Id, Message};
use metadata::Object;
use records::{Draft, Target, change_log::Change, input};
use serde_json::{Map, Value as Json, json};
use web::{Error, Fields, JsonBody, Kind, Path, Query};

use crate::{
    caller::{Caller, Verb},
    idempotency::{Answer, once},
    json,
    list::json_response,
};

/// `GET /api/v1/{plural}/{id}`
pub async fn show(
    caller: Caller,
    Path((plural, id)): Path<(String, Id)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Read)?;
    let (version, body) = caller
        .read(move |reader| {
            let record = reader.load(&object, id)?;
            let mut out = String::with_capacity(1024);
            json::record(&mut out, &record);
            Ok((record.version(), out))
        })
        .await?;
    let tag = etag(version);
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(with_etag(json_response(body), version))
}

/// `POST /api/v1/{plural}`
pub async fn create(
    caller: Caller,
    Path(plural): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    let fields = parse(&body)?;
    let draft = draft(&object, Target::New(Id::generate()), &fields);
    let answer = once(&caller, &headers, body.bytes(), move |writer| {
        let saved = writer.save(draft.clone())?;
        let record = writer.load(&object, saved.id)?;
        let mut out = String::with_capacity(1024);
        json::record(&mut out, &record);
        Ok(Answer {
            status: 201,
            body: out,
            location: Some(format!("/api/v1/{}/{}", object.plural, saved.id)),
            version: Some(saved.version),
        })
    });
    answer.await
}

/// `PATCH /api/v1/{plural}/{id}`: the fields that are named change, all others stay. With `If-Match`, only upon that version.
pub async fn update(
    caller: Caller,
    Path((plural, id)): Path<(String, Id)>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    let fields = parse(&body)?;
    let expected = expected(&headers)?;
    let draft = draft(&object, Target::Existing(id, None), &fields);
    let answer = once(&caller, &headers, body.bytes(), move |writer| {
        if let Some(expected) = expected {
            let version = writer.load(&object, id)?.version();
            if version != expected {
                let message = Message::new("api-version").with("version", version);
                return Err(Error { message: Some(message), ..Error::new(Kind::Stale) });
            }
        }
        let saved = writer.save(draft.clone())?;
        let record = writer.load(&object, id)?;
        let mut out = String::with_capacity(1024);
        json::record(&mut out, &record);
        Ok(Answer { status: 200, body: out, location: None, version: Some(saved.version) })
    });
    answer.await
}

/// `DELETE /api/v1/{plural}/{id}`: into the trash.
pub async fn delete(caller: Caller, Path((plural, id)): Path<(String, Id)>) -> Result<StatusCode, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    caller.write(move |writer| Ok(writer.delete(&object, id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/{plural}/{id}/restore`
pub async fn restore(caller: Caller, Path((plural, id)): Path<(String, Id)>) -> Result<StatusCode, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    caller.write(move |writer| Ok(writer.restore(&object, id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/{plural}/{id}/destroy`: for good.
pub async fn destroy(caller: Caller, Path((plural, id)): Path<(String, Id)>) -> Result<StatusCode, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    caller.write(move |writer| Ok(writer.destroy(&object, id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v1/{plural}/{id}/history?before=SEQ&limit=50`
pub async fn history(
    caller: Caller,
    Path((plural, id)): Path<(String, Id)>,
    given: Query,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Read)?;
    let before = given.parsed("before")?;
    let limit = given.limit(50, 200)?;
    let changes = caller.read(move |reader| Ok(reader.history(&object, id, before, limit)?)).await?;
    let shown: Vec<Json> = changes.iter().map(change).collect();
    Ok(axum::Json(json!({ "changes": shown })).into_response())
}

fn change(change: &Change) -> Json {
    let fields: Map<String, Json> = change
        .fields
        .iter()
        .map(|field| (field.column.clone(), json!({ "before": field.before, "after": field.after })))
        .collect();
    json!({
        "seq": change.seq,
        "at": change.at.to_string(),
        "user": change.actor.user.map(|user| user.to_string()),
        "channel": change.actor.channel.as_str(),
        "happening": change.happening.as_str(),
        "version": change.version,
        "fields": fields,
    })
}

/// The body's object.
pub fn parse(body: &JsonBody) -> Result<Map<String, Json>, Error> {
    match body.read()? {
        Json::Object(fields) => Ok(fields),
        _ => Err(Error::invalid(Message::new("api-object"))),
    }
}

/// The fields as a draft. What a reader gets besides fields may come back and says nothing.
pub fn draft(object: &Arc<Object>, target: Target, fields: &Map<String, Json>) -> Draft {
    let mut draft = Draft::for_target(object, target);
    for (name, content) in
        fields.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "version" | "title"))
    {
        input::from_json(&mut draft, name, content);
    }
    draft
}

/// The version that `If-Match` names.
fn expected(headers: &HeaderMap) -> Result<Option<i64>, Error> {
    let Some(text) = only(headers, "If-Match")? else { return Ok(None) };
    if text == "*" {
        return Ok(None);
    }
    text.trim_matches('"').parse().map(Some).map_err(|_| Fields::wrong("If-Match", text))
}

/// A header that changes what is done: there once, and in letters that can be read.
///
/// # Errors
/// When it is neither: overlooking it would do what nobody asked for.
pub fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Error> {
    let mut given = headers.get_all(name).iter();
    let Some(value) = given.next() else { return Ok(None) };
    match (value.to_str(), given.next()) {
        (Ok(text), None) => Ok(Some(text)),
        _ => Err(Fields::wrong(name, &String::from_utf8_lossy(value.as_bytes()))),
    }
}

pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
}

pub fn with_etag(mut response: Response, version: i64) -> Response {
    response.headers_mut().insert(header::ETAG, etag(version));
    response
}
