//! The same answers on a cluster of real processes, also when one of them is killed.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::{AnalyticsConfig, ClusterConfig};
use kernel::Decimal;

use super::{
    rights::{grant, person, rule},
    *,
};
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
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.map_while(Result::ok).find(|line| line.contains("listens on"));
        Process { child, said: said.unwrap_or_else(|| panic!("{part} ended")) }
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

const QUESTIONS: &[&str] = &[
    "select * from deal",
    "select name, amount, amount_base from deal order by amount desc, name limit 5",
    "select count(*), count(distinct company), sum(amount), avg(amount) from deal",
    "select stage, stage_outcome, count(*), sum(amount_base) from deal group by stage, stage_outcome",
    "select c.name, u.name, count(*) from deal d join company c on c.id = d.company join \"user\" u on u.id = d.owner group by 1, 2",
    "select c.name, d.name from company c left join deal d on d.company = c.id and d.amount > 150",
    "select c.name, d.name from deal d right join company c on d.company = c.id and d.amount > 1000",
    "select a.name, b.name from deal a full join deal b on a.amount = b.amount + 10 and a.stage = 'won'",
    "select name from company c where exists (select 1 from deal d where d.company = c.id and d.stage = 'won')",
    "select name from deal where amount > (select avg(amount) from deal)",
    "select name, (select max(amount) from deal e where e.company = d.company) from deal d",
    "select distinct stage, secret from deal",
    "select name, row_number() over (partition by company order by amount desc, name) as place from deal",
    "select close_date, sum(amount) over (order by close_date, name rows between 3 preceding and current row) from deal",
    "select name, lag(amount) over (order by name), ntile(4) over (order by name) from deal",
    "select count(*) from deal a, deal b where a.amount < b.amount",
    "select stage, count(*) from deal_history group by stage",
    "select day, count(*), sum(amount) from deal_daily group by day order by day",
    "select cal.quarter, count(*) from deal d join calendar cal on cal.day = d.close_date group by 1 order by 1",
    "select d.name, nearest_city(48.14, 11.58), round(distance_km(52.52, amount, 48.8566, 2.3522)) from deal d",
    "select name, stage from deal where stage in ('won', 'lost') union all select name, 'company' from company",
    "select stage from deal where amount > 100 intersect select stage from deal where amount < 50",
    "select stage from deal except select stage from deal where secret = 's1'",
    "with big as (select * from deal where amount > 50) select b.stage, count(*) from big b join big c on b.id = c.id group by 1",
    "select stage, secret, sum(amount), grouping(stage) from deal group by rollup (stage, secret)",
    "select array_agg(name order by name), string_agg(stage, ',' order by name) from deal where company is not null",
    "select approx_distinct(secret), median(amount), stddev(amount) from deal",
    "select date_trunc('month', close_date), extract(year from close_date), count(*) from deal group by 1, 2 order by 1",
    "select upper(name) || '!', coalesce(secret, 'none'), case when amount > 50 then 1 else 0 end from deal where name like '%1%'",
    "select max(name), min(secret) from deal where amount > 10",
    "select unnest(make_array(1, 2)), name from deal",
    "select name from deal order by amount, name limit 4 offset 3",
];

/// What a cluster would get wrong or cannot do, as most of it is planned: then the program answers it.
const STAYING: &[&str] = &[
    "select a.name, b.name from deal a left join deal b on a.amount > b.amount * 5 + 10",
    "select name from company where id not in (select company from deal where amount > 1000)",
    "select a.name, b.name from deal a full join deal b on a.amount > b.amount * 5 + 10",
    "select name from deal a where exists (select 1 from deal b where a.amount > b.amount * 5 + 10)",
    "select name from deal a where not exists (select 1 from deal b where a.amount > b.amount * 5 + 10)",
    "with recursive t (n) as (select 1 union all select n + 1 from t where n < 5) select n, name from t join deal on n = version",
    "select count(*) from deal where false",
];

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

