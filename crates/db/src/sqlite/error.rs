//! SQLite's failures in our words.

use rusqlite::{Error as Failure, ErrorCode, ffi};

use crate::Error;

pub fn translate(failure: &Failure) -> Error {
    let (code, message) = match failure {
        Failure::SqliteFailure(code, message) => (*code, message.clone().unwrap_or_else(|| code.to_string())),
        Failure::SqlInputError { msg, sql, .. } => return Error::Other(format!("{msg} in {sql}")),
        other => return Error::Other(other.to_string()),
    };
    match code.code {
        ErrorCode::ConstraintViolation => constraint(code.extended_code, message),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy(message),
        ErrorCode::ReadOnly => Error::ReadOnly(message),
        ErrorCode::DiskFull => Error::DiskFull(message),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Error::Corrupt(message),
        ErrorCode::CannotOpen
        | ErrorCode::SystemIoFailure
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed => Error::Unavailable(message),
        ErrorCode::TooBig => Error::Value(message),
        ErrorCode::TypeMismatch => Error::Constraint(message),
        _ => Error::Other(message),
    }
}

fn constraint(extended_code: i32, message: String) -> Error {
    match extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            unique(&message)
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey(message),
        _ => Error::Constraint(message),
    }
}

/// Takes apart `UNIQUE constraint failed: deal.email, deal.kind` or `UNIQUE constraint failed: index 'deal_email'`.
fn unique(message: &str) -> Error {
    let what = message.split_once(": ").map_or(message, |(_, what)| what);
    if let Some(index) = what.strip_prefix("index '") {
        let index = index.trim_end_matches('\'').to_owned();
        return Error::Unique { table: String::new(), columns: Vec::new(), constraint: Some(index) };
    }
    let mut table = String::new();
    let mut columns = Vec::new();
    for column in what.split(", ") {
        if let Some((of, name)) = column.split_once('.') {
            of.clone_into(&mut table);
            columns.push(name.to_owned());
        }
    }
    Error::Unique { table, columns, constraint: None }
}
