//! Many at once.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Instant,
};

use db::{
    Config, Db, Dialect, Error, Migration,
    config::Durability,
    schema::{Column, Key, Table, create_table},
    testing::{TestDb, on_both},
};
use expr::sql::Sql;
use kernel::ColumnType;

pub const MIGRATIONS: &[Migration] = &[Migration { name: "test/1-counters", statements: counters }];
const THREADS: usize = 8;

fn counters(dialect: Dialect) -> Vec<String> {
    let columns = vec![
        Column::new("name", ColumnType::Text).required(),
        Column::new("number", ColumnType::Int).required().default(0),
    ];
    vec![create_table(dialect, &Table { name: "counter", key: Key::Columns(&["name"]), columns })]
}

pub fn insert(name: &str) -> Sql {
    let mut sql = Sql::new("insert into counter (name) values (");
    sql.bind(name, ColumnType::Text).push(")");
    sql
}

pub fn count(db: &Db) -> i64 {
    db.read(|tx| tx.query_one(&Sql::new("select count(*) from counter"), |row| row.int(0))).unwrap().unwrap()
}

/// Runs `work` on some threads that begin together.
fn together(work: impl Fn(usize) + Sync) {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(thread);
            });
        }
    });
}

#[test]
fn a_number_that_many_read_and_then_write_loses_no_step() {
    on_both(MIGRATIONS, |db| {
        db.write(|tx| tx.execute(&insert("shared"))).unwrap();
        together(|_| {
            for _ in 0..10 {
                db.write(|tx| -> Result<(), Error> {
                    let read = Sql::new("select number from counter where name = 'shared'");
                    let number = tx.query_one(&read, |row| row.int(0))?.unwrap();
                    let mut write = Sql::new("update counter set number = ");
                    write.bind(number + 1, ColumnType::Int).push(" where name = 'shared'");
                    tx.execute(&write)?;
                    Ok(())
                })
                .unwrap();
            }
        });
        let total = Sql::new("select number from counter");
        let steps = i64::try_from(THREADS * 10).unwrap();
        assert_eq!(db.read(|tx| tx.query_one(&total, |row| row.int(0))).unwrap(), Some(steps));
    });
}

#[test]
fn writes_that_fail_or_panic_take_nobody_with_them() {
    on_both(MIGRATIONS, |db| {
        together(|thread| {
            for round in 0..20 {
                let work = || {
                    db.write(|tx| {
                        tx.execute(&insert(&format!("{thread} {round}")))?;
                        match round % 3 {
                            0 => Ok(()),
                            1 => Err(Error::Other("no".to_owned())),
                            _ => panic!("a bug"),
                        }
                    })
                };
                let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
                match round % 3 {
                    0 => assert_eq!(outcome.unwrap(), Ok(())),
                    1 => assert_eq!(outcome.unwrap(), Err(Error::Other("no".to_owned()))),
                    _ => assert!(outcome.is_err()),
                }
            }
        });
        assert_eq!(count(db), 7 * i64::try_from(THREADS).unwrap());
    });
}

/// On SQLite, where writers share a commit: one of them fails after it has written, so that the others' work is undone
/// and runs again.
#[test]
fn work_that_another_has_undone_is_done_again() {
    let db = &TestDb::sqlite(MIGRATIONS).unwrap();
    let mut rounds = 0;
    while db.counts().retries == 0 {
        rounds += 1;
        let is_in = &AtomicUsize::new(0);
        thread::scope(|scope| {
            let first = scope.spawn(move || {
                db.write(|tx| {
                    tx.execute(&insert(&format!("first {rounds}")))?;
                    // The two others stand in line, and so this is not committed by itself, unless they took too long.
                    let is_first_run = is_in.swap(1, SeqCst) == 0;
                    while is_first_run && db.writes_waiting() < 2 {
                        thread::yield_now();
                    }
                    Ok::<_, Error>(())
                })
            });
            while is_in.load(SeqCst) == 0 {
                thread::yield_now();
            }
            let good = scope.spawn(move || db.write(|tx| tx.execute(&insert(&format!("good {rounds}")))));
            let bad = scope.spawn(move || {
                db.write(|tx| {
                    tx.execute(&insert(&format!("bad {rounds}")))?;
                    Err::<(), _>(Error::Other("no".to_owned()))
                })
            });
            assert_eq!(first.join().unwrap(), Ok(()));
            assert_eq!(good.join().unwrap(), Ok(1));
            assert_eq!(bad.join().unwrap(), Err(Error::Other("no".to_owned())));
        });
        assert_eq!(count(db), 2 * rounds, "each once, and nothing of what failed");
    }
}

#[test]
fn a_read_keeps_seeing_what_it_saw_first() {
    on_both(MIGRATIONS, |db| {
        db.read(|tx| -> Result<(), Error> {
            let count = Sql::new("select count(*) from counter");
            assert_eq!(tx.query_one(&count, |row| row.int(0))?, Some(0));
            db.write(|tx| tx.execute(&insert("later")))?;
            assert_eq!(tx.query_one(&count, |row| row.int(0))?, Some(0));
            Ok(())
        })
        .unwrap();
        assert_eq!(count(db), 1);
    });
}

#[test]
fn a_hook_runs_once_after_the_commit_and_never_after_an_error() {
    on_both(MIGRATIONS, |db| {
        let runs = Arc::new(AtomicUsize::new(0));
        let hook = || {
            let runs = runs.clone();
            Box::new(move || {
                runs.fetch_add(1, SeqCst);
            })
        };
        db.write(|tx| {
            tx.on_commit(hook());
            tx.execute(&insert("kept"))
        })
        .unwrap();
        assert_eq!(runs.load(SeqCst), 1);
        let failed = db.write(|tx| {
            tx.on_commit(hook());
            Err::<(), _>(Error::Other("no".to_owned()))
        });
        assert!(failed.is_err());
        assert_eq!(runs.load(SeqCst), 1);
    });
}

