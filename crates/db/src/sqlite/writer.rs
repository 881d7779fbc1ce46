//! The one connection that writes, and the commits that its users share.
//!
//! A commit waits for the disk. So each writer runs its closure within one open transaction and leaves the commit to the
//! next in line, if there is one: the last of a batch commits for all, and everyone returns only when that commit is on
//! disk. A lone writer commits at once.
//!
//! One that fails after it has written would take a savepoint to be undone alone. But each savepoint has the search
//! index write out what it gathers, and keeps a copy of every page that changes, and hardly anyone fails so late. So
//! there are none, at first: whoever fails late has the whole batch undone, and all of its members run again. For a
//! while after that everyone gets a savepoint.
//!
//! Whoever has announced itself in `waiting` will take the lock and come to the same decision, so a batch that
//! is left open is always closed by somebody.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    sync::{
        self, Arc, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

use super::{
    behind::Behind,
    checkpoint::Log,
    connection::{LOOK_AGAIN, synchronous},
    error::translate,
    session::Session,
    waiting::Waiting,
};
use crate::{Config, Error, config::Durability, metrics::Metrics};

/// Writers whose work one commit carries at most.
const MEMBERS: usize = 256;
/// Writers that get a savepoint after one had a batch undone.
const CAREFUL_FOR: usize = 64;
/// How long the first of a batch waits for others at most.
const OPEN_FOR: Duration = Duration::from_millis(20);

pub struct Writer {
    /// The standard library's, which has those sleep who wait long; the other kind has them yield again and again first.
    pub(super) line: sync::Mutex<Line>,
    /// How long a write waits for another process's at most, its time in line included: so that all who wait while the
    /// database is locked are told together, not one after the other.
    pub(super) patience: Duration,
    pub(super) waiting: AtomicUsize,
    others: Arc<Waiting>,
    /// Who holds the line, to tell a write within a write from a wait.
    holder: Mutex<Option<ThreadId>>,
}

pub(super) struct Line {
    connection: Arc<Mutex<Connection>>,
    behind: Behind,
    log: Log,
    others: Arc<Waiting>,
    /// What a commit waits for at most, and what the next one does.
    most: Durability,
    durability: Durability,
    pub(super) batch: Option<Open>,
    /// How many more writers get a savepoint.
    careful_for: usize,
}

/// A transaction that is not committed yet.
pub(super) struct Open {
    pub(super) batch: Arc<Batch>,
    since: Instant,
    members: usize,
}

/// What became of a batch.
#[derive(Default)]
pub(super) struct Batch {
    outcome: Mutex<Option<Outcome>>,
    decided: Condvar,
}

#[derive(Clone)]
pub(super) enum Outcome {
    Committed,
    Failed(Error),
    /// Undone because one of its members failed: the work of all is to be run again, the failure's own too.
    Again,
}

impl Writer {
    pub fn new(connection: Connection, log: Log, path: &Path, config: &Config) -> Writer {
        let others = Arc::new(Waiting::beside(path));
        let connection = Arc::new(Mutex::new(connection));
        let behind = Behind::new(connection.clone());
        Writer {
            line: sync::Mutex::new(Line {
                connection,
                behind,
                log,
                others: others.clone(),
                most: config.durability,
                durability: config.durability,
                batch: None,
                careful_for: 0,
            }),
            patience: config.wait,
            waiting: AtomicUsize::new(0),
            others,
            holder: Mutex::new(None),
        }
    }

    /// How many stand in line.
    pub fn waiting(&self) -> usize {
        self.waiting.load(SeqCst)
    }

    /// Whether anybody waits to write, in this process or another.
    pub fn is_awaited(&self) -> bool {
        self.waiting() > 0 || self.others.is_announced()
    }