fn same(here: &Arc<Warehouse>, there: &Arc<Warehouse>, who: &Principal, sql: &str) {
    let told = |warehouse| ask_as(warehouse, who, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let (wanted, found) = (told(here), told(there));
    assert_eq!(found.schema, wanted.schema, "{sql}");
    match sql.contains("order by") && !sql.contains(" over ") {
        true => assert_eq!(lines(&found), lines(&wanted), "{sql}"),
        false => assert_eq!(sorted(lines(&found)), sorted(lines(&wanted)), "{sql}"),
    }
}

/// Whether a query goes to the cluster.
fn goes(there: &Arc<Warehouse>, who: &Principal, sql: &str) -> bool {
    let plan = ask_as(there, who, &format!("explain format indent {sql}")).unwrap();
    lines(&plan).iter().any(|line| line.contains("Cluster: "))
}

#[test]
fn a_cluster_answers_what_the_program_answers() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    for sql in QUESTIONS {
        assert!(goes(&there, &Principal::system(), sql), "{sql}");
    }
    for sql in QUESTIONS.iter().chain(STAYING) {
        same(&here, &there, &Principal::system(), sql);
    }
    wait_until("what jobs left is still there", || cluster.is_clean());
}

#[test]
fn a_cluster_shows_everybody_what_the_program_shows_them() {
    let house = House::sqlite();
    let [ada, bob] = fill(&house);
    let cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    let own = |user, hidden: &[&str]| {
        let grants = vec![grant(Some(rule(&house, "deal", "owner = me")), hidden)];
        person(user, vec![("deal", grants), ("company", vec![grant(None, &[])])])
    };
    let all_but_secrets_of_others =
        vec![grant(None, &["secret"]), grant(Some(rule(&house, "deal", "owner = me")), &["amount"])];
    let both = person(ada, vec![("deal", all_but_secrets_of_others)]);
    for who in [own(ada, &[]), own(bob, &["amount"]), both] {
        for sql in [
            "select * from deal",
            "select stage, count(*), count(distinct owner) from deal group by stage",
            "select * from deal_history",
            "select day, count(*) from deal_daily group by day",
        ] {
            assert!(goes(&there, &who, sql), "{sql}");
            same(&here, &there, &who, sql);
        }
        assert!(ask_as(&there, &who, "select * from line").is_err());
    }
    let names = "select name from deal order by name";
    let [ada, bob] = [ada, bob].map(|user| lines(&ask_as(&there, &own(user, &[]), names).unwrap()));
    assert!(ada.len() == 35 && bob.len() == 34 && ada.iter().all(|name| !bob.contains(name)));
}

#[test]
fn a_cube_says_the_same_on_a_cluster() {
    let house = House::sqlite();
    cubes::fill(&house);
    house.warehouse().flush().unwrap();
    let cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    for question in [
        r#"{"measures": ["deals", "worth", "won", "companies"]}"#,
        r#"{"by": ["close.year"], "measures": ["deals", "worth", "companies", "mean"]}"#,
        r#"{"by": ["company"], "measures": ["worth", "share_won", "of_all"]}"#,
        r#"{"by": ["stage"], "measures": ["deals"], "totals": "rollup", "filter": "close_date is not empty"}"#,
        r#"{"by": ["close.month"], "from": "2026-01-10", "to": "2026-02-10",
            "measures": ["worth", "last_year", "before", "change", "so_far", "this_year", "smooth"]}"#,
        r#"{"by": ["close.week"], "from": "2025-12-29", "to": "2026-01-04", "measures": ["deals"]}"#,
        r#"{"by": ["place"], "measures": ["deals"]}"#,
    ] {
        let told = |warehouse| cubes::shown(&cubes::ask(warehouse, &Principal::system(), question).unwrap());
        assert_eq!(told(&there), told(&here), "{question}");
    }
}

/// A query that works for seconds, on rows of files.
fn long(numbers: u64) -> String {
    format!(
        "select count(*), sum(s.value) from deal d, generate_series(1, {numbers}) s where s.value % 7 < length(d.name)"
    )
}

