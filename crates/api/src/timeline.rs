//! `GET /api/v1/{plural}/{id}/timeline?kind=call&limit=50&after=…`: what happened around a record, the latest first.
//!
//! The same entries as on the record's page: activities about it, with it and about what belongs to it, and its own
//! changes. [`records`] leaves out whatever the person or the token may not see.

use std::fmt::Write;

use axum::response::Response;
use kernel::{Id, Value, limits};
use metadata::{Field, Kind, Object};
use records::{
    Kinds, Place, Record, TimelineQuery, Titles, Touched, What, activities, change_log::Change,
    of_another_type, touched,
};
use web::{Error, Fields, Path, Query};

use crate::{
    caller::{Caller, Verb},
    json,
    list::json_response,
};

/// `{"entries": […], "next": "…" or null}`
pub async fn timeline(
    caller: Caller,
    Path((plural, id)): Path<(String, Id)>,
    given: Query,
) -> Result<Response, Error> {
    let object = caller.object(&plural, Verb::Read)?;
    let kinds = kinds(&caller, &object, &given)?;
    let after = match given.filled("after") {
        Some(text) => Some(Place::parse(text).map_err(|_| Fields::wrong("after", text))?),
        None => None,
    };
    let asked = TimelineQuery { kinds, after, limit: given.limit(50, limits::PAGE_RECORDS)? };
    let body = caller
        .read(move |reader| {
            let record = reader.load(&object, id)?;
            let (happened, next) = reader.timeline(&record, &asked)?;
            let changes = happened.iter().filter_map(|happened| match &happened.what {
                What::Change(change) => Some(change),
                What::Activity(_) => None,
            });
            let titles = reader.titles_in(&object, changes)?;
            let mut out = String::with_capacity(256 * (happened.len() + 1));
            out.push_str("{\"entries\":[");
            for (at, happened) in happened.iter().enumerate() {
                out.push_str(if at == 0 { "{" } else { ",{" });
                let _ = write!(out, "\"at\":\"{}\",", happened.at);
                match &happened.what {
                    What::Activity(found) => activity(&mut out, found),
                    What::Change(change) => self::change(&mut out, &object, change, &titles),
                }
                out.push('}');
            }
            out.push_str("],\"next\":");
            match next {
                Some(place) => json::string(&mut out, &place.to_text()),
                None => out.push_str("null"),
            }
            out.push('}');
            Ok(out)
        })
        .await?;
    Ok(json_response(body))
}

/// `kind`: `changes`, or the name of an object whose records are about this one; all without it.
fn kinds(caller: &Caller, object: &Object, given: &Query) -> Result<Kinds, Error> {
    let registry = caller.ctx.workspace.engine.registry();
    match given.get("kind") {
        None => Ok(Kinds::All),
        Some("changes") => Ok(Kinds::Changes),
        Some(name) if activities(&registry, object).iter().any(|(activity, _)| activity.name == name) => {
            caller.allow(name, Verb::Read)?;
            Ok(Kinds::Activities(name.to_owned()))
        }
        Some(other) => Err(Fields::wrong("kind", other)),
    }
}

fn activity(out: &mut String, found: &Record) {
    out.push_str("\"kind\":\"activity\",\"by\":");
    let person = |name: &&str| {
        let field = found.object.field(name).filter(|field| found.shows(field))?;
        found.link(&field.name).map(|id| (id, found.label(&field.name)))
    };
    match ["owner", "created_by"].iter().find_map(person) {
        Some((id, name)) => json::link(out, None, &id.into(), name),
        None => out.push_str("null"),
    }
    out.push_str(",\"record\":");
    let title = found.values[Object::TITLE].as_text();
    json::link(out, Some(&found.object.name), &found.id().into(), title);
}

fn change(out: &mut String, object: &Object, change: &Change, titles: &Titles) {
    out.push_str("\"kind\":\"change\",\"by\":");
    link(out, "user", false, &change.actor.user.into(), titles);
    let (seq, version) = (change.seq, change.version);
    let (channel, happening) = (change.actor.channel.as_str(), change.happening.as_str());
    let _ = write!(out, ",\"seq\":{seq},\"version\":{version},\"channel\":\"{channel}\",");
    let _ = write!(out, "\"happening\":\"{happening}\",\"fields\":{{");
    for (at, Touched { field, before, after }) in touched(object, change).enumerate() {
        let _ = write!(out, "{}\"{}\":{{\"before\":", if at == 0 { "" } else { "," }, field.name);
        content(out, object, field, &before, titles);
        out.push_str(",\"after\":");
        content(out, object, field, &after, titles);
        out.push('}');
    }
    out.push('}');
}

/// Appends what stood in a field, as records have it.
fn content(out: &mut String, object: &Object, field: &Field, values: &[Value], titles: &Titles) {
    if let Some(text) = of_another_type(object, field, values) {
        return json::string(out, &text);
    }
    match (&field.kind, values) {
        (Kind::Link(to), [id]) => link(out, &to.to, false, id, titles),
        (Kind::LinkAny(_), [to, id]) => link(out, to.as_text().unwrap_or(""), true, id, titles),
        (Kind::LinkMany { to }, members) => {
            let is_seen = |id: &Value| id.as_id().is_some_and(|id| titles.of(to, id).is_some());
            out.push('[');
            for (at, member) in members.iter().filter(|id| is_seen(id)).enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                link(out, to, false, member, titles);
            }
            out.push(']');
        }
        (Kind::Money, _) => json::parts(out, field, values, "amount"),
        (Kind::PersonName | Kind::Address, _) => json::parts(out, field, values, ""),
        _ => json::value(out, values.first().unwrap_or(&Value::Null)),
    }
}

/// Appends a link; the object's name with it where a field leads to several.
fn link(out: &mut String, object: &str, names_object: bool, id: &Value, titles: &Titles) {
    let title = id.as_id().and_then(|id| titles.of(object, id));
    json::link(out, names_object.then_some(object), id, title);
}
