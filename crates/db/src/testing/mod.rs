//! Databases for one test each, on both engines.

mod cluster;
mod disk;
mod own_server;

use std::{
    collections::HashMap,
    fs,
    ops::Deref,
    path::Path,
    sync::{LazyLock, Mutex, PoisonError},
};

pub use disk::way_to_mount;
pub use own_server::OwnServer;
use tempfile::TempDir;

use crate::{Config, Db, Dialect, Error, Migration, config::Durability, migration};

/// A fresh database that vanishes with this value.
pub struct TestDb {
    /// First, so that it is closed before its place vanishes.
    db: Db,
    config: Config,
    _place: Place,
}

enum Place {
    Folder(#[expect(dead_code, reason = "removed when it is dropped")] TempDir),
    Database(#[expect(dead_code, reason = "dropped with it")] cluster::Database),
}

/// SQLite files with migrations applied, by their fingerprint.
static TEMPLATES: LazyLock<Mutex<HashMap<String, Vec<u8>>>> = LazyLock::new(Mutex::default);

impl TestDb {
    /// A SQLite file in a folder of its own. Commits do not wait for the disk.
    pub fn sqlite(migrations: &[Migration]) -> Result<TestDb, Error> {
        let folder = folder()?;
        let file = folder.path().join("rapport.db");
        fs::write(&file, template(migrations)?).map_err(unavailable)?;
        let config = config_of(&file);
        Ok(TestDb { db: Db::open(&config, migrations)?, config, _place: Place::Folder(folder) })
    }

    /// A database in a PostgreSQL cluster that this process starts when it first needs it and that ends with it,
    /// or in the server that `RAPPORT_TEST_POSTGRES` names (`postgres://user@host/`, a role that may create databases).
    pub fn postgres(migrations: &[Migration]) -> Result<TestDb, Error> {
        let database = cluster::Database::create(migrations)?;
        let config = database.config();
        Ok(TestDb { db: Db::open(&config, migrations)?, config, _place: Place::Database(database) })
    }

    /// How this database is reached, to open it once more.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// Runs `test` on a fresh database of each kind.
///
/// # Panics
/// When a database cannot be made, and as `test` does.
pub fn on_both(migrations: &[Migration], test: impl Fn(&TestDb)) {
    test(&TestDb::sqlite(migrations).unwrap_or_else(|error| panic!("no SQLite file: {error}")));
    test(&TestDb::postgres(migrations).unwrap_or_else(|error| panic!("no PostgreSQL database: {error}")));
}

fn template(migrations: &[Migration]) -> Result<Vec<u8>, Error> {
    let fingerprint = migration::fingerprint(Dialect::Sqlite, migrations);
    let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = templates.get(&fingerprint) {
        return Ok(known.clone());
    }
    let folder = folder()?;
    let file = folder.path().join("template.db");
    // Closing the database moves its log into the file.
    drop(Db::open(&config_of(&file), migrations)?);
    let content = fs::read(&file).map_err(unavailable)?;
    templates.insert(fingerprint, content.clone());
    Ok(content)
}

fn config_of(file: &Path) -> Config {
    let mut config = Config::new(format!("sqlite:{}", file.display()));
    config.durability = Durability::Process;
    config
}

fn folder() -> Result<TempDir, Error> {
    tempfile::tempdir().map_err(unavailable)
}

fn unavailable(error: std::io::Error) -> Error {
    Error::Unavailable(error.to_string())
}
