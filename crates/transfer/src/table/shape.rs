//! What a file is: how its characters are written, what parts its cells, what its columns are called.

use std::{collections::HashSet, io::Read, ops::ControlFlow};

use encoding_rs::Encoding;
use kernel::Message;
use serde::{Deserialize, Serialize};

use super::{
    Error, Reading, Row, Source, delimited,
    encoding::{self, Characters},
    lines,
    source::{Container, chained},
    workbook,
};

/// Bytes that are looked at to find out.
const HEAD_BYTES: u64 = 256 << 10;
/// Rows that are looked at.
const HEAD_ROWS: usize = 60;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// What was found out about a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub format: Format,
    pub has_header: bool,
    /// The tables of the archive that it lies in, by path; none outside of one. What else is there can go to records.
    #[serde(default)]
    pub archive: Option<Vec<String>>,
    /// Cells in a row.
    pub width: usize,
    /// The columns, without those that are empty and have no name.
    pub headers: Vec<Header>,
    /// The first rows below the header, by column of the file.
    pub first: Vec<Vec<String>>,
    /// What a person should know: names that were made up or changed.
    pub notes: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Delimited {
        delimiter: char,
        /// By its name in the WHATWG encoding standard.
        encoding: String,
        /// Bytes of the byte-order mark.
        mark: usize,
        /// Lines before the table, such as `sep=;`.
        skip: usize,
        compressed: bool,
    },
    /// Records as JSON, one a line.
    Lines {
        /// What the columns are called on the lines.
        keys: Vec<String>,
        compressed: bool,
    },
    Workbook {
        sheet: String,
        sheets: Vec<String>,
    },
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub name: String,
    /// Position in the file, from 0.
    pub at: usize,
}

impl Shape {
    /// What a column is called where it is told about: by its letters as in a spreadsheet, by its key on lines of JSON.
    pub fn place(&self, at: usize) -> String {
        match &self.format {
            Format::Lines { keys, .. } => keys.get(at).cloned().unwrap_or_default(),
            Format::Delimited { .. } | Format::Workbook { .. } => letters(at),
        }
    }
}

/// Finds out what a file is.
pub fn find(source: &Source, reading: &Reading) -> Result<Shape, Error> {
    match source.container()? {
        Container::Workbook => {
            let (sheet, sheets) = workbook::sheets(source, reading.sheet.as_deref())?;
            let mut rows = Vec::new();
            workbook::each(source, &sheet, &mut |row| keep(&mut rows, row))?;
            finish(Format::Workbook { sheet, sheets }, rows, reading)
        }
        container if lines::are_in(source)? => lines::shape(source, container == Container::Gzip),
        container => delimited_shape(source, reading, container == Container::Gzip),
    }
}

fn keep(rows: &mut Vec<Row>, row: &mut Row) -> ControlFlow<()> {
    rows.push(row.clone());
    if rows.len() < HEAD_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn delimited_shape(source: &Source, reading: &Reading, compressed: bool) -> Result<Shape, Error> {
    let mut head = Vec::new();
    source.bytes()?.take(HEAD_BYTES).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Error::file("import-problem-empty-file"));
    }
    let (found, mark) = encoding::find(&head);
    let encoding = match &reading.encoding {
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            Error::File(Message::new("import-problem-encoding").with("name", label.as_str()))
        })?,
        None => found,
    };
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    // UTF-32 begins as UTF-16 does, and is nothing that tables are saved in.
    let is_wide = [[0xff, 0xfe, 0, 0], [0, 0, 0xfe, 0xff]].iter().any(|mark| head.starts_with(mark));
    if is_wide || !encoding.name().starts_with("UTF-16") && zeros > 8 && zeros * 50 > head.len() {
        return Err(Error::file("import-problem-no-table"));
    }
    let is_whole = (head.len() as u64) < HEAD_BYTES;
    let rows_by = |delimiter| head_rows(&head, encoding, mark, delimiter, is_whole);
    let first_line = rows_by('\0')?.first().map(|row| row.cell(0).trim().to_owned()).unwrap_or_default();
    let said = first_line.strip_prefix("sep=").and_then(|rest| rest.chars().next());
    let skip = usize::from(said.is_some());
    let delimiter = match reading.delimiter.or(said) {
        Some(delimiter) if delimiter.is_ascii() && !delimiter.is_alphanumeric() && delimiter != '"' => {
            delimiter
        }
        Some(_) => return Err(Error::file("import-problem-delimiter")),
        None => likeliest(source, rows_by)?,
    };
    let mut rows = rows_by(delimiter)?;
    rows.drain(..skip.min(rows.len()));
    rows.truncate(HEAD_ROWS);
    let encoding = encoding.name().to_owned();
    finish(Format::Delimited { delimiter, encoding, mark, skip, compressed }, rows, reading)
}

