//! What can go wrong with records, told apart by what the caller can do about it.

use kernel::{Id, Message, Problem, Timestamp, Value};

/// Why a record was not read or saved.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is no such record, or it is hidden from whoever asks: the two are not told apart.
    #[error("not found")]
    NotFound,
    /// Whoever asks may see it, but may not do this.
    #[error("not allowed: {}", .0.id)]
    Denied(Message),
    /// The input has these problems.
    #[error("invalid: {}", .0.iter().map(|problem| format!("{}: {}", problem.field.as_deref().unwrap_or("record"), problem.message.id)).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<Problem>),
    /// Somebody else changed the same fields in the meantime.
    #[error("changed by somebody else meanwhile")]
    Conflict(Box<Conflict>),
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// What the other person did to the fields that this save would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The version that stands now; saving with it as the expected one overwrites.
    pub version: i64,
    pub fields: Vec<ConflictingField>,
    /// Fields that the other person has changed and this save has not, though it names them: it sent them as they stood
    /// when it was begun. Theirs stay.
    pub kept: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConflictingField {
    pub field: String,
    /// What stands now, one value for each column of the field.
    pub theirs: Vec<Value>,
    /// What this save wanted.
    pub ours: Vec<Value>,
    pub by: Option<Id>,
    pub at: Timestamp,
}

impl Error {
    /// One problem, with the record as a whole.
    pub fn invalid(message: Message) -> Error {
        Error::Invalid(vec![Problem::overall(message)])
    }

    /// One problem, with one field.
    pub fn invalid_field(field: &str, message: Message) -> Error {
        Error::Invalid(vec![Problem::at(field, message)])
    }
}
