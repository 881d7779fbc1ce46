//! What stands in the columns of one field.

use i18n::Reader;
use kernel::{Date, Decimal, Id, Timestamp, Value};
use metadata::{Field, Kind};
use records::{Member, Record};

use super::For;
use crate::{cell::of_entries, write::harmless};

/// One cell of an exported table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    /// A phone number and the like: digits that a spreadsheet may take for a number, never for a formula.
    Digits(String),
    Number(Decimal),
    Bool(bool),
    Date(Date),
    Instant(Timestamp),
}

impl Cell {
    /// As it stands in a text file: days and instants as in ISO 8601, numbers with a point, no text a formula.
    pub fn plain(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => harmless(text).into_owned(),
            Cell::Digits(text) => text.clone(),
            Cell::Number(number) => number.normalize().to_string(),
            Cell::Bool(truth) => truth.to_string(),
            Cell::Date(day) => day.to_string(),
            Cell::Instant(at) => at.to_string(),
        }
    }
}

/// The columns that a field takes, by the names of its parts. Programs get the id of what is linked beside its title,
/// which others may have too.
pub fn parts(field: &Field, readers: For) -> Vec<&'static str> {
    let is_told_apart = readers == For::Programs;
    match field.kind {
        Kind::Money | Kind::PersonName | Kind::Address => {
            field.kind.parts().into_iter().map(|part| part.name).collect()
        }
        _ if field.is_computed_money() => vec!["", "currency"],
        Kind::LinkAny(_) if is_told_apart => vec!["", "id", "object"],
        Kind::LinkAny(_) => vec!["", "object"],
        Kind::Link(_) | Kind::LinkMany { .. } if is_told_apart => vec!["", "id"],
        _ => vec![""],
    }
}

/// Appends the cells of a field; empty ones when it may not be seen.
pub fn of(look: &Reader, record: &Record, field: &Field, readers: For, cells: &mut Vec<Cell>) {
    let width = parts(field, readers).len();
    if !record.shows(field) {
        cells.extend(std::iter::repeat_n(Cell::Empty, width));
        return;
    }
    let option = |name: &str| match readers {
        For::Programs => name.to_owned(),
        For::People => {
            let label = field.kind.choice().and_then(|choice| choice.option(name)?.label.as_deref());
            look.option(&record.object.name, &field.name, name, label)
        }
    };
    match &field.kind {
        Kind::Money | Kind::PersonName | Kind::Address => cells.extend(record.parts(field).iter().map(plain)),
        Kind::Link(_) => {
            let label = record.label(&field.name);
            cells.push(text(label.unwrap_or("")));
            cells.extend(told_apart(readers, label.and(record.link(&field.name))));
        }
        Kind::LinkAny(_) => {
            let label = record.label(&field.name);
            cells.push(text(label.unwrap_or("")));
            let linked = label.and(record.link_any(&field.name));
            cells.extend(told_apart(readers, linked.map(|(_, id)| id)));
            let object = linked.map(|(object, _)| match readers {
                For::Programs => object.to_owned(),
                For::People => look.object(object, None),
            });
            cells.push(text(&object.unwrap_or_default()));
        }
        Kind::LinkMany { .. } => {
            let position = record.object.position(&field.name);
            let members = record.members.iter().find(|(at, _)| Some(*at) == position);
            let members: Vec<&Member> = members.into_iter().flat_map(|(_, members)| members).collect();
            let titles: Vec<&str> = members.iter().map(|member| member.title.as_str()).collect();
            cells.push(text(&listed(&titles, readers)));
            if readers == For::Programs {
                let ids: Vec<String> = members.iter().map(|member| member.id.to_string()).collect();
                cells.push(text(&ids.join("; ")));
            }
        }
        Kind::Choice(_) => {
            cells.push(text(&record.get(&field.name).as_text().map(option).unwrap_or_default()))
        }
        Kind::MultiChoice(_) => {
            let names = record.get(&field.name).as_list().unwrap_or(&[]).iter().filter_map(Value::as_text);
            let names: Vec<String> = names.map(option).collect();
            cells.push(text(&listed(&names.iter().map(String::as_str).collect::<Vec<_>>(), readers)));
        }
        Kind::Tags => {
            let tags = record.get(&field.name).as_list().unwrap_or(&[]);
            let tags: Vec<&str> = tags.iter().filter_map(Value::as_text).collect();
            cells.push(text(&listed(&tags, readers)));
        }
        Kind::Phone => cells.push(match record.text(&field.name) {
            number if number.chars().skip(1).all(|c| c.is_ascii_digit()) && !number.is_empty() => {
                Cell::Digits(number.to_owned())
            }
            other => text(other),
        }),
        _ => cells.push(plain(record.get(&field.name))),
    }
    if field.is_computed_money() {
        cells.push(text(record.currency(&field.name).unwrap_or("")));
    }
}

/// The id of what is linked, where it is written beside the title.
fn told_apart(readers: For, id: Option<Id>) -> Option<Cell> {
    (readers == For::Programs).then(|| id.map_or(Cell::Empty, |id| Cell::Text(id.to_string())))
}

/// Several texts in one cell; for programs so that an import takes them apart again, whatever signs they have.
fn listed(texts: &[&str], readers: For) -> String {
    match readers {
        For::Programs => of_entries(texts),
        For::People => texts.join("; "),
    }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

fn plain(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(truth) => Cell::Bool(*truth),
        Value::Int(number) => Cell::Number((*number).into()),
        Value::Decimal(number) => Cell::Number(*number),
        Value::Text(content) => text(content),
        Value::Date(day) => Cell::Date(*day),
        Value::Instant(at) => Cell::Instant(*at),
        Value::Id(id) => Cell::Text(id.to_string()),
        Value::List(entries) => {
            text(&entries.iter().filter_map(Value::as_text).collect::<Vec<_>>().join("; "))
        }
        Value::Json(json) => Cell::Text(json.to_string()),
    }
}
