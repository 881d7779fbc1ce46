//! Opening a connection to a SQLite file, the same way every time.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig, vtab};

use super::{error::translate, functions};
use crate::{Config, Error, config::Durability};

/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 512;
const CHECKPOINTER_CACHE_KB: u32 = 512;
/// After so long, whoever waits for another process tries again.
pub const LOOK_AGAIN: Duration = Duration::from_millis(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Writer,
    Reader,
    Checkpointer,
}

/// Opens the file, which a writer creates if it is not there.
pub fn open(path: &Path, config: &Config, role: Role) -> Result<Connection, Error> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= match role {
        Role::Writer => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        // A reader in WAL mode must be able to write the shared index.
        Role::Reader | Role::Checkpointer => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(path, flags).map_err(|error| named(path, &error))?;
    let began = Instant::now();
    loop {
        match configure(&connection, config, role).map_err(|error| named(path, &error)) {
            // Of two that turn on the log of a new file at once, SQLite refuses one without letting it wait.
            Err(Error::Busy(_)) if began.elapsed() < config.wait => thread::sleep(LOOK_AGAIN),
            Err(error) => return Err(error),
            Ok(()) => return Ok(connection),
        }
    }
}

fn configure(connection: &Connection, config: &Config, role: Role) -> rusqlite::Result<()> {
    connection.busy_timeout(if role == Role::Checkpointer { Duration::ZERO } else { config.wait })?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // Otherwise a kept statement is prepared anew whenever the arguments of a range change.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let (cache, mapped) = match role {
        Role::Writer => (config.writer_cache_kb, 0),
        Role::Reader => (config.reader_cache_kb, config.mapped_bytes),
        Role::Checkpointer => (CHECKPOINTER_CACHE_KB, 0),
    };
    connection.execute_batch(&format!(
        "pragma journal_mode = wal;
         pragma synchronous = {};
         pragma foreign_keys = on;
         pragma wal_autocheckpoint = 0;
         pragma journal_size_limit = {};
         pragma temp_store = memory;
         pragma mmap_size = {mapped};
         pragma cache_size = -{cache};
         pragma query_only = {};",
        synchronous(config.durability),
        64 << 20,
        u8::from(role == Role::Reader),
    ))?;
    vtab::array::load_module(connection)?;
    functions::register(connection)
}

/// How SQLite calls it.
pub const fn synchronous(durability: Durability) -> &'static str {
    match durability {
        Durability::Full => "full",
        Durability::Process => "normal",
    }
}

fn named(path: &Path, error: &rusqlite::Error) -> Error {
    match translate(error) {
        Error::Unavailable(why) => Error::Unavailable(format!("{}: {why}", path.display())),
        Error::Corrupt(why) => Error::Corrupt(format!("{}: {why}", path.display())),
        other => other,
    }
}
