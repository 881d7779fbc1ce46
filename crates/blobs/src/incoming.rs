//! A file on its way in.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use db::Tx;
use kernel::{Id, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Blob, Blobs, Error, Purpose, blob, media, name};

/// Bytes at the beginning that the media type is told from.
const HEAD: usize = 8 << 10;

/// A file that is being written. Dropping it throws away what was written.
pub struct Incoming {
    blobs: Blobs,
    id: Id,
    path: Option<PathBuf>,
    file: File,
    digest: Sha256,
    head: Vec<u8>,
    size_bytes: u64,
    most_bytes: u64,
}

/// A finished content that is on disk and not yet known to the database. Dropping one that was never kept removes it.
#[derive(Debug)]
pub struct Staged {
    blobs: Blobs,
    id: Id,
    head: Vec<u8>,
    size_bytes: u64,
    sha256: String,
    was_kept: AtomicBool,
}

/// What is to be known about a file.
#[derive(Clone, Copy, Debug)]
pub struct Description<'a> {
    /// As the client called it; made safe by [`crate::sanitise`].
    pub name: &'a str,
    pub purpose: Purpose,
    pub created_by: Option<Id>,
    /// When it is to go by itself, unless [`crate::retain`] is called before.
    pub expires_at: Option<Timestamp>,
}

impl Incoming {
    pub(crate) fn new(blobs: Blobs, id: Id, path: PathBuf, file: File, most_bytes: u64) -> Incoming {
        let (digest, head) = (Sha256::new(), Vec::new());
        Incoming { blobs, id, path: Some(path), file, digest, head, size_bytes: 0, most_bytes }
    }

    /// Appends to the content.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond the limit; [`Error::DiskFull`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.size_bytes += bytes.len() as u64;
        if self.size_bytes > self.most_bytes {
            return Err(Error::TooLarge(self.most_bytes));
        }
        let missing = (HEAD - self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.digest.update(bytes);
        self.file.write_all(bytes)?;
        Ok(())
    }

    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Brings the content to disk under its final name.
    pub fn finish(mut self) -> Result<Staged, Error> {
        self.file.sync_all()?;
        if let Some(path) = &self.path {
            self.blobs.publish(path, self.id)?;
        }
        self.path = None;
        Ok(Staged {
            blobs: self.blobs.clone(),
            id: self.id,
            head: std::mem::take(&mut self.head),
            size_bytes: self.size_bytes,
            sha256: hex(&std::mem::take(&mut self.digest).finalize()),
            was_kept: AtomicBool::new(false),
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // What cannot be removed now is swept later.
            let _ = fs::remove_file(path);
        }
    }
}

impl Staged {
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// In hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The type of the content, if the file is called `name`.
    pub fn media_type(&self, name: &str) -> &'static str {
        media::sniff(&self.head, name)
    }

    /// Writes the blob's row as part of the transaction, and returns what it says.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the content has been swept away: it was staged a day ago.
    pub fn keep(
        &self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        description: &Description<'_>,
    ) -> Result<Blob, Error> {
        self.was_kept.store(true, SeqCst);
        if !self.blobs.has(self.id) {
            return Err(Error::NotFound);
        }
        let mut blob = row(self.id, now, description, self.size_bytes);
        blob.media_type = self.media_type(&blob.name).to_owned();
        blob.sha256.clone_from(&self.sha256);
        blob::insert(tx, &blob)?;
        Ok(blob)
    }
}

/// Writes the row of a file whose content does not come: in a transaction that is undone, to see what would be.
///
/// # Errors
/// Only when the database fails.
pub fn presume(
    tx: &mut Tx<'_>,
    now: Timestamp,
    description: &Description<'_>,
    size_bytes: u64,
) -> Result<Blob, Error> {
    let blob = row(Id::generate(), now, description, size_bytes);
    blob::insert(tx, &blob)?;
    Ok(blob)
}

/// The row of a file of whose content nothing is known but its size.
fn row(id: Id, now: Timestamp, description: &Description<'_>, size_bytes: u64) -> Blob {
    Blob {
        id,
        media_type: "application/octet-stream".to_owned(),
        name: name::sanitise(description.name),
        size_bytes,
        sha256: String::new(),
        purpose: description.purpose,
        created_at: now,
        created_by: description.created_by,
        expires_at: description.expires_at,
        record: None,
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Whether the transaction of a `keep` was committed is not known here; the sweep finds out.
        if !self.was_kept.load(SeqCst) {
            let _ = self.blobs.remove(self.id);
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
