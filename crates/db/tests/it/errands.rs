//! Writes that one thread carries out for many.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use db::{
    Config, Db, Errand, Error, Tx, Undone,
    testing::{TestDb, on_both},
};

use crate::concurrency::{MIGRATIONS, count, insert};

type Work = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), Error> + Send>;

/// Does what a test says, and tells what came of it.
struct Told {
    work: Work,
    /// Why the last run failed, if it did.
    failed: Option<Error>,
    tell: Sender<Result<(), Error>>,
    since: Instant,
}

impl Errand for Told {
    fn since(&self) -> Instant {
        self.since
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Undone> {
        self.failed = (self.work)(tx).err();
        if self.failed.is_none() { Ok(()) } else { Err(Undone) }
    }

    fn end(self: Box<Self>, outcome: Result<(), Error>) {
        self.tell.send(outcome.and(self.failed.map_or(Ok(()), Err))).unwrap();
    }
}

/// Hands `works` over and carries them out; tells what came of each, in order.
fn carried(db: &Db, works: Vec<Work>) -> Vec<Result<(), Error>> {
    let (mut heard, mut begins): (Vec<Receiver<_>>, _) = (Vec::new(), Vec::new());
    for work in works {
        let (tell, hear) = channel();
        begins.push(db.hand_over(Box::new(Told { work, failed: None, tell, since: Instant::now() })));
        heard.push(hear);
    }
    assert_eq!(begins.iter().position(|begins| *begins), Some(0), "the first has to see to a thread");
    assert_eq!(begins.iter().filter(|begins| **begins).count(), 1, "nobody else has");
    db.carry_out();
    heard.iter().map(|hear| hear.try_recv().expect("everyone is told")).collect()
}

fn inserting(name: &str) -> Work {
    let sql = insert(name);
    Box::new(move |tx| tx.execute(&sql).map(|_| ()))
}

fn no() -> Error {
    Error::Other("no".to_owned())
}

#[test]
fn errands_are_carried_out_each_by_itself_all_or_nothing() {
    on_both(MIGRATIONS, |db| {
        let failing: Work = Box::new(|tx| {
            tx.execute(&insert("never"))?;
            Err(no())
        });
        let refusing: Work = Box::new(|_| Err(no()));
        let works = vec![inserting("a"), refusing, inserting("b"), failing, inserting("c"), inserting("a")];
        let told = carried(db, works);
        assert_eq!(told[..5], [Ok(()), Err(no()), Ok(()), Err(no()), Ok(())]);
        assert!(matches!(told[5], Err(Error::Unique { .. })), "{:?}", told[5]);
        assert_eq!(count(db), 3);
        assert_eq!(db.writes_waiting(), 0);
        assert_eq!(carried(db, vec![inserting("d")]), [Ok(())], "a thread can be had again");
    });
}

#[test]
fn errands_that_wait_together_share_a_commit_on_sqlite() {
    let db = TestDb::sqlite(MIGRATIONS).unwrap();
    let before = db.counts();
    let began = Instant::now();
    let told = carried(&db, (0..40).map(|number| inserting(&number.to_string())).collect());
    assert!(told.iter().all(Result::is_ok));
    let done = db.counts() - before;
    // One more for each 20 ms that this machine lets a batch wait.
    let most = 1 + began.elapsed().as_millis() / 20;
    assert_eq!(done.writes, 40);
    assert!(u128::from(done.commits) <= most, "{} commits, at most {most}", done.commits);
    assert_eq!(count(&db), 40);
}

#[test]
fn a_hook_runs_once_before_its_errand_is_told_and_never_for_one_that_failed() {
    on_both(MIGRATIONS, |db| {
        let (ran, runs) = channel();
        let hooked = |name: &'static str, fails: bool| -> Work {
            let ran = ran.clone();
            Box::new(move |tx| {
                tx.execute(&insert(name))?;
                let ran = ran.clone();
                tx.on_commit(Box::new(move || ran.send(name).unwrap()));
                if fails { Err(no()) } else { Ok(()) }
            })
        };
        let told = carried(db, vec![hooked("a", false), hooked("b", true), hooked("c", false)]);
        assert_eq!(told, [Ok(()), Err(no()), Ok(())]);
        assert_eq!(runs.try_iter().collect::<Vec<_>>(), ["a", "c"]);
    });
}

#[test]
fn errands_for_a_database_that_is_locked_are_told_together_and_later_ones_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("rapport.db").display());
    let wait = Duration::from_millis(300);
    let db = Db::open(&Config { wait, ..Config::new(address) }, MIGRATIONS).unwrap();
    let other = rusqlite::Connection::open(folder.path().join("rapport.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let began = Instant::now();
    let told = carried(&db, (0..8).map(|number| inserting(&number.to_string())).collect());
    assert!(told.iter().all(|told| matches!(told, Err(Error::Busy(_)))), "{told:?}");
    assert!(began.elapsed() < wait * 4, "{:?} for eight that waited together", began.elapsed());
    other.execute_batch("rollback").unwrap();
    assert_eq!(carried(&db, vec![inserting("a")]), [Ok(())]);
    assert_eq!(count(&db), 1);
}
