//! Reads, writes, savepoints, hooks.

use db::{
    Db, Dialect, Error, Migration,
    schema::{Column, Key, Table, create_table},
    testing::on_both,
};
use expr::sql::Sql;
use jiff::{Timestamp, civil::date};
use kernel::{ColumnType, Decimal, Id, Value};

const EVERY_TYPE: &[(&str, ColumnType)] = &[
    ("truth", ColumnType::Bool),
    ("whole", ColumnType::Int),
    ("amount", ColumnType::Decimal { scale: 4 }),
    ("name", ColumnType::Text),
    ("day", ColumnType::Date),
    ("moment", ColumnType::Instant),
    ("owner", ColumnType::Id),
    ("tags", ColumnType::List),
    ("extra", ColumnType::Json),
];

const MIGRATIONS: &[Migration] = &[Migration { name: "test/1-things", statements: things }];

fn things(dialect: Dialect) -> Vec<String> {
    let columns = EVERY_TYPE.iter().map(|(name, column)| Column::new(name, *column)).collect();
    vec![create_table(dialect, &Table { name: "thing", key: Key::Sequence("seq"), columns })]
}

fn sample() -> Vec<Value> {
    vec![
        true.into(),
        i64::MIN.into(),
        Decimal::new(-123_456_789, 4).into(),
        "Ünïcode 'quoted' \"text\"".into(),
        date(1583, 2, 28).into(),
        "2026-07-01T12:34:56.789012Z".parse::<Timestamp>().unwrap().into(),
        Id::generate().into(),
        Value::List(vec!["a".into(), "b\"c".into()]),
        Value::Json(serde_json::json!({ "a": [1, null, "x"] })),
    ]
}

fn insert(db: &Db, rows: &[Vec<Value>]) {
    db.write(|tx| tx.insert_rows("thing", EVERY_TYPE, rows)).unwrap();
}

fn names(db: &Db) -> Vec<Option<String>> {
    let sql = Sql::new("select name from thing order by seq");
    db.read(|tx| tx.query(&sql, |row| row.text(0).map(str::to_owned))).unwrap()
}

fn named(name: &str) -> Sql {
    let mut sql = Sql::new("insert into thing (name) values (");
    sql.bind(name, ColumnType::Text).push(")");
    sql
}

#[test]
fn every_type_comes_back_as_it_was_written() {
    on_both(MIGRATIONS, |db| {
        let nulls = vec![Value::Null; EVERY_TYPE.len()];
        let written = sample();
        insert(db, &[written.clone(), nulls.clone()]);
        let sql = Sql::new(
            "select truth, whole, amount, name, day, moment, owner, tags, extra from thing order by seq",
        );
        let rows = db
            .read(|tx| {
                tx.query(&sql, |row| -> Vec<Value> {
                    EVERY_TYPE.iter().enumerate().map(|(at, (_, column))| row.value(at, *column)).collect()
                })
            })
            .unwrap();
        assert_eq!(rows, [written, nulls]);
    });
}

#[test]
fn each_type_is_found_by_its_own_value() {
    on_both(MIGRATIONS, |db| {
        let row = sample();
        insert(db, std::slice::from_ref(&row));
        for ((name, column), value) in EVERY_TYPE.iter().zip(&row) {
            let mut sql = Sql::new("select count(*) from thing where ");
            sql.name(name).push(" = ").bind(value.clone(), *column);
            assert_eq!(db.read(|tx| tx.query_one(&sql, |row| row.int(0))).unwrap(), Some(1), "{name}");
        }
    });
}

#[test]
fn an_error_undoes_the_whole_write() {
    on_both(MIGRATIONS, |db| {
        let result = db.write(|tx| {
            tx.execute(&named("gone"))?;
            Err::<(), _>(Error::Other("stop".to_owned()))
        });
        assert_eq!(result, Err(Error::Other("stop".to_owned())));
        assert_eq!(names(db), []);
    });
}

#[test]
fn a_savepoint_that_fails_undoes_only_itself() {
    on_both(MIGRATIONS, |db| {
        db.write(|tx| {
            tx.execute(&named("kept"))?;
            let part = tx.savepoint(|tx| {
                tx.execute(&named("undone"))?;
                tx.execute(&Sql::new("insert into thing (seq) values (1)"))
            });
            assert!(matches!(part, Err(Error::Unique { .. })), "{part:?}");
            tx.execute(&named("kept too"))
        })
        .unwrap();
        assert_eq!(names(db), [Some("kept".to_owned()), Some("kept too".to_owned())]);
    });
}
