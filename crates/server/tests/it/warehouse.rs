//! Questions in SQL, over HTTP and PostgreSQL's protocol, by people with their rights.

use std::net::SocketAddr;

use postgres::{Client, Config, NoTls};
use serde_json::json;
use testkit::{TestApp, both, email};

#[test]
fn sql_over_http_shows_each_what_lists_show_them() {
    both(|app| {
        app.given("ines", "deals", &json!({ "name": "Harbour", "amount": "1200.50" }));
        app.given("nadia", "deals", &json!({ "name": "Mountain" }));
        let ask = json!({ "sql": "select name, amount, stage_outcome from deal order by name" });
        let answer = app.program("ines", &["read"]).post("/api/v1/query", &ask).is(200).json();
        assert_eq!(
            answer["rows"],
            json!([{ "name": "Harbour", "amount": "1200.5000", "stage_outcome": null }])
        );
        assert_eq!(answer["columns"][1]["name"], "amount");
        let answer = app.program("ada", &["read"]).post("/api/v1/query", &ask).is(200).json();
        assert_eq!(answer["rows"].as_array().map(Vec::len), Some(2));
        // A token reads what it is for.
        app.program("ada", &["company:read"]).post("/api/v1/query", &ask).is(422).says("not found");
        let ask = json!({ "sql": "drop table deal" });
        app.program("ada", &["write"]).post("/api/v1/query", &ask).is(422).says("cannot be answered");
        let ask = json!({ "sql": "select name from deal order by 1", "format": "csv" });
        app.program("ada", &["read"]).post("/api/v1/query", &ask).is(200).says("name\nHarbour\nMountain");
        app.visitor().post("/api/v1/query", &[]).is(401);
    });
}

fn connect(address: SocketAddr, who: &str, password: &str) -> Result<Client, postgres::Error> {
    let mut config = Config::new();
    config.host("127.0.0.1").port(address.port()).user(&email(who)).password(password).dbname("rapport");
    config.connect(NoTls)
}

#[test]
fn tools_sign_in_over_postgresqls_protocol_and_see_what_their_user_sees() {
    let app = TestApp::sqlite();
    app.given("ines", "deals", &json!({ "name": "Harbour", "amount": "1200.50" }));
    app.given("nadia", "deals", &json!({ "name": "Mountain" }));
    let server = warehouse::postgres::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let server = server.expect("a place to listen");

    assert!(connect(server.address(), "ines", "wrong").is_err());
    assert!(connect(server.address(), "nobody", testkit::PASSWORD).is_err());
    let mut client = connect(server.address(), "ines", testkit::PASSWORD).expect("Ines signs in");
    let rows =
        client.query("select name, version from deal where name = $1", &[&"Harbour"]).expect("an answer");
    assert_eq!((rows.len(), rows[0].get::<_, i64>(1)), (1, 1));
    assert!(client.query("select 1 from deal where name = 'Mountain'", &[]).expect("an answer").is_empty());
    for statement in [
        "insert into deal (name) values ('x')",
        "create table t (a int)",
        "create external table t stored as csv location '/etc/passwd'",
        "copy deal to '/tmp/x.csv'",
        "copy deal to stdout",
        "drop table deal",
        "set datafusion.execution.target_partitions = 1",
        "select * into t from deal",
        "select repeat('x', 1000000000000)",
        "declare c cursor for select repeat('x', 1000000000000)",
        "prepare p as delete from deal",
    ] {
        assert!(client.simple_query(statement).is_err(), "{statement}");
        if !statement.starts_with("copy") {
            assert!(client.query(statement, &[]).is_err(), "{statement}");
        }
    }
    app.given("ines", "deals", &json!({ "name": "Later" }));
    app.pass(jiff::SignedDuration::from_secs(3));
    app.workspace_warehouse().catch_up().expect("the log is read");
    assert_eq!(client.query("select name from deal order by name", &[]).expect("an answer").len(), 2);

    let token = app.token("ada", &["read"]);
    let mut tool = connect(server.address(), "ada", &token).expect("a token signs in");
    assert_eq!(tool.query("select name from deal", &[]).expect("an answer").len(), 3);
    assert!(connect(server.address(), "ines", &token).is_err(), "the token is another's");

    let ines = email("ines");
    identity::cli::set_active(&app.workspace, &ines, false).expect("Ines is locked out");
    assert!(client.query("select name from deal", &[]).is_err());
}
