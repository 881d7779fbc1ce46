//! What can go wrong, told apart by what a caller can do about it.

/// A failure of the database. Clones are cheap enough for every member of a failed batch to get one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached; trying again later may help.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection broke while a transaction was being committed: it may have taken effect or not.
    #[error("the connection was lost during a commit, and whether it took effect is not known")]
    InDoubt,
    /// Somebody else holds what is needed for longer than the configured wait.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// Another row has the same content in a unique index.
    #[error("{table} has another row with the same {}", columns.join(", "))]
    Unique {
        table: String,
        /// The columns of the index; empty for an index on an expression, which only `constraint` names.
        columns: Vec<String>,
        /// The name of the index, where the database tells it.
        constraint: Option<String>,
    },
    /// A row refers to one that is not there, or is still referred to.
    #[error("a row refers to one that is not there: {0}")]
    ForeignKey(String),
    /// Any other rule of a table: an obligatory column without content, a check, a value of the wrong type.
    #[error("the database refuses the row: {0}")]
    Constraint(String),
    /// A value does not fit its column.
    #[error("a value does not fit its column: {0}")]
    Value(String),
    #[error("the disk is full: {0}")]
    DiskFull(String),
    /// It answers questions and takes no changes: a standby, or a file that may only be read.
    #[error("the database takes no changes: {0}")]
    ReadOnly(String),
    /// What is stored is not what was written. Restore a backup.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The database was last used by a newer version of this program.
    #[error("the database belongs to a newer version: it has had {0}, which this version does not know")]
    TooNew(String),
    /// A migration did not go through and was rolled back.
    #[error("migration {name} failed and was rolled back: {reason}")]
    Migration { name: String, reason: String },
    /// The configuration cannot be used.
    #[error("{0}")]
    Config(String),
    /// A statement that the program should not have written, or an engine's failure without a kind of its own.
    #[error("{0}")]
    Other(String),
}

impl Error {
    /// Whether the same call may succeed later without anything being changed. After [`Error::InDoubt`] it has to be looked
    /// first whether it is needed.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Error::Unavailable(_) | Error::InDoubt | Error::Busy(_) | Error::DiskFull(_) | Error::ReadOnly(_)
        )
    }
}
