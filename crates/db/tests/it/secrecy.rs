//! Connections that nobody reads along: what each `sslmode` of an address wants of the server.

use std::time::Duration;

use db::{Config, Db, Error, outside, testing::OwnServer};
use expr::sql::Sql;

#[test]
fn an_address_says_how_closely_the_server_is_looked_at() {
    let server = OwnServer::start_with_tls().expect("a PostgreSQL");
    let (own, other) = (server.file("server.crt"), server.file("other.crt"));
    let (own, other) = (own.display(), other.display());
    for (host, settings, refused) in [
        ("localhost", "sslmode=require".to_owned(), None),
        ("127.0.0.1", "sslmode=prefer".to_owned(), None),
        ("localhost", format!("sslmode=verify-full&sslrootcert={own}"), None),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={own}"), None),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={own}"), Some("127.0.0.1")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={other}"), Some("invalid peer certificate")),
        ("localhost", format!("sslmode=require&sslrootcert={other}"), Some("invalid peer certificate")),
        ("localhost", "sslmode=verify-full".to_owned(), Some("invalid peer certificate")),
        ("localhost", "sslmode=verify-ca&sslrootcert=/nowhere.pem".to_owned(), Some("/nowhere.pem")),
        ("localhost", "sslmode=disable".to_owned(), Some("no encryption")),
        ("localhost", String::new(), Some("no encryption")),
    ] {
        let address = format!("postgres://rapport@{host}:{}/postgres?{settings}", server.port());
        let asked = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
        let mut rows = Vec::new();
        let copied = outside::copy_rows(&address, asked, Duration::from_secs(10), &mut rows);
        let opened = Db::open(&Config::new(&address), &[]);
        match (refused, copied, opened) {
            (None, Ok(()), Ok(db)) => {
                assert_eq!(String::from_utf8_lossy(&rows), "ssl\ntrue\n", "{settings}");
                let ssl = db.read(|tx| tx.query(&Sql::new(asked), |row| row.bool(0)));
                assert_eq!(ssl, Ok::<_, Error>(vec![Some(true)]), "{settings}");
            }
            (Some(why), Err(outside), Err(own)) => {
                for said in [outside.to_string(), own.to_string()] {
                    assert!(said.contains(why), "{settings}: {said}");
                }
            }
            (_, copied, opened) => panic!("{host} {settings}: {copied:?}, {:?}", opened.map(|_| ())),
        }
    }
}