    /// Runs `work` and returns when what it did is on disk; or is committed at least, if that is enough for it. It runs
    /// again when a batch is undone.
    ///
    /// # Panics
    /// When the calling thread is writing already; and with `work`'s own panic, after undoing its work.
    pub fn with<T, E: From<Error>>(
        &self,
        metrics: &Metrics,
        durability: Durability,
        mut work: impl FnMut(Session<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.refuse_nesting();
        let came = Instant::now();
        // A long one, such as an import, is not run twice for what it can save.
        let mut wants_savepoint = durability != Durability::Full;
        loop {
            self.waiting.fetch_add(1, SeqCst);
            let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
            self.waiting.fetch_sub(1, SeqCst);
            let batch = line.join(durability, self.patience.saturating_sub(came.elapsed()), self.patience)?;
            if let Some(answer) = self.finish(line, &batch, metrics, wants_savepoint, &mut work) {
                return answer;
            }
            wants_savepoint = true;
            Metrics::add(&metrics.retries, 1);
        }
    }

    /// As [`Writer::with`], if nobody else is writing, in this process or another; nothing otherwise.
    pub fn with_if_free<T, E: From<Error>>(
        &self,
        metrics: &Metrics,
        mut work: impl FnMut(Session<'_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let Ok(mut line) = self.line.try_lock() else { return Ok(None) };
        match line.join(Durability::Full, Duration::ZERO, self.patience) {
            Ok(batch) => self.finish(line, &batch, metrics, true, &mut work).transpose(),
            Err(Error::Busy(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn refuse_nesting(&self) {
        assert!(*self.holder.lock() != Some(thread::current().id()), "a write within a write");
    }

    /// Notes that this thread is writing, as long as what it gives is there.
    pub(super) fn hold(&self) -> Held<'_> {
        *self.holder.lock() = Some(thread::current().id());
        Held(&self.holder)
    }

    /// Does the work as a member of the batch, and waits until it is on disk. Nothing when it has to run again.
    fn finish<T, E: From<Error>>(
        &self,
        mut line: sync::MutexGuard<'_, Line>,
        batch: &Batch,
        metrics: &Metrics,
        wants_savepoint: bool,
        work: &mut impl FnMut(Session<'_>) -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        let held = self.hold();
        let answer = line.run(wants_savepoint, work);
        drop(held);
        if line.is_due(self.waiting.load(SeqCst)) {
            line.commit(metrics);
        }
        drop(line);
        match (batch.wait(), answer) {
            (Outcome::Again, _) => None,
            (_, Err(panic)) => resume_unwind(panic),
            (_, Ok(Err(error))) => Some(Err(error)),
            (Outcome::Failed(error), Ok(Ok(_))) => Some(Err(error.into())),
            (Outcome::Committed, Ok(Ok(answer))) => Some(Ok(answer)),
        }
    }
}

/// That a thread is writing.
pub(super) struct Held<'a>(&'a Mutex<Option<ThreadId>>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

impl Line {
    /// Becomes a member of the open batch, or opens one, for which it waits as long as is `left`.
    pub(super) fn join(
        &mut self,
        durability: Durability,
        left: Duration,
        patience: Duration,
    ) -> Result<Arc<Batch>, Error> {
        if self.batch.is_none() {
            self.wait_for(durability)?;
            let connection = self.connection.lock();
            let wait = |time| connection.busy_timeout(time).map_err(|error| translate(&error));
            let begun = wait(Duration::ZERO).and_then(|()| begin(&connection, left, &self.others));
            wait(patience)?;
            begun?;
            self.batch = Some(Open { batch: Arc::default(), since: Instant::now(), members: 0 });
        }
        let open = self.batch.as_ref().expect("a batch was opened above");
        Ok(open.batch.clone())
    }

    /// Runs one member's work. The first needs no savepoint: with it alone the whole transaction can be undone.
    pub(super) fn run<T, E: From<Error>>(
        &mut self,
        wants_savepoint: bool,
        work: &mut impl FnMut(Session<'_>) -> Result<T, E>,
    ) -> thread::Result<Result<T, E>> {
        let is_careful = wants_savepoint || self.careful_for > 0;
        self.careful_for = self.careful_for.saturating_sub(1);
        let has_savepoint = is_careful && !self.is_without_members();
        let has_written = Cell::new(false);
        let session = Session::Writing {
            connection: &self.connection,
            behind: &self.behind,
            has_written: &has_written,
        };
        let answer = catch_unwind(AssertUnwindSafe(|| -> Result<T, E> {
            if has_savepoint {
                self.execute("savepoint member")?;
            }
            let answer = work(session)?;
            session.settle()?;
            if has_savepoint {
                self.execute("release member")?;
            }
            Ok(answer)
        }));
        match answer {
            Ok(Ok(_)) => {
                if let Some(open) = &mut self.batch {
                    open.members += 1;
                }
            }
            _ if has_savepoint || self.is_without_members() => self.undo(),
            _ if has_written.get() || self.connection.lock().is_autocommit() => self.undo_batch(),
            _ => {}
        }
        answer
    }

    /// Undoes the last member's work: the whole transaction where it is the only one, else back to its savepoint. A
    /// failure such as a full disk may have undone everybody's.
    fn undo(&mut self) {
        self.behind.abandon();
        let is_over = self.connection.lock().is_autocommit();
        let undone = if self.is_without_members() {
            let undone = if is_over { Ok(()) } else { self.execute("rollback") };
            undone.map(|()| self.decide(Outcome::Committed))
        } else if is_over {
            Err(Error::Other(
                "another write failed so that SQLite undid all that were to be committed with it".to_owned(),
            ))
        } else {
            self.execute("rollback to member").and_then(|()| self.execute("release member"))
        };
        if let Err(error) = undone {
            self.abandon(error);
        }
    }

    /// Undoes everybody's work, who then run it again.
    fn undo_batch(&mut self) {
        self.behind.abandon();
        self.careful_for = CAREFUL_FOR;
        let is_over = self.connection.lock().is_autocommit();
        match if is_over { Ok(()) } else { self.execute("rollback") } {
            Ok(()) => self.decide(Outcome::Again),
            Err(error) => self.abandon(error),
        }
    }

    fn is_without_members(&self) -> bool {
        self.batch.as_ref().is_none_or(|open| open.members == 0)
    }

    /// Has the commits from now on wait for no more than `durability` wants.
    fn wait_for(&mut self, durability: Durability) -> Result<(), Error> {
        let wanted = if self.most == Durability::Full { durability } else { self.most };
        if self.durability != wanted {
            let pragma = format!("pragma synchronous = {}", synchronous(wanted));
            self.connection.lock().execute_batch(&pragma).map_err(|error| translate(&error))?;
            self.durability = wanted;
        }
        Ok(())
    }

    /// Whether the batch is to be committed now. One that does not wait for the disk is not shared with those who do.
    pub(super) fn is_due(&self, waiting: usize) -> bool {
        let is_for_later = self.durability != self.most;
        self.batch.as_ref().is_some_and(|open| {
            is_for_later || waiting == 0 || open.members >= MEMBERS || open.since.elapsed() >= OPEN_FOR
        })
    }

    pub(super) fn commit(&mut self, metrics: &Metrics) {
        match self.execute("commit") {
            Ok(()) => {
                Metrics::add(&metrics.commits, 1);
                self.decide(Outcome::Committed);
                if self.log.is_overgrown() {
                    // What cannot be moved now will be later.
                    let _ = self.connection.lock().execute_batch("pragma wal_checkpoint(passive)");
                }
            }
            Err(error) => self.abandon(error),
        }
    }

    /// Gives up the batch: every member fails.
    fn abandon(&mut self, error: Error) {
        if !self.connection.lock().is_autocommit() {
            // If even this fails, the next `begin immediate` does and tells its caller.
            let _ = self.execute("rollback");
        }
        self.decide(Outcome::Failed(error));
    }

    fn decide(&mut self, outcome: Outcome) {
        if let Some(open) = self.batch.take() {
            *open.batch.outcome.lock() = Some(outcome);
            open.batch.decided.notify_all();
        }
    }

    fn execute(&self, text: &str) -> Result<(), Error> {
        execute(&self.connection.lock(), text)
    }
}

impl Batch {
    pub(super) fn wait(&self) -> Outcome {
        let mut outcome = self.outcome.lock();
        loop {
            if let Some(outcome) = &*outcome {
                return outcome.clone();
            }
            self.decided.wait(&mut outcome);
        }
    }
}

/// Begins as soon as no other process writes. Who imports there leaves but a moment, so it looks often.
fn begin(connection: &Connection, left: Duration, others: &Waiting) -> Result<(), Error> {
    let came = Instant::now();
    let mut announced = None;
    loop {
        match execute(connection, "begin immediate") {
            Err(Error::Busy(_)) if came.elapsed() < left => {
                announced = announced.or_else(|| others.announce());
                thread::sleep(LOOK_AGAIN);
            }
            done => return done,
        }
    }
}

fn execute(connection: &Connection, text: &str) -> Result<(), Error> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.raw_execute())
        .map_err(|e| translate(&e))?;
    Ok(())
}
