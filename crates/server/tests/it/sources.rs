//! Data from outside: registered by administrators, read by jobs, seen by whoever holds a role that it names.

use std::{fs, process::Command, sync::Arc};

use jiff::SignedDuration;
use kernel::Clock;
use serde_json::{Value, json};
use testkit::{TestApp, both};

const SOURCES: &str = "/api/v1/warehouse/sources";
const TABLES: &str = "select name from sqlite_master where type = 'table'";
const PRICES: &str = "/api/v1/warehouse/sources/prices";

/// Puts a file into the folder of sources.
fn file(app: &TestApp, content: &str) {
    let folder = app.workspace.config.analytics.sources.folder.as_ref().expect("a folder of sources");
    fs::create_dir_all(folder).expect("the folder");
    fs::write(folder.join("prices.csv"), content).expect("the file");
}

/// Runs the jobs that are due.
fn work(app: &TestApp) {
    let now = Arc::new(Clock::fixed(app.workspace.engine.clock().now()));
    let registry = app.workspace.app().job_registry();
    let runner = jobs::Runner::new(app.workspace.db().clone(), now, Arc::clone(&app.workspace), registry);
    runner.run_due().expect("the jobs run");
}

fn prices(file: &str) -> Value {
    json!({ "from": { "kind": "csv", "file": file }, "key": ["sku"], "every": "every 1h" })
}

#[test]
fn an_administrator_registers_a_source_and_sees_how_it_was_read() {
    both(|app| {
        let ada = app.program("ada", &["write", "admin"]);
        ada.get(SOURCES).is(200).says("\"sources\":[]");
        file(app, "sku,price\nA,1\nA,2\nB,3\n");
        let job = ada.put(PRICES, &prices("prices.csv")).is(202).json()["job"].clone();
        assert!(job.is_string());
        work(app);
        let listed = ada.get(SOURCES).is(200).json();
        let source = &listed["sources"][0];
        assert_eq!((&source["name"], &source["table"]), (&json!("prices"), &json!("source_prices")));
        assert_eq!((&source["report"]["rows"], &source["report"]["bad"]), (&json!(2), &json!(1)));
        assert_eq!(source["report"]["problems"][0]["place"], "line 3");
        assert_eq!(source["from"], "prices.csv");
        let document = ada.get("/api/openapi.json").json();
        let said = &document["components"]["schemas"]["Source"]["properties"];
        assert_eq!(said["from"]["type"], "string");
        for name in source.as_object().expect("a source").keys() {
            assert!(said[name].is_object(), "{name} is described");
        }
        let ask = json!({ "sql": "select sum(price) as total from source_prices" });
        let answer = ada.post("/api/v1/query", &ask).is(200).json();
        assert_eq!(answer["rows"], json!([{ "total": 4 }]));
        // It is read again when its time has come, and when somebody asks.
        file(app, "sku,price\nA,10\n");
        work(app);
        app.pass(SignedDuration::from_hours(2));
        work(app);
        assert_eq!(ada.post("/api/v1/query", &ask).is(200).json()["rows"], json!([{ "total": 10 }]));
        file(app, "sku,price\nA,11\n");
        ada.post(&format!("{PRICES}/read"), &json!({})).is(202);
        work(app);
        assert_eq!(ada.post("/api/v1/query", &ask).is(200).json()["rows"], json!([{ "total": 11 }]));
        ada.delete(PRICES).is(204);
        ada.delete(PRICES).is(404).says("no source");
        ada.post("/api/v1/query", &ask).is(422).says("not found");
    });
}

#[test]
fn only_administrators_register_and_only_what_the_configuration_opens() {
    let app = TestApp::sqlite();
    file(&app, "sku,price\nA,1\n");
    for who in ["ines", "grace"] {
        let program = app.program(who, &["write"]);
        program.get(SOURCES).is(404);
        program.put(PRICES, &prices("prices.csv")).is(404);
        program.post(&format!("{PRICES}/read"), &json!({})).is(404);
        program.delete(PRICES).is(404);
    }
    app.program("ada", &["write"]).put(PRICES, &prices("prices.csv")).is(404);
    app.program("ada", &["deal:write", "admin"]).put(PRICES, &prices("prices.csv")).is(404);
    app.program("ada", &["read", "admin"]).put(PRICES, &prices("prices.csv")).is(404);
    app.visitor().get(SOURCES).is(401);
    let ada = app.program("ada", &["write", "admin"]);
    ada.put(PRICES, &prices("/etc/passwd")).is(422).says("no file of the folder");
    ada.put(PRICES, &prices("../rapport.db")).is(422).says("no file of the folder");
    ada.put(PRICES, &prices("nothing.csv")).is(422).says("nothing.csv");
    let sql = json!({ "kind": "sql", "database": "sqlite:/var/lib/x.db", "query": "select 1" });
    ada.put(PRICES, &json!({ "from": sql, "key": ["id"] })).is(422).says("no databases are configured");
    ada.put(PRICES, &json!({ "from": { "kind": "csv", "file": "prices.csv" }, "key": [] }))
        .is(422)
        .says("key");
    ada.get(SOURCES).is(200).says("\"sources\":[]");
}

