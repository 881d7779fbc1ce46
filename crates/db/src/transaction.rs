//! What a closure of [`crate::Db::read`] or [`crate::Db::write`] works with.

use std::{cell::RefCell, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Value};

use crate::{Dialect, Error, Row, metrics::Metrics, notify::Notice, sqlite};

/// A transaction: all its statements see one state of the database, and take effect together or not at all.
pub struct Tx<'c> {
    engine: Engine<'c>,
    metrics: &'c Metrics,
    after: After,
}

pub(crate) enum Engine<'c> {
    Sqlite(&'c rusqlite::Connection),
}

/// What waits for the commit.
#[derive(Default)]
pub(crate) struct After {
    pub hooks: Vec<Box<dyn FnOnce() + Send>>,
    pub notices: Vec<Notice>,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(engine: Engine<'c>, metrics: &'c Metrics) -> Tx<'c> {
        Tx { engine, metrics, after: After::default() }
    }

    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Runs a query and makes something of each row.
    pub fn query<T>(&mut self, sql: &Sql, mut map: impl FnMut(&Row<'_>) -> T) -> Result<Vec<T>, Error> {
        let mut answers = Vec::new();
        self.each(sql, |row| -> Result<(), Error> {
            answers.push(map(row));
            Ok(())
        })?;
        Ok(answers)
    }

    /// Runs a query that yields at most one row; [`Error::Other`] when there are more.
    pub fn query_optional<T>(
        &mut self,
        sql: &Sql,
        map: impl FnMut(&Row<'_>) -> T,
    ) -> Result<Option<T>, Error> {
        let mut answers = self.query(sql, map)?;
        if answers.len() > 1 {
            return Err(Error::Other(format!(
                "{} rows where one was expected: {}",
                answers.len(),
                sql.text()
            )));
        }
        Ok(answers.pop())
    }

    /// Runs a query that yields exactly one row; [`Error::Other`] when it does not.
    pub fn query_one<T>(&mut self, sql: &Sql, map: impl FnMut(&Row<'_>) -> T) -> Result<T, Error> {
        self.query_optional(sql, map)?
            .ok_or_else(|| Error::Other(format!("no row where one was expected: {}", sql.text())))
    }

    /// Runs a query and hands over its rows one by one as they come, so that an answer of any size needs little
    /// memory. The first error, of the database or of `visit`, ends it.
    pub fn each<E: From<Error>>(
        &mut self,
        sql: &Sql,
        mut visit: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let fault = RefCell::new(None);
        let mut rows = 0;
        let mut checked = |row: &Row<'_>| -> Result<(), E> {
            rows += 1;
            visit(row)?;
            fault.take().map_or(Ok(()), |error: Error| Err(error.into()))
        };
        let result = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::statement::each(connection, sql, &fault, &mut checked),
        };
        self.count(&self.metrics.rows_read, rows);
        result
    }

    /// Runs a statement that yields no rows; tells how many rows it changed.
    pub fn execute(&mut self, sql: &Sql) -> Result<u64, Error> {
        let rows = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::statement::execute(connection, sql)?,
        };
        self.count(&self.metrics.rows_written, rows);
        Ok(rows)
    }

    /// Runs several statements without arguments, separated by semicolons, such as definitions of tables.
    pub fn execute_script(&mut self, script: &str) -> Result<(), Error> {
        match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::statement::execute_script(connection, script)?,
        }
        self.count(&self.metrics.rows_written, 0);
        Ok(())
    }

    /// Inserts many rows into `table`, each with a value for each of `columns`; tells how many.
    pub fn insert_rows<R: AsRef<[Value]>>(
        &mut self,
        table: &str,
        columns: &[(&str, ColumnType)],
        rows: impl IntoIterator<Item = R>,
    ) -> Result<u64, Error> {
        let rows = match &mut self.engine {
            Engine::Sqlite(connection) => sqlite::statement::insert_rows(connection, table, columns, rows)?,
        };
        self.count(&self.metrics.rows_written, rows);
        Ok(rows)
    }

    /// Runs a part that may fail by itself: its error undoes only what it did, and the transaction goes on.
    ///
    /// On PostgreSQL a statement that fails outside of a savepoint ends the whole transaction.
    pub fn savepoint<T, E: From<Error>>(
        &mut self,
        part: impl FnOnce(&mut Tx<'c>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (hooks, notices) = (self.after.hooks.len(), self.after.notices.len());
        self.execute_script("savepoint part")?;
        match part(self) {
            Ok(answer) => {
                self.execute_script("release part")?;
                Ok(answer)
            }
            Err(error) => {
                self.after.hooks.truncate(hooks);
                self.after.notices.truncate(notices);
                self.execute_script("rollback to part; release part")?;
                Err(error)
            }
        }
    }

    /// Keeps `hook` until the transaction is on disk, then runs it on this thread. Not run after a rollback.
    pub fn on_commit(&mut self, hook: Box<dyn FnOnce() + Send>) {
        self.after.hooks.push(hook);
    }

    /// Tells everybody who listens to `topic`, in every process, once the transaction is on disk.
    pub fn notify(&mut self, topic: &str, payload: &str) {
        self.after.notices.push(Notice { topic: topic.to_owned(), payload: Arc::from(payload) });
    }

    /// Takes a lock of that name until the transaction ends, or tells that another transaction has it.
    ///
    /// SQLite has one writer at a time, who therefore has every lock.
    pub fn try_lock(&mut self, name: &str) -> Result<bool, Error> {
        match &mut self.engine {
            Engine::Sqlite(_) => {
                let _ = name;
                Ok(true)
            }
        }
    }

    pub(crate) fn into_after(self) -> After {
        self.after
    }

    fn count(&self, counter: &std::sync::atomic::AtomicU64, rows: u64) {
        Metrics::add(&self.metrics.statements, 1);
        if rows > 0 {
            Metrics::add(counter, rows);
        }
    }
}
