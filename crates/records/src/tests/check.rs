//! What the check of a whole workspace finds, and what it leaves in peace.

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Id, Timestamp, Value};

use super::{House, on_both};
use crate::check;

/// A company with three deals, one lost, one in the trash, one destroyed; and people who watch.
fn furnish(house: &House) -> (Id, Id) {
    let company = house.save(house.draft("company").with("name", "Çetin & Söhne").with("city", "Rome")).id;
    let watcher = house.save(house.draft("user").with("name", "Ada")).id;
    let deal = |name: &str, amount: i64| {
        let draft = house.draft("deal").with("name", name).with("company", company);
        let mut draft = draft.with("amount", Decimal::from(amount)).with("body", "<p>many <b>words</b></p>");
        draft.put_members(house.object("deal").position("watchers").unwrap(), vec![watcher]);
        house.save(draft).id
    };
    let (first, second, third, fourth) =
        (deal("One", 10), deal("Two", 20), deal("Three", 30), deal("Four", 40));
    house.save(house.change("deal", second).with("stage", "lost").with("amount", Decimal::new(2_550, 2)));
    let object = house.object("deal");
    house.engine.write(&house.root, |writer| writer.delete(&object, third)).unwrap();
    house.engine.write(&house.root, |writer| writer.destroy(&object, fourth)).unwrap();
    house.engine.write(&house.root, |writer| writer.destroy(&house.object("user"), watcher)).unwrap();
    (company, first)
}

#[test]
fn nothing_is_found_after_saves_deletions_and_destructions() {
    on_both(|house| {
        furnish(house);
        assert_eq!(check(&house.engine).unwrap(), [""; 0]);
    });
}

#[test]
fn an_instant_is_logged_as_finely_as_it_is_kept() {
    on_both(|house| {
        let at: Timestamp = "2026-03-01T12:30:00.123456789Z".parse().unwrap();
        let visit = house.draft("visit").with("subject", "Once").with("started_at", at);
        let id = house.save(visit).id;
        let kept: Timestamp = "2026-03-01T12:30:00.123456Z".parse().unwrap();
        assert_eq!(house.value("visit", id, "started_at"), Value::Instant(kept));
        assert_eq!(check(&house.engine).unwrap(), [""; 0]);
    });
}

/// Does something behind the engine's back to the row of that id and gives what the check says then.
fn after(start: &str, object: &str, damage: &str) {
    on_both(|house| {
        let (company, deal) = furnish(house);
        let id = if object == "company" { company } else { deal };
        let mut sql = Sql::new(damage);
        sql.push(" = ").bind(id, ColumnType::Id);
        house.engine.db().write(|tx: &mut Tx<'_>| tx.execute(&sql)).unwrap();
        let found = check(&house.engine).unwrap();
        assert!(found.iter().any(|problem| problem.contains(start)), "{damage}: {found:?}");
        assert!(found.iter().all(|problem| problem.contains(&format!("{object} {id}:"))), "{found:?}");
    });
}

#[test]
fn a_record_that_differs_from_the_log_is_found() {
    after("city is not what the log says", "company", "update company set city = 'Oslo' where id");
    after("it has version 9", "deal", "update deal set version = 9 where id");
    after(
        "the log misses what came before version 2",
        "company",
        "delete from change where version = 1 and record",
    );
    after("the log does not know it", "deal", "delete from change where record");
}

#[test]
fn a_record_that_is_lost_is_found() {
    on_both(|house| {
        let (_, deal) = furnish(house);
        let mut sql = Sql::new("delete from deal where id = ");
        sql.bind(deal, ColumnType::Id);
        house.engine.db().write(|tx| tx.execute(&sql)).unwrap();
        let found = check(&house.engine).unwrap();
        let lost = format!("deal {deal}: the log has it, but it is not there");
        assert!(found.contains(&lost), "{found:?}");
    });
}

#[test]
fn a_sum_that_differs_from_its_parts_is_found() {
    after("deals is Int(3), but its parts give Int(2)", "company", "update company set deals = 3 where id");
}

#[test]
fn a_record_that_search_would_miss_is_found() {
    on_both(|house| {
        let (_, deal) = furnish(house);
        let mut sql = Sql::new("select rid from deal where id = ");
        sql.bind(deal, ColumnType::Id);
        let rid = house.engine.db().query(&sql, |row| row.int(0).unwrap()).unwrap()[0];
        house.engine.db().write(|tx| db::search::remove(tx, "deal", rid)).unwrap();
        let wrong = format!("deal {deal}: search finds it by other words than it has");
        assert_eq!(check(&house.engine).unwrap(), std::slice::from_ref(&wrong));
        house.engine.db().write(|tx| db::search::put(tx, "deal", rid, "One and more")).unwrap();
        assert_eq!(check(&house.engine).unwrap(), [wrong]);
        house.engine.db().write(|tx| db::search::put(tx, "deal", rid, "One")).unwrap();
        assert_eq!(check(&house.engine).unwrap(), [""; 0]);
    });
}
