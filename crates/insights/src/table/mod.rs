//! A file as columns of text, typed when a command asks for them.
//!
//! [`read`] finds out what a file is (Parquet or text, gzipped or not, its delimiter) and reads it; [`column`] makes numbers, days and
//! categories of its text, and says row and column where that fails; [`derive`](mod@derive) adds columns and leaves
//! rows out by expressions. A reader of another format belongs beside [`parquet`](mod@parquet): it fills a [`Table`],
//! and nothing else has to know.

mod amounts;
pub mod column;
pub mod day;
mod decimal_comma;
mod delimiter;
pub mod derive;
pub mod features;
mod input;
pub mod lines;
mod open;
mod parquet;
mod read;

pub use column::Codes;
pub use features::{FeatureColumn, FeatureOptions, FeatureValues, Features};
pub use input::Input;
pub use open::{is_parquet, open};
pub use read::ReadOptions;

use crate::failure::Failure;

/// Rows and named columns, all still text.
#[derive(Debug, Default)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Texts>,
    /// For each row its number in the file, from 0: what is left out does not count the others anew.
    places: Vec<u32>,
    /// Texts that stand for nothing, besides blank ones.
    missing: Vec<String>,
    date_format: Option<String>,
}

/// A column of text, end to end in one string.
#[derive(Debug, Default, Clone)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|row| self.get(row))
    }
}

impl Table {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Names of the columns, in the order of the file.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The number in the file of each row, from 0.
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// The position of the column that is called so; upper and lower case do not matter when nothing else fits.
    ///
    /// # Errors
    /// [`Failure::Input`] when none is, with the nearest name and those there are, or when two are.
    pub fn position(&self, name: &str) -> Result<usize, Failure> {
        let found = self.find(name).ok_or_else(|| {
            let meant = nearest(name, self.names.iter().map(String::as_str))
                .map_or(String::new(), |near| format!(" (did you mean \"{near}\"?)"));
            let listed = self.listed();
            Failure::Input(format!("there is no column \"{name}\"{meant}; the file has {listed}"))
        })?;
        match self.names[found + 1..].contains(&self.names[found]) {
            true => Err(Failure::Input(format!(
                "two columns are called \"{}\"; rename one of them",
                self.names[found]
            ))),
            false => Ok(found),
        }
    }

    /// The column that an option names or, without one, the first that has one of the usual names.
    ///
    /// # Errors
    /// [`Failure::Input`] when there is none; `option` is what to type.
    pub fn choose(&self, named: Option<&str>, option: &str, usual: &[&str]) -> Result<usize, Failure> {
        match named {
            Some(name) => self.position(name),
            None => self.usual(usual).ok_or_else(|| {
                let listed = self.listed();
                Failure::Input(format!("which column is meant? Name it with {option}; the file has {listed}"))
            }),
        }
    }

    /// The same for a column that need not be there.
    ///
    /// # Errors
    /// [`Failure::Input`] when the one that was named is not there.
    pub fn choose_if_any(&self, named: Option<&str>, usual: &[&str]) -> Result<Option<usize>, Failure> {
        match named {
            Some(name) => self.position(name).map(Some),
            None => Ok(self.usual(usual)),
        }
    }

    fn usual(&self, usual: &[&str]) -> Option<usize> {
        usual.iter().find_map(|want| self.names.iter().position(|name| folded(name) == *want))
    }

    fn find(&self, name: &str) -> Option<usize> {
        let exact = self.names.iter().position(|own| own == name);
        exact.or_else(|| self.names.iter().position(|own| folded(own) == folded(name)))
    }

    fn listed(&self) -> String {
        let shown: Vec<&str> = self.names.iter().take(40).map(String::as_str).collect();
        let more = if self.names.len() > shown.len() { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }

    fn push_column(&mut self, name: String, column: Texts) {
        match self.names.iter().position(|own| *own == name) {
            Some(at) => self.columns[at] = column,
            None => {
                self.names.push(name);
                self.columns.push(column);
            }
        }
    }

    /// Leaves out the rows for which `keep` says no.
    pub fn keep(&mut self, keep: &[bool]) {
        for column in &mut self.columns {
            let mut kept = Texts::default();
            column.iter().zip(keep).filter(|(_, keep)| **keep).for_each(|(text, _)| kept.push(text));
            *column = kept;
        }
        let mut keep = keep.iter();
        self.places.retain(|_| *keep.next().expect("one per row"));
    }
}

/// Of several names the one most like one that is not among them, if any is like it.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |own: &str| strsim::jaro_winkler(&folded(name), &folded(own));
    let best = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then_some(best)
}

/// A name without case and signs: `Customer ID`, `customer_id` and `CustomerID` are the same.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
