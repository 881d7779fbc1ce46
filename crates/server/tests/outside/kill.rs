//! Twenty deaths, at random moments, in the middle of saves and imports: what was acknowledged is there, once.

use std::{
    collections::HashSet,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use kernel::Id;
use serde_json::{Value as Json, json};
use transfer::{mapping::Mode, run::State};

use crate::{
    ledger::{Effect, Ledger, Write},
    program::{EMAIL, Program, on_postgres, text},
    wire::Request,
};

const KILLS: usize = 20;
const WRITERS: usize = 8;
/// Writes that are acknowledged before a kill: so many, and up to so many more.
const LEAST_WRITES: u64 = 10;
const MORE_WRITES: u64 = 120;
/// Rows of each file.
const ROWS: usize = 2_500;
/// Every so many rows of leads name a file.
const ROWS_A_FILE: usize = 10;
const SEED: u64 = 20_260_316;
/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(180);

#[test]
fn twenty_kills_lose_nothing_and_double_nothing_on_sqlite() {
    survive(None);
}

#[test]
fn twenty_kills_lose_nothing_and_double_nothing_on_postgres() {
    on_postgres(|address| survive(Some(address)));
}

fn survive(database: Option<&str>) {
    let began = Instant::now();
    let mut test = Test::new(database);
    for round in 0..KILLS {
        test.start();
        test.load_and_kill(round);
        test.program.check();
    }
    test.start();
    test.finish_imports();
    test.program.check();
    let Test { ledger, retried, interrupted, .. } = &test;
    println!(
        "{KILLS} kills, {} acknowledged writes, {retried} sent again, {interrupted} imports interrupted, {:.0} s",
        ledger.writes,
        began.elapsed().as_secs_f32()
    );
}

struct Test {
    program: Program,
    ledger: Ledger,
    /// Sent and not answered.
    open: Vec<Write>,
    /// The deal that all tasks are for.
    deal: String,
    chance: Chance,
    retried: usize,
    interrupted: usize,
}

impl Test {
    fn new(database: Option<&str>) -> Test {
        let mut program = Program::new(database);
        fs::write(program.file("people.csv"), rows("people.example")).expect("a file");
        furnish_leads(&program.file("leads"));
        program.start();
        let deal = json!({ "name": "The deal that everybody works on" });
        let made = program.ask(Request::json("POST", "/api/v1/deals", &deal)).is(201).json();
        program.kill();
        Test {
            deal: made["id"].as_str().expect("an id").to_owned(),
            program,
            ledger: Ledger::default(),
            open: Vec::new(),
            chance: Chance(SEED),
            retried: 0,
            interrupted: 0,
        }
    }

    /// Starts the program, sends again what was not answered, and holds it to everything that was acknowledged.
    fn start(&mut self) {
        self.program.start();
        self.retried += self.open.len();
        for write in self.open.drain(..) {
            let answer = self.program.line().exchange(&write.request).expect("an answer");
            self.ledger.enter(&write, &answer);
        }
        self.ledger.verify(&self.program, &self.deal);
        self.ledger.search(&self.program, 17);
    }

    fn load_and_kill(&mut self, round: usize) {
        let writes = LEAST_WRITES + self.chance.next() % MORE_WRITES;
        let mut import = self.begin_import(round);
        let (told, acknowledged) = channel();
        let (mut ledgers, mut open) = (Vec::new(), Vec::new());
        thread::scope(|scope| {
            let (program, deal) = (&self.program, &self.deal);
            // Also when a check fails: the writers end with the program.
            let living = Living(program);
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let told = told.clone();
                    scope.spawn(move || write_on(program, &format!("r{round}w{writer}"), deal, &told))
                })
                .collect();
            drop(told);
            if let Some(import) = &mut import {
                wait(&acknowledged, writes / 2);
                import.kill().expect("it can be killed");
                import.wait().expect("an end");
            }
            // While the first import lasts, it comes some rows further each time, and never to its end.
            let before = count(program, "people");
            wait(&acknowledged, writes);
            while (1..ROWS).contains(&before) && count(program, "people") == before {
                wait(&acknowledged, 1);
            }
            self.interrupted += usize::from(busy_imports(program) > 0);
            drop(living);
            for writer in writers {
                let (ledger, pending) = writer.join().expect("a writer that was not refused anything");
                ledgers.push(ledger);
                open.push(pending);
            }
        });
        self.program.reap();
        ledgers.into_iter().for_each(|ledger| self.ledger.merge(ledger));
        self.open = open;
    }

    /// Every third round begins an import in a process of its own, which dies as well. The first makes its records
    /// without a look at what is there, so that a row taken twice is a record too many; the others are by key.
    fn begin_import(&self, round: usize) -> Option<Child> {
        let (people, leads) = (self.program.file("people.csv"), self.program.file("leads"));
        let arguments: &[&str] = match round {
            0 => &["import", "--object", "person", "--mode", "create", "--as", EMAIL, text(&people)],
            _ if round.is_multiple_of(3) => {
                &["import", "--object", "lead", "--key", "email", "--as", EMAIL, text(&leads)]
            }
            _ => return None,
        };
        let mut command = self.program.command(arguments);
        let mut import =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(import.stderr.take().expect("its output")).lines();
        let begun = lines.any(|line| line.expect("a line").starts_with("Import "));
        assert!(begun, "it begins");
        // The first one dies in the middle of its rows.
        while round == 0 && count(&self.program, "people") == 0 {
            thread::yield_now();
        }
        Some(import)
    }

    /// All imports come to their end, at once those that would wait after so many deaths, and once more makes nothing
    /// twice.
    fn finish_imports(&mut self) {
        let began = Instant::now();
        for import in imports(&self.program).iter().filter(|job| job["state"] == "retrying") {
            let retry = format!("/api/v1/jobs/{}/retry", import["id"].as_str().expect("an id"));
            let answer = self.program.ask(Request::json("POST", retry, &json!({})));
            // Refused when it has begun by itself by now.
            assert!([204, 422].contains(&answer.status), "{}", answer.json());
        }
        while busy_imports(&self.program) > 0 {
            assert!(began.elapsed() < PATIENCE, "the imports do not end:\n{}", self.program.log());
            thread::yield_now();
        }
        let leads = self.program.file("leads");
        let again = ["import", "--object", "lead", "--key", "email", "--as", EMAIL, text(&leads)];
        let output = self.program.run(&again);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.contains("0 created, 0 updated, 2,500 unchanged"), "{said}");
        assert_eq!((count(&self.program, "people"), count(&self.program, "leads")), (ROWS, ROWS));
        self.ledger.verify(&self.program, &self.deal);
        self.ledger.search(&self.program, 1);
        self.program.kill();
        let house = self.program.open();
        let imports = house.only().expect("one workspace").db().read(|tx| transfer::run::list(tx, None, 100));
        for import in imports.expect("the imports") {
            assert_eq!((import.state, import.progress.counts.rows), (State::Done, ROWS as u64));
            let mode = import.mapping.mode;
            let created = if mode == Mode::Create { ROWS as u64 } else { import.progress.counts.created };
            assert_eq!(import.progress.counts.created, created);
        }
        let files = house.only().expect("one workspace").db().read(|tx| blobs::claimed(tx, None, ROWS));
        let files = files.expect("the files");
        let holders: HashSet<Id> = files.iter().map(|(_, _, record)| *record).collect();
        assert_eq!((files.len(), holders.len()), (ROWS / ROWS_A_FILE, ROWS / ROWS_A_FILE), "each file once");
    }
}

