//! A copy of the file, taken while it is in use; and looking whether it is sound.

use std::path::Path;

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use super::{Sqlite, error::translate};
use crate::Error;

impl Sqlite {
    /// Copies one snapshot in one step: in WAL mode readers hold nobody up, so it need not be interrupted.
    pub fn backup(&self, path: &Path) -> Result<(), Error> {
        self.readers.alone(|source| copy(source, path).map_err(|error| translate(&error)))
    }

    pub fn check(&self) -> Result<Vec<String>, Error> {
        self.readers.alone(|connection| problems(connection).map_err(|error| translate(&error)))
    }
}

/// Copies a backup to where the database is to be.
pub fn restore(backup: &Path, path: &Path) -> Result<(), Error> {
    let restored = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|source| {
        copy(&source, path)?;
        problems(&Connection::open(path)?)
    });
    let problems = restored.map_err(|error| translate(&error))?;
    match problems.first() {
        None => Ok(()),
        Some(problem) => Err(Error::Corrupt(format!("{}: {problem}", backup.display()))),
    }
}

fn copy(source: &Connection, path: &Path) -> rusqlite::Result<()> {
    let mut target = Connection::open(path)?;
    {
        let backup = Backup::new(source, &mut target)?;
        while backup.step(-1)? != StepResult::Done {}
    }
    // One file, without a log beside it.
    target.pragma_update(None, "journal_mode", "delete")?;
    target.close().map_err(|(_, error)| error)
}

fn problems(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut integrity = connection.prepare("pragma integrity_check")?;
    for line in integrity.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            problems.push(line);
        }
    }
    let mut links = connection.prepare("pragma foreign_key_check")?;
    let broken = links.query_map([], |row| {
        let (table, row_id, parent) =
            (row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?);
        Ok(format!(
            "row {} of {table} refers to a row of {parent} that is not there",
            row_id.unwrap_or_default()
        ))
    })?;
    for line in broken {
        problems.push(line?);
    }
    Ok(problems)
}
