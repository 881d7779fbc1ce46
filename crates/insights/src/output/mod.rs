//! What a command found, written for people, as JSON, CSV or Parquet.
//!
//! A command fills a [`Report`] once; [`human`], [`json`], [`csv`](mod@csv) and [`parquet`](mod@parquet) each write all of it. So what people
//! read and what programs read is the same, under the same names.

mod csv;
mod grid;
mod human;
mod json;
mod options;
mod parquet;
mod report;
mod sorting;

pub use grid::{Cells, Grid, decimal, number};
pub use options::Output;
pub use report::{Part, Report, rounded};
