//! Opens a file, gzipped or not, or standard input.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::failure::Failure;

/// How much of the start is looked at to find out what it is.
const HEAD: usize = 1 << 16;

/// The start of a file, and all of it.
pub struct Opened {
    pub head: Vec<u8>,
    pub all: Box<dyn Read>,
    /// Whether it is a Parquet file, which has no lines.
    pub parquet: bool,
}

/// Opens `path` (`-` for standard input), unzips it, and looks at its start.
///
/// # Errors
/// [`Failure::File`] when it cannot be read.
pub fn open(path: &Path) -> Result<Opened, Failure> {
    let failed = |error| Failure::File { path: path.to_owned(), error };
    let raw: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let file = File::open(path).map_err(failed)?;
        Box::new(BufReader::with_capacity(HEAD, file))
    };
    let (magic, raw) = look(raw, 4).map_err(failed)?;
    let plain: Box<dyn Read> =
        if magic.starts_with(&[0x1f, 0x8b]) { Box::new(MultiGzDecoder::new(raw)) } else { raw };
    let (head, all) = unless_utf_16(plain).and_then(|plain| look(plain, HEAD)).map_err(failed)?;
    let start = if head.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let mut all = all;
    io::copy(&mut all.by_ref().take(start as u64), &mut io::sink()).map_err(failed)?;
    Ok(Opened { head: head[start..].to_vec(), all, parquet: magic == *b"PAR1" })
}

/// Whether a file is of Parquet; what comes from standard input is read like any other text.
///
/// # Errors
/// [`Failure::File`] when it cannot be read.
pub fn is_parquet(path: &Path) -> Result<bool, Failure> {
    if path == Path::new("-") {
        return Ok(false);
    }
    let mut magic = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut magic));
    read.map(|_| magic == *b"PAR1").map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// Reads the first bytes, and gives them back to be read again.
fn look(mut from: Box<dyn Read>, bytes: usize) -> io::Result<(Vec<u8>, Box<dyn Read>)> {
    let mut head = Vec::with_capacity(bytes);
    from.by_ref().take(bytes as u64).read_to_end(&mut head)?;
    let all = Cursor::new(head.clone()).chain(from);
    Ok((head, Box::new(all)))
}

/// Bytes as text: UTF-8, or else Windows-1252, in which every byte is a character.
pub fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// What spreadsheets save as "Unicode text", which begins with a mark of its own, as UTF-8.
fn unless_utf_16(mut from: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    let (mark, all) = look(from, 2)?;
    from = all;
    let encoding = match mark[..] {
        [0xff, 0xfe] => encoding_rs::UTF_16LE,
        [0xfe, 0xff] => encoding_rs::UTF_16BE,
        _ => return Ok(from),
    };
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(Box::new(Cursor::new(encoding.decode_with_bom_removal(&bytes).0.into_owned().into_bytes())))
}
