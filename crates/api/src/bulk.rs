//! Many records in one request: made, changed, or matched by a key.
//!
//! `POST /api/v1/{plural}/bulk` with `{"mode": "upsert", "key": "email", "records": […]}`. The good ones are saved,
//! each other one is answered with its problems: `{"results": [{"id", "version", "created"} or {"problems": […]}]}`.
//! Records of one request may link to each other: see [`order`].

mod order;

use std::{collections::HashMap, sync::Arc};

use axum::{http::HeaderMap, response::Response};
use kernel::{Id, Message, Value, limits};
use metadata::{Field, Kind, Object};
use order::Entry;
use records::{Action, Saved, Target, Writer};
use serde_json::{Map, Value as Json, json};
use web::{Ctx, Error, JsonBody, Path};

use crate::{
    caller::{Caller, Verb},
    idempotency::{Answer, once},
    record::{draft, parse},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Create,
    Update,
    Upsert,
}

/// What a bulk request wants.
#[derive(Clone)]
struct Wish {
    mode: Mode,
    /// The field that records are matched by.
    key: Option<String>,
    records: Vec<Map<String, Json>>,
}

pub async fn save(
    caller: Caller,
    Path(plural): Path<String>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Write)?;
    let wish = wish(&object, parse(&body)?)?;
    let ctx = caller.ctx.clone();
    once(&caller, &headers, body.bytes(), move |writer| {
        let entries = order::entries(&object, targets(writer, &object, &wish)?, &wish.records);
        let mut answers = vec![Json::Null; entries.len()];
        for part in order::parts(&entries) {
            save_part(writer, &ctx, &object, &entries, &part, &mut answers)?;
        }
        let body = json!({ "results": answers }).to_string();
        Ok(Answer { status: 200, body, location: None, version: None })
    })
    .await
}

/// Saves the entries at these places, and puts what became of them into `answers`.
fn save_part(
    writer: &mut Writer<'_, '_>,
    ctx: &Ctx,
    object: &Arc<Object>,
    entries: &[Entry],
    part: &[usize],
    answers: &mut [Json],
) -> Result<(), Error> {
    let drafts = part.iter().filter_map(|at| {
        let entry = &entries[*at];
        Some(draft(object, *entry.target.as_ref().ok()?, &entry.fields))
    });
    let mut results = writer.save_all(drafts.collect())?.into_iter();
    for at in part {
        answers[*at] = match &entries[*at].target {
            Ok(_) => told(ctx, results.next()),
            Err(message) => {
                json!({ "problems": [{ "field": null, "code": message.id, "message": ctx.look.text_with(message) }] })
            }
        };
    }
    Ok(())
}

fn wish(object: &Object, mut body: Map<String, Json>) -> Result<Wish, Error> {
    let mode = match body.get("mode").map(Json::as_str) {
        None | Some(Some("create")) => Mode::Create,
        Some(Some("update")) => Mode::Update,
        Some(Some("upsert")) => Mode::Upsert,
        Some(_) => return Err(Error::invalid(Message::new("api-bulk-mode"))),
    };
    let key = match body.get("key") {
        None | Some(Json::Null) => None,
        Some(Json::String(name)) if is_key(object, name) => Some(name.clone()),
        Some(other) => {
            let name = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
            return Err(Error::invalid(Message::new("api-bulk-key").with("name", name)));
        }
    };
    let too_many = || Error::invalid(Message::new("api-bulk").with("max", limits::BULK_RECORDS));
    let Some(Json::Array(entries)) = body.remove("records") else { return Err(too_many()) };
    if entries.len() > limits::BULK_RECORDS {
        return Err(too_many());
    }
    let records = entries.into_iter().enumerate().map(|(at, entry)| match entry {
        Json::Object(fields) => Ok(fields),
        _ => Err(Error::invalid(Message::new("api-bulk-object").with("place", format!("records[{at}]")))),
    });
    Ok(Wish { mode, key, records: records.collect::<Result<_, _>>()? })
}

/// Whether records can be matched by a field: one whose content is one thing.
fn is_key(object: &Object, name: &str) -> bool {
    object.field(name).is_some_and(|field| {
        let is_several =
            matches!(field.kind, Kind::MultiChoice(_) | Kind::Tags | Kind::File { .. } | Kind::Json);
        field.columns.len() == 1 && !is_several
    })
}

