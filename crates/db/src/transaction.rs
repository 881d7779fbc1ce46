//! What a closure of [`crate::Db::read`] or [`crate::Db::write`] works with.

use std::{cell::RefCell, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Value};

use crate::{
    Dialect, Error, NewRow, Row,
    metrics::Metrics,
    notify::Notice,
    postgres,
    schema::{quoted, quoted_list},
    sqlite,
};

/// A transaction: all its statements see one state of the database, and take effect together or not at all.
pub struct Tx<'c> {
    engine: Engine<'c>,
    metrics: &'c Metrics,
    after: After,
}

pub(crate) enum Engine<'c> {
    Sqlite(sqlite::Session<'c>),
    Postgres(&'c mut postgres::Connection),
}

/// What waits for the commit.
#[derive(Default)]
pub(crate) struct After {
    pub hooks: Vec<Box<dyn FnOnce() + Send>>,
    pub notices: Vec<Notice>,
    /// Whether tables may have changed.
    pub redefined: bool,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(engine: Engine<'c>, metrics: &'c Metrics) -> Tx<'c> {
        Tx { engine, metrics, after: After::default() }
    }

    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
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
            Engine::Sqlite(session) => session.each(sql, &fault, &mut checked),
            Engine::Postgres(connection) => connection.each(sql, &fault, &mut checked),
        };
        self.count(&self.metrics.rows_read, rows);
        result
    }

    /// Runs a statement that yields no rows; tells how many rows it changed.
    pub fn execute(&mut self, sql: &Sql) -> Result<u64, Error> {
        let rows = match &mut self.engine {
            Engine::Sqlite(session) => session.execute(sql)?,
            Engine::Postgres(connection) => connection.execute(sql)?,
        };
        self.count(&self.metrics.rows_written, rows);
        Ok(rows)
    }

    /// Drops these tables, as far as they are there; refused where something else hangs on them.
    pub fn drop_tables(&mut self, names: &[String]) -> Result<(), Error> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.execute_script(&format!("drop table if exists {}", quoted_list(&names)))
    }

    /// Runs several statements without arguments, separated by semicolons, such as definitions of tables.
    pub fn execute_script(&mut self, script: &str) -> Result<(), Error> {
        self.after.redefined = true;
        self.run_script(script)?;
        if let Engine::Postgres(connection) = &mut self.engine {
            connection.forget_statements();
        }
        Ok(())
    }

    /// Runs statements that change no table's definition.
    pub(crate) fn analyze(&mut self, script: &str) -> Result<(), Error> {
        self.run_script(script)
    }

    fn run_script(&mut self, script: &str) -> Result<(), Error> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.execute_script(script)?,
            Engine::Postgres(connection) => connection.execute_script(script)?,
        }
        self.count(&self.metrics.rows_written, 0);
        Ok(())
    }

    /// Inserts many rows into `table`, each with a value for each of `columns`; tells how many.
    ///
    /// SQLite may still be inserting them when this returns. Statements that name the table wait for that; what is
    /// wrong with a row may only come up at the next of them, or at the end of the transaction or savepoint.
    pub fn insert_rows<R: NewRow>(
        &mut self,
        table: &str,
        columns: &[(&str, ColumnType)],
        rows: impl IntoIterator<Item = R>,
    ) -> Result<u64, Error> {
        let rows = match &mut self.engine {
            Engine::Sqlite(session) => {
                let text = sqlite::statement::insert_into(table, columns);
                session.insert(table, text, columns.iter().map(|(_, column)| *column).collect(), rows)?
            }
            Engine::Postgres(connection) => connection.insert_rows(table, columns, rows)?,
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
        self.run_script("savepoint part")?;
        match part(self).and_then(|answer| self.settle().map(|()| answer).map_err(E::from)) {
            Ok(answer) => {
                self.run_script("release part")?;
                Ok(answer)
            }
            Err(error) => {
                self.after.hooks.truncate(hooks);
                self.after.notices.truncate(notices);
                match &mut self.engine {
                    Engine::Sqlite(_) => self.run_script("rollback to part; release part")?,
                    Engine::Postgres(connection) => connection.go_back("part")?,
                }
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
        match self.dialect() {
            Dialect::Sqlite => Ok(true),
            Dialect::Postgres => {
                let mut sql =
                    Sql::new("select pg_try_advisory_xact_lock(hashtextextended(current_schema() || ':' || ");
                sql.bind(name, ColumnType::Text).push(", 0))");
                Ok(self.query_one(&sql, |row| row.bool(0))?.unwrap_or(false))
            }
        }
    }

    /// Takes `count` numbers for the `rid` of new rows of a table of records, for those who must know them before.
    pub fn next_rids(&mut self, table: &str, count: usize) -> Result<Vec<i64>, Error> {
        let mut sql = Sql::default();
        match self.dialect() {
            Dialect::Sqlite => {
                sql.push("select coalesce(max(\"rid\"), 0) + 1 from ").name(table);
                let first = self.query_one(&sql, |row| row.int(0))?.unwrap_or(1);
                Ok((first..).take(count).collect())
            }
            Dialect::Postgres => {
                // `offset 0` has the sequence looked up once instead of once for each row.
                sql.push("select nextval(s.sequence) from (select pg_get_serial_sequence(");
                sql.bind(quoted(table), ColumnType::Text)
                    .push(", 'rid')::regclass as sequence offset 0) s, ");
                sql.push("generate_series(1, ");
                sql.bind(i64::try_from(count).unwrap_or(i64::MAX), ColumnType::Int).push(")");
                let rids = self.query(&sql, |row| row.int(0))?;
                Ok(rids.into_iter().flatten().collect())
            }
        }
    }

    /// As [`Tx::insert_rows`], by a statement that stands before `values (…)` (SQLite only).
    pub(crate) fn insert_with<R: NewRow>(
        &mut self,
        table: &str,
        beginning: &str,
        columns: &[ColumnType],
        rows: impl IntoIterator<Item = R>,
    ) -> Result<u64, Error> {
        let rows = match &mut self.engine {
            Engine::Sqlite(session) => {
                let text = sqlite::statement::with_places(beginning, columns.len());
                session.insert(table, text, columns.to_vec(), rows)?
            }
            Engine::Postgres(_) => return Err(Error::Other("a statement for SQLite".to_owned())),
        };
        self.count(&self.metrics.rows_written, rows);
        Ok(rows)
    }

    /// Inserts rows and the words that find them (PostgreSQL only).
    pub(crate) fn insert_rows_with_words<R: AsRef<[Value]>, T: AsRef<str>>(
        &mut self,
        table: &str,
        columns: &[(&str, ColumnType)],
        rows: &[(R, T)],
    ) -> Result<u64, Error> {
        let rows = match &mut self.engine {
            Engine::Postgres(connection) => connection.insert_rows_with_words(table, columns, rows)?,
            Engine::Sqlite(_) => return Err(Error::Other("a statement for PostgreSQL".to_owned())),
        };
        self.count(&self.metrics.rows_written, rows);
        Ok(rows)
    }

    /// Waits for all rows that are still being inserted.
    fn settle(&self) -> Result<(), Error> {
        match self.engine {
            Engine::Sqlite(session) => session.settle(),
            Engine::Postgres(_) => Ok(()),
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
