//! All that a command has to say.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::Grid;
use super::grid::number;

/// One piece of a report, under a key that stays the same.
#[derive(Debug, Clone)]
pub enum Part {
    /// A number or text by itself.
    Single { key: String, value: Value },
    /// Numbers and texts by name.
    Figures { key: String, values: Map<String, Value> },
    /// A table.
    Table { key: String, grid: Grid },
    /// Lines for people (a tree, a card); JSON has them as one text.
    Text { key: String, text: String },
}

/// All that a command has to say, in order.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub title: String,
    pub parts: Vec<Part>,
    /// What to beware of.
    pub notes: Vec<String>,
    /// Files to be written beside.
    pub files: Vec<(PathBuf, String)>,
}

impl Report {
    pub fn new(title: impl Into<String>) -> Report {
        Report { title: title.into(), ..Report::default() }
    }

    /// Adds a number by itself.
    pub fn single(&mut self, key: &str, value: f64) {
        self.parts.push(Part::Single { key: key.to_owned(), value: number(value) });
    }

    /// Adds a count.
    pub fn count(&mut self, key: &str, value: usize) {
        self.parts.push(Part::Single { key: key.to_owned(), value: value.into() });
    }

    /// Adds a word by itself.
    pub fn word(&mut self, key: &str, value: impl Into<String>) {
        self.parts.push(Part::Single { key: key.to_owned(), value: Value::String(value.into()) });
    }

    /// Adds numbers by name.
    pub fn figures<'a>(&mut self, key: &str, values: impl IntoIterator<Item = (&'a str, f64)>) {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), number(value))).collect();
        self.parts.push(Part::Figures { key: key.to_owned(), values });
    }

    /// Adds numbers and texts by name.
    pub fn values<'a>(&mut self, key: &str, values: impl IntoIterator<Item = (&'a str, Value)>) {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.parts.push(Part::Figures { key: key.to_owned(), values });
    }

    /// Adds a table.
    pub fn table(&mut self, key: &str, grid: Grid) {
        self.parts.push(Part::Table { key: key.to_owned(), grid });
    }

    /// Adds lines for people.
    pub fn text(&mut self, key: &str, text: impl Into<String>) {
        self.parts.push(Part::Text { key: key.to_owned(), text: text.into() });
    }

    /// Adds a warning or remark.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

/// A copy of JSON with numbers of at most so many significant digits, for comparing across machines.
pub fn rounded(value: &Value, digits: usize) -> Value {
    match value {
        Value::Number(own) if own.is_f64() => {
            let short = format!("{:.*e}", digits.saturating_sub(1), own.as_f64().unwrap_or(f64::NAN));
            short.parse::<f64>().map_or(Value::Null, Value::from)
        }
        Value::Array(values) => values.iter().map(|value| rounded(value, digits)).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), rounded(value, digits))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}
