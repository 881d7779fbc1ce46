//! The thread that keeps a warehouse a moment behind the log while the program serves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use records::Events;

use crate::{Error, Warehouse};

/// How long nothing is heard of before the log is looked at anyway: what other processes do may not be told.
const QUIET: Duration = Duration::from_millis(1_000);
/// How long changes are gathered before they are read together.
const GATHER: Duration = Duration::from_millis(100);
/// How often what processes left that died is looked for.
const SWEEP: Duration = Duration::from_secs(3_600);

/// The feeding of a warehouse; ends when dropped.
pub struct Feeder {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Feeder {
    /// Begins to read the log once the warehouse is built (the first query does that: who asks nothing shall not pay
    /// for it), and to write files when it is time.
    pub fn start(warehouse: &Arc<Warehouse>) -> Feeder {
        let stop = Arc::new(AtomicBool::new(false));
        let (one, other) = (Arc::clone(warehouse), Arc::clone(warehouse));
        let (stop_one, stop_other) = (Arc::clone(&stop), Arc::clone(&stop));
        let feeding =
            std::thread::Builder::new().name("warehouse-feed".into()).spawn(move || feed(&one, &stop_one));
        let writing = std::thread::Builder::new().name("warehouse-files".into()).spawn(move || {
            let mut swept: Option<Instant> = None;
            while !stop_other.load(Ordering::SeqCst) {
                tell(other.flush_if_due().map(|_| ()));
                if other.is_begun() && swept.is_none_or(|at| at.elapsed() > SWEEP) {
                    tell(other.sweep_leftovers());
                    swept = Some(Instant::now());
                }
                std::thread::park_timeout(Duration::from_secs(2));
            }
        });
        Feeder { stop, threads: [feeding, writing].into_iter().flatten().collect() }
    }
}

fn feed(warehouse: &Warehouse, stop: &AtomicBool) {
    let events = Events::of(warehouse.engine.db());
    while !stop.load(Ordering::SeqCst) {
        if warehouse.is_begun() {
            tell(warehouse.catch_up().map(|_| ()));
        }
        if events.receive(QUIET).is_some() {
            std::thread::park_timeout(GATHER);
            while events.receive(Duration::ZERO).is_some() {}
        }
    }
}

fn tell(done: Result<(), Error>) {
    match done {
        Ok(()) => {}
        Err(Error::Busy) => tracing::debug!("another process writes the warehouse's files"),
        Err(error) => tracing::warn!(%error, "the warehouse could not be fed"),
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
