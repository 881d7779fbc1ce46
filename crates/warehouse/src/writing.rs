//! Writing files: all of an object's records from nothing, or what has happened since they were last written.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{Array, RecordBatch},
    datatypes::SchemaRef,
};
use metadata::Object;
use records::{Engine, Principal};

use crate::{
    Error, columns, feed,
    files::{self, FileWriter},
    image::Image,
    manifest::{FileEntry, Month, TableEntry, month_of},
    state::{Fresh, as_batches},
    store::Store,
};

/// Records that are read at a time.
const PART: usize = 2_000;

/// Told while it goes on: how many records have been read.
pub type Progress<'p> = &'p mut dyn FnMut(u64);

/// Reads every record of an object and writes its files.
///
/// Each part is read for itself: whoever reads the log on from where it ended *before* this began has everything.
pub fn write_all(
    engine: &Engine,
    store: &Store,
    object: &Arc<Object>,
    generation: u64,
    progress: Progress<'_>,
) -> Result<TableEntry, Error> {
    let columns = columns::of_object(object);
    let schema = columns::schema(&columns);
    let mut table = TableEntry { columns: columns.clone(), months: BTreeMap::new() };
    let mut open: BTreeMap<String, MonthWriter> = BTreeMap::new();
    let (mut after, mut done) = (None, 0);
    loop {
        let images = engine.read(&Principal::system(), |reader| {
            let rows = reader.whole_rows_after(object, after, PART)?;
            feed::images_of(reader, object, rows)
        })?;
        let Some(last) = images.last().map(|image| image.id) else { break };
        after = Some(last);
        done += images.len() as u64;
        let mut by_month: BTreeMap<String, Vec<Image>> = BTreeMap::new();
        images.into_iter().for_each(|image| by_month.entry(month_of(image.id)).or_default().push(image));
        for (month, images) in &by_month {
            let writer = open.entry(month.clone()).or_insert_with(|| MonthWriter::new(&schema));
            let (current, past) = as_batches(&columns, images.iter())?;
            writer.write(&current, &past)?;
        }
        // Ids come in the order of time: a month that is over does not come back, but for ids of another kind.
        let over: Vec<String> = open
            .keys()
            .filter(|month| !by_month.contains_key(*month) && *month != "other")
            .cloned()
            .collect();
        for month in over {
            finish(&mut table, &mut open, store, &object.name, month, generation)?;
        }
        progress(done);
    }
    for month in open.keys().cloned().collect::<Vec<_>>() {
        finish(&mut table, &mut open, store, &object.name, month, generation)?;
    }
    Ok(table)
}

fn finish(
    table: &mut TableEntry,
    open: &mut BTreeMap<String, MonthWriter>,
    store: &Store,
    object: &str,
    month: String,
    generation: u64,
) -> Result<(), Error> {
    if let Some(writer) = open.remove(&month) {
        let written = writer.finish(store, object, &month, generation)?;
        table.months.insert(month, written);
    }
    Ok(())
}

/// Writes the months anew that fresh records belong to; gives the table with them, all other months as they were.
pub fn merge(
    store: &Store,
    object: &str,
    table: &TableEntry,
    fresh: &Fresh,
    generation: u64,
) -> Result<TableEntry, Error> {
    let mut merged = TableEntry { columns: fresh.columns.clone(), months: table.months.clone() };
    let mut by_month: BTreeMap<String, Vec<&Image>> = BTreeMap::new();
    for (id, touched) in &fresh.images {
        by_month.entry(month_of(*id)).or_default().push(&touched.image);
    }
    for (month, images) in by_month {
        let ids: HashSet<String> = images.iter().map(|image| image.id.to_string()).collect();
        let (current, past) = as_batches(&fresh.columns, images.into_iter())?;
        let before = table.months.get(&month).cloned().unwrap_or_default();
        let write = |file: &Option<FileEntry>, new: &RecordBatch, kind: &str| {
            let path = store.path(object, &month, generation, kind);
            merge_file(store, file.as_ref(), new, &ids, &fresh.schema, &path)
        };
        let current = write(&before.current, &current, "current")?;
        let past = write(&before.past, &past, "past")?;
        match current.is_some() || past.is_some() {
            true => _ = merged.months.insert(month, Month { current, past }),
            false => _ = merged.months.remove(&month),
        }
    }
    Ok(merged)
}

/// The rows of a file but for those of `ids`, together with new ones, as a new file. Both are in order, and stay so,
/// a batch at a time.
fn merge_file(
    store: &Store,
    file: Option<&FileEntry>,
    new: &RecordBatch,
    ids: &HashSet<String>,
    schema: &SchemaRef,
    path: &str,
) -> Result<Option<FileEntry>, Error> {
    let mut writer = FileWriter::new(schema);
    let new_ids = files::ids(new)?;
    let mut taken = 0;
    if let Some(file) = file {
        for batch in files::read(store, file, schema)? {
            let batch = files::without(&batch?, |id| ids.contains(id))?;
            let old_ids = files::ids(&batch)?;
            let Some(last) = (!old_ids.is_empty()).then(|| old_ids.value(old_ids.len() - 1)) else {
                continue;
            };
            let until =
                (taken..new.num_rows()).find(|at| new_ids.value(*at) > last).unwrap_or(new.num_rows());
            match until - taken {
                0 => writer.write(&batch)?,
                some => writer.write(&files::ordered(schema, &[batch, new.slice(taken, some)])?)?,
            }
            taken = until;
        }
    }
    writer.write(&new.slice(taken, new.num_rows() - taken))?;
    writer.finish(store, path)
}

/// The two files of a month.
struct MonthWriter {
    current: FileWriter,
    past: FileWriter,
}

impl MonthWriter {
    fn new(schema: &SchemaRef) -> MonthWriter {
        MonthWriter { current: FileWriter::new(schema), past: FileWriter::new(schema) }
    }

    fn write(&mut self, current: &RecordBatch, past: &RecordBatch) -> Result<(), Error> {
        self.current.write(current)?;
        self.past.write(past)
    }

    fn finish(self, store: &Store, object: &str, month: &str, generation: u64) -> Result<Month, Error> {
        let path = |kind: &str| store.path(object, month, generation, kind);
        Ok(Month {
            current: self.current.finish(store, &path("current"))?,
            past: self.past.finish(store, &path("past"))?,
        })
    }
}

/// The ids that records of a table have, for whoever counts them.
pub fn count(table: &TableEntry) -> u64 {
    table.months.values().filter_map(|month| month.current.as_ref()).map(|file| file.rows).sum()
}
