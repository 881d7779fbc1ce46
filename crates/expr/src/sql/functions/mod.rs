//! The functions named `rp_…` that compiled expressions call, for the database to know.
//!
//! SQLite runs the Rust body through [`SqlFunction::call_raw`]: the same code as in memory. A database that cannot
//! call Rust creates each from its `definition` (if it has one), in the order of the table (later ones may call earlier ones):
//!
//! ```sql
//! create or replace function rp_add(a numeric, b numeric) returns numeric
//!     language sql immutable parallel safe as $$ select (…) $$
//! ```
//!
//! Parameters are called `a`, `b`, `c`, `d`; types follow from the shapes (numeric, text, date, timestamptz, uuid,
//! boolean, jsonb; `rp_int` returns bigint and says so). Each is immutable: zones come in as names.

mod date;
mod number;
mod text;

pub(crate) use date::start_of_day;

use std::{collections::HashMap, sync::LazyLock};

use jiff::{Timestamp, civil::Date};
use kernel::{Decimal, Id, Value};

use super::dialect::Shape;

/// One function named `rp_…`.
#[derive(Clone, Copy, Debug)]
pub struct SqlFunction {
    pub name: &'static str,
    pub parameters: &'static [Shape],
    pub returns: Shape,
    /// The same in SQL: an expression over `a`, `b`, `c`, `d`, for databases that cannot call the body. Empty when such a
    /// database never needs the function.
    pub definition: &'static str,
    /// The body, on typed values: a Number is `Int` or `Decimal`. Never panics; what cannot be computed is empty.
    pub body: fn(&[Value]) -> Option<Value>,
}

/// A function is known by its name.
impl PartialEq for SqlFunction {
    fn eq(&self, other: &SqlFunction) -> bool {
        self.name == other.name
    }
}

impl SqlFunction {
    pub const fn arity(&self) -> usize {
        self.parameters.len()
    }

    /// Runs the body on arguments as SQLite holds them: `Null`, `Int`, `Text` or `Id` (for a BLOB of 16 bytes); anything
    /// else counts as Null. The result is again one of these.
    pub fn call_raw(&self, raw: &[Value]) -> Value {
        let mut arguments: [Value; 4] = Default::default();
        for ((slot, value), shape) in arguments.iter_mut().zip(raw).zip(self.parameters) {
            *slot = from_raw(value, *shape);
        }
        let count = raw.len().min(self.parameters.len());
        (self.body)(&arguments[..count]).map_or(Value::Null, to_raw)
    }
}

fn from_raw(raw: &Value, shape: Shape) -> Value {
    match (shape, raw) {
        (Shape::Bool, Value::Int(truth)) => Value::Bool(*truth != 0),
        (Shape::Number, Value::Int(_)) => raw.clone(),
        (Shape::Number, Value::Text(digits)) => digits.parse().map_or(Value::Null, Value::Decimal),
        (Shape::Text, Value::Text(_)) | (Shape::Id, Value::Id(_)) => raw.clone(),
        (Shape::Date, Value::Int(days)) => date_of_day(*days).into(),
        (Shape::Instant, Value::Int(microseconds)) => Timestamp::from_microsecond(*microseconds).ok().into(),
        (Shape::List, Value::Text(json)) => serde_json::from_str::<Vec<String>>(json)
            .map_or(Value::Null, |entries| Value::List(entries.into_iter().map(Value::Text).collect())),
        (Shape::Json, Value::Text(json)) => serde_json::from_str(json).map_or(Value::Null, Value::Json),
        _ => Value::Null,
    }
}

fn to_raw(value: Value) -> Value {
    match value {
        Value::Bool(truth) => Value::Int(truth.into()),
        Value::Decimal(number) => {
            let number = number.normalize();
            match i64::try_from(number) {
                Ok(whole) if number.scale() == 0 => Value::Int(whole),
                _ => Value::Text(number.to_string()),
            }
        }
        Value::Date(date) => Value::Int(day_of_date(date)),
        Value::Instant(instant) => Value::Int(instant.as_microsecond()),
        Value::List(entries) => Value::Text(list_as_json(&entries)),
        Value::Json(json) => Value::Text(json.to_string()),
        Value::Null | Value::Int(_) | Value::Text(_) | Value::Id(_) => value,
    }
}

/// A list as it is stored: a JSON array of strings.
pub fn list_as_json(entries: &[Value]) -> String {
    let texts: Vec<String> = entries
        .iter()
        .map(|entry| match entry {
            Value::Text(text) => text.clone(),
            Value::Id(id) => id.to_string(),
            _ => String::new(),
        })
        .collect();
    serde_json::Value::from(texts).to_string()
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

fn day_of_date(date: Date) -> i64 {
    date.since(EPOCH).map_or(0, |span| span.get_days().into())
}

fn date_of_day(days: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    EPOCH.checked_add(span).ok()
}

/// What `id` looks like inside a stored list.
pub fn id_text(id: Id) -> String {
    id.to_string()
}

static ALL: LazyLock<Vec<SqlFunction>> =
    LazyLock::new(|| [number::FUNCTIONS, text::FUNCTIONS, date::FUNCTIONS].concat());

static BY_NAME: LazyLock<HashMap<&'static str, &'static SqlFunction>> =
    LazyLock::new(|| ALL.iter().map(|function| (function.name, function)).collect());

/// All functions, in an order in which each may call those before it.
pub fn functions() -> &'static [SqlFunction] {
    &ALL
}

impl SqlFunction {
    /// The function of that name.
    pub fn named(name: &str) -> Option<&'static SqlFunction> {
        BY_NAME.get(name).copied()
    }
}

fn decimal(arguments: &[Value], index: usize) -> Option<Decimal> {
    arguments.get(index)?.as_decimal()
}

/// A whole number among the arguments, a fraction cut off.
fn whole(arguments: &[Value], index: usize) -> Option<i64> {
    match arguments.get(index)? {
        Value::Int(number) => Some(*number),
        Value::Decimal(number) => i64::try_from(number.trunc()).ok(),
        _ => None,
    }
}

fn content(arguments: &[Value], index: usize) -> Option<&str> {
    arguments.get(index)?.as_text()
}