#[test]
fn a_source_is_seen_by_whoever_holds_a_role_that_it_names() {
    both(|app| {
        file(app, "sku,price\nA,1\n");
        let ada = app.program("ada", &["write", "admin"]);
        let role = ada.get("/api/v1/roles?fields=name").is(200).json();
        let names: Vec<&str> = role["records"]
            .as_array()
            .expect("roles")
            .iter()
            .filter_map(|role| role["name"].as_str())
            .collect();
        let held =
            app.program("ada", &["read"]).get(&format!("/api/v1/users/{}", app.user("ines"))).is(200).json();
        let id = held["roles"][0]["id"].as_str().expect("Ines holds a role").to_owned();
        let held = held["roles"][0]["title"].as_str().expect("Ines holds a role").to_owned();
        assert!(names.contains(&held.as_str()), "{names:?}");
        let open =
            json!({ "from": { "kind": "csv", "file": "prices.csv" }, "key": ["sku"], "roles": [held] });
        ada.put(PRICES, &open).is(202);
        work(app);
        let ask = json!({ "sql": "select price from source_prices" });
        let ines = app.program("ines", &["read"]);
        assert_eq!(ines.post("/api/v1/query", &ask).is(200).json()["rows"], json!([{ "price": 1 }]));
        app.program("ines", &["deal:read"]).post("/api/v1/query", &ask).is(422).says("not found");
        // A role is the same whatever it is called; another of its old name is not.
        ada.patch(&format!("/api/v1/roles/{id}"), &json!({ "name": "Renamed" })).is(200);
        ada.post("/api/v1/roles", &json!({ "name": held })).is(201);
        assert_eq!(ines.post("/api/v1/query", &ask).is(200).json()["rows"], json!([{ "price": 1 }]));
        assert_eq!(ada.get(SOURCES).is(200).json()["sources"][0]["roles"], json!(["Renamed"]));
        ada.put(PRICES, &prices("prices.csv")).is(202);
        ines.post("/api/v1/query", &ask).is(422).says("not found");
        let unknown =
            json!({ "from": { "kind": "csv", "file": "prices.csv" }, "key": ["sku"], "roles": ["Nobody"] });
        ada.put(PRICES, &unknown).is(422).says("no role");
    });
}

#[test]
fn sources_are_registered_read_listed_and_forgotten_by_command() {
    let place = tempfile::tempdir().expect("a folder");
    fs::write(place.path().join("prices.csv"), "sku,price\nA,1\nB,cheap\nC,3\n").expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
        let done = command.args(arguments).current_dir(place.path()).env("RAPPORT_LOG", "error").output();
        let done = done.expect("the program starts");
        let said = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (done.status.success(), said(done.stdout) + &said(done.stderr))
    };
    assert!(run(&["user", "create", "ada@x.example", "--name", "Ada"]).0);
    let adding = ["source", "add", "prices", "--csv", "prices.csv", "--key", "sku", "--every", "every 1h"];
    for (arguments, works, says) in [
        (&["source", "list"][..], true, "no sources"),
        (&adding, true, "3 rows in"),
        (&["source", "list"], true, "read every 1h"),
        (&["query", "--csv", "select count(*) as many from source_prices"], true, "many\n3"),
        (&["source", "read", "nothing"], false, "no source \"nothing\""),
        (
            &["source", "add", "tables", "--in", "sqlite:data/rapport.db", "--sql", TABLES, "--key", "name"],
            true,
            "left out",
        ),
        (&["query", "--csv", "select name from source_tables where name = 'deal'"], true, "name\ndeal"),
        (&["source", "add", "tables", "--sql", TABLES, "--key", "name"], false, "--in"),
        (&["source", "add", "prices", "--key", "sku"], false, "--csv, --parquet or --sql"),
        (&["source", "add", "prices", "--csv", "gone.csv", "--key", "sku"], false, "could not be read"),
        (&["query", "--csv", "select count(*) as many from source_prices"], true, "many\n3"),
        (&["source", "remove", "prices"], true, "forgotten"),
        (&["query", "select * from source_prices"], false, "not found"),
    ] {
        let (worked, said) = run(arguments);
        assert_eq!(worked, works, "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}
