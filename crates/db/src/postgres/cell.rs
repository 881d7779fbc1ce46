//! How PostgreSQL sends each type of column, read back.

use std::error::Error as StdError;

use ::postgres::{
    Row,
    types::{FromSql, Type},
};
use jiff::{Timestamp, civil::Date};
use kernel::{Decimal, Id};

use super::bind::{EPOCH_DAYS, EPOCH_MICROSECONDS};
use crate::{calendar, row::Mismatch};

type Cell<T> = Result<Option<T>, Mismatch>;

/// A cell as it came.
struct Raw<'r> {
    of: Type,
    bytes: &'r [u8],
}

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(of: &Type, bytes: &'r [u8]) -> Result<Raw<'r>, Box<dyn StdError + Sync + Send>> {
        Ok(Raw { of: of.clone(), bytes })
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Raw<'_> {
    fn fixed<const N: usize>(&self, wanted: &'static str) -> Result<[u8; N], Mismatch> {
        self.bytes.try_into().map_err(|_| Mismatch(wanted))
    }

    fn number(&self) -> Result<Decimal, Mismatch> {
        Decimal::from_sql(&Type::NUMERIC, self.bytes)
            .map(|number| number.normalize())
            .map_err(|_| Mismatch("number of 28 digits"))
    }

    fn whole(&self) -> Result<i64, Mismatch> {
        let wanted = "whole number";
        match self.of {
            Type::INT8 => Ok(i64::from_be_bytes(self.fixed(wanted)?)),
            Type::INT4 => Ok(i32::from_be_bytes(self.fixed(wanted)?).into()),
            Type::INT2 => Ok(i16::from_be_bytes(self.fixed(wanted)?).into()),
            Type::NUMERIC => {
                let number = self.number()?;
                i64::try_from(number).ok().filter(|_| number.scale() == 0).ok_or(Mismatch(wanted))
            }
            _ => Err(Mismatch(wanted)),
        }
    }
}

pub fn text(row: &Row, column: usize) -> Cell<&str> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    match raw.of {
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN => utf8(raw.bytes),
        _ => Err(Mismatch("text")),
    }
}

pub fn json_text(row: &Row, column: usize) -> Cell<&str> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    match raw.of {
        // After the version of the format.
        Type::JSONB => utf8(raw.bytes.get(1..).unwrap_or_default()),
        Type::JSON | Type::TEXT => utf8(raw.bytes),
        _ => Err(Mismatch("JSON")),
    }
}

pub fn int(row: &Row, column: usize) -> Cell<i64> {
    get(row, column)?.map(|raw| raw.whole()).transpose()
}

pub fn bool(row: &Row, column: usize) -> Cell<bool> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    match raw.of {
        Type::BOOL => Ok(Some(raw.bytes.first().is_some_and(|byte| *byte != 0))),
        _ => raw.whole().map(|number| Some(number != 0)),
    }
}

pub fn id(row: &Row, column: usize) -> Cell<Id> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    match raw.of {
        Type::UUID => Ok(Some(Id::from_bytes(raw.fixed("identity")?))),
        _ => Err(Mismatch("identity")),
    }
}

pub fn decimal(row: &Row, column: usize, _scale: u8) -> Cell<Decimal> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    match raw.of {
        Type::NUMERIC => raw.number().map(Some),
        _ => raw.whole().map(|number| Some(number.into())),
    }
}

pub fn date(row: &Row, column: usize) -> Cell<Date> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    if raw.of != Type::DATE {
        return Err(Mismatch("date"));
    }
    let days = i64::from(i32::from_be_bytes(raw.fixed("date")?));
    calendar::date(days + EPOCH_DAYS).map(Some).ok_or(Mismatch("date"))
}

pub fn instant(row: &Row, column: usize) -> Cell<Timestamp> {
    let Some(raw) = get(row, column)? else { return Ok(None) };
    if raw.of != Type::TIMESTAMPTZ {
        return Err(Mismatch("instant"));
    }
    i64::from_be_bytes(raw.fixed("instant")?)
        .checked_add(EPOCH_MICROSECONDS)
        .and_then(|microseconds| Timestamp::from_microsecond(microseconds).ok())
        .map(Some)
        .ok_or(Mismatch("instant"))
}

pub fn is_null(row: &Row, column: usize) -> Result<bool, Mismatch> {
    Ok(get(row, column)?.is_none())
}

fn get<'r>(row: &'r Row, column: usize) -> Cell<Raw<'r>> {
    row.try_get(column).map_err(|_| Mismatch("cell: there is no such column"))
}

fn utf8(bytes: &[u8]) -> Cell<&str> {
    str::from_utf8(bytes).map(Some).map_err(|_| Mismatch("text in UTF-8"))
}
