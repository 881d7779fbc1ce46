//! One table of a report as CSV.

use std::io::{self, Write};

use serde_json::Value;

use super::{Grid, Part, Report};
use crate::failure::Failure;

/// The table to write: the one that was named, else the longest.
///
/// # Errors
/// [`Failure::Usage`] with the tables there are.
pub fn chosen<'a>(report: &'a Report, named: Option<&str>) -> Result<&'a Grid, Failure> {
    let tables = || {
        report.parts.iter().filter_map(|part| match part {
            Part::Table { key, grid } => Some((key, grid)),
            _ => None,
        })
    };
    let found = match named {
        Some(name) => tables().find(|(key, _)| *key == name),
        // Of equally long ones the first.
        None => tables().rev().max_by_key(|(_, grid)| grid.len()),
    };
    found.map(|(_, grid)| grid).ok_or_else(|| {
        let names: Vec<&str> = tables().map(|(key, _)| key.as_str()).collect();
        match names.is_empty() {
            true => Failure::Usage("there is no table to write as CSV; use --json".to_owned()),
            false => Failure::Usage(format!("there is no such table; there are {}", names.join(", "))),
        }
    })
}

/// Writes a table with its header.
pub fn write(grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(grid.columns.iter().map(|(name, _)| name))?;
    for row in 0..grid.len() {
        writer.write_record((0..grid.columns.len()).map(|column| plain(&grid.value(column, row))))?;
    }
    writer.flush()
}

/// A value without JSON's quotes; the entries of a list with `;` between them.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}
