//! What queries read: files under one manifest, and in memory what has happened since.
//!
//! A [`State`] never changes; the feed puts a new one in its place. A query keeps the one it began with, and the files
//! that one names stay until the last query that reads them has ended.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use kernel::{Id, Value};

use crate::{
    Error,
    columns::{self, StoredColumn},
    files,
    image::{Image, Version},
    manifest::Manifest,
    store::Store,
};

/// One state of the warehouse.
#[derive(Clone, Debug)]
pub struct State {
    pub manifest: Arc<Manifest>,
    /// Grows with every step of the feed in this process.
    pub epoch: u64,
    /// Up to where in the log it knows what happened.
    pub cursor: i64,
    /// Rows before that which had not been committed, and since when (milliseconds since 1970) that is known.
    pub holes: BTreeMap<i64, i64>,
    pub tables: BTreeMap<String, Arc<Fresh>>,
    files: HashMap<String, Arc<Held>>,
}

/// What has happened to an object's records since its files were written.
#[derive(Debug)]
pub struct Fresh {
    pub columns: Vec<StoredColumn>,
    pub schema: SchemaRef,
    /// All versions of every record that was touched; they stand for whatever the files say of it.
    pub images: BTreeMap<Id, Arc<Touched>>,
    batches: OnceLock<Batches>,
}

/// An image, and the epoch in which it was made.
#[derive(Debug)]
pub struct Touched {
    pub at: u64,
    pub image: Image,
}

/// The images as Arrow.
#[derive(Clone, Debug)]
pub struct Batches {
    pub current: RecordBatch,
    pub past: RecordBatch,
    /// The ids whose rows in files no longer count.
    pub touched: Arc<HashSet<String>>,
}

/// A file that a state names; removed with the last such state once nothing wants it any more.
#[derive(Debug)]
struct Held {
    path: String,
    store: Store,
    obsolete: AtomicBool,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.store.let_go(&self.path);
        if *self.obsolete.get_mut() {
            // A query may end on a thread of the executor, which must not wait.
            let (store, path) = (self.store.clone(), std::mem::take(&mut self.path));
            std::thread::spawn(move || {
                if let Err(error) = store.delete(&path) {
                    tracing::warn!(%error, path, "a file of the warehouse could not be removed");
                }
            });
        }
    }
}

impl State {
    pub fn of(manifest: Manifest, store: &Store) -> State {
        let tables =
            manifest.tables.iter().map(|(name, table)| (name.clone(), Fresh::empty(table.columns.clone())));
        let mut state = State {
            epoch: 0,
            cursor: manifest.cursor,
            holes: manifest.holes.iter().map(|seq| (*seq, 0)).collect(),
            tables: tables.collect(),
            files: HashMap::new(),
            manifest: Arc::default(),
        };
        state.set_manifest(manifest, store);
        state
    }

    /// The same, reading from the files that `other` reads from.
    #[must_use]
    pub fn on_files_of(self, other: &State) -> State {
        State { manifest: Arc::clone(&other.manifest), files: other.files.clone(), ..self }
    }

    /// What is known when nothing is known but these files, which take the place of those of this state.
    #[must_use]
    pub fn begun_anew(&self, manifest: Manifest, store: &Store) -> State {
        let mut next = self.clone();
        next.set_manifest(manifest.clone(), store);
        let fresh = State::of(manifest, store);
        State {
            epoch: self.epoch + 1,
            tables: fresh.tables,
            cursor: fresh.cursor,
            holes: fresh.holes,
            ..next
        }
    }

    /// Reads from the files of another manifest from now on.
    pub fn set_manifest(&mut self, manifest: Manifest, store: &Store) {
        let mut before = std::mem::take(&mut self.files);
        for file in manifest.files() {
            let held = before.remove(&file.path).unwrap_or_else(|| {
                store.hold(&file.path);
                Arc::new(Held {
                    path: file.path.clone(),
                    store: store.clone(),
                    obsolete: AtomicBool::new(false),
                })
            });
            self.files.insert(file.path.clone(), held);
        }
        before.values().for_each(|held| held.obsolete.store(true, Ordering::SeqCst));
        self.manifest = Arc::new(manifest);
    }

    /// Rows in memory.
    pub fn fresh_records(&self) -> usize {
        self.tables.values().map(|fresh| fresh.images.len()).sum()
    }
}

impl Fresh {
    pub fn empty(columns: Vec<StoredColumn>) -> Arc<Fresh> {
        Fresh::of(columns, BTreeMap::new())
    }

    pub fn of(columns: Vec<StoredColumn>, images: BTreeMap<Id, Arc<Touched>>) -> Arc<Fresh> {
        let schema = columns::schema(&columns);
        Arc::new(Fresh { columns, schema, images, batches: OnceLock::new() })
    }

    /// With more images, which take the place of those of the same records.
    pub fn with(&self, images: Vec<Image>, at: u64) -> Arc<Fresh> {
        let mut all = self.images.clone();
        all.extend(images.into_iter().map(|image| (image.id, Arc::new(Touched { at, image }))));
        Fresh::of(self.columns.clone(), all)
    }

    /// Without what was known in an epoch: that is in files now.
    pub fn after(&self, epoch: u64) -> Arc<Fresh> {
        let mut left = self.images.clone();
        left.retain(|_, touched| touched.at > epoch);
        Fresh::of(self.columns.clone(), left)
    }

    pub fn batches(&self) -> Result<&Batches, Error> {
        if let Some(batches) = self.batches.get() {
            return Ok(batches);
        }
        let images = self.images.values().map(|touched| &touched.image);
        let (current, past) = as_batches(&self.columns, images)?;
        let touched = Arc::new(self.images.keys().map(ToString::to_string).collect());
        Ok(self.batches.get_or_init(|| Batches { current, past, touched }))
    }
}

/// The versions that are true and those that were, each ordered by id and time.
pub fn as_batches<'i>(
    columns: &[StoredColumn],
    images: impl Iterator<Item = &'i Image> + Clone,
) -> Result<(RecordBatch, RecordBatch), Error> {
    fn row(version: &Version) -> &[Value] {
        &version.row
    }
    let versions = images.flat_map(|image| &image.versions);
    let current = columns::batch(columns, versions.clone().filter(|version| version.is_current()).map(row))?;
    let past = columns::batch(columns, versions.filter(|version| !version.is_current()).map(row))?;
    Ok((current, files::ordered(&columns::schema(columns), &[past])?))
}
