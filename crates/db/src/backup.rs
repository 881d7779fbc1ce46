//! Copies of a whole database, and looking whether one is sound.

use std::path::Path;

use crate::{Db, Error, database::Backend};

impl Db {
    /// Writes a consistent copy of the database to `path`, while others go on reading and writing.
    ///
    /// SQLite: a database file. PostgreSQL: an archive for [`restore`](crate::restore).
    pub fn backup(&self, path: &Path) -> Result<(), Error> {
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.backup(path),
            Backend::Postgres { .. } => Err(Error::Other("not yet".to_owned())),
        }
    }
}
