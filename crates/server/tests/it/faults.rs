//! What the program says when something around it is wrong: one sentence, no trace, and an exit that tells.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

#[test]
fn a_port_in_use_is_named() {
    let place = TempDir::new().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = rapport(&place, &["--listen", &address, "serve"]);
    refused(&output, &["cannot listen on", &address, "--listen"]);
}

#[test]
fn an_unknown_setting_is_named_with_its_place() {
    let place = TempDir::new().expect("a folder");
    std::fs::write(place.path().join("rapport.toml"), "listen = \"127.0.0.1:0\"\nlisten_adress = 1\n")
        .expect("a file");
    refused(&rapport(&place, &["check"]), &["rapport.toml", "listen_adress", "2"]);
}

#[test]
fn an_impossible_setting_is_named() {
    let place = TempDir::new().expect("a folder");
    let file = place.path().join("rapport.toml");
    for (text, said) in [
        ("[[workspace]]\nconnections = 0\n", "connections"),
        ("[[workspace]]\ncurrency = \"Thaler\"\n", "currency"),
        ("[[workspace]]\nzone = \"Mars/Olympus\"\n", "Mars/Olympus"),
        ("[[workspace]]\ndatabase = \"mysql:there\"\n", "mysql"),
        ("[analytics]\nfiscal_year_begins = 13\n", "fiscal_year_begins is 13"),
        ("[analytics]\nquery_seconds = 0\n", "query_seconds is 0"),
        ("[[workspace]]\nhost = \"a\"\n[[workspace]]\nhost = \"A\"\n", "same host, \"a\""),
        ("[[workspace]]\nhost = \"a\"\n[[workspace]]\nhost = \"b\"\n", "same database"),
    ] {
        std::fs::write(&file, text).expect("a file");
        refused(&rapport(&place, &["check"]), &[said]);
    }
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let place = TempDir::new().expect("a folder");
    refused(&rapport(&place, &["--config", "elsewhere.toml", "check"]), &["elsewhere.toml"]);
}

#[test]
fn a_sample_company_whose_making_was_interrupted_is_not_taken_for_a_whole_one() {
    let place = TempDir::new().expect("a folder");
    let database = sqlite(&place.path().join("rapport.db"));
    let add = ["--database", &database, "user", "create", "ada@rapport.example", "--name", "Ada", "--admin"];
    assert!(rapport(&place, &add).status.success());
    std::fs::write(place.path().join("unfinished"), &database).expect("a note");
    let folder = place.path().to_str().expect("a name").to_owned();
    let output = rapport(&place, &["--database", &database, "demo", "--folder", &folder]);
    refused(&output, &["interrupted", "empty database"]);
}

#[test]
fn a_database_server_that_is_not_there_is_named_without_its_password() {
    let place = TempDir::new().expect("a folder");
    let output = rapport(&place, &["--database", "postgres://me:sesame@127.0.0.1:1/none", "check"]);
    refused(&output, &["127.0.0.1:1"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("sesame"));
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let place = TempDir::new().expect("a folder");
    let file = place.path().join("rapport.db");
    std::fs::write(&file, "this is somebody's letter, long enough to be taken for something else")
        .expect("a file");
    refused(&rapport(&place, &["--database", &sqlite(&file), "check"]), &["rapport.db"]);
    assert!(std::fs::read_to_string(&file).expect("the letter").starts_with("this is somebody's letter"));
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    let place = TempDir::new().expect("a folder");
    let file = place.path().join("rapport.db");
    let create = ["--database", &sqlite(&file), "user", "create", "ada@x.example", "--name", "Ada"];
    assert!(rapport(&place, &create).status.success());
    let config = db::Config::new(sqlite(&file));
    let known: Vec<db::Migration> = newer();
    drop(db::Db::open(&config, &known).expect("a newer program"));
    refused(&rapport(&place, &["--database", &sqlite(&file), "check"]), &["newer version", "test/99-later"]);
}

#[test]
fn a_database_of_a_newer_version_is_refused_on_postgres_too() {
    let place = TempDir::new().expect("a folder");
    let db = db::testing::TestDb::postgres(&newer()).expect("a newer program's database");
    refused(
        &rapport(&place, &["--database", &db.config().url, "check"]),
        &["newer version", "test/99-later"],
    );
    let tables = "select count(*) from information_schema.tables where table_name = 'deal'";
    let made = db.read(|tx| tx.query_one(&expr::sql::Sql::new(tables), |row| row.int(0))).expect("an answer");
    assert_eq!(made, Some(0), "nothing was made there");
}

#[test]
fn what_looks_after_a_workspace_makes_none() {
    let place = TempDir::new().expect("a folder");
    for command in [
        &["backup", "copy"][..],
        &["check"],
        &["export", "company"],
        &["user", "list"],
        &["token", "list", "ada@x.example"],
        &["audit"],
        &["job", "list"],
        &["query", "select 1"],
        &["warehouse", "status"],
        &["source", "list"],
    ] {
        refused(&rapport(&place, command), &["no workspace in sqlite:data/rapport.db", "--database"]);
    }
    assert_eq!(std::fs::read_dir(place.path()).expect("the folder").count(), 0, "something was made");
    let known = app::App::new(server::features()).expect("the shipped definitions").0;
    let there = db::testing::TestDb::postgres(known.migrations()).expect("a database");
    let beside = format!("{}?schema=nobodys", there.config().url);
    refused(&rapport(&place, &["--database", &beside, "check"]), &["no workspace in"]);
    assert!(rapport(&place, &["--database", &there.config().url, "check"]).status.success());
}

#[test]
fn tokens_are_made_listed_withdrawn_and_told_of_by_command() {
    let place = TempDir::new().expect("a folder");
    let database = sqlite(&place.path().join("rapport.db"));
    let run = |arguments: &[&str]| rapport(&place, &[&["--database", database.as_str()], arguments].concat());
    let said = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let create = ["user", "create", "ada@x.example", "--name", "Ada"];
    refused(&run(&[&create[..], &["--password", "short"]].concat()), &["the user was not made", "password"]);
    said(&[&create[..], &["--admin", "--password", "long enough to hold"]].concat());
    let token = ["token", "create", "ada@x.example", "--name", "sync"];
    refused(&run(&[&token[..], &["--scope", "writ"]].concat()), &["scopes: There is no scope “writ”."]);
    refused(&run(&["token", "list", "bob@x.example"]), &["bob@x.example"]);
    assert!(said(&[&token[..], &["--scope", "deal:read"]].concat()).starts_with("rapport_"));
    let listed = said(&["token", "list", "ada@x.example"]);
    assert!(listed.contains("works  deal:read") && listed.contains("sync"), "{listed}");
    let id = listed.split_whitespace().next().expect("an id").to_owned();
    assert!(said(&["token", "revoke", "ada@x.example", &id]).contains("no longer works"));
    assert!(said(&["token", "list", "ada@x.example"]).contains("ended"));
    let events = said(&["audit", "--user", "ada@x.example", "--limit", "2"]);
    let events: Vec<serde_json::Value> =
        events.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let told: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap_or_default()).collect();
    assert_eq!(told, ["token-revoked", "token-made"]);
    let before = events[0]["seq"].to_string();
    assert!(said(&["audit", "--before", &before, "--limit", "1"]).contains("token-made"));
    assert_eq!(said(&["audit", "--refusals"]), "");
}

