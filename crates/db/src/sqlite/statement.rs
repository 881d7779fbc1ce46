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

/// Inserts rows with one prepared statement; tells how many.
pub fn insert_rows<R: AsRef<[Value]>>(
    connection: &Connection,
    table: &str,
    columns: &[(&str, ColumnType)],
    rows: impl IntoIterator<Item = R>,
) -> Result<u64, Error> {
    let mut beginning = Sql::new("insert into ");
    beginning.name(table).push(" (");
    for (at, (name, _)) in columns.iter().enumerate() {
        beginning.push(if at == 0 { "" } else { ", " }).name(name);
    }
    beginning.push(")");
    let types: Vec<ColumnType> = columns.iter().map(|(_, column)| *column).collect();
    insert_with(connection, &beginning, &types, rows)
}

/// Runs `beginning` with `values (…)` after it once for each row; tells how many.
pub fn insert_with<R: AsRef<[Value]>>(
    connection: &Connection,
    beginning: &Sql,
    columns: &[ColumnType],
    rows: impl IntoIterator<Item = R>,
) -> Result<u64, Error> {
    let mut sql = beginning.clone();
    for (at, column) in columns.iter().enumerate() {
        sql.push(if at == 0 { " values (" } else { ", " }).bind(Value::Null, *column);
    }
    sql.push(")");
    let mut statement = connection.prepare_cached(sql.text()).map_err(|error| translate(&error))?;
    let mut count = 0;
    for row in rows {
        let row = row.as_ref();
        if row.len() != columns.len() {
            return Err(Error::Other(format!("a row of {} values for {} columns", row.len(), columns.len())));
        }
        for (at, (value, column)) in row.iter().zip(columns).enumerate() {
            bind(&mut statement, at + 1, value, *column)?;
        }
        statement.raw_execute().map_err(|error| translate(&error))?;
        count += 1;
    }
    Ok(count)
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
