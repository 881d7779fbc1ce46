//! Where a file lies, and its bytes, unpacked.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    path::PathBuf,
};

use blobs::{Blob, Blobs};
use flate2::read::MultiGzDecoder;
use kernel::{Message, limits};

use super::Error;

/// Bytes that a compressed file may grow to.
const UNPACKED_BYTES: u64 = 8 * limits::UPLOAD_BYTES as u64;
/// What a gzip file begins with (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// What a workbook, a ZIP archive, begins with.
const ZIP: [u8; 4] = *b"PK\x03\x04";

/// A file that can be opened again and again.
#[derive(Clone, Debug)]
pub enum Source {
    File(PathBuf),
    Blob(Blobs, Box<Blob>),
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
        }
    }

    pub(super) fn open(&self) -> Result<File, Error> {
        match self {
            Source::File(path) => Ok(File::open(path)?),
            Source::Blob(blobs, blob) => blobs.read(blob).map_err(|error| Error::Disk(error.to_string())),
        }
    }

    pub(super) fn container(&self) -> Result<Container, Error> {
        let mut head = Vec::new();
        self.open()?.take(4).read_to_end(&mut head)?;
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
        let mut file = self.open()?;
        let mut head = [0; 2];
        let count = file.read(&mut head)?;
        file.seek(SeekFrom::Start(0))?;
        if count < 2 || head != GZIP {
            return Ok(Box::new(file));
        }
        Ok(Box::new(Bounded { inner: MultiGzDecoder::new(BufReader::new(file)), left: UNPACKED_BYTES }))
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
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            Error::File(
                Message::new("import-problem-unpacked")
                    .with("max", i64::try_from(UNPACKED_BYTES >> 30).unwrap_or(8)),
            )
        })?;
        Ok(count)
    }
}

/// What was read ahead, and then the rest.
pub(super) fn chained(head: Vec<u8>, rest: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    Box::new(Cursor::new(head).chain(rest))
}
