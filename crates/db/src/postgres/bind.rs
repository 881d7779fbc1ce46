//! How PostgreSQL receives each type of column: in its binary formats, which pgsql-hackers call "send" and "recv".

use std::error::Error as StdError;

use ::postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use bytes::{BufMut, BytesMut};
use expr::sql::{Argument, Sql};
use kernel::{ColumnType, Decimal, Value, number};

use crate::{Error, calendar, json};

/// From 1970-01-01 to 2000-01-01, from where PostgreSQL counts.
pub const EPOCH_DAYS: i64 = 10_957;
pub const EPOCH_MICROSECONDS: i64 = EPOCH_DAYS * 86_400_000_000;

/// Decimals of this many places hold results of computations and are not held to the size of a stored number.
const STORED_SCALE: u8 = 20;

/// One argument on its way to the server.
#[derive(Debug)]
pub struct Bound<'a>(&'a Argument);

pub fn bound(sql: &Sql) -> impl ExactSizeIterator<Item = Bound<'_>> {
    sql.args().iter().map(Bound)
}

pub fn types(sql: &Sql) -> Vec<Type> {
    sql.args().iter().map(type_of_argument).collect()
}

pub fn are_types_of(types: &[Type], sql: &Sql) -> bool {
    types.len() == sql.args().len()
        && types.iter().zip(sql.args()).all(|(known, argument)| *known == type_of_argument(argument))
}

/// A list bound with the type of its entries becomes an array.
fn type_of_argument(argument: &Argument) -> Type {
    if !is_array(argument) {
        return type_of(argument.column);
    }
    match argument.column {
        ColumnType::Bool => Type::BOOL_ARRAY,
        ColumnType::Int => Type::INT8_ARRAY,
        ColumnType::Decimal { .. } => Type::NUMERIC_ARRAY,
        ColumnType::Date => Type::DATE_ARRAY,
        ColumnType::Instant => Type::TIMESTAMPTZ_ARRAY,
        ColumnType::Id => Type::UUID_ARRAY,
        ColumnType::Text | ColumnType::List | ColumnType::Json => Type::TEXT_ARRAY,
    }
}

pub const fn type_of(column: ColumnType) -> Type {
    match column {
        ColumnType::Bool => Type::BOOL,
        ColumnType::Int => Type::INT8,
        ColumnType::Decimal { .. } => Type::NUMERIC,
        ColumnType::Text => Type::TEXT,
        ColumnType::Date => Type::DATE,
        ColumnType::Instant => Type::TIMESTAMPTZ,
        ColumnType::Id => Type::UUID,
        ColumnType::List | ColumnType::Json => Type::JSONB,
    }
}

const fn is_array(argument: &Argument) -> bool {
    matches!(argument.value, Value::List(_))
        && !matches!(argument.column, ColumnType::List | ColumnType::Json)
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let Argument { value, column } = self.0;
        if value.is_null() {
            return Ok(IsNull::Yes);
        }
        match value {
            Value::List(entries) if is_array(self.0) => write_array(entries, *column, out)?,
            value => write(value, *column, out)?,
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Writes a value, which is not null, as a column of that type receives it.
pub fn write(value: &Value, column: ColumnType, out: &mut BytesMut) -> Result<(), Error> {
    match (value, column) {
        (Value::Bool(truth), ColumnType::Bool) => out.put_u8((*truth).into()),
        (Value::Int(number), ColumnType::Int) => out.put_i64(*number),
        (Value::Int(_) | Value::Decimal(_), ColumnType::Decimal { scale }) => {
            write_number(value.as_decimal().unwrap_or_default(), scale, out)?;
        }
        (Value::Text(text), ColumnType::Text) => {
            if text.contains('\0') {
                return Err(Error::Value("a text with a NUL character".to_owned()));
            }
            out.put_slice(text.as_bytes());
        }
        (Value::Date(date), ColumnType::Date) => {
            let days = calendar::days(*date) - EPOCH_DAYS;
            out.put_i32(i32::try_from(days).map_err(|_| Error::Value(format!("the date {date}")))?);
        }
        (Value::Instant(instant), ColumnType::Instant) => {
            out.put_i64(instant.as_microsecond() - EPOCH_MICROSECONDS);
        }
        (Value::Id(id), ColumnType::Id) => out.put_slice(id.as_bytes()),
        (value, ColumnType::List | ColumnType::Json) => {
            // The version of the format of jsonb.
            out.put_u8(1);
            match value {
                Value::Text(text) => out.put_slice(text.as_bytes()),
                other => out.put_slice(json::text(other).as_bytes()),
            }
        }
        (value, column) => return Err(Error::Value(format!("{value:?} for a column of type {column:?}"))),
    }
    Ok(())
}

/// Numbers are held to what SQLite can store, so that both databases refuse the same.
fn write_number(number: Decimal, scale: u8, out: &mut BytesMut) -> Result<(), Error> {
    if scale < STORED_SCALE && number::to_scaled(number, scale.into()).is_none() {
        return Err(Error::Value(format!("{number} has too many digits for a number with {scale} decimals")));
    }
    number.to_sql(&Type::NUMERIC, out).map_err(|error| Error::Value(error.to_string()))?;
    Ok(())
}

/// An array of one dimension: dimensions, whether there are nulls, type of the entries, length, first index.
fn write_array(entries: &[Value], column: ColumnType, out: &mut BytesMut) -> Result<(), Error> {
    out.put_i32(1);
    out.put_i32(entries.iter().any(Value::is_null).into());
    out.put_u32(type_of(column).oid());
    out.put_i32(i32::try_from(entries.len()).map_err(|_| Error::Value("a list too long".to_owned()))?);
    out.put_i32(1);
    for entry in entries {
        write_sized(entry, column, out)?;
    }
    Ok(())
}

/// Writes a value after its length in bytes, or the length -1 for null.
pub fn write_sized(value: &Value, column: ColumnType, out: &mut BytesMut) -> Result<(), Error> {
    let start = out.len();
    out.put_i32(-1);
    if !value.is_null() {
        write(value, column, out)?;
        let length =
            i32::try_from(out.len() - start - 4).map_err(|_| Error::Value("a value too long".to_owned()))?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}
