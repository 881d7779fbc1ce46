//! Disk full, database locked, database gone: said plainly to people and programs, and over without a restart.

use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

use db::{
    Config, Db,
    testing::{OwnServer, way_to_mount},
};
use serde_json::json;

use crate::{
    program::{Program, text},
    wire::{Answer, Request},
};

/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn company(name: &str) -> Request {
    Request::json("POST", "/api/v1/companies", &json!({ "name": name }))
}

/// What a person sends who presses the button of a form.
fn form(cookie: &str, name: &str) -> Request {
    let body = format!("name={name}");
    let request = Request { method: "POST", path: "/companies/new".to_owned(), headers: Vec::new(), body };
    request.with("content-type", "application/x-www-form-urlencoded").with("cookie", cookie)
}

/// Asks until the answer is another; gives how long that took.
fn until(program: &Program, request: &Request, status: u16) -> Answer {
    let began = Instant::now();
    loop {
        let answer = program.ask(request.clone());
        if answer.status == status {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "still {}: {}\n{}", answer.status, answer.body, program.log());
        thread::yield_now();
    }
}

/// A problem document that says it, and a time to try again.
#[track_caller]
fn is_problem(answer: &Answer, said: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(answer.json()["type"], "/problems/unavailable");
    let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail.contains(said), "{detail}");
}

/// A page in the program's own frame that says it.
#[track_caller]
fn is_page(answer: &Answer, said: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.header("content-type").starts_with("text/html"), "{:?}", answer.headers);
    assert!(answer.body.contains("<h1") && answer.body.contains(said), "{}", answer.body);
}

/// A button on such a page sends again what was typed.
#[track_caller]
fn keeps_what_was_typed(answer: &Answer) {
    for part in
        ["action=\"/companies/new\"", "name=\"name\" value=\"Typed\"", "Try again with what you typed"]
    {
        assert!(answer.body.contains(part), "{part}: {}", answer.body);
    }
}

#[test]
fn a_full_disk_is_named_and_once_there_is_room_everything_goes_on() {
    let mut program = Program::new(None);
    let Some(within) = small_disk(&program) else {
        println!("not tested: no file system can be mounted here");
        return;
    };
    program.run_within(within);
    program.start();
    let cookie = program.sign_in();
    program.ask(company("Before")).is(201);
    let ballast = PathBuf::from(format!("/proc/{}/root{}/ballast", program.id(), text(&program.disk())));
    fill(&ballast);
    // The log of the database may have some room left.
    let refused = (0..).map(|number| program.ask(company(&format!("Small {number}"))));
    let refused = refused.into_iter().find(|answer| answer.status != 201).expect("an end of the room");
    is_problem(&refused, "The disk of the server is full.");
    let page = program.send(&form(&cookie, "Typed"));
    is_page(&page, "The disk of the server is full.");
    keeps_what_was_typed(&page);
    let page = program.send(&Request::get("/companies").with("cookie", cookie.as_str())).is(200);
    assert!(page.body.contains("Before"), "what is there can be read");
    assert!(program.log().contains("the disk is full"), "{}", program.log());
    fs::remove_file(&ballast).expect("room");
    program.ask(company("After")).is(201);
    assert_eq!(program.send(&form(&cookie, "Typed")).status, 303);
    assert!(!program.log().contains("panicked"), "{}", program.log());
    let id = program.id().to_string();
    program.run_within(["nsenter", "--mount", "--target", &id].map(str::to_owned).to_vec());
    program.check();
}

