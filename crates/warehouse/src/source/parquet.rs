//! Sources that are Parquet files.

use std::{fs::File, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
    compute::{cast, filter_record_batch},
    datatypes::{DataType, TimeUnit, TimestampMicrosecondType},
};
use jiff::tz::TimeZone;
use kernel::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{
    columns::{self, Kind, SourceColumn},
    gate::{BATCH, Gate, Reading, Sink},
};
use crate::Error;

/// Reads all rows; moments that say no zone are those on the clocks of `zone`.
///
/// # Errors
/// [`Error::Source`] when the file is not whole, has a column of no kind that tables have, or no such key.
pub fn read(file: File, key: &[String], zone: &TimeZone, sink: Sink<'_>) -> Result<Reading, Error> {
    let damaged = |error: String| Error::Source(format!("the file is not whole: {error}"));
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| damaged(error.to_string()))?;
    let columns = reader.schema().fields().iter().map(|field| {
        let kind = kind_of(field.data_type()).ok_or_else(|| {
            let (name, kind) = (field.name(), field.data_type());
            Error::Source(format!("column {name:?} is of a kind that no table has: {kind}"))
        })?;
        Ok(SourceColumn { name: field.name().to_lowercase(), kind })
    });
    let mut gate = Gate::new(columns.collect::<Result<_, Error>>()?, key)?;
    let mut before = 0;
    for batch in reader.with_batch_size(BATCH).build().map_err(|error| damaged(error.to_string()))? {
        let batch = conformed(&gate, &batch.map_err(|error| damaged(error.to_string()))?, zone)?;
        let keys = gate.key.iter().map(|at| cast(batch.column(*at), &DataType::Utf8));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let keep = (0..batch.num_rows()).map(|row| {
            let key: Vec<&str> = keys.iter().map(|array| text(array, row)).collect();
            Some(gate.lets_in(&key, || format!("row {}", before + row + 1)))
        });
        let keep = keep.collect();
        before += batch.num_rows();
        sink(&gate.read.columns, filter_record_batch(&batch, &keep)?)?;
    }
    gate.finish()
}

/// A batch in the kinds that its columns become.
fn conformed(gate: &Gate, batch: &RecordBatch, zone: &TimeZone) -> Result<RecordBatch, Error> {
    let columns = &gate.read.columns;
    let arrays = batch.columns().iter().zip(columns).map(|(array, column)| match array.data_type() {
        DataType::Timestamp(_, None) => moments(array, zone),
        _ => Ok(cast(array, &column.kind.data_type())?),
    });
    Ok(RecordBatch::try_new(columns::schema(columns), arrays.collect::<Result<_, Error>>()?)?)
}

/// Moments without a zone, as those at which the clocks of one show them.
fn moments(array: &ArrayRef, zone: &TimeZone) -> Result<ArrayRef, Error> {
    let shown = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
    let at = |micros: i64| {
        let shown = TimeZone::UTC.to_datetime(Timestamp::from_microsecond(micros).ok()?);
        Some(columns::on_clocks(shown, zone)?.as_microsecond())
    };
    let micros =
        shown.as_primitive::<TimestampMicrosecondType>().unary_opt::<_, TimestampMicrosecondType>(at);
    Ok(Arc::new(micros.with_data_type(Kind::Instant.data_type())))
}

/// The text in a row of an array of texts; empty where there is nothing.
fn text(array: &ArrayRef, row: usize) -> &str {
    let texts = array.as_any().downcast_ref::<StringArray>();
    texts.filter(|texts| !texts.is_null(row)).map_or("", |texts| texts.value(row))
}

fn kind_of(data_type: &DataType) -> Option<Kind> {
    Some(match data_type {
        DataType::Boolean => Kind::Boolean,
        kind if kind.is_integer() && *kind != DataType::UInt64 => Kind::Whole,
        kind if kind.is_floating() => Kind::Float,
        DataType::Decimal128(_, scale) => Kind::Decimal { scale: u8::try_from(*scale).ok()? },
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Timestamp(..) => Kind::Instant,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::UInt64 => Kind::Text,
        DataType::Dictionary(_, of) => kind_of(of)?,
        _ => return None,
    })
}
