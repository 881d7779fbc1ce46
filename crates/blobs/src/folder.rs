//! The folder in which contents lie.
//!
//! `incoming/` holds what is being written; each finished file has its blob's id as name and lies in one of 256
//! folders, after the last two digits of the id, which are random.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use kernel::Id;
use sha2::{Digest, Sha256};

use crate::{Blob, Error, Incoming, Staged, incoming::hex};

const INCOMING: &str = "incoming";
/// Bytes read at a time.
pub(crate) const CHUNK: usize = 64 << 10;

/// The files of one workspace. Clones share the folder.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: Arc<Path>,
}

impl Blobs {
    /// Opens a folder, and makes it if it is not there: `file:path`, or only the path.
    ///
    /// # Errors
    /// [`Error::Config`] for another kind of place, or when the folder cannot be made or written.
    pub fn open(address: &str) -> Result<Blobs, Error> {
        let path = address.strip_prefix("file:").unwrap_or(address);
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(Error::Config(format!(
                "files cannot be kept at {scheme}:// yet: name a folder, such as file:/var/lib/rapport/files"
            )));
        }
        if path.is_empty() {
            return Err(Error::Config("the address of the files names no folder".to_owned()));
        }
        let blobs = Blobs { root: Path::new(path).into() };
        make_folder(&blobs.root.join(INCOMING))
            .map_err(|error| Error::Config(format!("files cannot be kept in {path}: {error}")))?;
        Ok(blobs)
    }

    /// Begins a new file, whose content is then written to it; at most `most_bytes`, which is no more than
    /// [`kernel::limits::UPLOAD_BYTES`] for what people send.
    pub fn begin(&self, most_bytes: u64) -> Result<Incoming, Error> {
        let id = Id::generate();
        let path = self.root.join(INCOMING).join(id.to_string());
        let file = File::options().write(true).create_new(true).open(&path)?;
        Ok(Incoming::new(self.clone(), id, path, file, most_bytes))
    }

    /// Takes in all that `source` has; at most `most_bytes`.
    ///
    /// # Errors
    /// [`Error::TooLarge`]; [`Error::DiskFull`]; [`Error::Disk`], also when `source` fails.
    pub fn stage(&self, source: &mut dyn Read, most_bytes: u64) -> Result<Staged, Error> {
        let mut incoming = self.begin(most_bytes)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            match source.read(&mut chunk) {
                Ok(0) => return incoming.finish(),
                Ok(count) => incoming.write(&chunk[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Disk(error)),
            }
        }
    }

    /// Opens the content.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the file is gone, [`Error::Damaged`] if it has another size than it should have.
    pub fn read(&self, blob: &Blob) -> Result<File, Error> {
        let file = File::open(self.path(blob.id))?;
        if file.metadata()?.len() != blob.size_bytes {
            return Err(Error::Damaged(blob.id));
        }
        Ok(file)
    }

    /// Opens the content from byte `range.start` up to `range.end`, or to its end where that comes first.
    pub fn read_range(&self, blob: &Blob, range: Range<u64>) -> Result<io::Take<File>, Error> {
        let mut file = self.read(blob)?;
        file.seek(SeekFrom::Start(range.start.min(blob.size_bytes)))?;
        Ok(file.take(range.end.saturating_sub(range.start)))
    }

    /// Reads the whole content and compares it with what was written.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the file is gone, [`Error::Damaged`] if it is another.
    pub fn verify(&self, blob: &Blob) -> Result<(), Error> {
        let mut file = self.read(blob)?;
        let mut digest = Sha256::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            match file.read(&mut chunk)? {
                0 => break,
                count => digest.update(&chunk[..count]),
            }
        }
        if hex(&digest.finalize()) == blob.sha256 { Ok(()) } else { Err(Error::Damaged(blob.id)) }
    }

    pub(crate) fn has(&self, id: Id) -> bool {
        self.path(id).is_file()
    }

    /// Gives a finished file its final name and brings that to disk.
    pub(crate) fn publish(&self, incoming: &Path, id: Id) -> Result<(), Error> {
        let path = self.path(id);
        let folder = path.parent().unwrap_or(&self.root);
        if !folder.is_dir() {
            make_folder(folder)?;
            sync(&self.root)?;
        }
        fs::rename(incoming, &path)?;
        sync(folder)?;
        Ok(())
    }

    /// Removes a content; none is as good as one.
    pub(crate) fn remove(&self, id: Id) -> Result<(), Error> {
        match fs::remove_file(self.path(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// The contents written last before `before`.
    pub(crate) fn older_than(&self, before: SystemTime) -> Result<Vec<Id>, Error> {
        let mut ids = Vec::new();
        for shard in fs::read_dir(&self.root)? {
            let shard = shard?;
            if shard.file_name() == INCOMING || !shard.file_type()?.is_dir() {
                continue;
            }
            ids.extend(old_files(&shard.path(), before)?.into_iter().filter_map(|path| id_of(&path)));
        }
        Ok(ids)
    }

    /// Removes what was begun before `before` and never finished; tells how many.
    pub(crate) fn remove_unfinished(&self, before: SystemTime) -> Result<u64, Error> {
        let mut count = 0;
        for path in old_files(&self.root.join(INCOMING), before)? {
            fs::remove_file(path)?;
            count += 1;
        }
        Ok(count)
    }

    fn path(&self, id: Id) -> PathBuf {
        let name = id.to_string();
        self.root.join(&name[name.len() - 2..]).join(name)
    }
}

fn old_files(folder: &Path, before: SystemTime) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.metadata() {
            Ok(metadata) if metadata.is_file() && metadata.modified()? < before => paths.push(entry.path()),
            // Another process may have taken it away.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(paths)
}

/// The blob whose content a file is; none for a file that somebody else has put there, which stays.
fn id_of(path: &Path) -> Option<Id> {
    path.file_name()?.to_str()?.parse().ok()
}

/// Makes a folder that only this user can look into.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Brings the names in a folder to disk.
fn sync(folder: &Path) -> io::Result<()> {
    // Other systems do this by themselves and cannot open a folder.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
