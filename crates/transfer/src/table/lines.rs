//! Records as JSON, one a line (JSON Lines, <https://jsonlines.org>), as an export writes them, as rows of a table.
//!
//! Each key is a column, and what its content is made of is columns beside it, called as the parts of a field: money is
//! `price` and `price.currency`, a name `name.first` and so on, a link the title of its record with `company.id` beside it.
//! A list is one cell. Whatever else is nested stays JSON.

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead, BufReader, Read},
    ops::ControlFlow,
    sync::LazyLock,
};

use indexmap::IndexSet;
use kernel::{
    Message,
    json::{self, Unread},
    limits,
};
use metadata::Kind;
use serde_json::{Map, Value};

use super::{Error, Format, Header, Row, Shape, Source, delimited::too_wide, shape::unique};
use crate::{cell::of_entries, write::harmless};

/// Lines, and bytes of them, in which every column has to be named.
const SCANNED_LINES: u64 = 10_000;
const SCANNED_BYTES: usize = 16 << 20;
/// Rows that are shown.
const SHOWN: usize = 50;
/// Objects and lists within each other on one line.
const DEPTH: usize = 16;
/// What a link is written with.
const LINK: [&str; 3] = ["id", "title", "object"];
/// The parts of fields that have several, besides money.
static PARTS: LazyLock<[Vec<&str>; 2]> = LazyLock::new(|| {
    [Kind::PersonName, Kind::Address].map(|kind| kind.parts().into_iter().map(|part| part.name).collect())
});
/// How files are called that are certainly of this kind.
const NAMES: [&str; 2] = [".jsonl", ".ndjson"];

/// Whether a file is called like one of JSON Lines, or begins like one.
///
/// # Errors
/// When it is JSON of another kind: one document over many lines, or a list.
pub fn are_in(source: &Source) -> Result<bool, Error> {
    let name = source.name().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    if NAMES.iter().any(|ending| name.ends_with(ending)) {
        return Ok(true);
    }
    let mut lines = Lines::open(source)?;
    let is_line = lines.next()?.is_some_and(|line| line.text.starts_with(b"{") && line.read().is_ok());
    if !is_line && name.ends_with(".json") {
        return Err(Error::file("import-problem-lines-document"));
    }
    Ok(is_line)
}

/// Finds out what columns the lines have.
pub fn shape(source: &Source, compressed: bool) -> Result<Shape, Error> {
    let mut keys: IndexSet<String> = IndexSet::new();
    let (mut lines, mut scanned, mut first) = (Lines::open(source)?, 0, Vec::new());
    while lines.number < SCANNED_LINES && scanned < SCANNED_BYTES {
        let Some(line) = lines.next()? else { break };
        scanned += line.text.len();
        let record = match line.read() {
            Ok(record) => record,
            Err(message) if message == too_wide() => return Err(Error::File(message)),
            Err(_) => continue,
        };
        let cells = cells(&record);
        keys.extend(cells.iter().map(|(key, _)| key.clone()));
        if keys.len() > limits::IMPORT_COLUMNS {
            return Err(Error::File(too_wide()));
        }
        if first.len() < SHOWN && !cells.is_empty() {
            first.push(cells);
        }
    }
    if keys.is_empty() {
        return Err(Error::file(if lines.number == 0 {
            "import-problem-empty-file"
        } else {
            "import-problem-lines"
        }));
    }
    let keys: Vec<String> = keys.into_iter().collect();
    let cell = |cells: &[(String, String)], key: &String| {
        cells.iter().find(|(known, _)| known == key).map_or_else(String::new, |(_, cell)| cell.clone())
    };
    let first = first.iter().map(|cells| keys.iter().map(|key| cell(cells, key)).collect()).collect();
    let (width, mut notes) = (keys.len(), Vec::new());
    let mut seen = HashSet::new();
    let header =
        |(at, key): (usize, &String)| Header { name: unique(&mut seen, key.clone(), &mut notes), at };
    let headers = keys.iter().enumerate().map(header).collect();
    let format = Format::Lines { keys, compressed };
    Ok(Shape { format, has_header: false, archive: None, width, headers, first, notes })
}

