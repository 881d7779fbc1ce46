//! What was acknowledged survives the death of the process: once, in the log, and found by search.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use db::{Config, Db, config::Durability, testing::TestDb};
use expr::sql::Sql;
use kernel::Id;
use records::{Draft, ListQuery, Trash, change_log::Happening, plain, schema};
use serde_json::Value as Json;

use crate::world::{BATCH, World};

/// Tells the child process where the database is and which round it is.
const PLACE: &str = "RAPPORT_TEST_CRASH_PLACE";
const THREADS: usize = 16;
const COMPANIES: usize = 50;
const ROUNDS: usize = 10;

fn open(url: &str) -> Db {
    let config = Config { durability: Durability::Process, connections: THREADS + 4, ..Config::new(url) };
    Db::open(&config, schema::MIGRATIONS).unwrap()
}

/// The process to be killed. Without the variable, this is a test of nothing and passes.
#[test]
fn saves_until_it_is_killed() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let (round, url) = place.split_once(' ').unwrap();
    let round: usize = round.parse().unwrap();
    let world = World::on(&open(url));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let world = &world;
            scope.spawn(move || save_singly(world, &format!("r{round}t{thread}")));
        }
        for batch in 0.. {
            let first = (round * 1_000 + batch) * BATCH;
            world.import_people(first, BATCH / 5, COMPANIES).unwrap();
            println!("acknowledged batch {first}");
        }
    });
}

/// Makes companies, changes some and deletes some; tells each that is on disk.
fn save_singly(world: &World, name: &str) {
    let company = world.engine.object("company").unwrap();
    for number in 0.. {
        let draft = Draft::new(&company).with("name", format!("crash {name}n{number}")).with("city", "Oslo");
        let id = world.save_all(vec![draft])[0];
        println!("acknowledged {id} 1 {name}n{number}");
        if number % 3 == 1 {
            world.save_all(vec![Draft::change(&company, id).with("city", "Rome")]);
            println!("acknowledged {id} 2 {name}n{number}");
        }
        if number % 5 == 4 {
            world.engine.write(&world.root, |writer| writer.delete(&company, id)).unwrap();
            println!("acknowledged {id} 2 {name}n{number}");
        }
    }
}

/// What a child told before it died.
#[derive(Default)]
struct Acknowledged {
    /// By id: the version and the word that finds it.
    companies: HashMap<Id, (i64, String)>,
    /// The first numbers of batches of people.
    batches: Vec<usize>,
    lines: usize,
}

impl Acknowledged {
    fn take(&mut self, line: &str) {
        let Some((_, told)) = line.rsplit_once("acknowledged ") else { return };
        let words: Vec<&str> = told.split(' ').collect();
        self.lines += 1;
        match words.as_slice() {
            ["batch", first] => self.batches.push(first.parse().unwrap()),
            [id, version, name] => {
                self.companies.insert(id.parse().unwrap(), (version.parse().unwrap(), (*name).to_owned()));
            }
            _ => panic!("{line}"),
        }
    }
}