#[test]
fn many_sqlite_writers_share_their_commits() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(format!("sqlite:{}", folder.path().join("rapport.db").display()));
    let db = Db::open(&config, MIGRATIONS).unwrap();
    let before = db.counts();
    let began = Instant::now();
    // The first writer holds the line until the others stand in it: then all of them fit into one commit, but for one
    // more for each 20 ms that this machine lets them wait.
    let (in_line, wait_for_line) = mpsc::channel();
    thread::scope(|scope| {
        let db = &db;
        scope.spawn(move || {
            db.write(|tx| -> Result<(), Error> {
                in_line.send(()).unwrap();
                while db.writes_waiting() < THREADS {
                    thread::yield_now();
                }
                tx.execute(&insert("first"))?;
                Ok(())
            })
            .unwrap();
        });
        wait_for_line.recv().unwrap();
        for thread in 0..THREADS {
            scope.spawn(move || db.write(|tx| tx.execute(&insert(&thread.to_string()))).unwrap());
        }
    });
    let done = db.counts() - before;
    let most = 1 + began.elapsed().as_millis() / 20;
    assert_eq!(done.writes, THREADS as u64 + 1);
    assert!(u128::from(done.commits) <= most, "{} commits, at most {most}", done.commits);
    assert_eq!(count(&db), i64::try_from(THREADS).unwrap() + 1);
}

/// A second database on the same file stands for another process: its connections and its line are its own.
#[test]
fn a_long_sqlite_write_knows_that_another_process_waits() {
    let db = TestDb::sqlite(MIGRATIONS).unwrap();
    let other = Db::open(db.config(), MIGRATIONS).unwrap();
    thread::scope(|scope| {
        db.write(|tx| -> Result<(), Error> {
            assert!(!db.is_awaited());
            scope.spawn(|| other.write(|tx| tx.execute(&insert("other"))).unwrap());
            while !db.is_awaited() {
                thread::yield_now();
            }
            tx.execute(&insert("first"))?;
            Ok(())
        })
        .unwrap();
    });
    assert!(!db.is_awaited());
    assert_eq!(count(&db), 2);
}

/// What was written without waiting for the disk is seen at once, and shares no commit with what waits.
#[test]
fn a_write_that_need_not_wait_for_the_disk_takes_effect_like_any_other() {
    on_both(MIGRATIONS, |db| {
        db.write_as(Durability::Process, |tx| tx.execute(&insert("soon"))).unwrap();
        assert_eq!(count(db), 1);
        let failed = db.write_as(Durability::Process, |tx| {
            tx.execute(&insert("never"))?;
            Err::<(), _>(Error::Other("no".to_owned()))
        });
        assert!(failed.is_err());
        db.write(|tx| tx.execute(&insert("now"))).unwrap();
        assert_eq!(count(db), 2);
    });
}

#[test]
fn what_may_as_well_be_done_later_waits_for_nobody() {
    let db = TestDb::sqlite(MIGRATIONS).unwrap();
    let other = Db::open(db.config(), MIGRATIONS).unwrap();
    for holder in [&*db, &other] {
        holder
            .write(|_| -> Result<(), Error> {
                assert_eq!(db.write_if_free(|tx| tx.execute(&insert("held")))?, None);
                Ok(())
            })
            .unwrap();
    }
    assert_eq!(db.write_if_free(|tx| tx.execute(&insert("free"))).unwrap(), Some(1));
    assert_eq!(count(&db), 1);
}

#[test]
fn a_lock_of_postgres_is_held_until_the_transaction_ends() {
    let db = TestDb::postgres(MIGRATIONS).unwrap();
    db.write(|tx| -> Result<(), Error> {
        assert!(tx.try_lock("lease")?);
        assert!(!db.write(|other| other.try_lock("lease"))?);
        assert!(db.write(|other| other.try_lock("another"))?);
        Ok(())
    })
    .unwrap();
    assert!(db.write(|tx| tx.try_lock("lease")).unwrap());
}

#[test]
fn a_database_whose_connections_were_cut_heals_by_itself() {
    let db = TestDb::postgres(MIGRATIONS).unwrap();
    together(|thread| {
        db.write(|tx| tx.execute(&insert(&thread.to_string()))).unwrap();
    });
    let other = Db::open(db.config(), MIGRATIONS).unwrap();
    let cut = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    assert!(other.read(|tx| tx.query_one(&Sql::new(cut), |row| row.int(0))).unwrap().unwrap() > 0);
    assert_eq!(count(&db), i64::try_from(THREADS).unwrap());
    db.write(|tx| tx.execute(&insert("after"))).unwrap();
}

#[test]
fn one_query_by_itself_reads_what_was_committed_and_writes_nothing() {
    on_both(MIGRATIONS, |db| {
        db.write(|tx| tx.execute(&insert("a"))).unwrap();
        let before = db.counts();
        assert_eq!(
            db.query(&Sql::new("select name from counter"), |row| row.text(0).map(str::len)).unwrap(),
            [Some(1)]
        );
        let done = db.counts() - before;
        assert_eq!((done.reads, done.statements, done.rows_read, done.writes), (1, 1, 1, 0));
        assert!(db.query(&insert("b"), |_| ()).is_err());
        assert!(db.query(&Sql::new("select no such thing"), |_| ()).is_err());
        db.optimize().unwrap();
        assert_eq!(count(db), 1);
    });
}
