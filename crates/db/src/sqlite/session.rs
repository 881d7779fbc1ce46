//! A connection within a transaction.

use std::cell::{Cell, RefCell};

use expr::sql::Sql;
use kernel::ColumnType;
use parking_lot::Mutex;
use rusqlite::Connection;

use super::{
    behind::{Behind, Insert},
    statement,
};
use crate::{Error, NewRow, Row};

/// Rows of one insert from which it is worth having them inserted by another thread.
const MANY: usize = 64;

/// What a transaction's statements run on.
#[derive(Clone, Copy)]
pub enum Session<'c> {
    Reading(&'c Connection),
    Writing {
        connection: &'c Mutex<Connection>,
        behind: &'c Behind,
        /// Whether anything may have been written.
        has_written: &'c Cell<bool>,
    },
}

impl Session<'_> {
    /// Runs a query; stops at the first error of the database or of `visit`.
    pub fn each<E: From<Error>>(
        self,
        sql: &Sql,
        fault: &RefCell<Option<Error>>,
        visit: &mut impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if !sql.text().starts_with("select ") {
            self.note_writing();
        }
        self.after_rows_for(sql.text())?;
        self.with(|connection| statement::each(connection, sql, fault, visit))
    }

    /// Runs a statement that yields no rows; tells how many rows it changed.
    pub fn execute(self, sql: &Sql) -> Result<u64, Error> {
        self.note_writing();
        self.after_rows_for(sql.text())?;
        self.with(|connection| statement::execute(connection, sql))
    }

    pub fn execute_script(self, script: &str) -> Result<(), Error> {
        self.note_writing();
        self.settle()?;
        self.with(|connection| statement::execute_script(connection, script))
    }

    /// Inserts rows into `table` by `text`; tells how many. Many rows are inserted while whoever calls goes on.
    pub fn insert<R: NewRow>(
        self,
        table: &str,
        text: String,
        columns: Vec<ColumnType>,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<u64, Error> {
        self.note_writing();
        let rows = rows.into_iter();
        match self {
            Session::Writing { behind, .. } if rows.size_hint().0 >= MANY => {
                let mut values = Vec::with_capacity(rows.size_hint().0 * columns.len());
                let mut count = 0;
                for row in rows {
                    statement::checked(row.as_ref(), &columns)?;
                    row.append_to(&mut values);
                    count += 1;
                }
                behind.insert(Insert { table: table.to_owned(), text, columns, values })?;
                Ok(count)
            }
            _ => {
                self.after_rows_for(&text)?;
                self.with(|connection| statement::insert(connection, &text, &columns, rows))
            }
        }
    }

    /// Waits for all rows that are still being inserted.
    ///
    /// # Errors
    /// What went wrong with them.
    pub fn settle(self) -> Result<(), Error> {
        match self {
            Session::Reading(_) => Ok(()),
            Session::Writing { behind, .. } => behind.settle(),
        }
    }

    fn note_writing(self) {
        if let Session::Writing { has_written, .. } = self {
            has_written.set(true);
        }
    }

    fn after_rows_for(self, text: &str) -> Result<(), Error> {
        match self {
            Session::Reading(_) => Ok(()),
            Session::Writing { behind, .. } => behind.settle_for(text),
        }
    }

    fn with<T>(self, work: impl FnOnce(&Connection) -> T) -> T {
        match self {
            Session::Reading(connection) => work(connection),
            Session::Writing { connection, .. } => work(&connection.lock()),
        }
    }
}
