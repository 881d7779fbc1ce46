//! What somebody typed into a field's control, read by their locale into a draft.

use i18n::Reader;
use kernel::{Message, Problem, Value};
use metadata::{Field, Kind, Object};
use records::{Draft, input};
use web::Fields;

/// Reads a field from a form; what cannot be read becomes a problem of the draft.
///
/// A form has the field when it has any of its keys, or names it among `fields` (an unticked box sends nothing).
pub fn take(look: &Reader, draft: &mut Draft, field: &Field, fields: &Fields) {
    let object = std::sync::Arc::clone(&draft.object);
    if !is_sent(field, fields) {
        return;
    }
    match &field.kind {
        Kind::LinkMany { .. } => take_members(draft, &object, field, fields),
        Kind::MultiChoice(_) | Kind::Tags | Kind::File { .. } => {
            let entries = fields.all(&field.name).map(str::trim).filter(|entry| !entry.is_empty());
            draft.put_column(field.columns.start, Value::List(entries.map(Value::from).collect()));
        }
        Kind::Boolean => {
            let ticked = fields.all(&field.name).any(|entry| matches!(entry, "true" | "on"));
            draft.put_column(field.columns.start, ticked.into());
        }
        Kind::Money => take_money(look, draft, field, fields),
        _ => take_parts(look, draft, field, fields),
    }
}

fn is_sent(field: &Field, fields: &Fields) -> bool {
    let named = fields.all("fields").flat_map(|names| names.split(',')).any(|name| name == field.name);
    named
        || field.kind.parts().iter().any(|part| fields.has(&key(field, part.name)))
        || fields.has(&field.name)
}

fn key(field: &Field, part: &str) -> String {
    if part.is_empty() { field.name.clone() } else { format!("{}_{part}", field.name) }
}

fn take_parts(look: &Reader, draft: &mut Draft, field: &Field, fields: &Fields) {
    for (at, part) in field.kind.parts().iter().enumerate() {
        let Some(typed) = fields.get(&key(field, part.name)) else { continue };
        match read(look, field, at, typed.trim()) {
            Ok(value) => draft.put_column(field.columns.start + at, value),
            Err(message) => draft.add_problem(Problem::at(&field.name, message)),
        }
    }
}

/// Reads one column of a field by the reader's locale.
fn read(look: &Reader, field: &Field, part: usize, typed: &str) -> Result<Value, Message> {
    if typed.is_empty() {
        return Ok(Value::Null);
    }
    Ok(match &field.kind {
        Kind::Integer => look.parse_integer(typed)?.into(),
        Kind::Decimal { .. } => look.parse_number(typed)?.into(),
        Kind::Percent { .. } => look.parse_percent(typed)?.into(),
        Kind::Date => look.parse_date(typed)?.into(),
        Kind::DateTime => look.parse_date_time(typed)?.into(),
        Kind::Duration => look.parse_duration(typed)?.into(),
        Kind::Phone => input::from_text(field, part, &look.parse_phone(typed))?,
        _ => input::from_text(field, part, typed)?,
    })
}

fn take_money(look: &Reader, draft: &mut Draft, field: &Field, fields: &Fields) {
    let currency = fields.filled(&key(field, "currency")).and_then(|code| code.parse().ok());
    let typed = fields.get(&field.name).unwrap_or("").trim();
    if typed.is_empty() {
        draft.put_column(field.columns.start, Value::Null);
        draft.put_column(field.columns.start + 1, Value::Null);
        return;
    }
    let fallback = currency.or(Some(kernel::Currency::USD));
    match look.parse_money(typed, fallback) {
        Ok(money) => {
            draft.put_column(field.columns.start, money.amount.into());
            // A sign typed with the amount says more than the box beside it.
            let typed_currency = look.parse_number(typed).is_err() || currency.is_some();
            if typed_currency {
                draft.put_column(field.columns.start + 1, money.currency.code().into());
            }
        }
        Err(message) => draft.add_problem(Problem::at(&field.name, message)),
    }
}

fn take_members(draft: &mut Draft, object: &Object, field: &Field, fields: &Fields) {
    let Some(position) = object.position(&field.name) else { return };
    let ids: Result<Vec<_>, _> =
        fields.all(&field.name).filter(|id| !id.is_empty()).map(str::parse).collect();
    match ids {
        Ok(ids) => draft.put_members(position, ids),
        Err(_) => draft.add_problem(Problem::at(&field.name, Message::new("problem-links"))),
    }
}
