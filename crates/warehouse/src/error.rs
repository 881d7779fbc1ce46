//! What goes wrong in the warehouse.

use datafusion::error::DataFusionError;

use crate::{bounded, deadline::is_too_long, present::is_gone};

/// Why the warehouse could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query itself: it does not parse, names what is not there, or does what a query may not.
    #[error("{0}")]
    Query(String),
    /// The query wanted more than it may have.
    #[error("{0}")]
    Limit(String),
    /// The same, of memory.
    #[error(
        "the query needs more memory than it may have, even with what can be put aside on disk; \
         read fewer columns or rows, or group by less"
    )]
    Memory,
    #[error("the query was stopped")]
    Cancelled,
    /// A source of outside data: it is not there, or cannot be read as it is.
    #[error("{0}")]
    Source(String),
    /// There is no source of that name.
    #[error("{0}")]
    NoSource(String),
    /// Whoever asks may not sign in any more.
    #[error("you may not sign in any more")]
    Denied,
    #[error(transparent)]
    Records(#[from] records::Error),
    /// A file of the warehouse is not as it was written. A rebuild makes it anew.
    #[error(
        "the file {file} of the warehouse is damaged: {reason}; `rapport warehouse rebuild` makes it anew"
    )]
    Damaged { file: String, reason: String },
    /// Another process or thread is writing the files.
    #[error("another process is writing the warehouse's files")]
    Busy,
    /// Another process has replaced files while they were read, twice.
    #[error("the warehouse's files were replaced while the query read them: ask again")]
    Replaced,
    #[error("the warehouse's files cannot be used: {0}")]
    Files(String),
    /// The cluster that queries run on cannot do its work.
    #[error("the cluster cannot answer: {0}")]
    Cluster(String),
}

/// Moments that functions reckon with have nanoseconds, for which 64 bits are enough from 1678 to 2262.
const TOO_FAR: &str = "a day before 1678 or after 2262 cannot be taken for a moment: compare days with days (current_date \
    instead of now()), and tell months apart by extract, to_char or the table calendar instead of date_trunc, or leave such days out";

/// Whether it is about a moment that is too far away for nanoseconds.
fn is_too_far(text: &str) -> bool {
    text.contains("to Timestamp(ns): converted value exceeds")
        || text.contains("Overflow converting ") && text.contains("to Nanosecond")
        || text.contains("Timestamp ") && text.ends_with(" out of range")
}

/// The bound that a query has met, where that is not its memory; from a cluster it comes inside other words.
fn limit(text: &str) -> Option<Error> {
    let is_told = is_too_long(text) || bounded::says(text);
    let sentence = text.rsplit("Resources exhausted: ").next().unwrap_or(text);
    is_told.then(|| Error::Limit(sentence.trim_end_matches(['"', ')']).to_owned()))
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Error {
        Error::Records(records::Error::Database(error))
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Error {
        Error::Files(error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::Files(error.to_string())
    }
}

impl From<parquet::errors::ParquetError> for Error {
    fn from(error: parquet::errors::ParquetError) -> Error {
        Error::Files(error.to_string())
    }
}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Error {
        Error::Files(error.to_string())
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Error {
        if let Some(failure) = crate::cluster::failure(&error) {
            return Error::Cluster(failure.to_string());
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(text) => limit(text).unwrap_or(Error::Memory),
            _ if is_gone(&error) => Error::Replaced,
            _ => {
                let text = error.find_root().strip_backtrace();
                match text.as_str() {
                    // What is put aside on disk tells its bound by no kind of its own.
                    text if text.contains("used disk space during the spilling") => Error::Memory,
                    text if is_too_far(text) => Error::Query(TOO_FAR.to_owned()),
                    _ => Error::Query(text),
                }
            }
        }
    }
}
