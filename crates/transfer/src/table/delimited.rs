//! Cells between delimiters, as RFC 4180 has them and as they really come: any delimiter, line ends of all systems,
//! quotes that are never closed, text behind a closing quote.
//!
//! A quote that is never closed would swallow the rest of the file. So the text from the beginning of a row is kept
//! until the row is whole; when the file ends within quotes, the row is read again with its quotes as plain
//! characters, and has a fault.

use std::ops::ControlFlow;

use kernel::{Message, limits};
use memchr::{memchr, memchr3};

use super::{Error, Format, Row, Shape, Source, encoding::Characters};

/// Reads all rows of a file.
pub fn each(
    source: &Source,
    shape: &Shape,
    visit: &mut dyn FnMut(&mut Row) -> ControlFlow<()>,
) -> Result<(), Error> {
    let Format::Delimited { delimiter, encoding, mark, skip, .. } = &shape.format else { return Ok(()) };
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let characters = Characters::new(source.bytes()?, encoding, *mark)?;
    let mut reader = Delimited::new(characters, *delimiter);
    let mut row = Row::default();
    for _ in 0..*skip {
        reader.read(&mut row)?;
    }
    while reader.read(&mut row)? {
        row.number += 1;
        if visit(&mut row).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Rows out of characters.
pub struct Delimited {
    characters: Characters,
    delimiter: u8,
    text: String,
    /// Where reading stands in `text`.
    at: usize,
    /// Where the row began that is being read.
    start: usize,
    /// Bytes of UTF-8 before `text`.
    passed: u64,
    ended: bool,
    /// Nothing of the row is kept any more: it cannot be read again.
    forgotten: bool,
}

/// How a cell ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Cell,
    Row,
    /// The file ended within quotes.
    Unclosed,
}

impl Delimited {
    pub fn new(characters: Characters, delimiter: char) -> Delimited {
        Delimited {
            characters,
            delimiter: u8::try_from(delimiter).unwrap_or(b','),
            text: String::new(),
            at: 0,
            start: 0,
            passed: 0,
            ended: false,
            forgotten: false,
        }
    }

    /// Reads the next row, an empty line too; tells whether there was one.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Error> {
        self.drop_before(self.at);
        (self.start, self.forgotten) = (self.at, false);
        row.clear();
        if self.peek()?.is_none() {
            return Ok(false);
        }
        if let Some(column) = self.read_cells(row, true)? {
            let message = Message::new("import-problem-unclosed");
            if self.forgotten {
                row.fault(column, message);
            } else {
                self.at = self.start;
                row.clear();
                self.read_cells(row, false)?;
                row.fault(column, message);
            }
        }
        self.note_repairs(row);
        Ok(true)
    }

    /// Reads cells to the end of the row; the column of a quote that is never closed, if there is one.
    fn read_cells(&mut self, row: &mut Row, quotes: bool) -> Result<Option<usize>, Error> {
        loop {
            let column = row.len();
            let quoted = quotes && self.peek()? == Some(b'"');
            let end = if quoted { self.read_quoted(row)? } else { self.read_plain(row)? };
            match end {
                End::Unclosed => return Ok(Some(column)),
                End::Row => return Ok(None),
                // Cells without end are counted no further than it takes to say that there are too many.
                End::Cell if row.len() > limits::IMPORT_COLUMNS => {
                    row.ends.pop();
                    row.text.truncate(row.ends.last().copied().unwrap_or(0));
                    if row.faults.is_empty() {
                        row.faults.push(super::Fault::new(None, too_wide()));
                    }
                }
                End::Cell => {}
            }
        }
    }

    fn read_plain(&mut self, row: &mut Row) -> Result<End, Error> {
        let column = row.len();
        let mut whole = true;
        loop {
            let bytes = &self.text.as_bytes()[self.at..];
            let found = memchr3(self.delimiter, b'\n', b'\r', bytes);
            let length = found.unwrap_or(bytes.len());
            whole = self.take(row, length, whole, column);
            if found.is_some() {
                row.ends.push(row.text.len());
                return self.pass_end();
            }
            if !self.fill()? {
                row.ends.push(row.text.len());
                return Ok(End::Row);
            }
        }
    }

    fn read_quoted(&mut self, row: &mut Row) -> Result<End, Error> {
        let column = row.len();
        let mut whole = true;
        self.at += 1;
        loop {
            let bytes = &self.text.as_bytes()[self.at..];
            let found = memchr(b'"', bytes);
            whole = self.take(row, found.unwrap_or(bytes.len()), whole, column);
            if found.is_none() {
                if self.fill()? {
                    continue;
                }
                row.ends.push(row.text.len());
                return Ok(End::Unclosed);
            }
            self.at += 1;
            if self.peek()? == Some(b'"') {
                whole = self.take(row, 1, whole, column);
                continue;
            }
            return self.end_quoted(row, column);
        }
    }

    /// What stands between a closing quote and the end of the cell: spaces, at best.
    fn end_quoted(&mut self, row: &mut Row, column: usize) -> Result<End, Error> {
        let before = row.text.len();
        let end = self.read_plain(row)?;
        if row.text[before..].trim().is_empty() {
            row.text.truncate(before);
            if let Some(end) = row.ends.last_mut() {
                *end = before;
            }
        } else {
            row.fault(column, Message::new("import-problem-quote"));
        }
        Ok(end)
    }

    /// Takes over `length` bytes; beyond the limit of a cell they are passed by, and the row has a fault.
    fn take(&mut self, row: &mut Row, length: usize, whole: bool, column: usize) -> bool {
        let from = self.at;
        self.at += length;
        if !whole {
            self.forget();
            return false;
        }
        let begun = row.ends.last().copied().unwrap_or(0);
        if row.text.len() - begun + length > limits::IMPORT_CELL_BYTES {
            row.fault(
                column,
                Message::new("import-problem-cell-size").with("max", limits::IMPORT_CELL_BYTES >> 20),
            );
            self.forget();
            return false;
        }
        row.text.push_str(&self.text[from..from + length]);
        true
    }

    /// Stops keeping what stands before.
    fn forget(&mut self) {
        self.forgotten = true;
        self.start = self.at;
    }

    /// Goes past a delimiter or a line end.
    fn pass_end(&mut self) -> Result<End, Error> {
        let byte = self.text.as_bytes()[self.at];
        self.at += 1;
        if byte == self.delimiter {
            return Ok(End::Cell);
        }
        if byte == b'\r' && self.peek()? == Some(b'\n') {
            self.at += 1;
        }
        Ok(End::Row)
    }

    fn peek(&mut self) -> Result<Option<u8>, Error> {
        while self.at == self.text.len() {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(Some(self.text.as_bytes()[self.at]))
    }

    /// Has more characters come; tells whether there are any.
    fn fill(&mut self) -> Result<bool, Error> {
        if self.ended {
            return Ok(false);
        }
        if self.forgotten {
            self.drop_before(self.at);
        }
        self.ended = !self.characters.read_into(&mut self.text)?;
        Ok(!self.ended)
    }

    /// Lets go of the text before a place, once it is worth moving the rest.
    fn drop_before(&mut self, place: usize) {
        if place * 2 >= self.text.len() && place > 0 {
            self.text.drain(..place);
            self.passed += place as u64;
            self.at -= place;
            self.start = self.start.saturating_sub(place);
        }
    }

    /// Characters of another encoding within the row.
    fn note_repairs(&mut self, row: &mut Row) {
        let end = self.passed + self.at as u64;
        let mut any = false;
        while self.characters.repairs.front().is_some_and(|place| *place < end) {
            self.characters.repairs.pop_front();
            any = true;
        }
        row.repaired = any;
    }
}

pub fn too_wide() -> Message {
    Message::new("import-problem-columns").with("max", limits::IMPORT_COLUMNS)
}
