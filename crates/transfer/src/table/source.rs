//! Where a file lies, and its bytes, unpacked.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek},
    path::PathBuf,
    sync::Arc,
};

use blobs::{Blob, Blobs};
use flate2::read::MultiGzDecoder;

use super::Error;
use crate::archive::{Archive, Entry, UNPACKED_BYTES, too_much};

/// What a gzip file begins with (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What an archive begins with, and a workbook, which is one.
const ZIP: [u8; 4] = *b"PK\x03\x04";

/// A file that can be opened again and again.
#[derive(Clone, Debug)]
pub enum Source {
    File(PathBuf),
    Blob(Blobs, Box<Blob>),
    /// A file of an archive.
    Entry(Arc<Archive>, Entry),
}

/// What the bytes at the beginning say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Plain,
    Gzip,
    Workbook,
}

impl Source {
    /// The file's name, without its folder.
    pub fn name(&self) -> String {
        match self {
            Source::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            Source::Blob(_, blob) => blob.name.clone(),
            Source::Entry(_, entry) => entry.name().to_owned(),
        }
    }

    /// Opens it where it lies; what is packed is unpacked to a file without a name.
    pub(crate) fn open(&self) -> Result<File, Error> {
        match self {
            Source::File(path) => Ok(File::open(path)?),
            Source::Blob(blobs, blob) => blobs.read(blob).map_err(|error| Error::Disk(error.to_string())),
            Source::Entry(archive, entry) => {
                let mut file = tempfile::tempfile()?;
                io::copy(&mut archive.read(entry)?, &mut file)?;
                file.rewind()?;
                Ok(file)
            }
        }
    }

    /// The tables of an archive that is no workbook, by path; none of any other file.
    pub(crate) fn tables(&self) -> Result<Vec<String>, Error> {
        Ok(match self.archive()? {
            Some(archive) => archive.tables().into_iter().map(|entry| entry.path.clone()).collect(),
            None => Vec::new(),
        })
    }

    fn archive(&self) -> Result<Option<Archive>, Error> {
        if matches!(self, Source::Entry(..)) || self.container()? != Container::Workbook {
            return Ok(None);
        }
        Ok(Some(Archive::open(self)?).filter(|archive| !archive.is_workbook()))
    }

    /// The table itself: that of an archive which is no workbook, else the file.
    pub(super) fn table(self, wanted: Option<&str>) -> Result<Source, Error> {
        let Some(archive) = self.archive()? else { return Ok(self) };
        let entry = archive.table(wanted)?.clone();
        Ok(Source::Entry(Arc::new(archive), entry))
    }

    /// The bytes as they lie there.
    fn raw(&self) -> Result<Box<dyn Read + Send>, Error> {
        match self {
            Source::Entry(archive, entry) => archive.read(entry),
            _ => Ok(Box::new(self.open()?)),
        }
    }

    pub(super) fn container(&self) -> Result<Container, Error> {
        let mut head = Vec::new();
        self.raw()?.take(4).read_to_end(&mut head)?;
        Ok(if head.starts_with(&GZIP) {
            Container::Gzip
        } else if head == ZIP {
            Container::Workbook
        } else {
            Container::Plain
        })
    }

    /// The bytes of a file that is no workbook.
    pub(super) fn bytes(&self) -> Result<Box<dyn Read + Send>, Error> {
        let mut raw = self.raw()?;
        let mut head = Vec::with_capacity(GZIP.len());
        raw.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
        let is_packed = head == GZIP;
        let whole = chained(head, raw);
        if !is_packed {
            return Ok(whole);
        }
        Ok(Box::new(Bounded { inner: MultiGzDecoder::new(BufReader::new(whole)), left: UNPACKED_BYTES }))
    }
}

/// Ends with an error instead of unpacking without end.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| Error::File(too_much()))?;
        Ok(count)
    }
}

/// What was read ahead, and then the rest.
pub(super) fn chained(head: Vec<u8>, rest: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(Cursor::new(head).chain(rest))
}
