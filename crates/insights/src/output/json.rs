//! A report as one JSON object: every part under its key, tables as lists of rows.

use std::io::{self, Write};

use serde_json::Value;

use super::{Grid, Part, Report};

/// Writes the report; `command` says which one made it.
pub fn write(report: &Report, command: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\n  \"command\": {}", Value::from(command))?;
    for part in &report.parts {
        match part {
            Part::Single { key, value } => write!(out, ",\n  {}: {value}", Value::from(key.as_str()))?,
            Part::Figures { key, values } => {
                let values = Value::Object(values.clone());
                write!(out, ",\n  {}: {values}", Value::from(key.as_str()))?;
            }
            Part::Text { key, text } => {
                write!(out, ",\n  {}: {}", Value::from(key.as_str()), Value::from(text.as_str()))?;
            }
            Part::Table { key, grid } => {
                write!(out, ",\n  {}: [", Value::from(key.as_str()))?;
                write_rows(grid, out)?;
                write!(out, "]")?;
            }
        }
    }
    let notes = Value::from(report.notes.clone());
    writeln!(out, ",\n  \"notes\": {notes}\n}}")
}

/// Row by row, so that a table of a million customers is never held twice.
fn write_rows(grid: &Grid, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> =
        grid.columns.iter().map(|(name, _)| Value::from(name.as_str()).to_string()).collect();
    for row in 0..grid.len() {
        write!(out, "{}\n    {{", if row == 0 { "" } else { "," })?;
        for (at, name) in names.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(out, "{comma}{name}: {}", grid.value(at, row))?;
        }
        write!(out, "}}")?;
    }
    if !grid.is_empty() { write!(out, "\n  ") } else { Ok(()) }
}
