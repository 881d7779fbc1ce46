//! Random records, conditions, rights and deeds, held against plain computations in memory.

mod conditions;
mod doors;

mod facts;
mod rights;
mod sequence;

mod world;

use std::sync::Arc;

use db::testing::TestDb;
use expr::{
    Catalog, Checked, Expected, Type,
    generate::{Choices, Vocabulary},
};
use kernel::{Clock, Id, Timestamp};
use metadata::{Registry, definition::ObjectDef};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{Engine, Error, Options, Principal, Writer, schema};

#[derive(serde::Deserialize)]
struct Objects {
    object: Vec<ObjectDef>,
}

fn definitions() -> Vec<ObjectDef> {
    toml::from_str::<Objects>(include_str!("objects.toml")).unwrap().object
}

fn engine(db: &TestDb) -> Engine {
    let clock = Clock::fixed("2026-05-14T10:00:00Z".parse::<Timestamp>().unwrap());
    let options = Options { clock: Arc::new(clock), ..Options::default() };
    schema::open(db, &definitions(), options).unwrap()
}

/// Runs `test` on random numbers of that `length`, `cases` times on each database; `PROPTEST_CASES` asks for another
/// number of times.
fn check(cases: u32, length: usize, test: impl Fn(&Engine, &mut Choices)) {
    let databases =
        [TestDb::sqlite(schema::MIGRATIONS).unwrap(), TestDb::postgres(schema::MIGRATIONS).unwrap()];
    let engines = databases.each_ref().map(engine);
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|asked| asked.parse().ok());
    let cases = asked.unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 8, ..Config::default() };
    let numbers = proptest::collection::vec(any::<u32>(), length);
    let answer = TestRunner::new(config).run(&numbers, |numbers| {
        for engine in &engines {
            test(engine, &mut Choices::new(&numbers));
        }
        Ok(())
    });
    answer.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Runs `work` in a transaction that leaves nothing behind.
fn rolled_back<T>(engine: &Engine, mut work: impl FnMut(&mut Writer<'_, '_>) -> T) -> T {
    let mut answer = None;
    let undone = engine.write(&Principal::system(), |writer| -> Result<(), Error> {
        answer = Some(work(writer));
        Err(Error::NotFound)
    });
    assert_eq!(undone, Err(Error::NotFound));
    answer.unwrap()
}

/// The paths that expressions about records of `object` may name: its own fields, those one link away, and the user's.
fn vocabulary(registry: &Registry, object: &str, ids: &[Id]) -> Vocabulary {
    let mut paths = Vec::new();
    let mut add = |prefix: &str, object: &str| {
        for name in registry.field_names(object) {
            if let Some(field) = registry.field(object, &name) {
                paths.push((format!("{prefix}{name}"), field.ty));
            }
        }
    };
    add("", object);
    for name in registry.field_names(object) {
        if let Some(Type::Link(to)) = registry.field(object, &name).map(|field| field.ty) {
            add(&format!("{name}."), &to);
        }
    }
    add("me.", "user");
    Vocabulary { paths, ids: ids.to_vec() }
}

/// A random condition on records of `object`.
fn condition(registry: &Registry, object: &str, ids: &[Id], choices: &mut Choices) -> Arc<Checked> {
    loop {
        let text = expr::generate::condition(choices, &vocabulary(registry, object, ids));
        // A few are refused: two ids of different objects compared, a text too long.
        if let Ok(checked) = expr::check(&text, object, registry, &Expected::Condition) {
            return Arc::new(checked);
        }
        if choices.below(2) == 0 {
            return Arc::new(expr::check("true", object, registry, &Expected::Condition).unwrap());
        }
    }
}
