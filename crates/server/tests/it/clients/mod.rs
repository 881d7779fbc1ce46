//! Other people's clients at the warehouse's doors: psql, psycopg and SQLAlchemy, JDBC, ODBC, ADBC and pyarrow.
//!
//! `RAPPORT_PYTHON` names a Python that has what `requirements.txt` lists; `cargo xtask test` makes one. Without it
//! these tests do nothing but say so.

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::json;
use testkit::{TestApp, email};

/// A Python that has the clients; nothing where nobody has made one.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("RAPPORT_PYTHON").map(PathBuf::from);
    if named.is_none() {
        eprintln!("RAPPORT_PYTHON is not set: no clients are tried");
    }
    named
}

/// A script beside this file, at a door, as Ines; it stops where she is to be locked out.
struct Script {
    child: Child,
}

impl Script {
    fn run(mut program: Command, script: &str, door: SocketAddr, more: &[&str]) -> Script {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/clients").join(script);
        let command = program.arg(path).arg(door.port().to_string()).arg(email("ines"));
        command.arg(testkit::PASSWORD).args(more).env("PYTHONDONTWRITEBYTECODE", "1");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
        Script { child }
    }

    /// Waits until everything has been tried that Ines may do.
    fn reaches_the_lock(&mut self) {
        let out = self.child.stdout.as_mut().expect("it is piped");
        let said = BufReader::new(out).lines().map_while(Result::ok).any(|line| line == "lock me out");
        if !said {
            let ended = self.child.wait();
            panic!("the script has failed, see above: {ended:?}");
        }
    }

    /// Goes on, and has to end well.
    fn ends_well(mut self) {
        self.child.stdin.take().expect("it is piped").write_all(b"\n").expect("it reads");
        assert!(self.child.wait().expect("an end").success(), "the script has failed, see above");
    }
}

/// A company whose deals Ines sees one of.
fn company() -> TestApp {
    let app = TestApp::sqlite();
    app.given(
        "ines",
        "deals",
        &json!({ "name": "Harbour", "amount": "1200.50", "close_date": "2026-05-01" }),
    );
    app.given("nadia", "deals", &json!({ "name": "Mountain", "amount": "7" }));
    app
}

fn lock_out(app: &TestApp, who: &str) {
    identity::cli::set_active(&app.workspace, &email(who), false).expect("they are locked out");
}

#[test]
fn psycopg_and_sqlalchemy_see_what_their_user_sees_until_they_are_locked_out() {
    let Some(python) = python() else { return };
    let app = company();
    let door = warehouse::postgres::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let door = door.expect("a place to listen");
    // An administrator, who sees everybody's connections.
    app.token("ada", &["read"]);
    let mut script = Script::run(Command::new(python), "over_postgres.py", door.address(), &[]);
    script.reaches_the_lock();
    lock_out(&app, "ines");
    script.ends_well();
}

#[test]
fn adbc_and_pyarrow_see_what_their_user_sees_until_they_are_locked_out() {
    let Some(python) = python() else { return };
    let app = company();
    let door = warehouse::flight::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let door = door.expect("a place to listen");
    let token = app.token("ada", &["read"]);
    let mut script = Script::run(Command::new(python), "over_flight.py", door.address(), &[&token]);
    script.reaches_the_lock();
    lock_out(&app, "ines");
    script.ends_well();
}

/// Where Debian's `libpostgresql-jdbc-java` puts it.
const JDBC: &str = "/usr/share/java/postgresql.jar";

#[test]
fn jdbc_sees_what_its_user_sees_until_they_are_locked_out() {
    let compiles = Command::new("javac").arg("-version").output().is_ok_and(|done| done.status.success());
    if !compiles || !Path::new(JDBC).exists() {
        eprintln!("a Java that compiles or {JDBC} is not there: JDBC is not tried");
        return;
    }
    let app = company();
    let door = warehouse::postgres::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let door = door.expect("a place to listen");
    let mut java = Command::new("java");
    java.args(["-cp", JDBC]);
    let mut script = Script::run(java, "OverPostgres.java", door.address(), &[]);
    script.reaches_the_lock();
    lock_out(&app, "ines");
    script.ends_well();
}

/// What psqlODBC is called where Debian's `odbc-postgresql` has put it.
const ODBC: &str = "Driver=PostgreSQL Unicode;Server=127.0.0.1;Database=rapport";

#[test]
fn odbc_lists_tables_and_reads_them() {
    let app = company();
    let door = warehouse::postgres::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let port = door.as_ref().expect("a place to listen").address().port();
    let place = format!("{ODBC};Port={port};UID={};PWD={}", email("ines"), testkit::PASSWORD);
    for (asked, says) in [
        ("help", "deal_history"),
        ("help deal", "numeric"),
        ("select name, amount, close_date from deal", "Harbour|1200.5000|2026-05-01"),
    ] {
        let mut isql = Command::new("isql");
        isql.args(["-b", "-k", "-d|", &place]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let Ok(mut isql) = isql.spawn() else {
            eprintln!("isql is not there: ODBC is not tried");
            return;
        };
        isql.stdin.take().expect("it is piped").write_all(asked.as_bytes()).expect("it reads");
        let said = isql.wait_with_output().expect("an end").stdout;
        let said = String::from_utf8_lossy(&said);
        if said.contains("Can't open lib") {
            eprintln!("psqlODBC is not there: ODBC is not tried");
            return;
        }
        assert!(said.contains(says), "{asked}: {said}");
    }
}

#[test]
fn odbc_asks_for_keys_and_indexes() {
    let Some(python) = python() else { return };
    let app = company();
    let door = warehouse::postgres::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let door = door.expect("a place to listen");
    let script = Script::run(Command::new(python), "over_odbc.py", door.address(), &[]);
    script.ends_well();
}

#[test]
fn psql_describes_tables() {
    let app = company();
    let door = warehouse::postgres::serve(&app.app, "127.0.0.1:0".parse().expect("an address"));
    let port = door.as_ref().expect("a place to listen").address().port().to_string();
    for (command, says) in [
        (r"\dt", " public | deal "),
        (r"\d deal", " amount "),
        (r"\d deal", "\"deal_company_fkey\" FOREIGN KEY (company) REFERENCES company(id)"),
        (r"\d company", "TABLE \"deal\" CONSTRAINT \"deal_company_fkey\" FOREIGN KEY (company)"),
        (r"\d+ company", " name "),
        (r"\d", " deal_history "),
        (r"\dn", " public "),
        (r"\l", " rapport "),
        ("select name from deal where name like 'Har/_our' escape '/' or amount > 5", "Harbour"),
    ] {
        let mut psql = Command::new("psql");
        psql.args([
            "-X",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            &email("ines"),
            "-d",
            "rapport",
            "-c",
            command,
        ]);
        let Ok(output) = psql.env("PGPASSWORD", testkit::PASSWORD).output() else {
            eprintln!("psql is not there: it is not tried");
            return;
        };
        let (said, complained) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(said.contains(says), "{command}: {said}{complained}");
    }
}
