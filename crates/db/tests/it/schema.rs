//! Tables change while they hold rows.

use db::{
    Db, Error, Migration,
    schema::{
        Column, Index, Only, Part, add_column, create_index, create_record_table, drop_column, drop_index,
        drop_table, rename_column, rename_table,
    },
    search,
    testing::on_both,
};
use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Id, Value};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "test/1-deal",
    statements: |dialect| {
        vec![create_record_table(dialect, "deal", &[Column::new("amount", ColumnType::Decimal { scale: 2 })])]
    },
}];

fn change(db: &Db, script: &str) {
    db.write(|tx| tx.execute_script(script)).unwrap_or_else(|error| panic!("{error} in {script}"));
}

fn add(db: &Db, title: &str) {
    db.write(|tx| {
        let columns = [("id", ColumnType::Id), ("title", ColumnType::Text)];
        tx.insert_rows("deal", &columns, [[Id::generate().into(), title.into()] as [Value; 2]])
    })
    .unwrap();
}

fn titles(db: &Db, rest: &str) -> Vec<String> {
    let sql = Sql::new(format!("select title from deal {rest}"));
    db.read(|tx| tx.query(&sql, |row| row.text(0).unwrap_or_default().to_owned())).unwrap()
}

#[test]
fn a_column_comes_with_its_default_and_goes_again() {
    on_both(MIGRATIONS, |db| {
        let dialect = db.dialect();
        add(db, "A");
        let defaults: [(ColumnType, Value); 6] = [
            (ColumnType::Bool, true.into()),
            (ColumnType::Int, 7.into()),
            (ColumnType::Decimal { scale: 3 }, Decimal::new(1_500, 3).normalize().into()),
            (ColumnType::Text, "it's".into()),
            (ColumnType::List, Value::List(vec!["x".into()])),
            (ColumnType::Json, Value::Json(serde_json::json!({"a": 1}))),
        ];
        for (column, content) in defaults {
            let new = Column::new("new", column).required().default(content.clone());
            change(db, &add_column(dialect, "deal", &new));
            change(db, &rename_column(dialect, "deal", "new", "newer"));
            let read = Sql::new("select newer from deal");
            assert_eq!(db.read(|tx| tx.query_one(&read, |row| row.value(0, column))).unwrap(), content);
            change(db, &drop_column(dialect, "deal", "newer"));
        }
    });
}

#[test]
fn titles_are_ordered_without_regard_to_case() {
    on_both(MIGRATIONS, |db| {
        for title in ["b", "Ä", "C", "a", "B"] {
            add(db, title);
        }
        let mut order = Sql::new("order by ");
        order.append(&db.dialect().text_order(&Sql::new("title"))).push(", title");
        assert_eq!(titles(db, order.text()), ["a", "B", "b", "C", "Ä"]);
    });
}

#[test]
fn indexes_serve_the_order_of_titles_and_beginnings() {
    on_both(MIGRATIONS, |db| {
        let dialect = db.dialect();
        let index = |name, parts| Index { name, table: "deal", parts, unique: false, only: &[] };
        change(db, &create_index(dialect, &index("deal_title", &[Part::Text("title"), Part::Column("rid")])));
        change(db, &create_index(dialect, &index("deal_key", &[Part::Column("title_key")])));
        let mut ordered = Sql::new("select title from deal where ");
        let (low, high) = (Sql::new("title"), expr_constant(db, "m"));
        ordered.append(&expr::sql::Dialect::compare_texts(&dialect, &low, expr::sql::Order::Greater, &high));
        ordered.push(" order by ").append(&dialect.text_order(&low));
        assert!(plan(db, &ordered).contains("deal_title"), "{}", plan(db, &ordered));
        let mut beginning = Sql::new("select title from deal where ");
        beginning.append(&search::starts_with(&Sql::new("title_key"), "abc"));
        assert!(plan(db, &beginning).contains("deal_key"), "{}", plan(db, &beginning));
        change(db, &drop_index(dialect, "deal_title"));
    });
}

