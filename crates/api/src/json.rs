//! Records as JSON, written straight into a text: a list of fifty is the commonest answer there is.
//!
//! | field | JSON |
//! |---|---|
//! | text, choice, e-mail, … | string |
//! | integer, duration (seconds) | number |
//! | decimal, percent | string, so that no reader rounds it |
//! | money, and what is computed from money | `{"amount": "12.50", "currency": "EUR"}` |
//! | date, date-time | ISO 8601 |
//! | link | `{"id": "…", "title": "…"}`; the title is null when it may not be seen |
//! | link to one of several | `{"object": "deal", "id": "…", "title": "…"}` |
//! | many-to-many | list of `{"id", "title"}` |
//! | person name, address | object of the parts |
//! | empty | null |

use std::fmt::Write;

use kernel::Value;
use metadata::{Field, Kind, Object};
use records::Record;

/// Appends a record: id, version, title, and the fields that were read.
pub fn record(out: &mut String, record: &Record) {
    let _ = write!(out, "{{\"id\":\"{}\",\"version\":{},\"title\":", record.id(), record.version());
    match record.values[Object::TITLE].as_text() {
        Some(title) => string(out, title),
        None => out.push_str("null"),
    }
    for field in record.object.shown_fields().filter(|field| record.shows(field)) {
        let _ = write!(out, ",\"{}\":", field.name);
        content(out, record, field);
    }
    if record.is_deleted() {
        out.push_str(",\"deleted_at\":");
        value(out, record.get("deleted_at"));
    }
    out.push('}');
}

fn content(out: &mut String, record: &Record, field: &Field) {
    match &field.kind {
        Kind::Link(_) => link(out, None, record.get(&field.name), record.label(&field.name)),
        Kind::LinkAny(_) => {
            let [object, id] = record.parts(field) else { return out.push_str("null") };
            link(out, object.as_text(), id, record.label(&field.name));
        }
        Kind::LinkMany { .. } => members(out, record, field),
        Kind::Money => parts(out, field, record.parts(field), "amount"),
        _ if field.is_computed_money() => computed_money(out, record, field),
        Kind::PersonName | Kind::Address => parts(out, field, record.parts(field), ""),
        _ => value(out, record.get(&field.name)),
    }
}

/// Appends a link; null for none, a title of null where it may not be seen.
pub fn link(out: &mut String, object: Option<&str>, id: &Value, title: Option<&str>) {
    let Some(id) = id.as_id() else { return out.push_str("null") };
    out.push('{');
    if let Some(object) = object {
        out.push_str("\"object\":");
        string(out, object);
        out.push(',');
    }
    let _ = write!(out, "\"id\":\"{id}\",\"title\":");
    match title {
        Some(title) => string(out, title),
        None => out.push_str("null"),
    }
    out.push('}');
}

fn members(out: &mut String, record: &Record, field: &Field) {
    let position = record.object.position(&field.name);
    let members = record.members.iter().find(|(at, _)| Some(*at) == position).map(|(_, members)| members);
    out.push('[');
    for (at, member) in members.into_iter().flatten().enumerate() {
        out.push_str(if at == 0 { "{" } else { ",{" });
        let _ = write!(out, "\"id\":\"{}\",\"title\":", member.id);
        string(out, &member.title);
        out.push('}');
    }
    out.push(']');
}

/// As money that is stored: `{"amount": "12.50", "currency": "EUR"}`.
fn computed_money(out: &mut String, record: &Record, field: &Field) {
    let amount = record.get(&field.name);
    if amount.is_null() {
        return out.push_str("null");
    }
    out.push_str("{\"amount\":");
    match amount.as_decimal() {
        Some(amount) => value(out, &Value::Decimal(amount)),
        None => value(out, amount),
    }
    out.push_str(",\"currency\":");
    match record.currency(&field.name) {
        Some(code) => string(out, code),
        None => out.push_str("null"),
    }
    out.push('}');
}

/// Appends a field of several parts; null when all are empty.
pub fn parts(out: &mut String, field: &Field, values: &[Value], first: &str) {
    if values.iter().all(Value::is_null) {
        return out.push_str("null");
    }
    for (at, (part, content)) in field.kind.parts().iter().zip(values).enumerate() {
        out.push(if at == 0 { '{' } else { ',' });
        let _ = write!(out, "\"{}\":", if part.name.is_empty() { first } else { part.name });
        value(out, content);
    }
    out.push('}');
}

/// Appends a plain value.
pub fn value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Decimal(number) => {
            let _ = write!(out, "\"{}\"", number.normalize());
        }
        Value::Text(text) => string(out, text),
        Value::Date(date) => {
            let _ = write!(out, "\"{date}\"");
        }
        Value::Instant(at) => {
            let _ = write!(out, "\"{at}\"");
        }
        Value::Id(id) => {
            let _ = write!(out, "\"{id}\"");
        }
        Value::List(entries) => {
            out.push('[');
            for (at, entry) in entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                self::value(out, entry);
            }
            out.push(']');
        }
        Value::Json(json) => {
            let _ = write!(out, "{json}");
        }
    }
}

/// Appends a string with its quotes (RFC 8259 §7).
pub fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain..at]);
        plain = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            other => {
                let _ = write!(out, "\\u{other:04x}");
            }
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_string_is_written_as_serde_json_writes_it() {
        for text in ["", "plain", "a \"quote\" and \\", "line\nbreak\ttab\r", "\u{0}\u{1f}\u{7f} ä € 𝄞"]
        {
            let mut out = String::new();
            super::string(&mut out, text);
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
