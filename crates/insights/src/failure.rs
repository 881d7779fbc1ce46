//! Why a command could not answer: one enum, a plain sentence each, and the exit code it ends the program with.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What stopped a command.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for something that cannot be. Exit code 2, as for all wrong use.
    Usage(String),
    /// A file cannot be read or written. Exit code 3.
    File { path: PathBuf, error: io::Error },
    /// A file does not hold what the command needs; the text tells the place. Exit code 4.
    Input(String),
    /// The model refuses the data. Exit code 5.
    Model(analytics::Error),
    /// Somebody stopped it. Exit code 130, as after Ctrl-C everywhere.
    Stopped,
}

impl Failure {
    /// The code the program ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::File { .. } => 3,
            Failure::Input(_) => 4,
            Failure::Model(_) => 5,
            Failure::Stopped => 130,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(text) | Failure::Input(text) => f.write_str(text),
            Failure::File { path, error } => write!(f, "{}: {error}", path.display()),
            Failure::Model(error) => write!(f, "{error}"),
            Failure::Stopped => write!(f, "stopped before the end"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<analytics::Error> for Failure {
    fn from(error: analytics::Error) -> Failure {
        match error {
            analytics::Error::Stopped => Failure::Stopped,
            error => Failure::Model(error),
        }
    }
}
