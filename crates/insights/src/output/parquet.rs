//! One table of a report as Parquet.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use kernel::Decimal;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::csv::plain;
use super::{Cells, Grid};

/// Writes a table, packed by Snappy, which everybody can read. What is not known is null.
pub fn write(grid: &Grid, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let columns = grid.columns.iter().map(|(name, cells)| (name.as_str(), array(cells), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(io::Error::other)?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(out, batch.schema(), Some(properties)).map_err(io::Error::other)?;
    writer.write(&batch).map_err(io::Error::other)?;
    writer.close().map_err(io::Error::other)?;
    Ok(())
}

fn array(cells: &Cells) -> ArrayRef {
    match cells {
        Cells::Numbers(values) => {
            Arc::new(values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect::<Float64Array>())
        }
        Cells::Decimals(values) => decimals(values),
        Cells::Wholes(values) => Arc::new(Int64Array::from(values.clone())),
        Cells::Texts(values) => {
            Arc::new(values.iter().map(|text| Some(text.as_str())).collect::<StringArray>())
        }
        Cells::Values(values) => {
            Arc::new(values.iter().map(|value| Some(plain(value))).collect::<StringArray>())
        }
    }
}

fn decimals(values: &[Option<Decimal>]) -> ArrayRef {
    let digits = |value: &Decimal| value.normalize().scale();
    let scale = values.iter().flatten().map(digits).max().unwrap_or(0);
    let units = values.iter().map(|value| {
        let value = (*value)?.normalize();
        value.mantissa().checked_mul(10_i128.checked_pow(scale - value.scale())?)
    });
    let units: Decimal128Array = units.collect();
    Arc::new(units.with_data_type(DataType::Decimal128(38, i8::try_from(scale).unwrap_or_default())))
}
