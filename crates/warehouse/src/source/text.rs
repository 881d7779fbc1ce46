//! Sources that are CSV: a line of names, then rows. Commas, semicolons, tabs or bars.
//!
//! They are read twice: to find out what the columns are, and to make them that.

use std::io::{BufReader, Read, Seek, SeekFrom};

use arrow::array::RecordBatch;
use csv::{ByteRecord, Reader};
use jiff::tz::TimeZone;

use super::{
    columns::{self, Cell, Guess, SourceColumn},
    gate::{BATCH, Gate, Reading, Sink},
};
use crate::Error;

/// Bytes of a cell.
const CELL: usize = 1 << 20;
/// Bytes in which the first line has to end.
const FIRST_LINE: u64 = 1 << 20;

/// Reads all rows; moments that say no zone are those on the clocks of `zone`.
///
/// # Errors
/// [`Error::Source`] when it is no table, has no such key, or many rows are bad.
pub fn read(
    mut input: impl Read + Seek,
    key: &[String],
    zone: &TimeZone,
    sink: Sink<'_>,
) -> Result<Reading, Error> {
    let delimiter = delimiter(&mut input)?;
    let mut reader = rows(&mut input, delimiter)?;
    let names = names(reader.byte_headers().map_err(fault)?)?;
    let mut guesses: Vec<Guess> = names.iter().map(|_| Guess::default()).collect();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(fault)? {
        for (guess, cell) in guesses.iter_mut().zip(&record).filter(|_| record.len() == names.len()) {
            guess.look(std::str::from_utf8(cell).unwrap_or_default().trim(), zone);
        }
    }
    let columns =
        names.into_iter().zip(&guesses).map(|(name, guess)| SourceColumn { name, kind: guess.kind() });
    let mut gate = Gate::new(columns.collect(), key)?;
    let mut reader = rows(&mut input, delimiter)?;
    let mut batch: Vec<Vec<Cell>> = Vec::new();
    while reader.read_byte_record(&mut record).map_err(fault)? {
        batch.extend(checked(&mut gate, &record, zone));
        if batch.len() == BATCH {
            sink(&gate.read.columns, together(&gate.read.columns, std::mem::take(&mut batch))?)?;
        }
    }
    sink(&gate.read.columns, together(&gate.read.columns, batch)?)?;
    gate.finish()
}

fn rows(
    input: &mut (impl Read + Seek),
    delimiter: u8,
) -> Result<Reader<BufReader<&mut (impl Read + Seek)>>, Error> {
    input.seek(SeekFrom::Start(0))?;
    // The byte order mark that some programs begin with is passed over by the reader itself.
    Ok(csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(BufReader::new(input)))
}

fn fault(error: csv::Error) -> Error {
    Error::Source(error.to_string())
}

/// What is most often in the first line.
fn delimiter(input: &mut (impl Read + Seek)) -> Result<u8, Error> {
    input.seek(SeekFrom::Start(0))?;
    let mut line = Vec::new();
    std::io::BufRead::read_until(&mut BufReader::new(input.take(FIRST_LINE)), b'\n', &mut line)?;
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    Ok(b"|\t;,".iter().copied().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b','))
}

/// Names as columns have them: `Unit price` is `unit_price`.
fn names(line: &ByteRecord) -> Result<Vec<String>, Error> {
    let mut names: Vec<String> = Vec::new();
    for (at, name) in line.iter().enumerate() {
        let name = String::from_utf8_lossy(name).trim().to_lowercase();
        let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
        let name: String = name.chars().map(letter).collect();
        let name = match name.trim_matches('_') {
            "" => format!("column_{}", at + 1),
            name => name.to_owned(),
        };
        if names.contains(&name) {
            return Err(Error::Source(format!("two columns are called {name:?}")));
        }
        names.push(name);
    }
    match names.is_empty() {
        true => Err(Error::Source("there is no line with the names of columns".to_owned())),
        false => Ok(names),
    }
}

/// The cells of a row that goes in.
fn checked(gate: &mut Gate, record: &ByteRecord, zone: &TimeZone) -> Option<Vec<Cell>> {
    let line = record.position().map_or(0, csv::Position::line);
    let place = || format!("line {line}");
    let wanted = gate.read.columns.len();
    if record.len() != wanted {
        gate.refuse(place(), format!("it has {} cells where there are {wanted} columns", record.len()));
        return None;
    }
    let mut texts: Vec<&str> = Vec::with_capacity(wanted);
    for cell in record {
        match std::str::from_utf8(cell).ok().filter(|text| text.len() <= CELL) {
            Some(text) => texts.push(text.trim()),
            None => {
                gate.refuse(place(), "it is not written in UTF-8, or too long".to_owned());
                return None;
            }
        }
    }
    let columns = gate.read.columns.iter().zip(&texts);
    let cells: Result<Vec<Cell>, String> =
        columns.map(|(column, text)| columns::cell(column, text, zone)).collect();
    match cells {
        Ok(cells) => {
            let key: Vec<&str> = gate.key.iter().map(|at| texts[*at]).collect();
            gate.lets_in(&key, place).then_some(cells)
        }
        Err(reason) => {
            gate.refuse(place(), reason);
            None
        }
    }
}

fn together(columns: &[SourceColumn], rows: Vec<Vec<Cell>>) -> Result<RecordBatch, Error> {
    let mut by_column: Vec<Vec<Cell>> = columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        row.into_iter().zip(&mut by_column).for_each(|(cell, column)| column.push(cell));
    }
    let arrays =
        columns.iter().zip(by_column).map(|(column, cells)| columns::array(column.kind, cells.into_iter()));
    Ok(RecordBatch::try_new(columns::schema(columns), arrays.collect())?)
}
