//! What people do with jobs.

use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

use db::testing::on_both;
use jobs::{Error, Filter, MIGRATIONS, Options, Outcome, State};
use kernel::{Id, Message};

use crate::world::World;

const LONG_ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn a_waiting_job_that_is_cancelled_does_not_run() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let id = world.enqueue(1);
        world.write(|tx| jobs::cancel(tx, world.now(), id));
        assert_eq!(world.run_due(), 0);
        assert_eq!(world.job(id).state, State::Cancelled);
        assert_eq!(db.write(|tx| jobs::cancel(tx, world.now(), id)), Err(Error::State(State::Cancelled)));
    });
}

#[test]
fn a_long_job_that_is_cancelled_sees_it_and_stops() {
    on_both(MIGRATIONS, |db| {
        let (begun, has_begun) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let (begun, end) = (Mutex::new(begun), Mutex::new(end));
        let world = World::new(db, move |_, run, _| {
            begun.lock().unwrap().send(()).unwrap();
            while !run.is_cancelled() {
                std::thread::yield_now();
            }
            end.lock().unwrap().send(()).unwrap();
            Outcome::Stopped
        });
        let id = world.enqueue(1);
        let handle = world.runner().start(1).unwrap();
        has_begun.recv_timeout(LONG_ENOUGH).unwrap();
        world.write(|tx| jobs::cancel(tx, world.now(), id));
        ended.recv_timeout(LONG_ENOUGH).unwrap();
        handle.stop(LONG_ENOUGH).unwrap();
        assert_eq!(world.job(id).state, State::Cancelled);
    });
}

#[test]
fn a_cancelled_job_whose_worker_died_does_not_run_again() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |world, run, _| {
            world.write(|tx| jobs::cancel(tx, world.now(), run.id()));
            world.pass(Duration::from_secs(60));
            assert_eq!(world.run_due(), 0);
            Outcome::Done
        });
        let id = world.enqueue(1);
        world.run_due();
        assert_eq!((world.job(id).state, world.job(id).runs), (State::Cancelled, 1));
    });
}

#[test]
fn only_finished_jobs_are_discarded_and_only_unfinished_ones_cannot_be_replayed() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let id = world.enqueue(1);
        assert_eq!(db.write(|tx| jobs::discard(tx, id)), Err(Error::State(State::Waiting)));
        assert_eq!(db.write(|tx| jobs::retry(tx, world.now(), id)), Err(Error::State(State::Waiting)));
        world.run_due();
        assert_eq!(db.write(|tx| jobs::retry(tx, world.now(), id)), Err(Error::State(State::Done)));
        world.write(|tx| jobs::discard(tx, id));
        assert_eq!(db.read(|tx| jobs::find(tx, id)), Ok(None));
        assert_eq!(db.write(|tx| jobs::discard(tx, id)), Err(Error::NotFound));
    });
}

#[test]
fn a_replayed_job_does_not_push_out_another_with_its_key() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, number| match number {
            1 => Outcome::Fail("no".to_owned()),
            _ => Outcome::Done,
        });
        let once = Options::new().once("import");
        let dead = world.enqueue_with(1, &once);
        world.run_due();
        let other = world.enqueue_with(2, &once);
        world.write(|tx| jobs::retry(tx, world.now(), dead));
        assert_eq!(world.run_due(), 2);
        assert_eq!((world.job(dead).state, world.job(other).state), (State::Dead, State::Done));
    });
}

#[test]
fn lists_show_people_their_own_jobs_the_last_first() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, run, _| {
            run.progress(3, Some(8), Some(Message::new("import-rows").with("rows", 3_i64)));
            Outcome::Done
        });
        let (ann, ben) = (Id::generate(), Id::generate());
        let ids: Vec<Id> = (0..6)
            .map(|number| {
                world.enqueue_with(number, &Options::new().owner(if number < 4 { ann } else { ben }))
            })
            .collect();
        let list = |filter: &Filter<'_>, limit| -> Vec<Id> {
            let jobs = db.read(|tx| jobs::list(tx, filter, limit)).unwrap();
            jobs.into_iter().map(|job| job.id).collect()
        };
        let of_ann = Filter { owner: Some(ann), ..Filter::default() };
        assert_eq!(list(&of_ann, 3), [ids[3], ids[2], ids[1]]);
        assert_eq!(list(&Filter { before: Some(ids[1]), ..of_ann }, 3), [ids[0]]);
        assert_eq!(list(&Filter { name: Some("test/lengthy"), ..Filter::default() }, 3), []);
        world.run_due();
        assert_eq!(list(&Filter { state: Some(State::Done), ..Filter::default() }, 10).len(), 6);
        let progress = world.job(ids[0]).progress;
        assert_eq!(progress.message, Some(Message::new("import-rows").with("rows", 3_i64)));
    });
}

#[test]
fn the_owner_is_told_of_every_change() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, _| Outcome::Done);
        let changes = db.listen(jobs::CHANGED);
        world.enqueue(1);
        let mine = world.enqueue_with(2, &Options::new().owner(Id::generate()));
        world.run_due();
        assert_eq!(
            changes.receive(LONG_ENOUGH),
            Some(db::Signal::Payload(mine.to_string().into())),
            "only of the job that has an owner"
        );
    });
}

#[test]
fn finished_jobs_go_away_after_some_days_and_dead_ones_later() {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db, |_, _, number| match number {
            0 => Outcome::Fail("no".to_owned()),
            _ => Outcome::Done,
        });
        for number in 0..5 {
            world.enqueue(number);
        }
        world.run_due();
        world.enqueue_with(9, &Options::new().at(world.now() + Duration::from_secs(400 * 86_400)));
        assert_eq!(world.write(|tx| jobs::prune(tx, world.now())), 0);
        world.pass(Duration::from_secs(4 * 86_400));
        assert_eq!(world.write(|tx| jobs::prune(tx, world.now())), 4);
        world.pass(Duration::from_secs(100 * 86_400));
        assert_eq!(world.write(|tx| jobs::prune(tx, world.now())), 1);
        assert_eq!(db.read(jobs::count), Ok(vec![(State::Waiting, 1)]));
    });
}
