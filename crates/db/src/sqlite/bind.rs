//! How SQLite keeps each type of column, written.

use std::rc::Rc;

use kernel::{ColumnType, Value, number};
use rusqlite::{
    Statement,
    types::{ToSqlOutput, Value as Stored, ValueRef},
};

use super::error::translate;
use crate::{Error, calendar, json};

/// Binds `value` to the place `at` (from 1) as a column of that type keeps it.
///
/// A list bound with the type of its entries becomes a table for `rarray`.
pub fn bind(
    statement: &mut Statement<'_>,
    at: usize,
    value: &Value,
    column: ColumnType,
) -> Result<(), Error> {
    let bound = match (value, column) {
        (Value::Text(text), ColumnType::Text | ColumnType::Json) => {
            statement.raw_bind_parameter(at, text.as_str())
        }
        (Value::Id(id), ColumnType::Id) => {
            statement.raw_bind_parameter(at, ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())))
        }
        (Value::List(entries), column) if !matches!(column, ColumnType::List | ColumnType::Json) => {
            let entries: Result<Vec<Stored>, Error> =
                entries.iter().map(|entry| stored(entry, column)).collect();
            statement.raw_bind_parameter(at, Rc::new(entries?))
        }
        (value, column) => statement.raw_bind_parameter(at, stored(value, column)?),
    };
    bound.map_err(|error| translate(&error))
}

/// The value as a column of that type keeps it.
fn stored(value: &Value, column: ColumnType) -> Result<Stored, Error> {
    Ok(match (value, column) {
        (Value::Null, _) => Stored::Null,
        (Value::Bool(truth), ColumnType::Bool) => Stored::Integer((*truth).into()),
        (Value::Int(number), ColumnType::Int) => Stored::Integer(*number),
        (Value::Int(_) | Value::Decimal(_), ColumnType::Decimal { scale }) => {
            let number = value.as_decimal().unwrap_or_default();
            let units = number::to_scaled(number, scale.into()).ok_or_else(|| {
                Error::Value(format!("{number} has too many digits for a number with {scale} decimals"))
            })?;
            Stored::Integer(units)
        }
        (Value::Text(text), ColumnType::Text | ColumnType::Json) => Stored::Text(text.clone()),
        (Value::Date(date), ColumnType::Date) => Stored::Integer(calendar::days(*date)),
        (Value::Instant(instant), ColumnType::Instant) => Stored::Integer(instant.as_microsecond()),
        (Value::Id(id), ColumnType::Id) => Stored::Blob(id.as_bytes().to_vec()),
        (value, ColumnType::List | ColumnType::Json) => Stored::Text(json::text(value)),
        (value, column) => return Err(Error::Value(format!("{value:?} for a column of type {column:?}"))),
    })
}
