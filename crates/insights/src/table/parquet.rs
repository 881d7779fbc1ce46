//! Reads Parquet files into a [`Table`]: every column as text, as if it had been written by hand.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use arrow::array::{Array, ArrayRef, RecordBatchReader, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;

use super::Table;
use super::open::Opened;
use crate::failure::Failure;

/// Rows that are decoded at a time.
const BATCH: usize = 8_192;

impl Table {
    /// Adds the rows of a Parquet file; `opened` is used for standard input only, files are read where they are.
    pub(super) fn append_parquet(&mut self, path: &Path, opened: Opened) -> Result<(), Failure> {
        let failed = |error| Failure::File { path: path.to_owned(), error };
        let broken = |error: ParquetError| Failure::Input(format!("{}: {error}", path.display()));
        let reader = if path == Path::new("-") {
            let mut all = Vec::new();
            let mut from = opened.all;
            from.read_to_end(&mut all).map_err(failed)?;
            reader(ParquetRecordBatchReaderBuilder::try_new(Bytes::from(all)).map_err(broken)?)
        } else {
            let file = File::open(path).map_err(failed)?;
            reader(ParquetRecordBatchReaderBuilder::try_new(file).map_err(broken)?)
        };
        let reader = reader.map_err(broken)?;
        let names = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        self.begin(path, names)?;
        for batch in reader {
            let unreadable = |error| Failure::Input(format!("{}: {error}", path.display()));
            let batch = batch.map_err(unreadable)?;
            for (texts, (array, name)) in self.columns.iter_mut().zip(batch.columns().iter().zip(&self.names))
            {
                let column = as_text(array).ok_or_else(|| {
                    let (path, kind) = (path.display(), array.data_type());
                    Failure::Input(format!(
                        "{path}: column {name} holds {kind}, which cannot be written as text"
                    ))
                })?;
                column.iter().for_each(|text| texts.push(text.unwrap_or("")));
            }
            let known = self.places.len();
            self.places.extend((known..known + batch.num_rows()).map(|row| row as u32));
        }
        Ok(())
    }
}

fn reader<T: parquet::file::reader::ChunkReader + 'static>(
    builder: ParquetRecordBatchReaderBuilder<T>,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    builder.with_batch_size(BATCH).build()
}

/// Numbers with all their digits, days as 2024-05-31, times in UTC; nothing for a null.
fn as_text(array: &ArrayRef) -> Option<StringArray> {
    // A time with a zone would be written with its offset, which is not among the forms that are understood.
    let plain = match array.data_type() {
        DataType::Timestamp(_, Some(_)) => {
            cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None)).ok()?
        }
        _ => array.clone(),
    };
    let text = cast(&plain, &DataType::Utf8).ok()?;
    text.as_any().downcast_ref::<StringArray>().cloned()
}
