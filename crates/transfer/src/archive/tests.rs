//! Archives as people make them, and as somebody makes them who means harm.

use std::{
    io::{Cursor, Read, Write},
    ops::Deref,
};

use tempfile::TempDir;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Archive, pack};
use crate::table::{Error, Source};

const CENTRAL: &[u8] = b"PK\x01\x02";

/// An archive of these files.
fn zip(files: &[(&str, &[u8])], way: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(way)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip(files, CompressionMethod::Stored)
}

/// An archive in a folder that goes with it.
#[derive(Debug)]
struct Opened {
    archive: Archive,
    _folder: TempDir,
}

impl Deref for Opened {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        &self.archive
    }
}

fn opened(bytes: &[u8]) -> Result<Opened, Error> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("given.zip");
    std::fs::write(&path, bytes)?;
    Ok(Opened { archive: Archive::open(&Source::File(path))?, _folder: folder })
}

fn problem(bytes: &[u8]) -> String {
    match opened(bytes) {
        Err(Error::File(message)) => message.id.into_owned(),
        other => panic!("{other:?}"),
    }
}

fn content(archive: &Archive, name: &str) -> Result<Vec<u8>, Error> {
    let entry = archive.find(name, "").map_err(Error::File)?;
    let mut content = Vec::new();
    archive.read(entry)?.read_to_end(&mut content)?;
    Ok(content)
}

fn said(result: Result<Vec<u8>, Error>) -> String {
    match result {
        Err(Error::File(message)) => message.id.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// Writes over what lies at an offset behind each place where `mark` is.
fn patched(mut bytes: Vec<u8>, mark: &[u8], offset: usize, with: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(mark)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at + offset..at + offset + with.len()].copy_from_slice(with);
    }
    bytes
}

#[test]
fn a_file_is_found_by_its_path_whatever_case_or_folders_sign_and_alone_by_its_name() {
    let archive = opened(&zip(
        &[
            ("data/rows.csv", b"a"),
            ("data/Docs/Offer.pdf", b"offer"),
            ("twice/a.txt", b"1"),
            ("other/a.txt", b"2"),
        ],
        CompressionMethod::Deflated,
    ))
    .unwrap();
    for name in [
        "data/Docs/Offer.pdf",
        "./data/docs/OFFER.PDF",
        "data\\Docs\\Offer.pdf",
        "offer.pdf",
        "/data/Docs/Offer.pdf",
    ] {
        assert_eq!(content(&archive, name).unwrap(), b"offer", "{name}");
    }
    assert_eq!(archive.find("Docs/Offer.pdf", "data/").unwrap().name(), "Offer.pdf");
    assert_eq!(said(content(&archive, "a.txt")), "import-problem-archive-several");
    assert_eq!(said(content(&archive, "b.txt")), "import-problem-archive-absent");
    assert_eq!(said(content(&archive, "data/../../etc/passwd")), "import-problem-archive-outside");
}

#[test]
fn the_table_is_the_only_one_of_the_outermost_folder() {
    let tables = |files: &[(&str, &[u8])]| -> Vec<String> {
        let archive = opened(&stored(files)).unwrap();
        archive.tables().into_iter().map(|entry| entry.path.clone()).collect()
    };
    assert_eq!(
        tables(&[("x/deep/b.csv", b"b"), ("x/a.CSV.gz", b"a"), ("__MACOSX/x/._a.csv", b"?")]),
        ["x/a.CSV.gz"]
    );
    assert_eq!(tables(&[("a.txt", b"a"), ("b.pdf", b"b")]), ["a.txt"]);
    assert_eq!(tables(&[("a.txt", b"a"), ("b.csv", b"b")]), ["b.csv"]);
    let archive = opened(&stored(&[("b.csv", b"b"), ("a.xlsx", b"a"), ("c.pdf", b"c")])).unwrap();
    match archive.table(None) {
        Err(Error::File(message)) => assert_eq!(message.args[0].1, "a.xlsx, b.csv".into()),
        other => panic!("{other:?}"),
    }
    assert_eq!(archive.table(Some("B.csv")).unwrap().path, "b.csv");
    let none = opened(&stored(&[("c.pdf", b"c")])).unwrap();
    assert_eq!(none.table(None).unwrap_err(), Error::file("import-problem-archive-no-table"));
}

#[test]
fn names_in_older_encodings_are_found_as_they_are_read() {
    // “Verträge.pdf” as DOS, as Windows and as macOS write it.
    for (raw, way) in [(&b"Vertr\x84ge.pdf"[..], "437"), (b"Vertr\xe4ge.pdf", "1252")] {
        let placeholder = b"Vertr_ge.pdf";
        let bytes = patched(stored(&[("Vertr_ge.pdf", b"x")]), placeholder, 0, raw);
        assert_eq!(content(&opened(&bytes).unwrap(), "verträge.pdf").unwrap(), b"x", "{way}");
    }
    let decomposed = opened(&stored(&[("Vertra\u{308}ge.pdf", b"x")])).unwrap();
    assert_eq!(content(&decomposed, "Verträge.pdf").unwrap(), b"x");
}

#[test]
fn an_archive_that_would_unpack_without_end_is_refused_before_it_is() {
    let many = stored(&[("a.csv", b"a"), ("b", b"b"), ("c", b"c")]);
    assert_eq!(problem(&patched(many, CENTRAL, 24, &[0xf0, 0xff, 0xff, 0xff])), "import-problem-unpacked");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("a.csv", SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
        .unwrap();
    writer.write_all(&[b'a'; 10_000]).unwrap();
    for copy in 0..3 {
        writer.shallow_copy_file("a.csv", &format!("{copy}.csv")).unwrap();
    }
    assert_eq!(problem(&writer.finish().unwrap().into_inner()), "import-problem-archive");
    assert_eq!(problem(b"PK\x03\x04 nothing more"), "import-problem-archive");
}

#[test]
fn content_that_is_not_what_the_archive_says_is_told() {
    let good = stored(&[("a.bin", b"content to be damaged")]);
    let damaged = patched(good.clone(), b"content", 0, b"CONTENT");
    assert_eq!(said(content(&opened(&damaged).unwrap(), "a.bin")), "import-problem-archive");
    // Larger than it says: the size in the directory is smaller than what is there.
    let packed = zip(&[("a.bin", &[b'a'; 5_000])], CompressionMethod::Deflated);
    let lying = patched(packed, CENTRAL, 24, &100_u32.to_le_bytes());
    assert_eq!(said(content(&opened(&lying).unwrap(), "a.bin")), "import-problem-archive");
    let locked = patched(good, CENTRAL, 8, &[1, 0]);
    assert_eq!(said(content(&opened(&locked).unwrap(), "a.bin")), "import-problem-archive-locked");
}

#[test]
fn a_folder_is_packed_with_a_table_that_lies_elsewhere_and_without_what_links_lead_to() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("files");
    std::fs::create_dir_all(folder.join("Docs")).unwrap();
    std::fs::write(folder.join("Docs/offer.pdf"), b"offer").unwrap();
    std::fs::write(folder.join(".DS_Store"), b"?").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("passwd")).unwrap();
    let table = place.path().join("rows.csv");
    std::fs::write(&table, b"a").unwrap();
    let packed = pack(&folder, Some(&table), Cursor::new(Vec::new())).unwrap().into_inner();
    let archive = opened(&packed).unwrap();
    let paths: Vec<&str> = archive.entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["rows.csv", "Docs/offer.pdf"]);
    let absent = pack(&place.path().join("none"), None, Cursor::new(Vec::new()));
    assert_eq!(absent.unwrap_err().id, "import-problem-archive-unreadable");
}
