//! Which rows of a source go in, and what is wrong with the others.

use std::{
    collections::{HashSet, hash_map::RandomState},
    hash::BuildHasher,
};

use arrow::array::RecordBatch;

use super::{Problem, columns::SourceColumn};
use crate::Error;

/// Rows that become columns together.
pub const BATCH: usize = 10_000;
/// Columns of a source.
const COLUMNS: usize = 500;
/// Bad rows that a report tells of.
const TOLD: usize = 20;
/// Bad rows that a reading survives, and beyond them one in how many.
const SURVIVED: (u64, u64) = (10, 10);

/// What has been read besides the rows.
#[derive(Debug, Default)]
pub struct Reading {
    pub columns: Vec<SourceColumn>,
    pub rows: u64,
    pub bad: u64,
    pub problems: Vec<Problem>,
}

/// Gets the rows as they are read.
pub type Sink<'s> = &'s mut dyn FnMut(&[SourceColumn], RecordBatch) -> Result<(), Error>;

/// What tells rows apart, and what is wrong with those that do not go in.
pub struct Gate {
    pub key: Vec<usize>,
    pub read: Reading,
    seen: HashSet<(u64, u64)>,
    states: (RandomState, RandomState),
}

impl Gate {
    /// # Errors
    /// [`Error::Source`] when a column of the key is not there, or there are too many.
    pub fn new(columns: Vec<SourceColumn>, key: &[String]) -> Result<Gate, Error> {
        if columns.len() > COLUMNS {
            return Err(Error::Source(format!("there are {} columns; {COLUMNS} at most", columns.len())));
        }
        let find = |name: &String| {
            let found = columns.iter().position(|column| column.name == *name);
            let known = || columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
            found.ok_or_else(|| {
                Error::Source(format!("there is no column {name:?} for the key, only {}", known()))
            })
        };
        let key = key.iter().map(find).collect::<Result<_, _>>()?;
        let read = Reading { columns, ..Reading::default() };
        Ok(Gate { key, read, seen: HashSet::new(), states: Default::default() })
    }

    /// Whether a row with these texts in its key goes in.
    pub fn lets_in(&mut self, key: &[&str], place: impl FnOnce() -> String) -> bool {
        if key.iter().any(|text| text.is_empty()) {
            self.refuse(place(), "its key is empty".to_owned());
            return false;
        }
        // 128 bits: two keys that are not the same have the same once in longer than anybody reads.
        if !self.seen.insert((self.states.0.hash_one(key), self.states.1.hash_one(key))) {
            self.refuse(place(), format!("there is another row with the key {}", key.join(", ")));
            return false;
        }
        self.read.rows += 1;
        true
    }

    pub fn refuse(&mut self, place: String, reason: String) {
        self.read.bad += 1;
        if self.read.problems.len() < TOLD {
            self.read.problems.push(Problem { place, reason });
        }
    }

    /// # Errors
    /// [`Error::Source`] when so many rows are bad that something else must be wrong.
    pub fn finish(self) -> Result<Reading, Error> {
        let Reading { rows, bad, problems, .. } = &self.read;
        if *bad > SURVIVED.0 && bad * SURVIVED.1 > rows + bad {
            let first = problems.first().map(|first| format!("{}: {}", first.place, first.reason));
            let first = first.unwrap_or_default();
            return Err(Error::Source(format!("{bad} of {} rows are bad, such as {first}", rows + bad)));
        }
        Ok(self.read)
    }
}
