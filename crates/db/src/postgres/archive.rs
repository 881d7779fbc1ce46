//! A whole schema in one file.
//!
//! The file is compressed by gzip. In it stand a line that names the format, a line of JSON (the [`Catalogue`]), and for
//! each of its tables what `COPY … TO STDOUT BINARY` yields, in pieces: a length of four bytes, big end first, and so
//! many bytes, until a length of zero.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::{Pool, Server, catalogue::Catalogue, connection::Connection, functions, transaction};
use crate::{
    Config, Error,
    backup::failed,
    config::Durability,
    metrics::Metrics,
    schema::{quoted, quoted_list},
};

const FORMAT: &str = "Rapport backup, format 1";
const PIECE_BYTES: usize = 64 << 10;

/// Writes one snapshot of the schema.
pub fn write(pool: &Pool, path: &Path) -> Result<(), Error> {
    let file = File::create(path).map_err(|error| failed(path, &error))?;
    let mut out = GzEncoder::new(BufWriter::new(file), Compression::fast());
    transaction::read(pool, |connection| -> Result<(), Error> {
        let catalogue = Catalogue::read(connection)?;
        let json = serde_json::to_string(&catalogue).map_err(|error| Error::Other(error.to_string()))?;
        writeln!(out, "{FORMAT}\n{json}").map_err(|error| failed(path, &error))?;
        for table in &catalogue.tables {
            let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
            let copy = format!("copy {} ({}) to stdout binary", quoted(&table.name), quoted_list(&columns));
            copy_out(connection, &copy, |piece| {
                let length = u32::try_from(piece.len()).unwrap_or(0);
                out.write_all(&length.to_be_bytes()).and_then(|()| out.write_all(piece))
            })?;
            out.write_all(&[0; 4]).map_err(|error| failed(path, &error))?;
        }
        Ok(())
    })?;
    let ended = out.finish().and_then(|mut file| file.flush());
    ended.map_err(|error| failed(path, &error))
}

/// Makes the schema, which must be empty or absent, out of an archive, in one transaction.
pub fn restore(path: &Path, server: Server, schema: String, config: &Config) -> Result<(), Error> {
    let pool = Pool::open(server, schema, config.clone())?;
    transaction::write(&pool, &Metrics::default(), Durability::Full, |connection| {
        if !super::catalogue::rows(
            connection,
            "select relname::text from pg_class where relkind = 'r' \
            and relnamespace = current_schema()::regnamespace limit 1",
            1,
        )?
        .is_empty()
        {
            return Err(Error::Config(format!("the schema {} is not empty", pool.schema())));
        }
        let file = File::open(path).map_err(|error| failed(path, &error))?;
        read_into(connection, BufReader::new(GzDecoder::new(BufReader::new(file))), path)
    })
}

fn read_into(connection: &mut Connection, mut archive: impl BufRead, path: &Path) -> Result<(), Error> {
    let damaged = |error: &std::io::Error| failed(path, error);
    let mut line = String::new();
    archive.read_line(&mut line).map_err(|error| damaged(&error))?;
    if line.trim_end() != FORMAT {
        return Err(Error::Corrupt(format!("{} is no backup that this version can read", path.display())));
    }
    line.clear();
    archive.read_line(&mut line).map_err(|error| damaged(&error))?;
    let catalogue: Catalogue = serde_json::from_str(&line)
        .map_err(|error| Error::Corrupt(format!("{}: {error}", path.display())))?;
    // Before the indexes, which may call them.
    connection.execute_script(&functions::definitions())?;
    for table in &catalogue.tables {
        connection.execute_script(&table.create)?;
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
        let copy = format!("copy {} ({}) from stdin binary", quoted(&table.name), quoted_list(&columns));
        copy_in(connection, &copy, || next_piece(&mut archive).map_err(|error| damaged(&error)))?;
    }
    for statement in catalogue.afterwards.iter().chain(&catalogue.sequences) {
        connection.execute_script(statement)?;
    }
    // The end of the file holds its checksum.
    std::io::copy(&mut archive, &mut std::io::sink()).map_err(|error| damaged(&error))?;
    Ok(())
}

/// The next piece of a table's rows; none at their end.
fn next_piece(archive: &mut impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    archive.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length == 0 {
        return Ok(None);
    }
    if length > PIECE_BYTES {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    let mut piece = vec![0; length];
    archive.read_exact(&mut piece)?;
    Ok(Some(piece))
}

/// Runs a `COPY … TO STDOUT` and hands over what comes, in pieces that are not empty.
pub fn copy_out(
    connection: &mut Connection,
    statement: &str,
    mut take: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<(), Error> {
    let mut buffer = vec![0; PIECE_BYTES];
    let copied = connection.client.copy_out(statement).map(|mut reader| {
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(length) => take(&buffer[..length])?,
                Err(error) => return Err(error),
            }
        }
    });
    match copied {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            connection.spoil();
            Err(failed(Path::new("copy"), &error))
        }
        Err(failure) => Err(connection.failed(&failure)),
    }
}

fn copy_in(
    connection: &mut Connection,
    statement: &str,
    mut next: impl FnMut() -> Result<Option<Vec<u8>>, Error>,
) -> Result<(), Error> {
    let mut read = Ok(());
    let copied = connection.client.copy_in(statement).and_then(|mut writer| {
        loop {
            match next() {
                // What the server has against it comes with the end.
                Ok(Some(piece)) if writer.write_all(&piece).is_ok() => {}
                Ok(_) => return writer.finish(),
                Err(error) => {
                    read = Err(error);
                    return Ok(0);
                }
            }
        }
    });
    if read.is_err() {
        connection.spoil();
    }
    copied.map_err(|failure| connection.failed(&failure))?;
    read
}
