//! A database: where every read and write begins.

use std::sync::Arc;

use crate::{
    Config, Dialect, Error, Migration, Receiver, Tx,
    config::Target,
    metrics::{Counts, Metrics},
    notify::Hub,
    sqlite::Sqlite,
    transaction::{After, Engine},
};

/// A database of one workspace. Clones share their connections.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    backend: Backend,
    metrics: Arc<Metrics>,
    hub: Hub,
}

enum Backend {
    Sqlite(Sqlite),
}

impl Db {
    /// Opens the database.
    ///
    /// # Errors
    /// [`Error::Config`] for an address that makes no sense, [`Error::Unavailable`] when nobody answers there.
    pub fn open(config: &Config, migrations: &[Migration]) -> Result<Db, Error> {
        let metrics: Arc<Metrics> = Arc::default();
        let backend = match config.target()? {
            Target::Sqlite(path) => Backend::Sqlite(Sqlite::open(path, config, metrics.clone())?),
        };
        let db = Db { shared: Arc::new(Shared { backend, metrics, hub: Hub::default() }) };
        db.write(|tx| -> Result<(), Error> {
            for migration in migrations {
                for statement in (migration.statements)(tx.dialect()) {
                    tx.execute_script(&statement)?;
                }
            }
            Ok(())
        })?;
        Ok(db)
    }

    pub fn dialect(&self) -> Dialect {
        match self.shared.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Runs `work` on one consistent snapshot, which later commits do not change.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let Shared { backend, metrics, .. } = &*self.shared;
        Metrics::add(&metrics.reads, 1);
        match backend {
            Backend::Sqlite(sqlite) => {
                sqlite.readers.with(|connection| work(&mut Tx::new(Engine::Sqlite(connection), metrics)))
            }
        }
    }

    /// Runs `work` in a transaction and returns when what it did is on disk. Its error undoes everything.
    ///
    /// `work` may run more than once: PostgreSQL refuses one of two transactions that change the same rows at
    /// the same time, and that one is run again. So it must start from nothing each time; what is to happen once
    /// belongs into [`Tx::on_commit`].
    ///
    /// # Panics
    /// When called within another write of the same thread.
    pub fn write<T, E: From<Error>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Shared { backend, metrics, .. } = &*self.shared;
        let (answer, after) = match backend {
            Backend::Sqlite(sqlite) => sqlite.writer.with(metrics, |connection| {
                let mut tx = Tx::new(Engine::Sqlite(connection), metrics);
                let answer = work(&mut tx)?;
                Ok::<_, E>((answer, tx.into_after()))
            })?,
        };
        Metrics::add(&metrics.writes, 1);
        self.finish(after);
        Ok(answer)
    }

    /// Hears of every [`Tx::notify`] on `topic` that is committed from now on.
    pub fn listen(&self, topic: &str) -> Receiver {
        self.shared.hub.listen(topic)
    }

    /// What this database has done since it was opened.
    pub fn counts(&self) -> Counts {
        self.shared.metrics.counts()
    }

    fn finish(&self, after: After) {
        for notice in &after.notices {
            self.shared.hub.deliver(notice);
        }
        for hook in after.hooks {
            hook();
        }
    }
}
