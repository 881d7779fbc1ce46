//! One file of an archive, and its content.

use std::{
    fs::File,
    io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom},
};

use flate2::{Crc, read::DeflateDecoder};
use kernel::Message;
use zip::{CompressionMethod, read::ZipFileEntry};

use super::damaged;
use crate::table::Error;

/// What a file begins with, before its name (APPNOTE.TXT §4.3.7): signature, and at 26 the lengths of name and extras.
const HEADER_BYTES: usize = 30;
const SIGNATURE: [u8; 4] = *b"PK\x03\x04";

/// A file of an archive: where it lies, and what the directory says about it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// With `/` between folders.
    pub path: String,
    /// Bytes, unpacked and as they lie there.
    pub size: u64,
    pub packed: u64,
    start: u64,
    crc32: u32,
    way: Way,
}

/// How it is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Stored,
    Deflated,
    Locked,
    Other,
}

impl Entry {
    pub(super) fn new(found: &ZipFileEntry<'_>) -> Entry {
        let way = match found.compression() {
            _ if found.encrypted() => Way::Locked,
            CompressionMethod::Stored => Way::Stored,
            CompressionMethod::Deflated => Way::Deflated,
            _ => Way::Other,
        };
        Entry {
            path: String::new(),
            size: found.size(),
            packed: found.compressed_size(),
            start: found.header_start(),
            crc32: found.crc32(),
            way,
        }
    }

    /// Its name without folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The folder it lies in, with `/` at its end; empty for the archive's own.
    pub fn folder(&self) -> &str {
        &self.path[..self.path.len() - self.name().len()]
    }

    /// Why it cannot be unpacked, known without trying.
    ///
    /// # Errors
    /// With what to tell the person.
    pub fn can_be_read(&self) -> Result<(), Message> {
        let refuse = |id| Err(Message::new(id).with("name", self.path.as_str()));
        match self.way {
            Way::Stored | Way::Deflated => Ok(()),
            Way::Locked => refuse("import-problem-archive-locked"),
            Way::Other => refuse("import-problem-archive-packing"),
        }
    }

    pub(super) fn read(&self, mut archive: File) -> Result<Box<dyn Read + Send>, Error> {
        self.can_be_read().map_err(Error::File)?;
        let mut header = [0; HEADER_BYTES];
        archive.seek(SeekFrom::Start(self.start))?;
        archive.read_exact(&mut header).map_err(|_| damaged())?;
        if header[..4] != SIGNATURE {
            return Err(damaged());
        }
        let length = |at: usize| i64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        archive.seek(SeekFrom::Current(length(26) + length(28)))?;
        let packed = BufReader::new(archive.take(self.packed));
        let inner: Box<dyn Read + Send> = match self.way {
            Way::Deflated => Box::new(DeflateDecoder::new(packed)),
            _ => Box::new(packed),
        };
        Ok(Box::new(Held { inner, left: self.size, sum: Crc::new(), expected: self.crc32 }))
    }
}

/// Holds a content to the size and the checksum that the directory names.
struct Held<R> {
    inner: R,
    left: u64,
    sum: Crc,
    expected: u32,
}

impl<R: Read> Read for Held<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = self.inner.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => damaged().into(),
            _ => error,
        })?;
        self.sum.update(&buffer[..count]);
        self.left = self.left.checked_sub(count as u64).ok_or_else(damaged)?;
        if count == 0 && (self.left > 0 || self.sum.sum() != self.expected) {
            return Err(damaged().into());
        }
        Ok(count)
    }
}
