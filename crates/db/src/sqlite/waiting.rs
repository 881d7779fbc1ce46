//! Letting other processes know that one waits to write.
//!
//! Within a process writers stand in line; between processes SQLite has no line. So whoever waits holds a shared lock on
//! a file beside the database, and a long write that could end looks now and then whether anybody does.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

pub struct Waiting {
    path: PathBuf,
}

impl Waiting {
    pub fn beside(database: &Path) -> Waiting {
        let mut path = database.as_os_str().to_owned();
        path.push("-waiting");
        Waiting { path: path.into() }
    }

    /// Tells it until the answer is dropped. Where no file can be made, nobody is told and the wait may be longer.
    pub fn announce(&self) -> Option<File> {
        let file = OpenOptions::new().create(true).append(true).open(&self.path).ok()?;
        file.lock_shared().ok()?;
        Some(file)
    }

    /// Whether a process waits.
    pub fn is_announced(&self) -> bool {
        let file = File::open(&self.path);
        file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}
