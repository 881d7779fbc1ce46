//! PostgreSQL's failures in our words, by SQLSTATE (PostgreSQL documentation, appendix A).

use std::error::Error as _;

use ::postgres::error::{DbError, SqlState};

use crate::Error;

/// Whether another transaction, or a change of a table, was in the way, so that the same again may succeed.
pub fn is_conflict(failure: &::postgres::Error) -> bool {
    failure.as_db_error().is_some_and(|error| {
        *error.code() == SqlState::T_R_SERIALIZATION_FAILURE
            || *error.code() == SqlState::T_R_DEADLOCK_DETECTED
            || (*error.code() == SqlState::FEATURE_NOT_SUPPORTED && error.message().contains("cached plan"))
    })
}

/// Whether the connection cannot be used any more.
pub fn is_lost(failure: &::postgres::Error) -> bool {
    failure.is_closed()
        || failure.source().is_some_and(|source| source.is::<std::io::Error>())
        || failure
            .as_db_error()
            .is_some_and(|error| matches!(error.code().code(), "57P01" | "57P02" | "57P03"))
}

/// Why no transaction could be begun: a standby begins none that writes, and says that it lacks the feature.
pub fn beginning(failure: &::postgres::Error) -> Error {
    match failure.as_db_error() {
        Some(error) if *error.code() == SqlState::FEATURE_NOT_SUPPORTED => {
            Error::ReadOnly(error.message().to_owned())
        }
        _ => translate(failure),
    }
}

pub fn translate(failure: &::postgres::Error) -> Error {
    match failure.as_db_error() {
        Some(error) => reported(error),
        None if is_lost(failure) => Error::Unavailable(in_full(failure)),
        // A value that could not be bound, told by `bind`.
        None => failure
            .source()
            .and_then(|source| source.downcast_ref::<Error>())
            .cloned()
            .unwrap_or_else(|| Error::Other(in_full(failure))),
    }
}

/// A failure before the connection was made.
pub fn connecting(failure: &::postgres::Error) -> Error {
    match failure.as_db_error() {
        Some(error) if matches!(error.code().code(), "3D000" | "28000" | "28P01") => {
            Error::Config(error.message().to_owned())
        }
        Some(error) => reported(error),
        None => Error::Unavailable(in_full(failure)),
    }
}

fn reported(error: &DbError) -> Error {
    let message = || match error.detail() {
        Some(detail) => format!("{}: {detail}", error.message()),
        None => error.message().to_owned(),
    };
    let code = error.code().code();
    match code {
        "23505" => unique(error),
        "23503" => Error::ForeignKey(message()),
        "53100" => Error::DiskFull(message()),
        "25006" => Error::ReadOnly(message()),
        "0A000" if error.message().contains("cached plan") => {
            Error::Busy("a table was changed just now".to_owned())
        }
        "55P03" | "40001" | "40P01" | "53300" => Error::Busy(message()),
        "22001" | "22003" | "22008" | "22021" | "54000" => Error::Value(message()),
        "XX001" | "XX002" => Error::Corrupt(message()),
        _ if code.starts_with("23") => Error::Constraint(message()),
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
            Error::Unavailable(message())
        }
        _ => Error::Other(message()),
    }
}

/// Takes the columns from a detail such as `Key (email, kind)=(a@b.c, x) already exists.`
fn unique(error: &DbError) -> Error {
    let columns = error
        .detail()
        .and_then(|detail| detail.strip_prefix("Key (")?.split_once(")=("))
        .map(|(columns, _)| columns.split(", ").map(|column| column.trim_matches('"').to_owned()).collect())
        .filter(|columns: &Vec<String>| columns.iter().all(|column| !column.contains('(')))
        .unwrap_or_default();
    Error::Unique {
        table: error.table().unwrap_or_default().to_owned(),
        columns,
        constraint: error.constraint().map(str::to_owned),
    }
}

fn in_full(failure: &::postgres::Error) -> String {
    match failure.source() {
        Some(source) => format!("{failure}: {source}"),
        None => failure.to_string(),
    }
}
