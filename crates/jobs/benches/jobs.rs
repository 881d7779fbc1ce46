//! How many jobs come in and are run in a second: `cargo bench -p jobs`, or with `RAPPORT_BENCH_URL` for PostgreSQL.
//!
//! Commits wait for the disk, so the temporary folder (`TMPDIR`) must be on a real one for the figures to mean anything.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use db::{Config, Db};
use jobs::{Job, Options, Outcome, Registry, Run, Runner};
use kernel::{Clock, Timestamp};
use serde::{Deserialize, Serialize};

const JOBS: usize = 2_000;
const CLIENTS: usize = 16;

#[derive(Serialize, Deserialize)]
struct Count {
    by: usize,
}

struct Counter {
    sum: AtomicUsize,
    main: thread::Thread,
}

impl Job for Count {
    const NAME: &'static str = "bench/count";
    type Context = Counter;

    fn run(&self, counter: &Counter, _: &Run) -> Outcome {
        if (counter.sum.fetch_add(self.by, SeqCst) + self.by).is_multiple_of(JOBS) {
            counter.main.unpark();
        }
        Outcome::Done
    }
}

fn main() {
    let folder = std::env::temp_dir().join(format!("rapport-bench-jobs-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let url = std::env::var("RAPPORT_BENCH_URL")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.join("bench.db").display()));
    let db = Db::open(&Config::new(&url), jobs::MIGRATIONS).expect("a database");
    println!("{}, {JOBS} jobs", db.dialect().as_str());
    enqueue_alone(&db);
    for threads in [1, 4, 8] {
        run_backlog(&db, threads);
    }
    enqueue_and_run(&db);
    println!("latency of a lone job: {:.1} ms", latency(&db).as_secs_f64() * 1e3);
    let _ = std::fs::remove_dir_all(&folder);
}

fn enqueue(db: &Db) {
    db.write(|tx| jobs::enqueue(tx, Timestamp::now(), &Count { by: 1 }, &Options::new())).expect("enqueued");
}

fn enqueue_alone(db: &Db) {
    let begin = Instant::now();
    let jobs: Vec<Count> = (0..JOBS).map(|_| Count { by: 1 }).collect();
    db.write(|tx| jobs::enqueue_all(tx, Timestamp::now(), &jobs, &Options::new())).expect("enqueued");
    print_rate("enqueued in one transaction", begin);
    let runner = Runner::new(db.clone(), Arc::new(Clock::System), counter(), registry());
    let begin = Instant::now();
    runner.run_due().expect("run");
    print_rate("run on one thread", begin);
}

fn run_backlog(db: &Db, threads: usize) {
    let jobs: Vec<Count> = (0..JOBS).map(|_| Count { by: 1 }).collect();
    db.write(|tx| jobs::enqueue_all(tx, Timestamp::now(), &jobs, &Options::new())).expect("enqueued");
    let counter = counter();
    let begin = Instant::now();
    let runner = Runner::new(db.clone(), Arc::new(Clock::System), counter.clone(), registry());
    let handle = runner.start(threads).expect("started");
    wait_for(&counter, JOBS);
    print_rate(&format!("run by {threads} workers"), begin);
    handle.stop(Duration::from_secs(10)).expect("stopped");
}

fn enqueue_and_run(db: &Db) {
    let counter = counter();
    let runner = Runner::new(db.clone(), Arc::new(Clock::System), counter.clone(), registry());
    let handle = runner.start(4).expect("started");
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| (0..JOBS / CLIENTS).for_each(|_| enqueue(db)));
        }
    });
    wait_for(&counter, JOBS);
    print_rate(&format!("enqueued by {CLIENTS} clients, one a transaction, and run by 4 workers"), begin);
    handle.stop(Duration::from_secs(10)).expect("stopped");
}

/// From the commit of a job to its beginning, at best of ten.
fn latency(db: &Db) -> Duration {
    let counter = counter();
    let runner = Runner::new(db.clone(), Arc::new(Clock::System), counter.clone(), registry());
    let handle = runner.start(4).expect("started");
    let mut best = Duration::MAX;
    for _ in 0..10 {
        counter.sum.store(JOBS - 1, SeqCst);
        let begin = Instant::now();
        enqueue(db);
        wait_for(&counter, JOBS);
        best = best.min(begin.elapsed());
    }
    handle.stop(Duration::from_secs(10)).expect("stopped");
    best
}

fn wait_for(counter: &Counter, sum: usize) {
    while counter.sum.load(SeqCst) < sum {
        thread::park();
    }
}

fn counter() -> Arc<Counter> {
    Arc::new(Counter { sum: AtomicUsize::new(0), main: thread::current() })
}

fn registry() -> Registry<Counter> {
    let mut registry = Registry::new();
    registry.register::<Count>();
    registry
}

fn print_rate(what: &str, begin: Instant) {
    println!("{:>8.0} jobs/s {what}", JOBS as f64 / begin.elapsed().as_secs_f64());
}