#[test]
fn an_index_of_what_is_filled_serves_equality_and_keeps_contents_apart() {
    on_both(MIGRATIONS, |db| {
        let dialect = db.dialect();
        change(db, &add_column(dialect, "deal", &Column::new("code", ColumnType::Text)));
        let (name, parts) = ("deal_code", &[Part::Listed("code")]);
        let only = &[Only::Filled("code")];
        change(db, &create_index(dialect, &Index { name, table: "deal", parts, unique: true, only }));
        let has_code = |condition: &str| {
            let mut query = Sql::new("select title from deal where ");
            query.push(condition);
            plan(db, &query)
        };
        for condition in ["code = 'a'", "code in ('a', 'b')", "code > 'a'"] {
            assert!(has_code(condition).contains(name), "{condition}: {}", has_code(condition));
        }
        let add = |code: Option<&str>| {
            let columns = [("id", ColumnType::Id), ("title", ColumnType::Text), ("code", ColumnType::Text)];
            let code = code.map_or(Value::Null, Value::from);
            db.write(|tx| {
                tx.insert_rows(
                    "deal",
                    &columns,
                    [[Id::generate().into(), "A".into(), code.clone()] as [Value; 3]],
                )
            })
        };
        for code in [None, None, Some("a"), Some("b")] {
            add(code).unwrap();
        }
        assert!(matches!(add(Some("a")), Err(Error::Unique { .. })));
    });
}

fn expr_constant(db: &Db, text: &str) -> Sql {
    expr::sql::Dialect::constant(&db.dialect(), &text.into(), expr::sql::Shape::Text)
}

/// How the database means to answer, if it does not think the table too small for an index.
fn plan(db: &Db, query: &Sql) -> String {
    // The writer knows every index; a reader of SQLite looks at the definitions again only when it runs a statement.
    db.write(|tx| -> Result<String, Error> {
        let (explain, column) = match tx.dialect() {
            db::Dialect::Sqlite => ("explain query plan ", 3),
            db::Dialect::Postgres => {
                tx.execute_script("set local enable_seqscan to off; set local enable_sort to off")?;
                ("explain ", 0)
            }
        };
        let mut sql = Sql::new(explain);
        sql.append(query);
        Ok(tx.query(&sql, |row| row.text(column).unwrap_or_default().to_owned())?.join("\n"))
    })
    .unwrap()
}

#[test]
fn a_partial_unique_index_leaves_out_what_is_in_the_trash() {
    on_both(MIGRATIONS, |db| {
        let dialect = db.dialect();
        change(db, &add_column(dialect, "deal", &Column::new("deleted_at", ColumnType::Instant)));
        let index = Index {
            name: "deal_title_unique",
            table: "deal",
            parts: &[Part::Column("title")],
            unique: true,
            only: &[Only::Null("deleted_at")],
        };
        change(db, &create_index(dialect, &index));
        add(db, "A");
        let mut trash = Sql::new("update deal set deleted_at = ");
        trash.bind(kernel::Timestamp::UNIX_EPOCH, ColumnType::Instant);
        db.write(|tx| tx.execute(&trash)).unwrap();
        add(db, "A");
        let again = db.write(|tx| {
            let columns = [("id", ColumnType::Id), ("title", ColumnType::Text)];
            tx.insert_rows("deal", &columns, [[Id::generate().into(), "A".into()] as [Value; 2]])
        });
        assert!(matches!(again, Err(Error::Unique { .. })), "{again:?}");
    });
}

#[test]
fn a_table_keeps_its_search_when_renamed_and_takes_it_along_when_dropped() {
    on_both(MIGRATIONS, |db| {
        let dialect = db.dialect();
        add(db, "A");
        db.write(|tx| search::put(tx, "deal", 1, "hello")).unwrap();
        change(db, &rename_table(dialect, "deal", "offer"));
        let mut sql = Sql::new("select rid from offer as o where ");
        sql.append(&search::condition(dialect, "o", "offer", &search::Query::whole("hello")));
        assert_eq!(db.read(|tx| tx.query(&sql, |row| row.int(0))).unwrap(), [Some(1)]);
        change(db, &drop_table(dialect, "offer"));
        change(db, &create_record_table(dialect, "offer", &[]));
    });
}
