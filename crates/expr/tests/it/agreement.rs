//! Memory and database give the same answer.

use std::cell::RefCell;

use expr::{
    Binding, Expected, check, compile, compile_condition, compile_sort_key, eval,
    generate::{
        Choices, conditions, expressions, numbers,
        sample::{AtDeal, SampleCatalog, World},
    },
    holds,
    sql::Sql,
};
use kernel::{ColumnType, Id, Value};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::sqlite::{Sqlite, fill, open, query};

thread_local! {
    static DATABASE: RefCell<Connection> = RefCell::new(open());
}

fn ids() -> Vec<Id> {
    World::random(&mut Choices::new(&[])).ids()
}

fn binding(world: &World) -> Binding<'_> {
    Binding { now: world.now, zone: &world.zone, me: world.me, my_teams: &world.my_teams, guard: None }
}

fn select(what: &Sql, condition: Option<&Sql>) -> Sql {
    let mut sql = Sql::new("select ");
    sql.append(what).push(" from \"deal\" t");
    if let Some(condition) = condition {
        sql.push(" where ").append(condition);
    }
    sql.push(" order by t.\"id\"");
    sql
}

/// Equal, numbers by size.
fn same(memory: &Value, database: &Value) -> bool {
    match (memory.as_decimal(), database.as_decimal()) {
        (Some(a), Some(b)) => a == b,
        _ => memory == database,
    }
}

fn check_condition(source: &str, world: &World) -> Result<(), TestCaseError> {
    let checked = check(source, "deal", &SampleCatalog, &Expected::Condition)
        .map_err(|problems| TestCaseError::fail(format!("{source}: {}", problems[0])))?;
    let compiled = compile_condition(&checked, &Sqlite, "t", &binding(world));
    let id = Sql::new("t.\"id\"");
    let kept = DATABASE.with_borrow(|db| query(db, &select(&id, Some(&compiled)), ColumnType::Id));
    let deals = &world.records["deal"];
    let held: Vec<Value> = deals
        .iter()
        .filter(|deal| holds(&checked, &AtDeal { world, deal }))
        .map(|deal| deal[0].clone())
        .collect();
    prop_assert_eq!(&held, &kept, "{}\n{}", source, compiled.text());
    check_value(source, world)
}

fn check_value(source: &str, world: &World) -> Result<(), TestCaseError> {
    let checked = check(source, "deal", &SampleCatalog, &Expected::Any)
        .map_err(|problems| TestCaseError::fail(format!("{source}: {}", problems[0])))?;
    let compiled = compile(&checked, &Sqlite, "t", &binding(world));
    let found = DATABASE.with_borrow(|db| query(db, &select(&compiled, None), checked.column_type()));
    for (deal, found) in world.records["deal"].iter().zip(&found) {
        let memory = eval(&checked, &AtDeal { world, deal });
        prop_assert!(
            same(&memory, found),
            "{source}\n{:?}\n{memory:?} in memory, {found:?} in the database\n{}",
            deal,
            compiled.text()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_condition_keeps_the_rows_for_which_it_holds(
        raw in numbers(),
        source in conditions(SampleCatalog.vocabulary(&ids())),
    ) {
        let world = World::random(&mut Choices::new(&raw.repeat(8)));
        DATABASE.with_borrow(|db| fill(db, &world));
        check_condition(&source, &world)?;
    }

    #[test]
    fn a_value_is_the_same_in_memory_and_in_the_database(
        raw in numbers(),
        source in expressions(SampleCatalog.vocabulary(&ids())),
    ) {
        let world = World::random(&mut Choices::new(&raw.repeat(8)));
        DATABASE.with_borrow(|db| fill(db, &world));
        check_value(&source, &world)?;
    }
}

/// `PROPTEST_CASES` gives more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

#[test]
fn computed_numbers_sort_by_size() {
    let mut world = World::random(&mut Choices::new(&[]));
    let weights = ["-2.5", "10", "9", "0.001", "-11"];
    let deals = world.records.get_mut("deal").expect("deals");
    deals.truncate(weights.len());
    for (deal, weight) in deals.iter_mut().zip(weights) {
        deal[5] = Value::Decimal(weight.parse().expect("a number"));
    }
    DATABASE.with_borrow(|db| fill(db, &world));
    let checked = check("weight * 2", "deal", &SampleCatalog, &Expected::Any).expect("a number");
    let key = compile_sort_key(&checked, &Sqlite, "t", &binding(&world));
    let mut sql = Sql::new("select t.\"weight\" from \"deal\" t order by ");
    sql.append(&key);
    let sorted = DATABASE.with_borrow(|db| query(db, &sql, ColumnType::Decimal { scale: 3 }));
    let sorted: Vec<String> =
        sorted.iter().filter_map(|value| value.as_decimal().map(|d| d.to_string())).collect();
    assert_eq!(sorted, ["-11", "-2.5", "0.001", "9", "10"]);
}
