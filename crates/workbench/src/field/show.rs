//! A field's content as it is shown: in a cell, on the record's page, on a card.

use i18n::Reader;
use kernel::{Currency, Id, Money, Value};
use metadata::{Field, Kind, Object, Registry};
use records::{Record, StoredFile};
use ui::{
    bits::Person,
    content::{Choice, Content, FileLink, RecordLink},
    tone::Tone,
};

use super::{address, href, option_label};

/// What a record's field shows; empty when it is, or when it may not be seen.
pub fn content(look: &Reader, registry: &Registry, record: &Record, field: &Field) -> Content {
    if !record.shows(field) {
        return Content::Empty;
    }
    match &field.kind {
        Kind::Link(link) => linked(registry, &link.to, record.link(&field.name), record.label(&field.name)),
        Kind::LinkAny(_) => match record.link_any(&field.name) {
            Some((object, id)) => linked(registry, object, Some(id), record.label(&field.name)),
            None => Content::Empty,
        },
        Kind::LinkMany { to } => members(registry, record, field, to),
        Kind::File { .. } => {
            let files = records::files(record.get(&field.name));
            Content::Files(files.iter().map(|stored| file(&record.object, record.id(), stored)).collect())
        }
        // What has ended can no longer be late.
        Kind::Date if is_due(&field.name) && !has_ended(record) => {
            record.get(&field.name).as_date().map_or(Content::Empty, Content::Due)
        }
        Kind::DateTime if ends_on_its_day(look, record, field) => {
            record.get(&field.name).as_instant().map_or(Content::Empty, Content::Time)
        }
        Kind::Formula { .. } | Kind::RollUp(_) => match record.money(&field.name) {
            Some(money) => Content::Money(money),
            None => plain(record.get(&field.name)),
        },
        _ => parts(look, &record.object, field, record.parts(field)),
    }
}

/// The content of a stored field from its values alone, as the log has them; links without their names.
pub fn parts(look: &Reader, object: &Object, field: &Field, values: &[Value]) -> Content {
    let first = values.first().unwrap_or(&Value::Null);
    if values.iter().all(Value::is_empty) {
        return Content::Empty;
    }
    let text = || first.as_text().unwrap_or("").to_owned();
    match &field.kind {
        Kind::LongText if field.code => Content::Code(text()),
        Kind::LongText => Content::LongText(text()),
        Kind::RichText => Content::RichText(text()),
        Kind::Money => money(values),
        Kind::Percent { .. } => first.as_decimal().map_or(Content::Empty, Content::Percent),
        Kind::Duration => first.as_int().map_or(Content::Empty, Content::Duration),
        Kind::DateTime if field.name.starts_with("created_") || field.name.starts_with("updated_") => {
            first.as_instant().map_or(Content::Empty, Content::Relative)
        }
        Kind::Choice(_) => Content::Choice(chosen(look, object, field, &text())),
        Kind::MultiChoice(_) => {
            let names = first.as_list().unwrap_or(&[]).iter().filter_map(Value::as_text);
            Content::Choices(names.map(|name| chosen(look, object, field, name)).collect())
        }
        Kind::Tags => Content::Tags(
            first.as_list().unwrap_or(&[]).iter().filter_map(Value::as_text).map(str::to_owned).collect(),
        ),
        Kind::Email => Content::Email(text()),
        Kind::Phone => {
            // RFC 3966 §3 has the extension as a parameter.
            Content::Phone { shown: look.phone(&text()), dial: text().replace(" x", ";ext=") }
        }
        Kind::Url => Content::Url(text()),
        Kind::Address => Content::Address(address::lines(values)),
        Kind::PersonName => Content::text(words(values)),
        // As the log has them: which they were, not where they are.
        Kind::File { .. } => Content::Tags(records::files(first).into_iter().map(|file| file.name).collect()),
        _ => plain(first),
    }
}

