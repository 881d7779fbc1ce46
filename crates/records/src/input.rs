//! From what comes in to what is kept: each field's content is put into its one form, or refused with a reason.
//!
//! Rims turn their own notation (a form's local number, a CSV cell, JSON) into [`Value`]s; [`normalise`] then holds
//! for all of them alike. [`from_json`] and [`from_text`] read the neutral notations of API and files.

use kernel::{ColumnType, Currency, Decimal, Id, Message, Problem, Value, limits, number, text::is_blank};
use metadata::{Field, Kind, Object};
use serde_json::Value as Json;

use crate::{Draft, plain};

/// Puts a value for one column of a field into the form in which it is kept.
///
/// `part` is the position of the column within the field.
///
/// # Errors
/// When the content does not fit the field: the message says what would.
pub fn normalise(field: &Field, part: usize, value: Value) -> Result<Value, Message> {
    let value = match value {
        Value::Text(text) => {
            clean(text, matches!(field.kind, Kind::LongText | Kind::RichText | Kind::Address))
        }
        Value::List(entries) if entries.is_empty() => Value::Null,
        other => other,
    };
    if value.is_null() {
        return Ok(value);
    }
    match (&field.kind, part) {
        (Kind::Text { max }, _) => text_within(value, *max),
        (Kind::LongText, _) => text_within(value, limits::LONG_TEXT_CHARS),
        (Kind::RichText, _) => text_within(sanitised(value), limits::LONG_TEXT_CHARS),
        (Kind::PersonName | Kind::Address, _) => text_within(value, limits::TEXT_CHARS),
        (Kind::Integer | Kind::Duration, _) => whole(value),
        (Kind::Decimal { scale } | Kind::Percent { scale }, _) => scaled(value, *scale),
        (Kind::Money, 0) => scaled(value, metadata::MONEY_SCALE),
        (Kind::Money, _) => currency(value),
        (Kind::Date, _) => accept(value, |value| value.as_date().is_some(), "problem-date"),
        (Kind::DateTime, _) => accept(value, |value| value.as_instant().is_some(), "problem-date-time"),
        (Kind::Boolean, _) => accept(value, |value| value.as_bool().is_some(), "problem-boolean"),
        (Kind::Choice(_), _) => accept(value, |value| value.as_text().is_some(), "problem-choice"),
        (Kind::MultiChoice(_) | Kind::Tags, _) => list(value),
        (Kind::Email, _) => email(value),
        (Kind::Phone, _) => phone(value),
        (Kind::Url, _) => url(value),
        (Kind::File { max }, _) => crate::file::normalise(&value, *max),
        (Kind::Link(_), _) | (Kind::LinkAny(_), 1) => {
            accept(value, |value| value.as_id().is_some(), "problem-link")
        }
        (Kind::LinkAny(to), _) => accept(
            value,
            |value| value.as_text().is_some_and(|name| to.iter().any(|known| known == name)),
            "problem-link-kind",
        ),
        (Kind::Json, _) => accept(value, |value| matches!(value, Value::Json(_)), "problem-json"),
        (Kind::LinkMany { .. } | Kind::AutoNumber { .. } | Kind::Formula { .. } | Kind::RollUp(_), _) => {
            Ok(value)
        }
    }
}

/// Sets a field from the API's JSON; what is wrong with it becomes a problem of the draft.
///
/// Money is `{"amount": "12.50", "currency": "EUR"}`, a name or address an object of its parts, a link to one of
/// several kinds `{"object": "deal", "id": "…"}`, everything else one value.
pub fn from_json(draft: &mut Draft, name: &str, json: &Json) {
    let object = std::sync::Arc::clone(&draft.object);
    let Some(position) = object.position(name) else {
        draft.add_problem(crate::draft::unknown_field(name));
        return;
    };
    let field = &object.fields[position];
    let result = match (&field.kind, json) {
        (Kind::LinkMany { .. }, _) => members(json).map(|members| draft.put_members(position, members)),
        (Kind::Money, Json::Object(_)) | (Kind::PersonName | Kind::Address | Kind::LinkAny(_), _) => {
            parts_from_json(draft, &object, field, json)
        }
        (Kind::Link(_), Json::Object(linked)) => {
            match linked.get("id").and_then(|id| plain::from_json(id, ColumnType::Id)) {
                Some(id) => {
                    draft.put_column(field.columns.start, id);
                    Ok(())
                }
                None => Err(expectation(field)),
            }
        }
        _ => {
            let column = field.columns.start;
            let parsed = object.columns.get(column).filter(|_| !field.columns.is_empty());
            match parsed.and_then(|stored| plain::from_json(json, stored.column)) {
                Some(value) => {
                    draft.put_column(column, value);
                    Ok(())
                }
                None => Err(expectation(field)),
            }
        }
    };
    if let Err(message) = result {
        draft.add_problem(Problem::at(name, message));
    }
}

