//! From the text of a cell to the value of a field, in the formats that files use.

mod date;
mod name;

use std::{borrow::Cow, collections::HashMap};

use db::search::fold;
use jiff::tz::TimeZone;
use kernel::{Message, Value};
use metadata::{Choice, Field, Kind};
use serde_json::json;

pub use date::DateStyle;
pub use kernel::written::{certain_mark, currency, parse as parse_number};
pub use name::split as split_name;

/// How numbers and days are written in a file.
#[derive(Clone, Debug)]
pub struct Style {
    /// Before the fraction; told from each number itself when absent.
    pub decimal_mark: Option<char>,
    pub dates: DateStyle,
    /// The zone of instants that name none.
    pub zone: TimeZone,
}

/// What a cell is read as.
#[derive(Clone, Debug)]
pub enum How {
    Text,
    Integer,
    Number,
    Duration,
    Date,
    Instant,
    Boolean,
    /// By what may stand in a cell, folded: the option's name.
    Option(HashMap<String, String>),
    Options(HashMap<String, String>),
    Tags,
    Json,
}

/// What may be between the entries of one cell.
const BETWEEN: [char; 3] = [';', '|', '\n'];

impl How {
    /// How cells for one column of a field are read.
    pub fn of(field: &Field, part: usize, label: impl Fn(&str) -> String) -> How {
        match (&field.kind, part) {
            (Kind::Integer, _) => How::Integer,
            (Kind::Decimal { .. } | Kind::Percent { .. }, _) | (Kind::Money, 0) => How::Number,
            (Kind::Duration, _) => How::Duration,
            (Kind::Date, _) => How::Date,
            (Kind::DateTime, _) => How::Instant,
            (Kind::Boolean, _) => How::Boolean,
            (Kind::Choice(choice), _) => How::Option(options(choice, label)),
            (Kind::MultiChoice(choice), _) => How::Options(options(choice, label)),
            (Kind::Tags, _) => How::Tags,
            (Kind::Json, _) => How::Json,
            _ => How::Text,
        }
    }

    /// Reads a cell that is not empty.
    ///
    /// # Errors
    /// When it is no such thing: what would be.
    pub fn read(&self, cell: &str, style: &Style) -> Result<Value, Message> {
        let typed = |id: &'static str| Message::new(id).with("typed", shortened(cell));
        match self {
            How::Text => Ok(Value::from(cell)),
            How::Integer => {
                if let Ok(number) = cell.parse() {
                    return Ok(Value::Int(number));
                }
                let number =
                    parse_number(cell, style.decimal_mark).ok_or_else(|| typed("import-problem-number"))?;
                Ok(Value::Decimal(number))
            }
            How::Number => parse_number(cell, style.decimal_mark)
                .map(Value::Decimal)
                .ok_or_else(|| typed("import-problem-number")),
            How::Duration => duration(cell).map(Value::Int).ok_or_else(|| typed("import-problem-duration")),
            How::Date => style.dates.day(cell).map(Value::Date).ok_or_else(|| typed("import-problem-date")),
            How::Instant => {
                let at = style.dates.instant(cell, &style.zone);
                at.map(Value::Instant).ok_or_else(|| typed("import-problem-instant"))
            }
            How::Boolean => boolean(cell).map(Value::Bool).ok_or_else(|| typed("import-problem-boolean")),
            How::Option(known) => option(known, cell).map(Value::from),
            How::Options(known) => {
                let entries = entries(cell).into_iter().map(|entry| option(known, &entry).map(Value::from));
                entries.collect::<Result<_, _>>().map(Value::List)
            }
            How::Tags => {
                let entries = entries(cell).into_iter().map(|entry| Value::from(entry.into_owned()));
                Ok(Value::List(entries.collect()))
            }
            How::Json => {
                serde_json::from_str(cell).map(Value::Json).map_err(|_| typed("import-problem-json"))
            }
        }
    }
}

/// The entries of a cell that holds several, between separators or as a list of texts in JSON.
pub fn entries(cell: &str) -> Vec<Cow<'_, str>> {
    if cell.starts_with('[')
        && let Ok(texts) = serde_json::from_str::<Vec<String>>(cell)
    {
        return texts.into_iter().filter(|text| !text.trim().is_empty()).map(Cow::Owned).collect();
    }
    let several = cell.contains(BETWEEN);
    let parts = cell.split(
        move |character: char| {
            if several { BETWEEN.contains(&character) } else { character == ',' }
        },
    );
    parts.map(str::trim).filter(|entry| !entry.is_empty()).map(Cow::Borrowed).collect()
}

/// A cell that [`entries`] takes apart into these.
pub fn of_entries(entries: &[&str]) -> String {
    let is_plain = |entry: &&str| {
        !entry.contains(BETWEEN) && !entry.contains(',') && !entry.starts_with('[') && *entry == entry.trim()
    };
    if entries.iter().all(is_plain) { entries.join("; ") } else { json!(entries).to_string() }
}

/// What may stand for each option: its name and its label, whatever their case, spaces and hyphens.
fn options(choice: &Choice, label: impl Fn(&str) -> String) -> HashMap<String, String> {
    let mut known = HashMap::new();
    for option in &choice.options {
        for word in [label(&option.name), option.name.clone()] {
            known.insert(loose(&word), option.name.clone());
        }
    }
    known
}

fn option(known: &HashMap<String, String>, cell: &str) -> Result<String, Message> {
    let wanted = loose(cell);
    if let Some(name) = known.get(&wanted) {
        return Ok(name.clone());
    }
    Err(match nearest(known.keys(), &wanted) {
        Some(like) => {
            let message = Message::new("import-problem-option-like").with("typed", shortened(cell));
            message.with("like", known[like].as_str())
        }
        None => Message::new("import-problem-option").with("typed", shortened(cell)),
    })
}

/// The word that is most like another one, when it is quite like it.
pub fn nearest<'w>(words: impl IntoIterator<Item = &'w String>, wanted: &str) -> Option<&'w String> {
    let rated = words.into_iter().map(|word| (strsim::normalized_damerau_levenshtein(word, wanted), word));
    rated
        .filter(|(rating, _)| *rating >= 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, word)| word)
}

/// Letters and digits in lower case without accents: what is left when two people write the same word.
pub fn loose(text: &str) -> String {
    let folded = fold(text);
    let mut loose = String::with_capacity(folded.len());
    for character in folded.chars() {
        match character {
            '&' => loose.push_str("and"),
            other if other.is_alphanumeric() => loose.push(other),
            _ => {}
        }
    }
    loose
}

pub fn boolean(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "on" | "x" => Some(true),
        "false" | "no" | "n" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// Seconds: a number of them, or `1:30` for hours and minutes, `1:30:15` with seconds.
fn duration(cell: &str) -> Option<i64> {
    let parts: Vec<i64> = cell.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [seconds] => Some(*seconds),
        [hours, minutes] => Some(hours * 3600 + minutes * 60),
        [hours, minutes, seconds] => Some(hours * 3600 + minutes * 60 + seconds),
        _ => None,
    }
}

/// A cell as it is quoted in a message.
pub fn shortened(cell: &str) -> String {
    match cell.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests;
