//! The pool of connections that read.

use std::{path::PathBuf, time::Instant};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use super::{
    connection::{self, Role},
    error::translate,
};
use crate::{Config, Error};

/// Opens connections as they are needed, up to a bound, and keeps them. The last one given back is the next one
/// given out: its pages are warm.
pub struct Readers {
    path: PathBuf,
    config: Config,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    pub fn new(path: PathBuf, config: Config) -> Readers {
        Readers { path, config, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `work` within one snapshot. A panic closes the connection and goes on.
    pub fn with<T, E: From<Error>>(&self, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let lease = Lease { readers: self, connection: Some(self.take()?) };
        let connection = lease.connection.as_ref().expect("a lease holds its connection until it is dropped");
        run(connection, "begin")?;
        let answer = work(connection);
        run(connection, "commit")?;
        lease.give_back();
        answer
    }

    /// Runs `work` on a connection with no transaction open.
    pub fn alone<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let lease = Lease { readers: self, connection: Some(self.take()?) };
        let answer =
            work(lease.connection.as_ref().expect("a lease holds its connection until it is dropped"));
        lease.give_back();
        answer
    }

    fn take(&self) -> Result<Connection, Error> {
        let deadline = Instant::now() + self.config.wait;
        let mut pool = self.pool.lock();
        loop {
            if let Some(connection) = pool.idle.pop() {
                return Ok(connection);
            }
            if pool.open < self.config.connections.max(1) {
                pool.open += 1;
                break;
            }
            if self.returned.wait_until(&mut pool, deadline).timed_out() {
                return Err(Error::Busy(format!(
                    "all {} reading connections are in use",
                    self.config.connections
                )));
            }
        }
        drop(pool);
        connection::open(&self.path, &self.config, Role::Reader).inspect_err(|_| self.forget())
    }

    fn forget(&self) {
        self.pool.lock().open -= 1;
        self.returned.notify_one();
    }
}

/// A connection in use: closed when it is dropped, kept when it is given back.
struct Lease<'p> {
    readers: &'p Readers,
    connection: Option<Connection>,
}

impl Lease<'_> {
    fn give_back(mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.pool.lock().idle.push(connection);
            self.readers.returned.notify_one();
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.connection.take().is_some() {
            self.readers.forget();
        }
    }
}

fn run(connection: &Connection, text: &str) -> Result<(), Error> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.raw_execute())
        .map_err(|e| translate(&e))?;
    Ok(())
}
