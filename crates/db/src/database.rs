//! A database: where every read and write begins.

use std::sync::Arc;

use expr::sql::Sql;

use crate::{
    Config, Dialect, Errand, Error, Migration, Receiver, Row, Tx, Undone,
    config::{Durability, Target},
    errand::{Errands, Halt},
    metrics::{Counts, Metrics},
    migration,
    notify::Hub,
    postgres::{self, Exchange, Pool},
    schema::quoted_list,
    sqlite::{Session, Sqlite},
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
    hub: Arc<Hub>,
    errands: Errands,
}

pub(crate) enum Backend {
    Sqlite(Box<Sqlite>),
    Postgres { pool: Arc<Pool>, exchange: Exchange },
}

impl Db {
    /// Opens the database.
    ///
    /// # Errors
    /// [`Error::Config`] for an address that makes no sense, [`Error::Unavailable`] when nobody answers there.
    pub fn open(config: &Config, migrations: &[Migration]) -> Result<Db, Error> {
        let db = Db::reach(config)?;
        migration::migrate(&db, config, migrations)?;
        Ok(db)
    }

    /// Whether nothing has been made yet where `config` points: there is no file, or no migration was ever applied.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn is_new(config: &Config) -> Result<bool, Error> {
        if let Target::Sqlite(path) = config.target()?
            && !path.exists()
        {
            return Ok(true);
        }
        Ok(Db::reach(config)?.read(migration::applied)?.is_empty())
    }

    /// The database as it is.
    fn reach(config: &Config) -> Result<Db, Error> {
        let metrics: Arc<Metrics> = Arc::default();
        let hub: Arc<Hub> = Arc::default();
        let backend = match config.target()? {
            Target::Sqlite(path) => Backend::Sqlite(Box::new(Sqlite::open(path, config, metrics.clone())?)),
            Target::Postgres { server, schema } => {
                let pool = Arc::new(Pool::open(*server, schema, config.clone())?);
                Backend::Postgres { exchange: Exchange::new(pool.clone(), hub.clone()), pool }
            }
        };
        Ok(Db { shared: Arc::new(Shared { backend, metrics, hub, errands: Errands::default() }) })
    }

    pub fn dialect(&self) -> Dialect {
        match self.shared.backend {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Runs `work` on one consistent snapshot, which later commits do not change.
    ///
    /// Within a write it sees what was there before that write, and takes a second connection: many such at once
    /// may use the pool up.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let Shared { backend, metrics, .. } = &*self.shared;
        Metrics::add(&metrics.reads, 1);
        match backend {
            Backend::Sqlite(sqlite) => {
                sqlite.readers.with(|connection| work(&mut Tx::new(reading(connection), metrics)))
            }
            Backend::Postgres { pool, .. } => {
                postgres::read(pool, |connection| work(&mut Tx::new(Engine::Postgres(connection), metrics)))
            }
        }
    }

    /// Runs one query by itself, on a snapshot of its own: what [`Db::read`] does for one statement, but without the
    /// round trips to begin and end a transaction.
    ///
    /// `map` may see a row twice, when the connection breaks among them.
    pub fn query<T>(&self, sql: &Sql, mut map: impl FnMut(&Row<'_>) -> T) -> Result<Vec<T>, Error> {
        let Shared { backend, metrics, .. } = &*self.shared;
        Metrics::add(&metrics.reads, 1);
        match backend {
            Backend::Sqlite(sqlite) => {
                sqlite.readers.alone(|connection| Tx::new(reading(connection), metrics).query(sql, map))
            }
            Backend::Postgres { pool, .. } => postgres::alone(pool, |connection| {
                Tx::new(Engine::Postgres(connection), metrics).query(sql, &mut map)
            }),
        }
    }

    /// Has the database look at how its tables are filled, so that it plans well. For after a large import, and now and
    /// then; takes a moment and stands in line with other writes.
    pub fn optimize(&self) -> Result<(), Error> {
        match &self.shared.backend {
            Backend::Sqlite(_) => {
                self.write(|tx| tx.analyze("pragma analysis_limit = 1000; pragma optimize(65538)"))
            }
            Backend::Postgres { pool, .. } => {
                let tables = postgres::tables(pool)?;
                let names: Vec<&str> = tables.iter().map(String::as_str).collect();
                self.write(|tx| tx.analyze(&format!("analyze {}", quoted_list(&names))))
            }
        }
    }

    /// Runs `work` in a transaction and returns when what it did is on disk. Its error undoes everything.
    ///
    /// `work` may run more than once: PostgreSQL refuses one of two transactions that change the same rows at
    /// the same time, and that one is run again; on SQLite several share a commit, and when one of them fails after it
    /// has written, all of them run again. So it must start from nothing each time; what is to happen once belongs into
    /// [`Tx::on_commit`].
    ///
    /// # Panics
    /// When called within another write of the same thread.
    pub fn write<T, E: From<Error>>(&self, work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.write_as(Durability::Full, work)
    }

    /// As [`Db::write`]; with [`Durability::Process`] it returns before what it did is on disk. The next commit that
    /// waits for the disk brings it there too, so nothing that was built on it is kept without it.
    ///
    /// # Panics
    /// As [`Db::write`].
    pub fn write_as<T, E: From<Error>>(
        &self,
        durability: Durability,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Shared { backend, metrics, .. } = &*self.shared;
        let (answer, after) = match backend {
            Backend::Sqlite(sqlite) => sqlite.writer.with(metrics, durability, |session| {
                let mut tx = Tx::new(Engine::Sqlite(session), metrics);
                let answer = work(&mut tx)?;
                Ok::<_, E>((answer, tx.into_after()))
            })?,
            Backend::Postgres { pool, .. } => postgres::write(pool, metrics, durability, |connection| {
                let mut tx = Tx::new(Engine::Postgres(connection), metrics);
                let answer = work(&mut tx)?;
                Ok::<_, E>((answer, tx.into_after()))
            })?,
        };
        Metrics::add(&metrics.writes, 1);
        self.finish(after);
        Ok(answer)
    }

    /// Whether writes that come at the same time share a commit, so that one thread had better carry them all out.
    pub fn shares_commits(&self) -> bool {
        matches!(self.shared.backend, Backend::Sqlite(_))
    }

    /// Hands over something to write. Where this tells `true` nobody carries errands out: the caller has a thread that may
    /// block call [`Db::carry_out`].
    #[must_use]
    pub fn hand_over(&self, errand: Box<dyn Errand>) -> bool {
        self.shared.errands.push(errand)
    }

    /// Carries out what was handed over until there is no more, each errand as [`Db::write`] would; those that come while
    /// others are carried out share a commit where [`Db::shares_commits`].
    ///
    /// # Panics
    /// When called within a write of the same thread.
    pub fn carry_out(&self) {
        let Shared { backend, metrics, errands, .. } = &*self.shared;
        errands.all(|| match backend {
            Backend::Sqlite(sqlite) => sqlite.writer.carry_out(metrics, errands, &|after| {
                Metrics::add(&metrics.writes, 1);
                self.finish(after);
            }),
            Backend::Postgres { .. } => {
                while let Some(mut errand) = errands.next() {
                    let outcome = match self.write(|tx| errand.run(tx).map_err(|Undone| Halt::Own)) {
                        Ok(()) | Err(Halt::Own) => Ok(()),
                        Err(Halt::Database(error)) => Err(error),
                    };
                    errand.end(outcome);
                }
            }
        });
    }

    /// As [`Db::write`], where nobody has to be waited for; nothing otherwise. For what may as well be done later, such
    /// as noting that something was used.
    ///
    /// # Panics
    /// As [`Db::write`].
    pub fn write_if_free<T, E: From<Error>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let Shared { backend: Backend::Sqlite(sqlite), metrics, .. } = &*self.shared else {
            return self.write(work).map(Some);
        };
        let done = sqlite.writer.with_if_free(metrics, |session| {
            let mut tx = Tx::new(Engine::Sqlite(session), metrics);
            let answer = work(&mut tx)?;
            Ok::<_, E>((answer, tx.into_after()))
        })?;
        let Some((answer, after)) = done else { return Ok(None) };
        Metrics::add(&metrics.writes, 1);
        self.finish(after);
        Ok(Some(answer))
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.shared.backend
    }

    /// Hears of every [`Tx::notify`] on `topic` that is committed from now on.
    pub fn listen(&self, topic: &str) -> Receiver {
        if let Backend::Postgres { exchange, .. } = &self.shared.backend {
            exchange.listen();
        }
        self.shared.hub.listen(topic)
    }

    /// What this database has done since it was opened.
    pub fn counts(&self) -> Counts {
        self.shared.metrics.counts()
    }

    /// How many writes are worth having under way at once: on SQLite those that a commit can carry while the one before
    /// it reaches the disk, on PostgreSQL as many as leave connections to those who read.
    pub fn writes_at_once(&self) -> usize {
        match &self.shared.backend {
            Backend::Sqlite(_) => 64,
            Backend::Postgres { pool, .. } => (pool.size() * 3 / 4).max(1),
        }
    }

    /// How many writes of this process wait for the one before them (SQLite only).
    pub fn writes_waiting(&self) -> usize {
        match &self.shared.backend {
            Backend::Sqlite(sqlite) => sqlite.writer.waiting() + self.shared.errands.len(),
            Backend::Postgres { .. } => 0,
        }
    }

    /// Whether others wait for a write to end, in this process or another (SQLite only).
    pub fn is_awaited(&self) -> bool {
        match &self.shared.backend {
            Backend::Sqlite(sqlite) => sqlite.writer.is_awaited(),
            Backend::Postgres { .. } => false,
        }
    }

    fn finish(&self, after: After) {
        if let (true, Backend::Postgres { pool, exchange }) = (after.redefined, &self.shared.backend) {
            pool.tables_have_changed();
            exchange.send_tables_have_changed();
        }
        for notice in after.notices {
            self.shared.hub.deliver(&notice);
            if let Backend::Postgres { exchange, .. } = &self.shared.backend {
                exchange.send(notice);
            }
        }
        for hook in after.hooks {
            hook();
        }
    }
}

const fn reading(connection: &rusqlite::Connection) -> Engine<'_> {
    Engine::Sqlite(Session::Reading(connection))
}
