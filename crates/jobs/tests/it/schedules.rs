//! Jobs that come again and again.

use std::{sync::mpsc, time::Duration};

use db::testing::on_both;
use jobs::{Cadence, Error, MIGRATIONS, Outcome, Registry};

use crate::world::{Numbered, World, registry};

const HOUR: Duration = Duration::from_secs(3600);

fn hourly() -> Registry<World> {
    let mut registry = registry();
    registry.schedule("test/hourly", Cadence::Every(HOUR), &Numbered { number: 1 }).unwrap();
    registry
}

#[test]
fn a_schedule_fires_once_for_two_workers() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let (one, other) = (world.runner_with(hourly()), world.runner_with(hourly()));
        assert_eq!((one.run_due(), other.run_due()), (Ok(0), Ok(0)));
        for _ in 0..3 {
            world.pass(HOUR);
            assert_eq!((one.run_due(), other.run_due()), (Ok(1), Ok(0)));
        }
    });
}

#[test]
fn workers_that_look_at_the_same_moment_enqueue_it_once() {
    on_both(MIGRATIONS, |db| {
        let (sender, receiver) = mpsc::channel();
        let sender = std::sync::Mutex::new(sender);
        let world = World::new(db, move |_, _, _| {
            sender.lock().unwrap().send(()).unwrap();
            Outcome::Done
        });
        world.runner_with(hourly()).run_due().unwrap();
        world.pass(HOUR);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| world.runner_with(hourly()).run_due().unwrap());
            }
        });
        assert_eq!(receiver.try_iter().count(), 1);
    });
}

#[test]
fn what_was_missed_is_made_up_for_once() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let runner = world.runner_with(hourly());
        runner.run_due().unwrap();
        world.pass(HOUR * 30);
        assert_eq!((runner.run_due(), runner.run_due()), (Ok(1), Ok(0)));
    });
}

#[test]
fn a_schedule_that_the_program_no_longer_declares_goes_and_one_that_changed_is_moved() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        world.runner_with(hourly()).run_due().unwrap();
        let mut daily = registry();
        daily.schedule("test/hourly", "daily 03:00".parse().unwrap(), &Numbered { number: 1 }).unwrap();
        world.runner_with(daily).run_due().unwrap();
        let schedules = db.read(jobs::schedules).unwrap();
        assert_eq!(schedules[0].next_at, "2026-03-02T03:00:00Z".parse().unwrap());
        world.runner().run_due().unwrap();
        assert_eq!(db.read(jobs::schedules), Ok(vec![]));
    });
}

#[test]
fn schedules_come_and_go_while_the_program_runs() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let cadence: Cadence = "cron 30 9 * * 1-5 Europe/Berlin".parse().unwrap();
        let runner = world.runner();
        world.write(|tx| jobs::schedule(tx, world.now(), "report", &cadence, &Numbered { number: 5 }, None));
        assert_eq!(runner.run_due(), Ok(0), "it is Sunday");
        world.pass(HOUR * 24);
        assert_eq!(runner.run_due(), Ok(1));
        let report = &db.read(jobs::schedules).unwrap()[0];
        assert_eq!((report.built_in, report.last_at), (false, Some(world.now())));
        world.write(|tx| jobs::unschedule(tx, "report"));
        assert_eq!(db.write(|tx| jobs::unschedule(tx, "report")), Err(Error::NotFound));
    });
}
