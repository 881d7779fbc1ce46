//! Where the database is and how much of the machine it may use.

use std::{path::PathBuf, time::Duration};

use crate::{Dialect, Error, postgres::Server};

/// How to reach a database. `Config::new(url)` has sound defaults.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite:path/to/file` or `postgres://user:password@host:port/database?schema=name&sslmode=verify-full`.
    pub url: String,
    /// Connections that read at once; on PostgreSQL, all connections of this process.
    pub connections: usize,
    /// How long to wait for a free connection, or for another process that writes, before [`Error::Busy`].
    pub wait: Duration,
    /// SQLite: kilobytes of pages that the writing connection keeps.
    pub writer_cache_kb: u32,
    /// SQLite: kilobytes of pages that each reading connection keeps besides the mapped file.
    pub reader_cache_kb: u32,
    /// SQLite: bytes of the file that readers map into memory.
    pub mapped_bytes: u64,
    /// SQLite: whether a commit waits for the disk. Only tests and throwaway imports may say no.
    pub durability: Durability,
    /// Where to put a copy of the database before a migration; beside the SQLite file when absent.
    pub backup_folder: Option<PathBuf>,
}

/// When a commit counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On disk.
    Full,
    /// Handed to the operating system: survives the death of the process, not of the machine.
    Process,
}

impl Config {
    pub fn new(url: impl Into<String>) -> Config {
        Config {
            url: url.into(),
            connections: 16,
            wait: Duration::from_secs(10),
            writer_cache_kb: 64 << 10,
            reader_cache_kb: 2 << 10,
            mapped_bytes: 1 << 30,
            durability: Durability::Full,
            backup_folder: None,
        }
    }

    /// Which engine the address is one of.
    ///
    /// # Errors
    /// [`Error::Config`] when it makes no sense.
    pub fn dialect(&self) -> Result<Dialect, Error> {
        Ok(match self.target()? {
            Target::Sqlite(_) => Dialect::Sqlite,
            Target::Postgres { .. } => Dialect::Postgres,
        })
    }

    pub(crate) fn target(&self) -> Result<Target, Error> {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Config("the database address sqlite: names no file".to_owned()));
            }
            return Ok(Target::Sqlite(PathBuf::from(path)));
        }
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            return postgres_target(&self.url);
        }
        Err(Error::Config(format!(
            "the database address {:?} starts neither with sqlite: nor with postgres://",
            self.url.split_once(':').map_or(self.url.as_str(), |(scheme, _)| scheme)
        )))
    }
}

fn postgres_target(url: &str) -> Result<Target, Error> {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let mut schema = "public".to_owned();
    let mut rest = Vec::new();
    for setting in query.split('&') {
        match setting.split_once('=') {
            Some(("schema", name)) => schema = checked_schema(name)?,
            _ => rest.push(setting),
        }
    }
    let server = Server::parse(&format!("{address}?{}", rest.join("&")))?;
    Ok(Target::Postgres { server: Box::new(server), schema })
}

fn checked_schema(name: &str) -> Result<String, Error> {
    let plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.is_empty() || name.len() > 63 || !name.chars().all(plain) || name.starts_with("pg_") {
        return Err(Error::Config(format!(
            "the schema {name:?} must be made of letters, digits and underscores"
        )));
    }
    Ok(name.to_owned())
}

/// A configuration's address, taken apart.
#[derive(Clone)]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres { server: Box<Server>, schema: String },
}
