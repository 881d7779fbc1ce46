//! What a change in the log did to the fields that people fill in, as records hold them, and the names of what it led to.

use std::{collections::HashMap, slice, sync::Arc};

use kernel::{Id, Value};
use metadata::{Column, Field, Kind, Object};
use serde_json::Value as Json;

use super::Reader;
use crate::{
    Error,
    change_log::{Change, FieldChange},
    plain,
};

/// A field that a change has touched, with what stood in its columns before and after; of a link to many its members.
pub struct Touched<'c> {
    pub field: &'c Field,
    pub before: Vec<Value>,
    pub after: Vec<Value>,
}

/// The fields that people fill in, of those that a change has touched.
pub fn touched<'c>(object: &'c Object, change: &'c Change) -> impl Iterator<Item = Touched<'c>> {
    object.fields.iter().filter(|field| field.is_writable()).filter_map(|field| {
        let logged = |name: &str| change.fields.iter().find(|logged| logged.column == name);
        if matches!(field.kind, Kind::LinkMany { .. }) {
            let FieldChange { before, after, .. } = logged(&field.name)?;
            return Some(Touched { field, before: members(before), after: members(after) });
        }
        let columns = &object.columns[field.columns.clone()];
        columns.iter().find_map(|column| logged(&column.name))?;
        let side = |pick: fn(&FieldChange) -> &Json| -> Vec<Value> {
            let value = |column: &Column| {
                let json = pick(logged(&column.name)?);
                // What was of another type then is told as the text that it was.
                plain::from_json(json, column.column).or_else(|| json.as_str().map(Value::from))
            };
            columns.iter().map(|column| value(column).unwrap_or_default()).collect()
        };
        Some(Touched { field, before: side(|logged| &logged.before), after: side(|logged| &logged.after) })
    })
}

fn members(logged: &Json) -> Vec<Value> {
    let ids = logged.as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse::<Id>().ok());
    ids.map(Value::Id).collect()
}

/// The text of what stood in a field when it was of another type than it is now.
pub fn of_another_type(object: &Object, field: &Field, values: &[Value]) -> Option<String> {
    let fits = |(value, column): (&Value, &Column)| plain::fits(value, column.column);
    if values.iter().zip(&object.columns[field.columns.clone()]).all(fits) {
        return None;
    }
    let texts: Vec<&str> = values.iter().filter_map(Value::as_text).collect();
    Some(texts.join(" "))
}

/// What the records are called that changes name, by object, as far as they may be seen.
pub struct Titles(HashMap<String, HashMap<Id, String>>);

impl Titles {
    /// None of what may not be seen or is gone.
    pub fn of(&self, object: &str, id: Id) -> Option<&str> {
        self.0.get(object)?.get(&id).map(String::as_str)
    }
}

impl Reader<'_, '_> {
    /// The names of those who made changes of one object, and of the records that stood in links before and after: one
    /// query for each object that is named, however many changes.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn titles_in<'c>(
        &mut self,
        object: &Object,
        changes: impl Iterator<Item = &'c Change>,
    ) -> Result<Titles, Error> {
        let mut named: HashMap<String, Vec<Id>> = HashMap::new();
        let mut name = |object: &str, values: &[Value]| {
            let ids = values.iter().filter_map(Value::as_id);
            named.entry(object.to_owned()).or_default().extend(ids);
        };
        for change in changes {
            name("user", &[change.actor.user.into()]);
            for Touched { field, before, after } in touched(object, change) {
                for values in [&before, &after] {
                    match (&field.kind, values.as_slice()) {
                        (Kind::Link(link), ids) => name(&link.to, ids),
                        (Kind::LinkMany { to }, ids) => name(to, ids),
                        (Kind::LinkAny(_), [to, id]) => name(to.as_text().unwrap_or(""), slice::from_ref(id)),
                        _ => {}
                    }
                }
            }
        }
        let registry = Arc::clone(&self.registry);
        let mut titles = HashMap::new();
        for (name, mut ids) in named {
            ids.sort_unstable();
            ids.dedup();
            if let Some(object) = registry.object(&name).filter(|_| !ids.is_empty()) {
                titles.insert(name, self.titles(object, &ids)?);
            }
        }
        Ok(Titles(titles))
    }
}
