//! Coming in, waiting and being taken.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use db::testing::on_both;
use jobs::{MIGRATIONS, Options, Outcome, State};
use kernel::Id;

use crate::world::{Lengthy, Numbered, World};

const LONG_ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn a_job_enqueued_in_a_committed_transaction_runs_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let id = world.enqueue(7);
        assert_eq!(world.job(id).state, State::Waiting);
        assert_eq!(world.run_due(), 1);
        assert_eq!(world.run_due(), 0);
        assert_eq!(world.begun(), [7]);
        let job = world.job(id);
        assert_eq!((job.state, job.runs, job.finished_at), (State::Done, 1, Some(world.now())));
    });
}

#[test]
fn a_job_enqueued_in_a_transaction_that_is_rolled_back_never_runs() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let result: Result<(), jobs::Error> = db.write(|tx| {
            jobs::enqueue(tx, world.now(), &Numbered { number: 1 }, &Options::new())?;
            Err(jobs::Error::NotFound)
        });
        assert_eq!(result, Err(jobs::Error::NotFound));
        assert_eq!(world.run_due(), 0);
    });
}

#[test]
fn a_job_waits_for_its_time() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        world.enqueue_with(1, &Options::new().at(world.now() + Duration::from_secs(60)));
        assert_eq!(world.run_due(), 0);
        world.pass(Duration::from_secs(60));
        assert_eq!(world.run_due(), 1);
    });
}

#[test]
fn jobs_run_in_the_order_in_which_they_are_due_and_long_ones_last() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, _, number| {
            world.begun.lock().unwrap().push(number + 100);
            Outcome::Done
        });
        world.write(|tx| jobs::enqueue(tx, world.now(), &Lengthy { number: 0 }, &Options::new()));
        world.pass(Duration::from_secs(10));
        world.enqueue(2);
        world.enqueue_with(1, &Options::new().at(world.now() - Duration::from_secs(5)));
        world.run_due();
        assert_eq!(world.begun(), [1, 101, 2, 102, 100]);
    });
}

#[test]
fn a_key_keeps_a_second_job_out_until_the_first_is_finished() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, _, number| {
            if number == 1 {
                world.enqueue_with(2, &Options::new().once("import"));
            }
            Outcome::Done
        });
        let once = Options::new().once("import");
        let first = world.enqueue_with(1, &once);
        assert_eq!(world.enqueue_with(3, &once), first);
        world.run_due();
        assert_eq!(world.begun(), [1]);
        assert_ne!(world.enqueue_with(4, &once), first);
    });
}

#[test]
fn a_coalescing_key_lets_a_job_in_once_the_other_has_started() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, _, number| {
            if number == 1 {
                world.enqueue_with(2, &Options::new().coalesce("score"));
            }
            Outcome::Done
        });
        let coalesce = Options::new().coalesce("score");
        let first = world.enqueue_with(1, &coalesce);
        assert_eq!(world.enqueue_with(3, &coalesce), first);
        world.run_due();
        assert_eq!(world.begun(), [1, 2]);
    });
}

#[test]
fn many_jobs_come_in_at_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let many: Vec<Numbered> = (0..50).map(|number| Numbered { number }).collect();
        assert_eq!(world.write(|tx| jobs::enqueue_all(tx, world.now(), &many, &Options::new())), 50);
        assert_eq!(world.run_due(), 50);
    });
}

#[test]
fn a_kind_of_job_that_this_process_does_not_know_is_left_to_others() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let id = world.enqueue(1);
        assert_eq!(world.runner_with(jobs::Registry::new()).run_due(), Ok(0));
        assert_eq!(world.job(id).state, State::Waiting);
    });
}

#[test]
fn two_processes_with_many_threads_never_run_one_job_at_a_time() {
    const JOBS: u32 = 150;
    on_both(MIGRATIONS, |db| {
        let (sender, receiver) = mpsc::channel();
        let sender = Mutex::new(sender);
        let running: Mutex<BTreeMap<Id, u32>> = Mutex::default();
        let world = World::new(db, move |_, run, number| {
            assert_eq!(running.lock().unwrap().insert(run.id(), number), None, "run twice at a time");
            std::thread::yield_now();
            running.lock().unwrap().remove(&run.id());
            sender.lock().unwrap().send(number).unwrap();
            Outcome::Done
        });
        let handles: Vec<_> = (0..2).map(|_| world.runner().start(4).unwrap()).collect();
        for number in 0..JOBS {
            world.enqueue(number);
        }
        let mut numbers: Vec<u32> = (0..JOBS).map(|_| receiver.recv_timeout(LONG_ENOUGH).unwrap()).collect();
        for handle in handles {
            assert_eq!(handle.stop(LONG_ENOUGH), Ok(0));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (0..JOBS).collect::<Vec<_>>());
        assert_eq!(db.read(jobs::count), Ok(vec![(State::Done, u64::from(JOBS))]));
    });
}

#[test]
fn long_jobs_leave_a_thread_to_the_others() {
    on_both(MIGRATIONS, |db| {
        let (begun, has_begun) = mpsc::channel();
        let (done, is_done) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let (begun, done, released) = (Mutex::new(begun), Mutex::new(done), Arc::new(Mutex::new(released)));
        let world = World::new(db, move |_, run, number| {
            if number < 10 {
                begun.lock().unwrap().send(()).unwrap();
                released.lock().unwrap().recv_timeout(LONG_ENOUGH).unwrap();
            }
            done.lock().unwrap().send((number, run.attempt())).unwrap();
            Outcome::Done
        });
        for number in 0..2 {
            world.write(|tx| jobs::enqueue(tx, world.now(), &Lengthy { number }, &Options::new()));
        }
        let handle = world.runner().start(2).unwrap();
        has_begun.recv_timeout(LONG_ENOUGH).unwrap();
        world.enqueue(10);
        assert_eq!(is_done.recv_timeout(LONG_ENOUGH), Ok((10, 1)));
        release.send(()).unwrap();
        release.send(()).unwrap();
        is_done.recv_timeout(LONG_ENOUGH).unwrap();
        is_done.recv_timeout(LONG_ENOUGH).unwrap();
        assert_eq!(handle.stop(LONG_ENOUGH), Ok(0));
    });
}
