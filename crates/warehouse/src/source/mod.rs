//! Data from outside, beside the records: files and other databases, registered with their keys and read on a schedule.
//!
//! A source `prices` is the table `source_prices`. It is read whole, into one file; the one before stays until a new one
//! is complete, so a source that is gone or half written changes nothing but the report. Administrators see its table,
//! and whoever holds a role that it names. Start with `load.rs`; `places.rs` says what may be read at all.

mod api;
mod columns;
mod gate;
mod job;
mod load;
mod parquet;
mod places;
mod register;
mod table;
mod text;

use jiff::tz::TimeZone;
use kernel::{Id, Timestamp};
use serde::{Deserialize, Serialize};

pub use api::routes;
pub use columns::{SourceColumn, schema};
pub use job::register;
pub use table::MIGRATIONS;

use crate::{Error, manifest::FileEntry};

/// What a source's table is called before its name.
pub const PREFIX: &str = "source_";
/// The folder of their files, in which no object's can be.
pub const FOLDER: &str = "_source";

/// Where rows come from. A file is relative to the folder of sources; a database is one that the configuration names.
/// Whoever may start the program also names absolute paths, and addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Origin {
    /// A file with a line of names.
    Csv {
        file: String,
    },
    Parquet {
        file: String,
    },
    /// A query in another database.
    Sql {
        database: String,
        query: String,
    },
}

/// A source, as it is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Lower-case letters, digits and `_`.
    #[serde(default)]
    pub name: String,
    pub from: Origin,
    /// The columns that tell rows apart.
    pub key: Vec<String>,
    /// When it is read, as a [`jobs::Cadence`]; only when somebody asks for it without.
    #[serde(default)]
    pub every: Option<String>,
    /// The names of the roles that see it, besides administrators.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The zone of moments that say none, such as `Europe/Berlin`; the workspace's without.
    #[serde(default)]
    pub zone: Option<String>,
}

/// How the last reading went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub at: Timestamp,
    pub milliseconds: u64,
    /// Rows that are in the table.
    pub rows: u64,
    /// Rows that were left out.
    pub bad: u64,
    /// The first of them.
    pub problems: Vec<Problem>,
    /// Why nothing was taken over; the table is as it was.
    pub error: Option<String>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Such as `line 12`.
    pub place: String,
    pub reason: String,
}

/// A source with what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub source: Source,
    /// The roles that it names, which may be renamed; `None` where it was registered before they were kept.
    #[serde(default)]
    pub roles: Option<Vec<Id>>,
    pub report: Option<Report>,
    pub loaded: Option<Loaded>,
}

/// The rows that queries read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    pub columns: Vec<SourceColumn>,
    /// None where there is no row.
    pub file: Option<FileEntry>,
    /// Files of earlier readings, which queries may still be reading.
    #[serde(default)]
    pub left: Vec<Left>,
}

/// A file whose place another has taken, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Left {
    pub path: String,
    pub at: Timestamp,
}

impl Source {
    /// Refuses what cannot be registered, with what to do about it.
    ///
    /// # Errors
    /// [`Error::Source`]
    pub fn check(&self) -> Result<(), Error> {
        let wrong = |why: &str| Err(Error::Source(format!("source {:?}: {why}", self.name)));
        let letters = |text: &str| text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if !letters(&self.name) || !(1..=40).contains(&self.name.len()) {
            return wrong("a name has lower-case letters, digits and _, at most 40");
        }
        if self.key.is_empty() {
            return wrong("name the columns that tell its rows apart, as its key");
        }
        if let Some(Err(error)) = self.every.as_deref().map(str::parse::<jobs::Cadence>) {
            return wrong(&format!("{error}; such as `every 1h` or `daily 03:30 Europe/Berlin`"));
        }
        match self.zone.as_deref().map(TimeZone::get) {
            Some(Err(_)) => wrong("there is no such time zone; such as `Europe/Berlin`"),
            _ => Ok(()),
        }
    }
}
