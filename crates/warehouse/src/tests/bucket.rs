//! Files in a bucket, of a real server that speaks S3 (moto's, from `RAPPORT_PYTHON`; see docs/testing.md).

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use app::StoreConfig;

use super::*;

/// The server, until it is dropped.
pub struct Server {
    child: Child,
    pub endpoint: String,
}

impl Server {
    /// Nothing where nobody has made the Python for it.
    pub fn start() -> Option<Server> {
        let Some(python) = std::env::var_os("RAPPORT_PYTHON") else {
            eprintln!("RAPPORT_PYTHON is not set: no bucket is tried");
            return None;
        };
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/bucket.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut endpoint = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut endpoint).unwrap();
        assert!(endpoint.starts_with("http://127.0.0.1:"), "the server does not start: {endpoint}");
        Some(Server { child, endpoint: endpoint.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn config(endpoint: &str) -> StoreConfig {
    StoreConfig {
        url: "s3://warehouse/of/this/test".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        region: Some("us-east-1".to_owned()),
        access_key: Some("test".to_owned()),
        secret_key: Some("test".to_owned()),
    }
}

fn open(house: &House, server: &Server) -> Arc<Warehouse> {
    let options = Options { store: Some(config(&server.endpoint)), ..house.options() };
    Arc::new(Warehouse::open(&house.engine, options).unwrap())
}

#[test]
fn files_in_a_bucket_are_read_and_written_like_those_in_a_folder() {
    let Some(server) = Server::start() else { return };
    let house = House::sqlite();
    let deal = house.save(house.draft("deal").with("name", "One"));
    let warehouse = open(&house, &server);
    warehouse.catch_up().unwrap();
    house.pass("PT1h");
    house.save(house.change("deal", deal).with("name", "Two"));
    warehouse.catch_up().unwrap();
    warehouse.flush().unwrap();
    assert_eq!(rows(&warehouse, "select name from deal_history order by valid_from"), ["One", "Two"]);
    assert_right(&warehouse);
    let nothing_on_disk = !house.folder.path().join("deal").exists();
    assert!(nothing_on_disk, "the files are in the bucket only");
    drop(warehouse);
    assert_eq!(rows(&open(&house, &server), "select name from deal"), ["Two"]);
}

#[test]
fn of_two_machines_that_write_at_once_one_goes_first_and_the_other_follows() {
    let Some(server) = Server::start() else { return };
    let house = House::sqlite();
    house.save(house.draft("deal").with("name", "One"));
    let (one, elsewhere) = (open(&house, &server), tempfile::tempdir().unwrap());
    one.catch_up().unwrap();
    let options = Options { store: Some(config(&server.endpoint)), ..Options::new(elsewhere.path()) };
    let other = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    house.save(house.draft("deal").with("name", "Two"));
    one.catch_up().unwrap();
    other.catch_up().unwrap();
    one.flush().unwrap();
    assert!(matches!(other.flush(), Err(Error::Busy)));
    other.catch_up().unwrap();
    other.flush().unwrap();
    one.catch_up().unwrap();
    assert_right(&one);
    assert_right(&other);
    assert_eq!(rows(&one, "select count(*) from deal"), ["2"]);
}

#[test]
fn two_machines_that_write_all_the_time_overwrite_nothing_of_each_other() {
    let Some(server) = Server::start() else { return };
    let house = House::sqlite();
    let first = open(&house, &server);
    first.catch_up().unwrap();
    let begun = first.state().manifest.generation;
    let wrote: u64 = std::thread::scope(|scope| {
        let write = || {
            let elsewhere = tempfile::tempdir().unwrap();
            let options = Options { store: Some(config(&server.endpoint)), ..Options::new(elsewhere.path()) };
            let warehouse = Warehouse::open(&house.engine, options).unwrap();
            let mut wrote = 0;
            for number in 0..10 {
                house.save(house.draft("deal").with("name", format!("Deal {number}")));
                warehouse.catch_up().unwrap();
                match warehouse.flush() {
                    Ok(()) => wrote += 1,
                    Err(Error::Busy) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            wrote
        };
        let writers = [scope.spawn(write), scope.spawn(write)];
        writers.map(|writer| writer.join().unwrap()).iter().sum()
    });
    first.catch_up().unwrap();
    assert_eq!(first.state().manifest.generation, begun + wrote, "every manifest stands upon the one before");
    assert_eq!(rows(&first, "select count(*) from deal"), ["20"]);
    assert_right(&first);
}

#[test]
fn who_is_destroyed_is_in_no_object_of_the_bucket() {
    let Some(server) = Server::start() else { return };
    let house = House::sqlite();
    let id = house.save(house.draft("company").with("name", "Unforgettable"));
    house.save(house.draft("company").with("name", "Other"));
    let warehouse = open(&house, &server);
    warehouse.catch_up().unwrap();
    warehouse.flush().unwrap();
    house.destroy("company", id);
    warehouse.catch_up().unwrap();
    warehouse.flush().unwrap();
    let schema = crate::columns::schema(&crate::columns::of_object(&house.engine.object("company").unwrap()));
    let named: Vec<_> = warehouse.state().manifest.tables["company"].files().cloned().collect();
    wait_for_files(&warehouse, "company", named.len());
    for file in named {
        for batch in crate::files::read(warehouse.store(), &file, &schema).unwrap() {
            let batch = batch.unwrap();
            assert!(!crate::files::ids(&batch).unwrap().iter().flatten().any(|one| one == id.to_string()));
        }
    }
}

#[test]
fn a_source_is_kept_in_the_bucket_too() {
    let Some(server) = Server::start() else { return };
    let house = House::sqlite();
    let warehouse = open(&house, &server);
    warehouse.catch_up().unwrap();
    super::sources::prices(&house, &warehouse, "sku,price\nA,1\n");
    super::sources::prices(&house, &warehouse, "sku,price\nA,2\n");
    assert_eq!(rows(&warehouse, "select sku, price from source_prices"), ["A,2"]);
    assert!(!house.folder.path().join("_source").exists());
}

#[test]
fn a_bucket_that_cannot_be_reached_is_said_so() {
    let house = House::sqlite();
    let nowhere = StoreConfig { endpoint: Some("http://127.0.0.1:9".to_owned()), ..config("") };
    let options = Options { store: Some(nowhere), ..house.options() };
    let opened = Warehouse::open(&house.engine, options);
    assert!(matches!(opened, Err(Error::Files(_))));
}