#[test]
fn a_copy_brings_back_what_was_there() {
    let place = TempDir::new().expect("a folder");
    let file = place.path().join("rapport.db");
    let copy = place.path().join("copy");
    let create =
        ["user", "create", "ada@x.example", "--name", "Ada", "--admin", "--password", "long enough to hold"];
    for command in [&create[..], &["backup", copy.to_str().expect("a path")]] {
        let database = sqlite(&file);
        let all: Vec<&str> = ["--database", &database].into_iter().chain(command.iter().copied()).collect();
        let output = rapport(&place, &all);
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let other = sqlite(&place.path().join("other.db"));
    let restored = rapport(&place, &["--database", &other, "restore", copy.to_str().expect("a path")]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let listed = rapport(&place, &["--database", &other, "user", "list"]);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("ada@x.example"));
}

#[test]
fn a_sample_company_is_made_anew_and_nothing_that_it_is_not_is_thrown_away() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let known = app::App::new(server::features()).expect("the shipped definitions").0;
    for postgres in [false, true] {
        let place = TempDir::new().expect("a folder");
        let test = postgres.then(|| db::testing::TestDb::postgres(known.migrations()).expect("a database"));
        let database = test
            .as_ref()
            .map_or_else(|| sqlite(&place.path().join("company.db")), |test| test.config().url.clone());
        let run =
            |arguments: &[&str]| rapport(&place, &[&["--database", database.as_str()], arguments].concat());
        let user = |email: &str| {
            let made = run(&[
                "user",
                "create",
                email,
                "--name",
                "X",
                "--admin",
                "--password",
                "long enough to hold",
            ]);
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        };
        // It ends where it would begin to serve: the port is taken.
        let fresh = || run(&["--listen", &address, "demo", "--folder", "here", "--fresh"]);
        user("ada@rapport.example");
        user("eve@real.example");
        refused(&fresh(), &["eve@real.example", "--fresh"]);
        let listed = || String::from_utf8_lossy(&run(&["user", "list"]).stdout).into_owned();
        assert!(listed().contains("eve@real.example"));

        let deleted = run(&["user", "deactivate", "eve@real.example"]);
        assert!(deleted.status.success(), "{}", String::from_utf8_lossy(&deleted.stderr));
        refused(&fresh(), &["eve@real.example"]);
        if let Some(test) = &test {
            let theirs =
                "create table theirs (a bigint); delete from \"user\" where email = 'eve@real.example'";
            test.write(|tx| tx.execute_script(theirs)).expect("a table of somebody else");
            let said = fresh();
            assert!(String::from_utf8_lossy(&said.stdout).contains("Threw away"), "{said:?}");
            refused(&said, &["cannot listen on"]);
            assert_eq!(listed().matches("@rapport.example").count(), 8, "{}", listed());
            let count = expr::sql::Sql::new("select count(*) from theirs");
            assert_eq!(test.read(|tx| tx.query_one(&count, |row| row.int(0))).expect("still there"), Some(0));
        }
    }
}

/// All that this version knows, and one more.
fn newer() -> Vec<db::Migration> {
    let (app, _) = app::App::new(server::features()).expect("the shipped definitions");
    let mut known = app.migrations().to_vec();
    known.push(db::Migration {
        name: "test/99-later",
        statements: |_| vec!["create table later (a bigint)".to_owned()],
    });
    known
}

pub fn rapport(place: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command.args(arguments).current_dir(place.path()).env("RAPPORT_LOG", "error");
    command.output().expect("the program starts")
}

pub fn sqlite(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

#[track_caller]
pub fn refused(output: &Output, says: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it went on: {said}");
    for part in says {
        assert!(said.contains(part), "it does not say {part:?}: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}
