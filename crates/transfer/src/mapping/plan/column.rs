//! What becomes of the columns of the file.

use std::collections::{HashMap, HashSet};

use kernel::{Decimal, Message};
use metadata::Kind;

use super::{KindPlan, Making, column_at};
use crate::{
    cell::{How, Style},
    mapping::{ColumnRule, ID, LinkRule, Unknown, schema},
};

/// What becomes of a column.
#[derive(Clone, Debug)]
pub struct ColumnPlan {
    /// Position in the file.
    pub at: usize,
    pub target: Target,
    pub style: Style,
    pub multiply: Option<Decimal>,
    /// In lower case.
    pub empty: HashSet<String>,
    /// By what stands in a cell, in lower case.
    pub values: HashMap<String, String>,
    pub unknown: Unknown,
}

#[derive(Clone, Debug)]
pub enum Target {
    /// A column of the object.
    Value { field: usize, column: usize, how: How },
    /// A person's name in one cell.
    Name { field: usize },
    /// One of [`Plan::links`].
    Link(usize),
    /// The one of them that another column chooses.
    LinkByKind(KindPlan),
    /// The record that the row is about, which the key finds.
    Id,
    /// A field of files, which the cell names.
    Files { field: usize },
    /// A field that is not there yet: cells are only looked at.
    Planned(How),
}

impl Making<'_> {
    pub(super) fn columns(&mut self, fields_come: bool) -> Vec<ColumnPlan> {
        let mut taken = HashMap::new();
        let mut columns = Vec::new();
        for rule in &self.mapping.columns {
            let new = rule.new_field.as_ref().map(|field| &field.name);
            let Some(path) = rule.field.as_ref().or(new) else { continue };
            match self.column(rule, path, &mut taken, fields_come) {
                Ok(column) => columns.push(column),
                Err(message) => self.refuse(&rule.name, message),
            }
        }
        columns
    }

    /// `taken` has what fields come from already, by path, and whether that is ids: a link may have a column of titles beside
    /// the one of ids, for rows that have no id.
    fn column<'r>(
        &mut self,
        rule: &'r ColumnRule,
        path: &'r str,
        taken: &mut HashMap<(&'r str, bool), &'r str>,
        fields_come: bool,
    ) -> Result<ColumnPlan, Message> {
        let at = column_at(self.headers, &rule.name)?;
        let is_by_id = rule.link.as_ref().is_some_and(|link| link.by == "id");
        if let Some(other) = taken.insert((path, is_by_id), &rule.name) {
            let field = self.object.field(path.split('.').next().unwrap_or(path));
            let label = field.map_or_else(|| path.to_owned(), |field| self.label(field, path));
            return Err(Message::new("import-problem-twice").with("name", label).with("other", other));
        }
        let coming = rule.new_field.as_ref().filter(|_| fields_come && self.object.field(path).is_none());
        let links = self.links.len();
        let target = match coming {
            Some(field) => Target::Planned(schema::how(field)),
            None if path == ID => self.id()?,
            None => self.target(path, rule.link.as_ref())?,
        };
        self.links[links..].iter_mut().for_each(|link| link.column = Some(at));
        let mut style = self.style();
        if let Some(dates) = &rule.dates {
            style.dates = dates.clone();
        }
        let low = |text: &String| text.trim().to_lowercase();
        Ok(ColumnPlan {
            at,
            target,
            style,
            multiply: rule.multiply,
            empty: self.mapping.empty.iter().chain(&rule.empty).map(low).collect(),
            values: rule.values.iter().map(|(from, to)| (low(from), to.clone())).collect(),
            unknown: rule.unknown,
        })
    }

    /// The id of the row's own record: nothing that can be set, so that it has to be looked for.
    fn id(&self) -> Result<Target, Message> {
        if self.mapping.key.iter().any(|path| path == ID) {
            Ok(Target::Id)
        } else {
            Err(Message::new("import-problem-id-key"))
        }
    }

    pub(super) fn target(&mut self, path: &str, rule: Option<&LinkRule>) -> Result<Target, Message> {
        let (position, field, part) = self.field(path)?;
        let whole = !path.contains('.');
        match &field.kind {
            Kind::PersonName if whole => Ok(Target::Name { field: position }),
            Kind::Link(_) | Kind::LinkAny(_) | Kind::LinkMany { .. } if whole => {
                self.link(position, field, &rule.cloned().unwrap_or_default())
            }
            Kind::File { .. } if self.with_files => Ok(Target::Files { field: position }),
            Kind::File { .. } => {
                Err(Message::new("import-problem-file-field").with("name", self.label(field, path)))
            }
            _ => {
                let (look, object) = (self.look, self.object);
                let choice = field.kind.choice();
                let how = How::of(field, part, |option| {
                    let given = choice.and_then(|choice| choice.option(option)?.label.as_deref());
                    look.option(&object.name, &field.name, option, given)
                });
                Ok(Target::Value { field: position, column: field.columns.start + part, how })
            }
        }
    }
}