#[test]
fn a_full_disk_of_the_database_server_is_named_and_nothing_that_was_acknowledged_is_lost() {
    let Some(mut server) = OwnServer::start_on_small_disk().expect("a PostgreSQL") else {
        println!("not tested: no file system can be mounted here");
        return;
    };
    let mut program = Program::new(Some(&server.address()));
    program.start();
    let cookie = program.sign_in();
    let list = Request::get("/companies").with("cookie", cookie.as_str());
    let mut acknowledged = Vec::new();
    for round in 0..2 {
        program.ask(company(&format!("Before {round}"))).is(201);
        acknowledged.push(format!("Before {round}"));
        server.fill_disk().expect("a full disk");
        // The pages of the tables may have some room left. Writers come together, as they do.
        let refused = thread::scope(|scope| {
            let program = &program;
            let save = move |writer: usize| {
                let names = (0..).map(|number| format!("Small {round}.{writer}.{number}"));
                let mut saved = Vec::new();
                for name in names {
                    let answer = program.ask(company(&name));
                    if answer.status != 201 {
                        return (saved, answer);
                    }
                    saved.push(name);
                }
                unreachable!("there is no end of numbers")
            };
            let writers: Vec<_> = (0..8).map(|writer| scope.spawn(move || save(writer))).collect();
            writers.into_iter().map(|writer| writer.join().expect("an answer")).collect::<Vec<_>>()
        });
        for (saved, answer) in refused {
            is_problem(&answer, "The disk of the server is full.");
            acknowledged.extend(saved);
        }
        let page = program.send(&form(&cookie, "Typed"));
        is_page(&page, "The disk of the server is full.");
        keeps_what_was_typed(&page);
        assert!(program.send(&list).is(200).body.contains("Before 0"), "what is there can be read");
        program.ask(Request::get("/api/v1/companies?q=Before")).is(200);
        server.make_room().expect("room");
        program.ask(company(&format!("After {round}"))).is(201);
        acknowledged.push(format!("After {round}"));
    }
    assert!(program.log().contains("the disk is full"), "{}", program.log());
    assert!(!program.log().contains("panicked"), "{}", program.log());
    for name in &acknowledged {
        let path = format!("/api/v1/companies/count?filter=name%3D%22{}%22", name.replace(' ', "+"));
        assert_eq!(program.ask(Request::get(&path)).is(200).json()["count"], 1, "{name}");
    }
    let standing = program.ask(Request::get("/api/v1/companies/count?count=exact")).is(200);
    assert_eq!(standing.json()["count"], acknowledged.len(), "and nothing that was refused is there");
    program.check();
}

/// What runs a command with the workspace on a disk of 16 MB, if this machine lets us.
fn small_disk(program: &Program) -> Option<Vec<String>> {
    const MOUNT: &str = "cp -a \"$1\" \"$1.kept\" && mount -t tmpfs -o size=16m tmpfs \"$1\" && \
        cp -a \"$1.kept\"/. \"$1\" && shift && exec \"$@\"";
    let disk = program.disk();
    let way = way_to_mount()?;
    let rest = ["sh", "-c", MOUNT, "sh", text(&disk)];
    Some(way.iter().chain(&rest).map(|word| (*word).to_owned()).collect())
}

fn fill(ballast: &PathBuf) {
    let mut file = File::create(ballast).expect("a file on the small disk");
    for block in [1 << 16, 1 << 10, 1] {
        while file.write_all(&vec![0; block]).is_ok() {}
    }
}

