//! Reading tables from files: delimited text in any usual encoding and JSON Lines, also compressed, and workbooks.
//!
//! [`Table::open`] finds out what a file is ([`Shape`]); [`Table::each`] then hands over its rows one by one, so that
//! a file of any size needs little memory. What is wrong with a row stands in [`Row::faults`], with its column; the
//! rest of the file goes on. Only what makes reading on senseless is an [`Error`].

mod delimited;
mod encoding;
mod lines;
mod shape;
mod source;
mod workbook;

use std::{ops::ControlFlow, sync::Arc};

use kernel::Message;
use serde::{Deserialize, Serialize};

use crate::archive::Archive;

pub use shape::{Format, Header, Shape, letters};
pub use source::Source;

/// What is told about a file where finding out went wrong, or would. Part of a mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// Between cells, such as `;`; found without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// A label of the WHATWG encoding standard, such as `windows-1252`; found without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Whether the first row names the columns; found without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// The table of an archive, by its path there; the only one without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The sheet of a workbook; the first without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// A file that was looked at.
#[derive(Clone, Debug)]
pub struct Table {
    pub source: Source,
    pub shape: Shape,
}

/// One row: its cells one behind the other in one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// As a spreadsheet counts: the header is 1. Of JSON Lines, the line.
    pub number: u64,
    text: String,
    ends: Vec<usize>,
    pub faults: Vec<Fault>,
    /// Whether characters of another encoding stood in it and were read as Windows-1252.
    pub repaired: bool,
}

/// Something wrong with a row, or with one cell of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Position of the column in the file, from 0.
    pub column: Option<usize>,
    /// The field that it is about, when no column goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub message: Message,
}

impl Fault {
    pub const fn new(column: Option<usize>, message: Message) -> Fault {
        Fault { column, field: None, message }
    }
}

/// Why a file cannot be read, or not to its end.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The file itself: what to tell the person.
    #[error("{}", .0.id)]
    File(Message),
    /// The disk.
    #[error("{0}")]
    Disk(String),
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(own) => own.clone(),
            None if error.kind() == std::io::ErrorKind::InvalidInput => {
                Error::File(Message::new("import-problem-compressed"))
            }
            None => Error::Disk(error.to_string()),
        }
    }
}

impl From<Error> for std::io::Error {
    fn from(error: Error) -> std::io::Error {
        std::io::Error::other(error)
    }
}

impl Error {
    pub(crate) const fn file(id: &'static str) -> Error {
        Error::File(Message::new(id))
    }
}

impl Table {
    /// Finds out what a file is and what its columns are called.
    ///
    /// # Errors
    /// When it is no table, or cannot be read.
    pub fn open(source: Source, reading: &Reading) -> Result<Table, Error> {
        let source = source.table(reading.table.as_deref())?;
        let mut shape = shape::find(&source, reading)?;
        if let Source::Entry(archive, _) = &source {
            shape.archive = Some(archive.tables().into_iter().map(|entry| entry.path.clone()).collect());
        }
        Ok(Table { source, shape })
    }

    /// The archive that the table lies in, and the folder there.
    pub fn archive(&self) -> Option<(&Arc<Archive>, &str)> {
        match &self.source {
            Source::Entry(archive, entry) => Some((archive, entry.folder())),
            Source::File(_) | Source::Blob(..) => None,
        }
    }

    /// Hands over the rows below the header, from row `from` of the file on, until `visit` breaks off.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn each(&self, from: u64, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Error> {
        let first = from.max(if self.shape.has_header { 2 } else { 1 });
        let width = self.shape.width;
        let mut checked = |row: &mut Row| {
            if row.number < first || row.is_blank() {
                return ControlFlow::Continue(());
            }
            row.check(width);
            visit(row)
        };
        match &self.shape.format {
            Format::Delimited { .. } => delimited::each(&self.source, &self.shape, &mut checked),
            Format::Lines { keys, .. } => lines::each(&self.source, keys, &mut checked),
            Format::Workbook { sheet, .. } => workbook::each(&self.source, sheet, &mut checked),
        }
    }
}

impl Row {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at a position; empty beyond the last.
    pub fn cell(&self, at: usize) -> &str {
        let Some(end) = self.ends.get(at) else { return "" };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..*end]
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at))
    }

    /// Bytes of all cells.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    fn is_blank(&self) -> bool {
        self.faults.is_empty() && self.text.trim().is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.faults.clear();
        self.repaired = false;
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    pub(crate) fn fault(&mut self, column: usize, message: Message) {
        self.faults.push(Fault::new(Some(column), message));
    }

    /// Compares with the width of the table: cells that are missing or too many, and bytes that no text has.
    fn check(&mut self, width: usize) {
        let cells = self.len();
        let surplus = (width..cells).any(|at| !self.cell(at).trim().is_empty());
        if self.faults.is_empty() && (cells < width || surplus) {
            let message = Message::new("import-problem-ragged").with("cells", cells).with("columns", width);
            self.faults.push(Fault::new(None, message));
        }
        if memchr::memchr(0, self.text.as_bytes()).is_some() {
            let at = (0..cells).find(|at| self.cell(*at).contains('\0')).unwrap_or(0);
            self.fault(at, Message::new("import-problem-nul"));
        }
    }
}

#[cfg(test)]
mod tests;
