//! The options that say how to write, the same for every command.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Report, csv, human, json, parquet, sorting};
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
    /// Which table to write as CSV or Parquet; the longest if not given
    #[arg(long, global = true, value_name = "NAME")]
    pub table: Option<String>,
    /// Write to a file instead of the terminal; `.json`, `.csv` and `.parquet` say how
    #[arg(short, long, visible_alias = "out", global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Sort the tables that have this column by it, the largest first, or with `:up` behind the name the smallest
    #[arg(long, global = true, value_name = "COLUMN")]
    pub sort: Option<String>,
    /// Rows of each table to show to people; 0 shows all
    #[arg(long, global = true, value_name = "N", default_value_t = 20)]
    pub rows: usize,
}

/// How to write it.
#[derive(Clone, Copy)]
enum Form {
    Human,
    Json,
    Csv,
    /// Only to a file.
    Parquet,
}

impl Output {
    /// Writes the report to `out` or to the file that was asked for, and its files beside.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Usage`] when there is no such table or column.
    pub fn write(&self, report: &mut Report, command: &str, out: &mut dyn Write) -> Result<(), Failure> {
        if let Some(by) = &self.sort {
            sorting::sort(report, by)?;
        }
        for (path, text) in &report.files {
            fs::write(path, text).map_err(|error| Failure::File { path: path.clone(), error })?;
        }
        let form = self.form();
        if self.table.is_some() && !matches!(form, Form::Csv | Form::Parquet) {
            return Err(Failure::Usage(
                "--table goes with --csv, or --output to a .csv or .parquet file".to_owned(),
            ));
        }
        let Some(path) = &self.output else {
            return self.write_to(
                report,
                command,
                form,
                Path::new("standard output"),
                &mut BufWriter::new(out),
            );
        };
        // Nothing is written before it is known what.
        if matches!(form, Form::Csv | Form::Parquet) {
            csv::chosen(report, self.table.as_deref())?;
        }
        let failed = |error| Failure::File { path: path.clone(), error };
        let mut file = BufWriter::new(fs::File::create(path).map_err(failed)?);
        if matches!(form, Form::Parquet) {
            let grid = csv::chosen(report, self.table.as_deref())?;
            return parquet::write(grid, &mut file).and_then(|()| file.flush()).map_err(failed);
        }
        self.write_to(report, command, form, path, &mut file)
    }

    /// What was asked for or, where nothing was, what the file's name says.
    fn form(&self) -> Form {
        let ending =
            self.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
        match ending.map(str::to_lowercase).as_deref() {
            _ if self.json => Form::Json,
            _ if self.csv => Form::Csv,
            Some("json") => Form::Json,
            Some("csv") => Form::Csv,
            Some("parquet" | "pq") => Form::Parquet,
            _ => Form::Human,
        }
    }

    fn write_to(
        &self,
        report: &Report,
        command: &str,
        form: Form,
        path: &Path,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let written = match form {
            Form::Json => json::write(report, command, out),
            Form::Csv => csv::write(csv::chosen(report, self.table.as_deref())?, out),
            Form::Human | Form::Parquet => human::write(report, self.rows, out),
        };
        written.and_then(|()| out.flush()).map_err(|error| Failure::File { path: path.to_owned(), error })
    }
}
