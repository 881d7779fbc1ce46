//! Databases for one test each.

use std::ops::Deref;

use tempfile::TempDir;

use crate::{Config, Db, Error, Migration, config::Durability};

/// A fresh database that vanishes with this value.
pub struct TestDb {
    db: Db,
    _folder: Option<TempDir>,
}

impl TestDb {
    /// A SQLite file in a folder of its own. Commits do not wait for the disk.
    pub fn sqlite(migrations: &[Migration]) -> Result<TestDb, Error> {
        let folder = tempfile::tempdir().map_err(|error| Error::Unavailable(error.to_string()))?;
        let mut config = Config::new(format!("sqlite:{}", folder.path().join("rapport.db").display()));
        config.durability = Durability::Process;
        let db = Db::open(&config, migrations)?;
        Ok(TestDb { db, _folder: Some(folder) })
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
/// When a database cannot be made.
pub fn on_both(migrations: &[Migration], test: impl Fn(&Db)) {
    test(&TestDb::sqlite(migrations).expect("a SQLite file can be made"));
}
