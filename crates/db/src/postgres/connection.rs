//! One connection: its statements, each prepared once and kept, and what has gone wrong on it.

use std::{cell::RefCell, collections::HashMap, time::Instant};

use ::postgres::{Client, Statement, fallible_iterator::FallibleIterator, types::Type};
use expr::sql::Sql;

use super::{Server, bind, error};
use crate::{Config, Error, Row, config::Durability, row::Source, schema::quoted};

/// Statements that a connection keeps prepared; beyond it, all are forgotten.
const STATEMENTS: usize = 512;

pub struct Connection {
    pub client: Client,
    statements: HashMap<String, Prepared>,
    /// The state of the tables that the statements were prepared for.
    definitions: u64,
    pub used: Instant,
    trouble: Option<Trouble>,
}

/// A statement, and the types that its places were prepared with.
struct Prepared {
    types: Vec<Type>,
    statement: Statement,
}

/// Why the open transaction cannot be committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A statement failed; only going back to a savepoint helps.
    Failed,
    /// Another transaction was in the way: the same again may succeed.
    Conflict,
    /// The connection is gone.
    Lost,
}

impl Connection {
    pub fn open(target: &Server, schema: &str, config: &Config) -> Result<Connection, Error> {
        let mut client = target.connect().map_err(|failure| error::connecting(&failure))?;
        let schema = quoted(schema);
        client
            .batch_execute(&format!(
                "set search_path to {schema}; set timezone to 'UTC'; set jit to off; set lock_timeout to {};
                 set random_page_cost to 1.1; set default_transaction_read_only to on; set synchronous_commit to {};",
                config.wait.as_millis(),
                if config.durability == Durability::Full { "on" } else { "off" },
            ))
            .map_err(|failure| error::connecting(&failure))?;
        Ok(Connection {
            client,
            statements: HashMap::new(),
            definitions: 0,
            used: Instant::now(),
            trouble: None,
        })
    }

    /// Forgets the statements if tables have changed since they were prepared.
    pub fn forget_statements_before(&mut self, definitions: u64) {
        if self.definitions != definitions {
            self.definitions = definitions;
            self.statements.clear();
        }
    }

    pub fn forget_statements(&mut self) {
        self.statements.clear();
    }

    pub const fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    pub fn execute_script(&mut self, script: &str) -> Result<(), Error> {
        let result = self.client.batch_execute(script);
        result.map_err(|failure| self.failed(&failure))
    }

    /// Forgets what went wrong, once no transaction is open any more.
    pub const fn calm(&mut self) {
        self.trouble = None;
    }

    pub fn begin(&mut self, mode: &str) -> Result<(), Error> {
        self.calm();
        let result = self.client.batch_execute(mode);
        result.map_err(|failure| {
            self.failed(&failure);
            error::beginning(&failure)
        })
    }

    /// Goes back to a savepoint, after which the transaction may go on unless it has lost against another.
    pub fn go_back(&mut self, savepoint: &str) -> Result<(), Error> {
        if self.trouble == Some(Trouble::Failed) {
            self.trouble = None;
        }
        self.execute_script(&format!("rollback to {savepoint}; release {savepoint}"))
    }

    pub fn execute(&mut self, sql: &Sql) -> Result<u64, Error> {
        let statement = self.prepared(sql)?;
        let result = self.client.query_raw(&statement, bind::bound(sql)).and_then(|mut rows| {
            while rows.next()?.is_some() {}
            Ok(rows.rows_affected().unwrap_or(0))
        });
        result.map_err(|failure| self.failed(&failure))
    }

    pub fn each<E: From<Error>>(
        &mut self,
        sql: &Sql,
        fault: &RefCell<Option<Error>>,
        visit: &mut impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let statement = self.prepared(sql)?;
        let mut visited = Ok(());
        let result = self.client.query_raw(&statement, bind::bound(sql)).and_then(|mut rows| {
            while let Some(row) = rows.next()? {
                visited = visit(&Row { source: Source::Postgres(&row), fault });
                if visited.is_err() {
                    break;
                }
            }
            Ok(())
        });
        result.map_err(|failure| self.failed(&failure))?;
        visited
    }

    fn prepared(&mut self, sql: &Sql) -> Result<Statement, Error> {
        let known = self.statements.get(sql.text());
        if let Some(known) = known.filter(|known| bind::are_types_of(&known.types, sql)) {
            return Ok(known.statement.clone());
        }
        let types = bind::types(sql);
        let prepared = self.client.prepare_typed(sql.text(), &types);
        let statement = prepared.map_err(|failure| self.failed(&failure))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.text().to_owned(), Prepared { types, statement: statement.clone() });
        Ok(statement)
    }

    /// Notes that the server has been told of a failure on our side.
    pub const fn spoil(&mut self) {
        if self.trouble.is_none() {
            self.trouble = Some(Trouble::Failed);
        }
    }

    /// Notes what a failure means for the transaction, and says it in our words.
    pub fn failed(&mut self, failure: &::postgres::Error) -> Error {
        let trouble = if self.client.is_closed() || error::is_lost(failure) {
            Trouble::Lost
        } else if error::is_conflict(failure) {
            // A definition may have changed under a prepared statement.
            self.statements.clear();
            Trouble::Conflict
        } else {
            Trouble::Failed
        };
        if self.trouble.is_none_or(|known| known == Trouble::Failed) {
            self.trouble = Some(trouble);
        }
        error::translate(failure)
    }
}