fn parts_from_json(draft: &mut Draft, object: &Object, field: &Field, json: &Json) -> Result<(), Message> {
    let parts = field.kind.parts();
    let given = match json {
        Json::Object(given) => given,
        Json::Null => {
            field.columns.clone().for_each(|column| draft.put_column(column, Value::Null));
            return Ok(());
        }
        _ => return Err(expectation(field)),
    };
    for (name, json) in given {
        let at =
            parts.iter().position(|part| part.name == name || (part.name.is_empty() && name == "amount"));
        // A link's title comes with what was read and may come back with what is written.
        let Some(at) = at else {
            if name == "title" {
                continue;
            }
            return Err(Message::new("problem-unknown-part").with("name", name.as_str()));
        };
        let column = field.columns.start + at;
        let value =
            plain::from_json(json, object.columns[column].column).ok_or_else(|| expectation(field))?;
        draft.put_column(column, value);
    }
    Ok(())
}

fn members(json: &Json) -> Result<Vec<Id>, Message> {
    let wrong = || Message::new("problem-links");
    let entries = json.as_array().ok_or_else(wrong)?;
    if entries.len() > limits::LIST_ENTRIES {
        return Err(Message::new("problem-too-many").with("max", limits::LIST_ENTRIES));
    }
    let id = |entry: &Json| entry.as_str().or_else(|| entry.get("id")?.as_str())?.parse().ok();
    entries.iter().map(|entry| id(entry).ok_or_else(wrong)).collect()
}

/// Reads one column of a field from neutral text: ISO dates, a point before the fraction, `true` or `false`,
/// option names, ids; entries of a list apart by `;` or `,`.
///
/// # Errors
/// When the text is no such thing.
pub fn from_text(field: &Field, part: usize, text: &str) -> Result<Value, Message> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let parsed = match (&field.kind, part) {
        (Kind::Integer | Kind::Duration, _) => text.parse().ok().map(Value::Int),
        (Kind::Decimal { .. } | Kind::Percent { .. }, _) | (Kind::Money, 0) => {
            decimal(text).map(Value::Decimal)
        }
        (Kind::Date, _) => text.parse().ok().map(Value::Date),
        (Kind::DateTime, _) => text.parse().ok().map(Value::Instant),
        (Kind::Boolean, _) => boolean(text).map(Value::Bool),
        (Kind::MultiChoice(_) | Kind::Tags, _) => {
            Some(Value::List(text.split([';', ',']).map(|entry| Value::from(entry.trim())).collect()))
        }
        (Kind::Link(_), _) | (Kind::LinkAny(_), 1) => text.parse().ok().map(Value::Id),
        (Kind::Json | Kind::File { .. }, _) => serde_json::from_str(text).ok().map(Value::Json),
        _ => Some(Value::from(text)),
    };
    parsed.ok_or_else(|| expectation(field))
}

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).ok().or_else(|| Decimal::from_scientific(text).ok())
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "on" => Some(true),
        "false" | "no" | "n" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// What the field takes, said as a problem.
fn expectation(field: &Field) -> Message {
    Message::new(match field.kind {
        Kind::Integer | Kind::Duration => "problem-integer",
        Kind::Decimal { .. } | Kind::Percent { .. } => "problem-number",
        Kind::Money => "problem-money",
        Kind::Date => "problem-date",
        Kind::DateTime => "problem-date-time",
        Kind::Boolean => "problem-boolean",
        Kind::Choice(_) => "problem-choice",
        Kind::MultiChoice(_) | Kind::Tags => "problem-list",
        Kind::Link(_) => "problem-link",
        Kind::File { .. } => "problem-file",
        Kind::LinkAny(_) => "problem-link-any",
        Kind::LinkMany { .. } => "problem-links",
        Kind::PersonName | Kind::Address => "problem-parts",
        Kind::Json => "problem-json",
        _ => "problem-text",
    })
}

/// Trims, and takes out what no database or screen can hold; one line stays one line. What nobody would see is nothing.
fn clean(text: String, lines: bool) -> Value {
    let keep = |character: &char| match character {
        '\n' | '\t' => lines,
        other => !other.is_control(),
    };
    let plain = text.trim();
    if plain.len() == text.len() && plain.chars().all(|character| keep(&character)) {
        return if is_blank(&text) { Value::Null } else { Value::Text(text) };
    }
    let cleaned: String = if plain.chars().all(|character| keep(&character)) {
        plain.to_owned()
    } else if lines {
        plain.replace("\r\n", "\n").chars().filter(keep).collect()
    } else {
        let spaced = plain.chars().map(|character| if character.is_whitespace() { ' ' } else { character });
        spaced.filter(keep).collect()
    };
    if is_blank(&cleaned) { Value::Null } else { Value::Text(cleaned) }
}

/// HTML without whatever could act on the reader: scripts, handlers, frames, styles.
fn sanitised(value: Value) -> Value {
    match value {
        Value::Text(html) => Value::Text(ammonia::clean(&html)),
        other => other,
    }
}

