//! Both databases find the same rows by the same words.

use db::{
    Db, Error, Migration,
    schema::{Column, create_record_table},
    search::{self, Query},
    testing::on_both,
};
use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "test/1-person",
    statements: |dialect| {
        vec![create_record_table(dialect, "person", &[Column::new("email", ColumnType::Text)])]
    },
}];
const COLUMNS: &[(&str, ColumnType)] =
    &[("rid", ColumnType::Int), ("id", ColumnType::Id), ("title", ColumnType::Text)];

fn fill(db: &Db, texts: &[&str]) {
    db.write(|tx| -> Result<(), Error> {
        let rids = tx.next_rids("person", texts.len())?;
        let rows: Vec<([Value; 3], &str)> = rids
            .into_iter()
            .zip(texts)
            .map(|(rid, text)| ([rid.into(), Id::generate().into(), (*text).into()], *text))
            .collect();
        search::insert_rows(tx, "person", COLUMNS, &rows)?;
        Ok(())
    })
    .unwrap();
}

fn find(db: &Db, query: &Query) -> Vec<String> {
    let dialect = db.dialect();
    let mut by_condition = Sql::new("select p.title from person as p where ");
    by_condition.append(&search::condition(dialect, "p", "person", query)).push(" order by p.rid");
    let source = search::source(dialect, "p", "person", query);
    let mut by_source = Sql::new("select p.title from ");
    by_source.append(&source.from).push(" where ").append(&source.condition);
    by_source.push(" order by ").append(&source.age).push(" limit 100");
    db.read(|tx| -> Result<_, Error> {
        let found = tx.query(&by_condition, |row| row.text(0).unwrap_or_default().to_owned())?;
        assert_eq!(tx.query(&by_source, |row| row.text(0).unwrap_or_default().to_owned())?, found);
        Ok(found)
    })
    .unwrap()
}

const PEOPLE: &[&str] = &[
    "Ann-Marie O'Neil ann@example.com",
    "José Núñez jose@example.com",
    "Marianne Straßer",
    "東京 Tanaka",
    "C++ \"quoted\" AND 'single' OR *",
];

#[test]
fn sqlite_hands_out_the_newest_first_without_looking_at_all_that_is_found() {
    on_both(MIGRATIONS, |db| {
        if db.dialect() != db::Dialect::Sqlite {
            return;
        }
        let source = search::source(db.dialect(), "p", "person", &Query::typed("mar"));
        let mut sql = Sql::new("explain query plan select p.title from ");
        sql.append(&source.from).push(" where ").append(&source.condition);
        sql.push(" order by ").append(&source.age).push(" desc limit 10");
        let steps = db.read(|tx| tx.query(&sql, |row| row.text(3).unwrap_or_default().to_owned())).unwrap();
        assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{steps:?}");
    });
}

#[test]
fn rows_are_found_by_words_and_by_the_beginning_of_the_last_one() {
    on_both(MIGRATIONS, |db| {
        fill(db, PEOPLE);
        let first =
            |query| find(db, &query).iter().map(|title| title.chars().next().unwrap()).collect::<String>();
        assert_eq!(first(Query::typed("mar")), "AM");
        assert_eq!(first(Query::typed("mar ")), "");
        assert_eq!(first(Query::typed("ANN mar")), "A");
        assert_eq!(first(Query::whole("nunez JOSE")), "J");
        assert_eq!(first(Query::typed("strass")), "M");
        assert_eq!(first(Query::typed("京")), "東");
        assert_eq!(first(Query::typed("example.com")), "AJ");
        assert_eq!(first(Query::typed("")), "");
        assert_eq!(first(Query::typed("and 'single' or* \"")), "C");
        assert_eq!(first(Query::typed("not \" ) ( : & | ! \\ %")), "");
    });
}

#[test]
fn a_row_is_found_by_its_new_words_only_and_no_more_when_removed() {
    on_both(MIGRATIONS, |db| {
        fill(db, &["Ann"]);
        db.write(|tx| search::put(tx, "person", 1, "Beth")).unwrap();
        assert_eq!(find(db, &Query::whole("ann")), [""; 0]);
        assert_eq!(find(db, &Query::whole("beth")), ["Ann"]);
        db.write(|tx| search::remove(tx, "person", 1)).unwrap();
        assert_eq!(find(db, &Query::whole("beth")), [""; 0]);
        db.write(|tx| search::put(tx, "person", 1, "")).unwrap();
    });
}

#[test]
fn a_write_that_fails_leaves_the_words_as_they_were() {
    on_both(MIGRATIONS, |db| {
        fill(db, &["Ann"]);
        let failed = db.write(|tx| {
            search::put(tx, "person", 1, "Beth")?;
            Err::<(), _>(Error::Other("no".to_owned()))
        });
        assert!(failed.is_err());
        assert_eq!(find(db, &Query::whole("ann")), ["Ann"]);
    });
}

#[test]
fn a_mistyped_word_leads_to_those_that_are_near() {
    on_both(MIGRATIONS, |db| {
        fill(db, &["Marianne", "Marianne Lee", "Mariane", "Martin", "Susan"]);
        let suggest = |word: &str| db.read(|tx| search::suggest(tx, "person", word)).unwrap();
        assert_eq!(suggest("Mariannne"), ["marianne", "mariane"]);
        assert_eq!(suggest("susna"), ["susan"]);
        assert_eq!(suggest("xyz"), [""; 0]);
        assert_eq!(suggest("'; drop"), [""; 0]);
    });
}
