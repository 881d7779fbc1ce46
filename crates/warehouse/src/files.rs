//! Data files: versions of records in Parquet, ordered by id and time.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray, new_null_array},
    compute::{SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch},
    datatypes::SchemaRef,
};
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use crate::{Error, columns::FROM, manifest::FileEntry, store::Store};

/// Rows that are compressed together, and passed over together when a query does not want them.
const ROW_GROUP: usize = 100_000;

/// A file being written; its rows come in order.
pub struct FileWriter {
    schema: SchemaRef,
    writer: Option<ArrowWriter<Vec<u8>>>,
    rows: u64,
}

impl FileWriter {
    pub fn new(schema: &SchemaRef) -> FileWriter {
        FileWriter { schema: Arc::clone(schema), writer: None, rows: 0 }
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let level = ZstdLevel::try_new(1)?;
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .set_max_row_group_row_count(Some(ROW_GROUP))
                    .build();
                none.insert(ArrowWriter::try_new(Vec::new(), Arc::clone(&self.schema), Some(properties))?)
            }
        };
        self.rows += batch.num_rows() as u64;
        Ok(writer.write(batch)?)
    }

    /// Puts the file into the store; a file without rows is none.
    pub fn finish(self, store: &Store, path: &str) -> Result<Option<FileEntry>, Error> {
        let Some(writer) = self.writer else { return Ok(None) };
        let content = writer.into_inner()?;
        let entry = FileEntry { path: path.to_owned(), rows: self.rows, bytes: content.len() as u64 };
        store.put(path, content)?;
        Ok(Some(entry))
    }
}

/// The batches of a file, in the columns that are wanted now: those it does not have are empty.
///
/// # Errors
/// [`Error::Damaged`] when it is not as it was written.
pub fn read(
    store: &Store,
    file: &FileEntry,
    schema: &SchemaRef,
) -> Result<impl Iterator<Item = Result<RecordBatch, Error>>, Error> {
    let damaged = |reason: String| Error::Damaged { file: file.path.clone(), reason };
    let content = store.get(&file.path)?;
    if content.len() as u64 != file.bytes {
        return Err(damaged(format!("{} bytes where {} were written", content.len(), file.bytes)));
    }
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(content).map_err(|error| damaged(error.to_string()))?;
    let reader = reader.build().map_err(|error| damaged(error.to_string()))?;
    let (path, schema) = (file.path.clone(), Arc::clone(schema));
    Ok(reader.map(move |batch| {
        let batch =
            batch.map_err(|error| Error::Damaged { file: path.clone(), reason: error.to_string() })?;
        conform(&batch, &schema)
    }))
}

/// The same rows in the columns of `schema`; a column of another type than wanted counts as not there.
fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Error> {
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) if column.data_type() == field.data_type() => Arc::clone(column),
            _ => new_null_array(field.data_type(), batch.num_rows()),
        })
        .collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

/// The ids of a batch.
pub fn ids(batch: &RecordBatch) -> Result<&StringArray, Error> {
    let ids = batch.column_by_name("id").and_then(|ids| ids.as_any().downcast_ref());
    ids.ok_or_else(|| Error::Files("a batch without ids".to_owned()))
}

/// Without the rows of the ids that `leave_out` names.
pub fn without(batch: &RecordBatch, leave_out: impl Fn(&str) -> bool) -> Result<RecordBatch, Error> {
    let keep = ids(batch)?.iter().map(|id| Some(!id.is_some_and(&leave_out))).collect();
    Ok(filter_record_batch(batch, &keep)?)
}

/// All rows of these batches, ordered by id and time.
pub fn ordered(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, Error> {
    let all = concat_batches(schema, batches)?;
    let key = |name: &str| {
        all.column_by_name(name).map(|values| SortColumn { values: Arc::clone(values), options: None })
    };
    let keys: Vec<SortColumn> = ["id", FROM].into_iter().filter_map(key).collect();
    let order = lexsort_to_indices(&keys, None)?;
    Ok(take_record_batch(&all, &order)?)
}
