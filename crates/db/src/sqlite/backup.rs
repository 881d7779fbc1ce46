//! A copy of the file, taken while it is in use.

use std::{fs, path::Path};

use rusqlite::{Connection, backup::Backup};

use super::{Sqlite, error::translate};
use crate::Error;

impl Sqlite {
    /// Copies one snapshot in one step: in WAL mode readers hold nobody up, so it need not be interrupted.
    pub fn backup(&self, path: &Path) -> Result<(), Error> {
        if path.exists() {
            return Err(Error::Config(format!("{} is there already", path.display())));
        }
        let unfinished = path.with_added_extension("part");
        let copied = self.readers.alone(|source| copy(source, &unfinished)).and_then(|()| {
            fs::File::open(&unfinished)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&unfinished, path))
                .map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))
        });
        if copied.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        copied
    }
}

fn copy(source: &Connection, path: &Path) -> Result<(), Error> {
    let failed = |error: rusqlite::Error| translate(&error);
    let mut target = Connection::open(path).map_err(failed)?;
    {
        let backup = Backup::new(source, &mut target).map_err(failed)?;
        while backup.step(-1).map_err(failed)? != rusqlite::backup::StepResult::Done {}
    }
    // One file, without a log beside it.
    target.pragma_update(None, "journal_mode", "delete").map_err(failed)?;
    target.close().map_err(|(_, error)| failed(error))
}
