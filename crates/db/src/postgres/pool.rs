//! The connections of this process, opened as they are needed and replaced when they break.

use std::{
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::{
    Server,
    connection::{Connection, Trouble},
};
use crate::{Config, Error, schema::quoted};

/// A connection that has rested for longer is asked whether it still lives.
const RESTED: Duration = Duration::from_secs(30);
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

pub struct Pool {
    target: Server,
    schema: String,
    config: Config,
    connections: Mutex<Connections>,
    returned: Condvar,
    /// Counts changes of tables: statements prepared before one may not fit any more.
    definitions: AtomicU64,
}

#[derive(Default)]
struct Connections {
    idle: Vec<Connection>,
    open: usize,
}

/// A connection in use: kept when it is given back healthy, else closed.
pub struct Lease<'p> {
    pool: &'p Pool,
    connection: Option<Connection>,
    has_rested: bool,
}

impl Pool {
    /// Connections at most.
    pub fn size(&self) -> usize {
        self.config.connections.max(1)
    }

    /// Makes the schema if it is not there.
    pub fn open(target: Server, schema: String, config: Config) -> Result<Pool, Error> {
        let pool = Pool {
            target,
            schema,
            config,
            connections: Mutex::default(),
            returned: Condvar::new(),
            definitions: AtomicU64::new(0),
        };
        let mut first = pool.take()?;
        let exists = first
            .connection()
            .client
            .query_opt("select 1 from pg_catalog.pg_namespace where nspname = $1", &[&pool.schema])
            .map_err(|failure| super::error::translate(&failure))?;
        if exists.is_none() {
            let create =
                format!("begin read write; create schema if not exists {}; commit", quoted(&pool.schema));
            match first.connection().execute_script(&create) {
                // Another process was first; this connection, with its failed transaction, is not kept.
                Err(Error::Unique { .. }) => {
                    drop(first);
                    return Ok(pool);
                }
                created => created?,
            }
        }
        first.give_back();
        Ok(pool)
    }

    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// How long others are waited for.
    pub fn patience(&self) -> Duration {
        self.config.wait
    }

    /// Has every connection prepare its statements anew.
    pub fn tables_have_changed(&self) {
        self.definitions.fetch_add(1, SeqCst);
    }

    /// A connection of its own, beside the pool.
    pub fn connect(&self) -> Result<Connection, Error> {
        Connection::open(&self.target, &self.schema, &self.config)
    }

    /// Waits for a connection that works.
    pub fn take(&self) -> Result<Lease<'_>, Error> {
        let mut lease = self.take_any()?;
        lease.connection().forget_statements_before(self.definitions.load(SeqCst));
        Ok(lease)
    }

    fn take_any(&self) -> Result<Lease<'_>, Error> {
        let deadline = Instant::now() + self.config.wait;
        loop {
            let mut connections = self.connections.lock();
            if let Some(mut connection) = connections.idle.pop() {
                drop(connections);
                let alive = is_alive(&mut connection);
                let lease = Lease { pool: self, connection: Some(connection), has_rested: true };
                if alive {
                    return Ok(lease);
                }
                // Dropping the lease closes it and makes room for another.
                continue;
            }
            if connections.open < self.config.connections.max(1) {
                connections.open += 1;
                drop(connections);
                let opened = self.connect().inspect_err(|_| self.forget());
                return Ok(Lease { pool: self, connection: Some(opened?), has_rested: false });
            }
            if self.returned.wait_until(&mut connections, deadline).timed_out() {
                return Err(Error::Busy(format!("all {} connections are in use", self.config.connections)));
            }
        }
    }

    fn forget(&self) {
        self.connections.lock().open -= 1;
        self.returned.notify_one();
    }
}

impl Lease<'_> {
    pub fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("a lease holds its connection until it is dropped")
    }

    /// Whether the connection was in the pool, and may have died there.
    pub const fn has_rested(&self) -> bool {
        self.has_rested
    }

    /// Keeps the connection for the next one, which must find no transaction open on it.
    pub fn give_back(mut self) {
        if let Some(mut connection) = self.connection.take() {
            if connection.trouble() == Some(Trouble::Lost) || connection.client.is_closed() {
                drop(connection);
                self.pool.forget();
                return;
            }
            connection.used = Instant::now();
            self.pool.connections.lock().idle.push(connection);
            self.pool.returned.notify_one();
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.connection.take().is_some() {
            self.pool.forget();
        }
    }
}

fn is_alive(connection: &mut Connection) -> bool {
    !connection.client.is_closed()
        && (connection.used.elapsed() < RESTED || connection.client.is_valid(ANSWER_WITHIN).is_ok())
}
