//! Processes that die, stop or fall asleep in the middle of a job.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use db::testing::on_both;
use jobs::{MIGRATIONS, Outcome, State};

use crate::world::World;

const LEASE: Duration = Duration::from_secs(60);
const LONG_ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn the_job_of_a_worker_that_fell_silent_is_run_by_another_after_its_lease() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, run, _| {
            if run.attempt() == 1 {
                // Seen from the other worker, this one is as good as dead.
                assert_eq!(world.run_due(), 0);
                world.pass(LEASE - Duration::from_secs(1));
                assert_eq!(world.run_due(), 0);
                world.pass(Duration::from_secs(1));
                assert_eq!(world.run_due(), 1);
                assert!(run.should_stop() || run.extend_lease().is_err());
                assert_eq!(world.db.write(|tx| run.checkpoint(tx, &1)), Err(jobs::Error::Lost));
                assert_eq!(world.db.write(|tx| run.finish(tx)), Err(jobs::Error::Lost));
                return Outcome::Fail("too late".to_owned());
            }
            Outcome::Done
        });
        let id = world.enqueue(1);
        world.run_due();
        let job = world.job(id);
        assert_eq!((job.state, job.runs, job.failures), (State::Done, 2, 1));
    });
}

#[test]
fn a_worker_that_lives_keeps_its_lease() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, run, _| {
            for _ in 0..5 {
                world.pass(LEASE - Duration::from_secs(1));
                run.extend_lease().unwrap();
                assert_eq!(world.run_due(), 0);
            }
            assert!(!run.should_stop());
            Outcome::Done
        });
        let id = world.enqueue(1);
        world.run_due();
        assert_eq!((world.job(id).state, world.job(id).runs), (State::Done, 1));
    });
}

#[test]
fn a_job_that_kills_its_worker_each_time_waits_longer_each_time_and_is_dead_in_the_end() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, _, _| {
            let runs = world.begun().len();
            world.pass(LEASE);
            // The first death may be chance: it is run again at once. Then comes the pause of its kind.
            assert_eq!(world.run_due(), usize::from(runs == 1));
            if runs == 2 {
                let job = world.only_job();
                assert_eq!((job.state, job.failures), (State::Retrying, 2));
                assert_eq!(job.reason.as_deref(), Some("the process that ran it died"));
                world.pass(Duration::from_secs(9));
                assert_eq!(world.run_due(), 0);
                world.pass(Duration::from_secs(4));
                assert_eq!(world.run_due(), 1);
            }
            Outcome::Done
        });
        let id = world.enqueue(1);
        world.run_due();
        let job = world.job(id);
        assert_eq!((job.state, job.runs, job.failures), (State::Dead, 3, 3));
        assert_eq!(job.reason.as_deref(), Some("the process that ran it died"));
    });
}

#[test]
fn the_next_run_goes_on_from_the_checkpoint_and_earlier_failures_no_longer_count() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, run, _| {
            let from: u32 = run.resume().unwrap().unwrap_or(0);
            world.begun.lock().unwrap().push(100 + from);
            if from == 9 {
                return Outcome::Done;
            }
            run.progress(u64::from(from) + 1, Some(9), None);
            world.db.write(|tx| run.checkpoint(tx, &(from + 1))).unwrap();
            Outcome::Retry("on and on".to_owned())
        });
        let id = world.enqueue(1);
        for _ in 0..10 {
            world.run_due();
            world.pass(Duration::from_secs(60));
        }
        let job = world.job(id);
        assert_eq!((job.state, job.runs), (State::Done, 10));
        assert_eq!((job.progress.done, job.progress.total), (9, Some(9)));
        let resumed: Vec<u32> = world.begun().into_iter().filter(|number| *number >= 100).collect();
        assert_eq!(resumed, (100..=109).collect::<Vec<_>>());
    });
}

#[test]
fn a_checkpoint_is_kept_only_with_its_transaction() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, run, _| {
            let undone: Result<(), jobs::Error> = world.db.write(|tx| {
                run.progress(5, None, None);
                run.checkpoint(tx, &"half way")?;
                Err(jobs::Error::NotFound)
            });
            assert_eq!(undone, Err(jobs::Error::NotFound));
            Outcome::Done
        });
        let id = world.enqueue(1);
        world.run_due();
        let job = world.job(id);
        assert_eq!((job.checkpoint, job.progress.done), (None, 5));
    });
}

#[test]
fn a_process_that_stops_gives_its_jobs_back_and_they_do_not_count_as_failed() {
    on_both(MIGRATIONS, |db| {
        let (begun, has_begun) = mpsc::channel();
        let begun = Mutex::new(begun);
        let world = World::new(db, move |_, run, _| {
            begun.lock().unwrap().send(()).unwrap();
            while !run.should_stop() {
                std::thread::yield_now();
            }
            Outcome::Stopped
        });
        let id = world.enqueue(1);
        let handle = world.runner().start(2).unwrap();
        has_begun.recv_timeout(LONG_ENOUGH).unwrap();
        assert_eq!(handle.stop(LONG_ENOUGH), Ok(0));
        let job = world.job(id);
        assert_eq!((job.state, job.failures), (State::Waiting, 0));
    });
}

#[test]
fn a_job_that_does_not_stop_in_time_is_handed_back_and_can_change_nothing_any_more() {
    on_both(MIGRATIONS, |db| {
        let (begun, has_begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let (end, ended) = mpsc::channel();
        let (begun, end, released) = (Mutex::new(begun), Mutex::new(end), Arc::new(Mutex::new(released)));
        let world = World::new(db, move |world, run, _| {
            if world.begun().len() > 1 {
                return Outcome::Done;
            }
            begun.lock().unwrap().send(()).unwrap();
            released.lock().unwrap().recv_timeout(LONG_ENOUGH).unwrap();
            end.lock().unwrap().send(world.db.write(|tx| run.finish(tx))).unwrap();
            Outcome::Done
        });
        let id = world.enqueue(1);
        let handle = world.runner().start(1).unwrap();
        has_begun.recv_timeout(LONG_ENOUGH).unwrap();
        assert_eq!(handle.stop(Duration::ZERO), Ok(1));
        assert_eq!(world.job(id).state, State::Waiting);
        release.send(()).unwrap();
        assert_eq!(ended.recv_timeout(LONG_ENOUGH), Ok(Err(jobs::Error::Lost)));
        assert_eq!(world.run_due(), 1);
        assert_eq!((world.job(id).state, world.job(id).runs), (State::Done, 2));
    });
}
