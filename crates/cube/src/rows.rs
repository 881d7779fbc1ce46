//! Between columns and rows: what engines give, and what answers are written as.

use std::sync::Arc;

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
        RecordBatch, StringArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Field, Float64Type, Int64Type, Schema, TimeUnit},
    error::ArrowError,
};
use jiff::Span;
use kernel::{Date, Decimal};

use crate::{Column, ColumnKind, Datum, Format, Table};

/// Digits after the point that a decimal of an answer has at most.
const MOST_SCALE: u32 = 28;

/// The rows of some batches.
///
/// # Errors
/// When a column holds what no answer shows, or a number of more than 28 digits.
pub fn of(batches: &[RecordBatch]) -> Result<Vec<Vec<Datum>>, String> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let columns = batch.columns().iter().map(column).collect::<Result<Vec<_>, String>>()?;
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        for _ in 0..batch.num_rows() {
            rows.push(columns.iter_mut().map(|column| column.next().unwrap_or(Datum::Null)).collect());
        }
    }
    Ok(rows)
}

fn column(array: &ArrayRef) -> Result<Vec<Datum>, String> {
    let wrong = |error: ArrowError| error.to_string();
    let or_null = |datum: Option<Datum>| datum.unwrap_or(Datum::Null);
    Ok(match array.data_type() {
        DataType::Null => vec![Datum::Null; array.len()],
        DataType::Boolean => array.as_boolean().iter().map(|it| or_null(it.map(Datum::Bool))).collect(),
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().iter();
            days.map(|it| or_null(it.and_then(day).map(Datum::Date))).collect()
        }
        DataType::Decimal128(_, scale) => {
            let scale = u32::try_from(*scale).unwrap_or_default();
            let number = |units: i128| {
                let number = Decimal::try_from_i128_with_scale(units, scale);
                number.map(Datum::Decimal).map_err(|_| "a number has more than 28 digits".to_owned())
            };
            let units = array.as_primitive::<Decimal128Type>().iter();
            units.map(|it| it.map_or(Ok(Datum::Null), number)).collect::<Result<_, _>>()?
        }
        kind if kind.is_floating() => {
            let numbers = cast(array, &DataType::Float64).map_err(wrong)?;
            numbers.as_primitive::<Float64Type>().iter().map(|it| or_null(it.map(Datum::float))).collect()
        }
        kind if kind.is_integer() => {
            let numbers = cast(array, &DataType::Int64).map_err(wrong)?;
            numbers.as_primitive::<Int64Type>().iter().map(|it| or_null(it.map(Datum::Int))).collect()
        }
        kind => {
            let plain = match kind {
                // Times of day are written without the zone that they are all in.
                DataType::Timestamp(_, Some(_)) => {
                    cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None)).map_err(wrong)?
                }
                _ => Arc::clone(array),
            };
            let texts = cast(&plain, &DataType::Utf8).map_err(wrong)?;
            texts
                .as_string::<i32>()
                .iter()
                .map(|it| or_null(it.map(|it| Datum::Text(it.to_owned()))))
                .collect()
        }
    })
}

fn day(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().days(day)).ok()
}

impl Table {
    /// The answer in columns: members as text, counts as whole numbers, sums as decimals with all their digits.
    ///
    /// # Errors
    /// Never for an answer that [`crate::ask`] gave.
    pub fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let columns = (0..self.columns.len()).map(|at| {
            let column = &self.columns[at];
            let array = array(column, self.rows.iter().map(|row| &row[at]));
            (Field::new(&column.name, array.data_type().clone(), true), array)
        });
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.unzip();
        if arrays.is_empty() {
            return Ok(RecordBatch::new_empty(Arc::new(Schema::empty())));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }
}

/// One column, of the narrowest type that holds all that is in it.
fn array<'d>(column: &Column, values: impl Iterator<Item = &'d Datum> + Clone) -> ArrayRef {
    let all = |test: fn(&Datum) -> bool| values.clone().all(|datum| datum.is_null() || test(datum));
    let any = values.clone().any(|datum| !datum.is_null());
    let is_level = matches!(column.kind, ColumnKind::Level { .. });
    if !is_level && any && all(|datum| matches!(datum, Datum::Int(_))) {
        let whole = |datum: &Datum| if let Datum::Int(number) = datum { Some(*number) } else { None };
        return Arc::new(values.map(whole).collect::<Int64Array>());
    }
    if !is_level && all(|datum| datum.exact().is_some()) && matches!(column.kind, ColumnKind::Measure(_)) {
        return decimals(column, values);
    }
    if !is_level && any && all(|datum| datum.approximate().is_some()) {
        return Arc::new(values.map(Datum::approximate).collect::<Float64Array>());
    }
    if !is_level && any && all(|datum| matches!(datum, Datum::Bool(_))) {
        let truth = |datum: &Datum| if let Datum::Bool(truth) = datum { Some(*truth) } else { None };
        return Arc::new(values.map(truth).collect::<BooleanArray>());
    }
    if !is_level && any && all(|datum| matches!(datum, Datum::Date(_))) {
        let epoch = Date::constant(1970, 1, 1);
        let day = |datum: &Datum| match datum {
            Datum::Date(day) => epoch.until(*day).ok().map(|span| span.get_days()),
            _ => None,
        };
        return Arc::new(values.map(day).collect::<Date32Array>());
    }
    let text = |datum: &Datum| (!datum.is_null()).then(|| datum.shown());
    Arc::new(values.map(text).collect::<StringArray>())
}

fn decimals<'d>(column: &Column, values: impl Iterator<Item = &'d Datum> + Clone) -> ArrayRef {
    let numbers: Vec<Option<Decimal>> = values.map(|datum| datum.exact().map(|it| it.normalize())).collect();
    let least = if column.kind == ColumnKind::Measure(Format::Money) { 2 } else { 0 };
    let scale = numbers.iter().flatten().map(Decimal::scale).max().unwrap_or(0).clamp(least, MOST_SCALE);
    let units = numbers.iter().map(|number| {
        let number = (*number)?;
        number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?)
    });
    let units: Decimal128Array = units.collect();
    Arc::new(units.with_data_type(DataType::Decimal128(38, i8::try_from(scale).unwrap_or_default())))
}
