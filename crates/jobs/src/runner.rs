//! The threads that run jobs.
//!
//! Each worker settles what it has run and takes the next in one transaction. As long as jobs take only milliseconds,
//! it takes more and more of them at a time, because a commit takes longer than they do; after a slow one it takes
//! single ones, so that no job waits long behind another while a worker is idle. Idle workers sleep; the keeper
//! (`keeper.rs`) wakes one when a job was committed or has become due, and a worker that finds a job wakes the next,
//! so as many wake as there is work for.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering::SeqCst},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use db::Db;
use kernel::{Clock, Id};
use parking_lot::{Condvar, Mutex};

use crate::{
    Error, Lane, Outcome, Registry, Run,
    claim::{self, Taken},
    keeper, process,
    run::STOPPING,
    schedule,
    settle::{self, Policy},
};

/// How long a worker waits when the database cannot be reached.
const PAUSE: Duration = Duration::from_secs(1);
/// Jobs that a worker takes at a time at most.
const BATCH: usize = 32;
/// How long the jobs that it took together may keep it.
const QUICK: Duration = Duration::from_millis(20);

/// Runs the jobs of one database with a context `C`.
pub struct Runner<C: ?Sized> {
    pub(crate) shared: Arc<Shared<C>>,
}

pub(crate) struct Shared<C: ?Sized> {
    pub db: Db,
    pub clock: Arc<Clock>,
    pub registry: Registry<C>,
    /// The runs that this process has leases for.
    pub running: Mutex<BTreeMap<Id, Arc<Run>>>,
    worker: Id,
    line: Mutex<Line>,
    /// Somebody should look for work, or the runner stops.
    wake: Condvar,
    /// A worker has ended.
    ended: Condvar,
    context: Arc<C>,
}

struct Line {
    threads: usize,
    /// Workers that are to look for work and have not begun to.
    wakes: usize,
    /// Long jobs running, or being looked for.
    long: usize,
    alive: usize,
    is_stopping: bool,
}

/// What a worker has to tell the queue.
#[derive(Default)]
struct Report {
    ended: Vec<(Arc<Run>, Outcome)>,
    /// Runs that were taken and then not begun.
    unbegun: Vec<Arc<Run>>,
}

impl<C: ?Sized + Send + Sync + 'static> Runner<C> {
    pub fn new(db: Db, clock: Arc<Clock>, context: Arc<C>, registry: Registry<C>) -> Runner<C> {
        let line = Line { threads: 1, wakes: 0, long: 0, alive: 0, is_stopping: false };
        let shared = Shared {
            db,
            clock,
            registry,
            running: Mutex::default(),
            worker: process::worker(),
            line: Mutex::new(line),
            wake: Condvar::new(),
            ended: Condvar::new(),
            context,
        };
        Runner { shared: Arc::new(shared) }
    }

    /// Runs on this thread everything that is due, schedules included, and tells how many runs that took.
    pub fn run_due(&self) -> Result<usize, Error> {
        let shared = &*self.shared;
        shared.install()?;
        shared.db.write(|tx| schedule::fire(tx, shared.clock.now()))?;
        let mut report = Report::default();
        let mut count = 0;
        loop {
            let runs = shared.settle_and_take(&mut report, 1)?;
            if runs.is_empty() {
                return Ok(count);
            }
            count += runs.len();
            shared.perform_all(runs, &mut report);
        }
    }

    /// Starts `threads` workers (at least one), which run what is due from now on.
    pub fn start(self, threads: usize) -> Result<Handle, Error> {
        let shared = self.shared;
        let threads = threads.max(1);
        shared.install()?;
        {
            let mut line = shared.line.lock();
            (line.threads, line.alive, line.wakes) = (threads, threads, 1);
        }
        let mut handles = Vec::with_capacity(threads + 1);
        for number in 0..threads {
            let shared = Arc::clone(&shared);
            let name = format!("job-{number}");
            handles.push(spawn(name, move || {
                shared.work();
                shared.line.lock().alive -= 1;
                shared.ended.notify_all();
            })?);
        }
        let keeping = Arc::clone(&shared);
        handles.push(spawn("job-keeper".to_owned(), move || keeper::keep(&keeping))?);
        Ok(Handle { stop: Some(shared), threads: handles })
    }
}

/// Running workers. Dropping it tells them to stop without waiting for them.
pub struct Handle {
    stop: Option<Arc<dyn Stop>>,
    threads: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Asks all runs to stop and takes no more jobs. Waits up to `patience` for them to end; those that do not are
    /// handed back to the queue, and their effects on it refused. Tells how many.
    pub fn stop(mut self, patience: Duration) -> Result<usize, Error> {
        let Some(shared) = self.stop.take() else { return Ok(0) };
        shared.ask_to_stop();
        let all_ended = shared.wait_for_workers(patience);
        let handed_back = shared.hand_back()?;
        if all_ended {
            for thread in self.threads.drain(..) {
                // A worker does not panic: jobs' panics are caught.
                let _ = thread.join();
            }
        }
        Ok(handed_back)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(shared) = self.stop.take() {
            shared.ask_to_stop();
        }
    }
}

/// Stopping, whatever the context.
trait Stop: Send + Sync {
    fn ask_to_stop(&self);
    fn wait_for_workers(&self, patience: Duration) -> bool;
    fn hand_back(&self) -> Result<usize, Error>;
}

impl<C: ?Sized + Send + Sync> Stop for Shared<C> {
    fn ask_to_stop(&self) {
        self.line.lock().is_stopping = true;
        for run in self.running.lock().values() {
            run.ask_to_stop(STOPPING);
        }
        self.wake.notify_all();
    }