/// What each record becomes, or why it cannot become anything.
fn targets(
    writer: &mut Writer<'_, '_>,
    object: &Arc<Object>,
    wish: &Wish,
) -> Result<Vec<Result<Target, Message>>, Error> {
    if wish.mode == Mode::Upsert && wish.key.is_some() {
        writer.keep_apart(&object.name)?;
    }
    let mut known = known(writer, object, wish)?;
    let mut target = |fields: &Map<String, Json>| -> Result<Target, Message> {
        if let (Mode::Update | Mode::Upsert, Some(named)) =
            (wish.mode, fields.get("id").filter(|id| !id.is_null()))
        {
            let id = named.as_str().and_then(|id| id.parse::<Id>().ok());
            return id.map(|id| Target::Existing(id, None)).ok_or_else(|| Message::new("api-bulk-no-id"));
        }
        let key = wish.key.as_ref().filter(|_| wish.mode != Mode::Create);
        let field = key.and_then(|key| object.field(key));
        let content = field.and_then(|field| key_of(field, fields)).as_ref().map(text);
        match content.as_ref().and_then(|content| known.get(content)).map(Vec::as_slice) {
            Some([id]) => return Ok(Target::Existing(*id, None)),
            Some([_, _, ..]) => {
                let name = wish.key.as_deref().unwrap_or_default();
                return Err(Message::new("api-bulk-ambiguous").with("name", name));
            }
            _ if wish.mode == Mode::Update => return Err(Message::new("api-bulk-id")),
            _ => {}
        }
        let id = Id::generate();
        // Whatever else comes with the same key is about this one.
        known.extend(content.map(|content| (content, vec![id])));
        Ok(Target::New(id))
    };
    Ok(wish.records.iter().map(&mut target).collect())
}

/// The records that have one of the keys already.
fn known(
    writer: &mut Writer<'_, '_>,
    object: &Arc<Object>,
    wish: &Wish,
) -> Result<HashMap<String, Vec<Id>>, Error> {
    let mut known: HashMap<String, Vec<Id>> = HashMap::new();
    let Some(key) = &wish.key else { return Ok(known) };
    let Some(field) = object.field(key) else { return Ok(known) };
    if !writer.who().access.may(&object.name, Action::Read) {
        return Ok(known);
    }
    let contents: Vec<Value> = wish.records.iter().filter_map(|fields| key_of(field, fields)).collect();
    for (value, id) in writer.find_by(object, key, &contents)? {
        known.entry(text(&value)).or_default().push(id);
    }
    Ok(known)
}

/// What a record is matched by: the content of the key's field, as it would be kept.
fn key_of(field: &Field, fields: &Map<String, Json>) -> Option<Value> {
    let given = match (&field.kind, fields.get(&field.name)?) {
        (_, Json::Null) => return None,
        (_, Json::String(text)) => text.clone(),
        // As a link is read, so that what was read can be sent back.
        (Kind::Link(_), Json::Object(linked)) => linked.get("id")?.as_str()?.to_owned(),
        (_, other) => other.to_string(),
    };
    let value = records::input::from_text(field, 0, &given).ok()?;
    records::input::normalise(field, 0, value).ok().filter(|value| !value.is_null())
}

fn text(value: &Value) -> String {
    records::plain::to_json(value).to_string()
}

fn told(ctx: &Ctx, result: Option<Result<Saved, records::Error>>) -> Json {
    match result {
        Some(Ok(saved)) => {
            json!({ "id": saved.id.to_string(), "version": saved.version, "created": saved.before.is_none() })
        }
        Some(Err(error)) => {
            let error = Error::from(error);
            let mut problems: Vec<Json> = error
                .problems
                .iter()
                .map(|problem| json!({ "field": problem.field, "code": problem.message.id, "message": ctx.look.problem(problem) }))
                .collect();
            if problems.is_empty() {
                let said = error.message.as_ref().map(|message| ctx.look.text_with(message));
                let said =
                    said.unwrap_or_else(|| ctx.look.text(&format!("error-{}-hint", error.kind.name())));
                problems.push(json!({ "field": null, "code": error.kind.name(), "message": said }));
            }
            json!({ "problems": problems })
        }
        None => json!({ "problems": [] }),
    }
}
