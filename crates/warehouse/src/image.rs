//! What the warehouse knows of one record: every version of it, worked out from the record as it is and its log.
//!
//! An image is a pure function of the record, its log and its object's definition. Whoever makes it again gets the
//! same, which is why what was fed bit by bit equals what was built from nothing.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Value};
use metadata::Object;
use records::{
    change_log::{Change, Happening},
    plain, schema, title_of,
};

/// The versions of a record, the oldest first; none when it is gone for good.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub id: Id,
    pub versions: Vec<Version>,
}

/// A state of a record that lasted for a while. States that lasted for no time are not kept, nor is its time in the
/// trash.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// In the order of [`Object::columns`], then the members of many-to-many fields, then from and to; what is true now has
    /// no end.
    pub row: Vec<Value>,
}

impl Version {
    /// Whether it is true now.
    pub fn is_current(&self) -> bool {
        self.row.last().is_some_and(Value::is_null)
    }
}

impl Image {
    pub const fn gone(id: Id) -> Image {
        Image { id, versions: Vec::new() }
    }

    /// Works the versions out backwards: from `row`, the record as it is, by what `changes`, the oldest first, say was
    /// there before.
    pub fn of(object: &Object, row: Vec<Value>, changes: &[&Change]) -> Option<Image> {
        let id = row[Object::ID].as_id()?;
        let at = Places::of(object);
        let moments = moments(changes);
        let mut state = row;
        let mut versions: Vec<Version> = Vec::new();
        let mut until: Option<Timestamp> = None;
        for (number, change) in changes.iter().enumerate().rev() {
            if number + 1 < changes.len() {
                at.stamp(&mut state, &changes[..=number]);
            }
            let from = moments[number];
            let lasted = until.is_none_or(|until| from < until);
            if state[at.deleted_at].is_null() && lasted && change.happening != Happening::Destroy {
                versions.push(version(&state, from, until));
            }
            until = Some(from);
            at.undo(object, &mut state, change);
            if change.happening == Happening::Create {
                break;
            }
        }
        if changes.is_empty() {
            // Nobody logged it: all that is known is that it is there.
            let made = state[at.created_at].as_instant().unwrap_or(Timestamp::UNIX_EPOCH);
            if state[at.deleted_at].is_null() {
                versions.push(version(&state, made, None));
            }
        }
        versions.reverse();
        Some(Image { id, versions })
    }
}

fn version(state: &[Value], from: Timestamp, until: Option<Timestamp>) -> Version {
    let mut row = Vec::with_capacity(state.len() + 2);
    row.extend_from_slice(state);
    row.extend([from.into(), until.into()]);
    Version { row }
}

/// When each change took effect: its own time, but never before the one that it follows, though a clock jumped back.
fn moments(changes: &[&Change]) -> Vec<Timestamp> {
    let mut latest = Timestamp::MIN;
    let moments = changes.iter().map(|change| {
        latest = latest.max(change.at);
        latest
    });
    moments.collect()
}

/// Where the columns stand that the log does not speak of by name.
struct Places {
    deleted_at: usize,
    created_at: usize,
    updated: [usize; 3],
    /// By the names that columns have or had.
    columns: HashMap<String, usize>,
    titles: Vec<usize>,
}

impl Places {
    fn of(object: &Object) -> Places {
        let mut columns = HashMap::new();
        for (at, column) in object.columns.iter().enumerate() {
            let Some(field) = column.field.map(|field| &object.fields[field]) else { continue };
            if let (Some(old), Some(part)) = (&field.renamed_from, column.name.strip_prefix(&field.name)) {
                columns.entry(format!("{old}{part}")).or_insert(at);
            }
        }
        columns.extend(object.columns.iter().enumerate().map(|(at, column)| (column.name.clone(), at)));
        for (at, (_, field)) in object.many_to_many().enumerate() {
            let at = object.columns.len() + at;
            if let Some(old) = &field.renamed_from {
                columns.entry(old.clone()).or_insert(at);
            }
            columns.insert(field.name.clone(), at);
        }
        Places {
            deleted_at: object.column_of("deleted_at"),
            created_at: object.column_of("created_at"),
            updated: ["updated_at", "updated_by", "updated_via"].map(|name| object.column_of(name)),
            columns,
            titles: object.title.iter().flat_map(|field| object.fields[*field].columns.clone()).collect(),
        }
    }

    /// Puts what the log says by itself: the version after the last of `changes`, and who saved it last.
    fn stamp(&self, state: &mut [Value], changes: &[&Change]) {
        let Some(last) = changes.last() else { return };
        state[Object::VERSION] = last.version.into();
        let saved = |change: &&&Change| matches!(change.happening, Happening::Create | Happening::Update);
        let Some(save) = changes.iter().rev().find(saved) else { return };
        let [moment, person, way] = self.updated;
        state[moment] = save.at.into();
        state[person] = save.actor.user.into();
        state[way] = save.actor.channel.as_str().into();
    }

    fn undo(&self, object: &Object, state: &mut [Value], change: &Change) {
        let mut renamed = false;
        for field in &change.fields {
            let Some(at) = self.columns.get(&field.column).copied() else { continue };
            state[at] = match object.columns.get(at) {
                Some(column) => read(&field.before, column.column),
                None => members(&field.before),
            };
            renamed |= self.titles.contains(&at);
        }
        if renamed {
            state[Object::TITLE] = title_of(object, state).into();
        }
    }
}

/// The members that the log kept, in order.
fn members(json: &serde_json::Value) -> Value {
    let entries = json.as_array().into_iter().flatten();
    let mut ids: Vec<&str> = entries.filter_map(serde_json::Value::as_str).collect();
    ids.sort_unstable();
    match ids.is_empty() {
        true => Value::Null,
        false => Value::List(ids.into_iter().map(Value::from).collect()),
    }
}

/// What the log kept, in the type that the column has now; nothing when it cannot be read as that.
fn read(json: &serde_json::Value, column: kernel::ColumnType) -> Value {
    plain::from_json(json, column).unwrap_or_else(|| {
        let earlier = match json {
            serde_json::Value::String(text) => Value::from(text.as_str()),
            serde_json::Value::Number(number) => {
                number.to_string().parse::<kernel::Decimal>().map_or(Value::Null, Value::from)
            }
            serde_json::Value::Array(entries) => {
                Value::List(entries.iter().filter_map(|entry| entry.as_str().map(Value::from)).collect())
            }
            other => Value::Json(other.clone()),
        };
        schema::converted(&earlier, column)
    })
}
