//! What becomes of a job that does not simply succeed.

use std::time::Duration;

use db::testing::on_both;
use jobs::{Backoff, MIGRATIONS, Options, Outcome, State};
use kernel::Id;

use crate::world::{Numbered, World};

#[test]
fn a_failed_job_is_tried_again_after_a_pause_that_doubles() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, run, _| match run.attempt() {
            3 => Outcome::Done,
            _ => Outcome::Retry("the server is down".to_owned()),
        });
        let id = world.enqueue(1);
        assert_eq!(world.run_due(), 1);
        let job = world.job(id);
        assert_eq!((job.state, job.reason.as_deref()), (State::Retrying, Some("the server is down")));
        let pause = job.due_at.duration_since(world.now());
        assert!((10.0..=12.5).contains(&pause.as_secs_f64()), "{pause:?}");
        world.pass(Duration::from_secs(9));
        assert_eq!(world.run_due(), 0);
        world.pass(Duration::from_secs(4));
        assert_eq!(world.run_due(), 1);
        let pause = world.job(id).due_at.duration_since(world.now());
        assert!((15.0..=18.75).contains(&pause.as_secs_f64()), "{pause:?}");
        world.pass(Duration::from_secs(19));
        assert_eq!(world.run_due(), 1);
        assert_eq!((world.job(id).state, world.job(id).reason), (State::Done, None));
    });
}

#[test]
fn pauses_of_different_jobs_differ() {
    let backoff = Backoff { first: Duration::from_secs(100), most: Duration::from_secs(1000) };
    let pauses: Vec<Duration> = (0..20).map(|_| backoff.pause(Id::generate(), 1)).collect();
    assert!(pauses.iter().all(|pause| (100.0..=125.0).contains(&pause.as_secs_f64())), "{pauses:?}");
    let spread = pauses.iter().max().unwrap().saturating_sub(*pauses.iter().min().unwrap());
    assert!(spread > Duration::from_secs(5), "{pauses:?}");
    assert!(backoff.pause(Id::generate(), 40) <= Duration::from_secs(1250));
}

#[test]
fn a_panic_is_a_failure_with_its_message() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, number| panic!("no such thing as {number}"));
        let id = world.enqueue(4);
        world.run_due();
        let job = world.job(id);
        assert_eq!(
            (job.state, job.reason.as_deref()),
            (State::Retrying, Some("panicked: no such thing as 4"))
        );
    });
}

#[test]
fn a_job_that_has_failed_too_often_is_dead_until_it_is_replayed() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, _, _| match world.begun().len() {
            1..=3 => Outcome::Retry("no".to_owned()),
            _ => Outcome::Done,
        });
        let id = world.enqueue(1);
        for _ in 0..5 {
            world.run_due();
            world.pass(Duration::from_secs(60));
        }
        let job = world.job(id);
        assert_eq!((job.state, job.runs, job.failures), (State::Dead, 3, 3));
        world.write(|tx| jobs::retry(tx, world.now(), id));
        assert_eq!(world.run_due(), 1);
        assert_eq!(world.job(id).state, State::Done);
    });
}

#[test]
fn a_job_that_will_never_work_is_dead_at_once_and_a_pointless_one_is_done() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, number| match number {
            1 => Outcome::Fail("no such mailbox".to_owned()),
            _ => Outcome::Drop("the record is gone".to_owned()),
        });
        let (fails, drops) = (world.enqueue(1), world.enqueue(2));
        world.run_due();
        let (failed, dropped) = (world.job(fails), world.job(drops));
        assert_eq!((failed.state, failed.reason.as_deref()), (State::Dead, Some("no such mailbox")));
        assert_eq!((dropped.state, dropped.reason.as_deref()), (State::Done, Some("the record is gone")));
    });
}

#[test]
fn a_job_that_cannot_be_read_is_dead_and_its_reason_says_so() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let id = world.enqueue(1);
        let sql = expr::sql::Sql::new("update job set payload = '{\"count\": 1}'");
        db.write(|tx| tx.execute(&sql)).unwrap();
        world.run_due();
        let job = world.job(id);
        assert_eq!(job.state, State::Dead);
        assert!(job.reason.unwrap().contains("missing field `number`"));
    });
}

#[test]
fn an_effect_and_the_end_of_its_job_are_one_transaction() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, run, number| {
            // The effect here is another job.
            let effect = |fails: bool| {
                world.db.write(|tx| {
                    jobs::enqueue(tx, world.now(), &Numbered { number: number + 1 }, &Options::new())?;
                    run.finish(tx)?;
                    if fails { Err(jobs::Error::NotFound) } else { Ok(()) }
                })
            };
            if number != 1 {
                return Outcome::Done;
            }
            assert_eq!(effect(true), Err(jobs::Error::NotFound));
            assert_eq!(effect(false), Ok(()));
            // Done is done: doing it again is refused.
            assert_eq!(effect(false), Err(jobs::Error::Lost));
            panic!("after the end");
        });
        let id = world.enqueue(1);
        assert_eq!(world.run_due(), 2);
        assert_eq!(world.begun(), [1, 2]);
        assert_eq!(world.job(id).state, State::Done);
    });
}
