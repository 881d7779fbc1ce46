//! A file as a table that cubes can be made over. Whoever has an engine opens it.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use expr::sql::Sql;

use crate::{Engine, Relation};

/// What is to be opened.
#[derive(Clone, Debug)]
pub struct Source {
    pub content: Content,
    /// Columns whose cells hold several values: their names, and what stands between values.
    pub several: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub enum Content {
    /// Parquet files with the same columns.
    Parquet(Vec<PathBuf>),
    /// What was read from files of another kind.
    Rows(RecordBatch),
}

/// What an engine gives for a statement: batches, and whether there are more rows.
pub type Rows = (Vec<RecordBatch>, bool);

/// A file that is open.
pub struct Opened {
    /// Its columns, under names that expressions can say.
    pub relation: Relation,
    /// What its columns are called, and the name in expressions of each.
    pub columns: Vec<(String, String)>,
    /// Runs a statement for so many rows.
    pub run: Run,
}

/// Runs a statement for so many rows; what goes wrong is a sentence.
pub type Run = Box<dyn Fn(&Sql, usize) -> Result<Rows, String>>;

/// What went wrong in a file's engine, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl Opened {
    /// The columns, to make a cube over: once.
    pub fn take_relation(&mut self) -> Relation {
        std::mem::replace(&mut self.relation, Relation::none())
    }
}

impl Engine for Opened {
    type Error = Failed;

    fn rows(&self, statement: &Sql, limit: usize) -> Result<Rows, Failed> {
        (self.run)(statement, limit).map_err(Failed)
    }
}