fn kill_and_check(url: &str) {
    {
        let world = World::on(&open(url));
        world.add_companies(COMPANIES);
    }
    let mut all = Acknowledged::default();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::saves_until_it_is_killed", "--nocapture"])
            .env(PLACE, format!("{round} {url}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // A different moment each round.
        let until = all.lines + 1 + round * 7919 % 193;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while all.lines < until {
            all.take(&lines.next().expect("the child goes on").unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had told but nobody had read counts too; the last line may be torn.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        rest.iter().take(rest.len().saturating_sub(1)).for_each(|line| all.take(line));
        let world = World::on(&open(url));
        settle(&world);
        check(&world, &all);
    }
}

/// Waits until the server has noticed that its client is dead: what was under way there has then ended, one way or the
/// other, and the log is settled to its last row.
fn settle(world: &World) {
    let rows = Sql::new("select count(*) from \"change\"");
    let mut before = -1;
    for _ in 0..1_000 {
        let all = world.engine.db().query(&rows, |row| row.int(0).unwrap_or(0)).unwrap()[0];
        let last = world.engine.read(&world.root, |reader| reader.changes_after(0, 1_000_000)).unwrap().len();
        if all == before && usize::try_from(all) == Ok(last) {
            return;
        }
        before = all;
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the killed process's transactions do not end");
}

fn check(world: &World, acknowledged: &Acknowledged) {
    let logged = replay(world);
    for (object, label) in [("company", "name"), ("person", "email")] {
        let records = read_all(world, object);
        let distinct: std::collections::HashSet<&str> =
            records.values().map(|record| record.text(label)).collect();
        assert_eq!(distinct.len(), records.len(), "a {object} is there twice");
        let in_log = logged.values().filter(|known| known.object == object).count();
        assert_eq!(in_log, records.len(), "log and records differ in number");
        for (id, record) in &records {
            let known = &logged[id];
            assert_eq!(known.version, record.version());
            for column in ["name", "name_last", "city", "email", "company", "deleted_at"] {
                let at = record.object.columns.iter().position(|known| known.name == column);
                let Some(at) = at else { continue };
                let said = known.fields.get(column).unwrap_or(&Json::Null);
                assert_eq!(*said, plain::to_json(&record.values[at]), "{object} {id} {column}");
            }
        }
        if object == "company" {
            for (id, (version, name)) in &acknowledged.companies {
                let there = records.get(id).unwrap_or_else(|| panic!("{name} was acknowledged and is lost"));
                assert!(there.version() >= *version, "a change of {name} is lost");
            }
        } else {
            assert!(records.len().is_multiple_of(BATCH / 5), "half a batch is there");
            assert!(records.len() >= acknowledged.batches.len() * (BATCH / 5), "a batch is lost");
        }
    }
    check_search(world, acknowledged);
    assert_eq!(world.engine.db().check().unwrap(), [""; 0]);
}

/// Every seventh company is found by its name, or not when it was deleted.
fn check_search(world: &World, acknowledged: &Acknowledged) {
    let company = world.engine.object("company").unwrap();
    let found =
        |name: &str| world.engine.read(&world.root, |reader| reader.search(&company, name, 5)).unwrap();
    for (id, (_, name)) in acknowledged.companies.iter().step_by(7) {
        let record = world.engine.read(&world.root, |reader| reader.load(&company, *id)).unwrap();
        let hits = found(&format!("{name} "));
        let ids: Vec<Id> = hits.iter().map(|hit| hit.id).collect();
        assert_eq!(ids, if record.is_deleted() { vec![] } else { vec![*id] }, "search for {name}");
    }
}

/// What the log says of one record, played from the beginning.
struct Replayed {
    object: String,
    version: i64,
    fields: HashMap<String, Json>,
}

fn replay(world: &World) -> HashMap<Id, Replayed> {
    let mut replayed: HashMap<Id, Replayed> = HashMap::new();
    let mut after = 0;
    loop {
        let changes = world.engine.read(&world.root, |reader| reader.changes_after(after, 10_000)).unwrap();
        let Some(last) = changes.last() else { return replayed };
        after = last.seq;
        for change in changes {
            let known = replayed.entry(change.record).or_insert_with(|| Replayed {
                object: change.object.clone(),
                version: 0,
                fields: HashMap::new(),
            });
            assert_eq!(change.version, known.version + 1, "a change is missing in the log, or there twice");
            assert_eq!(change.happening == Happening::Create, change.version == 1);
            known.version = change.version;
            known.fields.extend(change.fields.into_iter().map(|field| (field.column, field.after)));
        }
    }
}

fn read_all(world: &World, object: &str) -> HashMap<Id, records::Record> {
    let object = world.engine.object(object).unwrap();
    let mut query = ListQuery::new(&object).limit(200);
    (query.labels, query.trash) = (false, Trash::Included);
    let mut records = HashMap::new();
    loop {
        let page = world.engine.read(&world.root, |reader| reader.list(&query)).unwrap();
        for record in page.records {
            assert!(records.insert(record.id(), record).is_none(), "one record twice");
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return records,
        }
    }
}

#[test]
fn acknowledged_saves_survive_a_kill_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    kill_and_check(&format!("sqlite:{}", folder.path().join("rapport.db").display()));
}

#[test]
fn acknowledged_saves_survive_a_kill_on_postgres() {
    let db = TestDb::postgres(schema::MIGRATIONS).unwrap();
    kill_and_check(&db.config().url);
}
