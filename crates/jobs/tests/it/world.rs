//! A database, a clock set by hand, and a kind of job that does what a test says.

use std::{
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use db::Db;
use jobs::{Backoff, Entry, Filter, Job, Lane, Options, Outcome, Registry, Run, Runner};
use kernel::{Clock, Id, Timestamp};
use serde::{Deserialize, Serialize};

pub type Act = Box<dyn Fn(&World, &Run, u32) -> Outcome + Send + Sync>;

/// What jobs work with here.
pub struct World {
    pub db: Db,
    pub clock: Arc<Clock>,
    /// The numbers of the jobs that have begun, in order.
    pub begun: Mutex<Vec<u32>>,
    act: Act,
    this: Weak<World>,
}

impl World {
    pub fn new(db: &Db, act: impl Fn(&World, &Run, u32) -> Outcome + Send + Sync + 'static) -> Arc<World> {
        Arc::new_cyclic(|this| World {
            db: db.clone(),
            clock: Arc::new(Clock::fixed("2026-03-01T12:00:00Z".parse().unwrap())),
            begun: Mutex::default(),
            act: Box::new(act),
            this: this.clone(),
        })
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn pass(&self, time: Duration) {
        self.clock.set(self.now() + time);
    }

    /// A runner of its own, as another process would have.
    pub fn runner(&self) -> Runner<World> {
        self.runner_with(registry())
    }

    pub fn runner_with(&self, registry: Registry<World>) -> Runner<World> {
        Runner::new(self.db.clone(), self.clock.clone(), self.this.upgrade().unwrap(), registry)
    }

    pub fn run_due(&self) -> usize {
        self.runner().run_due().unwrap()
    }

    pub fn enqueue(&self, number: u32) -> Id {
        self.enqueue_with(number, &Options::new())
    }

    pub fn enqueue_with(&self, number: u32, options: &Options) -> Id {
        self.db.write(|tx| jobs::enqueue(tx, self.now(), &Numbered { number }, options)).unwrap()
    }

    pub fn job(&self, id: Id) -> Entry {
        self.db.read(|tx| jobs::find(tx, id)).unwrap().expect("the job")
    }

    /// The one that there is.
    pub fn only_job(&self) -> Entry {
        let jobs = self.db.read(|tx| jobs::list(tx, &Filter::default(), 2)).unwrap();
        <[Entry; 1]>::try_from(jobs).expect("one job")[0].clone()
    }

    pub fn write<T>(&self, work: impl FnMut(&mut db::Tx<'_>) -> Result<T, jobs::Error>) -> T {
        self.db.write(work).unwrap()
    }

    pub fn begun(&self) -> Vec<u32> {
        self.begun.lock().unwrap().clone()
    }
}

pub fn registry() -> Registry<World> {
    let mut registry = Registry::new();
    registry.register::<Numbered>().register::<Lengthy>();
    registry
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Numbered {
    pub number: u32,
}

impl Job for Numbered {
    const NAME: &'static str = "test/numbered";
    const MAX_ATTEMPTS: u32 = 3;
    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(10), most: Duration::from_secs(15) };
    type Context = World;

    fn run(&self, world: &World, run: &Run) -> Outcome {
        world.begun.lock().unwrap().push(self.number);
        (world.act)(world, run, self.number)
    }
}

#[derive(Serialize, Deserialize)]
pub struct Lengthy {
    pub number: u32,
}

impl Job for Lengthy {
    const NAME: &'static str = "test/lengthy";
    const LANE: Lane = Lane::Long;
    type Context = World;

    fn run(&self, world: &World, run: &Run) -> Outcome {
        (world.act)(world, run, self.number)
    }
}
