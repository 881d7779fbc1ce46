//! Queries on a cluster by the program's own commands; and what a program says that was built without.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

fn rapport(place: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command.args(arguments).current_dir(place).env("RAPPORT_LOG", "error");
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn place(engine: &str) -> TempDir {
    let place = TempDir::new().expect("a folder");
    let text = format!("[analytics]\nengine = \"{engine}\"\n");
    std::fs::write(place.path().join("rapport.toml"), text).expect("a file");
    place
}

#[test]
fn an_engine_that_is_none_is_refused() {
    for engine in ["spark://here:1", "ballista://", "ballista://here", "ballista://here:port"] {
        let output =
            rapport(place(engine).path(), &["query", "select 1"]).output().expect("the program starts");
        assert!(
            !output.status.success() && said(&output).contains("ballista://HOST:PORT"),
            "{}",
            said(&output)
        );
    }
}

#[cfg(not(feature = "ballista"))]
#[test]
fn a_program_built_without_ballista_says_what_to_do() {
    let place = place("ballista://127.0.0.1:50050");
    let create = ["user", "create", "ada@x.example", "--name", "Ada"];
    assert!(rapport(place.path(), &create).status().expect("the program starts").success());
    for arguments in [&["query", "select 1"][..], &["cluster", "scheduler"], &["cluster", "executor"]] {
        let output = rapport(place.path(), arguments).output().expect("the program starts");
        assert!(!output.status.success());
        for part in ["built without Ballista", "--features ballista", "`engine`"] {
            assert!(said(&output).contains(part), "{}", said(&output));
        }
    }
}

#[cfg(feature = "ballista")]
mod running {
    use std::{
        io::{BufRead, BufReader},
        process::{Child, Stdio},
    };

    use super::*;

    struct Process(Child);

    impl Drop for Process {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// The process, and the line it says when it is ready.
    fn start(place: &Path, arguments: &[&str]) -> (Process, String) {
        let mut child = rapport(place, arguments).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("what it says");
        BufReader::new(out).read_line(&mut line).expect("a line");
        (Process(child), line)
    }

    #[test]
    fn a_scheduler_and_two_executors_answer_by_command() {
        let place = TempDir::new().expect("a folder");
        let run = |arguments: &[&str]| {
            let output = rapport(place.path(), arguments).output().expect("the program starts");
            assert!(output.status.success(), "{}", said(&output));
            said(&output)
        };
        let ask = |sql: &str| run(&["query", "--csv", sql]);
        for name in ["Ada", "Bob"] {
            let email = format!("{name}@x.example");
            run(&["user", "create", &email, "--name", name, "--password", "long enough to hold"]);
        }
        let sql = "select name, distance_km(length(name), 0, 0, 0) from \"user\" order by name";
        let wanted = ask(sql);
        let (_scheduler, line) = start(place.path(), &["cluster", "scheduler", "--at", "127.0.0.1:0"]);
        let address = line.trim().trim_end_matches('.').rsplit_once(' ').expect("an address").1.to_owned();
        let text = format!("[analytics]\nengine = \"ballista://{address}\"\n");
        std::fs::write(place.path().join("rapport.toml"), text).expect("a file");
        let _executors = [0, 1].map(|_| start(place.path(), &["cluster", "executor", "--cores", "1"]));
        assert!(ask(&format!("explain {sql}")).contains(&format!("Cluster: {address}")));
        assert_eq!(ask(sql), wanted);
    }
}
