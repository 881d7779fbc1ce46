//! The same thing asked for several times at once happens once.

use std::{fmt::Write as _, fs, process::Stdio, thread};

use serde_json::json;

use crate::{
    program::{EMAIL, Program, on_both, text},
    wire::Request,
};

const TOGETHER: usize = 8;
const ROWS: usize = 1_500;

#[test]
fn a_request_sent_again_before_it_was_answered_takes_effect_once() {
    on_both(|database| {
        let mut program = Program::new(database);
        program.start();
        for number in 0..5 {
            let body = json!({ "name": format!("Company {number}") });
            let request = Request::json("POST", "/api/v1/companies", &body);
            let request = program.signed(request).with("idempotency-key", format!("key {number}"));
            let ids: Vec<String> = thread::scope(|scope| {
                let senders: Vec<_> = (0..TOGETHER)
                    .map(|_| scope.spawn(|| program.line().exchange(&request).expect("an answer").is(201)))
                    .collect();
                let answers =
                    senders.into_iter().map(|sender| sender.join().expect("one that was not refused"));
                answers.map(|answer| answer.json()["id"].as_str().expect("an id").to_owned()).collect()
            });
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        }
        let told = program.ask(Request::get("/api/v1/companies/count?count=exact")).is(200).json();
        assert_eq!(told["count"].as_u64(), Some(5));
    });
}

#[test]
fn a_key_that_was_used_for_another_address_is_refused() {
    on_both(|database| {
        let mut program = Program::new(database);
        program.start();
        let body = json!({ "name": "Acme" });
        let send =
            |path: &str| program.ask(Request::json("POST", path, &body).with("idempotency-key", "one key"));
        send("/api/v1/companies").is(201);
        send("/api/v1/products").is(409);
        send("/api/v1/companies").is(201);
    });
}

#[test]
fn one_file_imported_twice_at_once_by_key_makes_nothing_twice() {
    on_both(|database| {
        let mut program = Program::new(database);
        let file = program.file("people.csv");
        let mut csv = "First name,Last name,Email,Company\n".to_owned();
        for row in 0..ROWS {
            let _ = writeln!(csv, "First{row},Last{row},p{row}@example.com,Company {}", row % 300);
        }
        fs::write(&file, csv).expect("a file");
        let arguments = ["import", "--object", "person", "--key", "email", "--as", EMAIL, text(&file)];
        let begin = || {
            let mut command = program.command(&arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
        };
        for import in [begin(), begin(), begin()] {
            let output = import.wait_with_output().expect("an end");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        program.start();
        let told = program.ask(Request::get("/api/v1/people/count?count=exact")).is(200).json();
        assert_eq!(told["count"].as_u64(), Some(ROWS as u64));
        program.kill();
        program.check();
    });
}
