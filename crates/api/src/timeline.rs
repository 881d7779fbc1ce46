//! `GET /api/v1/{plural}/{id}/timeline?kind=call&limit=50&after=…`: what happened around a record, the latest first.
//!
//! The same entries as on the record's page: activities about it, with it and about what belongs to it, and its own
//! changes. [`records`] leaves out whatever the person or the token may not see.

use std::{collections::HashMap, fmt::Write, sync::Arc};

use axum::response::Response;
use kernel::{Id, Value, limits};
use metadata::{Field, Kind, Object, Registry};
use records::{
    Kinds, Place, Reader, Record, TimelineQuery, What, activities,
    change_log::{Change, FieldChange},
    plain,
};
use serde_json::Value as Json;
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
            let titles = Titles::read(reader, &object, changes)?;
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
    titles.link(out, USER, false, &change.actor.user.into());
    let (seq, version) = (change.seq, change.version);
    let (channel, happening) = (change.actor.channel.as_str(), change.happening.as_str());
    let _ = write!(out, ",\"seq\":{seq},\"version\":{version},\"channel\":\"{channel}\",");
    let _ = write!(out, "\"happening\":\"{happening}\",\"fields\":{{");
    for (at, (field, before, after)) in changed(object, change).enumerate() {
        let _ = write!(out, "{}\"{}\":{{\"before\":", if at == 0 { "" } else { "," }, field.name);
        content(out, object, field, &before, titles);
        out.push_str(",\"after\":");
        content(out, object, field, &after, titles);
        out.push('}');
    }
    out.push('}');
}

/// The object of those who do things.
const USER: &str = "user";

/// The fields that people fill in and that a change has touched, each with what stood in its columns before and after.
fn changed<'c>(
    object: &'c Object,
    change: &'c Change,
) -> impl Iterator<Item = (&'c Field, Vec<Value>, Vec<Value>)> {
    object.fields.iter().filter(|field| field.is_writable()).filter_map(|field| {
        let logged = |name: &str| change.fields.iter().find(|logged| logged.column == name);
        if matches!(field.kind, Kind::LinkMany { .. }) {
            let FieldChange { before, after, .. } = logged(&field.name)?;
            return Some((field, members(before), members(after)));
        }
        let columns = &object.columns[field.columns.clone()];
        columns.iter().find_map(|column| logged(&column.name))?;
        let side = |pick: fn(&FieldChange) -> &Json| -> Vec<Value> {
            let value = |column: &metadata::Column| {
                let json = pick(logged(&column.name)?);
                // What was of another type then is told as the text that it was.
                plain::from_json(json, column.column).or_else(|| json.as_str().map(Value::from))
            };
            columns.iter().map(|column| value(column).unwrap_or_default()).collect()
        };
        Some((field, side(|logged| &logged.before), side(|logged| &logged.after)))
    })
}

fn members(logged: &Json) -> Vec<Value> {
    let ids = logged.as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse::<Id>().ok());
    ids.map(Value::Id).collect()
}

/// Appends what stood in a field, as records have it.
fn content(out: &mut String, object: &Object, field: &Field, values: &[Value], titles: &Titles) {
    let fits = |(value, column): (&Value, &metadata::Column)| plain::fits(value, column.column);
    if !values.iter().zip(&object.columns[field.columns.clone()]).all(fits) {
        let texts: Vec<&str> = values.iter().filter_map(Value::as_text).collect();
        return json::string(out, &texts.join(" "));
    }
    match (&field.kind, values) {
        (Kind::Link(link), [id]) => titles.link(out, &link.to, false, id),
        (Kind::LinkAny(_), [to, id]) => titles.link(out, to.as_text().unwrap_or(""), true, id),
        (Kind::LinkMany { to }, members) => {
            out.push('[');
            for (at, member) in members.iter().filter(|id| titles.of(to, id).is_some()).enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                titles.link(out, to, false, member);
            }
            out.push(']');
        }
        (Kind::Money, _) => json::parts(out, field, values, "amount"),
        (Kind::PersonName | Kind::Address, _) => json::parts(out, field, values, ""),
        _ => json::value(out, values.first().unwrap_or(&Value::Null)),
    }
}

/// What the records are called that a page of changes names, by object, as far as they may be seen.
struct Titles(HashMap<String, HashMap<Id, String>>);

impl Titles {
    /// Asks once for each object.
    fn read<'c>(
        reader: &mut Reader<'_, '_>,
        object: &Object,
        changes: impl Iterator<Item = &'c Change>,
    ) -> Result<Titles, Error> {
        let mut ids: HashMap<String, Vec<Id>> = HashMap::new();
        let mut names = |to: &str, values: &[Value]| {
            let found = values.iter().filter_map(Value::as_id);
            ids.entry(to.to_owned()).or_default().extend(found);
        };
        for change in changes {
            names(USER, &[change.actor.user.into()]);
            for (field, before, after) in changed(object, change) {
                for values in [&before, &after] {
                    match (&field.kind, values.as_slice()) {
                        (Kind::Link(link), _) => names(&link.to, values),
                        (Kind::LinkMany { to }, _) => names(to, values),
                        (Kind::LinkAny(_), [to, id]) => {
                            names(to.as_text().unwrap_or(""), std::slice::from_ref(id));
                        }
                        _ => {}
                    }
                }
            }
        }
        let registry: Arc<Registry> = Arc::clone(reader.registry());
        let mut titles = HashMap::new();
        for (name, mut ids) in ids {
            ids.sort_unstable();
            ids.dedup();
            if let Some(object) = registry.object(&name).filter(|_| !ids.is_empty()) {
                titles.insert(name, reader.titles(object, &ids)?);
            }
        }
        Ok(Titles(titles))
    }

    fn of(&self, object: &str, id: &Value) -> Option<&str> {
        self.0.get(object)?.get(&id.as_id()?).map(String::as_str)
    }

    /// Appends a link; the object's name with it where a field leads to several.
    fn link(&self, out: &mut String, object: &str, names_object: bool, id: &Value) {
        json::link(out, names_object.then_some(object), id, self.of(object, id));
    }
}
