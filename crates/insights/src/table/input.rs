//! The options that say what to read, the same for every command on a table.

use std::path::PathBuf;

use clap::Args;

use super::{ReadOptions, Table};
use crate::failure::Failure;

/// What to read.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Input")]
pub struct Input {
    /// Files to read, one after the other: Parquet, CSV, TSV or any delimited text, gzipped or not; `-` is standard input
    #[arg(id = "inputs", required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What stands between fields: a sign, `tab` or `space`; found out if not given
    #[arg(long, value_name = "SIGN")]
    pub delimiter: Option<String>,
    /// Names of the columns, for files without a header
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Texts that stand for nothing, besides blank ones
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub missing: Vec<String>,
    /// Numbers are written with a decimal comma, such as 1.234,56
    #[arg(long)]
    pub decimal_comma: bool,
    /// Commas stand between thousands, such as 1,234.56; only to be said of a column where all could be 1,234
    #[arg(long, conflicts_with = "decimal_comma")]
    pub decimal_point: bool,
    /// How dates are written, such as `%m/%d/%Y`; 2024-05-31, 2024/05/31, 20240531 and 31.5.2024 need no telling
    #[arg(long, value_name = "FORM")]
    pub date_format: Option<String>,
    /// Add a column computed by an expression, such as `amount = quantity * price`; may be repeated
    #[arg(long = "let", value_name = "NAME = EXPRESSION")]
    pub computed: Vec<String>,
    /// Keep only rows that meet a condition, such as `quantity > 0`; may be repeated
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<String>,
}

impl Input {
    /// Reads the files, leaves rows out, adds columns.
    ///
    /// # Errors
    /// When a file cannot be read, an expression is wrong, or no row is left.
    pub fn table(&self) -> Result<Table, Failure> {
        let options = ReadOptions { delimiter: self.delimiter.as_deref(), columns: &self.columns };
        let mut table = Table::read(&self.files, &options)?;
        table.missing.clone_from(&self.missing);
        table.read_written_numbers(match (self.decimal_comma, self.decimal_point) {
            (true, _) => Some(','),
            (_, true) => Some('.'),
            _ => None,
        });
        table.date_format.clone_from(&self.date_format);
        // Rows go first, so that less has to be computed; a condition on a computed column waits for it.
        let (now, later): (Vec<_>, Vec<_>) =
            self.conditions.iter().partition(|condition| table.knows(condition));
        now.into_iter().try_for_each(|condition| table.filter(condition))?;
        self.computed.iter().try_for_each(|computed| table.compute(computed))?;
        later.into_iter().try_for_each(|condition| table.filter(condition))?;
        match table.len() {
            0 => Err(Failure::Input("no row is left to work on".to_owned())),
            _ => Ok(table),
        }
    }
}