#[test]
fn a_database_that_another_program_keeps_locked_is_named_and_free_again_when_it_lets_go() {
    let mut program = Program::new(None);
    program.start();
    let cookie = program.sign_in();
    let (app, _) = app::App::new(server::features()).expect("the shipped definitions");
    let other = Db::open(&Config::new(program.database()), app.migrations()).expect("the database");
    let (locked, is_locked) = channel::<()>();
    let (free, is_free) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let held = other.write(|_| -> Result<(), db::Error> {
                locked.send(()).expect("somebody waits");
                is_free.recv().expect("somebody lets go");
                Ok(())
            });
            held.expect("a lock");
        });
        is_locked.recv().expect("a lock");
        let began = Instant::now();
        program.send(&Request::get("/companies").with("cookie", cookie.as_str())).is(200);
        let program = &program;
        let writers: Vec<_> = (0..8)
            .map(|number| scope.spawn(move || program.ask(company(&format!("Company {number}")))))
            .collect();
        let page = scope.spawn(|| program.send(&form(&cookie, "Typed")));
        for writer in writers {
            is_problem(&writer.join().expect("an answer"), "Something else is keeping the database busy.");
        }
        is_page(&page.join().expect("an answer"), "Something else is keeping the database busy.");
        // All are told at about the same time, not one after the other.
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        free.send(()).expect("somebody holds the lock");
        until(program, &company("After"), 201);
    });
    assert!(program.log().contains("the database is busy"), "{}", program.log());
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[test]
fn people_read_while_more_writes_wait_than_there_are_threads() {
    let mut program = Program::new(None);
    program.start();
    let cookie = program.sign_in();
    let (app, _) = app::App::new(server::features()).expect("the shipped definitions");
    let other = Db::open(&Config::new(program.database()), app.migrations()).expect("the database");
    thread::scope(|scope| {
        let program = &program;
        let writers = other.write(|_| -> Result<_, db::Error> {
            let writers: Vec<_> = (0..200)
                .map(|number| scope.spawn(move || program.ask(company(&format!("Company {number}")))))
                .collect();
            let list = Request::get("/companies").with("cookie", cookie.as_str());
            let began = Instant::now();
            while !writers.iter().any(|writer| writer.is_finished()) {
                let asked = Instant::now();
                program.send(&list).is(200);
                assert!(asked.elapsed() < Duration::from_secs(5), "a page took {:?}", asked.elapsed());
            }
            assert!(began.elapsed() > Duration::from_secs(5), "nobody waited");
            Ok(writers)
        });
        for writer in writers.expect("a lock") {
            let answer = writer.join().expect("an answer");
            assert!([201, 503].contains(&answer.status), "{}: {}", answer.status, answer.body);
        }
    });
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[test]
fn a_database_server_that_goes_is_named_and_found_again_when_it_comes_back() {
    let mut server = OwnServer::start().expect("a PostgreSQL");
    let mut program = Program::new(Some(&server.address()));
    program.start();
    let cookie = program.sign_in();
    program.ask(company("Before")).is(201);
    let list = Request::get("/companies").with("cookie", cookie.as_str());
    let api = Request::get("/api/v1/companies");
    for round in 0..2 {
        server.stop().expect("it stops");
        is_problem(&program.ask(company("During")), "The database does not answer.");
        is_problem(&program.ask(api.clone()), "The database does not answer.");
        is_page(&program.send(&list), "The database does not answer.");
        let page = program.send(&form(&cookie, "Typed"));
        is_page(&page, "The database does not answer.");
        keeps_what_was_typed(&page);
        let health = program.send(&Request::get("/healthz"));
        assert_eq!(health.status, 503, "{}", health.body);
        assert!(health.body.contains("cannot be reached"), "{}", health.body);
        server.start_again().expect("it starts");
        // Nobody pays for the connections that died: the very first requests succeed.
        assert!(program.send(&list).is(200).body.contains("Before"));
        program.ask(api.clone()).is(200);
        program.ask(company(&format!("After {round}"))).is(201);
    }
    // What only answers questions says so, and pages are read from it.
    server.stop().expect("it stops");
    server.start_as_standby().expect("it starts");
    is_problem(&program.ask(company("During")), "The database takes no changes just now.");
    let page = program.send(&form(&cookie, "Typed"));
    is_page(&page, "The database takes no changes just now.");
    keeps_what_was_typed(&page);
    assert!(program.send(&list).is(200).body.contains("Before"));
    program.ask(api.clone()).is(200);
    server.stop().expect("it stops");
    server.start_again().expect("it starts");
    program.ask(company("After all")).is(201);
    assert!(program.log().contains("the database takes no changes"), "{}", program.log());
    assert!(program.log().contains("the database cannot be reached"), "{}", program.log());
    assert!(!program.log().contains("panicked"), "{}", program.log());
    // Jobs go on as well.
    let file = program.file("people.csv");
    fs::write(&file, "Name,Email\nAda Lovelace,ada@example.com\n").expect("a file");
    let output = program.run(&["import", "--object", "person", text(&file)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program.check();
}
