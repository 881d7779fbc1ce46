//! `cargo run -p insights --example analyze -- rfm orders.csv`: the commands without the rest of the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    match insights::run(std::env::args_os(), warehouse::cubes::files::open, &mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
