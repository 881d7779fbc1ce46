//! SQLite: one file, one writing connection, a pool of readers.

pub mod backup;
mod behind;
mod bind;
mod carrier;
mod checkpoint;

pub mod cell;
mod connection;
mod error;
mod functions;
mod readers;
mod session;
pub mod statement;
mod waiting;
mod writer;

use std::{path::PathBuf, sync::Arc};

use checkpoint::Checkpointer;
use connection::Role;
use readers::Readers;
pub use session::Session;
use writer::Writer;

use crate::{Config, Error, metrics::Metrics};

pub struct Sqlite {
    pub writer: Writer,
    pub readers: Readers,
    /// Last, so that it outlives the writer that wakes it.
    _checkpointer: Checkpointer,
}

impl Sqlite {
    pub fn open(path: PathBuf, config: &Config, metrics: Arc<Metrics>) -> Result<Sqlite, Error> {
        let mut writer = connection::open(&path, config, Role::Writer)?;
        let (checkpointer, log) = Checkpointer::start(&path, config, &mut writer, metrics)?;
        Ok(Sqlite {
            writer: Writer::new(writer, log, &path, config),
            readers: Readers::new(path, config.clone()),
            _checkpointer: checkpointer,
        })
    }
}
