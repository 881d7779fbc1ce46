//! The rows of a workbook (XLSX), read cell by cell.

use std::{fs::File, io::BufReader, ops::ControlFlow};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use kernel::{Message, limits};

use super::{Error, Row, Source, delimited::too_wide};

type Book = Xlsx<BufReader<File>>;

/// The sheet that is meant, and all there are.
pub fn sheets(source: &Source, wanted: Option<&str>) -> Result<(String, Vec<String>), Error> {
    let sheets = open(source)?.sheet_names();
    let found = match wanted {
        Some(name) => sheets.iter().find(|sheet| sheet.as_str() == name),
        None => sheets.first(),
    };
    let missing = || Error::File(Message::new("import-problem-sheet").with("name", wanted.unwrap_or("")));
    Ok((found.ok_or_else(missing)?.clone(), sheets))
}

/// Reads all rows of a sheet.
pub fn each(
    source: &Source,
    sheet: &str,
    visit: &mut dyn FnMut(&mut Row) -> ControlFlow<()>,
) -> Result<(), Error> {
    let mut book = open(source)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| broken(&error))?;
    let mut row = Row { number: 1, ..Row::default() };
    let mut width = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
        let (number, column) = cell.get_position();
        let (number, column) = (u64::from(number) + 1, column as usize);
        while row.number < number {
            width = finish(&mut row, width);
            if visit(&mut row).is_break() {
                return Ok(());
            }
            row.clear();
            row.number += 1;
        }
        put(&mut row, column, cell.get_value());
    }
    finish(&mut row, width);
    let _ = visit(&mut row);
    Ok(())
}

/// Rows of a sheet end where their last cell does; all are as wide as the first.
fn finish(row: &mut Row, width: usize) -> usize {
    let width = if width == 0 { row.len() } else { width };
    while row.len() < width {
        row.push("");
    }
    width
}

fn put(row: &mut Row, column: usize, content: &DataRef<'_>) {
    if matches!(content, DataRef::Empty) {
        return;
    }
    if column >= limits::IMPORT_COLUMNS {
        if row.faults.is_empty() {
            row.faults.push(super::Fault::new(None, too_wide()));
        }
        return;
    }
    while row.len() < column {
        row.push("");
    }
    let text = text(content);
    if text.len() > limits::IMPORT_CELL_BYTES {
        row.fault(
            column,
            Message::new("import-problem-cell-size").with("max", limits::IMPORT_CELL_BYTES >> 20),
        );
        row.push("");
        return;
    }
    row.push(&text);
    if let DataRef::Error(_) = content {
        row.fault(column, Message::new("import-problem-sheet-error").with("text", text));
    }
}

/// A cell as text: numbers with a point, days and instants as in ISO 8601.
fn text(content: &DataRef<'_>) -> String {
    match content {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) if moment.is_duration() => {
            ((moment.as_f64() * 86_400.0).round() as i64).to_string()
        }
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn open(source: &Source) -> Result<Book, Error> {
    Xlsx::new(BufReader::new(source.open()?)).map_err(|error| broken(&error))
}

fn broken(error: &XlsxError) -> Error {
    tracing::debug!(%error, "a workbook cannot be read");
    Error::file("import-problem-workbook")
}
