//! Many at once: nothing is lost, nothing is there twice, nobody sees a database's own error.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use kernel::{Decimal, Id, Value};

use super::{House, on_both};
use crate::{Draft, Error, ListQuery, Saved};

const THREADS: usize = 8;
/// How long other tests may hold this one up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `work` in as many threads, each with its number; gives what they answer.
fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                scope.spawn({
                    let work = &work;
                    move || work(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn all(house: &House, object: &str, field: &str) -> Vec<Value> {
    let mut query = ListQuery::new(&house.object(object)).limit(200);
    query.labels = false;
    let page = house.engine.read(&house.root, |reader| reader.list(&query)).unwrap();
    assert!(page.next.is_none(), "more than a page");
    page.records.iter().map(|record| record.get(field).clone()).collect()
}

#[test]
fn of_many_who_add_to_one_record_none_is_lost() {
    on_both(|house| {
        let deal = house.object("deal");
        let id = house.save(house.draft("deal").with("name", "One").with("amount", Decimal::ZERO)).id;
        at_once(|_| {
            for _ in 0..5 {
                let added = house.engine.write(&house.root, |writer| {
                    let amount = writer.load(&deal, id)?.decimal("amount").unwrap_or_default();
                    writer.save(Draft::change(&deal, id).with("amount", amount + Decimal::ONE))
                });
                added.unwrap();
            }
        });
        assert_eq!(house.value("deal", id, "amount"), Value::Decimal((THREADS * 5).into()));
    });
}

#[test]
fn of_many_who_take_one_unique_name_one_has_it_and_the_others_are_told_the_field() {
    on_both(|house| {
        for round in 0..5 {
            let answers: Vec<Result<Saved, Error>> = at_once(|number| {
                let (name, own) = (format!("Acme {round}"), format!("Own {round} {number}"));
                let object = house.object("company");
                let drafts =
                    vec![Draft::new(&object).with("name", own), Draft::new(&object).with("name", name)];
                house.engine.write(&house.root, |writer| writer.save_all(drafts.clone())).map(
                    |mut saved| {
                        let contested = saved.pop().unwrap();
                        saved.pop().unwrap().unwrap();
                        contested
                    },
                )?
            });
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
            for error in answers.into_iter().filter_map(Result::err) {
                let Error::Invalid(problems) = error else { panic!("{error}") };
                assert_eq!(problems[0].field.as_deref(), Some("name"));
            }
        }
        assert_eq!(all(house, "company", "name").len(), 5 * (THREADS + 1));
    });
}

#[test]
fn numbers_go_up_without_a_gap_however_many_save_and_fail() {
    on_both(|house| {
        at_once(|thread| {
            for round in 0..4 {
                house
                    .try_save(&house.root, house.draft("deal").with("name", format!("{thread}-{round}")))
                    .unwrap();
                house.try_save(&house.root, house.draft("deal").with("amount", Decimal::ONE)).unwrap_err();
            }
        });
        let numbers: BTreeSet<String> =
            all(house, "deal", "number").iter().filter_map(Value::as_text).map(str::to_owned).collect();
        assert_eq!(numbers, (1..=THREADS * 4).map(|number| format!("D-{number:05}")).collect());
    });
}

#[test]
fn roll_ups_are_right_after_many_have_changed_what_they_add_up() {
    on_both(|house| {
        let companies: Vec<Id> = (0..2)
            .map(|number| house.save(house.draft("company").with("name", format!("C{number}"))).id)
            .collect();
        at_once(|thread| {
            for round in 0..4_usize {
                let company = companies[(thread + round) % 2];
                let amount = Decimal::from(10 + (thread * 7 + round * 3) % 5);
                let deal =
                    house.draft("deal").with("name", "x").with("company", company).with("amount", amount);
                let id = house.engine.write(&house.root, |writer| writer.save(deal.clone())).unwrap().id;
                let object = house.object("deal");
                if round % 2 == 0 {
                    house.engine.write(&house.root, |writer| writer.delete(&object, id)).unwrap();
                }
            }
        });
        for id in companies {
            let registry = house.engine.registry();
            let filter = expr::check(
                &format!("company = \"{id}\""),
                "deal",
                registry.as_ref(),
                &expr::Expected::Condition,
            );
            let query =
                ListQuery::new(&house.object("deal")).filter(Some(std::sync::Arc::new(filter.unwrap())));
            let page = house.engine.read(&house.root, |reader| reader.list(&query)).unwrap();
            let amounts: Vec<Decimal> =
                page.records.iter().filter_map(|deal| deal.decimal("amount")).collect();
            assert_eq!(house.value("company", id, "deals"), Value::Int(amounts.len() as i64));
            assert_eq!(house.value("company", id, "open_amount"), Value::Decimal(amounts.iter().sum()));
            assert_eq!(house.value("company", id, "largest"), amounts.iter().max().copied().into());
        }
    });
}

#[test]
fn whoever_reads_the_log_by_a_cursor_misses_nothing_that_is_committed_late() {
    let house = &House::on(db::testing::TestDb::postgres(crate::schema::MIGRATIONS).unwrap());
    let read = |cursor: i64| -> Vec<(i64, Id)> {
        let changes = house.engine.read(&house.root, |reader| reader.changes_after(cursor, 100)).unwrap();
        changes.iter().map(|change| (change.seq, change.record)).collect()
    };
    let save = |writer: &mut crate::Writer<'_, '_>, name: &str| -> Result<Id, Error> {
        Ok(writer.save(house.draft("user").with("name", name))?.id)
    };
    // What is given up leaves a number behind that never comes.
    let given_up = house.engine.write(&house.root, |writer| {
        save(writer, "given up")?;
        Err::<(), _>(Error::NotFound)
    });
    assert_eq!(given_up, Err(Error::NotFound));
    let (saved, has_saved) = std::sync::mpsc::channel();
    let (finish, may_finish) = std::sync::mpsc::channel::<()>();
    let (saved, may_finish) = (std::sync::Mutex::new(saved), std::sync::Mutex::new(may_finish));
    thread::scope(|scope| {
        // A younger transaction takes a number between two of an older one, and is committed after it.
        let older = house.engine.write(&house.root, |writer| {
            let first = save(writer, "first")?;
            let younger = scope.spawn(|| {
                house.engine.write(&house.root, |writer| {
                    let second = save(writer, "second")?;
                    saved.lock().unwrap().send(second).unwrap();
                    may_finish.lock().unwrap().recv().unwrap();
                    Ok::<_, Error>(())
                })
            });
            let second = has_saved.recv().unwrap();
            Ok::<_, Error>(([first, second, save(writer, "third")?], younger))
        });
        let (ids, younger) = older.unwrap();
        // This reading meets the number that was given up, and cannot know yet that it never comes.
        let early = read(0);
        finish.send(()).unwrap();
        younger.join().unwrap().unwrap();
        assert_eq!(early, []);
        // What other databases of the server have under way is waited for as well.
        let asked = Instant::now();
        let seen = loop {
            let seen = read(0);
            if !seen.is_empty() || asked.elapsed() > PATIENCE {
                break seen;
            }
        };
        assert_eq!(seen.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), ids);
    });
}

#[test]
fn what_stands_in_the_log_before_a_number_that_is_missing_is_read_at_once() {
    let house = &House::on(db::testing::TestDb::postgres(crate::schema::MIGRATIONS).unwrap());
    let save = |name: &str| house.save(house.draft("user").with("name", name)).id;
    let read = |cursor| house.engine.read(&house.root, |reader| reader.changes_after(cursor, 100)).unwrap();
    let first = save("first");
    house
        .engine
        .write(&house.root, |writer| -> Result<(), Error> {
            writer.save(house.draft("user").with("name", "second"))?;
            let third = thread::scope(|scope| scope.spawn(|| save("third")).join().unwrap());
            let seen: Vec<Id> = read(0).iter().map(|change| change.record).collect();
            assert_eq!(seen, [first], "not {third}");
            Ok(())
        })
        .unwrap();
    assert_eq!(read(0).len(), 3);
}
