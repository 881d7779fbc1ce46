//! Definitions that a command changes while the program serves.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    program::{Program, on_both, text},
    wire::Request,
};

/// How long the program may serve what is no longer so.
const PATIENCE: Duration = Duration::from_secs(60);
const VAN: &str = "name = \"van\"\nplural = \"vans\"\ntitle = [\"name\"]\n\
                   [[field]]\nname = \"name\"\ntype = \"text\"\n";

#[test]
fn what_a_command_defines_or_takes_away_is_so_for_the_program_that_serves() {
    on_both(|database| {
        let mut program = Program::new(database);
        program.start();
        let file = program.file("van.toml");
        fs::write(&file, VAN).expect("a file");
        define(&program, &[text(&file)]);
        until(&program, 200);
        let van = serde_json::json!({ "name": "Red" });
        program.ask(Request::json("POST", "/api/v1/vans", &van)).is(201);
        define(&program, &["--remove", "van"]);
        until(&program, 404);
    });
}

fn define(program: &Program, arguments: &[&str]) {
    let output = program.run(&[&["define"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Asks for the vans until they are answered like that.
fn until(program: &Program, status: u16) {
    let began = Instant::now();
    while program.ask(Request::get("/api/v1/vans")).status != status {
        assert!(began.elapsed() < PATIENCE, "it is not {status} yet");
    }
}
