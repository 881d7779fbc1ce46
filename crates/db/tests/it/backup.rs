//! A copy makes the same database again.

use std::path::Path;

use db::{
    Config, Db, Error, Migration, restore,
    schema::{Column, Index, Key, Only, Part, Table, create_index, create_record_table, create_table},
    search::{self, Query},
    testing::{TestDb, on_both},
};
use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Id, Value};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "test/1-everything",
    statements: |dialect| {
        let owner = Table {
            name: "owner",
            key: Key::Columns(&["id"]),
            columns: vec![
                Column::new("id", ColumnType::Id),
                Column::new("name", ColumnType::Text).default("it's"),
            ],
        };
        let entry = Table {
            name: "entry",
            key: Key::Sequence("seq"),
            columns: vec![Column::new("owner", ColumnType::Id).references("owner")],
        };
        let amount =
            Column::new("amount", ColumnType::Decimal { scale: 2 }).required().default(Decimal::new(150, 2));
        let index = Index {
            name: "deal_title",
            table: "deal",
            parts: &[Part::Text("title")],
            unique: true,
            only: &[Only::Null("tags")],
        };
        vec![
            create_table(dialect, &owner),
            create_table(dialect, &entry),
            create_record_table(dialect, "deal", &[amount, Column::new("tags", ColumnType::List)]),
            create_index(dialect, &index),
        ]
    },
}];

fn fill(db: &Db) {
    db.write(|tx| -> Result<(), Error> {
        let owner = Id::generate();
        tx.insert_rows("owner", &[("id", ColumnType::Id)], [[Value::from(owner)]])?;
        tx.insert_rows("entry", &[("owner", ColumnType::Id)], vec![[Value::from(owner)]; 3])?;
        let rids = tx.next_rids("deal", 2)?;
        let columns = [("rid", ColumnType::Int), ("id", ColumnType::Id), ("title", ColumnType::Text)];
        let deal =
            |rid: i64, title: &str| -> [Value; 3] { [rid.into(), Id::generate().into(), title.into()] };
        search::insert_rows(
            tx,
            "deal",
            &columns,
            &[(deal(rids[0], "One"), "one"), (deal(rids[1], "Two"), "two")],
        )?;
        Ok(())
    })
    .unwrap();
}

/// Everything that a restored database must show, in a line.
fn content(db: &Db) -> String {
    let mut found = Sql::new("select d.title, d.amount from deal as d where ");
    found.append(&search::condition(db.dialect(), "d", "deal", &Query::typed("tw")));
    db.read(|tx| -> Result<String, Error> {
        let entries = tx.query(&Sql::new("select seq from entry order by seq"), |row| row.int(0))?;
        let deals = tx.query(&found, |row| (row.text(0).map(str::to_owned), row.decimal(1, 2)))?;
        let names = tx.query(&Sql::new("select name from owner"), |row| row.text(0).map(str::to_owned))?;
        Ok(format!("{entries:?} {deals:?} {names:?}"))
    })
    .unwrap()
}

/// An empty place of the same kind.
fn elsewhere(db: &TestDb, folder: &Path) -> Config {
    let mut config = db.config().clone();
    match db.dialect() {
        db::Dialect::Sqlite => config.url = format!("sqlite:{}", folder.join("restored.db").display()),
        db::Dialect::Postgres => config.url += "?schema=restored",
    }
    config
}

#[test]
fn a_backup_makes_the_same_database_again() {
    on_both(MIGRATIONS, |db| {
        fill(db);
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        db.backup(&backup).unwrap();
        fill_after(db);
        let config = elsewhere(db, folder.path());
        restore(&backup, &config).unwrap();
        let restored = Db::open(&config, MIGRATIONS).unwrap();
        assert_eq!(
            content(&restored),
            "[Some(1), Some(2), Some(3)] [(Some(\"Two\"), Some(1.5))] [Some(\"it's\")]"
        );
        assert_eq!(restored.check().unwrap(), [""; 0]);
        // Keys, indexes and sequences are there again.
        let twice = restored.write(|tx| {
            tx.insert_rows(
                "deal",
                &[("id", ColumnType::Id), ("title", ColumnType::Text)],
                [[Value::from(Id::generate()), "ONE".into()]],
            )
        });
        assert!(matches!(twice, Err(Error::Unique { .. })), "{twice:?}");
        let nobody = restored.write(|tx| {
            tx.insert_rows("entry", &[("owner", ColumnType::Id)], [[Value::from(Id::generate())]])
        });
        assert!(matches!(nobody, Err(Error::ForeignKey(_))), "{nobody:?}");
        restored.write(|tx| tx.insert_rows("entry", &[("owner", ColumnType::Id)], [[Value::Null]])).unwrap();
    });
}

/// A change that the backup must not show.
fn fill_after(db: &Db) {
    db.write(|tx| tx.execute(&Sql::new("delete from entry"))).unwrap();
}

#[test]
fn a_damaged_or_foreign_backup_is_refused_and_leaves_nothing() {
    on_both(MIGRATIONS, |db| {
        fill(db);
        let folder = tempfile::tempdir().unwrap();
        let (backup, cut) = (folder.path().join("backup"), folder.path().join("cut"));
        db.backup(&backup).unwrap();
        let content = std::fs::read(&backup).unwrap();
        std::fs::write(&cut, &content[..content.len() * 2 / 3]).unwrap();
        let config = elsewhere(db, folder.path());
        assert!(matches!(restore(&cut, &config), Err(Error::Corrupt(_))), "{:?}", restore(&cut, &config));
        std::fs::write(&cut, "neither").unwrap();
        assert!(restore(&cut, &config).is_err());
        restore(&backup, &config).unwrap();
        assert!(matches!(restore(&backup, &config), Err(Error::Config(_))));
        assert!(matches!(db.backup(&backup), Err(Error::Config(_))));
    });
}

#[test]
fn a_sound_database_has_no_problems_and_a_damaged_file_has() {
    let db = TestDb::sqlite(MIGRATIONS).unwrap();
    fill(&db);
    assert_eq!(db.check().unwrap(), [""; 0]);
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup.db");
    db.backup(&backup).unwrap();
    let mut content = std::fs::read(&backup).unwrap();
    // The second page on; the first holds the definitions.
    let end = content.len();
    content[end / 2..end / 2 + 4096].fill(0x5a);
    std::fs::write(&backup, content).unwrap();
    let damaged = Db::open(&Config::new(format!("sqlite:{}", backup.display())), MIGRATIONS);
    let problems = damaged.and_then(|db| db.check());
    assert!(problems.as_ref().map_or(true, |problems| !problems.is_empty()), "{problems:?}");
}
