//! Comparing the warehouse with what a rebuild would make of the database now.

use std::{
    hash::{DefaultHasher, Hasher},
    sync::Arc,
};

use arrow::{
    array::RecordBatch,
    row::{RowConverter, SortField},
};
use metadata::Object;
use records::Principal;

use crate::{
    Error, Warehouse, columns, feed, files,
    state::{State, as_batches},
};

/// Records that are read at a time.
const PART: usize = 2_000;

/// How an object's tables compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub object: String,
    /// What the warehouse has.
    pub stored: Digest,
    /// What it should have.
    pub wanted: Digest,
}

impl Verified {
    pub fn is_right(&self) -> bool {
        self.stored == self.wanted
    }
}

/// A set of rows, told from others by their number and a sum over what is in them; their order does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    pub current: u64,
    pub past: u64,
    sum: u64,
}

impl Digest {
    fn add(&mut self, batch: &RecordBatch, past: bool) -> Result<(), Error> {
        let fields =
            batch.schema().fields().iter().map(|field| SortField::new(field.data_type().clone())).collect();
        let rows = RowConverter::new(fields)?.convert_columns(batch.columns())?;
        for row in &rows {
            let mut hasher = DefaultHasher::new();
            hasher.write(row.as_ref());
            self.sum = self.sum.wrapping_add(hasher.finish());
        }
        match past {
            true => self.past += batch.num_rows() as u64,
            false => self.current += batch.num_rows() as u64,
        }
        Ok(())
    }
}

impl Warehouse {
    /// Brings the warehouse up to date and compares every row with the database. What is saved meanwhile may show as a
    /// difference.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a file cannot be read.
    pub fn verify(&self) -> Result<Vec<Verified>, Error> {
        self.catch_up()?;
        let state = self.state();
        let registry = self.engine.registry();
        let objects = feed::objects(&registry);
        objects
            .map(|object| {
                let wanted = self.wanted(object)?;
                Ok(Verified { object: object.name.clone(), stored: self.stored(&state, object)?, wanted })
            })
            .collect()
    }

    fn wanted(&self, object: &Arc<Object>) -> Result<Digest, Error> {
        let columns = columns::of_object(object);
        let (mut digest, mut after) = (Digest::default(), None);
        loop {
            let images = self.engine.read(&Principal::system(), |reader| {
                let rows = reader.whole_rows_after(object, after, PART)?;
                feed::images_of(reader, object, rows)
            })?;
            let Some(last) = images.last() else { return Ok(digest) };
            after = Some(last.id);
            let (current, past) = as_batches(&columns, images.iter())?;
            digest.add(&current, false)?;
            digest.add(&past, true)?;
        }
    }

    fn stored(&self, state: &State, object: &Object) -> Result<Digest, Error> {
        let mut digest = Digest::default();
        let Some(fresh) = state.tables.get(&object.name) else { return Ok(digest) };
        let batches = fresh.batches()?;
        digest.add(&batches.current, false)?;
        digest.add(&batches.past, true)?;
        let months =
            state.manifest.tables.get(&object.name).into_iter().flat_map(|table| table.months.values());
        for month in months {
            for (file, past) in [(&month.current, false), (&month.past, true)] {
                let Some(file) = file else { continue };
                for batch in files::read(self.store(), file, &fresh.schema)? {
                    digest.add(&files::without(&batch?, |id| batches.touched.contains(id))?, past)?;
                }
            }
        }
        Ok(digest)
    }
}
