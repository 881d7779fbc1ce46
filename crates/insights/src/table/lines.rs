//! Files with a list on each line: baskets of items, events of sequences.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::open::{open, text};
use crate::failure::Failure;

/// Calls `visit` with the fields of each line, blanks around them taken off, and the line's number from 1.
///
/// `separator` is a sign, `tab` or `space`; without one it is the first of `;`, tab, comma and blank that the start
/// of the file has. A line without any field counts as an empty list.
///
/// # Errors
/// [`Failure::File`], and whatever `visit` refuses.
pub fn for_each_line(
    files: &[PathBuf],
    separator: Option<&str>,
    mut visit: impl FnMut(&Path, usize, &[&str]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for path in files {
        let opened = open(path)?;
        if opened.parquet {
            return Err(Failure::Input(format!(
                "{} is a Parquet file, which has columns: name them by options (--help)",
                path.display()
            )));
        }
        let separator = match separator {
            Some("tab") => '\t',
            Some("space") => ' ',
            Some(sign) => sign.chars().next().unwrap_or(' '),
            None => {
                let head = text(&opened.head);
                [';', '\t', ','].into_iter().find(|sign| head.contains(*sign)).unwrap_or(' ')
            }
        };
        for (at, line) in BufReader::new(opened.all).split(b'\n').enumerate() {
            let line = line.map_err(|error| Failure::File { path: path.clone(), error })?;
            let line = text(&line);
            let fields: Vec<&str> =
                line.split(separator).map(str::trim).filter(|field| !field.is_empty()).collect();
            visit(path, at + 1, &fields)?;
        }
    }
    Ok(())
}
