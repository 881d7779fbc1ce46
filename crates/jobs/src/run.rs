//! What a job sees of the run that it is in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering::SeqCst},
    },
    time::Duration,
};

use db::{Db, Tx};
use expr::sql::Sql;
use kernel::{Clock, ColumnType, Id, Message, Timestamp, Value};
use parking_lot::Mutex;
use serde::{Serialize, de::DeserializeOwned};

use crate::{CHANGED, Error, State, claim::Taken, entry::Progress};

/// Why a run should stop, as bits.
pub(crate) const CANCELLED: u8 = 1;
pub(crate) const STOPPING: u8 = 2;
pub(crate) const LOST: u8 = 4;

/// One run of one job, from being taken to being settled.
pub struct Run {
    pub(crate) taken: Taken,
    pub(crate) lease: Duration,
    pub(crate) stop: AtomicU8,
    /// Microseconds since 1970.
    pub(crate) lease_until: Arc<AtomicI64>,
    pub(crate) finished: Arc<AtomicBool>,
    progress: Arc<Mutex<Reported>>,
    db: Db,
    clock: Arc<Clock>,
}

/// How far the job says it has come.
#[derive(Default)]
struct Reported {
    progress: Progress,
    /// How often it was reported, and how many of these the table knows.
    reports: u64,
    written: u64,
}

impl Run {
    pub(crate) fn new(taken: Taken, lease: Duration, db: Db, clock: Arc<Clock>) -> Run {
        Run {
            lease,
            stop: AtomicU8::new(0),
            lease_until: Arc::new(AtomicI64::new(taken.lease_until.as_microsecond())),
            finished: Arc::default(),
            progress: Arc::default(),
            taken,
            db,
            clock,
        }
    }

    /// The job's id: the same in all its runs, and so the name of its effects.
    pub fn id(&self) -> Id {
        self.taken.id
    }

    /// Which try this is since the last checkpoint, from 1.
    pub fn attempt(&self) -> u32 {
        self.taken.failures + 1
    }

    /// The user who asked for it.
    pub fn owner(&self) -> Option<Id> {
        self.taken.owner
    }

