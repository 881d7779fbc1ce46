//! The content of one column of a record.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Id;

/// What one column of a record holds. A field of several parts (money, a name, an address) has one value a part.
///
/// Serialises for the change log: unambiguous with the column's type at hand, and readable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(String),
    Date(Date),
    /// An instant in whole microseconds.
    Instant(Timestamp),
    Id(Id),
    /// A multi-choice, tags or many-to-many field, or a list bound into a statement.
    List(Vec<Value>),
    Json(serde_json::Value),
}

impl Value {
    pub const fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether a person would call the field empty: nothing, no characters, no entries.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::List(entries) => entries.is_empty(),
            _ => false,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub const fn as_id(&self) -> Option<Id> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, whole or decimal.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Value::Int(number) => Some((*number).into()),
            Value::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    pub const fn as_date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    pub const fn as_instant(&self) -> Option<Timestamp> {
        match self {
            Value::Instant(instant) => Some(*instant),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(entries) => Some(entries),
            _ => None,
        }
    }
}

macro_rules! value_from {
    ($($from:ty => $make:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(content: $from) -> Value {
                $make(content)
            }
        }
    )*};
}

value_from! {
    bool => Value::Bool,
    i64 => Value::Int,
    Decimal => Value::Decimal,
    String => Value::Text,
    &str => |text: &str| Value::Text(text.to_owned()),
    Date => Value::Date,
    Timestamp => whole_microseconds,
    Id => Value::Id,
    Vec<Value> => Value::List,
    serde_json::Value => Value::Json,
}

/// What is finer than a microsecond goes, as it does in both databases.
fn whole_microseconds(instant: Timestamp) -> Value {
    Value::Instant(Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant))
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(content: Option<T>) -> Value {
        content.map_or(Value::Null, Into::into)
    }
}