#[test]
fn an_executor_that_is_killed_in_the_middle_is_done_without() {
    let house = House::sqlite();
    fill(&house);
    let mut cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    let sql = "select a.stage, count(*) from deal a join deal b on a.company = b.company, generate_series(1, 2000) s
        where s.value % 7 < length(a.name || b.name) group by a.stage order by 1";
    let wanted = rows(&here, sql);
    let asked = std::thread::spawn({
        let there = Arc::clone(&there);
        move || rows(&there, sql)
    });
    wait_until("no stage is done", || !cluster.jobs(0).is_empty());
    cluster.executors[0].kill();
    assert_eq!(asked.join().unwrap(), wanted);
    assert_eq!(rows(&there, sql), wanted);
    // Another one in its place finds what the dead one left, and removes it.
    let left = entries(&cluster.work(0));
    cluster.executors[0] = cluster.executor(&house, 0);
    assert!(left.iter().all(|folder| !folder.join("shuffle").exists()));
    assert_eq!(rows(&there, sql), wanted);
}

#[test]
fn a_cluster_stops_working_for_whoever_stops_listening() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let there = cluster.warehouse(&house);
    let cancel = Cancel::default();
    let asked = std::thread::spawn({
        let (there, cancel) = (Arc::clone(&there), cancel.clone());
        move || there.query(&Asking::of(Principal::system()), &long(1_000_000_000), 10, &cancel)
    });
    wait_until("nothing has begun", || !cluster.is_clean());
    cancel.cancel();
    assert!(matches!(asked.join().unwrap(), Err(Error::Cancelled)));
    // Both cores would be taken otherwise.
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);

    let options = Options {
        cluster: Some(cluster.config.clone()),
        patience: Duration::from_millis(500),
        ..house.options()
    };
    let hurried = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    assert!(matches!(ask_as(&hurried, &Principal::system(), &long(1_000_000_000)), Err(Error::Limit(_))));
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);
    wait_until("what jobs left is still there", || cluster.is_clean());
}

#[test]
fn a_cluster_that_is_not_as_it_should_be_says_so() {
    let house = House::sqlite();
    fill(&house);
    let mut cluster = Cluster::without_executors(&house);
    let there = cluster.warehouse(&house);
    let refused = |there: &Arc<Warehouse>, word: &str| {
        let error = ask_as(there, &Principal::system(), "select count(*) from deal").unwrap_err();
        assert!(matches!(&error, Error::Cluster(why) if why.contains(word)), "{error}");
    };
    refused(&there, "no executor");
    // What reads no files needs no cluster.
    assert_eq!(rows(&there, "select count(*) > 0 from country"), ["true"]);
    cluster.executors.push(cluster.executor(&house, 0));
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);

    let strange = ClusterConfig { key: house.folder.path().join("other.key"), ..cluster.config.clone() };
    let options = Options { cluster: Some(strange), ..house.options() };
    refused(&Arc::new(Warehouse::open(&house.engine, options).unwrap()), "key");

    cluster.scheduler.kill();
    refused(&there, "cannot be reached");
}

#[test]
fn what_stages_hand_on_is_for_the_executor_alone() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::sqlite();
    let cluster = Cluster::start(&house);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&cluster.config.key), 0o600);
    let own = entries(&cluster.work(0)).into_iter().find(|entry| entry.is_dir()).unwrap();
    assert_eq!([mode(&own), mode(&own.join("shuffle")), mode(&own.join("spill"))], [0o700; 3]);
}

#[test]
fn a_cluster_reads_files_in_a_bucket() {
    let Some(server) = bucket::Server::start() else { return };
    let house = House::sqlite();
    let cluster = Cluster::over(&house, &server.endpoint);
    let options = Options {
        store: Some(bucket::config(&server.endpoint)),
        cluster: Some(cluster.config.clone()),
        ..house.options()
    };
    (0..5).for_each(|number| _ = house.save(house.draft("deal").with("name", format!("Deal {number}"))));
    let there = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    there.catch_up().unwrap();
    there.flush().unwrap();
    let sql = "select name from deal where name > 'Deal 2' order by name";
    assert!(goes(&there, &Principal::system(), sql));
    assert_eq!(rows(&there, sql), ["Deal 3", "Deal 4"]);
}

#[test]
fn a_query_that_wants_all_memory_of_an_executor_is_told_so() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let there = cluster.warehouse(&house);
    let greedy = "select count(*) from (select distinct d.name || s.value as text from deal d, generate_series(1, 200000) s)";
    let told = ask_as(&there, &Principal::system(), greedy);
    assert!(matches!(told, Err(Error::Memory)), "{told:?}");
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);
}
