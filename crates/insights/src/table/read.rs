//! Reads files into a [`Table`]: delimited text here, Parquet in its own module.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::delimiter::Delimiter;
use super::open::{Opened, open, text};
use super::{Table, Texts};
use crate::failure::Failure;

/// How to read.
#[derive(Debug, Default)]
pub struct ReadOptions<'a> {
    /// A sign, `tab` or `space`; found out when not given.
    pub delimiter: Option<&'a str>,
    /// Names of the columns of a file without a header.
    pub columns: &'a [String],
}

impl Table {
    /// Reads files with the same columns, one after the other.
    ///
    /// # Errors
    /// [`Failure::File`], or [`Failure::Input`] with the line that has another number of fields.
    pub fn read(files: &[impl AsRef<Path>], options: &ReadOptions) -> Result<Table, Failure> {
        let mut table = Table::default();
        for file in files {
            table.append(file.as_ref(), options)?;
        }
        Ok(table)
    }

    fn append(&mut self, path: &Path, options: &ReadOptions) -> Result<(), Failure> {
        let opened = open(path)?;
        if opened.parquet {
            return self.append_parquet(path, opened);
        }
        let delimiter = match options.delimiter {
            None => Delimiter::found(&opened.head),
            Some(named) => Delimiter::named(named).ok_or_else(|| {
                Failure::Usage(format!("--delimiter \"{named}\": give one sign, `tab` or `space`"))
            })?,
        };
        match delimiter {
            Delimiter::Sign(sign) => self.append_signed(path, opened, sign, options),
            Delimiter::Blanks => self.append_blank(path, opened.all, options),
        }
    }

    fn append_signed(
        &mut self,
        path: &Path,
        opened: Opened,
        sign: u8,
        options: &ReadOptions,
    ) -> Result<(), Failure> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(sign)
            .has_headers(false)
            .flexible(true)
            .from_reader(opened.all);
        let mut record = csv::ByteRecord::new();
        let mut more = |record: &mut csv::ByteRecord| {
            reader.read_byte_record(record).map_err(|error| unreadable(path, &error))
        };
        let names = if options.columns.is_empty() {
            if !more(&mut record)? {
                return Err(Failure::Input(format!("{} is empty", path.display())));
            }
            record.iter().map(|name| text(name).trim().to_owned()).collect()
        } else {
            options.columns.to_vec()
        };
        self.begin(path, names)?;
        while more(&mut record)? {
            let line = record.position().map_or(0, csv::Position::line);
            self.push_row(path, line, record.len(), record.iter())?;
        }
        Ok(())
    }

    fn append_blank(
        &mut self,
        path: &Path,
        all: Box<dyn Read>,
        options: &ReadOptions,
    ) -> Result<(), Failure> {
        let mut lines = BufReader::new(all).split(b'\n').zip(1u64..);
        let fields = |line: &[u8]| -> Vec<Vec<u8>> {
            line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).map(<[u8]>::to_vec).collect()
        };
        let failed = |error| Failure::File { path: path.to_owned(), error };
        if options.columns.is_empty() {
            let Some((line, _)) = lines.next() else {
                return Err(Failure::Input(format!("{} is empty", path.display())));
            };
            let names = fields(&line.map_err(failed)?);
            self.begin(path, names.iter().map(|name| text(name).into_owned()).collect())?;
        } else {
            self.begin(path, options.columns.to_vec())?;
        }
        for (line, number) in lines {
            let row = fields(&line.map_err(failed)?);
            if !row.is_empty() {
                self.push_row(path, number, row.len(), row.iter().map(Vec::as_slice))?;
            }
        }
        Ok(())
    }

    pub(super) fn begin(&mut self, path: &Path, names: Vec<String>) -> Result<(), Failure> {
        if self.names.is_empty() {
            self.columns = vec![Texts::default(); names.len()];
            self.names = names;
        } else if self.names != names {
            return Err(Failure::Input(format!("{} has other columns than the file before", path.display())));
        }
        Ok(())
    }

    fn push_row<'a>(
        &mut self,
        path: &Path,
        line: u64,
        fields: usize,
        row: impl Iterator<Item = &'a [u8]>,
    ) -> Result<(), Failure> {
        if fields != self.names.len() {
            return Err(Failure::Input(format!(
                "{}, line {line}: {fields} fields, but there are {} columns",
                path.display(),
                self.names.len()
            )));
        }
        self.columns.iter_mut().zip(row).for_each(|(column, field)| column.push(&text(field)));
        self.places.push(self.places.len() as u32);
        Ok(())
    }
}

fn unreadable(path: &Path, error: &csv::Error) -> Failure {
    match error.kind() {
        csv::ErrorKind::Io(error) => Failure::File {
            path: path.to_owned(),
            error: std::io::Error::new(error.kind(), error.to_string()),
        },
        _ => Failure::Input(format!("{}: {error}", path.display())),
    }
}
