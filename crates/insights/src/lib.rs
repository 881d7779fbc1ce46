//! `rapport analyze`: every model of the library `analytics` as a command on a file.
//!
//! A command is one file in the folder of its family. It holds the options, reads columns from a [`table`], calls the
//! library, and fills a [`output::Report`]; nothing is computed here that the library can compute. Start with
//! [`commands`], the list of all commands, and any one of them (`value/rfm.rs`, say).
//!
//! No network and no database: files in, text out.

pub mod attribution;
pub mod baskets;
pub mod commands;
pub mod failure;
pub mod forecast;
mod level;
pub mod output;
pub mod prediction;
pub mod response;
pub mod retention;
pub mod segments;
pub mod table;
pub mod tables;
pub mod trees;
pub mod value;
pub mod watch;

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;

pub use commands::Analyze;
pub use failure::Failure;
pub use tables::asked::Asked;
pub use tables::cube::Engine;
pub use watch::Stop;

/// Runs a command line, the program's name first, and writes to `out` what it prints; `engine` runs the statements of cubes.
///
/// # Errors
/// [`Failure`]; wrong use and `--help` are [`Failure::Usage`] with the text to show.
pub fn run(
    line: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    engine: Engine,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let analyze = Analyze::try_parse_from(line).map_err(|error| Failure::Usage(error.to_string()))?;
    analyze.run(engine, &Stop::default(), out)
}
