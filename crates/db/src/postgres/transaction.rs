//! Transactions, and running them again when another was in the way.
//!
//! Writes run under repeatable read: of two that change the same row, the second is refused (SQLSTATE 40001) and
//! runs again on what the first has left, so no change is lost; unique indexes and foreign keys hold in any case.
//! What a write only reads may change under it: rows that a decision rests on are read `for update`
//! ([`crate::Dialect::for_update`]). Serializable would save that care, but refuses many writes that do not meet,
//! above all on small tables.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    connection::{Connection, Trouble},
    pool::{Lease, Pool},
};
use crate::{Error, config::Durability, metrics::Metrics};

const READ: &str = "begin isolation level repeatable read read only";
const WRITE: &str = "begin isolation level repeatable read read write";
/// What is committed so is on disk a moment later, or with the next commit that waits for the disk.
const WRITE_FOR_LATER: &str =
    "begin isolation level repeatable read read write; set local synchronous_commit to off";
/// Runs of one write at least before its conflict is reported; on a busy machine a turn may take longer than the wait.
const RUNS: u32 = 20;

/// Runs `work` in one snapshot.
pub fn read<T, E: From<Error>>(
    pool: &Pool,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let mut lease = begin(pool, READ)?;
    let answer = work(lease.connection());
    let ended = lease.connection().execute_script("rollback");
    lease.give_back();
    let answer = answer?;
    ended?;
    Ok(answer)
}

/// Runs `work`, which is one query, without a transaction around it; on another connection if the first one turns out to
/// be dead, as all idle ones are after a restart of the server.
pub fn alone<T>(pool: &Pool, mut work: impl FnMut(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
    loop {
        let mut lease = pool.take()?;
        lease.connection().calm();
        let has_rested = lease.has_rested();
        let answer = work(lease.connection());
        let is_lost = lease.connection().trouble() == Some(Trouble::Lost);
        lease.give_back();
        if !(is_lost && has_rested) {
            return answer;
        }
    }
}

/// Runs `work` until it is committed or fails for a reason of its own, or others were in the way for too long.
pub fn write<T, E: From<Error>>(
    pool: &Pool,
    metrics: &Metrics,
    durability: Durability,
    mut work: impl FnMut(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let begin_with = match durability {
        Durability::Full => WRITE,
        Durability::Process => WRITE_FOR_LATER,
    };
    let came = Instant::now();
    let mut run = 1;
    loop {
        let mut lease = begin(pool, begin_with)?;
        let answer = work(lease.connection());
        let (ended, again) = match &answer {
            Ok(_) => commit(lease.connection()),
            Err(_) => roll_back(lease.connection()),
        };
        lease.give_back();
        if again && (run < RUNS || came.elapsed() < pool.patience()) {
            Metrics::add(&metrics.retries, 1);
            thread::sleep(pause(run));
            run += 1;
            continue;
        }
        let answer = answer?;
        ended?;
        Metrics::add(&metrics.commits, 1);
        return Ok(answer);
    }
}

/// Takes connections from the pool until one begins: after a restart of the server all idle ones are dead.
fn begin<'p>(pool: &'p Pool, mode: &str) -> Result<Lease<'p>, Error> {
    loop {
        let mut lease = pool.take()?;
        let result = lease.connection().begin(mode);
        match result {
            Ok(()) => return Ok(lease),
            Err(_) if lease.connection().trouble() == Some(Trouble::Lost) => drop(lease),
            Err(error) => return Err(error),
        }
    }
}

/// Commits; tells how it went and whether the work may run again.
fn commit(connection: &mut Connection) -> (Result<(), Error>, bool) {
    match connection.trouble() {
        None => {}
        // The server would answer a commit by undoing everything, without an error.
        Some(_) => {
            let (_, again) = roll_back(connection);
            let error = "a statement failed, so the transaction cannot be committed: use a savepoint";
            return (Err(Error::Other(error.to_owned())), again);
        }
    }
    match connection.execute_script("commit") {
        Ok(()) => (Ok(()), false),
        Err(_) if connection.trouble() == Some(Trouble::Lost) => (Err(Error::InDoubt), false),
        Err(error) => (Err(error), connection.trouble() == Some(Trouble::Conflict)),
    }
}

/// Undoes everything; tells whether the work failed only because of others.
fn roll_back(connection: &mut Connection) -> (Result<(), Error>, bool) {
    match connection.trouble() {
        // Nothing was committed, so doing it again on another connection does it once.
        Some(Trouble::Lost) => (Ok(()), true),
        trouble => (connection.execute_script("rollback"), trouble == Some(Trouble::Conflict)),
    }
}

/// Grows to 64 ms; the part of chance keeps two that met from meeting again.
fn pause(run: u32) -> Duration {
    let bound = 500_u64 << run.min(7);
    Duration::from_micros(bound / 2 + chance() % bound)
}

fn chance() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(thread::current().id())
}
