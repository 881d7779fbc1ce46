use std::process::ExitCode;

use clap::Parser;
use server::commands::Program;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = match Program::try_parse() {
        Ok(program) => program,
        Err(said) => {
            let _ = said.print();
            return wrong_use(&said);
        }
    };
    match program.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rapport: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Wrong use ends with 2, as it does elsewhere; but that an import ends with says that rows were refused.
fn wrong_use(said: &clap::Error) -> ExitCode {
    let is_import = std::env::args().any(|argument| argument == "import");
    match said.exit_code() {
        2 if is_import => ExitCode::FAILURE,
        code => ExitCode::from(u8::try_from(code).unwrap_or(1)),
    }
}
