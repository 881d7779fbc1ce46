//! Many rows at once, which are inserted while whoever hands them over goes on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use db::{Db, Error, testing::on_both};
use expr::sql::Sql;
use kernel::Value;

use crate::errors::{COLUMNS, MIGRATIONS, row};

const MANY: usize = 3_000;

fn rows(name: &str) -> Vec<Vec<Value>> {
    (0..MANY).map(|at| row(format!("{name}-{at}"), Value::Null, 1.into())).collect()
}

/// Rows of which the last has the identity of the first.
fn clashing(name: &str) -> Vec<Vec<Value>> {
    let mut rows = rows(name);
    rows[MANY - 1][0] = rows[0][0].clone();
    rows
}

fn count(db: &Db) -> usize {
    let sql = Sql::new("select count(*) from deal");
    let count = db.read(|tx| tx.query_one(&sql, |row| row.int(0))).unwrap();
    usize::try_from(count.unwrap()).unwrap()
}

#[test]
fn the_next_statements_meet_all_rows() {
    on_both(MIGRATIONS, |db| {
        let (there, changed, left) = db
            .write(|tx| {
                assert_eq!(tx.insert_rows("deal", COLUMNS, rows("a"))?, MANY as u64);
                tx.insert_rows("deal", COLUMNS, rows("b"))?;
                let there = tx.query_one(&Sql::new("select count(*) from deal"), |row| row.int(0))?;
                tx.insert_rows("deal", COLUMNS, rows("c"))?;
                let changed = tx.execute(&Sql::new("update deal set amount = 200 where name like 'c-%'"))?;
                tx.insert_rows("deal", COLUMNS, rows("d"))?;
                tx.execute_script("delete from deal where name like 'd-%'")?;
                let left = tx.query_one(&Sql::new("select count(*) from deal"), |row| row.int(0))?;
                Ok::<_, Error>((there, changed, left))
            })
            .unwrap();
        let many = i64::try_from(MANY).unwrap();
        assert_eq!((there, changed, left), (Some(2 * many), MANY as u64, Some(3 * many)));
        assert_eq!(count(db), 3 * MANY);
    });
}

#[test]
fn a_row_that_is_refused_takes_the_whole_transaction_along() {
    on_both(MIGRATIONS, |db| {
        let refused = db.write(|tx| {
            tx.insert_rows("deal", COLUMNS, [row("before", Value::Null, 1.into())])?;
            tx.insert_rows("deal", COLUMNS, clashing("a"))?;
            tx.insert_rows("deal", COLUMNS, rows("b"))
        });
        assert!(matches!(refused, Err(Error::Unique { .. })), "{refused:?}");
        assert_eq!(count(db), 0);
        db.write(|tx| tx.insert_rows("deal", COLUMNS, rows("a"))).unwrap();
        assert_eq!(count(db), MANY);
    });
}

#[test]
fn a_row_that_is_refused_in_a_savepoint_takes_only_that_along() {
    on_both(MIGRATIONS, |db| {
        db.write(|tx| {
            tx.insert_rows("deal", COLUMNS, rows("a"))?;
            let refused = tx.savepoint(|tx| tx.insert_rows("deal", COLUMNS, clashing("b")));
            assert!(matches!(refused, Err(Error::Unique { .. })), "{refused:?}");
            tx.insert_rows("deal", COLUMNS, rows("c"))
        })
        .unwrap();
        assert_eq!(count(db), 2 * MANY);
    });
}

#[test]
fn work_that_fails_or_panics_leaves_no_row() {
    on_both(MIGRATIONS, |db| {
        let failed = db.write(|tx| {
            tx.insert_rows("deal", COLUMNS, rows("a"))?;
            Err::<(), _>(Error::Other("changed its mind".to_owned()))
        });
        assert_eq!(failed, Err(Error::Other("changed its mind".to_owned())));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            db.write(|tx| {
                tx.insert_rows("deal", COLUMNS, rows("a"))?;
                if count(db) == 0 {
                    panic!("on purpose");
                }
                Ok::<_, Error>(())
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(count(db), 0);
        db.write(|tx| tx.insert_rows("deal", COLUMNS, rows("a"))).unwrap();
        assert_eq!(count(db), MANY);
    });
}
