//! A database grows with the program, and no further.

use db::{Config, Db, Dialect, Error, Migration, testing::TestDb};
use expr::sql::Sql;

const FIRST: Migration =
    Migration { name: "test/1-a", statements: |_| vec!["create table a (x integer)".to_owned()] };
const SECOND: Migration = Migration {
    name: "test/2-b",
    statements: |_| vec!["create table b (x integer); insert into b values (1)".to_owned()],
};
const BROKEN: Migration = Migration {
    name: "test/3-broken",
    statements: |_| vec!["create table c (x integer)".to_owned(), "create table a (x integer)".to_owned()],
};

fn count(db: &Db, table: &str) -> Result<Option<i64>, Error> {
    db.read(|tx| tx.query_one(&Sql::new(format!("select count(*) from {table}")), |row| row.int(0)))
}

/// Runs the test with the configuration of an empty database of each kind.
fn on_empty(test: impl Fn(&Config)) {
    let folder = tempfile::tempdir().unwrap();
    test(&Config::new(format!("sqlite:{}", folder.path().join("rapport.db").display())));
    let server = TestDb::postgres(&[]).unwrap();
    let mut config = server.config().clone();
    config.url += "?schema=tenant_1";
    test(&config);
}

#[test]
fn what_is_missing_is_applied_once() {
    on_empty(|config| {
        drop(Db::open(config, &[FIRST]).unwrap());
        for _ in 0..2 {
            let db = Db::open(config, &[FIRST, SECOND]).unwrap();
            assert_eq!(count(&db, "b"), Ok(Some(1)));
        }
    });
}

#[test]
fn a_migration_that_fails_is_named_and_leaves_nothing() {
    on_empty(|config| {
        drop(Db::open(config, &[FIRST]).unwrap());
        let Err(Error::Migration { name, .. }) = Db::open(config, &[FIRST, SECOND, BROKEN]).map(|_| ())
        else {
            panic!("table a is there already")
        };
        assert_eq!(name, "test/3-broken");
        let db = Db::open(config, &[FIRST]).unwrap();
        assert!(count(&db, "b").is_err() && count(&db, "c").is_err());
    });
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    on_empty(|config| {
        drop(Db::open(config, &[FIRST, SECOND]).unwrap());
        let result = Db::open(config, &[FIRST]).map(|_| ());
        assert_eq!(result, Err(Error::TooNew("test/2-b".to_owned())));
    });
}

#[test]
fn a_migration_that_has_changed_since_is_refused() {
    const CHANGED: Migration =
        Migration { name: "test/1-a", statements: |_| vec!["create table z (x integer)".to_owned()] };
    on_empty(|config| {
        drop(Db::open(config, &[FIRST]).unwrap());
        assert!(matches!(Db::open(config, &[CHANGED]).map(|_| ()), Err(Error::Migration { .. })));
    });
}

#[test]
fn a_sqlite_file_is_copied_before_it_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(format!("sqlite:{}", folder.path().join("rapport.db").display()));
    drop(Db::open(&config, &[FIRST]).unwrap());
    drop(Db::open(&config, &[FIRST, SECOND]).unwrap());
    let copies: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().contains("before-migration"))
        .collect();
    assert_eq!(copies.len(), 1);
    let copy = Db::open(&Config::new(format!("sqlite:{}", copies[0].display())), &[FIRST]).unwrap();
    assert_eq!(copy.dialect(), Dialect::Sqlite);
    assert!(count(&copy, "b").is_err());
}

#[test]
fn two_processes_that_start_together_migrate_once() {
    on_empty(|config| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| Db::open(config, &[FIRST, SECOND]).map(|_| ()).unwrap());
            }
        });
        assert_eq!(count(&Db::open(config, &[FIRST, SECOND]).unwrap(), "b"), Ok(Some(1)));
    });
}

#[test]
fn two_schemas_of_one_postgres_never_see_each_other() {
    let server = TestDb::postgres(&[]).unwrap();
    let open = |schema: &str| {
        let mut config = server.config().clone();
        config.url += &format!("?schema={schema}");
        Db::open(&config, &[FIRST]).unwrap()
    };
    let (one, other) = (open("one"), open("other"));
    one.write(|tx| tx.execute(&Sql::new("insert into a values (1)"))).unwrap();
    assert_eq!((count(&one, "a"), count(&other, "a")), (Ok(Some(1)), Ok(Some(0))));
}