fn text_within(value: Value, max: usize) -> Result<Value, Message> {
    let Some(text) = value.as_text() else { return Err(Message::new("problem-text")) };
    if text.len() > max {
        let length = text.chars().count();
        if length > max {
            return Err(Message::new("problem-too-long").with("max", max).with("length", length));
        }
    }
    Ok(value)
}

fn whole(value: Value) -> Result<Value, Message> {
    match value {
        Value::Int(_) => Ok(value),
        Value::Decimal(number) if number.fract().is_zero() => {
            i64::try_from(number).map(Value::Int).map_err(|_| Message::new("problem-number-size"))
        }
        _ => Err(Message::new("problem-integer")),
    }
}

fn scaled(value: Value, scale: u8) -> Result<Value, Message> {
    let Some(number) = value.as_decimal() else { return Err(Message::new("problem-number")) };
    if number.normalize().scale() > scale.into() {
        return Err(Message::new("problem-scale").with("scale", i64::from(scale)));
    }
    match number::to_scaled(number, scale.into()) {
        Some(_) => Ok(Value::Decimal(number.normalize())),
        None => Err(Message::new("problem-number-size")),
    }
}

fn currency(value: Value) -> Result<Value, Message> {
    let parsed: Option<Currency> = value.as_text().and_then(|text| text.parse().ok());
    parsed.map(|currency| Value::from(currency.code())).ok_or_else(|| Message::new("problem-currency"))
}

fn accept(value: Value, good: impl Fn(&Value) -> bool, problem: &'static str) -> Result<Value, Message> {
    if good(&value) { Ok(value) } else { Err(Message::new(problem)) }
}

/// Entries once each, in their order.
fn list(value: Value) -> Result<Value, Message> {
    let Value::List(entries) = value else { return Err(Message::new("problem-list")) };
    if entries.len() > limits::LIST_ENTRIES {
        return Err(Message::new("problem-too-many").with("max", limits::LIST_ENTRIES));
    }
    let mut kept: Vec<Value> = Vec::new();
    for entry in entries {
        let Some(text) = entry.as_text() else { return Err(Message::new("problem-list")) };
        let length = text.chars().count();
        if length > limits::TEXT_CHARS {
            return Err(Message::new("problem-too-long")
                .with("max", limits::TEXT_CHARS)
                .with("length", length));
        }
        let entry = clean(text.to_owned(), false);
        if !entry.is_null() && !kept.contains(&entry) {
            kept.push(entry);
        }
    }
    Ok(if kept.is_empty() { Value::Null } else { Value::List(kept) })
}

/// One `@` with something on both sides and a dot or a plain host behind it, at most 254 characters (RFC 5321
/// §4.5.3.1); what is kept is lower case, because no mail system in use tells cases apart.
fn email(value: Value) -> Result<Value, Message> {
    let text = value.as_text().unwrap_or_default();
    let good = text.len() <= 254
        && !text.chars().any(|character| character.is_whitespace() || "<>,;\"".contains(character))
        && text.rsplit_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && local.len() <= 64 && !local.contains('@') && is_host(host)
        });
    if good { Ok(Value::Text(text.to_lowercase())) } else { Err(Message::new("problem-email")) }
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|character| character.is_alphanumeric() || character == '-')
        })
}

/// Kept as E.164 (`+4930123456`), with an extension behind it (`+4930123456 x12`), when the number is a possible one
/// with its country; as typed otherwise, since a number that one can dial is worth more than its form.
fn phone(value: Value) -> Result<Value, Message> {
    let text = value.as_text().unwrap_or_default();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plausible = (3..=20).contains(&digits)
        && text.len() <= 40
        && text.chars().all(|character| character.is_ascii_digit() || " +-/().#*xext".contains(character));
    if !plausible {
        return Err(Message::new("problem-phone"));
    }
    if let Some(plain) = plain_e164(text) {
        return Ok(Value::Text(plain));
    }
    let parsed = text.starts_with('+').then(|| phonenumber::parse(None, text).ok()).flatten();
    Ok(parsed.map_or(Value::from(text), |number| {
        let extension = number.extension().map(|extension| format!(" x{extension}")).unwrap_or_default();
        Value::Text(number.format().mode(phonenumber::Mode::E164).to_string() + &extension)
    }))
}

/// The text, when it is E.164 already: the common case, without the cost of a full parse.
fn plain_e164(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let good = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| text.to_owned())
}

/// An address of the web; a bare host gets `https://` in front.
fn url(value: Value) -> Result<Value, Message> {
    let text = value.as_text().unwrap_or_default();
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let rest = full.strip_prefix("https://").or_else(|| full.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(rest));
    let host = host.map(|host| host.split_once(':').map_or(host, |(name, _)| name));
    let good = full.len() <= 2_000
        && !full.contains(char::is_whitespace)
        && host.is_some_and(|host| is_host(host) && (host.contains('.') || host == "localhost"));
    if good { Ok(Value::Text(full)) } else { Err(Message::new("problem-url")) }
}