fn head_rows(
    head: &[u8],
    encoding: &'static Encoding,
    mark: usize,
    delimiter: char,
    is_whole: bool,
) -> Result<Vec<Row>, Error> {
    let characters = Characters::new(chained(head.to_vec(), Box::new(std::io::empty())), encoding, mark)?;
    let mut reader = delimited::Delimited::new(characters, delimiter);
    let (mut rows, mut row) = (Vec::new(), Row::default());
    while rows.len() <= HEAD_ROWS && reader.read(&mut row)? {
        row.number += 1;
        rows.push(row.clone());
    }
    // The sample may end in the middle of its last row.
    if !is_whole && rows.len() > 1 && rows.len() <= HEAD_ROWS {
        rows.pop();
    }
    Ok(rows)
}

/// The delimiter by which most rows have the same number of cells, more than one.
fn likeliest(source: &Source, rows_by: impl Fn(char) -> Result<Vec<Row>, Error>) -> Result<char, Error> {
    let mut best = (0, if source.name().to_ascii_lowercase().ends_with(".tsv") { '\t' } else { ',' });
    for delimiter in DELIMITERS {
        let rows = rows_by(delimiter)?;
        let rows: Vec<&Row> = rows.iter().filter(|row| !row.is_blank()).collect();
        let widths: Vec<usize> = rows.iter().map(|row| row.len()).collect();
        let usual = widths.first().copied().unwrap_or(0);
        if usual < 2 {
            continue;
        }
        let like_first = widths.iter().filter(|width| **width == usual).count();
        let score = like_first * 1000 / widths.len() * 100 + usual.min(99);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    Ok(best.1)
}

fn finish(format: Format, rows: Vec<Row>, reading: &Reading) -> Result<Shape, Error> {
    let too_wide = |row: &Row| row.faults.iter().any(|fault| fault.message.id == delimited::too_wide().id);
    if rows.iter().any(too_wide) {
        return Err(Error::File(delimited::too_wide()));
    }
    let Some(top) = rows.iter().position(|row| !row.is_blank()) else {
        return Err(Error::file("import-problem-empty-file"));
    };
    // Lines above the header are passed over when it is looked for by number: only blank ones can be.
    let below: Vec<&Row> = rows[top + 1..].iter().filter(|row| !row.is_blank()).collect();
    let has_header = reading.header.unwrap_or_else(|| is_header(&rows[top], &below));
    let samples: Vec<&Row> = if has_header { below } else { rows[top..].iter().collect() };
    let width = match has_header {
        true => rows[top].len(),
        false => samples.iter().map(|row| row.len()).max().unwrap_or(0),
    };
    let mut notes = Vec::new();
    let headers = headers(has_header.then_some(&rows[top]), &samples, width, &mut notes);
    let first =
        samples.iter().take(50).map(|row| (0..width).map(|at| row.cell(at).to_owned()).collect()).collect();
    Ok(Shape { format, has_header, archive: None, width, headers, first, notes })
}

/// A header names: no numbers, no dates, no addresses, nothing twice in most of it; unlike what stands below it.
fn is_header(top: &Row, below: &[&Row]) -> bool {
    let looks_like_content = |cell: &str| {
        let cell = cell.trim();
        cell.contains('@')
            || cell.starts_with(|first: char| first.is_ascii_digit() || first == '-') && {
                cell.chars().all(|c| c.is_ascii_digit() || ".,-/:+ TZ%".contains(c))
            }
    };
    let filled = top.cells().filter(|cell| !cell.trim().is_empty()).count();
    if filled * 2 < top.len() || top.cells().any(looks_like_content) {
        return false;
    }
    // A single row, or one whose cells come again below, may as well be content.
    let again = |at: usize| !top.cell(at).is_empty() && below.iter().any(|row| row.cell(at) == top.cell(at));
    let repeated = (0..top.len()).filter(|at| again(*at)).count();
    repeated * 2 < filled.max(1)
}

fn headers(top: Option<&Row>, samples: &[&Row], width: usize, notes: &mut Vec<Message>) -> Vec<Header> {
    let mut seen = HashSet::new();
    let mut headers = Vec::new();
    for at in 0..width {
        let given = crate::write::meant(top.map_or("", |row| row.cell(at)))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let is_empty = samples.iter().all(|row| row.cell(at).trim().is_empty());
        if given.is_empty() && is_empty {
            continue;
        }
        let mut name = given.clone();
        if name.is_empty() {
            name = letters(at);
            if top.is_some() {
                notes.push(Message::new("import-note-unnamed").with("name", name.as_str()));
            }
        }
        headers.push(Header { name: unique(&mut seen, name, notes), at });
    }
    headers
}

/// A name that no column before has, whatever its case.
pub fn unique(seen: &mut HashSet<String>, base: String, notes: &mut Vec<Message>) -> String {
    let (mut name, mut count) = (base.clone(), 1);
    while !seen.insert(name.to_lowercase()) {
        count += 1;
        name = format!("{base} ({count})");
    }
    if count > 1 {
        notes.push(Message::new("import-note-same-name").with("was", base).with("name", name.as_str()));
    }
    name
}

/// As spreadsheets name columns: A, B, …, Z, AA.
pub fn letters(mut at: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + u8::try_from(at % 26).unwrap_or(0)));
        if at < 26 {
            return name;
        }
        at = at / 26 - 1;
    }
}