    fn wait_for_workers(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        let mut line = self.line.lock();
        while line.alive > 0 {
            if self.ended.wait_until(&mut line, deadline).timed_out() {
                break;
            }
        }
        line.alive == 0
    }

    fn hand_back(&self) -> Result<usize, Error> {
        let runs: Vec<Arc<Run>> = self.running.lock().values().cloned().collect();
        for run in &runs {
            self.db.write(|tx| settle::hand_back(tx, self.clock.now(), run))?;
        }
        Ok(runs.len())
    }
}

impl<C: ?Sized> Shared<C> {
    pub fn is_stopping(&self) -> bool {
        self.line.lock().is_stopping
    }

    /// Has one idle worker look for work.
    pub fn wake_one(&self) {
        let mut line = self.line.lock();
        line.wakes = (line.wakes + 1).min(line.threads);
        drop(line);
        self.wake.notify_one();
    }

    fn install(&self) -> Result<(), Error> {
        self.db.write(|tx| schedule::install(tx, self.clock.now(), self.registry.built_in()))
    }

    fn work(&self) {
        let mut report = Report::default();
        let mut most = 1;
        loop {
            let stopping = self.is_stopping();
            match self.settle_and_take(&mut report, most) {
                Ok(runs) if runs.is_empty() => {
                    if stopping {
                        return;
                    }
                    self.wait();
                }
                Ok(runs) => {
                    self.wake_one();
                    let begin = Instant::now();
                    self.perform_all(runs, &mut report);
                    most = if begin.elapsed() < QUICK { (most * 2).min(BATCH) } else { 1 };
                }
                Err(error) => {
                    tracing::warn!(%error, "the queue of jobs cannot be reached");
                    if stopping {
                        return;
                    }
                    self.wake.wait_for(&mut self.line.lock(), PAUSE);
                }
            }
        }
    }

    fn wait(&self) {
        let mut line = self.line.lock();
        while line.wakes == 0 && !line.is_stopping {
            self.wake.wait(&mut line);
        }
        line.wakes = line.wakes.saturating_sub(1);
    }

    /// Tells the queue how the last runs ended, and takes up to `most` jobs unless the runner is stopping.
    fn settle_and_take(&self, report: &mut Report, most: usize) -> Result<Vec<Arc<Run>>, Error> {
        let lanes = self.reserve();
        let taken = self.db.write(|tx| {
            let now = self.clock.now();
            for (run, outcome) in &report.ended {
                self.settle(tx, run, outcome)?;
            }
            for run in &report.unbegun {
                settle::hand_back(tx, now, run)?;
            }
            claim::claim(tx, now, &self.registry, self.worker, lanes, most)
        });
        let is_long = |taken: &Vec<Taken>| taken.iter().any(|taken| taken.lane == Lane::Long);
        if lanes.contains(&Lane::Long) && !taken.as_ref().is_ok_and(is_long) {
            self.line.lock().long -= 1;
        }
        let taken = taken?;
        let Report { ended, unbegun } = std::mem::take(report);
        let mut running = self.running.lock();
        for run in ended.iter().map(|(run, _)| run).chain(&unbegun) {
            running.remove(&run.id());
        }
        drop(running);
        Ok(taken.into_iter().map(|taken| self.begin(taken)).collect())
    }

    /// The lanes to look into. A place for a long job is taken at once, so that two workers do not both take the last.
    fn reserve(&self) -> &'static [Lane] {
        let mut line = self.line.lock();
        if line.is_stopping {
            return &[];
        }
        if line.threads == 1 || line.long + 1 < line.threads {
            line.long += 1;
            return &Lane::ALL;
        }
        &Lane::ALL[..2]
    }

    fn settle(&self, tx: &mut db::Tx<'_>, run: &Run, outcome: &Outcome) -> Result<(), Error> {
        if run.finished.load(SeqCst) {
            return Ok(());
        }
        let Some(kind) = self.registry.kind(&run.taken.name) else { return Ok(()) };
        let policy = Policy { max_attempts: kind.max_attempts, backoff: kind.backoff };
        settle::settle(tx, self.clock.now(), run, outcome, policy)
    }

    fn begin(&self, taken: Taken) -> Arc<Run> {
        let lease = self.registry.kind(&taken.name).map_or(PAUSE, |kind| kind.lease);
        let run = Arc::new(Run::new(taken, lease, self.db.clone(), Arc::clone(&self.clock)));
        self.running.lock().insert(run.id(), Arc::clone(&run));
        if self.is_stopping() {
            run.ask_to_stop(STOPPING);
        }
        run
    }

    /// Runs one after the other, as long as that goes quickly.
    fn perform_all(&self, runs: Vec<Arc<Run>>, report: &mut Report) {
        let begin = Instant::now();
        for (number, run) in runs.into_iter().enumerate() {
            if number > 0 && (begin.elapsed() >= QUICK || run.stop.load(SeqCst) != 0) {
                report.unbegun.push(run);
            } else {
                let outcome = self.perform(&run);
                report.ended.push((run, outcome));
            }
        }
    }

    fn perform(&self, run: &Run) -> Outcome {
        let Some(kind) = self.registry.kind(&run.taken.name) else {
            return Outcome::Retry("this process does not know the kind of job".to_owned());
        };
        let performed = AssertUnwindSafe(|| (kind.run)(&run.taken.payload, &self.context, run));
        let outcome = match catch_unwind(performed) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Outcome::Fail(format!("the job cannot be read: {error}")),
            Err(panic) => Outcome::Retry(format!("panicked: {}", message_of(&*panic))),
        };
        if run.taken.lane == Lane::Long {
            self.line.lock().long -= 1;
        }
        outcome
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    let spawned = thread::Builder::new().name(name).spawn(work);
    spawned.map_err(|error| Error::Database(db::Error::Unavailable(format!("no thread for jobs: {error}"))))
}
