//! Rows of a database that is somebody else's: what one statement reads there, as CSV with a line of names.

use std::{
    error::Error as _,
    io::{self, Write},
    path::Path,
    time::{Duration, Instant},
};

use ::postgres::types::Type;
use rusqlite::{Connection, OpenFlags, types::ValueRef};

use crate::{Error, postgres::Server};

/// Copies what `sql` reads in the database of that address (`sqlite:PATH` or `postgres://…`) into `out`. It is opened
/// for reading only; the statement is ended after `patience`.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be reached, [`Error::Config`] when the address is none, [`Error::Other`]
/// when the statement is no query or fails.
pub fn copy_rows(address: &str, sql: &str, patience: Duration, out: &mut dyn Write) -> Result<(), Error> {
    let sql = sql.trim().trim_end_matches(';');
    match address.strip_prefix("sqlite:") {
        Some(path) => from_sqlite(Path::new(path), sql, patience, out),
        None if address.starts_with("postgres") => from_postgres(address, sql, patience, out),
        None => Err(Error::Config(format!("{address:?} is no sqlite:PATH and no postgres://…"))),
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Other(error.to_string())
}

fn from_sqlite(path: &Path, sql: &str, patience: Duration, out: &mut dyn Write) -> Result<(), Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)
        .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(failed)?;
    let end = Instant::now() + patience;
    connection.progress_handler(10_000, Some(move || Instant::now() > end)).map_err(failed)?;
    let mut statement = connection.prepare(sql).map_err(failed)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(failed("the statement reads no rows"));
    }
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    write_line(out, names.iter().map(|name| Some(name.as_bytes().to_vec()))).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let cells = (0..names.len()).map(|at| match row.get_ref(at) {
            Ok(ValueRef::Integer(number)) => Some(number.to_string().into_bytes()),
            Ok(ValueRef::Real(number)) => Some(number.to_string().into_bytes()),
            Ok(ValueRef::Text(text)) => Some(text.to_vec()),
            // As PostgreSQL writes them.
            Ok(ValueRef::Blob(bytes)) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                Some(format!("\\x{digits}").into_bytes())
            }
            Ok(ValueRef::Null) | Err(_) => None,
        });
        write_line(out, cells).map_err(failed)?;
    }
    Ok(())
}

fn from_postgres(address: &str, sql: &str, patience: Duration, out: &mut dyn Write) -> Result<(), Error> {
    let mut client = Server::parse(address)?.connect().map_err(|error| Error::Unavailable(said(&error)))?;
    let bounds = format!(
        "set statement_timeout = {}; set default_transaction_read_only = on; set datestyle = 'ISO'",
        patience.as_millis()
    );
    client.batch_execute(&bounds).map_err(|error| failed(said(&error)))?;
    let mut transaction = client.transaction().map_err(|error| failed(said(&error)))?;
    // Prepared by itself it is one statement: nothing in it can close the parenthesis that is put around it.
    let statement = transaction.prepare(sql).map_err(|error| failed(said(&error)))?;
    if statement.columns().is_empty() {
        return Err(failed("the statement reads no rows"));
    }
    let columns: Vec<String> = statement.columns().iter().map(as_text).collect();
    let copy = format!(
        "copy (select {} from (\n{sql}\n) as outside) to stdout with (format csv, header)",
        columns.join(", ")
    );
    let mut rows = transaction.copy_out(&copy).map_err(|error| failed(said(&error)))?;
    io::copy(&mut rows, out).map(|_| ()).map_err(failed)
}

/// A column as CSV is to have it: `true`, where PostgreSQL would write `t`.
fn as_text(column: &::postgres::Column) -> String {
    let name = format!("\"{}\"", column.name().replace('"', "\"\""));
    match *column.type_() == Type::BOOL {
        true => format!("{name}::text as {name}"),
        false => name,
    }
}

/// What the server says is wrong, without its envelope; else what is, with its cause.
fn said(error: &::postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(error), _) => error.message().to_owned(),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}

/// One line of CSV; what is nothing is empty.
fn write_line(out: &mut dyn Write, cells: impl Iterator<Item = Option<Vec<u8>>>) -> io::Result<()> {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if let Some(cell) = cell {
            out.write_all(b"\"")?;
            for (at, part) in cell.split(|byte| *byte == b'"').enumerate() {
                if at > 0 {
                    out.write_all(b"\"\"")?;
                }
                out.write_all(part)?;
            }
            out.write_all(b"\"")?;
        }
    }
    out.write_all(b"\n")
}
