//! A cluster of real processes, and what it is asked about.

mod answers;
mod faults;

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use app::{AnalyticsConfig, ClusterConfig};
use kernel::Decimal;

use super::*;
use crate::cluster::{Executing, Scheduling, execute, schedule};

/// Set in a process of the cluster: what it is, and the places it knows.
const PART: &str = "RAPPORT_TEST_CLUSTER_PART";

/// What an executor may take.
const MEMORY_MB: usize = 32;
const DISK_MB: u64 = 1;

/// What a process of the cluster does: this test run by itself, with [`PART`] set. In a usual run it does nothing.
#[test]
fn part() {
    let Ok(part) = std::env::var(PART) else { return };
    let places: Vec<&str> = part.split('|').collect();
    let at = "127.0.0.1:0".parse().unwrap();
    match places[..] {
        ["scheduler", key] => schedule(&Scheduling { at, key: key.into() }).unwrap(),
        ["executor", key, scheduler, files, folder, endpoint] => {
            let store = (!endpoint.is_empty()).then(|| bucket::config(endpoint));
            execute(&Executing {
                at,
                host: "127.0.0.1".to_owned(),
                scheduler: scheduler.to_owned(),
                key: key.into(),
                folder: folder.into(),
                cores: 1,
                warehouses: vec![AnalyticsConfig {
                    store,
                    memory_mb: MEMORY_MB,
                    disk_mb: DISK_MB,
                    ..AnalyticsConfig::new(files.into())
                }],
            })
            .unwrap();
        }
        _ => panic!("{part}"),
    }
}

/// A process, killed when nobody wants it any more.
struct Process {
    child: Child,
    /// What it said when it was ready.
    said: String,
    /// Left open: it says more, and may not find nobody listening.
    _says: BufReader<ChildStdout>,
}

impl Process {
    fn start(part: &str) -> Process {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::cluster::part", "--nocapture"])
            .env(PART, part)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        let said = says.by_ref().lines().map_while(Result::ok).find(|line| line.contains("listens on"));
        Process { child, said: said.unwrap_or_else(|| panic!("{part} ended")), _says: says }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A scheduler and two executors of one core each.
struct Cluster {
    scheduler: Process,
    executors: Vec<Process>,
    config: ClusterConfig,
    /// The server with the bucket that the files are in, where they are in one.
    endpoint: String,
    /// Where the executors keep what stages hand on.
    work: PathBuf,
}

impl Cluster {
    fn start(house: &House) -> Cluster {
        Cluster::over(house, "")
    }

    /// With files in the bucket of a server.
    fn over(house: &House, endpoint: &str) -> Cluster {
        let mut cluster = Cluster { endpoint: endpoint.to_owned(), ..Cluster::without_executors(house) };
        cluster.executors = (0..2).map(|number| cluster.executor(house, number)).collect();
        cluster
    }

    fn without_executors(house: &House) -> Cluster {
        let key = house.folder.path().join("cluster.key");
        let scheduler = Process::start(&format!("scheduler|{}", key.display()));
        let address = scheduler.said.rsplit_once(' ').unwrap().1.trim_end_matches('.').to_owned();
        let work = house.folder.path().join("work");
        let config = ClusterConfig { scheduler: address, key };
        Cluster { scheduler, executors: Vec::new(), config, endpoint: String::new(), work }
    }

    fn executor(&self, house: &House, number: usize) -> Process {
        let (key, files) = (self.config.key.display(), house.folder.path().display());
        let (scheduler, work) = (&self.config.scheduler, self.work(number));
        Process::start(&format!("executor|{key}|{scheduler}|{files}|{}|{}", work.display(), self.endpoint))
    }

    /// The same warehouse, with its queries on the cluster.
    fn warehouse(&self, house: &House) -> Arc<Warehouse> {
        let options = Options { cluster: Some(self.config.clone()), ..house.options() };
        let warehouse = Arc::new(Warehouse::open(&house.engine, options).unwrap());
        warehouse.catch_up().unwrap();
        warehouse
    }

    fn work(&self, executor: usize) -> PathBuf {
        self.work.join(executor.to_string())
    }

    /// The folders in which an executor keeps what jobs left.
    fn jobs(&self, executor: usize) -> Vec<PathBuf> {
        entries(&self.work(executor)).iter().flat_map(|own| entries(&own.join("shuffle"))).collect()
    }

    fn is_clean(&self) -> bool {
        (0..self.executors.len()).all(|executor| self.jobs(executor).is_empty())
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Waits until something holds.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < patience, "{what}");
        std::thread::yield_now();
    }
}

/// Deals of two people, some in files and changed since, some in memory only.
fn fill(house: &House) -> [Id; 2] {
    let users = ["Ada", "Bob"].map(|name| house.save(house.draft("user").with("name", name)));
    house.save(
        house
            .draft("exchange_rate")
            .with("currency", "EUR")
            .with("day", kernel::Date::constant(2026, 1, 1))
            .with("rate", "1.25".parse::<Decimal>().unwrap()),
    );
    let companies =
        ["Acme", "Bolt", "Core"].map(|name| house.save(house.draft("company").with("name", name)));
    let deals: Vec<Id> =
        (0..60_usize).map(|number| house.save(deal(house, number, users, companies))).collect();
    house.warehouse().flush().unwrap();
    house.pass("PT48h");
    for id in &deals[..7] {
        house.save(house.change("deal", *id).with("stage", "won").with("secret", "changed"));
    }
    house.destroy("deal", deals[9]);
    (60..70).for_each(|number| _ = house.save(deal(house, number, users, companies)));
    users
}

fn deal(house: &House, number: usize, users: [Id; 2], companies: [Id; 3]) -> Draft {
    let day = kernel::Date::constant(2026, 1 + (number % 12) as i8, 1 + (number % 28) as i8);
    house
        .draft("deal")
        .with("name", format!("Deal {number}"))
        .with("owner", users[number % 2])
        .with("company", companies[number % 3])
        .with("amount", Decimal::new(100 * (number % 17) as i64, 1))
        .with("stage", ["open", "won", "lost"][number % 5 % 3])
        .with("secret", format!("s{}", number % 4))
        .with("close_date", day)
}
