//! Archives (ZIP): a table, and the files that its rows name.
//!
//! [`Archive::open`] reads the directory at an archive's end; each [`Entry`] is then unpacked by itself, as it is read.
//! [`pack`] makes an archive of a folder, so that both are the same from there on. Nothing is ever unpacked to a path:
//! what an archive calls its entries is compared with what rows ask for, and nothing else.
//!
//! Limits hold before anything is unpacked: the size of the directory, the number of entries, what they unpack to by their
//! own word, and that none lies over another. Each is then held to its word.

mod entry;
mod names;
mod pack;

use std::io::{self, Read, Seek, SeekFrom};

use kernel::Message;
use zip::{ZipArchive, result::ZipError};

pub use entry::Entry;
pub use pack::pack;

use crate::table::{Error, Source};
use names::Names;

/// Bytes that all entries together may unpack to.
pub const UNPACKED_BYTES: u64 = (UNPACKED_GIB as u64) << 30;
const UNPACKED_GIB: usize = 8;
/// Files in an archive.
const ENTRIES: usize = 100_000;
/// Bytes of the directory, with what has to be read to find it.
const DIRECTORY_BYTES: u64 = 32 << 20;
/// What tables are called by.
const TABLES: [&str; 5] = [".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson"];
/// What they may be called by as well, where nothing is surely one.
const TEXTS: [&str; 1] = [".txt"];
/// Tables that are named in a message.
const NAMED: usize = 20;

/// What is in an archive.
#[derive(Debug)]
pub struct Archive {
    source: Source,
    entries: Vec<Entry>,
    names: Names,
}

impl Archive {
    /// Reads the directory.
    ///
    /// # Errors
    /// When it is no archive, is damaged, or is larger than it may be.
    pub fn open(source: &Source) -> Result<Archive, Error> {
        let file = source.open()?;
        let bytes = file.metadata()?.len();
        let archive = ZipArchive::new(Rationed { inner: file, left: DIRECTORY_BYTES }).map_err(unreadable)?;
        if archive.len() > ENTRIES {
            return Err(Error::File(too_many()));
        }
        let mut entries = Vec::with_capacity(archive.len());
        let mut raw = Vec::with_capacity(archive.len());
        for at in 0..archive.len() {
            let found = archive.by_index_data(at).map_err(|_| damaged())?;
            if found.is_file() && !names::is_hidden(found.name_raw()) {
                let usual = found.name().map_or_else(|_| String::new(), |name| name.into_owned());
                raw.push((found.name_raw().to_vec(), usual));
                entries.push(Entry::new(&found));
            }
        }
        held_to_limits(&entries, bytes)?;
        let names = Names::new(&raw);
        for (entry, name) in entries.iter_mut().zip(names.paths()) {
            entry.path.clone_from(name);
        }
        Ok(Archive { source: source.clone(), entries, names })
    }

    /// Whether it is a workbook, which is an archive itself.
    pub fn is_workbook(&self) -> bool {
        ["[Content_Types].xml", "xl/workbook.xml", "mimetype"]
            .iter()
            .any(|name| self.names.exact(name).is_some())
    }

    /// The tables in the outermost folder that has any, by path.
    pub fn tables(&self) -> Vec<&Entry> {
        let are_called = |endings: &[&str]| -> Vec<&Entry> {
            let is_called = |entry: &&Entry| {
                let name = entry.path.to_lowercase();
                let name = name.strip_suffix(".gz").unwrap_or(&name);
                endings.iter().any(|ending| name.ends_with(ending))
            };
            self.entries.iter().filter(is_called).collect()
        };
        let mut tables = are_called(&TABLES);
        if tables.is_empty() {
            tables = are_called(&TEXTS);
        }
        let depth = |entry: &Entry| entry.path.matches('/').count();
        let outermost = tables.iter().map(|entry| depth(entry)).min();
        tables.retain(|entry| Some(depth(entry)) == outermost);
        tables.sort_by(|one, other| one.path.cmp(&other.path));
        tables
    }

    /// The table of that path, or the only one.
    ///
    /// # Errors
    /// When there is none, or more than one without a word which.
    pub fn table(&self, wanted: Option<&str>) -> Result<&Entry, Error> {
        if let Some(wanted) = wanted {
            return self.find(wanted, "").map_err(Error::File);
        }
        match self.tables().as_slice() {
            [] => Err(Error::file("import-problem-archive-no-table")),
            [only] => Ok(only),
            several => {
                let named: Vec<&str> = several.iter().take(NAMED).map(|entry| entry.path.as_str()).collect();
                Err(Error::File(
                    Message::new("import-problem-archive-tables").with("tables", named.join(", ")),
                ))
            }
        }
    }

    /// The entry that a row names: by its path from the folder `within` or from the archive's own, whatever its case; a
    /// name without a folder wherever it is the only one.
    ///
    /// # Errors
    /// When there is none, or several could be meant.
    pub fn find(&self, name: &str, within: &str) -> Result<&Entry, Message> {
        self.names.find(name, within).map(|at| &self.entries[at])
    }

    /// The content of an entry, unpacked as it is read.
    ///
    /// # Errors
    /// When the archive cannot be read there.
    pub fn read(&self, entry: &Entry) -> Result<Box<dyn Read + Send>, Error> {
        entry.read(self.source.open()?)
    }
}

fn held_to_limits(entries: &[Entry], bytes: u64) -> Result<(), Error> {
    let unpacked: u128 = entries.iter().map(|entry| u128::from(entry.size)).sum();
    if unpacked > u128::from(UNPACKED_BYTES) {
        return Err(Error::File(too_much()));
    }
    // Entries that share their bytes make much of little.
    let packed: u128 = entries.iter().map(|entry| u128::from(entry.packed)).sum();
    if packed > u128::from(bytes) { Err(damaged()) } else { Ok(()) }
}

/// That something unpacks to more than it may.
pub fn too_much() -> Message {
    Message::new("import-problem-unpacked").with("max", UNPACKED_GIB)
}

fn too_many() -> Message {
    Message::new("import-problem-archive-entries").with("max", ENTRIES)
}

/// Why a directory cannot be read.
fn unreadable(error: ZipError) -> Error {
    tracing::debug!(%error, "an archive cannot be read");
    match error {
        ZipError::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<Error>()) => error.into(),
        _ => damaged(),
    }
}

const fn damaged() -> Error {
    Error::file("import-problem-archive")
}

/// Reads no more than it may, so that a directory of millions of entries is given up and not kept.
struct Rationed<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Rationed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 && !buffer.is_empty() {
            return Err(Error::File(too_many()).into());
        }
        let count = self.inner.read(&mut buffer[..most])?;
        self.left -= count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Rationed<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests;