    /// What the last [`Run::checkpoint`] kept, if there was one.
    pub fn resume<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.taken.checkpoint.as_deref().map(serde_json::from_str).transpose().map_err(Error::from)
    }

    /// Tells how far the job has come. Cheap: it is written about once a second, and with each checkpoint.
    pub fn progress(&self, done: u64, total: Option<u64>, message: Option<Message>) {
        let mut reported = self.progress.lock();
        reported.progress = Progress { done, total, message };
        reported.reports += 1;
    }

    /// Whether somebody has cancelled the job. Costs nothing; known within a second or so, and surely after
    /// [`Run::extend_lease`] and [`Run::checkpoint`].
    pub fn is_cancelled(&self) -> bool {
        self.stop.load(SeqCst) & CANCELLED != 0
    }

    /// Whether the job should end soon, with [`crate::Outcome::Stopped`]: it was cancelled, the process is stopping,
    /// or the lease was lost. Long jobs ask after each piece of work.
    pub fn should_stop(&self) -> bool {
        if self.clock.now().as_microsecond() > self.lease_until.load(SeqCst) {
            return true;
        }
        self.stop.load(SeqCst) != 0
    }

    /// Keeps how far the job has come, as part of the transaction that brings it there, so that the next run goes
    /// on from here ([`Run::resume`]). Failures before a checkpoint no longer count.
    ///
    /// # Errors
    /// [`Error::Lost`] if another run has the job: the transaction must then be rolled back.
    pub fn checkpoint<T: Serialize>(&self, tx: &mut Tx<'_>, state: &T) -> Result<(), Error> {
        self.touch(tx, Some(serde_json::to_value(state)?))
    }

    /// Looks whether the job still belongs to this run and extends its lease. Nobody has to call it: the process
    /// does while it lives.
    ///
    /// # Errors
    /// [`Error::Lost`] if another run has the job.
    pub fn extend_lease(&self) -> Result<(), Error> {
        self.db.write(|tx| self.touch(tx, None))
    }

    /// Marks the job as done in the transaction of its effect: both happen, or neither. The job then returns
    /// [`crate::Outcome::Done`]; any other outcome is too late.
    ///
    /// # Errors
    /// [`Error::Lost`] if another run has the job: the transaction must then be rolled back.
    pub fn finish(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let mut sql = Sql::new("update job set state = ");
        sql.bind(State::Done.as_str(), ColumnType::Text);
        sql.push(", finished_at = ").bind(self.clock.now(), ColumnType::Instant).push(", reason = null");
        self.push_progress(&mut sql, tx);
        self.push_ours(&mut sql);
        if tx.execute(&sql)? == 0 {
            return Err(self.lost());
        }
        self.tell(tx);
        let finished = Arc::clone(&self.finished);
        tx.on_commit(Box::new(move || finished.store(true, SeqCst)));
        Ok(())
    }

    /// Extends the lease and writes what there is to write.
    fn touch(&self, tx: &mut Tx<'_>, checkpoint: Option<serde_json::Value>) -> Result<(), Error> {
        let until = later(self.clock.now(), self.lease);
        let mut sql = Sql::new("update job set due_at = ");
        sql.bind(until, ColumnType::Instant);
        self.push_progress(&mut sql, tx);
        if let Some(checkpoint) = checkpoint {
            sql.push(", failures = 0, checkpoint = ").bind(Value::Json(checkpoint), ColumnType::Json);
        }
        self.push_ours(&mut sql);
        sql.push(" returning cancel_asked");
        let Some(cancelled) = tx.query_optional(&sql, |row| row.bool(0) == Some(true))? else {
            return Err(self.lost());
        };
        if cancelled {
            self.ask_to_stop(CANCELLED);
        }
        let lease_until = Arc::clone(&self.lease_until);
        tx.on_commit(Box::new(move || lease_until.store(until.as_microsecond(), SeqCst)));
        self.tell(tx);
        Ok(())
    }

    pub(crate) fn ask_to_stop(&self, why: u8) {
        self.stop.fetch_or(why, SeqCst);
    }

    /// Whether there is progress that the table does not have.
    pub(crate) fn has_progress(&self) -> bool {
        let reported = self.progress.lock();
        reported.written != reported.reports
    }

    /// Appends what was reported to an update that `tx` will run.
    pub(crate) fn push_progress(&self, sql: &mut Sql, tx: &mut Tx<'_>) {
        let reported = self.progress.lock();
        if reported.written == reported.reports {
            return;
        }
        let Progress { done, total, message } = &reported.progress;
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let message = message.as_ref().and_then(|message| serde_json::to_value(message).ok());
        sql.push(", progress_done = ").bind(number(*done), ColumnType::Int);
        sql.push(", progress_total = ").bind(total.map(number), ColumnType::Int);
        sql.push(", progress_message = ").bind(message.map(Value::Json), ColumnType::Json);
        let (progress, written) = (Arc::clone(&self.progress), reported.reports);
        tx.on_commit(Box::new(move || progress.lock().written = written));
    }

    /// `where` the job still belongs to this run.
    pub(crate) fn push_ours(&self, sql: &mut Sql) {
        sql.push(" where id = ").bind(self.taken.id, ColumnType::Id);
        sql.push(" and state = ").bind(State::Running.as_str(), ColumnType::Text);
        sql.push(" and runs = ").bind(self.taken.runs, ColumnType::Int);
    }

    pub(crate) fn tell(&self, tx: &mut Tx<'_>) {
        if self.taken.owner.is_some() {
            tx.notify(CHANGED, &self.taken.id.to_string());
        }
    }

    fn lost(&self) -> Error {
        self.ask_to_stop(LOST);
        Error::Lost
    }
}

/// The instant `pause` after `now`.
pub(crate) fn later(now: Timestamp, pause: Duration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}
