//! How fast records are saved and read, on both databases: `cargo bench -p records [-- people deals]`.
//!
//! Prints one line a figure. `tests/it/cost.rs` runs the same world small and counts statements instead of time.

#[path = "world.rs"]
mod world;

use std::time::{Duration, Instant};

use db::testing::TestDb;
use kernel::Id;
use records::{Draft, GroupQuery, Principal, schema};
use world::{BATCH, World};

const COMPANIES: usize = 5_000;

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let [people, deals] =
        [(0, 50_000), (1, 200_000)].map(|(at, usual)| sizes.get(at).copied().unwrap_or(usual));
    let only = std::env::args().find(|word| word == "sqlite" || word == "postgres");
    if only.as_deref() != Some("postgres") {
        measure("sqlite", &TestDb::sqlite(schema::MIGRATIONS).expect("a SQLite file"), people, deals);
    }
    if only.as_deref() != Some("sqlite") {
        measure("postgres", &TestDb::postgres(schema::MIGRATIONS).expect("a PostgreSQL"), people, deals);
    }
}

fn measure(name: &str, db: &TestDb, people: usize, deals: usize) {
    println!("{name}");
    let world = World::on(db);
    let companies = world.add_companies(COMPANIES);
    import(&world, people);
    let (begun, busy) = (Instant::now(), Busy::now());
    let deal_ids = world.add_deals(deals, &companies);
    print_rate("save_all of deals", deals, begun.elapsed(), busy.since());
    println!();
    db.optimize().expect("statistics are made");

    save_singly(&world);
    if deals == 0 {
        return;
    }
    for (who, principal) in [("system", world.root.clone()), ("rep", world.rep())] {
        read(&world, who, &principal, &deal_ids);
    }
}

fn import(world: &World, people: usize) {
    for round in ["import of new people", "import of the same people"] {
        let (begun, busy) = (Instant::now(), Busy::now());
        for first in (0..people).step_by(BATCH) {
            let count = BATCH.min(people - first);
            assert_eq!(world.import_people(first, count, COMPANIES), Ok(count));
        }
        print_rate(round, people, begun.elapsed(), busy.since());
        println!();
    }
}

fn save_singly(world: &World) {
    let person = world.engine.object("person").expect("there are people");
    let mut ids = Vec::new();
    repeat("save of a new record", |number| {
        let draft = Draft::new(&person).with("name.last", format!("Single {number}")).with("score", 1);
        ids.extend(world.save_all(vec![draft]));
    });
    repeat("save of a change", |number| {
        let draft = Draft::change(&person, ids[number % ids.len()]).with("score", 2 + number as i64);
        world.save_all(vec![draft]);
    });
}

fn read(world: &World, who: &str, principal: &Principal, deals: &[Id]) {
    let engine = &world.engine;
    let deal = engine.object("deal").expect("there are deals");
    let person = engine.object("person").expect("there are people");
    // Every eighth deal is the rep's.
    let own: Vec<Id> = deals.iter().step_by(world::USERS).copied().collect();
    repeat(&format!("load, {who}"), |number| {
        let id = own[number * 7919 % own.len()];
        engine.load(principal, &deal, id).expect("the deal is there");
    });
    let query = world.deals_query();
    repeat(&format!("list of 50, {who}"), |_| {
        let page = engine.list(principal, &query).expect("the page is read");
        assert_eq!(page.records.len(), 50.min(page.records.len()));
    });
    let all = records::ListQuery::new(&deal);
    repeat(&format!("count, {who}"), |_| {
        engine.read(principal, |reader| reader.count(&query)).expect("they are counted");
    });
    let group = GroupQuery { records: all, by: Some("stage".to_owned()), sums: vec!["amount".to_owned()] };
    repeat(&format!("group and sum, {who}"), |_| {
        engine.read(principal, |reader| reader.group(&group)).expect("they are grouped");
    });
    for words in ["ann", "ann lars", "quartz.example", "kow"] {
        repeat(&format!("search \"{words}\", {who}"), |_| {
            engine.read(principal, |reader| reader.search(&person, words, 10)).expect("it is searched");
        });
    }
}

/// Repeats for a short while on one thread; prints how often a second, and what 99 of 100 take at most.
fn repeat(what: &str, mut work: impl FnMut(usize)) {
    let mut times = Vec::new();
    let (begun, busy) = (Instant::now(), Busy::now());
    while begun.elapsed() < Duration::from_millis(400) || times.len() < 3 {
        let started = Instant::now();
        work(times.len());
        times.push(started.elapsed());
    }
    let count = times.len();
    print_rate(what, count, begun.elapsed(), busy.since());
    times.sort_unstable();
    println!(", 99 % within {:.1} µs", times[count * 99 / 100].as_secs_f64() * 1e6);
}

/// Prints how often a second something was done, how long once took, and how long of that this thread computed.
fn print_rate(what: &str, count: usize, took: Duration, busy: Duration) {
    let each = took.as_secs_f64() / count.max(1) as f64;
    let busy = busy.as_secs_f64() / count.max(1) as f64;
    print!("  {what:<32}{:>9.0} a second, {:>9.1} µs each, {:>8.1} busy", 1.0 / each, each * 1e6, busy * 1e6);
}

/// How long this thread has been computing, whatever else the machine does; known on Linux only.
struct Busy(u64);

impl Busy {
    fn now() -> Busy {
        let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        Busy(times.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or(0))
    }

    fn since(&self) -> Duration {
        Duration::from_nanos(Busy::now().0 - self.0)
    }
}
