//! Values as plain JSON: what the change log keeps and the API speaks.
//!
//! Numbers with a fraction are strings, so that no reader rounds them; days and instants are ISO 8601.

use kernel::{ColumnType, Value};
use serde_json::Value as Json;

/// Appends what [`to_json`] makes, as text.
pub fn write_json(value: &Value, out: &mut String) {
    use std::fmt::Write;
    let written = match value {
        Value::Null => out.write_str("null"),
        Value::Bool(truth) => write!(out, "{truth}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::Decimal(number) => write!(out, "\"{}\"", number.normalize()),
        Value::Text(text) => {
            write_text(text, out);
            Ok(())
        }
        Value::Date(date) => write!(out, "\"{date}\""),
        Value::Instant(instant) => write!(out, "\"{instant}\""),
        Value::Id(id) => write!(out, "\"{id}\""),
        Value::List(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                out.push(if at == 0 { '[' } else { ',' });
                write_json(entry, out);
            }
            out.push_str(if entries.is_empty() { "[]" } else { "]" });
            Ok(())
        }
        Value::Json(json) => write!(out, "{json}"),
    };
    // Writing into memory does not fail.
    debug_assert!(written.is_ok());
}

fn write_text(text: &str, out: &mut String) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Json::from(text).to_string());
    }
}

/// The value as JSON.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Decimal(number) => Json::String(number.normalize().to_string()),
        Value::Text(text) => Json::String(text.clone()),
        Value::Date(date) => Json::String(date.to_string()),
        Value::Instant(instant) => Json::String(instant.to_string()),
        Value::Id(id) => Json::String(id.to_string()),
        Value::List(entries) => Json::Array(entries.iter().map(to_json).collect()),
        Value::Json(json) => json.clone(),
    }
}

/// Whether a column of type `column` can hold the value.
pub fn fits(value: &Value, column: ColumnType) -> bool {
    matches!(
        (value, column),
        (Value::Null, _)
            | (Value::Bool(_), ColumnType::Bool)
            | (Value::Int(_), ColumnType::Int | ColumnType::Decimal { .. })
            | (Value::Decimal(_), ColumnType::Decimal { .. })
            | (Value::Text(_), ColumnType::Text)
            | (Value::Date(_), ColumnType::Date)
            | (Value::Instant(_), ColumnType::Instant)
            | (Value::Id(_), ColumnType::Id)
            | (Value::List(_), ColumnType::List)
            | (Value::Json(_), ColumnType::Json)
    )
}

/// The value of a column of type `column` that [`to_json`] wrote; `None` when the JSON is none of these.
pub fn from_json(json: &Json, column: ColumnType) -> Option<Value> {
    if json.is_null() {
        return Some(Value::Null);
    }
    match column {
        ColumnType::Bool => json.as_bool().map(Value::Bool),
        ColumnType::Int => json.as_i64().map(Value::Int),
        ColumnType::Decimal { .. } => match json {
            Json::Number(number) => number.to_string().parse().ok().map(Value::Decimal),
            _ => json.as_str()?.parse().ok().map(Value::Decimal),
        },
        ColumnType::Text => json.as_str().map(Value::from),
        ColumnType::Date => json.as_str()?.parse().ok().map(Value::Date),
        ColumnType::Instant => json.as_str()?.parse().ok().map(Value::Instant),
        ColumnType::Id => json.as_str()?.parse().ok().map(Value::Id),
        ColumnType::List => json
            .as_array()?
            .iter()
            .map(|entry| entry.as_str().map(Value::from))
            .collect::<Option<_>>()
            .map(Value::List),
        ColumnType::Json => Some(Value::Json(json.clone())),
    }
}
