//! What can go wrong with the queue itself. That a job fails is no error but an [`crate::Outcome`].

use crate::State;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] db::Error),
    /// The lease has passed to another run, or the job was handed back: this run must not change anything any more.
    #[error("the job belongs to another run by now")]
    Lost,
    /// There is no such job.
    #[error("no such job")]
    NotFound,
    /// The job is in a state in which this cannot be done with it.
    #[error("the job is {}", .0.as_str())]
    State(State),
    /// A job or its checkpoint cannot be written as JSON or read from it.
    #[error("a job cannot be stored or read: {0}")]
    Json(String),
    /// The text is no cadence.
    #[error("not a cadence: {0}")]
    Cadence(String),
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Json(error.to_string())
    }
}
