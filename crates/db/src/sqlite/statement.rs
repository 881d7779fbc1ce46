//! Statements on one SQLite connection, each prepared once and kept.

use std::cell::RefCell;

use expr::sql::Sql;
use kernel::{ColumnType, Value};
use rusqlite::{CachedStatement, Connection};

use super::{bind::bind, error::translate};
use crate::{Error, Row, row::Source};

/// Runs a query; stops at the first error of the database or of `visit`.
pub fn each<E: From<Error>>(
    connection: &Connection,
    sql: &Sql,
    fault: &RefCell<Option<Error>>,
    visit: &mut impl FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = prepared(connection, sql)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| translate(&error))? {
        visit(&Row { source: Source::Sqlite(row), fault })?;
    }
    Ok(())
}

/// Runs a statement that yields no rows; tells how many rows it changed.
pub fn execute(connection: &Connection, sql: &Sql) -> Result<u64, Error> {
    let rows = prepared(connection, sql)?.raw_execute().map_err(|error| translate(&error))?;
    Ok(rows as u64)
}

pub fn execute_script(connection: &Connection, script: &str) -> Result<(), Error> {
    connection.execute_batch(script).map_err(|error| translate(&error))
}

/// `insert into table (…) values (…)` with a place for each column.
pub fn insert_into(table: &str, columns: &[(&str, ColumnType)]) -> String {
    let mut beginning = Sql::new("insert into ");
    beginning.name(table).push(" (");
    for (at, (name, _)) in columns.iter().enumerate() {
        beginning.push(if at == 0 { "" } else { ", " }).name(name);
    }
    beginning.push(")");
    with_places(beginning.text(), columns.len())
}

/// `beginning` with `values (…)` after it, a place for each column.
pub fn with_places(beginning: &str, columns: usize) -> String {
    format!("{beginning} values ({})", vec!["?"; columns].join(", "))
}

/// Runs `text` once for each row; tells how many.
pub fn insert<R: AsRef<[Value]>>(
    connection: &Connection,
    text: &str,
    columns: &[ColumnType],
    rows: impl IntoIterator<Item = R>,
) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached(text).map_err(|error| translate(&error))?;
    let mut count = 0;
    for row in rows {
        for (at, (value, column)) in checked(row.as_ref(), columns)?.iter().zip(columns).enumerate() {
            bind(&mut statement, at + 1, value, *column)?;
        }
        statement.raw_execute().map_err(|error| translate(&error))?;
        count += 1;
    }
    Ok(count)
}

/// The row, if it has a value for each column.
pub fn checked<'r>(row: &'r [Value], columns: &[ColumnType]) -> Result<&'r [Value], Error> {
    if row.len() == columns.len() {
        return Ok(row);
    }
    Err(Error::Other(format!("a row of {} values for {} columns", row.len(), columns.len())))
}

fn prepared<'c>(connection: &'c Connection, sql: &Sql) -> Result<CachedStatement<'c>, Error> {
    let mut statement = connection.prepare_cached(sql.text()).map_err(|error| translate(&error))?;
    if statement.parameter_count() != sql.args().len() {
        return Err(Error::Other(format!(
            "a statement with {} places got {} values: {}",
            statement.parameter_count(),
            sql.args().len(),
            sql.text()
        )));
    }
    for (at, argument) in sql.args().iter().enumerate() {
        bind(&mut statement, at + 1, &argument.value, argument.column)?;
    }
    Ok(statement)
}
