//! Where the warehouse's files are: an object store, which for now is a folder.
//!
//! A data file has a name of its own and is never changed; what counts is what the manifest names. Everything is on
//! disk before the manifest that names it is, and the manifest takes the place of the one before in one step.

use std::{
    collections::HashMap,
    fs::{self, File, TryLockError},
    path::{Path as FsPath, PathBuf},
    sync::Arc,
};

use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use parking_lot::Mutex;
use tokio::runtime::Handle;

use crate::Error;

const MANIFEST: &str = "manifest.json";
const LOCK: &str = "lock";

/// The files of one warehouse.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    folder: PathBuf,
    runtime: Handle,
    /// Files that some state of this process names, and by how many.
    held: Arc<Mutex<HashMap<String, usize>>>,
}

/// The right to change the files; given back when dropped, also by a process that dies.
#[derive(Debug)]
pub struct WriteLock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Store {
    /// Opens the folder, and makes it when it is not there.
    ///
    /// # Errors
    /// [`Error::Files`] when it cannot be made.
    pub fn open(folder: &FsPath, runtime: Handle) -> Result<Store, Error> {
        fs::create_dir_all(folder)?;
        let objects: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(folder)?);
        Ok(Store { objects, folder: folder.to_owned(), runtime, held: Arc::default() })
    }

    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects)
    }

    /// Takes the right to change the files.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process or thread has it.
    pub fn lock(&self) -> Result<WriteLock, Error> {
        let file = File::options().create(true).truncate(false).write(true).open(self.folder.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(WriteLock(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Writes a new data file; it is on disk afterwards.
    pub fn put(&self, path: &str, content: Vec<u8>) -> Result<(), Error> {
        self.runtime.block_on(self.objects.put(&Path::from(path), content.into()))?;
        sync(&self.folder.join(path))
    }

    pub fn get(&self, path: &str) -> Result<bytes::Bytes, Error> {
        let damaged =
            |error: object_store::Error| Error::Damaged { file: path.to_owned(), reason: error.to_string() };
        self.runtime.block_on(async {
            self.objects.get(&Path::from(path)).await.map_err(damaged)?.bytes().await.map_err(damaged)
        })
    }

    /// How long a file is; nothing when it is not there.
    pub fn len(&self, path: &str) -> Result<Option<u64>, Error> {
        match self.runtime.block_on(self.objects.head(&Path::from(path))) {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Notes that a state names the file.
    pub fn hold(&self, path: &str) {
        *self.held.lock().entry(path.to_owned()).or_default() += 1;
    }

    /// Notes that a state that named the file is gone.
    pub fn let_go(&self, path: &str) {
        let mut held = self.held.lock();
        if let Some(count) = held.get_mut(path) {
            *count -= 1;
            if *count == 0 {
                held.remove(path);
            }
        }
    }

    /// Whether a state of this process names the file.
    pub fn is_held(&self, path: &str) -> bool {
        self.held.lock().contains_key(path)
    }

    /// All data files.
    pub fn list(&self) -> Result<Vec<String>, Error> {
        let found: Vec<_> = self.runtime.block_on(self.objects.list(None).try_collect())?;
        let names = found.into_iter().map(|object| object.location.to_string());
        Ok(names.filter(|name| name.ends_with(".parquet")).collect())
    }

    /// Removes a file; that it is gone already is no fault.
    pub fn delete(&self, path: &str) -> Result<(), Error> {
        match self.runtime.block_on(self.objects.delete(&Path::from(path))) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The manifest's text; nothing before the first.
    pub fn manifest(&self) -> Result<Option<String>, Error> {
        match fs::read_to_string(self.folder.join(MANIFEST)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a manifest in the place of the one before: afterwards, and after a power cut, one of the two is there whole.
    pub fn put_manifest(&self, text: &str) -> Result<(), Error> {
        let new = self.folder.join("manifest.new");
        fs::write(&new, text)?;
        File::open(&new)?.sync_all()?;
        fs::rename(&new, self.folder.join(MANIFEST))?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}

/// Brings a file and its name to the disk.
fn sync(path: &FsPath) -> Result<(), Error> {
    File::open(path)?.sync_all()?;
    for folder in path.ancestors().skip(1).take(3) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