/// Writes until nobody answers; what was acknowledged, and what was sent last.
fn write_on(program: &Program, name: &str, deal: &str, told: &Sender<()>) -> (Ledger, Write) {
    let (mut line, mut ledger) = (program.line(), Ledger::default());
    for number in 0.. {
        // A word that no other one begins with.
        let name = format!("{name}n{number}e");
        let mut wishes = vec![Write::create(program, &name)];
        while let Some(write) = wishes.pop() {
            let answer = loop {
                match line.exchange(&write.request) {
                    Ok(answer) if answer.status == 503 => {}
                    Ok(answer) => break answer,
                    Err(_) => return (ledger, write),
                }
            };
            ledger.enter(&write, &answer);
            // Nobody listens any more once the kill is due.
            let _ = told.send(());
            if write.effect == Effect::Create {
                let id = &ledger.companies[&name].id;
                match number % 6 {
                    1 | 4 => wishes.push(Write::employ(program, &name, id, number)),
                    2 => wishes.push(Write::task(program, &name, deal)),
                    5 => wishes.push(Write::delete(program, &name, id)),
                    _ => {}
                }
            }
        }
    }
    unreachable!("numbers do not end")
}

fn wait(acknowledged: &Receiver<()>, count: u64) {
    for _ in 0..count {
        acknowledged.recv_timeout(PATIENCE).expect("writers that go on");
    }
}

/// The serving process, which dies with this, by its number, as its keeper is lent to the writers.
struct Living<'a>(&'a Program);

impl Drop for Living<'_> {
    fn drop(&mut self) {
        let killed = Command::new("kill").args(["-9", &self.0.id().to_string()]).status();
        if !thread::panicking() {
            assert!(killed.expect("kill starts").success());
        }
    }
}

fn count(program: &Program, plural: &str) -> usize {
    let told = program.ask(Request::get(format!("/api/v1/{plural}/count?count=exact"))).is(200).json();
    told["count"].as_u64().and_then(|count| usize::try_from(count).ok()).expect("a count")
}

/// Imports that are not at their end.
fn busy_imports(program: &Program) -> usize {
    let imports = imports(program);
    let dead: Vec<&Json> = imports.iter().filter(|job| job["state"] == "dead").collect();
    assert!(dead.is_empty(), "{dead:?}");
    imports.iter().filter(|job| job["finished_at"].is_null()).count()
}

/// The jobs of imports.
fn imports(program: &Program) -> Vec<Json> {
    let mut told = program.ask(Request::get("/api/v1/jobs")).is(200).json();
    let Json::Array(mut jobs) = told["jobs"].take() else { panic!("no jobs: {told}") };
    jobs.retain(|job| job["name"] == "transfer/import");
    jobs
}

/// A folder with a table and the files that some of its rows name.
fn furnish_leads(folder: &Path) {
    fs::create_dir_all(folder.join("files")).expect("a folder");
    let mut table = String::new();
    for (at, line) in rows("leads.example").lines().enumerate() {
        let row = at.wrapping_sub(1);
        let file = match at {
            0 => "Files".to_owned(),
            _ if row.is_multiple_of(ROWS_A_FILE) => format!("files/{row}.txt"),
            _ => String::new(),
        };
        if file.ends_with(".txt") {
            fs::write(folder.join(&file), format!("What belongs to row {row}\n")).expect("a file");
        }
        let _ = writeln!(table, "{line},{file}");
    }
    fs::write(folder.join("leads.csv"), table).expect("a file");
}

fn rows(domain: &str) -> String {
    let mut csv = "First name,Last name,Email,Phone,Description\n".to_owned();
    for row in 0..ROWS {
        let _ = writeln!(csv, "First{row},Last{row},p{row}@{domain},+4930{row:07},\"Row {row}, by import\"");
    }
    csv
}

/// Numbers that look like chance and are the same in every run (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
