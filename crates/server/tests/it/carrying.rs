//! A workspace that is carried over to the other engine, and back.

use std::{fs, process::Output};

use tempfile::TempDir;

use crate::faults::{rapport, refused, sqlite};

/// An object of a customer's own, with a field of nearly every type.
const MACHINE: &str = r#"
name = "machine"
plural = "machines"
title = ["name"]
search = ["remark"]
field = [
    { name = "number", type = "auto_number", prefix = "M-" },
    { name = "name", type = "text", required = true },
    { name = "remark", type = "long_text" },
    { name = "price", type = "money" },
    { name = "weight", type = "decimal", scale = 3 },
    { name = "share", type = "percent" },
    { name = "spins", type = "boolean" },
    { name = "made_on", type = "date" },
    { name = "seen_at", type = "date_time" },
    { name = "runs_for", type = "duration" },
    { name = "needs", type = "multi_choice", option = [{ name = "ladder" }, { name = "crane" }] },
    { name = "site", type = "address" },
    { name = "company", type = "link", to = ["company"] },
    { name = "used_by", type = "link_many", to = ["company"] },
    { name = "double", type = "formula", formula = "weight * 2" },
    { name = "extra", type = "json" },
]
"#;

/// And a field of theirs on a shipped one.
const OVERLAY: &str = r#"
object = "company"
field = [
    { name = "machine_weight", type = "roll_up", of = "machine.company", function = "sum", field = "weight" },
]
"#;

/// The keys of its JSON stand in the order in which PostgreSQL keeps them.
const MACHINES: &str = r#"{"name": "Straße 7", "remark": "Zahnräder & Öl", "price": {"amount": "12.3456", "currency": "EUR"}, "weight": "0.125", "share": "12.5", "spins": true, "made_on": "0001-01-01", "seen_at": "2026-03-01T12:30:00.123456Z", "runs_for": 90, "needs": ["crane", "ladder"], "site": {"city": "Kiel", "country": "DE"}, "company": "Rotor", "used_by": ["Rotor", "Stator"], "tags": ["old", "loud"], "extra": {"a": "x", "b": [1, null]}}
{"name": "Nothing else"}
"#;

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Everything that people can see of a database, line by line in no order.
fn content(place: &TempDir, database: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for object in ["machine", "company", "user", "role"] {
        let exported = rapport(place, &["--database", database, "export", object, "--format", "jsonl"]);
        lines.extend(said(&exported).lines().map(str::to_owned));
    }
    lines.extend(said(&rapport(place, &["--database", database, "audit"])).lines().map(str::to_owned));
    lines.sort();
    lines
}

#[test]
fn a_workspace_goes_to_the_other_engine_and_back_whole() {
    let place = TempDir::new().expect("a folder");
    let test = db::testing::TestDb::postgres(&[]).expect("a database");
    let [first, middle, last] = [
        sqlite(&place.path().join("first.db")),
        format!("{}?schema=carried", test.config().url),
        sqlite(&place.path().join("last.db")),
    ];
    let on = |database: &str, arguments: &[&str]| {
        said(&rapport(&place, &[&["--database", database], arguments].concat()))
    };
    for (name, text) in [
        ("machine.toml", MACHINE),
        ("company.toml", OVERLAY),
        ("companies.csv", "name\nRotor\nStator\n"),
        ("machines.jsonl", MACHINES),
        ("later.csv", "name,company\nAnother,Stator\n"),
    ] {
        fs::write(place.path().join(name), text).expect("a file");
    }
    let ada =
        ["user", "create", "ada@x.example", "--name", "Ada", "--admin", "--password", "long enough to hold"];
    on(&first, &ada);
    on(&first, &["define", "machine.toml", "company.toml"]);
    on(&first, &["import", "companies.csv", "--object", "company"]);
    on(&first, &["import", "machines.jsonl", "--object", "machine"]);
    let before = content(&place, &first);
    assert!(before.iter().any(|line| line.contains("12.3456") && line.contains("Kiel")), "{before:#?}");

    let told = on(&middle, &["restore", &first]);
    assert!(told.contains("rows carried over") && told.contains("agree"), "{told}");
    assert_eq!(content(&place, &middle), before);
    refused(&rapport(&place, &["--database", &middle, "restore", &first]), &["already", "--database"]);
    // Counters go on where they were.
    on(&middle, &["import", "later.csv", "--object", "machine"]);
    let numbers = on(&middle, &["export", "machine", "--fields", "number", "--sort", "number"]);
    let numbers: Vec<&str> = numbers.lines().skip(1).filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(numbers, ["M-00001", "M-00002", "M-00003"]);

    let before = content(&place, &middle);
    on(&last, &["restore", &middle]);
    assert_eq!(content(&place, &last), before);
    on(&last, &["import", "later.csv", "--object", "machine", "--as", "ada@x.example"]);
    on(&last, &["check"]);
    refused(
        &rapport(&place, &["--database", &sqlite(&place.path().join("more.db")), "restore", &last]),
        &["rapport backup"],
    );
}

#[test]
fn a_backup_of_sqlite_is_restored_on_postgres_and_what_fails_leaves_nothing() {
    let place = TempDir::new().expect("a folder");
    let test = db::testing::TestDb::postgres(&[]).expect("a database");
    let target = format!("{}?schema=carried", test.config().url);
    let first = sqlite(&place.path().join("first.db"));
    let on = |database: &str, arguments: &[&str]| {
        rapport(&place, &[&["--database", database], arguments].concat())
    };
    said(&on(&first, &["user", "create", "ada@x.example", "--name", "Ada", "--admin"]));
    said(&on(&first, &["backup", "copy"]));
    // A text that PostgreSQL cannot hold.
    let file = db::Db::open(&db::Config::new(&first), &all_migrations()).expect("the database");
    let spoil = "update \"user\" set \"title\" = 'A' || char(0) where \"email\" = 'ada@x.example'";
    file.write(|tx| tx.execute(&expr::sql::Sql::new(spoil))).expect("it is spoilt");
    drop(file);
    refused(&on(&target, &["restore", &first]), &["as it was"]);
    refused(&on(&target, &["check"]), &["no workspace in"]);

    assert!(said(&on(&target, &["restore", "copy"])).contains("carried over"));
    assert!(said(&on(&target, &["user", "list"])).contains("ada@x.example"));
    assert!(place.path().join("copy").exists());
}

fn all_migrations() -> Vec<db::Migration> {
    app::App::new(server::features()).expect("the shipped definitions").0.migrations().to_vec()
}
