//! Listeners hear of commits, here and in other processes.

use std::time::Duration;

use db::{
    Db, Error, Signal,
    testing::{TestDb, on_both},
};

const SOON: Duration = Duration::from_secs(10);

fn notify(db: &Db, payload: &str) {
    db.write(|tx| -> Result<(), Error> {
        tx.notify("log", payload);
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_listener_hears_what_was_committed_after_it_came() {
    on_both(&[], |db| {
        notify(db, "before");
        let receiver = db.listen("log");
        let failed = db.write(|tx| {
            tx.notify("log", "undone");
            Err::<(), _>(Error::Other("no".to_owned()))
        });
        assert!(failed.is_err());
        notify(db, "after");
        assert_eq!(receiver.receive(SOON), Some(Signal::Payload("after".into())));
        assert_eq!(receiver.try_receive(), None);
    });
}

#[test]
fn a_listener_that_falls_behind_is_told_so_once() {
    on_both(&[], |db| {
        let receiver = db.listen("log");
        for _ in 0..1_100 {
            notify(db, "x");
        }
        assert_eq!(receiver.try_receive(), Some(Signal::Missed));
        assert_eq!(receiver.try_receive(), None);
        notify(db, "next");
        assert_eq!(receiver.receive(SOON), Some(Signal::Payload("next".into())));
    });
}

#[test]
fn another_process_on_postgres_hears_it_too_and_its_own_only_once() {
    let here = TestDb::postgres(&[]).unwrap();
    let there = Db::open(here.config(), &[]).unwrap();
    let (own, other) = (here.listen("log"), there.listen("log"));
    notify(&here, "a\nb");
    assert_eq!(other.receive(SOON), Some(Signal::Payload("a\nb".into())));
    assert_eq!(own.receive(SOON), Some(Signal::Payload("a\nb".into())));
    notify(&there, "reply");
    assert_eq!(own.receive(SOON), Some(Signal::Payload("reply".into())));
    assert_eq!(own.try_receive(), None);
    notify(&here, &"x".repeat(10_000));
    assert_eq!(other.receive(SOON), Some(Signal::Payload("reply".into())));
    assert_eq!(other.receive(SOON), Some(Signal::Missed));
}