/// A file of a record, and where it is.
pub fn file(object: &Object, record: Id, file: &StoredFile) -> FileLink {
    FileLink {
        id: file.id.to_string(),
        name: file.name.clone(),
        href: format!("/{}/{record}/files/{}", object.plural, file.id),
        bytes: file.size_bytes,
        is_picture: blobs::is_picture(&file.media_type),
    }
}

/// Whether what ends there began on the same day, for this reader.
fn ends_on_its_day(look: &Reader, record: &Record, field: &Field) -> bool {
    let Some(begins) = field.begins.map(|begins| &record.object.fields[begins]) else { return false };
    let day = |field: &Field| {
        let at = record.get(&field.name).as_instant()?;
        Some(at.to_zoned(look.zone().clone()).date())
    };
    record.shows(begins) && day(field).is_some() && day(field) == day(begins)
}

/// Whether a record has come to the end of its path, where that was read.
fn has_ended(record: &Record) -> bool {
    let Some((at, choice)) = record.object.path() else { return false };
    let option = choice.option(record.text(&record.object.fields[at].name));
    option.is_some_and(|option| option.outcome.is_some())
}

/// A due date is told by its distance; a birthday is not.
pub fn is_due(name: &str) -> bool {
    matches!(name, "due_date" | "next_task_due" | "close_date")
}

fn plain(value: &Value) -> Content {
    match value {
        Value::Null => Content::Empty,
        Value::Bool(truth) => Content::Bool(*truth),
        Value::Int(number) => Content::Integer(*number),
        Value::Decimal(number) => Content::Number { number: *number, digits: None },
        Value::Date(date) => Content::Date(*date),
        Value::Instant(at) => Content::Instant(*at),
        Value::Text(text) => Content::text(text.clone()),
        Value::Id(id) => Content::text(id.to_string()),
        Value::List(entries) => {
            Content::Tags(entries.iter().filter_map(Value::as_text).map(str::to_owned).collect())
        }
        Value::Json(json) => Content::Code(json.to_string()),
    }
}

fn money(values: &[Value]) -> Content {
    let amount = values.first().and_then(Value::as_decimal);
    let currency = values.get(1).and_then(Value::as_text).and_then(|code| code.parse::<Currency>().ok());
    match (amount, currency) {
        (Some(amount), Some(currency)) => Content::Money(Money { amount, currency }),
        (Some(number), None) => Content::Number { number, digits: None },
        _ => Content::Empty,
    }
}

fn chosen(look: &Reader, object: &Object, field: &Field, name: &str) -> Choice {
    Choice { label: option_label(look, object, field, name), tone: tone(field, name) }
}

/// The colour of an option: its own, else one that its outcome suggests, else one of the palette by its name.
pub fn tone(field: &Field, name: &str) -> Tone {
    let option = field.kind.choice().and_then(|choice| choice.option(name));
    let own = option.and_then(|option| option.color.as_deref()).and_then(Tone::parse);
    own.unwrap_or_default()
}

fn linked(registry: &Registry, object: &str, id: Option<Id>, title: Option<&str>) -> Content {
    let (Some(id), Some(title)) = (id, title) else { return Content::Empty };
    if object == "user" {
        return Content::User(Person::named(title));
    }
    let icon = registry.object(object).map(|object| object.icon.clone());
    Content::Link(RecordLink { title: title.to_owned(), href: href(registry, object, id), icon })
}

fn members(registry: &Registry, record: &Record, field: &Field, to: &str) -> Content {
    let position = record.object.position(&field.name);
    let members = record.members.iter().find(|(at, _)| Some(*at) == position).map(|(_, members)| members);
    let link = |member: &records::Member| RecordLink {
        title: member.title.clone(),
        href: href(registry, to, member.id),
        icon: None,
    };
    Content::Links(members.into_iter().flatten().map(link).collect())
}

fn words(values: &[Value]) -> String {
    values.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(" ")
}
