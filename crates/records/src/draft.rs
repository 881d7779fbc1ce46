//! What somebody wants saved: a new record, or changes to one.

use std::sync::Arc;

use kernel::{Id, Message, Problem, Value};
use metadata::{Kind, Object};

/// A wish to save. Fields that it does not name stay as they are, or get their default on a new record.
#[derive(Clone, Debug)]
pub struct Draft {
    pub object: Arc<Object>,
    pub target: Target,
    /// Wanted values by column.
    pub(crate) set: Vec<(usize, Value)>,
    /// Wanted members of many-to-many fields, by field position.
    pub(crate) members: Vec<(usize, Vec<Id>)>,
    /// What was wrong with the input already: the save reports it together with what it finds itself.
    pub(crate) problems: Vec<Problem>,
}

/// The record that a draft is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new one, under an id chosen beforehand.
    New(Id),
    /// One that exists; with a version, the one that the changes were made upon.
    Existing(Id, Option<i64>),
}

impl Draft {
    pub fn new(object: &Arc<Object>) -> Draft {
        Draft::for_target(object, Target::New(Id::generate()))
    }

    pub fn change(object: &Arc<Object>, id: Id) -> Draft {
        Draft::for_target(object, Target::Existing(id, None))
    }

    pub fn for_target(object: &Arc<Object>, target: Target) -> Draft {
        Draft {
            object: Arc::clone(object),
            target,
            set: Vec::new(),
            members: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub const fn id(&self) -> Id {
        match self.target {
            Target::New(id) | Target::Existing(id, _) => id,
        }
    }

    /// Sets one column, by `field` or `field.part`; an unknown name becomes a problem of the draft.
    #[must_use]
    pub fn with(mut self, path: &str, value: impl Into<Value>) -> Draft {
        self.put(path, value);
        self
    }

    /// As [`Draft::with`], in place.
    pub fn put(&mut self, path: &str, value: impl Into<Value>) {
        match column(&self.object, path) {
            Some(column) => self.put_column(column, value.into()),
            None => self.problems.push(unknown_field(path)),
        }
    }

    pub fn put_column(&mut self, column: usize, value: Value) {
        match self.set.iter_mut().find(|(at, _)| *at == column) {
            Some((_, old)) => *old = value,
            None => self.set.push((column, value)),
        }
    }

    /// Sets all members of a many-to-many field.
    pub fn put_members(&mut self, field: usize, members: Vec<Id>) {
        self.members.retain(|(at, _)| *at != field);
        self.members.push((field, members));
    }

    /// What was wrong with the input already, if anything.
    pub fn problems(&self) -> Option<&[Problem]> {
        (!self.problems.is_empty()).then_some(&self.problems)
    }

    /// Whether it wants nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.members.is_empty() && self.problems.is_empty()
    }

    /// The same wish for another existing record.
    #[must_use]
    pub fn for_record(&self, id: Id) -> Draft {
        Draft { target: Target::Existing(id, None), ..self.clone() }
    }

    pub fn add_problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// What the draft wants in a column, if it says.
    pub fn wanted(&self, path: &str) -> Option<&Value> {
        let column = column(&self.object, path)?;
        self.set.iter().find(|(at, _)| *at == column).map(|(_, value)| value)
    }
}

/// The column behind `field` or `field.part`; `amount.amount` is `amount`.
pub fn column(object: &Object, path: &str) -> Option<usize> {
    let (name, part) = path.split_once('.').unwrap_or((path, ""));
    let field = object.field(name)?;
    let part = if part == "amount" && field.kind == Kind::Money { "" } else { part };
    field.columns.clone().find(|at| {
        let rest = object.columns[*at].name.strip_prefix(&field.name).unwrap_or_default();
        rest.strip_prefix('_').unwrap_or(rest) == part
    })
}

pub fn unknown_field(name: &str) -> Problem {
    Problem::at(name, Message::new("problem-unknown-field").with("name", name))
}