/// Reads all lines of a file.
pub fn each(
    source: &Source,
    keys: &[String],
    visit: &mut dyn FnMut(&mut Row) -> ControlFlow<()>,
) -> Result<(), Error> {
    let columns: HashMap<&str, usize> = keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let (mut lines, mut row) = (Lines::open(source)?, Row::default());
    let mut placed: Vec<String> = vec![String::new(); keys.len()];
    while let Some(line) = lines.next()? {
        row.clear();
        row.number = line.number;
        placed.iter_mut().for_each(String::clear);
        if !line.is_blank() {
            match line.read() {
                Ok(record) => place(&record, &columns, &mut placed, &mut row),
                Err(message) => row.faults.push(super::Fault::new(None, message)),
            }
        }
        placed.iter().for_each(|cell| row.push(cell));
        if visit(&mut row).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Puts a record's cells into their columns.
fn place(record: &Map<String, Value>, columns: &HashMap<&str, usize>, placed: &mut [String], row: &mut Row) {
    for (key, cell) in cells(record) {
        let Some(at) = columns.get(key.as_str()).copied() else {
            if !cell.is_empty() && row.faults.is_empty() {
                let message =
                    Message::new("import-problem-lines-late").with("name", crate::cell::shortened(&key));
                row.faults.push(super::Fault::new(None, message));
            }
            continue;
        };
        if cell.len() > limits::IMPORT_CELL_BYTES {
            row.fault(
                at,
                Message::new("import-problem-cell-size").with("max", limits::IMPORT_CELL_BYTES >> 20),
            );
            continue;
        }
        placed[at] = cell;
    }
}

/// A record as cells, by the names of their columns.
fn cells(record: &Map<String, Value>) -> Vec<(String, String)> {
    let mut cells = Vec::with_capacity(record.len());
    for (key, value) in record {
        spread(key, value, &mut cells);
    }
    cells
}

fn spread(key: &str, value: &Value, cells: &mut Vec<(String, String)>) {
    let part = |name: &str| format!("{key}.{name}");
    let has_only =
        |parts: &Map<String, Value>, known: &[&str]| parts.keys().all(|key| known.contains(&key.as_str()));
    match value {
        Value::Object(parts) if is_money(parts) => {
            cells.push((key.to_owned(), plain(&parts["amount"])));
            cells.extend(parts.get("currency").map(|currency| (part("currency"), plain(currency))));
        }
        Value::Object(parts) if is_link(parts) => {
            cells.push((key.to_owned(), parts.get("title").map(plain).unwrap_or_default()));
            let beside = LINK.iter().filter(|name| **name != "title");
            cells.extend(beside.filter_map(|name| Some((part(name), plain(parts.get(*name)?)))));
        }
        Value::Object(parts) if !parts.is_empty() && PARTS.iter().any(|known| has_only(parts, known)) => {
            cells.extend(parts.iter().map(|(name, value)| (part(name), plain(value))));
        }
        Value::Array(entries) if !entries.is_empty() && entries.iter().all(is_link_value) => {
            let of = |name: &str| {
                let texts: Vec<String> =
                    entries.iter().filter_map(|entry| entry.get(name).map(plain)).collect();
                of_entries(&texts.iter().map(String::as_str).collect::<Vec<_>>())
            };
            cells.push((key.to_owned(), of("title")));
            cells.push((part("id"), of("id")));
        }
        Value::Array(entries) if entries.iter().all(Value::is_string) => {
            let texts: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
            cells.push((key.to_owned(), of_entries(&texts)));
        }
        other => cells.push((key.to_owned(), plain(other))),
    }
}

fn is_money(parts: &Map<String, Value>) -> bool {
    parts.contains_key("amount") && parts.keys().all(|key| matches!(key.as_str(), "amount" | "currency"))
}

fn is_link(parts: &Map<String, Value>) -> bool {
    (parts.contains_key("id") || parts.contains_key("title"))
        && parts.keys().all(|key| LINK.contains(&key.as_str()))
}

fn is_link_value(value: &Value) -> bool {
    value.as_object().is_some_and(is_link)
}

/// A value as a cell; numbers without an exponent, which tables do not have.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // What begins like a formula is marked as everywhere in tables, so that a mark of its own stays.
        Value::String(text) => harmless(text).into_owned(),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}

/// The lines of a file.
struct Lines {
    bytes: BufReader<Box<dyn Read + Send>>,
    /// Of the last line, from 1.
    number: u64,
    text: Vec<u8>,
}

/// One line.
struct Line<'l> {
    number: u64,
    text: &'l [u8],
    is_too_long: bool,
}

impl Lines {
    fn open(source: &Source) -> Result<Lines, Error> {
        Ok(Lines { bytes: BufReader::new(source.bytes()?), number: 0, text: Vec::new() })
    }

    fn next(&mut self) -> Result<Option<Line<'_>>, Error> {
        self.text.clear();
        let most = limits::IMPORT_LINE_BYTES as u64;
        let read = self.bytes.by_ref().take(most + 1).read_until(b'\n', &mut self.text)?;
        if read == 0 {
            return Ok(None);
        }
        let is_too_long = self.text.len() as u64 > most && !self.text.ends_with(b"\n");
        if is_too_long {
            self.text.clear();
            self.bytes.skip_until(b'\n')?;
        }
        self.number += 1;
        let mark: &[u8] = if self.number == 1 { "\u{feff}".as_bytes() } else { b"" };
        let text = self.text.strip_prefix(mark).unwrap_or(&self.text).trim_ascii();
        Ok(Some(Line { number: self.number, text, is_too_long }))
    }
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.text.is_empty() && !self.is_too_long
    }

    /// The record on the line.
    fn read(&self) -> Result<Map<String, Value>, Message> {
        if self.is_too_long {
            return Err(
                Message::new("import-problem-lines-long").with("max", limits::IMPORT_LINE_BYTES >> 20)
            );
        }
        let value = json::parse(self.text).map_err(|unread| match unread {
            Unread::Twice(place) => Message::new("import-problem-lines-twice").with("name", place),
            Unread::Broken(error) => Message::new("import-problem-lines-broken")
                .with("column", error.column())
                .with("why", why(&error)),
        })?;
        match value {
            Value::Object(_) if depth(&value) > DEPTH => {
                Err(Message::new("import-problem-lines-deep").with("max", DEPTH))
            }
            Value::Object(record) if record.len() > limits::IMPORT_COLUMNS => Err(too_wide()),
            Value::Object(record) => Ok(record),
            _ => Err(Message::new("import-problem-lines-object")),
        }
    }
}

/// What a parser found, without the place, which is a line of its own to it.
fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
