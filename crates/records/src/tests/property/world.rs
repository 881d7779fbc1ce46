//! A world of random records.

use expr::generate::{Choices, value_of};
use kernel::{Id, Value};
use metadata::{Field, Kind, Object};

use crate::{Draft, Target, Writer};

/// Objects in an order in which they can be saved, and how many records of each there are.
pub const COUNTS: [(&str, u128); 5] = [("team", 2), ("user", 3), ("company", 4), ("deal", 6), ("line", 3)];

pub const TEXTS: [&str; 8] = ["Acme", "acme ltd", "Émile", "straße", "x-y", "ab", "10%_", "say \"hi\""];

/// One record as it is to be saved.
#[derive(Clone, Debug)]
pub struct Planned {
    pub object: &'static str,
    pub id: Id,
    /// By column.
    pub values: Vec<Value>,
    /// By field position.
    pub members: Vec<(usize, Vec<Id>)>,
    pub deleted: bool,
}

pub fn ids(object: &str) -> Vec<Id> {
    let (at, count) = COUNTS
        .iter()
        .enumerate()
        .find(|(_, (name, _))| *name == object)
        .map_or((0, 0), |(at, of)| (at, of.1));
    (0..count).map(|number| Id::from_parts(at as u64 + 1, number)).collect()
}

pub fn all_ids() -> Vec<Id> {
    COUNTS.iter().flat_map(|(object, _)| ids(object)).collect()
}

/// Plans all records.
pub fn plan(engine: &crate::Engine, choices: &mut Choices) -> Vec<Planned> {
    let mut planned = Vec::new();
    for (name, _) in COUNTS {
        let object = engine.object(name).unwrap();
        for id in ids(name) {
            let mut record = Planned {
                object: name,
                id,
                values: vec![Value::Null; object.columns.len()],
                members: Vec::new(),
                deleted: matches!(name, "deal" | "company") && choices.below(6) == 5,
            };
            for (position, field) in object.fields.iter().enumerate() {
                fill(&object, position, field, &mut record, choices);
            }
            planned.push(record);
        }
    }
    planned
}

/// Puts a random content into one field.
pub fn fill(object: &Object, position: usize, field: &Field, record: &mut Planned, choices: &mut Choices) {
    let start = field.columns.start;
    match &field.kind {
        Kind::LinkMany { to } => {
            let members = ids(to).into_iter().filter(|_| choices.below(3) == 0).collect();
            record.members.retain(|(at, _)| *at != position);
            record.members.push((position, members));
            return;
        }
        _ if !field.is_writable() || field.name == "external_id" => return,
        _ => {}
    }
    for column in field.columns.clone() {
        record.values[column] = match &field.kind {
            Kind::Choice(choice) if choices.below(5) > 0 => {
                choices.one_of(&choice.options).map(|option| option.name.as_str()).into()
            }
            Kind::MultiChoice(choice) => Value::List(
                choice
                    .options
                    .iter()
                    .filter(|_| choices.below(2) == 0)
                    .map(|option| option.name.as_str().into())
                    .collect(),
            ),
            Kind::Choice(_) => Value::Null,
            Kind::Money if column > start => choices.one_of(&["EUR", "USD"]).copied().into(),
            Kind::Link(link) => {
                // What is linked must be there before.
                let earlier = |id: &Id| link.to != object.name || *id < record.id;
                let ids: Vec<Id> = ids(&link.to).into_iter().filter(earlier).collect();
                value_of(object.columns[column].column, &ids, choices)
            }
            Kind::LinkAny(to) if column == start => choices.one_of(to).map(String::as_str).into(),
            Kind::LinkAny(_) => record.values[start]
                .as_text()
                .map_or(Value::Null, |to| value_of(object.columns[column].column, &ids(to), choices)),
            Kind::File { .. } if choices.below(2) == 0 => Value::Null,
            Kind::File { .. } => crate::file_value(&[crate::StoredFile {
                id: record.id,
                name: String::new(),
                size_bytes: 0,
                media_type: String::new(),
            }]),
            Kind::Text { .. } => choices.one_of(&TEXTS).copied().into(),
            Kind::Decimal { .. } | Kind::Integer if choices.below(3) > 0 => {
                Value::Int(choices.below(5) as i64)
            }
            _ => value_of(object.columns[column].column, &[], choices),
        };
    }
    match field.kind {
        // A link to one of several kinds is whole or not there.
        Kind::LinkAny(_) if record.values[start + 1].is_null() => record.values[start] = Value::Null,
        Kind::Link(_) if field.required && record.values[start].is_null() => {
            record.values[start] = ids(&field.kind.targets()[0])[0].into();
        }
        _ => {}
    }
}

/// Saves all records as Rapport itself.
pub fn populate(writer: &mut Writer<'_, '_>, planned: &[Planned]) {
    for (name, _) in COUNTS {
        let object = writer.object(name).unwrap();
        for record in planned.iter().filter(|record| record.object == name) {
            let mut draft = Draft::for_target(&object, Target::New(record.id));
            for (column, value) in record.values.iter().enumerate().skip(Object::TITLE + 1) {
                let writable = object.columns[column].field.is_some_and(|at| object.fields[at].is_writable());
                if writable {
                    draft.put_column(column, value.clone());
                }
            }
            record.members.iter().for_each(|(field, ids)| draft.put_members(*field, ids.clone()));
            writer.save(draft).unwrap();
        }
    }
    for record in planned.iter().filter(|record| record.deleted) {
        let object = writer.object(record.object).unwrap();
        writer.delete(&object, record.id).unwrap();
    }
    writer.finish().unwrap();
}
