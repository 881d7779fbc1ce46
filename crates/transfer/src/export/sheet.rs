//! Workbooks, written row by row.

use std::io::Write;

use kernel::{Decimal, Message};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError, utility::row_col_to_cell};

use super::{Cell, Error, Export, Written};

/// Rows of a sheet at most, the header included (ISO/IEC 29500 leaves it open; spreadsheets take 1,048,576).
const ROWS: u32 = 1_000_000;
/// Digits that a number in a workbook can hold.
const DIGITS: usize = 15;
/// Units of UTF-16 that a cell can hold.
const UNITS: usize = 32_767;
/// Cut texts that are named, one by one.
const NAMED: usize = 1_000;

struct Looks {
    head: Format,
    date: Format,
    instant: Format,
}

/// A text that was longer than a cell.
struct Cut {
    sheet: usize,
    row: u32,
    column: u16,
    characters: usize,
}

/// Writes all records of an export.
pub fn write(export: &Export<'_>, out: &mut (dyn Write + Send)) -> Result<Written, Error> {
    let mut book = Workbook::new();
    let looks = Looks {
        head: Format::new().set_bold(),
        date: Format::new().set_num_format("yyyy-mm-dd"),
        instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
    };
    let headers = export.headers();
    let mut row = ROWS;
    let mut sheets = 0;
    let mut cuts = Vec::new();
    let mut written = Written::default();
    written.records = export.each(&mut |record| {
        if row >= ROWS {
            begin(&mut book, &headers, &looks)?;
            (sheets, row) = (sheets + 1, 1);
        }
        let sheet = book.worksheet_from_index(sheets - 1)?;
        for (column, cell) in (0..).zip(export.cells(record)) {
            if let Some(characters) = put(sheet, row, column, &cell, &looks, export)? {
                written.cut += 1;
                cuts.push(Cut { sheet: sheets, row, column, characters });
                cuts.truncate(NAMED);
            }
        }
        row += 1;
        Ok(())
    })?;
    if sheets == 0 {
        begin(&mut book, &headers, &looks)?;
    }
    if written.cut > 0 {
        tell(&mut book, export, &headers, written.cut, &cuts)?;
    }
    let bytes = book.save_to_buffer()?;
    out.write_all(&bytes)?;
    Ok(written)
}

fn begin(book: &mut Workbook, headers: &[String], looks: &Looks) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, header) in (0..).zip(headers) {
        sheet.write_string_with_format(0, column, header, &looks.head)?;
    }
    Ok(())
}

/// Says on a last sheet, which no import reads, which texts are not whole.
fn tell(
    book: &mut Workbook,
    export: &Export<'_>,
    headers: &[String],
    count: u64,
    cuts: &[Cut],
) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(export.look.text("export-cut"))?;
    let message = Message::new("export-cut-why").with("count", i64::try_from(count).unwrap_or(i64::MAX));
    sheet.write_string(0, 0, export.look.text_with(&message))?;
    for (at, cut) in (2..).zip(cuts) {
        sheet.write_string(at, 0, format!("Sheet{}!{}", cut.sheet, row_col_to_cell(cut.row, cut.column)))?;
        sheet.write_string(at, 1, headers.get(usize::from(cut.column)).map_or("", String::as_str))?;
        sheet.write_number(at, 2, cut.characters as f64)?;
    }
    Ok(())
}

/// Writes a cell; where its text does not fit, its beginning, and tells how many characters there were.
fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    looks: &Looks,
    export: &Export<'_>,
) -> Result<Option<usize>, XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Digits(text) => match fitting(text) {
            None => {
                sheet.write_string(row, column, text)?;
            }
            Some(beginning) => {
                sheet.write_string(row, column, format!("{beginning}…"))?;
                return Ok(Some(text.chars().count()));
            }
        },
        Cell::Number(number) => match exact(*number) {
            Some(float) => {
                sheet.write_number(row, column, float)?;
            }
            None => {
                sheet.write_string(row, column, number.normalize().to_string())?;
            }
        },
        Cell::Bool(truth) => {
            sheet.write_boolean(row, column, *truth)?;
        }
        Cell::Date(day) => {
            let (year, month, day) =
                (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
            match ExcelDateTime::from_ymd(year, month, day) {
                Ok(moment) => sheet.write_datetime_with_format(row, column, &moment, &looks.date)?,
                // Days before 1900 are none to a spreadsheet.
                Err(_) => sheet.write_string(row, column, cell.plain())?,
            };
        }
        Cell::Instant(at) => {
            let local = export.look.local(*at);
            let (year, month, day) =
                (local.year().unsigned_abs(), local.month().unsigned_abs(), local.day().unsigned_abs());
            let moment = ExcelDateTime::from_ymd(year, month, day).and_then(|moment| {
                moment.and_hms(
                    u16::from(local.hour().unsigned_abs()),
                    local.minute().unsigned_abs(),
                    f64::from(local.second()),
                )
            });
            match moment {
                Ok(moment) => sheet.write_datetime_with_format(row, column, &moment, &looks.instant)?,
                Err(_) => sheet.write_string(row, column, cell.plain())?,
            };
        }
    }
    Ok(None)
}

/// As much of a text as fits into a cell with a sign that there was more; none where all of it does.
fn fitting(text: &str) -> Option<&str> {
    if text.len() <= UNITS {
        return None;
    }
    let mut units = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        if units < UNITS {
            end = at;
        }
        units += character.len_utf16();
    }
    (units > UNITS).then(|| &text[..end])
}

/// The number as a workbook keeps numbers; none when digits would be lost.
fn exact(number: Decimal) -> Option<f64> {
    let text = number.normalize().to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > DIGITS { None } else { text.parse().ok() }
}
