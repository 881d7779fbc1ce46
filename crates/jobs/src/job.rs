//! What a feature writes to have work done later.

use std::time::Duration;

use kernel::Id;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Run};

/// A piece of work. The struct is the message: it is stored as JSON and read again when it runs, maybe by a later
/// version of the program, so fields are added with `#[serde(default)]`, never renamed. Keep ids in it, not
/// records: what it is about may change until it runs.
///
/// ```
/// use jobs::{Error, Job, Lane, Outcome, Run};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Renumber {
///     rows: u64,
/// }
///
/// impl Job for Renumber {
///     const NAME: &'static str = "example/renumber";
///     const LANE: Lane = Lane::Long;
///     type Context = db::Db;
///
///     fn run(&self, db: &db::Db, run: &Run) -> Outcome {
///         match self.renumber(db, run) {
///             Ok(outcome) => outcome,
///             Err(error) => error.into(),
///         }
///     }
/// }
///
/// impl Renumber {
///     fn renumber(&self, db: &db::Db, run: &Run) -> Result<Outcome, Error> {
///         let first = run.resume()?.unwrap_or(0);
///         for row in first..self.rows {
///             if run.should_stop() {
///                 return Ok(Outcome::Stopped);
///             }
///             db.write(|tx| {
///                 // … the effect on this row, through `tx`, and then:
///                 run.checkpoint(tx, &(row + 1))
///             })?;
///             run.progress(row + 1, Some(self.rows), None);
///         }
///         Ok(Outcome::Done)
///     }
/// }
/// ```
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Unique for ever, such as `transfer/import`. Stored with each job.
    const NAME: &'static str;
    const LANE: Lane = Lane::Normal;
    /// Runs that may fail in a row, without a checkpoint in between, before the job is dead.
    const MAX_ATTEMPTS: u32 = 10;
    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(10), most: Duration::from_secs(3600) };
    /// How long after the death of its process the job is taken up again. The process extends it while it lives.
    const LEASE: Duration = Duration::from_secs(60);

    /// What all jobs of a program work with: its database, its engine, its settings.
    type Context: ?Sized;

    /// Does the work. A panic counts as [`Outcome::Retry`].
    fn run(&self, context: &Self::Context, run: &Run) -> Outcome;
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Done,
    /// It did not work and may work later: why. After [`Job::MAX_ATTEMPTS`] the job is dead.
    Retry(String),
    /// There is no point in doing it any more, and nobody has to care: why. The job counts as done.
    Drop(String),
    /// It will never work, and somebody should know: why. The job is dead at once.
    Fail(String),
    /// The run was asked to stop ([`Run::should_stop`]) and did. A cancelled job is cancelled; another waits for
    /// the next process and goes on from its checkpoint.
    Stopped,
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Outcome {
        match error {
            Error::Lost => Outcome::Stopped,
            Error::Json(_) | Error::Cadence(_) => Outcome::Fail(error.to_string()),
            Error::Database(_) | Error::NotFound | Error::State(_) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Which jobs go first, and which may take how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Somebody is waiting for it: before all others.
    Urgent,
    Normal,
    /// Takes minutes. Last in line, and one thread is always kept free of it.
    Long,
}

impl Lane {
    pub(crate) const ALL: [Lane; 3] = [Lane::Urgent, Lane::Normal, Lane::Long];

    pub(crate) const fn number(self) -> i64 {
        self as i64
    }
}

/// How long to wait after a failure: twice as long after each, between `first` and `most`, and by up to a quarter
/// more, so that jobs that failed together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub first: Duration,
    pub most: Duration,
}

impl Backoff {
    /// The pause of that job after its `failures`th failure in a row (from 1).
    pub fn pause(self, job: Id, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let pause = self.first.saturating_mul(doubled).min(self.most);
        pause + (pause / 4).mul_f64(chance(job, failures))
    }
}

/// A number from 0 to 1 that looks like chance and is the same for the same job and failure.
fn chance(job: Id, failures: u32) -> f64 {
    let mut mixed = u64::from(failures);
    for byte in job.as_bytes() {
        mixed = (mixed ^ u64::from(*byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    }
    f64::from((mixed >> 32) as u32) / f64::from(u32::MAX)
}
