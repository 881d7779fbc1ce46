//! What was acknowledged survives the death of the process.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use db::{
    Config, Db, Error, Migration,
    schema::{Column, Key, Table, create_table},
};
use expr::sql::Sql;
use kernel::ColumnType;

const FILE: &str = "RAPPORT_TEST_CRASH_FILE";
const WRITERS: i64 = 4;

const MIGRATIONS: &[Migration] = &[Migration {
    name: "test/1-entry",
    statements: |dialect| {
        let columns = vec![Column::new("number", ColumnType::Int), Column::new("half", ColumnType::Int)];
        vec![create_table(dialect, &Table { name: "entry", key: Key::Columns(&["number", "half"]), columns })]
    },
}];

fn open(file: &str) -> Db {
    Db::open(&Config::new(format!("sqlite:{file}")), MIGRATIONS).unwrap()
}

fn insert(number: i64, half: i64) -> Sql {
    let mut sql = Sql::new("insert into entry (number, half) values (");
    sql.bind(number, ColumnType::Int).push(", ").bind(half, ColumnType::Int).push(")");
    sql
}

/// The process to be killed: several threads write pairs of rows and print each number once it is acknowledged.
/// Without the variable, this is a test of nothing and passes.
#[test]
fn writes_until_it_is_killed() {
    let Ok(file) = std::env::var(FILE) else { return };
    let db = open(&file);
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let db = &db;
            scope.spawn(move || {
                for round in 0.. {
                    let number = round * WRITERS + writer;
                    db.write(|tx| -> Result<(), Error> {
                        tx.execute(&insert(number, 0))?;
                        tx.execute(&insert(number, 1))?;
                        Ok(())
                    })
                    .unwrap();
                    println!("acknowledged {number}");
                }
            });
        }
    });
}

#[test]
fn an_acknowledged_write_survives_a_kill_and_is_whole() {
    for acknowledgements in [1, 100, 1_000] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rapport.db").display().to_string();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::writes_until_it_is_killed", "--nocapture"])
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut acknowledged = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while acknowledged.len() < acknowledgements {
            let line = lines.next().unwrap().unwrap();
            acknowledged
                .extend(line.rsplit_once("acknowledged ").and_then(|(_, number)| number.parse::<i64>().ok()));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had printed but nobody had read counts too.
        for line in lines.map_while(Result::ok) {
            acknowledged
                .extend(line.rsplit_once("acknowledged ").and_then(|(_, number)| number.parse::<i64>().ok()));
        }
        check(&open(&file), &acknowledged);
    }
}

fn check(db: &Db, acknowledged: &[i64]) {
    let sql = Sql::new("select number, count(*) from entry group by number");
    let there = db.read(|tx| tx.query(&sql, |row| (row.int(0).unwrap(), row.int(1).unwrap()))).unwrap();
    assert!(there.iter().all(|(_, halves)| *halves == 2), "half a transaction");
    let there: std::collections::HashSet<i64> = there.into_iter().map(|(number, _)| number).collect();
    let lost: Vec<&i64> = acknowledged.iter().filter(|number| !there.contains(number)).collect();
    assert!(lost.is_empty(), "of {} acknowledged, lost: {lost:?}", acknowledged.len());
    assert_eq!(db.check().unwrap(), [""; 0]);
}
