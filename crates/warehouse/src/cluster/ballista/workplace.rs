//! Where an executor keeps what stages hand on: a folder of its own, that nobody else may look into, gone with it.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use crate::Error;

const LOCK: &str = "lock";
const SHUFFLE: &str = "shuffle";
const SPILL: &str = "spill";

/// The folder of a process that runs.
pub struct Workplace {
    folder: PathBuf,
    _lock: File,
}

impl Workplace {
    /// Makes one, and removes those of processes that died.
    ///
    /// # Errors
    /// [`Error::Cluster`] when it cannot be made.
    pub fn make(within: &Path) -> Result<Workplace, Error> {
        let made = || {
            private(within)?;
            // Two that begin at once would take each other's for left behind.
            let gate = File::create(within.join(LOCK))?;
            gate.lock()?;
            for left in fs::read_dir(within)? {
                remove_if_left(&left?.path())?;
            }
            let folder = within.join(Uuid::now_v7().to_string());
            private(&folder)?;
            let lock = File::create(folder.join(LOCK))?;
            lock.try_lock()?;
            [SHUFFLE, SPILL].iter().try_for_each(|part| private(&folder.join(part)))?;
            Ok(Workplace { folder, _lock: lock })
        };
        made().map_err(|error: std::io::Error| {
            Error::Cluster(format!("the executor's folder {} cannot be used: {error}", within.display()))
        })
    }

    /// Where stages leave what others read.
    pub fn shuffle(&self) -> PathBuf {
        self.folder.join(SHUFFLE)
    }

    /// Where queries put aside what does not fit into memory.
    pub fn spill(&self) -> PathBuf {
        self.folder.join(SPILL)
    }

    /// Removes what jobs left that nothing has been written for in a while: whoever asked is gone.
    pub fn sweep(&self, after: Duration) -> std::io::Result<()> {
        for job in fs::read_dir(self.shuffle())? {
            let job = job?.path();
            if last_written(&job).is_some_and(|at| at.elapsed().is_ok_and(|age| age > after)) {
                fs::remove_dir_all(&job)?;
            }
        }
        Ok(())
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(folder = %self.folder.display(), %error, "the executor's folder is left behind");
        }
    }
}

fn private(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Removes a folder whose process holds its lock no longer; and leaves alone what is no executor's.
fn remove_if_left(folder: &Path) -> std::io::Result<()> {
    let Ok(lock) = OpenOptions::new().write(true).open(folder.join(LOCK)) else { return Ok(()) };
    match lock.try_lock() {
        Ok(()) => fs::remove_dir_all(folder),
        Err(_) => Ok(()),
    }
}

/// When something was last written at a place or below it.
fn last_written(place: &Path) -> Option<SystemTime> {
    let own = fs::metadata(place).ok()?.modified().ok();
    let below = fs::read_dir(place).into_iter().flatten().flatten().map(|entry| entry.path());
    below.filter_map(|entry| last_written(&entry)).chain(own).max()
}

/// Waits for Ctrl-C, or for whoever looks after services.
pub async fn told_to_stop() {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
