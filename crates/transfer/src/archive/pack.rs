//! A folder as an archive.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use kernel::Message;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{ENTRIES, UNPACKED_BYTES, names::is_hidden, too_many, too_much};

/// Folders within folders.
const DEPTH: usize = 32;

/// Puts all files of a folder into an archive, as they are, and a table that lies elsewhere beside them. What a link leads
/// to is not in the folder.
///
/// # Errors
/// With the path that cannot be read, or what is too many or too much.
pub fn pack<W: Write + Seek>(folder: &Path, table: Option<&Path>, to: W) -> Result<W, Message> {
    let mut files = BTreeSet::new();
    collect(folder, DEPTH, &mut files)?;
    let mut writer = ZipWriter::new(to);
    let mut left = UNPACKED_BYTES;
    let named = |path: &Path, name: &Path| {
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        (path.to_owned(), parts.join("/"))
    };
    let inside = files.iter().map(|path| named(path, path.strip_prefix(folder).unwrap_or(path)));
    let beside = table.map(|path| named(path, Path::new(path.file_name().unwrap_or_default())));
    for (path, name) in beside.into_iter().chain(inside) {
        if is_hidden(name.as_bytes()) {
            continue;
        }
        add(&mut writer, &path, &name, &mut left).map_err(|error| unreadable(&path, &error))?;
    }
    writer.finish().map_err(|error| unreadable(folder, &error.into()))
}

fn collect(folder: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) -> Result<(), Message> {
    let failed = |error: io::Error| unreadable(folder, &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() && depth > 0 {
            collect(&entry.path(), depth - 1, files)?;
        } else if kind.is_file() {
            files.insert(entry.path());
        }
        if files.len() >= ENTRIES {
            return Err(too_many());
        }
    }
    Ok(())
}

fn add<W: Write + Seek>(
    writer: &mut ZipWriter<W>,
    path: &Path,
    name: &str,
    left: &mut u64,
) -> io::Result<()> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    *left = left.checked_sub(size).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file(name, options.large_file(size >= u64::from(u32::MAX)))?;
    // One that grows meanwhile is taken as it was.
    io::copy(&mut file.take(size), writer)?;
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Message {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return too_much();
    }
    Message::new("import-problem-archive-unreadable")
        .with("path", path.display().to_string())
        .with("why", error.to_string())
}
