//! Workbooks, written row by row.

use std::io::Write;

use kernel::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Cell, Error, Export};

/// Rows of a sheet at most, the header included (ISO/IEC 29500 leaves it open; spreadsheets take 1,048,576).
const ROWS: u32 = 1_000_000;
/// Digits that a number in a workbook can hold.
const DIGITS: usize = 15;
/// Characters that a cell can hold.
const CHARACTERS: usize = 32_767;

struct Looks {
    head: Format,
    date: Format,
    instant: Format,
}

/// Writes all records of an export; tells how many.
pub fn write(export: &Export<'_>, out: &mut (dyn Write + Send)) -> Result<u64, Error> {
    let mut book = Workbook::new();
    let looks = Looks {
        head: Format::new().set_bold(),
        date: Format::new().set_num_format("yyyy-mm-dd"),
        instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
    };
    let headers = export.headers();
    let mut row = ROWS;
    let mut sheets = 0;
    let count = export.each(&mut |record| {
        if row >= ROWS {
            begin(&mut book, &headers, &looks)?;
            (sheets, row) = (sheets + 1, 1);
        }
        let sheet = book.worksheet_from_index(sheets - 1)?;
        for (column, cell) in (0..).zip(export.cells(record)) {
            put(sheet, row, column, &cell, &looks, export)?;
        }
        row += 1;
        Ok(())
    })?;
    if sheets == 0 {
        begin(&mut book, &headers, &looks)?;
    }
    let bytes = book.save_to_buffer()?;
    out.write_all(&bytes)?;
    Ok(count)
}

fn begin(book: &mut Workbook, headers: &[String], looks: &Looks) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, header) in (0..).zip(headers) {
        sheet.write_string_with_format(0, column, header, &looks.head)?;
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    looks: &Looks,
    export: &Export<'_>,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Digits(text) => {
            let end = text.char_indices().nth(CHARACTERS).map_or(text.len(), |(at, _)| at);
            sheet.write_string(row, column, &text[..end])?;
        }
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
    Ok(())
}

/// The number as a workbook keeps numbers; none when digits would be lost.
fn exact(number: Decimal) -> Option<f64> {
    let text = number.normalize().to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > DIGITS { None } else { text.parse().ok() }
}
