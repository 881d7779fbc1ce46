//! What the warehouse's files are, and up to where in the log they know what happened.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Id;
use serde::{Deserialize, Serialize};

use crate::{Error, columns::StoredColumn, store::Store};

/// The shape of manifests and files that this program writes. Another is built anew.
const FORMAT: u32 = 1;

/// One state of all files, which is whole by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// Grows with every manifest.
    pub generation: u64,
    /// Everything up to this row of the log is in the files.
    pub cursor: i64,
    /// But for these rows, which had not been committed.
    #[serde(default)]
    pub holes: BTreeSet<i64>,
    pub tables: BTreeMap<String, TableEntry>,
    /// What tells it from others in a bucket: the next takes its place only while it stands there.
    #[serde(skip)]
    pub mark: Option<String>,
}

/// The files of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    pub columns: Vec<StoredColumn>,
    /// By [`month_of`].
    pub months: BTreeMap<String, Month>,
}

/// The records made in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Month {
    /// Records as they are, ordered by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<FileEntry>,
    /// Versions that are no longer true, ordered by id and time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<FileEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub path: String,
    pub rows: u64,
    pub bytes: u64,
}

impl Default for Manifest {
    fn default() -> Manifest {
        Manifest {
            format: FORMAT,
            generation: 0,
            cursor: 0,
            holes: BTreeSet::new(),
            tables: BTreeMap::new(),
            mark: None,
        }
    }
}

impl Manifest {
    /// The manifest that stands; nothing when there is none that this program can use.
    pub fn read(store: &Store) -> Result<Option<Manifest>, Error> {
        let Some((text, mark)) = store.manifest()? else { return Ok(None) };
        let manifest: Option<Manifest> = serde_json::from_str(&text).ok();
        Ok(manifest
            .filter(|manifest| manifest.format == FORMAT)
            .map(|manifest| Manifest { mark, ..manifest }))
    }

    /// Puts it in the place of the one that it was made from.
    ///
    /// # Errors
    /// [`Error::Busy`] when that does not stand there any more.
    pub fn write(&mut self, store: &Store) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Error::Files(error.to_string()))?;
        self.mark = store.put_manifest(&text, self.mark.as_deref())?;
        Ok(())
    }

    /// Every file it names.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.tables.values().flat_map(TableEntry::files)
    }
}

impl TableEntry {
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.months.values().flat_map(|month| month.current.iter().chain(&month.past))
    }
}

/// The month in which an id was made, as `2026-03`: the part of the table that its record stands in for good. Ids of
/// another kind stand together.
pub fn month_of(id: Id) -> String {
    let bytes = id.as_bytes();
    let milliseconds = bytes[..6].iter().fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
    let made = kernel::Timestamp::from_millisecond(milliseconds).ok();
    match made.filter(|_| bytes[6] >> 4 == 7) {
        Some(made) => made.strftime("%Y-%m").to_string(),
        None => "other".to_owned(),
    }
}
