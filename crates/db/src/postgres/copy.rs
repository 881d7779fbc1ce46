//! Many rows at once, by `COPY` in its binary format (PostgreSQL documentation, "COPY", "Binary Format").

use std::io::Write;

use bytes::{BufMut, BytesMut};
use kernel::{ColumnType, Value};

use super::{bind, connection::Connection};
use crate::{Error, schema::quoted, search};

/// Bytes gathered before they are sent.
const CHUNK: usize = 256 << 10;
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";

/// A row that may bring the words that find it, which go into the column `search`.
pub trait WithWords {
    fn row(&self) -> &[Value];
    fn words(&self) -> Option<&str>;
}

impl<R: AsRef<[Value]>, T: AsRef<str>> WithWords for &(R, T) {
    fn row(&self) -> &[Value] {
        self.0.as_ref()
    }

    fn words(&self) -> Option<&str> {
        Some(self.1.as_ref())
    }
}

/// A row without words.
pub struct Plain<R>(pub R);

impl<R: AsRef<[Value]>> WithWords for Plain<R> {
    fn row(&self) -> &[Value] {
        self.0.as_ref()
    }

    fn words(&self) -> Option<&str> {
        None
    }
}

impl Connection {
    pub fn insert_rows<R: AsRef<[Value]>>(
        &mut self,
        table: &str,
        columns: &[(&str, ColumnType)],
        rows: impl IntoIterator<Item = R>,
    ) -> Result<u64, Error> {
        let names = columns.iter().map(|(name, _)| quoted(name)).collect();
        self.copy(table, names, columns, rows.into_iter().map(Plain))
    }

    pub fn insert_rows_with_words<R: AsRef<[Value]>, T: AsRef<str>>(
        &mut self,
        table: &str,
        columns: &[(&str, ColumnType)],
        rows: &[(R, T)],
    ) -> Result<u64, Error> {
        let mut names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
        names.push(quoted("search"));
        self.copy(table, names, columns, rows.iter())
    }

    fn copy<R: WithWords>(
        &mut self,
        table: &str,
        names: Vec<String>,
        columns: &[(&str, ColumnType)],
        rows: impl Iterator<Item = R>,
    ) -> Result<u64, Error> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(0);
        }
        let statement = format!("copy {} ({}) from stdin binary", quoted(table), names.join(", "));
        let mut written = Ok(());
        let result = self.client.copy_in(&statement).and_then(|mut writer| {
            written = write_rows(&mut writer, names.len(), columns, rows);
            match written {
                // The server's own reason comes with the end.
                Ok(()) | Err(Error::Unavailable(_)) => writer.finish(),
                // Dropping the writer tells the server that the copy has failed.
                Err(_) => Ok(0),
            }
        });
        match (written, result) {
            (Ok(()), Ok(count)) => Ok(count),
            (_, Err(failure)) => Err(self.failed(&failure)),
            (Err(error), Ok(_)) => {
                self.spoil();
                Err(error)
            }
        }
    }
}

fn write_rows<R: WithWords>(
    writer: &mut impl Write,
    width: usize,
    columns: &[(&str, ColumnType)],
    rows: impl Iterator<Item = R>,
) -> Result<(), Error> {
    let width = i16::try_from(width).map_err(|_| Error::Value("too many columns".to_owned()))?;
    let mut out = BytesMut::with_capacity(CHUNK + (64 << 10));
    out.put_slice(SIGNATURE);
    // No flags, no further header.
    out.put_i32(0);
    out.put_i32(0);
    for row in rows {
        let values = row.row();
        if values.len() != columns.len() {
            return Err(Error::Other(format!(
                "a row of {} values for {} columns",
                values.len(),
                columns.len()
            )));
        }
        out.put_i16(width);
        for (value, (_, column)) in values.iter().zip(columns) {
            bind::write_sized(value, *column, &mut out)?;
        }
        if let Some(text) = row.words() {
            write_words(text, &mut out)?;
        }
        if out.len() >= CHUNK {
            send(writer, &mut out)?;
        }
    }
    out.put_i16(-1);
    send(writer, &mut out)
}

fn send(writer: &mut impl Write, out: &mut BytesMut) -> Result<(), Error> {
    writer.write_all(out).map_err(|error| Error::Unavailable(error.to_string()))?;
    out.clear();
    Ok(())
}

/// A `tsvector`: the number of words, then each with its end and the number of its positions.
fn write_words(text: &str, out: &mut BytesMut) -> Result<(), Error> {
    let too_long = |_| Error::Value("a text of too many words".to_owned());
    let mut words = search::words(text);
    words.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let start = out.len();
    out.put_i32(0);
    out.put_i32(i32::try_from(words.len()).map_err(too_long)?);
    for word in words {
        out.put_slice(word.as_bytes());
        out.put_u8(0);
        out.put_u16(0);
    }
    let length = i32::try_from(out.len() - start - 4).map_err(too_long)?;
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}
