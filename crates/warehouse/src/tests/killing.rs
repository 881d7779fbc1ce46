//! A process that is killed anywhere, twenty times, leaves a warehouse that equals one built from nothing: in a folder,
//! and in a bucket of a server that speaks S3.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::*;

/// Set in the process that is killed: where its database and files are.
const VICTIM: &str = "RAPPORT_TEST_WAREHOUSE_VICTIM";

/// What the killed process does: this test run by itself, with [`VICTIM`] set. In a usual run it does nothing.
#[test]
fn victim() {
    let Ok(places) = std::env::var(VICTIM) else { return };
    let (url, place) = places.split_once('|').unwrap();
    let (folder, endpoint) = place.split_once('|').unwrap();
    let mut config = db::Config::new(url);
    config.durability = db::config::Durability::Process;
    let db = db::Db::open(&config, &migrations()).unwrap();
    let engine = tables::open(&db, &shipped(), records::Options::default()).unwrap();
    let store = (!endpoint.is_empty()).then(|| bucket::config(endpoint));
    let warehouse = Warehouse::open(&engine, Options { store, ..Options::new(folder) }).unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    for round in 0.. {
        if Instant::now() > end {
            return;
        }
        // It writes all the time, so that it is killed while it does.
        let _ = warehouse.catch_up();
        let _ = warehouse.flush();
        if round % 7 == 6 {
            let _ = warehouse.rebuild(&mut |_, _| {});
        }
    }
}

#[test]
fn killed_twenty_times_it_equals_what_is_built_from_nothing() {
    on_both(|house| equals_what_is_built_from_nothing(house, None));
}

#[test]
fn killed_twenty_times_over_a_bucket_it_equals_what_is_built_from_nothing() {
    if let Some(server) = bucket::Server::start() {
        equals_what_is_built_from_nothing(&House::sqlite(), Some(&server));
    }
}

fn equals_what_is_built_from_nothing(house: &House, bucket: Option<&bucket::Server>) {
    let (url, folder) = (house.db.config().url.clone(), house.folder.path().display());
    let places = format!("{url}|{folder}|{}", bucket.map_or("", |server| server.endpoint.as_str()));
    let mut chance = 0x2545_F491_4F6C_DD1D_u64;
    let mut ids: Vec<Id> = Vec::new();
    for _ in 0..20 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::killing::victim", "--nocapture"])
            .env(VICTIM, &places)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        let life = Duration::from_millis(60 + chance % 500);
        let born = Instant::now();
        while born.elapsed() < life {
            work(house, &mut ids, &mut chance);
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        house.pass("PT17h");
    }
    let store = bucket.map(|server| bucket::config(&server.endpoint));
    let warehouse = Arc::new(Warehouse::open(&house.engine, Options { store, ..house.options() }).unwrap());
    warehouse.catch_up().unwrap();
    let fed = warehouse.verify().unwrap();
    assert!(fed.iter().all(crate::Verified::is_right), "{fed:#?}");
    warehouse.rebuild(&mut |_, _| {}).unwrap();
    let built = warehouse.verify().unwrap();
    assert_eq!(fed, built);
    let deals = fed.iter().find(|one| one.object == "deal").unwrap();
    assert!(deals.stored.current > 20, "{deals:?}");
}

/// A few saves of every kind.
fn work(house: &House, ids: &mut Vec<Id>, chance: &mut u64) {
    for _ in 0..5 {
        *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = (*chance >> 33) as usize;
        let some = ids.get(pick % ids.len().max(1)).copied();
        match (pick % 10, some) {
            (0..=4, _) | (_, None) => {
                let draft = house.draft("deal").with("name", format!("Deal {pick}"));
                ids.push(
                    house.save(
                        draft.with("amount", kernel::Decimal::new(i64::from(pick as u32 % 100_000), 2)),
                    ),
                );
            }
            (5..=7, Some(id)) => {
                house.save(house.change("deal", id).with("name", format!("Changed {pick}")));
            }
            (8, Some(id)) => {
                house.delete("deal", id);
                house.restore("deal", id);
            }
            (_, Some(id)) => {
                house.destroy("deal", id);
                ids.retain(|one| *one != id);
            }
        }
    }
}
