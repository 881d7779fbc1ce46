//! How SQLite keeps each type of column, read back.

use jiff::{Timestamp, civil::Date};
use kernel::{Decimal, Id, number};
use rusqlite::{Row, types::ValueRef};

use crate::{calendar, row::Mismatch};

type Cell<T> = Result<Option<T>, Mismatch>;

pub fn text<'r>(row: &'r Row<'r>, column: usize) -> Cell<&'r str> {
    match get(row, column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Text(bytes) => str::from_utf8(bytes).map(Some).map_err(|_| Mismatch("text in UTF-8")),
        _ => Err(Mismatch("text")),
    }
}

pub fn json_text<'r>(row: &'r Row<'r>, column: usize) -> Cell<&'r str> {
    text(row, column)
}

pub fn int(row: &Row<'_>, column: usize) -> Cell<i64> {
    match get(row, column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number)),
        _ => Err(Mismatch("whole number")),
    }
}

pub fn bool(row: &Row<'_>, column: usize) -> Cell<bool> {
    Ok(int(row, column)?.map(|number| number != 0))
}

pub fn id(row: &Row<'_>, column: usize) -> Cell<Id> {
    match get(row, column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Blob(bytes) => {
            bytes.try_into().map(|bytes| Some(Id::from_bytes(bytes))).map_err(|_| Mismatch("identity"))
        }
        _ => Err(Mismatch("identity")),
    }
}

pub fn decimal(row: &Row<'_>, column: usize, scale: u8) -> Cell<Decimal> {
    match get(row, column)? {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(units) => Ok(Some(number::from_scaled(units, scale.into()))),
        // A computed number leaves its expression as text.
        ValueRef::Text(digits) => str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .map(Some)
            .ok_or(Mismatch("number")),
        _ => Err(Mismatch("number")),
    }
}

pub fn date(row: &Row<'_>, column: usize) -> Cell<Date> {
    let Some(days) = int(row, column)? else { return Ok(None) };
    calendar::date(days).map(Some).ok_or(Mismatch("date"))
}

pub fn instant(row: &Row<'_>, column: usize) -> Cell<Timestamp> {
    let Some(microseconds) = int(row, column)? else { return Ok(None) };
    Timestamp::from_microsecond(microseconds).map(Some).map_err(|_| Mismatch("instant"))
}

pub fn is_null(row: &Row<'_>, column: usize) -> Result<bool, Mismatch> {
    Ok(matches!(get(row, column)?, ValueRef::Null))
}

fn get<'r>(row: &'r Row<'r>, column: usize) -> Result<ValueRef<'r>, Mismatch> {
    row.get_ref(column).map_err(|_| Mismatch("cell: there is no such column"))
}
