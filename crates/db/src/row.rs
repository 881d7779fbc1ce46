//! What a query yields, read without copying, and what is inserted.

use std::cell::RefCell;

use jiff::{Timestamp, civil::Date};
use kernel::{ColumnType, Decimal, Id, Value};

use crate::{Error, postgres, sqlite};

/// The values of a row that is inserted. Where it is inserted later, they are moved if they are whoever inserts', and
/// copied if they are lent.
pub trait NewRow: AsRef<[Value]> {
    /// Puts the values behind others.
    fn append_to(self, values: &mut Vec<Value>);
}

impl<const N: usize> NewRow for [Value; N] {
    fn append_to(self, values: &mut Vec<Value>) {
        values.extend(self);
    }
}

impl NewRow for Vec<Value> {
    fn append_to(mut self, values: &mut Vec<Value>) {
        values.append(&mut self);
    }
}

impl<R: AsRef<[Value]>> NewRow for &R {
    fn append_to(self, values: &mut Vec<Value>) {
        values.extend_from_slice(self.as_ref());
    }
}

/// One row of an answer, alive until the closure that got it returns. Columns count from 0.
///
/// `None` means that the column is null. A cell of another type than asked for also reads as `None`, and the
/// query then ends with [`Error::Corrupt`]: no caller has to check each cell, and none can overlook it.
pub struct Row<'r> {
    pub(crate) source: Source<'r>,
    pub(crate) fault: &'r RefCell<Option<Error>>,
}

pub(crate) enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r ::postgres::Row),
}

/// A cell that does not hold what was asked for: what that was.
#[derive(Debug)]
pub(crate) struct Mismatch(pub &'static str);

macro_rules! getter {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) -> $out:ty) => {
        $(#[$doc])*
        pub fn $name(&self, column: usize, $($arg: $type),*) -> Option<$out> {
            let cell = match self.source {
                Source::Sqlite(row) => sqlite::cell::$name(row, column, $($arg),*),
                Source::Postgres(row) => postgres::cell::$name(row, column, $($arg),*),
            };
            self.checked(column, cell)
        }
    };
}

impl<'r> Row<'r> {
    getter!(text() -> &'r str);
    getter!(
        /// The text of a list or JSON column as it is stored: valid JSON.
        json_text() -> &'r str
    );
    getter!(int() -> i64);
    getter!(bool() -> bool);
    getter!(id() -> Id);
    getter!(
        /// A number whose column has `scale` digits after the point.
        decimal(scale: u8) -> Decimal
    );
    getter!(date() -> Date);
    getter!(instant() -> Timestamp);

    /// The cell as its column's type has it; the entries of a list are texts.
    pub fn value(&self, column: usize, of: ColumnType) -> Value {
        match of {
            ColumnType::Bool => self.bool(column).into(),
            ColumnType::Int => self.int(column).into(),
            ColumnType::Decimal { scale } => self.decimal(column, scale).into(),
            ColumnType::Text => self.text(column).into(),
            ColumnType::Date => self.date(column).into(),
            ColumnType::Instant => self.instant(column).into(),
            ColumnType::Id => self.id(column).into(),
            ColumnType::List => self
                .parsed::<Vec<String>>(column)
                .map_or(Value::Null, |entries| Value::List(entries.into_iter().map(Value::Text).collect())),
            ColumnType::Json => self.parsed::<serde_json::Value>(column).map_or(Value::Null, Value::Json),
        }
    }

    pub fn is_null(&self, column: usize) -> bool {
        let cell = match self.source {
            Source::Sqlite(row) => sqlite::cell::is_null(row, column),
            Source::Postgres(row) => postgres::cell::is_null(row, column),
        };
        self.checked(column, cell.map(Some)).unwrap_or(true)
    }

    fn parsed<T: serde::de::DeserializeOwned>(&self, column: usize) -> Option<T> {
        let text = self.json_text(column)?;
        self.checked(column, serde_json::from_str(text).map(Some).map_err(|_| Mismatch("JSON")))
    }

    fn checked<T>(&self, column: usize, cell: Result<Option<T>, Mismatch>) -> Option<T> {
        match cell {
            Ok(content) => content,
            Err(Mismatch(wanted)) => {
                self.fault.borrow_mut().get_or_insert_with(|| {
                    Error::Corrupt(format!("column {column} of an answer holds no {wanted}"))
                });
                None
            }
        }
    }
}
