//! What a row finds its record by.

use kernel::{Message, Problem, Value};
use metadata::{Kind, Object};
use records::input;

use super::{By, ColumnPlan, Constant, Making, Target};
use crate::mapping::{ID, Mode};

/// One part of the key.
#[derive(Clone, Debug)]
pub struct KeyPlan {
    pub by: By,
    /// Where the draft has it.
    pub source: KeySource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    Column(usize),
    /// The whole name of a person.
    Name(usize),
    Link(usize),
    Id,
}

impl KeyPlan {
    /// Whether the part is the record's own id: what has none of that id is not made.
    pub const fn is_id(&self) -> bool {
        matches!(self.source, KeySource::Id)
    }

    /// Whether the part is a record that the row links to.
    pub const fn is_link(&self) -> bool {
        matches!(self.source, KeySource::Link(_))
    }

    /// The content of a key as the database keeps it.
    pub fn normal(&self, object: &Object, value: Value) -> Result<Value, Message> {
        match (&self.by, self.source) {
            (By::Field(name), KeySource::Column(column)) => {
                let Some(field) = object.field(name) else { return Ok(value) };
                input::normalise(field, column - field.columns.start, value)
            }
            _ => Ok(value),
        }
    }
}

impl Making<'_> {
    pub(super) fn key(&mut self, columns: &[ColumnPlan], set: &[Constant]) -> Vec<KeyPlan> {
        if self.mapping.key.is_empty() && self.mapping.mode != Mode::Create {
            self.problems.push(Problem::overall(Message::new("import-problem-no-key")));
        }
        let mut key = Vec::new();
        for path in &self.mapping.key {
            match self.key_part(path, columns, set) {
                Ok(part) => key.push(part),
                Err(message) => self.refuse(path, message),
            }
        }
        key
    }

    fn key_part(&self, path: &str, columns: &[ColumnPlan], set: &[Constant]) -> Result<KeyPlan, Message> {
        let mut targets =
            columns.iter().map(|column| &column.target).chain(set.iter().map(|constant| &constant.target));
        if path == ID {
            let is_there = targets.any(|target| matches!(target, Target::Id));
            let none = || Message::new("import-problem-id-column");
            return is_there.then_some(KeyPlan { by: By::Id, source: KeySource::Id }).ok_or_else(none);
        }
        let (position, field, part) = self.field(path)?;
        let mut source = targets.filter_map(|target| match target {
            Target::Value { field, column, .. } if *field == position => {
                (self.object.fields[position].columns.start + part == *column)
                    .then_some(KeySource::Column(*column))
            }
            Target::Name { field } if *field == position => Some(KeySource::Name(position)),
            Target::Link(link) if self.links[*link].field == position => Some(KeySource::Link(*link)),
            _ => None,
        });
        let refuse = |id: &'static str| Message::new(id).with("name", self.label(field, path));
        let source = source.next_back().ok_or_else(|| refuse("import-problem-key-column"))?;
        let is_title = self.object.title == [position];
        let by = match (&field.kind, is_title) {
            (Kind::PersonName, true) if source == KeySource::Name(position) => By::Title,
            (
                Kind::PersonName
                | Kind::Address
                | Kind::LinkAny(_)
                | Kind::LinkMany { .. }
                | Kind::MultiChoice(_)
                | Kind::Tags
                | Kind::File { .. }
                | Kind::Json,
                _,
            ) => return Err(refuse("import-problem-key-kind")),
            (_, true) => By::Title,
            _ => By::Field(field.name.clone()),
        };
        Ok(KeyPlan { by, source })
    }
}
