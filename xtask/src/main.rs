//! What is done to the house rather than in it: `cargo xtask VERB`.
//!
//! `test.rs` runs every test, `ci.rs` what has to hold before a change is kept, `tidy/` the habits that can be
//! checked by reading files, `bench.rs` the table of `docs/benchmarks.md`. `needs.rs` is what a bare machine lacks.

mod bench;
mod ci;
mod needs;
mod run;
mod test;
mod tidy;

use std::{env, path::PathBuf, process::ExitCode};

const HELP: &str = "\
cargo xtask VERB

  test [--no-browser]   all tests: Rust, documentation, browser journeys
  test --ballista       lints and tests of what the feature `ballista` adds, which nobody else builds
  ci [--fast]           test, formatting, lints, tidy; --fast leaves out the slow tests
  tidy                  dependency direction, file lengths, texts, dependencies, the map
  bench [--million] [--people N] [--postgres URL]
                        builds a release and prints the rows of docs/benchmarks.md
  bench warehouse|cluster [--people N] [--postgres URL]
                        the same of what the warehouse costs; of its queries on a cluster
  bench cube [--totals] a cube of ten million rows, beside DuckDB where --python says it is
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let flags: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("test") if flags.contains(&"--ballista") => test::ballista(),
        Some("test") => test::run(!flags.contains(&"--no-browser")),
        Some("ci") if flags.contains(&"--fast") => ci::fast(),
        Some("ci") => ci::run(),
        Some("tidy") => tidy::run(),
        Some("bench") => bench::run(&flags),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The top folder of the checkout.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the checkout").to_owned()
}
