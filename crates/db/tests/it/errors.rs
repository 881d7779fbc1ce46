//! What goes wrong is told apart.

use db::{
    Config, Db, Dialect, Error, Migration,
    schema::{Column, Index, Key, Part, Table, create_index, create_table},
    testing::on_both,
};
use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Id, Value};

pub const MIGRATIONS: &[Migration] = &[Migration { name: "test/1-deals", statements: deals }];
pub const COLUMNS: &[(&str, ColumnType)] =
    &[("id", ColumnType::Id), ("name", ColumnType::Text), ("owner", ColumnType::Id), ("amount", AMOUNT)];
const AMOUNT: ColumnType = ColumnType::Decimal { scale: 2 };

fn deals(dialect: Dialect) -> Vec<String> {
    let table = |name, columns| create_table(dialect, &Table { name, key: Key::Columns(&["id"]), columns });
    let index = |name, parts: &[Part<'_>]| {
        create_index(dialect, &Index { name, table: "deal", parts, unique: true, only: &[] })
    };
    vec![
        table("owner", vec![Column::new("id", ColumnType::Id)]),
        table(
            "deal",
            vec![
                Column::new("id", ColumnType::Id),
                Column::new("name", ColumnType::Text).required(),
                Column::new("owner", ColumnType::Id).references("owner"),
                Column::new("amount", AMOUNT),
            ],
        ),
        index("deal_name_amount", &[Part::Column("name"), Part::Column("amount")]),
        index("deal_name_text", &[Part::Text("name")]),
    ]
}

pub fn row(name: impl Into<Value>, owner: Value, amount: Value) -> Vec<Value> {
    vec![Id::generate().into(), name.into(), owner, amount]
}

fn insert(db: &Db, rows: &[Vec<Value>]) -> Result<u64, Error> {
    db.write(|tx| tx.insert_rows("deal", COLUMNS, rows))
}

#[test]
fn a_second_row_with_the_same_content_is_named_by_its_columns() {
    on_both(MIGRATIONS, |db| {
        let first = row("A", Value::Null, 1.into());
        insert(db, std::slice::from_ref(&first)).unwrap();
        let mut second = row("B", Value::Null, 1.into());
        second[0] = first[0].clone();
        let Err(Error::Unique { table, columns, .. }) = insert(db, &[second]) else {
            panic!("the same identity twice")
        };
        assert_eq!((table.as_str(), columns), ("deal", vec!["id".to_owned()]));
        db.write(|tx| tx.execute_script("drop index deal_name_text")).unwrap();
        let Err(Error::Unique { table, columns, .. }) = insert(db, &[row("A", Value::Null, 1.into())]) else {
            panic!("the same name and amount twice")
        };
        assert_eq!((table.as_str(), columns), ("deal", vec!["name".to_owned(), "amount".to_owned()]));
    });
}

#[test]
fn a_unique_text_index_does_not_tell_case_apart() {
    on_both(MIGRATIONS, |db| {
        insert(db, &[row("Straße", Value::Null, 1.into())]).unwrap();
        assert!(matches!(insert(db, &[row("STRAßE", Value::Null, 2.into())]), Err(Error::Unique { .. })));
        insert(db, &[row("STRASSE", Value::Null, 2.into())]).unwrap();
    });
}

#[test]
fn a_link_to_nothing_is_refused() {
    on_both(MIGRATIONS, |db| {
        let result = insert(db, &[row("A", Id::generate().into(), Value::Null)]);
        assert!(matches!(result, Err(Error::ForeignKey(_))), "{result:?}");
    });
}

#[test]
fn an_obligatory_column_without_content_is_refused() {
    on_both(MIGRATIONS, |db| {
        let result = insert(db, &[row(Value::Null, Value::Null, Value::Null)]);
        assert!(matches!(result, Err(Error::Constraint(_))), "{result:?}");
    });
}

#[test]
fn a_value_that_does_not_fit_is_refused_and_nothing_is_stored() {
    on_both(MIGRATIONS, |db| {
        let wrong: [Value; 3] = [Decimal::new(1_001, 3).into(), Decimal::MAX.into(), "text".into()];
        for amount in wrong {
            let result = insert(db, &[row("A", Value::Null, 1.into()), row("B", Value::Null, amount)]);
            assert!(matches!(result, Err(Error::Value(_))), "{result:?}");
        }
        let count = Sql::new("select count(*) from deal");
        assert_eq!(db.read(|tx| tx.query_one(&count, |row| row.int(0))).unwrap(), Some(0));
    });
}

#[test]
fn a_cell_of_another_type_ends_the_query_with_an_error() {
    on_both(MIGRATIONS, |db| {
        insert(db, &[row("A", Value::Null, 1.into())]).unwrap();
        let result = db.read(|tx| tx.query(&Sql::new("select name from deal"), |row| row.int(0)));
        assert!(matches!(result, Err(Error::Corrupt(_))), "{result:?}");
    });
}

#[test]
fn a_read_cannot_write() {
    on_both(MIGRATIONS, |db| {
        assert!(db.read(|tx| tx.execute(&Sql::new("delete from deal"))).is_err());
        insert(db, &[row("A", Value::Null, 1.into())]).unwrap();
    });
}

#[test]
fn a_statement_that_failed_unnoticed_is_not_committed() {
    on_both(MIGRATIONS, |db| {
        let first = row("A", Value::Null, 1.into());
        insert(db, std::slice::from_ref(&first)).unwrap();
        // SQLite undoes only the statement, PostgreSQL needs a savepoint for that and says so.
        let result = db.write(|tx| -> Result<(), Error> {
            let _ = tx.insert_rows("deal", COLUMNS, std::slice::from_ref(&first));
            Ok(())
        });
        assert_eq!(result.is_ok(), db.dialect() == Dialect::Sqlite);
    });
}

#[test]
fn an_address_that_makes_no_sense_is_said_plainly() {
    let open = |url: &str| Db::open(&Config::new(url), &[]).map(|_| ()).unwrap_err();
    assert!(matches!(open("mysql://localhost/x"), Error::Config(_)));
    assert!(matches!(open("sqlite:"), Error::Config(_)));
    assert!(matches!(open("postgres://localhost/x?schema=a-b"), Error::Config(_)));
    assert!(matches!(open("postgres://localhost/x?sslmode=maybe"), Error::Config(_)));
    assert!(matches!(open("postgres://localhost:1/x"), Error::Unavailable(_)));
    assert!(matches!(open("sqlite:/no/such/folder/x.db"), Error::Unavailable(_)));
}

#[test]
fn a_file_that_is_no_database_is_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.db");
    std::fs::write(&file, "This is a text, not a database. ".repeat(100)).unwrap();
    let result = Db::open(&Config::new(format!("sqlite:{}", file.display())), &[]).map(|_| ());
    assert!(matches!(result, Err(Error::Corrupt(_))), "{result:?}");
}
