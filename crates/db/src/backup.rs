//! Copies of a whole database, and looking whether one is sound.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{Config, Db, Dialect, Error, config::Target, database::Backend, postgres, sqlite};

impl Db {
    /// Writes a consistent copy of the database to `path`, while others go on reading and writing.
    ///
    /// SQLite: a database file. PostgreSQL: an archive of the schema's tables. Both are for [`restore`].
    ///
    /// # Errors
    /// [`Error::Config`] when there is a file at `path` already. What cannot be finished leaves no file.
    pub fn backup(&self, path: &Path) -> Result<(), Error> {
        finished(path, |unfinished| match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.backup(unfinished),
            Backend::Postgres { pool, .. } => postgres::archive::write(pool, unfinished),
        })
    }

    /// Reads the whole database and tells what is wrong with it, a sentence each; nothing when it is sound.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.check(),
            Backend::Postgres { pool, .. } => postgres::check(pool),
        }
    }
}

/// Which engine wrote a file that [`Db::backup`] has made, as far as its beginning tells.
///
/// # Errors
/// [`Error::Config`] when it cannot be read.
pub fn backed_up(path: &Path) -> Result<Dialect, Error> {
    Ok(if begins_like_sqlite(path)? { Dialect::Sqlite } else { Dialect::Postgres })
}

/// Makes the database that `config` names out of a [`Db::backup`] of the same engine. Open it afterwards as usual,
/// which brings one of an older version up to date.
///
/// # Errors
/// [`Error::Config`] when the database is not empty or the backup is one of the other engine; [`Error::Corrupt`] when
/// the backup is damaged. Then the database is as it was.
pub fn restore(path: &Path, config: &Config) -> Result<(), Error> {
    let target = config.target()?;
    let is_sqlite = begins_like_sqlite(path)?;
    match target {
        Target::Sqlite(file) if is_sqlite => {
            if [file.clone(), beside(&file, "-wal")].iter().any(|there| there.exists()) {
                return Err(Error::Config(format!("{} is there already", file.display())));
            }
            finished(&file, |unfinished| sqlite::backup::restore(path, unfinished))
        }
        Target::Postgres { server, schema } if !is_sqlite => {
            postgres::archive::restore(path, *server, schema, config)
        }
        Target::Postgres { .. } => {
            Err(Error::Config(format!("{} is a backup of SQLite; name one with sqlite:PATH", path.display())))
        }
        Target::Sqlite(_) => Err(Error::Config(format!(
            "{} is no backup of SQLite; one of PostgreSQL goes back to a PostgreSQL, whose address can be restored from",
            path.display()
        ))),
    }
}

/// Has a file written under another name first, so that it is whole when it appears.
fn finished(path: &Path, write: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
    if path.exists() {
        return Err(Error::Config(format!("{} is there already", path.display())));
    }
    let unfinished = beside(path, ".part");
    // What is wrong with the place is told as that, not as something wrong with a database.
    File::create(&unfinished)
        .map_err(|error| Error::Config(format!("{} cannot be written: {error}", path.display())))?;
    let written = write(&unfinished).and_then(|()| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(&unfinished)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&unfinished, path))
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(|error| failed(path, &error))
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn begins_like_sqlite(path: &Path) -> Result<bool, Error> {
    let mut beginning = Vec::new();
    let unread = |error: io::Error| Error::Config(format!("{} cannot be read: {error}", path.display()));
    let file = File::open(path).map_err(unread)?;
    file.take(16).read_to_end(&mut beginning).map_err(unread)?;
    Ok(beginning == b"SQLite format 3\0")
}

pub(crate) fn failed(path: &Path, error: &io::Error) -> Error {
    let text = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull => Error::DiskFull(text),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Error::Corrupt(text)
        }
        _ => Error::Unavailable(text),
    }
}
