//! SQLite: one file, one writing connection, a pool of readers.

mod bind;
pub mod cell;
mod connection;
mod error;
mod functions;
mod readers;
pub mod statement;
mod writer;

use std::path::PathBuf;

use connection::Role;
use readers::Readers;
use writer::Writer;

use crate::{Config, Error};

pub struct Sqlite {
    pub writer: Writer,
    pub readers: Readers,
}

impl Sqlite {
    pub fn open(path: PathBuf, config: &Config) -> Result<Sqlite, Error> {
        let writer = connection::open(&path, config, Role::Writer)?;
        Ok(Sqlite { writer: Writer::new(writer), readers: Readers::new(path, config.clone()) })
    }
}
