//! Lists and JSON as both databases keep them.

use kernel::Value;

/// The value as JSON text: what a list or JSON column stores. A text is taken to be that already.
pub fn text(value: &Value) -> String {
    match value {
        Value::Json(json) => json.to_string(),
        Value::Text(text) => text.clone(),
        other => tree(other).to_string(),
    }
}

fn tree(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Decimal(number) => number.to_string().into(),
        Value::Text(text) => text.as_str().into(),
        Value::Date(date) => date.to_string().into(),
        Value::Instant(instant) => instant.to_string().into(),
        Value::Id(id) => id.to_string().into(),
        Value::List(entries) => entries.iter().map(tree).collect(),
        Value::Json(json) => json.clone(),
    }
}
