//! The options that say how to write, the same for every command.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Report, csv, human, json};
use crate::failure::Failure;

/// How to write.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Write everything as JSON
    #[arg(long, global = true, conflicts_with = "csv")]
    pub json: bool,
    /// Write one table as CSV
    #[arg(long, global = true)]
    pub csv: bool,
    /// Which table to write as CSV; the longest if not given
    #[arg(long, global = true, value_name = "NAME", requires = "csv")]
    pub table: Option<String>,
    /// Write to a file instead of the terminal
    #[arg(short, long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Rows of each table to show to people; 0 shows all
    #[arg(long, global = true, value_name = "N", default_value_t = 20)]
    pub rows: usize,
}

impl Output {
    /// Writes the report to `out` or to the file that was asked for, and its files beside.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Usage`] when there is no such table.
    pub fn write(&self, report: &Report, command: &str, out: &mut dyn Write) -> Result<(), Failure> {
        for (path, text) in &report.files {
            fs::write(path, text).map_err(|error| Failure::File { path: path.clone(), error })?;
        }
        let Some(path) = &self.output else {
            return self.write_to(report, command, Path::new("standard output"), &mut BufWriter::new(out));
        };
        let file = fs::File::create(path).map_err(|error| Failure::File { path: path.clone(), error })?;
        self.write_to(report, command, path, &mut BufWriter::new(file))
    }

    fn write_to(
        &self,
        report: &Report,
        command: &str,
        path: &Path,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let written = if self.json {
            json::write(report, command, out)
        } else if self.csv {
            csv::write(csv::chosen(report, self.table.as_deref())?, out)
        } else {
            human::write(report, self.rows, out)
        };
        written.and_then(|()| out.flush()).map_err(|error| Failure::File { path: path.to_owned(), error })
    }
}
