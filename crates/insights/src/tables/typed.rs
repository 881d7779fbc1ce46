//! A table of text as columns of the types that its cells have: what is a number everywhere is a number.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use kernel::Decimal;

use crate::failure::Failure;
use crate::table::Table;

/// Digits after the point that are kept exactly; more make a column of binary numbers.
const MOST_SCALE: u32 = 10;
/// Microseconds of a day.
const DAY: f64 = 86_400_000_000.0;

/// The table in columns.
///
/// # Errors
/// [`Failure::Input`] when columns of one name are there twice.
pub fn batch(table: &Table) -> Result<RecordBatch, Failure> {
    let columns: Vec<ArrayRef> = (0..table.names().len()).map(|column| array(table, column)).collect();
    let fields = table.names().iter().zip(&columns);
    let fields: Vec<Field> =
        fields.map(|(name, array)| Field::new(name, array.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .map_err(|error| Failure::Input(error.to_string()))
}

fn array(table: &Table, column: usize) -> ArrayRef {
    let cells = || (0..table.len()).map(|row| table.text(column, row));
    let known = |text: &&str| !table.is_missing(text);
    let numeric = table.is_numeric(column);
    if numeric {
        return exact(table, column).unwrap_or_else(|| {
            let numbers =
                (0..table.len()).map(|row| table.number(column, row).ok().filter(|it| !it.is_nan()));
            Arc::new(numbers.collect::<Float64Array>())
        });
    }
    let times: Option<Vec<Option<f64>>> =
        cells().map(|text| if known(&text) { table.time_of(text).map(Some) } else { Some(None) }).collect();
    match times.filter(|times| times.iter().any(Option::is_some)) {
        Some(times) if times.iter().flatten().all(|time| time.fract() == 0.0) => {
            Arc::new(times.iter().map(|time| time.map(|day| day as i32)).collect::<Date32Array>())
        }
        Some(times) => {
            let instant = |time: &Option<f64>| time.map(|day| (day * DAY).round() as i64);
            Arc::new(times.iter().map(instant).collect::<TimestampMicrosecondArray>())
        }
        None => Arc::new(cells().map(|text| Some(text).filter(known)).collect::<StringArray>()),
    }
}

/// Numbers with all their digits, unless some have more than are kept.
fn exact(table: &Table, column: usize) -> Option<ArrayRef> {
    let mut numbers: Vec<Option<Decimal>> = Vec::with_capacity(table.len());
    for row in 0..table.len() {
        let text = table.text(column, row);
        match table.number(column, row) {
            Ok(number) if number.is_nan() => numbers.push(None),
            _ => numbers.push(Some(text.parse().or_else(|_| Decimal::from_scientific(text)).ok()?)),
        }
    }
    let scale = numbers.iter().flatten().map(|number| number.normalize().scale()).max().unwrap_or(0);
    if scale > MOST_SCALE {
        return None;
    }
    let units = numbers.iter().map(|number| {
        let mut number = (*number)?;
        number.rescale(scale);
        Some(number.mantissa())
    });
    let units: Decimal128Array = units.collect();
    Some(Arc::new(units.with_data_type(DataType::Decimal128(29, i8::try_from(scale).ok()?))))
}
