//! What stands in the columns of a file: samples, different contents with their counts, what it could be.

use std::{collections::HashMap, ops::ControlFlow};

use indexmap::IndexMap;
use kernel::Message;

use super::guess::Guess;
use crate::table::{Error, Format, Header, Row, Table};

/// Rows that are looked at; beyond, the counts are of these.
const ROWS: u64 = 200_000;
/// Different contents that are counted.
const DIFFERENT: usize = 200;
const SAMPLES: usize = 5;

/// Words that nobody means when they stand alone in a cell.
const EMPTY: [&str; 7] = ["null", "select", "n/a", "nil", "#n/a", "-", "undefined"];

/// What was seen in a file.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Rows below the header that were looked at.
    pub rows: u64,
    /// There are more.
    pub more: bool,
    pub columns: Vec<ColumnProfile>,
    pub format: Format,
    /// The tables of the archive that this one lies in, with the files that may come with it.
    pub archive: Option<Vec<String>>,
    /// The first faults in the file's rows, with the row's number.
    pub faults: Vec<(u64, Option<usize>, Message)>,
    /// Rows with characters of another encoding.
    pub repaired: u64,
}

/// What was seen in a column.
#[derive(Clone, Debug)]
pub struct ColumnProfile {
    pub header: Header,
    /// Cells that are not empty.
    pub filled: u64,
    pub samples: Vec<String>,
    /// Different contents with how often each is there; none when there are too many to count.
    pub values: Option<IndexMap<String, u64>>,
    /// Words in it that most likely mean nothing.
    pub empty: Vec<String>,
    pub guess: Guess,
    /// Cells that begin with a minus, and those that say -1.
    pub negative: u64,
    pub minus_one: u64,
}

impl Profile {
    /// Looks through a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(table: &Table) -> Result<Profile, Error> {
        Profile::of_first(table, ROWS)
    }

    /// Looks through the first rows of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_first(table: &Table, rows: u64) -> Result<Profile, Error> {
        let column = |header: &Header| ColumnProfile {
            header: header.clone(),
            filled: 0,
            samples: Vec::new(),
            values: Some(IndexMap::new()),
            empty: Vec::new(),
            guess: Guess::default(),
            negative: 0,
            minus_one: 0,
        };
        let mut profile = Profile {
            rows: 0,
            more: false,
            columns: table.shape.headers.iter().map(column).collect(),
            format: table.shape.format.clone(),
            archive: table.shape.archive.clone(),
            faults: Vec::new(),
            repaired: 0,
        };
        let mut seen: HashMap<usize, u8> = HashMap::new();
        table.each(0, &mut |row| {
            if profile.rows == rows {
                profile.more = true;
                return ControlFlow::Break(());
            }
            profile.see(row, &mut seen);
            ControlFlow::Continue(())
        })?;
        Ok(profile)
    }

    fn see(&mut self, row: &Row, empties: &mut HashMap<usize, u8>) {
        self.rows += 1;
        self.repaired += u64::from(row.repaired);
        if self.faults.len() < 100 {
            let faults = row.faults.iter().map(|fault| (row.number, fault.column, fault.message.clone()));
            self.faults.extend(faults);
        }
        for (position, column) in self.columns.iter_mut().enumerate() {
            column.see(row.cell(column.header.at).trim(), empties.entry(position).or_default());
        }
    }

    pub fn column(&self, name: &str) -> Option<&ColumnProfile> {
        self.columns.iter().find(|column| column.header.name == name)
    }
}

impl ColumnProfile {
    fn see(&mut self, cell: &str, empties: &mut u8) {
        if cell.is_empty() {
            return;
        }
        if *empties < 8 && cell.len() <= 9 && is_empty_word(cell) {
            if !self.empty.iter().any(|known| known == cell) {
                self.empty.push(cell.to_owned());
                *empties += 1;
            }
            return;
        }
        self.filled += 1;
        self.negative += u64::from(cell.starts_with('-'));
        self.minus_one += u64::from(cell == "-1");
        if self.samples.len() < SAMPLES && !self.samples.iter().any(|known| known == cell) {
            self.samples.push(crate::cell::shortened(cell));
        }
        // A column of long texts has no options, and what it is has been seen by then.
        if self.filled < 20_000 || self.values.is_some() {
            self.guess.see(cell);
        }
        if let Some(values) = &mut self.values {
            if let Some(count) = values.get_mut(cell) {
                *count += 1;
            } else if values.len() < DIFFERENT && cell.len() <= 200 {
                values.insert(cell.to_owned(), 1);
            } else {
                self.values = None;
            }
        }
    }

    /// Different contents that were counted.
    pub fn different(&self) -> usize {
        self.values.as_ref().map_or(usize::MAX, IndexMap::len)
    }

    pub fn type_name(&self) -> metadata::definition::TypeName {
        self.guess.type_name(self.different(), self.filled)
    }
}

fn is_empty_word(cell: &str) -> bool {
    let low = cell.to_ascii_lowercase();
    EMPTY.contains(&low.as_str())
}
