//! Where the warehouse's files are: an object store, which is a folder or a bucket ([`bucket`]).
//!
//! A data file has a name of its own and is never changed; what counts is what the manifest names. Everything is on
//! disk before the manifest that names it is, and the manifest takes the place of the one before in one step. Paths here
//! are those within the warehouse, wherever that is.

use std::{
    collections::HashMap,
    fs::{self, File, TryLockError},
    path::{Path as FsPath, PathBuf},
    sync::Arc,
};

use app::StoreConfig;
use futures_util::TryStreamExt;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use parking_lot::Mutex;
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::{
    Error,
    bucket::{self, Bucket},
    source,
};

const MANIFEST: &str = "manifest.json";
const LOCK: &str = "lock";
/// What addresses begin with under which queries find a folder: no file of the machine is reached by any other.
const FOLDER: &str = "warehouse://";

/// The files of one warehouse.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    address: String,
    /// Where in the object store the files are.
    within: Path,
    /// Holds the lock, and the files where there is no bucket.
    folder: PathBuf,
    bucket: Option<Writer>,
    runtime: Handle,
    /// Files that some state of this process names, and by how many.
    held: Arc<Mutex<HashMap<String, usize>>>,
}

/// Tells the files of this writer from those of others that write to the same bucket.
#[derive(Clone, Debug)]
struct Writer(Arc<str>);

/// The right to change the files; given back when dropped, also by a process that dies.
#[derive(Debug)]
pub struct WriteLock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Store {
    /// Opens the bucket where there is one, else the folder, and makes that when it is not there; a cluster tells
    /// folders apart by their names.
    ///
    /// # Errors
    /// [`Error::Files`] when it cannot be made.
    pub fn open(
        folder: &FsPath,
        config: Option<&StoreConfig>,
        name: &str,
        runtime: Handle,
    ) -> Result<Store, Error> {
        fs::create_dir_all(folder)?;
        let (place, bucket) = match config {
            Some(config) => (bucket::open(config)?, Some(Writer(Uuid::now_v7().to_string().into()))),
            None => {
                let objects = Arc::new(LocalFileSystem::new_with_prefix(folder)?);
                (Bucket { objects, address: format!("{FOLDER}{name}"), folder: Path::default() }, None)
            }
        };
        let Bucket { objects, address, folder: within } = place;
        let (folder, held) = (folder.to_owned(), Arc::default());
        Ok(Store { objects, address, within, folder, bucket, runtime, held })
    }

    /// The object store, and the address under which queries find it.
    pub fn objects(&self) -> (&str, Arc<dyn ObjectStore>) {
        (&self.address, Arc::clone(&self.objects))
    }

    /// The address of a file, for queries.
    pub fn url(&self, path: &str) -> String {
        format!("{}/{}", self.address, self.at(path))
    }

    fn at(&self, path: &str) -> Path {
        Path::from(format!("{}/{path}", self.within))
    }

    /// A file's path within the warehouse.
    fn path_of(&self, file: &ObjectMeta) -> String {
        let within = file.location.prefix_match(&self.within).map(Iterator::collect::<Path>);
        within.unwrap_or_else(|| file.location.clone()).to_string()
    }

    /// The path of a new file: `deal/2026-03/7-current.parquet`.
    pub fn path(&self, object: &str, month: &str, generation: u64, kind: &str) -> String {
        match &self.bucket {
            Some(Writer(writer)) => format!("{object}/{month}/{generation}-{writer}-{kind}.parquet"),
            None => format!("{object}/{month}/{generation}-{kind}.parquet"),
        }
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
        self.runtime.block_on(self.objects.put(&self.at(path), content.into()))?;
        match self.bucket {
            Some(_) => Ok(()),
            None => sync(&self.folder.join(path)),
        }
    }

    pub fn get(&self, path: &str) -> Result<bytes::Bytes, Error> {
        let damaged =
            |error: object_store::Error| Error::Damaged { file: path.to_owned(), reason: error.to_string() };
        self.runtime.block_on(async {
            self.objects.get(&self.at(path)).await.map_err(damaged)?.bytes().await.map_err(damaged)
        })
    }

    /// How long a file is; nothing when it is not there.
    pub fn len(&self, path: &str) -> Result<Option<u64>, Error> {
        match self.runtime.block_on(self.objects.head(&self.at(path))) {
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

    /// The data files that nobody but this process can be about to name.
    pub fn own_files(&self) -> Result<Vec<String>, Error> {
        let found: Vec<_> = match self.bucket {
            Some(_) => self.runtime.block_on(bucket::old_files(&*self.objects, &self.within))?,
            None => self.runtime.block_on(self.objects.list(None).try_collect())?,
        };
        let names = found.iter().map(|file| self.path_of(file));
        // Those of sources are swept by whoever reads sources.
        let is_own = |name: &String| name.ends_with(".parquet") && !name.starts_with(source::FOLDER);
        Ok(names.filter(is_own).collect())
    }

    /// The files of a folder.
    pub fn files_of(&self, folder: &str) -> Result<Vec<String>, Error> {
        let files = self.objects.list(Some(&self.at(folder)));
        Ok(self.runtime.block_on(files.map_ok(|file| self.path_of(&file)).try_collect())?)
    }

    /// Removes a file; that it is gone already is no fault.
    pub fn delete(&self, path: &str) -> Result<(), Error> {
        match self.runtime.block_on(self.objects.delete(&self.at(path))) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The manifest's text, and a mark that it has in a bucket; nothing before the first.
    pub fn manifest(&self) -> Result<Option<(String, Option<String>)>, Error> {
        if self.bucket.is_some() {
            return self.runtime.block_on(bucket::manifest(&*self.objects, &self.at(MANIFEST)));
        }
        match fs::read_to_string(self.folder.join(MANIFEST)) {
            Ok(text) => Ok(Some((text, None))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a manifest in the place of the one with that mark: afterwards, and after a power cut, one of the two is
    /// there whole. Gives its mark. A folder has no marks: whoever writes there has the lock.
    ///
    /// # Errors
    /// [`Error::Busy`] when another machine has put one there.
    pub fn put_manifest(&self, text: &str, in_place_of: Option<&str>) -> Result<Option<String>, Error> {
        if self.bucket.is_some() {
            let place = self.at(MANIFEST);
            return self.runtime.block_on(bucket::put_manifest(&*self.objects, &place, text, in_place_of));
        }
        let new = self.folder.join("manifest.new");
        fs::write(&new, text)?;
        File::open(&new)?.sync_all()?;
        fs::rename(&new, self.folder.join(MANIFEST))?;
        File::open(&self.folder)?.sync_all()?;
        Ok(None)
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
